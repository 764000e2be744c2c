"""Questions that ask of outside ontologies too, worked out by hand from what these say.

In Mondo psoriasis (0005083) lies below skin disorder (0005093) and immune system disorder
(0005046), and guttate psoriasis (0023297) below psoriasis. In DO vitiligo (12306) and Hailey-Hailey
disease (0050429) do not lie below skin disease (37), as they do in Mondo.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands import TINY, offlabel
from offlabel.api import Graph
from offlabel.links.library import Library
from offlabel.links.linked import linked_memory, open_linked
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Table
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore
from offlabel.terms import SKOS
from offlabel.web.answers import query

SKIN, IMMUNE, PSORIASIS = "MONDO:0005093", "MONDO:0005046", "MONDO:0005083"
AUTOIMMUNE = "MONDO:0007179"
TURTLE = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
obo:MONDO_0005083 a owl:Class ; rdfs:label "psoriasis" ; rdfs:subClassOf obo:MONDO_9999999 .
obo:MONDO_9999999 a owl:Class ; rdfs:label "an invented branch" .
"""
PHENOTYPES = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
obo:HP_0002018 a owl:Class ; rdfs:label "Nausea" ; rdfs:subClassOf obo:HP_9999998 .
obo:HP_0000958 a owl:Class ; rdfs:label "Dry skin" ; rdfs:subClassOf obo:HP_9999997 .
obo:HP_9999998 a owl:Class ; rdfs:label "an invented twig" ; rdfs:subClassOf obo:HP_9999997 .
obo:HP_9999997 a owl:Class ; rdfs:label "an invented branch" .
"""

ROLES_IN_TURTLE = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
obo:CHEBI_7465 a owl:Class ; rdfs:label "naltrexone" ; rdfs:subClassOf obo:CHEBI_9999991 .
obo:CHEBI_9999991 a owl:Class ; rdfs:label "an invented chemical" ; rdfs:subClassOf
  [ a owl:Restriction ; owl:onProperty obo:RO_0000087 ; owl:someValuesFrom obo:CHEBI_9999992 ] ,
  [ a owl:Restriction ; owl:onProperty obo:BFO_0000051 ; owl:someValuesFrom obo:CHEBI_9999990 ] .
obo:CHEBI_9999992 a owl:Class ; rdfs:label "an invented role" ; rdfs:subClassOf obo:CHEBI_9999993 .
obo:CHEBI_9999993 a owl:Class ; rdfs:label "a wider role" .
"""
ROLES_IN_OBO = """format-version: 1.4

[Term]
id: CHEBI:7465
name: naltrexone
is_a: CHEBI:9999991

[Term]
id: CHEBI:9999991
name: an invented chemical
relationship: has_part CHEBI:9999990
relationship: {role} CHEBI:9999992

[Term]
id: CHEBI:9999992
name: an invented role
is_a: CHEBI:9999993

[Term]
id: CHEBI:9999993
name: a wider role
"""
ROLES_IN_JSON = json.dumps(
    {
        "graphs": [
            {
                "id": "http://purl.obolibrary.org/obo/chebi.owl",
                "nodes": [
                    {"id": f"http://purl.obolibrary.org/obo/CHEBI_{n}", "lbl": f"invented {n}"}
                    for n in (7465, 9999991, 9999992, 9999993)
                ],
                "edges": [
                    {
                        "sub": f"http://purl.obolibrary.org/obo/CHEBI_{below}",
                        "pred": kind,
                        "obj": f"http://purl.obolibrary.org/obo/CHEBI_{above}",
                    }
                    for below, kind, above in (
                        (7465, "is_a", 9999991),
                        (9999991, "http://purl.obolibrary.org/obo/BFO_0000051", 9999990),
                        (9999991, "http://purl.obolibrary.org/obo/RO_0000087", 9999992),
                        (9999992, "is_a", 9999993),
                    )
                ],
            }
        ]
    }
)


def ask(store: Store, roots: Roots, name: str, **given: str) -> Table:
    """Answer a saved query of the topic."""
    return run(store, get_query(roots, f"link/{name}"), given)


def labels(found: Table, column: str) -> set[str]:
    """Return the values of a column."""
    return {str(row[column]) for row in found}


def test_evidence_under_a_branch(real_linked: Store, real_roots: Roots) -> None:
    """What Mondo calls an immune system disorder, with the state of each regimen studied."""
    found = ask(real_linked, real_roots, "evidence-under-a-term", term=IMMUNE)
    states = {(r["conditionLabel"], r["regimenLabel"]): (r["state"], r["certainty"]) for r in found}

    assert ("supported", "very low") == states["psoriasis", "low-dose oral naltrexone"]
    assert ("supported", "moderate") == states["atopic dermatitis", "topical naltrexone"]
    assert ("guttate psoriasis", "low-dose oral naltrexone") in states
    assert "uraemic pruritus" not in labels(found, "conditionLabel")


def test_path_and_mapping_are_told(real_linked: Store, real_roots: Roots) -> None:
    """A row says through which id it came, by which kind of match, and what lies between."""
    found = ask(real_linked, real_roots, "things-under-a-term", term=PSORIASIS)
    rows = {str(r["thingLabel"]): (str(r["match"]).rpartition("#")[2], r["path"]) for r in found}

    assert {
        "psoriasis": ("exactMatch", "MONDO:0005083"),
        "guttate psoriasis": ("exactMatch", "MONDO:0023297 < MONDO:0005083"),
        "erythrodermic psoriasis": ("broadMatch", "MONDO:0005083"),
        "plaque psoriasis": ("broadMatch", "MONDO:0005083"),
    } == rows


def test_ontologies_that_disagree(real_linked: Store, real_roots: Roots) -> None:
    """Mondo has vitiligo and Hailey-Hailey disease among skin diseases, DO has not."""
    found = ask(real_linked, real_roots, "where-ontologies-disagree")

    assert {
        ("vitiligo", "skin disease", "MONDO", "DOID"),
        ("Hailey-Hailey disease", "skin disease", "MONDO", "DOID"),
    } == {(r["thingLabel"], r["widerLabel"], r["saidBy"], r["notBy"]) for r in found}


def test_the_path_is_in_order(real_linked: Store, real_roots: Roots) -> None:
    """A path goes up step by step from the mapped id; the order of the ids plays no part in it."""
    found = ask(real_linked, real_roots, "things-under-a-term", term=AUTOIMMUNE)
    paths = {str(row["thingLabel"]): row["path"] for row in found}

    assert {
        "Hailey-Hailey disease": "MONDO:0008218 < MONDO:0006594 < MONDO:0019337 < MONDO:0007179",
        "vitiligo": "MONDO:0008661 < MONDO:0007179",
    } == paths


def test_every_condition_has_its_state(real_linked: Store, real_roots: Roots) -> None:
    """A condition that was searched for in vain is there with this state and with its claims."""
    found = ask(real_linked, real_roots, "evidence-under-a-term", term=AUTOIMMUNE)
    rows = {
        (r["conditionLabel"], r["regimenLabel"]): (r["state"], r["certainty"], r["claims"])
        for r in found
    }

    assert ("searched, none found", "very low", 4) == rows["vitiligo", "low-dose oral naltrexone"]
    assert ("searched, none found", None, 0) == rows["vitiligo", "topical naltrexone"]
    assert "never searched" in {state for state, _, _ in rows.values()}
    under = ask(real_linked, real_roots, "things-under-a-term", term=SKIN)
    conditions = {str(r["thingLabel"]) for r in under if r["kind"] == "condition"}

    assert conditions == labels(
        ask(real_linked, real_roots, "evidence-under-a-term", term=SKIN), "conditionLabel"
    )


def test_ordinary_graph_has_no_terms_of_others(real: MemoryStore) -> None:
    """Only the linked store knows what others put above the terms that things are mapped to."""
    assert not real.ask(f"ASK {{ ?term <{SKOS}broaderTransitive> ?above }}")


@pytest.mark.large
def test_imported_ontology_takes_the_place_of_its_slice(
    real_roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an import the whole ontology answers, after its removal the slice again."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "mondo.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    library = Library()

    def under(term: str) -> set[str]:
        found = ask(open_linked(real_roots), real_roots, "things-under-a-term", term=term)
        return labels(found, "thingLabel")

    before = under(IMMUNE)
    library.add(path)
    assert {"psoriasis", "plaque psoriasis", "erythrodermic psoriasis"} == under("MONDO:9999999")
    assert set() == under(IMMUNE)
    library.remove("mondo")
    assert "psoriasis" in before
    assert before == under(IMMUNE)


@pytest.mark.large
def test_command_asks_the_linked_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`offlabel ask` opens the graph with the ontologies by itself for such a question."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "offlabel", "ask", "link/evidence-under-a-term"),
            *("-p", f"term={IMMUNE}", "-f", "csv"),
        ],
        capture_output=True,
        text=True,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert "guttate psoriasis" in done.stdout


@pytest.mark.parametrize("how", [("--memory",), ("--as-of", "2030-01-01")])
def test_any_embedded_store_is_linked(how: tuple[str, ...]) -> None:
    """In memory, and as it stood on a day, the graph has what is above its terms as well."""
    asked = ("ask", "link/evidence-under-a-term", "-p", "term=MONDO:9999996", "-f", "csv", *TINY)

    assert "sample rash" in offlabel(*asked).text
    assert offlabel(*asked).text == offlabel(*asked, *how).text


def test_python_and_http_ask_the_linked_store(tiny_roots: Roots) -> None:
    """The graph in Python, on disk and in memory, and REST, also of a day, answer the same."""
    given = {"term": "MONDO:9999996"}
    slug = "link/evidence-under-a-term"
    disk, memory = Graph(tiny_roots), Graph(tiny_roots, "memory")
    expected = disk.ask(slug, **given)
    about = {"slug": slug, "values": given, "form": "csv", "limit": None, "offset": 0}
    answers = [query(disk, {**about, "asOf": day})[1] for day in (None, "2030-01-01")]

    assert 1 == len(expected)
    assert expected.terms == memory.ask(slug, **given).terms
    assert answers[0] == answers[1]
    assert b"sample rash" in answers[0]


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("HP:0000118", "The ontology of HP:0000118 is not imported, and no slice of it is at hand"),
        ("MONDO:7654321", "MONDO:7654321 is not among the outside terms at hand"),
        ("http://example.org/x_1", "The ontology of http://example.org/x_1 is not imported"),
        ("CHEBI:24431", "No adverse effect of this graph is mapped to this term or below it."),
    ],
)
def test_no_row_is_explained_truly(
    term: str, message: str, real_linked: Store, real_remote: Store, real_roots: Roots
) -> None:
    """That nothing is below a term is said only where an ontology has the term, on any store."""
    for store in (real_linked, real_remote):
        found = ask(store, real_roots, "adverse-effects-under-a-term", term=term)

        assert not found.rows
        assert found.empty.startswith(message)


def test_adverse_effects_under_a_branch(
    real: MemoryStore, real_roots: Roots, tmp_path: Path
) -> None:
    """Effects come with the way to the branch, study, dose class and counts where there are any."""
    path = tmp_path / "hp.ttl"
    path.write_text(PHENOTYPES, encoding="utf-8")
    library = Library(tmp_path / "library")
    library.add(path)
    store = linked_memory(real.store, real_roots, library)
    found = ask(store, real_roots, "adverse-effects-under-a-term", term="HP:9999997")
    rows = {
        (r["effectLabel"], str(r["study"]).rpartition("/")[2]): (r["doseClass"], r["k"], r["n"])
        for r in found
    }

    assert ("standard-dose oral naltrexone", 11, 50) == rows["nausea", "metze-1999"]
    assert ("low-dose oral naltrexone", None, None) == rows["dry skin", "muller-2018"]
    assert {"nausea", "dry skin"} == labels(found, "effectLabel")
    assert {
        "HP:0002018 < HP:9999998 < HP:9999997",
        "HP:0000958 < HP:9999997",
    } == labels(found, "path")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chebi.ttl", ROLES_IN_TURTLE),
        ("chebi.obo", ROLES_IN_OBO.format(role="has_role")),
        ("chebi.obo", ROLES_IN_OBO.format(role="RO:0000087")),
        ("chebi.json", ROLES_IN_JSON),
    ],
)
def test_drugs_that_have_a_role(
    name: str, text: str, real: MemoryStore, real_roots: Roots, tmp_path: Path
) -> None:
    """A chemical has the roles of those above it, and all above each role; a part is no role."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    library = Library(tmp_path / "library")
    library.add(tmp_path / name)
    store = linked_memory(real.store, real_roots, library)
    way = "CHEBI:7465 < CHEBI:9999991 has role CHEBI:9999992"
    expected = {"CHEBI:9999992": {way}, "CHEBI:9999993": {f"{way} < CHEBI:9999993"}}

    assert expected == {
        role: labels(ask(store, real_roots, "drugs-under-a-role", role=role), "path")
        for role in expected
    }
    assert not ask(store, real_roots, "drugs-under-a-role", role="CHEBI:9999990").rows


def test_drugs_of_a_class_that_is_a_role(real_linked: Store, real_roots: Roots) -> None:
    """Members of a class of ours that is mapped to a role, or to one below it, are under it."""
    found = ask(real_linked, real_roots, "drugs-under-a-role", role="CHEBI:50906")
    rows = {(r["drugLabel"], r["throughLabel"]) for r in found}

    assert ("naltrexone", "opioid antagonists") in rows
    assert ("baricitinib", "JAK inhibitors") in rows
    under = ask(real_linked, real_roots, "things-under-a-term", term="CHEBI:60605")

    assert {("drug class", "opioid antagonists")} == {(r["kind"], r["thingLabel"]) for r in under}

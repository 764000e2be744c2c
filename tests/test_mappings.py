"""Each mapping table is valid SSSOM, spelt as its vocabulary is, and agrees with the fact table."""

import csv
import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import yaml
from curies import Converter
from pyoxigraph import Literal, NamedNode, Store

from offlabel.links.check import ANYTHING, Check
from offlabel.links.terms import Terms
from offlabel.sources.mappings import Row, read_table
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, RDFS, SKOS, prefixes

HERE = Path(__file__).parent
FOLDER = HERE.parent / "data" / "mappings"
TABLES = sorted(FOLDER.glob("*.sssom.tsv"))
NEVER = "not-to-map"
FACTS = HERE.parents[1] / "shared" / "reference" / "identifiers.tsv"
HAS_FACTS = pytest.mark.skipif(not FACTS.exists(), reason="needs ../shared/reference")
ENTITIES = yaml.safe_load((HERE / "mapped-entities.yaml").read_text(encoding="utf-8"))
TRAPS = yaml.safe_load((HERE / "do-not-map.yaml").read_text(encoding="utf-8"))

# Spelt as the Gene Ontology and others do, and known to Bioregistry as a synonym.
OWN_SPELLING = {"UniProtKB"}
COLUMNS = [
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_label",
    "object_source_version",
    "mapping_date",
    "confidence",
    "comment",
]
each_table = pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name.partition(".")[0])


def head(path: Path) -> dict[str, object]:
    """Return the metadata of a table."""
    lines = [line[1:] for line in path.read_text(encoding="utf-8").splitlines() if line[0] == "#"]
    found = yaml.safe_load("\n".join(lines))
    assert isinstance(found, dict)
    return found


def curie_map(path: Path) -> dict[str, str]:
    """Return the prefixes of a table."""
    found = head(path)["curie_map"]
    assert isinstance(found, dict)
    return found


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table as they are written."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def statements() -> tuple[Row, ...]:
    """Return the rows of all tables as the project reads them."""
    return tuple(chain.from_iterable(read_table(path) for path in TABLES))


@cache
def facts() -> list[dict[str, str]]:
    """Return the rows of the fact table, with identifiers spelt as ours."""
    from offlabel.spelling import converter

    with FACTS.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in found:
        row["curie"] = converter().standardize_curie(row["curie"]) or row["curie"]
    return found


def usable() -> list[dict[str, str]]:
    """Return the rows of the fact table that were verified and map."""
    return [
        row
        for row in facts()
        if row["verified(yes/no)"] == "yes"
        and row["mapping_predicate"].startswith("skos:")
        and "DO NOT MAP" not in row["note"]
        and row["curie"] != "sssom:NoTermFound"
    ]


def short(iri: str) -> str:
    """Return an IRI as a CURIE."""
    return prefixes().compress(iri)


@each_table
def test_head_is_complete(path: Path) -> None:
    """A table says its id, title, licence and version, and the prefixes that it uses, no others."""
    found = head(path)
    name = path.name.removesuffix(".sssom.tsv")
    used = {
        row[column].partition(":")[0]
        for row in rows(path)
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification")
    }

    assert f"{BASE}mappings/{name}" == found["mapping_set_id"]
    assert "https://creativecommons.org/licenses/by/4.0/" == found["license"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(found["mapping_set_version"]))
    assert len(str(found["mapping_set_title"])) > 10
    assert sorted(used) == list(curie_map(path))


@each_table
def test_table_is_in_canonical_form(path: Path) -> None:
    """UTF-8 without BOM, LF, columns in SSSOM's order and none empty, rows sorted, none twice."""
    content = path.read_bytes()
    found = rows(path)
    columns = list(found[0])
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in found]

    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert [column for column in COLUMNS if column in columns] == columns
    assert all(any(row[column] for row in found) for column in columns)
    assert sorted(set(keys)) == keys


@each_table
def test_prefix_is_that_of_the_project(path: Path) -> None:
    """A table expands its prefixes as ontology/prefixes.ttl does, back and forth."""
    known = dict(prefixes())
    converter = Converter.from_prefix_map(curie_map(path))

    assert {name: known[name] for name in curie_map(path)} == curie_map(path)
    for row in rows(path):
        iri = converter.expand(row["object_id"], strict=True)
        assert row["object_id"] == converter.compress(iri, strict=True)


@each_table
def test_prefix_is_that_of_bioregistry(path: Path) -> None:
    """A prefix, its IRI and the form of each identifier are those that Bioregistry knows."""
    import bioregistry

    for prefix, iri in curie_map(path).items():
        if iri.startswith(BASE):
            continue
        resource = bioregistry.get_resource(prefix)
        assert resource is not None, prefix
        assert iri in resource.get_uri_prefixes(), prefix
        spelt = {resource.prefix, resource.get_preferred_prefix()} | OWN_SPELLING
        assert prefix in spelt
    for row in rows(path):
        prefix, _, identifier = row["object_id"].partition(":")
        normal = bioregistry.normalize_prefix(prefix)
        assert normal is not None
        assert bioregistry.is_valid_identifier(normal, identifier), row["object_id"]


@pytest.mark.filterwarnings("ignore")
@each_table
def test_sssom_reads_and_validates(path: Path) -> None:
    """The SSSOM package reads as many rows as there are and finds nothing wrong."""
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    found = parse_sssom_table(path)
    reports = validate(found, fail_on_error=False)

    assert len(rows(path)) == len(found.df)
    assert len(reports) >= 3
    assert [] == list(chain.from_iterable(report.results for report in reports.values()))


@pytest.mark.filterwarnings("ignore")
def test_sssom_would_find_a_fault(tmp_path: Path) -> None:
    """The check above is a check: a prefix that is not declared is found."""
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    text = (FOLDER / "tissue-cl.sssom.tsv").read_text(encoding="utf-8")
    broken = tmp_path / "broken.sssom.tsv"
    broken.write_text(text.replace("\tCL:0000312\t", "\tCLX:0000312\t"), encoding="utf-8")
    reports = validate(parse_sssom_table(broken), fail_on_error=False)

    assert any(report.results for report in reports.values())


@each_table
def test_row_says_who_when_and_how(path: Path) -> None:
    """A row has an author, a date and a way in which it was found; a judgement gives its reason."""
    for row in rows(path):
        assert "offlabel curators" == row["author_label"]
        assert re.fullmatch(r"2026-\d\d-\d\d", row["mapping_date"])
        chained = re.fullmatch(r"by way of (\S+)", row.get("comment", ""))
        how = "MappingChaining" if chained else "ManualMappingCuration"
        assert f"semapv:{how}" == row["mapping_justification"]
        if row.get("confidence"):
            assert 0.5 < float(row["confidence"]) < 1
            assert row["comment"]


def test_chain_has_its_first_link() -> None:
    """What is mapped by way of another identifier is an exact match of that one."""
    exact = {
        (short(row.subject), short(row.object))
        for row in statements()
        if row.predicate.value.endswith("exactMatch") and not row.is_negative
    }
    chained = [
        (short(row.subject), row.comment.removeprefix("by way of "))
        for row in statements()
        if row.comment.startswith("by way of ")
    ]

    assert len(chained) >= 20
    assert set() == set(chained) - exact


@each_table
def test_subject_is_a_thing_with_this_label(path: Path, real: MemoryStore) -> None:
    """A table is about things that are there, under the label that they have."""
    known = dict(prefixes())
    for row in rows(path):
        if row["subject_id"] == "sssom:NoTermFound":
            continue
        prefix, _, local = row["subject_id"].partition(":")
        quads = real.store.quads_for_pattern(
            NamedNode(known[prefix] + local), NamedNode(f"{RDFS}label"), None, None
        )
        labels = {quad.object.value for quad in quads if isinstance(quad.object, Literal)}
        assert {row["subject_label"]} == labels, row["subject_id"]


def test_one_label_per_identifier() -> None:
    """An outside identifier has the same label in all tables."""
    found = {(row.object, row.label) for row in statements() if row.label}

    assert {} == {iri: n for iri, n in Counter(iri for iri, _ in found).items() if n > 1}


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap["id"])
def test_trap_is_not_mapped(trap: dict[str, str]) -> None:
    """No thing of ours is mapped to an identifier that only looks right."""
    mapped = {short(row.object) for row in statements() if not row.is_negative}

    assert len(mapped) > 200
    assert trap["id"] not in mapped


def test_negative_rows_are_the_traps() -> None:
    """The negative rows name the traps with their reasons; a path of another graph is no thing."""
    expected = {
        (trap["subject"], trap["id"], trap["label"], trap["reason"])
        for trap in TRAPS
        if not trap["id"].startswith("drugmechdb:")
    }
    found = {
        (short(row.subject), short(row.object), row.label, row.comment)
        for row in statements()
        if row.is_negative
    }

    assert 23 == len(expected)
    assert expected == found
    assert {NEVER} == {row.path.name.partition(".")[0] for row in statements() if row.is_negative}


@pytest.mark.parametrize(
    "trap",
    [trap for trap in TRAPS if not trap["id"].startswith("drugmechdb:")],
    ids=lambda trap: trap["id"],
)
def test_planted_trap_is_reported_with_its_reason(trap: dict[str, str]) -> None:
    """A row that maps to a trap is a violation, though no ontology is there to look into."""
    subject, thing = prefixes().expand(trap["subject"]), prefixes().expand(trap["id"])
    assert subject
    assert thing
    ours = f"{BASE}condition/psoriasis" if subject == ANYTHING else subject
    exact = NamedNode(f"{SKOS}exactMatch")
    planted = Row(Path("planted.tsv"), 7, ours, exact, thing, trap["label"], "", is_negative=False)
    never = [row for row in statements() if row.is_negative]
    found = list(Check([planted, *never], Terms(Store(), []), prefixes()).problems())

    assert ["mapping/excluded"] == [problem.rule for problem in found]
    assert found[0].message.endswith(trap["reason"])
    assert ("planted.tsv", 7) == (found[0].path, found[0].line)


@HAS_FACTS
def test_traps_are_those_of_the_fact_table() -> None:
    """Every row that says DO NOT MAP is a trap, under the same label, and there is none besides."""
    expected = {
        (row["curie"], row["label_in_source"]) for row in facts() if "DO NOT MAP" in row["note"]
    }

    assert expected == {(trap["id"], trap["label"]) for trap in TRAPS}


@HAS_FACTS
def test_every_row_is_tied_to_a_fact() -> None:
    """What is mapped to was verified, under the same label."""
    known = {
        (row["curie"], "" if row["label_in_source"].startswith("(") else row["label_in_source"])
        for row in usable()
    }
    mapped = {(short(row.object), row.label) for row in statements() if not row.is_negative}

    assert set() == mapped - known


@HAS_FACTS
def test_every_fact_about_our_things_is_mapped() -> None:
    """Each verified row of an entity of ours stands in a table, with its predicate or a reason."""
    mapped = {
        (short(row.subject), short(row.predicate.value), short(row.object)) for row in statements()
    }
    missing = [
        (ours, row["mapping_predicate"], row["curie"])
        for row in usable()
        if (ours := ENTITIES["same"].get(row["entity"]))
        and f"{ours} {row['curie']}" not in ENTITIES["changed"]
        and (ours, row["mapping_predicate"], row["curie"]) not in mapped
    ]
    pairs = {f"{subject} {thing}" for subject, _, thing in mapped}

    assert [] == missing
    assert set() == set(ENTITIES["changed"]) - pairs


@HAS_FACTS
def test_every_entity_has_a_place() -> None:
    """Each entity of the fact table is ours, serves one of ours, or is left out for a reason."""
    left_out = list(chain.from_iterable(ENTITIES["left_out"].values()))
    placed = [*ENTITIES["same"], *ENTITIES["serving"], *left_out]

    assert sorted({row["entity"] for row in usable()}) == sorted(placed)


@HAS_FACTS
@pytest.mark.parametrize("entity", sorted(ENTITIES["serving"]))
def test_serving_entity_serves(entity: str) -> None:
    """Each thing that an entity is said to serve is mapped to one of its identifiers."""
    identifiers = {row["curie"] for row in usable() if row["entity"] == entity}
    served = {short(row.subject) for row in statements() if short(row.object) in identifiers}

    assert set(ENTITIES["serving"][entity]) <= served


def test_mappings_that_were_confused_before(real: MemoryStore) -> None:
    """Some mappings, written down by hand: each stands in the graph as SKOS."""
    expected = {
        ("drug:naltrexone", "skos:exactMatch", "mesh:D009271"),
        ("drug:naltrexone", "skos:closeMatch", "atc:N07BB04"),
        ("drug:abrocitinib", "skos:exactMatch", "atc:D11AH08"),
        ("condition:lichen-planopilaris", "skos:relatedMatch", "MONDO:0006572"),
        ("condition:plaque-psoriasis", "skos:broadMatch", "MONDO:0005083"),
        ("condition:guttate-psoriasis", "skos:exactMatch", "MONDO:0023297"),
        ("receptor:mu-opioid-receptor", "skos:relatedMatch", "hgnc:8156"),
        ("receptor:mu-opioid-receptor", "skos:exactMatch", "UniProtKB:P35372"),
        ("regimen:low-dose-oral-naltrexone", "skos:relatedMatch", "CHEBI:7465"),
        ("treatment:opioid-antagonists", "skos:exactMatch", "CHEBI:60605"),
        ("effect:dry-skin", "skos:exactMatch", "HP:0000958"),
    }
    for subject, predicate, thing in expected:
        assert real.ask(f"{prefixes().sparql()} ASK {{ {subject} {predicate} {thing} }}"), thing
    assert not real.ask(f"{prefixes().sparql()} ASK {{ ?thing owl:sameAs ?other }}")

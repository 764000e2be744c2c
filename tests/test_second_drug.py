"""A drug in a folder of its own works with --data and no code, and leaves the others alone.

What holds of it was worked out by hand in second_drug.py. In the folder the drug, its regimens,
conditions and studies have names of another namespace; sources and claims have names of ours.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

import offlabel as package
import second_drug as by_hand
from commands import Outcome, offlabel
from offlabel.errors import UnknownNameError
from offlabel.evidence.dossier import AUDIENCES, FORMATS, dossier
from offlabel.paths import Roots, find_roots
from offlabel.queries.library import list_queries
from offlabel.queries.run import run
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL, RDF
from offlabel.validation.passages import PassageCheck
from offlabel.validation.project import read_project
from second_drug import ITCH, LOW, RASH

FOLDER = Path(__file__).parent / "second-drug"
WITH = ("--data", str(FOLDER))
ALONE = (*WITH, "--only-data")


@pytest.fixture(scope="module")
def graph() -> Iterator[package.Graph]:
    """Return the project's graph with the drug in it."""
    with package.open(FOLDER, store="memory") as opened:
        yield opened


def row_of(line: str, page: str) -> list[str]:
    """Return the cells of the one line of a page that starts with some words."""
    (found,) = (each for each in page.splitlines() if each.startswith(line))
    return re.split(r"\s{2,}", found.strip())


def done(outcome: Outcome) -> str:
    """Return what a command wrote; it must have ended well and complained of nothing."""
    assert (0, "") == (outcome.code, outcome.err)
    return outcome.text


@pytest.mark.reasoner
def test_folder_conforms() -> None:
    """The folder conforms together with the project's data, and its passages with their page.

    Names of another namespace are noted; in the project's own data there is none.
    """
    text = str(FOLDER / "page.txt")
    found = offlabel("validate", *WITH, "--source", text, "--format", "json")
    problems = json.loads(found.text)["problems"]
    noted = [p for p in problems if p["rule"] == "ol:NamedThingShape-foreign"]

    assert [] == [p["message"] for p in problems if p["severity"] == "Violation"]
    assert 0 == found.code
    assert f"{by_hand.FOREIGN}inventofen" in {p["focus"] for p in noted}
    assert {FOLDER.name} == {Path(p["path"]).parent.name for p in noted}


@pytest.mark.parametrize(("regimen", "condition", "day", "expected"), by_hand.APPRAISALS)
def test_appraisals(
    graph: package.Graph, regimen: str, condition: str, day: str | None, expected: Any
) -> None:
    """State, level, certainty and factors are those that the method gives by hand."""
    (found,) = graph.evidence("inventofen", condition, regimen=regimen, as_of=day).appraisals
    factors = {str(row["factor"]): row["steps"] for row in found.reasons}
    certainty = found.grade["certainty"] if found.grade else None

    assert expected == (found.overview["state"], found.overview["level"], certainty, factors)


@pytest.mark.parametrize(("query", "given", "columns", "expected"), by_hand.ANSWERS)
def test_answers(
    graph: package.Graph,
    query: str,
    given: dict[str, object],
    columns: tuple[str, ...],
    expected: set[tuple[Any, ...]],
) -> None:
    """Saved queries answer on this drug what was worked out by hand."""
    rows = [tuple(row[name] for name in columns) for row in _ask(graph, query, given)]

    assert expected == {tuple(map(_plain, row)) for row in rows}


def _ask(graph: package.Graph, query: str, given: dict[str, object]) -> Any:
    return graph.ask(query, drug="inventofen", **given)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def test_claims_are_checked(graph: package.Graph) -> None:
    """The page's "improves" needs high certainty; its absences are refuted."""
    judged = {each.claim.name: each for each in graph.check_claims(source="invented-page")}

    assert {
        "IP1": "stronger than the graph",
        "IP4": "contradicted",
        "IP5": "contradicted",
    } == {name: str(each.verdict) for name, each in judged.items()}


def test_proof_ends_in_numbers(graph: package.Graph) -> None:
    """The proof of the grade leads down to the counts of the trial, that of a claim to its page."""
    row = graph.evidence("inventofen", RASH, regimen=LOW).appraisals[0].overview
    proof = str(graph.why(str(row["assessment"])))
    claim = str(graph.why("claim:invented-page-1"))

    assert "response to inventofen in 15 of 20" in proof
    assert "naltrexone" not in proof
    assert "characters 34–94" in claim
    assert "cites, in print: Invented trial 2010" in claim


@pytest.mark.parametrize("audience", AUDIENCES)
def test_dossier(graph: package.Graph, audience: str) -> None:
    """The dossier is of this drug, for each reader in each form, and of no other drug."""
    found = dossier(graph.store, graph.roots, "inventofen", audience=audience)
    pages = {form: write(found) for form, write in FORMATS.items()}

    assert {"md", "html", "json"} == set(pages)
    for form, page in pages.items():
        assert all(name in page for name in ("nventofen", RASH, ITCH)), form
        assert "naltrexone" not in page.casefold(), form


def test_patients_read_of_this_dose_alone(graph: package.Graph) -> None:
    """What was found at another dose, or with a balm beside it, is no result of the low dose."""
    page = graph.dossier("inventofen", audience="patient")

    assert "15 of 20 people" in page
    assert "1 of 12 people" not in page
    assert "6 of 8 people" not in page


def test_dossier_says_what_was_worked_out(graph: package.Graph) -> None:
    """State, certainty and conflict stand there in words; on an earlier day what held then."""
    page = graph.dossier("inventofen")
    # The series comes out on the next day, and the case report is not yet retracted.
    before = graph.dossier("inventofen", as_of="2012-12-30")

    assert "Low-dose oral inventofen probably improves invented rash (supported; certainty" in page
    assert "whether it improves invented rash is very uncertain (disputed; certainty very" in page
    assert "they differ on comparator, design and dose" in page
    assert "| invented rash | low-dose oral inventofen | supported | moderate" in before
    assert "| invented itch | low-dose oral inventofen | supported | very low" in before
    assert "disputed" not in before


@pytest.mark.parametrize("picture", ["map", "responses", "timeline", "mechanism"])
def test_pictures(graph: package.Graph, picture: str) -> None:
    """Each picture for which there is something to draw can be drawn."""
    pytest.importorskip("matplotlib")

    assert b"nventofen" in graph.plot(picture, "inventofen")


def test_close_names(graph: package.Graph) -> None:
    """A slip in the name of a drug of another namespace is met with the drug's own name."""
    with pytest.raises(UnknownNameError, match="Did you mean inventofen"):
        graph.evidence("inventofn", RASH)


def test_answers_on_other_drugs_stay_the_same(
    graph: package.Graph, real: MemoryStore, real_roots: Roots
) -> None:
    """Every saved query that takes a drug gives the same rows on naltrexone."""
    asked = [query for query in list_queries(real_roots) if "drug" in query.parameters]
    for query in asked:
        others = {name: p.example for name, p in query.parameters.items() if p.required}
        given = {**others, "drug": "naltrexone"}

        assert run(real, query, given).terms == graph.ask(query.slug, **given).terms, query.slug
    assert len(asked) > 40


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.large
def test_dossier_of_another_drug_stays_the_same(
    graph: package.Graph, real: MemoryStore, real_roots: Roots, audience: str
) -> None:
    """The dossier of naltrexone is the same, to the letter, with and without the folder."""
    alone = FORMATS["json"](dossier(real, real_roots, "naltrexone", audience=audience))

    assert alone == graph.dossier("naltrexone", audience=audience, format="json")


def test_names_make_no_difference(graph: package.Graph, tmp_path: Path) -> None:
    """With names of the project's namespace throughout, the map is the same."""
    for path in FOLDER.glob("*.ttl"):
        text = path.read_text(encoding="utf-8").replace(by_hand.FOREIGN, f"{BASE}study/")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with package.open(tmp_path, store="memory", only_data=True) as renamed:
        ours, others = (each.evidence_map("inventofen") for each in (renamed, graph))

        assert f"{BASE}study/inventofen" == ours.table[0]["drug"]
        assert ours.cells == others.cells
        assert len(ours.cells) == 6


def test_passages_of_a_source_of_another_namespace(tmp_path: Path) -> None:
    """Such a source is named by its whole IRI where its page is checked."""
    for path in FOLDER.glob("*.ttl"):
        text = path.read_text(encoding="utf-8").replace(f"{BASE}source/", by_hand.FOREIGN)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    page = tmp_path / "page.txt"
    # The page grew by a word at its start, so no passage is where it was.
    page.write_text(f"Also {(FOLDER / 'page.txt').read_text(encoding='utf-8')}", encoding="utf-8")
    project = read_project(find_roots([tmp_path], only=True))
    source = f"{by_hand.FOREIGN}invented-page"
    found = PassageCheck(project.facts, project.places, page, source).problems()
    moved = [each.remedy for each in found if each.rule == "passage/text"]

    assert 5 == len(moved)
    assert any("from 39 to 99" in remedy for remedy in moved)  # five characters after 34 to 94


@pytest.mark.large
def test_commands() -> None:
    """The commands take the folder beside the project's data."""
    shown = done(offlabel("map", "inventofen", *WITH))
    told = done(offlabel("evidence", "inventofen", ITCH, "--as-of", "2012-06-30", *WITH))
    usual = done(offlabel("map", *WITH))
    asked = done(offlabel("ask", "study/negative-studies", "-p", "drug=inventofen", *WITH))

    # Low, standard and topical: searches that are out of date, and states with certainty,
    # independent studies and people.
    assert [ITCH, *["∅! (⊕○○○)"] * 3] == row_of(ITCH, shown)
    assert [RASH, "+ ⊕⊕⊕○ 1/40", "− ⊕○○○ 1/12", "· (⊕○○○)"] == row_of(RASH, shown)
    assert "psoriasis" in usual  # with several drugs, the map is of naltrexone
    assert "state: supported" in told
    assert "1/1, 95% CI 21-100%" in told
    assert "1 person" in told
    assert "response in 1 of 12" in asked


def test_export(tmp_path: Path) -> None:
    """The graph is written with the drug and what follows of it, as of a day too."""
    now, then = tmp_path / "now.nt", tmp_path / "then.nt"
    done(offlabel("export", "ntriples", "-o", str(now), *WITH))
    done(offlabel("export", "ntriples", "--as-of", "2010-03-31", "-o", str(then), *ALONE))
    conflict = f"<{BASE}contradiction/https%3A%2F%2Fexample.org%2Finventofen%2F"

    assert {"inventofen", "invented-balm", "naltrexone"} <= _drugs(now)
    assert {"inventofen", "invented-balm"} == _drugs(then)
    assert conflict in now.read_text(encoding="utf-8")
    assert conflict not in then.read_text(encoding="utf-8")


def _drugs(path: Path) -> set[str]:
    """Return the last part of the name of each drug in a file of triples."""
    triples = parse(path=str(path), format=RdfFormat.N_TRIPLES)
    kind = (NamedNode(f"{RDF}type"), NamedNode(f"{OL}Drug"))
    drugs = (triple.subject for triple in triples if (triple.predicate, triple.object) == kind)
    return {str(drug).strip("<>").rsplit("/", 1)[-1] for drug in drugs}


def test_folder_alone() -> None:
    """Without the project's own data the commands work, and the map needs no name of a drug."""
    assert "+ ⊕⊕⊕○ 1/40" in done(offlabel("map", *ALONE))
    assert "state: disputed" in done(offlabel("evidence", "inventofen", RASH, *ALONE))
    assert "# Inventofen" in done(offlabel("dossier", "inventofen", *ALONE))
    assert "characters 34–94" in done(offlabel("why", "claim:invented-page-1", *ALONE))
    rows = done(offlabel("ask", "regimen/doses-used", "-f", "csv", *ALONE)).splitlines()
    assert 1 + 4 == len(rows)


@pytest.mark.parametrize(
    "command",
    [
        ("map", "naltrexone"),
        ("evidence", "naltrexone", RASH),
        ("dossier", "naltrexone"),
        ("ask", "regimen/doses-used", "-p", "drug=naltrexone"),
    ],
)
def test_unknown_alone(command: tuple[str, ...]) -> None:
    """Without the project's own data naltrexone is unknown, and the message says so."""
    outcome = offlabel(*command, *ALONE)

    assert (2, "") == (outcome.code, outcome.text)
    assert "There is no drug called 'naltrexone'" in outcome.err

"""A drug in a folder of its own works with --data and no code, and leaves the others alone.

The drug is invented (tests/second-drug). What holds of it was worked out by hand from
docs/method.md: the trial of 2010 is blinded, of 40 people, 15 of 20 against 5 of 20; the series of
2012 is of another dose and found nothing; of two studies in invented itch one was retracted in 2013
and the other gave something besides; somebody searched for studies in invented itch in 2015.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import offlabel as package
from commands import offlabel
from offlabel.paths import find_roots
from offlabel.queries.library import list_queries
from offlabel.terms import BASE

FOLDER = Path(__file__).parent / "second-drug"
FOREIGN = "https://example.org/inventofen/"
LOW, STANDARD, TOPICAL = (
    "low-dose oral inventofen",
    "standard-dose oral inventofen",
    "topical inventofen",
)
RASH, ITCH = "invented rash", "invented itch"
FEW, NO_CONTROL = "few people", "no control group"


@pytest.fixture(scope="module", params=["own names", "foreign names"])
def graph(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[package.Graph]:
    """Return the project's graph with the drug, whose names are in our namespace or in another."""
    folder = FOLDER
    if request.param == "foreign names":
        folder = tmp_path_factory.mktemp("foreign") / "second-drug"
        shutil.copytree(FOLDER, folder)
        for path in folder.glob("*.ttl"):
            text = path.read_text(encoding="utf-8")
            for kind in ("condition", "drug", "regimen", "study"):
                text = text.replace(f"<{BASE}{kind}/>", f"<{FOREIGN}{kind}/>")
            path.write_text(text, encoding="utf-8")
    with package.open(folder, store="memory") as opened:
        yield opened


def state(graph: package.Graph, regimen: str, condition: str, day: str | None = None) -> Any:
    """Return the appraisal of a question as (state, level, certainty, factors)."""
    found = graph.evidence("inventofen", condition, regimen=regimen, as_of=day).appraisals[0]
    factors = {str(row["factor"]): row["steps"] for row in found.reasons}
    certainty = found.grade["certainty"] if found.grade else None
    return found.overview["state"], found.overview["level"], certainty, factors


@pytest.mark.parametrize(
    ("regimen", "condition", "day", "expected"),
    [
        (LOW, RASH, None, ("supported", "2", "moderate", {FEW: 1})),
        (STANDARD, RASH, None, ("disputed", "4", "very low", {FEW: 1, NO_CONTROL: 1})),
        # The trial by another route: indirect, and randomised trials are weighed alone.
        (TOPICAL, RASH, None, ("never searched", None, "very low", {FEW: 1, "other route": 2})),
        # The case report stood from the end of 2011, of which only the year is known, to 2013.
        (LOW, ITCH, "2011-12-30", ("never searched", None, None, {})),
        (
            LOW,
            ITCH,
            "2011-12-31",
            ("supported", "4", "very low", {FEW: 1, NO_CONTROL: 1, "wide interval": 1}),
        ),
        (LOW, ITCH, "2013-05-01", ("never searched", None, None, {})),
        # Then a series with something beside; its answers are the patients' own.
        (
            LOW,
            ITCH,
            "2014-12-31",
            (
                "never searched",
                None,
                "very low",
                {FEW: 1, NO_CONTROL: 1, "self-assessed outcome, not blinded": 1, "combination": 1}
                | {"wide interval": 1},
            ),
        ),
    ],
)
def test_worked_by_hand(
    graph: package.Graph, regimen: str, condition: str, day: str | None, expected: Any
) -> None:
    """State, level, certainty and factors are those that the method gives by hand."""
    assert expected == state(graph, regimen, condition, day)


def test_search_counts_from_its_day(graph: package.Graph) -> None:
    """A systematic search makes a missing study searched for."""
    states = [state(graph, LOW, ITCH, day)[0] for day in ("2015-06-29", "2015-06-30")]

    assert ["never searched", "searched, none found"] == states


def test_conflict_and_absence(graph: package.Graph) -> None:
    """The trial and the series conflict; the page's absence was untrue when it was written."""
    found = graph.evidence("inventofen", RASH)

    assert {"dose", "comparator", "design"} == {str(row["axis"]) for row in found.conflicts}
    assert {"untrue when written"} == {str(row["standing"]) for row in found.absences}
    assert {date(2016, 3, 1)} == {row["written"] for row in found.absences}


def test_claims_are_checked(graph: package.Graph) -> None:
    """The page's "improves" needs high certainty; its absences are refuted."""
    judged = {
        each.claim.name: str(each.verdict) for each in graph.check_claims(source="invented-page")
    }

    assert {
        "IP1": "stronger than the graph",
        "IP4": "contradicted",
        "IP5": "contradicted",
    } == judged


@pytest.mark.parametrize("audience", ["researcher", "clinician", "patient"])
def test_dossier(graph: package.Graph, audience: str) -> None:
    """The dossier is of this drug, in every form, and the other drug is not in it."""
    page = graph.dossier("inventofen", audience=audience)
    content = json.loads(graph.dossier("inventofen", audience=audience, format="json"))

    assert "nventofen" in page.splitlines()[0]
    assert "naltrexone" not in page.casefold()
    assert content["sections"]
    assert "</html>" in graph.dossier("inventofen", audience=audience, format="html")


def test_proof_ends_in_numbers(graph: package.Graph) -> None:
    """The proof of the grade leads down to the counts of the trial."""
    row = graph.evidence("inventofen", RASH, regimen=LOW).appraisals[0].overview
    proof = str(graph.why(str(row["assessment"])))

    assert "15" in proof
    assert "20" in proof


@pytest.mark.parametrize("picture", ["map", "responses", "timeline", "mechanism"])
def test_pictures(graph: package.Graph, picture: str) -> None:
    """Each picture for which there is something to draw can be drawn."""
    pytest.importorskip("matplotlib")

    assert b"nventofen" in graph.plot(picture, "inventofen")


def test_exported_and_read_back(graph: package.Graph) -> None:
    """The whole graph goes into rdflib."""
    found = graph.rdflib_graph().query(
        'ASK { ?drug rdfs:label "inventofen"@en ; a ol:Drug . ?class ol:ofDrug ?drug }'
    )

    assert found.askAnswer


def test_answers_on_other_drugs_stay_the_same(graph: package.Graph) -> None:
    """Every saved query that takes a drug gives the same rows on naltrexone, and so the dossier."""
    asked = 0
    with package.open(store="memory") as alone:
        for query in list_queries(find_roots()):
            others = {n: p.example for n, p in query.parameters.items() if p.required}
            if "drug" in query.parameters:
                given = {**others, "drug": "naltrexone"}
                assert alone.ask(query.slug, **given).terms == graph.ask(query.slug, **given).terms
                asked += 1
        assert alone.dossier("naltrexone") == graph.dossier("naltrexone")

    assert asked > 40


def test_folder_alone() -> None:
    """Without the project's own data the drug stands alone, and naltrexone is unknown."""
    here = ("--data", str(FOLDER), "--only-data", "--memory")
    shown, unknown = offlabel("map", "inventofen", *here), offlabel("map", "naltrexone", *here)

    assert (0, "") == (shown.code, shown.err)
    assert "+ ⊕⊕⊕○ 1/40" in shown.text
    assert 2 == unknown.code
    assert "There is no drug called 'naltrexone'" in unknown.err


def test_folder_is_valid() -> None:
    """The folder conforms together with the project's own data."""
    found = offlabel("validate", "--data", str(FOLDER))

    assert (0, True) == (found.code, "conforms: 0 violations" in found.text)

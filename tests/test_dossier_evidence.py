"""The dossier states what was worked out by hand, on the day asked for, and nothing later."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import NamedNode

from offlabel.evidence.dossier import AUDIENCES, FORMATS, Dossier, Row, Section, dossier
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, RDFS

WORKED = yaml.safe_load(Path(__file__).with_name("worked-cases.yaml").read_text(encoding="utf-8"))
# The drug of the dossier; other worked cases are of other drugs.
CASES = [case for case in WORKED["cases"] if case["question"]["regimen"].endswith("naltrexone")]
CONFLICT = re.compile(
    r"^(?P<one>.+) speaks for (?P<regimen>.+) in (?P<condition>.+) and (?P<other>.+) against"
    r"[^;]*; they differ (?P<how>.+)\.$"
)
TODAY = date(2026, 11, 23)

Write = Callable[..., Dossier]
Stated = dict[tuple[str, str], set[tuple[str, str]]]


@pytest.fixture(scope="module")
def write(real: MemoryStore, real_roots: Roots) -> Write:
    """Return what writes the dossier on naltrexone as of a day, each once."""

    @cache
    def written(day: date | None, audience: str = "researcher") -> Dossier:
        return dossier(real, real_roots, "naltrexone", audience=audience, as_of=day)

    return written


@pytest.fixture(scope="module")
def label(real: MemoryStore) -> Callable[[str], str]:
    """Return what gives the name of a thing of the graph."""

    def name(path: str) -> str:
        pattern = (NamedNode(BASE + path), NamedNode(RDFS + "label"), None, None)
        (quad,) = real.store.quads_for_pattern(*pattern)
        return str(getattr(quad.object, "value", ""))

    return name


def all_sections(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Yield sections and those within them."""
    for section in sections:
        yield section
        yield from all_sections(section.sections)


def texts(found: Dossier) -> list[str]:
    """Return all sentences of a dossier."""
    return [said.text for part in all_sections(found.sections) for said in part.statements]


def stated(found: Dossier) -> Stated:
    """Return each state with its certainty that a table of a dossier gives a question."""
    told: Stated = {}
    for section in all_sections(found.sections):
        for table in section.tables:
            if "State" not in table.columns:
                continue
            for row in table.rows:
                cells = dict(zip(table.columns, row.cells, strict=True))
                inner = table.caption.removeprefix("State and certainty in ")
                conditions = cells.get("Conditions", cells.get("Condition", inner))
                regimens = cells.get("Kinds of regimen", cells.get("Kind of regimen", ""))
                # What stands in brackets says more of a state; signs stand behind a certainty.
                state = cells["State"].partition(" (")[0]
                certainty = re.sub(r" [⊕○]+| \(indirect\)", "", cells["Certainty"])
                for regimen in regimens.split("; "):
                    for condition in conditions.split("; "):
                        told.setdefault((regimen, condition), set()).add((state, certainty))
    return told


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: "-".join(map(str, [*case["question"].values(), case["asOf"]]))
)
def test_states_of_worked_cases(
    case: dict[str, Any], write: Write, label: Callable[[str], str]
) -> None:
    """As of the day of each worked case, its state and certainty are stated, and no other."""
    names = (
        label(f"regimen/{case['question']['regimen']}"),
        label(f"condition/{case['question']['condition']}"),
    )
    state = {"searched-none-found": "searched, none found", "never-searched": "never searched"}.get(
        case["state"], case["state"]
    )
    certainty = (case["certainty"] or "—").replace("-", " ")

    assert {(state, certainty)} == stated(write(case["asOf"])).get(names)


@pytest.mark.parametrize("day", [date(2016, 12, 31), date(2019, 12, 31), TODAY])
def test_no_question_is_left_out(
    day: date, write: Write, real: MemoryStore, real_roots: Roots
) -> None:
    """Each question of the evidence map has its state and certainty in the dossier."""
    given = {"drug": "naltrexone", "asOf": day.isoformat()}
    rows = run(real, get_query(real_roots, "evidence/evidence-map"), given)
    expected = {
        (str(row["regimenLabel"]), str(row["conditionLabel"])): {
            (str(row["state"]), str(row["certainty"] or "—"))
        }
        for row in rows
    }

    assert len(expected) > 100
    assert expected == stated(write(day))


def conflicts(found: Dossier) -> dict[tuple[str, str], set[str]]:
    """Return the axes on which findings that contradict each other are said to differ."""
    told = {}
    for text in texts(found):
        match = CONFLICT.match(text)
        if match:
            how = match["how"]
            axes = {"none"} if "counts as genuine" in how else set(split(how))
            told[match["one"], match["other"]] = axes
    return told


def split(how: str) -> list[str]:
    """Return the axes of a list in a sentence."""
    return how.removeprefix("on ").replace(" and ", ", ").split(", ")


def expected_conflicts(label: Callable[[str], str]) -> dict[tuple[str, str], set[str]]:
    """Return the conflicts worked out by hand, by the names of the studies."""

    def name(study: str) -> str:
        return label(f"study/{study}").partition(":")[0]

    return {
        (name(case["one"]), name(case["other"])): set(case["axes"])
        for case in WORKED["contradictions"]
    }


@pytest.mark.parametrize("audience", ["researcher", "clinician"])
def test_conflicts_with_their_axes(
    audience: str, write: Write, label: Callable[[str], str]
) -> None:
    """The conflicts worked out by hand are told with their axes, and no others."""
    expected = expected_conflicts(label)

    assert 3 == len(expected)
    assert expected == conflicts(write(TODAY, audience))


def test_conflicts_of_then(write: Write) -> None:
    """A conflict is told from the day on which both sides were public."""
    only = {("Peer 1996", "Pauli-Magnus 2000"): {"none"}}

    assert only == conflicts(write(date(2019, 12, 31)))
    assert {} == conflicts(write(date(1999, 12, 31)))


@pytest.mark.parametrize("day", [date(2016, 12, 31), date(2019, 12, 31), date(2025, 8, 25)])
@pytest.mark.parametrize("audience", sorted(AUDIENCES))
def test_nothing_later_shows(day: date, audience: str, write: Write) -> None:
    """No year and no day after the one asked for stands anywhere, identifiers and pages apart."""
    text = FORMATS["md"](write(day, audience))
    plain = re.sub(r"\[(doi|PMID)[^\]]*\]|\(?<https?:[^>]*>\)?", "", text.replace("\\", ""))
    # Volumes and pages, and the passages of claims, may look like years.
    plain = re.sub(r"\d+(\(\S+\))?:[A-Za-z]?\d+(-[A-Za-z]?\d+)?|\d+–\d+", "", plain)
    days = [date.fromisoformat(found) for found in re.findall(r"\d{4}-\d\d-\d\d", plain)]
    years = [int(found) for found in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", plain)]

    assert years
    assert [] == [found.isoformat() for found in days if found > day]
    assert [] == [found for found in years if day.year < found < 2050]


def test_what_came_later_is_not_known(write: Write) -> None:
    """Studies, grades, references, guidelines and curators' findings of later days are not told."""
    then = FORMATS["md"](write(date(2019, 12, 31)))

    for later in ("Weinstock 2020", "Khan 2020", "Due Bruun", "Trial in lichen planopilaris"):
        assert later not in then
    assert "Muller 2018" in then
    assert not any("curators" in said for said in speakers(write(date(2025, 8, 25))))
    assert any("curators" in said for said in speakers(write(TODAY)))


def speakers(found: Dossier) -> list[str]:
    """Return who says each sentence of a dossier."""
    return [said.said for part in all_sections(found.sections) for said in part.statements]


@pytest.mark.parametrize("audience", sorted(AUDIENCES))
def test_studies_alone_give_a_dossier(audience: str, write: Write) -> None:
    """Before any source spoke of the drug, what its studies show is told, and that none spoke."""
    found = write(date(2016, 12, 31), audience)

    assert "What follows was worked out from studies alone." in texts(found)[0]
    assert () == found.refs()
    assert found.derived()
    tables = [table for part in all_sections(found.sections) for table in part.tables]
    assert any("atopic dermatitis" in row.cells for table in tables for row in table.rows)


@pytest.mark.parametrize("audience", ["researcher", "clinician"])
def test_derived_is_called_derived(audience: str, write: Write) -> None:
    """Where states first show, it says that they are derived by rule and no panel's."""
    first = write(TODAY, audience).sections[0]

    assert "derived by rule and are no panel's judgement" in first.note


def rows_of(found: Dossier, caption: str) -> list[Row]:
    """Return the rows of the tables with a caption."""
    return [
        row
        for part in all_sections(found.sections)
        for table in part.tables
        if table.caption == caption
        for row in table.rows
    ]


def test_claims_stand_beside_their_own_dose(write: Write) -> None:
    """What the article says of the low dose backs no adverse event of another dose."""
    for caption in ("Adverse events with counts", "Adverse events named without a count"):
        rows = rows_of(write(TODAY), caption)
        others = [row for row in rows if row.cells[1] != "low-dose oral naltrexone"]

        assert others
        assert [] == [row.cells for row in others if row.refs]
    low = {row.cells[0]: row for row in rows if row.cells[1] == "low-dose oral naltrexone"}
    assert {"SC055", "SC084"} <= {ref.code for ref in low["headache"].refs}


def test_accounts_are_ascribed_to_who_gives_them(write: Write) -> None:
    """The article is not said to tell of the accounts that it leaves out."""
    first = next(text for text in texts(write(TODAY)) if "accounts of how it works" in text)
    named, _, silent = first.partition("which Dr.Oracle 2025 does not name")

    assert "immunomodulation" in named
    assert "toll-like receptor signalling" in silent
    assert "direct blockade of opioid receptors" in silent


def test_a_form_stands_for_no_whole_condition(write: Write) -> None:
    """Where all studies were in one form of a condition, that is said with the state."""
    said = next(text for text in texts(write(TODAY)) if "improves inflammatory bowel" in text)

    assert "studied only as Crohn disease" in said


def test_indirect_findings_are_called_so(write: Write) -> None:
    """A finding under other terms is never told as weighed without that it is indirect."""
    tables = [
        table
        for part in all_sections(write(TODAY).sections)
        for table in part.tables
        if table.columns[-1] == "Bearing"
    ]
    bearings = {row.cells[-1] for table in tables for row in table.rows}
    weighed = {text for text in bearings if "weighed" in text and "not weighed" not in text}

    assert {"exact; weighed"} < weighed
    assert all(text.endswith("as indirect evidence only") for text in weighed - {"exact; weighed"})


def test_reviews_are_told_as_reviews(write: Write) -> None:
    """What a review concludes is never told as a result of its own."""
    rows = [
        row.cells
        for part in all_sections(write(TODAY).sections)
        for table in part.tables
        if table.columns[:3] == ("Kind of regimen", "Study", "Design")
        for row in table.rows
        if "review" in row.cells[2]
    ]

    assert len(rows) > 4
    assert all(cells[5].startswith(("The review concludes: ", "No main result")) for cells in rows)


@pytest.mark.parametrize("audience", ["researcher", "clinician"])
def test_what_does_not_hold(audience: str, write: Write) -> None:
    """Refuted absences, too strong wordings, weak support and curators' findings are together."""
    part = next(each for each in write(TODAY, audience).sections if each.slug == "does-not-hold")
    said = [text.replace("LDN", "low-dose oral naltrexone") for text in map(_text, part.statements)]

    assert any(
        "No randomised controlled trial of low-dose oral naltrexone in skin disease” (Dr.Oracle "
        "2025, 2025-08-25): as said, untrue when written: Trial in lichen planopilaris 2020" in text
        for text in said
    )
    assert any("at any dose or route, untrue when written: Bigliardi 2007" in text for text in said)
    assert any(
        "shows promise in psoriasis” (Dr.Oracle 2025) is stronger than the evidence permits" in text
        for text in said
    )
    for kind in ("attributed grade", "citation loop", "tertiary only"):
        assert any(f"({kind})" in text for text in said)
    assert any("a randomised trial existed" in text for text in said)


def _text(said: Any) -> str:
    return str(said.text)


def test_patients_see_for_and_against(write: Write) -> None:
    """Patients read per disease how many people were studied, which way it went, how sure it is."""
    rows = {row.cells[0]: row.cells[1:] for row in rows_of(write(TODAY, "patient"), TABLE)}

    assert ("6", "94", "for", "very unsure") == rows["psoriasis"]
    assert ("1", "34", "against", "unsure") == rows["lichen planopilaris"]
    assert ("none", "—", "a search found none", "—") == rows["vitiligo"]


TABLE = "Diseases that were looked at"

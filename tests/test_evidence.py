"""The evidence map and the evidence on one condition, as people read them."""

import json
from datetime import date

import pytest

from commands import offlabel
from offlabel.evidence.appraisal import read_evidence
from offlabel.evidence.appraisal_formats import FORMATS, as_json, as_text
from offlabel.evidence.evidencemap import CERTAINTIES, STATES, read_map, render_map
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE

NALTREXONE = BASE + "drug/naltrexone"
LOW = BASE + "regimen/low-dose-oral-naltrexone"


def condition(slug: str) -> str:
    """Return the IRI of a condition."""
    return f"{BASE}condition/{slug}"


def test_cells(real: MemoryStore, real_roots: Roots) -> None:
    """A cell tells state, certainty, independent studies and people in signs."""
    found = read_map(real, real_roots, NALTREXONE)
    low = "low-dose oral naltrexone"

    assert "− ⊕⊕○○ 1/34" == found.cells["lichen planopilaris", low].text
    assert "+ ⊕○○○ 6/94" == found.cells["psoriasis", low].text
    assert "± ⊕⊕○○ 2/130" == found.cells["fibromyalgia", low].text
    assert found.cells["vitiligo", low].is_reported_absent


def test_a_case_for_each_question(real: MemoryStore, real_roots: Roots) -> None:
    """Each condition has a cell for each kind of regimen, and adjacent conditions stand last."""
    found = read_map(real, real_roots, NALTREXONE)
    kinds = [name in found.adjacent for name in found.conditions]

    assert {(c, r) for c in found.conditions for r in found.regimens} == set(found.cells)
    assert sorted(kinds) == kinds


def test_map_as_of(real: MemoryStore, real_roots: Roots) -> None:
    """Before the trial of 2020 nothing spoke against low doses in lichen planopilaris."""
    low = "low-dose oral naltrexone"
    cells = [
        read_map(
            real, real_roots, NALTREXONE, [condition("lichen-planopilaris")], date.fromisoformat(d)
        ).cells["lichen planopilaris", low]
        for d in ("2016-12-31", "2019-12-31", "2020-06-08")
    ]

    assert ["never searched", "supported", "disputed"] == [cell.state for cell in cells]


def test_drawn_map(real: MemoryStore, real_roots: Roots) -> None:
    """A drawn map has each condition, the signs of all states and certainties, and no colour."""
    found = read_map(real, real_roots, NALTREXONE, [condition("psoriasis"), condition("vitiligo")])
    text = render_map(found, 140)

    assert "psoriasis" in text
    assert "vitiligo" in text
    assert "fibromyalgia" not in text
    assert all(sign in text for sign, _ in STATES.values())
    assert all(signs in text for signs in CERTAINTIES.values())
    assert "\x1b" not in text
    assert "\x1b" in render_map(found, 140, is_coloured=True)


def test_evidence_tells_why(real: MemoryStore, real_roots: Roots) -> None:
    """The evidence names the factors, the findings with k/n, the conflict and its axes."""
    found = read_evidence(real, real_roots, NALTREXONE, condition("lichen-planopilaris"), LOW)
    text = as_text(found)

    assert "state: disputed" in text
    assert "starts high" in text
    assert "−1 few people (34 people, fewer than 400)" in text
    assert "4/4, 95% CI 51-100%" in text
    assert "differ on: co-therapy, comparator, design, outcome, population" in text
    assert "no panel's judgement" in text


def test_claims_of_absence_are_judged(real: MemoryStore, real_roots: Roots) -> None:
    """Of atopic dermatitis it is told in which reading the claim of no trial holds."""
    text = as_text(read_evidence(real, real_roots, NALTREXONE, condition("atopic-dermatitis")))

    assert "as said: stands" in text
    assert "at any dose or route: untrue when written: Bigliardi 2007" in text


def test_nothing_of_a_later_claim(real: MemoryStore, real_roots: Roots) -> None:
    """As of 2019 nobody had claimed that there is no trial."""
    then = date(2019, 12, 31)
    ad = condition("atopic-dermatitis")
    found = read_evidence(real, real_roots, NALTREXONE, ad, LOW, as_of=then)

    assert () == found.absences
    assert "reported absent" not in as_text(found)


@pytest.mark.parametrize("name", FORMATS)
def test_formats(real: MemoryStore, real_roots: Roots, name: str) -> None:
    """Each format holds the state; JSON can be read back."""
    found = read_evidence(real, real_roots, NALTREXONE, condition("psoriasis"), LOW)

    assert "supported" in FORMATS[name](found)
    assert "supported" == json.loads(as_json(found))["appraisals"][0]["overview"]["state"]


def test_commands() -> None:
    """The commands print the map and the evidence, and refuse what is not there."""
    assert "psoriasis" in offlabel("map", "naltrexone").text
    assert "state: supported" in offlabel("evidence", "naltrexone", "psoriasis").text
    wrong = offlabel("evidence", "naltrexone", "psoriasiss")
    assert 2 == wrong.code
    assert "psoriasis" in wrong.err
    day = offlabel("map", "--as-of", "2019")
    assert 2 == day.code
    assert "Traceback" not in day.err

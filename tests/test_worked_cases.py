"""The rules arrive where docs/worked-cases.md arrives by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL

WORKED = yaml.safe_load(Path(__file__).with_name("worked-cases.yaml").read_text(encoding="utf-8"))
STATES = {
    "SupportedState": "supported",
    "DisputedState": "disputed",
    "InconclusiveState": "inconclusive",
    "NoneFoundState": "searched-none-found",
    "NeverSearchedState": "never-searched",
}
PREFIXES = f"PREFIX ol: <{OL}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


def cell(term: Any) -> str | None:
    """Return the text of a term of an answer, things by the last part of their name."""
    text = str(getattr(term, "value", term)) if term is not None else None
    return text.removeprefix(OL).rpartition("/")[2] if text else None


def rows(store: MemoryStore, query: str) -> list[tuple[str | None, ...]]:
    """Return an answer as texts."""
    return [tuple(map(cell, row)) for row in store.select(PREFIXES + query).rows]


def assessed(store: MemoryStore, regimen: str, condition: str, day: date) -> dict[str, Any]:
    """Return what the graph says of a question on a day, in the form of the worked cases."""
    where = f"""?q a ol:EvidenceQuestion ; ol:subject <{BASE}regimen/{regimen}> ;
        ol:object <{BASE}condition/{condition}> .
        ?a a ol:Assessment ; ol:about ?q ; ol:validFrom ?from .
        OPTIONAL {{ ?a ol:validUntil ?until }}
        FILTER (?from <= "{day}"^^<http://www.w3.org/2001/XMLSchema#date>
                && COALESCE(?until > "{day}"^^<http://www.w3.org/2001/XMLSchema#date>, true))"""
    found = rows(
        store,
        f"""SELECT ?state ?level ?start ?certainty {{ {where} ?a ol:state ?state .
        OPTIONAL {{ ?a ol:level/skos:notation ?level }}
        OPTIONAL {{ ?a ol:hasGrade ?g . ?g ol:startsAt ?start ; ol:certainty ?certainty }} }}""",
    )
    ((state, level, start, certainty),) = found
    factors = rows(
        store,
        f"""SELECT ?kind ?steps {{ {where}
        ?a ol:hasGrade/ol:loweredBy ?f . ?f ol:ofKind ?kind ; ol:steps ?steps }}""",
    )
    studies = rows(store, f"SELECT DISTINCT ?s {{ {where} ?a ol:weighs/ol:ofStudy ?s }}")
    return {
        "state": STATES[str(state)],
        "level": int(level) if level else None,
        "starts": start.removeprefix("grade-") if start else None,
        "factors": sorted((str(kind), int(str(steps))) for kind, steps in factors),
        "certainty": certainty.removeprefix("grade-") if certainty else None,
        "studies": sorted(str(study) for (study,) in studies),
    }


@pytest.mark.parametrize(
    "case",
    WORKED["cases"],
    ids=lambda case: "-".join(map(str, [*case["question"].values(), case["asOf"]])),
)
def test_case(real: MemoryStore, case: dict[str, Any]) -> None:
    """State, level, start, factors, certainty and body are those worked out by hand."""
    expected = {
        **{key: case[key] for key in ("state", "level", "starts", "certainty")},
        "factors": sorted((each["factor"], each["steps"]) for each in case["factors"] or ()),
        "studies": sorted(case["studies"] or ()),
    }

    assert expected == assessed(real, **case["question"], day=case["asOf"])


def test_contradictions(real: MemoryStore) -> None:
    """Findings that contradict each other do so on the axes worked out by hand, and no others."""
    found: dict[tuple[str | None, str | None], set[str]] = {}
    for one, other, axis in rows(
        real,
        """SELECT ?one ?other ?axis { ?c a ol:Contradiction ; ol:differsOn ?axis .
        ?c ol:hasSide ?f , ?g .
        ?f ol:direction ol:Supports ; ol:ofStudy ?one .
        ?g ol:direction ol:Disputes ; ol:ofStudy ?other }""",
    ):
        name = "none" if axis == "NoAxis" else str(axis).removesuffix("Axis").lower()
        found.setdefault((one, other), set()).add(name.replace("cotherapy", "co-therapy"))
    expected = {(c["one"], c["other"]): set(c["axes"]) for c in WORKED["contradictions"]}

    assert expected == found


def test_absence_claims(real: MemoryStore, real_roots: Roots) -> None:
    """Each claim of absence stands or falls, in each reading, as worked out by hand."""
    answer = run(real, get_query(real_roots, "evidence/absence-claims"), {"drug": "naltrexone"})
    found = {(str(row["code"]), str(row["reading"]), str(row["standing"])) for row in answer}
    expected = {
        tuple(
            str(case[key]).replace("-", " ").replace("any dose", "at any dose")
            for key in ("claim", "reading", "standing")
        )
        for case in WORKED["absence"]
    }

    assert expected == found


@pytest.mark.parametrize("case", WORKED["marks"], ids=lambda case: case["proposition"])
def test_marks(real: MemoryStore, case: dict[str, Any]) -> None:
    """What a statement or grade rests on is marked as worked out by hand."""
    names = {
        "TertiaryOnly": "tertiary-only",
        "CitationLoop": "citation-loop",
        "OnePaper": "one-paper",
        "AttributedGrade": "attributed-grade",
    }
    found = rows(
        real,
        f"""SELECT DISTINCT ?kind {{ ?mark a ol:Mark ; ol:ofKind ?kind ; ol:about ?about .
        {{ VALUES ?about {{ <{BASE}proposition/{case["proposition"]}> }} }} UNION
        {{ <{BASE}proposition/{case["proposition"]}> ol:subject ?about }} }}""",
    )

    assert set(case["marks"]) == {names[str(kind)] for (kind,) in found}


@pytest.mark.parametrize("case", WORKED["proportions"], ids=lambda case: case["study"])
def test_proportions(real: MemoryStore, case: dict[str, Any]) -> None:
    """Proportions and Wilson intervals are those worked out by hand."""
    found = rows(
        real,
        f"""SELECT DISTINCT ?p ?low ?high {{ <{BASE}study/{case["study"]}> ol:mainResult ?r .
        ?r ol:count {case["k"]} ; ol:outOf {case["n"]} ; ol:proportion ?p ;
           ol:intervalLow ?low ; ol:intervalHigh ?high }}""",
    )

    assert [tuple(case[key] for key in ("proportion", "low", "high"))] == [
        tuple(float(str(value)) for value in row) for row in found
    ]


@pytest.mark.parametrize("case", WORKED["differences"], ids=lambda case: case["study"])
def test_differences(real: MemoryStore, case: dict[str, Any]) -> None:
    """Differences and ratios of two arms, with their intervals, are those worked out by hand."""
    k, n = case["drug"]["k"], case["drug"]["n"]
    found = rows(
        real,
        f"""SELECT DISTINCT ?d ?dl ?dh ?r ?rl ?rh {{
        <{BASE}study/{case["study"]}> ol:hasArm ?arm . ?x ol:resultOf ?arm ; ol:count {k} ;
        ol:outOf {n} ; ol:riskDifference ?d ; ol:riskDifferenceLow ?dl ; ol:riskDifferenceHigh ?dh ;
        ol:riskRatio ?r ; ol:riskRatioLow ?rl ; ol:riskRatioHigh ?rh }}""",
    )
    expected = [
        case[kind][key] for kind in ("difference", "ratio") for key in ("estimate", "low", "high")
    ]

    assert [expected] == [[float(str(value)) for value in row] for row in found]

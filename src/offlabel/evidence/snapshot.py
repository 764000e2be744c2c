"""What a graph says of the evidence, thing by thing and in words, so that two can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal

from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Table, text_from_term
from offlabel.stores.base import Store, Term
from offlabel.terms import prefixes

SOURCES, STUDIES, CLAIMS = "sources", "studies", "claims"
ASSESSMENTS, CONTRADICTIONS, STANDINGS = "assessments", "contradictions", "standings"
KINDS = (SOURCES, STUDIES, CLAIMS, ASSESSMENTS, CONTRADICTIONS, STANDINGS)
DERIVED = (ASSESSMENTS, CONTRADICTIONS, STANDINGS)

# What is read of each thing that people wrote: its classes, and the path to each field.
_CLASSES = {
    SOURCES: "ol:PrimarySource ol:SecondarySource ol:TertiarySource",
    STUDIES: "ol:Study",
    CLAIMS: "ol:Claim",
}
_FIELDS = {
    SOURCES: {
        "title": "dcterms:title",
        "kind": "a",
        "year": "ol:year",
        "published on": "ol:publishedOn",
        "last updated": "ol:lastUpdated",
        "retracted on": "ol:retractedOn",
    },
    STUDIES: {
        "design": "ol:hasDesign",
        "blinding": "ol:blinding",
        "condition": "ol:inCondition",
        "enrolled": "ol:enrolled",
        "regimens": "ol:hasArm/ol:receives",
        "control": "ol:hasArm/ol:control",
        "main result": "ol:mainResult",
        "direction": "ol:mainResult/ol:direction",
        "count": "ol:mainResult/ol:count",
        "out of": "ol:mainResult/ol:outOf",
        "p": "ol:mainResult/(ol:pAsPrinted|ol:pValue)",
        "reported in": "ol:reportedIn",
    },
    CLAIMS: {
        "words": "rdfs:label",
        "proposition": "ol:asserts",
        "polarity": "ol:polarity",
        "strength of wording": "ol:modality",
        "hedge": "ol:hedgeAsPrinted",
        "cites": "ol:printedCitation",
        "cites by inheritance": "ol:inheritedCitation",
        "made in": "ol:madeIn",
    },
}
# The drugs and conditions that each thing is about.
_STUDY_ABOUT = (
    "(ol:hasArm/ol:receives/ol:ofDrug)|(ol:inCondition/ol:subtypeOf*)|"
    "(ol:hasArm/^ol:resultOf/ol:forCondition/ol:subtypeOf*)"
)
_CLAIM_ABOUT = (
    "(ol:asserts/ol:concerns)|"
    "(ol:asserts/(ol:subject|ol:object|ol:forCondition)/(ol:ofDrug|ol:subtypeOf)*)"
)
_ABOUT = {
    SOURCES: f"(^ol:reportedIn/({_STUDY_ABOUT}))|(^ol:madeIn/({_CLAIM_ABOUT}))",
    STUDIES: _STUDY_ABOUT,
    CLAIMS: _CLAIM_ABOUT,
}
_COUNTS = ("supporting", "disputing", "undecided", "people")
Words = str | int | tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """One thing, with what is told of it by field, and the drugs and conditions it is about.

    A field that nothing is told of is an empty tuple.
    """

    iri: str
    label: str
    fields: Mapping[str, Words]
    about: frozenset[str] = frozenset()


Snapshot = Mapping[str, Mapping[str, Told]]


def read_snapshot(store: Store, roots: Roots, kinds: Iterable[str] = KINDS) -> Snapshot:
    """Read the things of each kind in `kinds` (see `KINDS`) by IRI, as of the latest day."""
    found: dict[str, Mapping[str, Told]] = {}
    for kind in kinds:
        if kind in _CLASSES:
            things: Iterable[Told] = _written(store, kind)
        elif kind == ASSESSMENTS:
            things = _assessments(store, roots)
        elif kind == CONTRADICTIONS:
            things = [*_conflicts(store, roots), *_between_claims(store)]
        else:
            things = _standings(store, roots)
        found[kind] = {thing.iri: thing for thing in things}
    return found


def _written(store: Store, kind: str) -> list[Told]:
    """Read what people wrote of one kind."""
    where = f"VALUES ?class {{ {_CLASSES[kind]} }} ?thing a ?class ."
    names = _values(store, where, "rdfs:label")
    codes = _values(store, where, "skos:notation")
    about = _iris(store, where, _ABOUT[kind])
    fields = {name: _values(store, where, path) for name, path in _FIELDS[kind].items()}
    things = []
    for iri in sorted(_iris(store, where, "a")):
        label = " ".join([*codes.get(iri, ()), *names.get(iri, ())])
        told = {name: _plain(values.get(iri, ())) for name, values in fields.items()}
        things.append(Told(iri, label or prefixes().compress(iri), told, about.get(iri, _NONE)))
    return things


def _assessments(store: Store, roots: Roots) -> Iterator[Told]:
    """Read state, level and grade of each question, keyed by its kind of regimen and condition."""
    grades: dict[tuple[object, object], list[dict[str, object]]] = defaultdict(list)
    for row in _ask(store, roots, "why-that-grade"):
        grades[row["regimen"], row["condition"]].append(dict(row))
    for row in _ask(store, roots, "evidence-map"):
        factors = grades.get((row["regimen"], row["condition"]), [])
        told: dict[str, Words] = {
            **{name: _told(row[name]) for name in ("state", "level", "certainty")},
            "starts at": _told(factors[0]["startsAt"] if factors else None),
            "factors": tuple(
                sorted(f"−{each['steps']} {each['factor']}" for each in factors if each["factor"])
            ),
            **{name: _told(row[name] or 0) for name in _COUNTS},
            "search trusted until": _told(row["searchTrustedUntil"]),
            "reported absent": "yes" if row["reportedAbsent"] else (),
        }
        yield Told(
            f"{row['regimen']} {row['condition']}",
            f"{row['regimenLabel']} for {row['conditionLabel']}",
            told,
            frozenset({str(row["drug"]), str(row["condition"])}),
        )


def _conflicts(store: Store, roots: Roots) -> list[Told]:
    """Read the contradictions between findings."""
    found: dict[str, Told] = {}
    for row in _ask(store, roots, "conflicting-findings"):
        iri = str(row["conflict"])
        before = found.get(iri)
        axes = set(before.fields["axes"]) if before else set()  # type: ignore[arg-type]
        fields: dict[str, Words] = {
            "condition": str(row["conditionLabel"]),
            "axes": tuple(sorted({*axes, str(row["axis"])})),
        }
        label = f"{row['speaksFor']} ↔ {row['speaksAgainst']}"
        found[iri] = Told(iri, label, fields, frozenset({str(row["drug"]), str(row["condition"])}))
    return list(found.values())


def _between_claims(store: Store) -> Iterator[Told]:
    """Read the contradictions between claims, which people wrote."""
    where = "?thing a ol:Contradiction ; ol:hasSide ?side . ?side a ol:Claim ."
    names = _values(store, where, "rdfs:label")
    axes = _values(store, where, "ol:differsOn")
    sides = _values(store, where, "ol:hasSide")
    about = _iris(store, where, f"ol:hasSide/({_CLAIM_ABOUT})")
    for iri, claims in sides.items():
        label = " ".join(names.get(iri, ())) or prefixes().compress(iri)
        fields: dict[str, Words] = {"claims": claims, "axes": axes.get(iri, ())}
        yield Told(iri, label, fields, about.get(iri, _NONE))


def _standings(store: Store, roots: Roots) -> list[Told]:
    """Read whether each claim that no study exists holds, in each reading."""
    found: dict[str, Told] = {}
    for row in _ask(store, roots, "absence-claims"):
        iri = str(row["absenceReading"])
        fields: dict[str, Words] = {"standing": str(row["standing"]), "refuted by": ()}
        told = found.get(iri) or Told(
            iri,
            f"{row['code']}, {row['statement']}; {row['reading']}",
            fields,
            frozenset({str(row["drug"]), str(row["condition"])}),
        )
        if row["refutedByLabel"]:
            by = {*told.fields["refuted by"], str(row["refutedByLabel"])}  # type: ignore[misc]
            told = replace(told, fields={**told.fields, "refuted by": tuple(sorted(by))})
        found[iri] = told
    return list(found.values())


_NONE: frozenset[str] = frozenset()


def _ask(store: Store, roots: Roots, name: str) -> Table:
    return run(store, get_query(roots, f"evidence/{name}"))


def _rows(store: Store, where: str, path: str) -> tuple[tuple[Term | None, ...], ...]:
    return store.select(
        f"{prefixes().sparql()} SELECT DISTINCT ?thing ?value ?label WHERE {{ {where} "
        f"?thing {path} ?value . OPTIONAL {{ ?value rdfs:label ?label }} }}"
    ).rows


def _values(store: Store, where: str, path: str) -> dict[str, tuple[str, ...]]:
    """Return what a path leads to from each thing, by label where it has one, in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for thing, value, label in _rows(store, where, path):
        found[text_from_term(thing)].add(
            text_from_term(label if isinstance(label, Literal) else value, prefixes().compress)
        )
    return {thing: tuple(sorted(values)) for thing, values in found.items()}


def _iris(store: Store, where: str, path: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for thing, value, _ in _rows(store, where, path):
        found[text_from_term(thing)].add(text_from_term(value))
    return {thing: frozenset(values) for thing, values in found.items()}


def _told(value: object) -> Words:
    if value is None:
        return ()
    return value if isinstance(value, int) else str(value)


def _plain(values: tuple[str, ...]) -> Words:
    if len(values) != 1:
        return values
    return int(values[0]) if values[0].isdecimal() and values[0].isascii() else values[0]

"""The proof of a record that rules made: what each rule says of it, down to studies and searches.

An assessment leads to the lines it weighs and to its grade, a grade to its factors, a line to its
result and its study, a study to its source. Each fact names its rule; what stands in a file is
told with its numbers and its file.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.evidence.why.node import Node
from offlabel.evidence.why.records import Records, text_of
from offlabel.rules import Rule
from offlabel.stores.base import Term
from offlabel.terms import GRAPH, OL, RDF, RDFS

RULE_GRAPH = f"{GRAPH}rule/"
DEPTH = 5
KINDS = {
    f"{OL}{name}"
    for name in (
        *("Assessment", "DerivedGrade", "GradeFactor", "EvidenceLine", "Difference"),
        *("AbsenceReading", "Mark", "Coverage", "PhaseSign", "Contradiction"),
    )
}
# What a reader of the proof needs, in order; what is left out repeats the rest.
_TOLD = (
    *("about", "ofStep", "ofMechanism", "ofPhase", "readAs", "ofKind", "state", "standing"),
    *("coverage", "netSign", "level", "direction", "startsAt", "loweredBy", "certainty", "steps"),
    *("because", "supporting", "disputing", "undecided", "people", "weighs", "restsOnSearch"),
    *("hasGrade", "hasSide", "differsOn", "refutedBy", "from", "ofStudy", "hasDifference"),
    *("representedBy", "opensWith", "endsWith", "opposedBy", "validFrom", "validUntil"),
)
_ORDER = {f"{OL}{name}": place for place, name in enumerate(_TOLD)}
_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
# What is told of a thing that stands in a file, beside its name.
_FIGURES = (
    *("count", "outOf", "intervalLow", "intervalHigh", "baselineValue", "estimate"),
    *("estimateLow", "estimateHigh", "unit", "pValue", "pAsPrinted", "finding"),
    *("hasDesign", "blinding", "enrolled", "searchedFor", "searchedOn", "hits"),
    *("species", "setting", "inTissue", "underRegimen", "year", "publishedOn", "lastUpdated"),
    *("pmid", "doi", "readAt", "limit", "steps"),
)
_LEADS_TO = (
    *("subject", "object", "resultOf", "receives", "reportedIn", "drawnFrom", "observes"),
    *("ofDesign", "reportedBy", "madeIn"),
)


class Derived:
    """Proofs of records that rules made."""

    def __init__(self, records: Records, rules: dict[str, Rule]) -> None:
        self._records = records
        self._rules = rules
        self._named: set[str] = set()
        self._shown: set[str] = set()

    def is_derived(self, thing: NamedNode) -> bool:
        """Say whether rules made a thing, so that this is how to prove it."""
        rows = self._records.rows(
            f"""SELECT DISTINCT ?kind WHERE {{ GRAPH ?g {{ {thing} a ?kind }}
            FILTER (STRSTARTS(STR(?g), "{RULE_GRAPH}")) }}"""
        )
        return any(text_of(kind) in KINDS for (kind,) in rows)

    def label(self, term: Term | None) -> str:
        """Return what a thing is called; a derived record without a name by what it is about."""
        name = self._records.label(term)
        if not isinstance(term, NamedNode) or name != self._records.curie(term):
            return name
        for path in ("ofStudy", "ofKind", "certainty", "about"):
            for (found,) in self._records.rows(
                f"SELECT ?l WHERE {{ {term} ol:{path}/rdfs:label ?l }} ORDER BY ?l LIMIT 1"
            ):
                return text_of(found)
        return name

    def parts(self, thing: NamedNode, depth: int = 0) -> Iterator[Node]:
        """Give the facts that rules derived of a record, each with its rule and what it names."""
        self._shown.add(thing.value)
        facts = self._records.rows(
            f"""SELECT DISTINCT ?p ?o ?g WHERE {{ GRAPH ?g {{ {thing} ?p ?o }}
            FILTER (STRSTARTS(STR(?g), "{RULE_GRAPH}")) }} ORDER BY ?g ?p ?o"""
        )
        told = [fact for fact in facts if text_of(fact[0]) in _ORDER]
        shown = {text_of(value) for _, value, _ in told}
        told += [
            fact
            for fact in facts
            if text_of(fact[0]) == _DERIVED_FROM and text_of(fact[1]) not in shown | self._shown
        ]
        for predicate, value, graph in sorted(
            told, key=lambda fact: _ORDER.get(text_of(fact[0]), len(_ORDER))
        ):
            rule = self._rule(text_of(graph))
            name = self._records.label(predicate)
            inner = tuple(self._inner(value, depth)) if isinstance(value, NamedNode) else ()
            text = f"{name}: {self.label(value)}{rule}"
            yield Node(text, self._records.curie(value), inner, "derived")

    def _rule(self, graph: str) -> str:
        """Name the rule of a graph; with its title the first time."""
        rule = self._rules.get(graph)
        if rule is None:
            return ""
        title = "" if rule.name in self._named else f": {rule.title}"
        self._named.add(rule.name)
        return f" — by rule {rule.name}{title}"

    def _inner(self, thing: NamedNode, depth: int) -> Iterator[Node]:
        if thing.value in self._shown or depth >= DEPTH:
            return
        if self.is_derived(thing):
            yield from self.parts(thing, depth + 1)
        elif not thing.value.startswith(OL):
            yield from self.recorded(thing, depth + 1)

    def recorded(self, thing: NamedNode, depth: int = 0) -> Iterator[Node]:
        """Give the numbers of a thing that stands in a file, its file, and what it leads to."""
        self._shown.add(thing.value)
        values = ", ".join(f"ol:{name}" for name in _FIGURES)
        rows = self._records.rows(
            f"SELECT DISTINCT ?p ?o WHERE {{ {thing} ?p ?o . FILTER (?p IN ({values})) }}"
        )
        found: dict[str, list[Term | None]] = {}
        for predicate, value in rows:
            found.setdefault(text_of(predicate).removeprefix(OL), []).append(value)
        figures = "; ".join(
            f"{self._records.label(NamedNode(OL + name))} {', '.join(map(self._said, found[name]))}"
            for name in _FIGURES
            if name in found
        )
        files = ", ".join(self._files(thing))
        if figures or files:
            yield Node(" — ".join(filter(None, (figures, files))), "", (), "file")
        yield from self._records.passages(thing)
        for name in _LEADS_TO:
            for (value,) in self._records.rows(
                f"SELECT DISTINCT ?o WHERE {{ {thing} ol:{name} ?o }} ORDER BY ?o"
            ):
                if isinstance(value, NamedNode) and value.value not in self._shown:
                    inner = tuple(self._inner(value, depth))
                    text = f"{self._records.label(NamedNode(OL + name))}: "
                    text += self._records.label(value)
                    yield Node(text, self._records.curie(value), inner, "premise")

    def _said(self, value: Term | None) -> str:
        return text_of(value) if isinstance(value, Literal) else self._records.label(value)

    def _files(self, thing: NamedNode) -> list[str]:
        skipped = f"{NamedNode(RDFS + 'label')}, {NamedNode(RDF + 'type')}"
        rows = self._records.rows(
            f"""SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {thing} ?p ?o }}
            FILTER (!STRSTARTS(STR(?g), "{RULE_GRAPH}") && ?p NOT IN ({skipped})) }} ORDER BY ?g"""
        )
        return [text_of(graph).removeprefix(GRAPH) for (graph,) in rows]

"""What the graph itself records of claims, flags and contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from offlabel.evidence.why.node import Node
from offlabel.stores.base import Store, Term
from offlabel.terms import BASE, RDF, prefixes


class Records:
    """The records about a thing, as steps of a proof."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._head = prefixes().sparql()
        self._labels: dict[str, str] = {}

    def rows(self, query: str) -> tuple[tuple[Term | None, ...], ...]:
        """Answer a query that needs no prefixes of its own."""
        return self._store.select(self._head + query).rows

    def label(self, term: Term | None) -> str:
        """Return what a term is called."""
        if not isinstance(term, NamedNode):
            return text_of(term)
        if term.value == f"{RDF}type":
            return "is a"
        if term.value not in self._labels:
            rows = self.rows(f"SELECT ?l WHERE {{ {term} rdfs:label ?l }} ORDER BY ?l LIMIT 1")
            name = text_of(rows[0][0]) if rows else prefixes().compress(term.value)
            self._labels[term.value] = name
        return self._labels[term.value]

    def name(self, term: Term | None) -> str:
        """Return what a term is called; a claim by its code."""
        curie = self.curie(term)
        if curie.startswith("claim:"):
            rows = self.rows(f"SELECT ?c WHERE {{ {term} skos:notation ?c }} ORDER BY ?c LIMIT 1")
            return f"claim {text_of(rows[0][0])}" if rows else curie
        return self.label(term)

    def curie(self, term: Term | None) -> str:
        """Return the short name of a thing of ours."""
        is_ours = isinstance(term, NamedNode) and term.value.startswith(BASE)
        return prefixes().compress(term.value) if is_ours and isinstance(term, NamedNode) else ""

    def graphs(self, subject: Term, predicate: NamedNode, value: Term) -> list[str]:
        """Return the names of the graphs that hold a statement."""
        query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {subject} {predicate} {value} }} }}"
        return [text_of(graph) for (graph,) in self.rows(f"{query} ORDER BY ?g")]

    def claims_of(self, thing: NamedNode) -> list[NamedNode]:
        """Return the claims that assert a proposition, or from which a record was taken."""
        rows = self.rows(
            f"""SELECT DISTINCT ?claim WHERE {{
            {{ ?claim ol:asserts {thing} }} UNION {{ {thing} ol:statedBy ?claim }}
            UNION {{ {thing} ol:flags|ol:hasSide ?claim }} UNION {{ ?claim ol:at {thing} }}
            }} ORDER BY ?claim"""
        )
        return [claim for (claim,) in rows if isinstance(claim, NamedNode)]

    def hedge(self, claim: NamedNode) -> str:
        """Return how a claim is hedged, in words for a bracket; nothing where it asserts."""
        for name, printed in self.rows(
            f"""SELECT ?name ?printed WHERE {{ {claim} ol:modality ?modality .
            ?modality rdfs:label ?name . FILTER (?modality != ol:Asserted)
            OPTIONAL {{ {claim} ol:hedgeAsPrinted ?printed }} }} ORDER BY ?name ?printed"""
        ):
            return f" as {text_of(name)}" + (f" (“{text_of(printed)}”)" if printed else "")
        return ""

    def told(self, thing: NamedNode) -> Iterator[Node]:
        """Give what is recorded of a claim, a flag or a contradiction."""
        yield from self.passages(thing)
        yield from self._citations(thing)
        yield from self._contradictions(thing)
        yield from self._flags(thing)
        yield from self._reasons(thing)

    def passages(self, claim: NamedNode) -> Iterator[Node]:
        """Give where a claim stands, with the checksum of the passage."""
        for source, section, passage, start, end, sha in self.rows(
            f"""SELECT ?source ?section ?passage ?start ?end ?sha WHERE {{
            {claim} ol:madeIn ?source ; ol:inSection/rdfs:label ?section ; ol:at ?passage .
            ?passage oa:start ?start ; oa:end ?end ; ol:sha256 ?sha }}
            ORDER BY ?source ?start ?end"""
        ):
            place = f"characters {text_of(start)}–{text_of(end)}, SHA-256 {text_of(sha)[:12]}…"
            text = f"said in {self.label(source)}, {text_of(section)}, {place}"
            yield Node(text, self.curie(passage), (), "passage")

    def _citations(self, claim: NamedNode) -> Iterator[Node]:
        for name, words in (("printed", "in print"), ("inherited", "by its block")):
            for cited, kind in self.rows(
                f"""SELECT DISTINCT ?cited ?kind WHERE {{ {claim} ol:{name}Citation ?cited .
                OPTIONAL {{ ?cited a ?class . ?class rdfs:subClassOf ol:Source ;
                rdfs:label ?kind }} }} ORDER BY ?cited ?kind"""
            ):
                text = f"cites, {words}: {self.label(cited)}"
                text += f", a {text_of(kind)}" if kind is not None else ""
                yield Node(text, self.curie(cited), (), "citation")

    def _contradictions(self, claim: NamedNode) -> Iterator[Node]:
        for record, other, code, because in self.rows(
            f"""SELECT DISTINCT ?record ?other ?code ?because WHERE {{
            ?record a ol:Contradiction ; ol:hasSide {claim} , ?other ; ol:because ?because .
            ?other skos:notation ?code . FILTER (?other != {claim}) }}
            ORDER BY ?record ?code"""
        ):
            axes = self._names(record, "differsOn")
            text = f"is contradicted by {text_of(code)}, {self.label(other)}"
            reason = Node(
                f"differing on {axes}: {text_of(because)}", self.curie(record), (), "reason"
            )
            yield Node(text, self.curie(other), (reason,), "contradiction")

    def _flags(self, claim: NamedNode) -> Iterator[Node]:
        for flag, code, because in self.rows(
            f"""SELECT DISTINCT ?flag ?code ?because WHERE {{ ?flag ol:flags {claim} ;
            skos:notation ?code ; ol:because ?because }} ORDER BY ?code"""
        ):
            kinds = self._names(flag, "flagCategory")
            text = f"flagged {text_of(code)}, {kinds}: {self.label(flag)}"
            reason = Node(text_of(because), "", (), "reason")
            yield Node(text, self.curie(flag), (reason,), "flag")

    def _reasons(self, thing: NamedNode) -> Iterator[Node]:
        """Give the reason of a flag or of a contradiction, and the works it goes back to."""
        for (because,) in self.rows(
            f"SELECT DISTINCT ?because WHERE {{ {thing} ol:because ?because }} ORDER BY ?because"
        ):
            yield Node(f"because: {text_of(because)}", "", (), "reason")
        for kind in ("flagCategory", "differsOn"):
            if names := self._names(thing, kind):
                words = "category" if kind == "flagCategory" else "differing on"
                yield Node(f"{words}: {names}", "", (), "reason")
        for (work,) in self.rows(
            f"""SELECT DISTINCT ?work WHERE {{ {thing} a ol:Flag ; dcterms:source ?work }}
            ORDER BY ?work"""
        ):
            yield Node(f"see {text_of(work)}", "", (), "citation")

    def _names(self, thing: Term | None, predicate: str) -> str:
        rows = self.rows(
            f"SELECT DISTINCT ?n WHERE {{ {thing} ol:{predicate}/rdfs:label ?n }} ORDER BY ?n"
        )
        return ", ".join(text_of(name) for (name,) in rows)


def text_of(term: Term | None) -> str:
    """Return the text of a term; nothing for none."""
    return str(getattr(term, "value", "")) if term is not None else ""

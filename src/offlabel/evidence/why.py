"""The proof of a thing: claims down to passages, and derived statements down to their premises.

A derived statement lies in the named graph of its rule. Its premises are found by running the
rule's WHERE clause again and keeping the solutions that lead to the statement; what the rule
names of the things in such a solution is what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from offlabel.errors import QueryError
from offlabel.paths import Roots
from offlabel.rules import Rule, read_rules
from offlabel.sources import discover
from offlabel.sources.sparql import named_iris
from offlabel.stores.base import Rows, Store, Term
from offlabel.terms import BASE, GRAPH, OL, RDF, RDFS, prefixes

RULE_GRAPH = f"{GRAPH}rule/"
DEPTH = 6
MOST = 12
_CONSTRUCT = re.compile(r"CONSTRUCT\s*\{[^{}]*\}\s*WHERE", re.IGNORECASE)
_HEAD = (
    f"PREFIX ol: <{OL}>\nPREFIX oa: <http://www.w3.org/ns/oa#>\nPREFIX rdfs: <{RDFS}>\n"
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
)


@dataclass(frozen=True)
class Node:
    """One step of a proof: what it says, the thing it is about, and what it rests on."""

    text: str
    curie: str = ""
    rests_on: tuple[Node, ...] = ()


def why(store: Store, roots: Roots, thing: NamedNode) -> Node:
    """Return the proof of a thing as a tree that ends at passages and files."""
    return _Prover(store, roots).thing(thing)


class _Prover:
    def __init__(self, store: Store, roots: Roots) -> None:
        self._store = store
        self._rules = {rule.graph: rule for rule in read_rules(discover(roots))}
        self._solutions: dict[str, Rows] = {}
        self._seen: set[str] = set()

    def thing(self, thing: NamedNode, depth: int = 0) -> Node:
        node = Node(self._label(thing), prefixes().compress(thing.value))
        if thing.value in self._seen or depth > DEPTH:
            return replace(node, rests_on=(Node("shown above"),) if depth <= DEPTH else ())
        self._seen.add(thing.value)
        parts = [*self._claim(thing), *self._claims(thing, depth), *self._derived(thing, depth)]
        if not parts:
            parts = [Node(f"asserted in {place}") for place in self._files(thing)]
        return replace(node, rests_on=tuple(parts))

    def _claim(self, claim: NamedNode) -> Iterator[Node]:
        """Give where a claim stands, what it cites, and what speaks against it."""
        for source, section, start, end, sha in self._rows(
            f"""SELECT ?source ?section ?start ?end ?sha WHERE {{
            {claim} ol:madeIn ?source ; ol:inSection/rdfs:label ?section ; ol:at ?passage .
            ?passage oa:start ?start ; oa:end ?end ; ol:sha256 ?sha }}
            ORDER BY ?source ?start"""
        ):
            place = f"characters {_text(start)}–{_text(end)}, SHA-256 {_text(sha)[:12]}…"
            yield Node(
                f"said in {self._label(source)}, {_text(section)}, {place}", self._curie(source)
            )
        for predicate, words in (
            ("printedCitation", "cites, in print"),
            ("inheritedCitation", "cites, by its block"),
            ("contradicts", "is contradicted by"),
        ):
            for (other,) in self._rows(
                f"SELECT DISTINCT ?o WHERE {{ {claim} ol:{predicate} ?o }} ORDER BY ?o"
            ):
                yield Node(f"{words} {self._label(other)}", self._curie(other))
        for flag, code, label in self._rows(
            f"""SELECT DISTINCT ?flag ?code ?label WHERE {{ ?flag ol:flags {claim} ;
            skos:notation ?code ; rdfs:label ?label }} ORDER BY ?code"""
        ):
            yield Node(f"flagged {_text(code)}: {_text(label)}", self._curie(flag))

    def _claims(self, thing: NamedNode, depth: int) -> Iterator[Node]:
        """Give the claims that assert a proposition, or from which a record was taken."""
        for (claim,) in self._rows(
            f"""SELECT DISTINCT ?claim WHERE {{
            {{ ?claim ol:asserts {thing} }} UNION {{ {thing} ol:statedBy ?claim }}
            }} ORDER BY ?claim"""
        ):
            if isinstance(claim, NamedNode):
                found = self.thing(claim, depth + 1)
                yield replace(found, text=f"claimed: {found.text}")

    def _derived(self, thing: NamedNode, depth: int) -> Iterator[Node]:
        """Give what a rule derived about a thing, with the rule and its premises."""
        skipped = NamedNode(f"{OL}concerns")
        groups: dict[tuple[str, str], list[tuple[Term, Term]]] = {}
        for predicate, value, graph in self._rows(
            f"""SELECT DISTINCT ?p ?o ?g WHERE {{ GRAPH ?g {{ {thing} ?p ?o }}
            FILTER (STRSTARTS(STR(?g), "{RULE_GRAPH}") && ?p NOT IN ({skipped}, ol:contradicts))
            }} ORDER BY ?g ?p ?o"""
        ):
            if predicate is not None and value is not None:
                # Figures of one rule rest on the same premises and stand together.
                key = (_text(graph), "" if isinstance(value, Literal) else str(value))
                groups.setdefault(key, []).append((predicate, value))
        for (graph_name, _), facts in groups.items():
            rule = self._rules.get(graph_name)
            if rule is None:
                continue
            text = ", ".join(f"{self._label(p)}: {self._label(value)}" for p, value in facts)
            because = Node(f"by rule {rule.name}: {rule.title} {rule.reason} ({rule.source})")
            premises = list(self._premises(rule, thing, facts[0][1], depth))
            shown = premises[:MOST]
            if len(premises) > MOST:
                shown.append(Node(f"and {len(premises) - MOST} more statements"))
            yield Node(text, self._curie(facts[0][1]), (because, *shown))

    def _premises(self, rule: Rule, thing: NamedNode, value: Term, depth: int) -> Iterator[Node]:
        """Give what the rule names of the things in the solutions that lead to a statement."""
        named = {iri for iri, _ in named_iris(rule.text)} | {f"{RDF}type", f"{RDFS}comment"}
        terms: dict[str, NamedNode] = {}
        for row in self._solve(rule).rows:
            if thing in row and (value in row or isinstance(value, Literal)):
                terms.update({t.value: t for t in row if isinstance(t, NamedNode)})
        for term in terms.values():
            for predicate, other, graph in self._rows(
                f"""SELECT DISTINCT ?p ?o ?g WHERE {{ GRAPH ?g {{ {term} ?p ?o }} }}
                ORDER BY ?p ?o ?g"""
            ):
                is_bound = isinstance(other, Literal) or _text(other) in terms
                if _text(predicate) not in named or not is_bound or _text(graph) == rule.graph:
                    continue
                place = _text(graph).removeprefix(GRAPH)
                inner = (self.thing(term, depth + 1),) if place.startswith("rule/") else ()
                text = f"{self._label(term)}, {self._label(predicate)}: {self._label(other)}"
                yield Node(f"{text} — {place}", "", inner)

    def _solve(self, rule: Rule) -> Rows:
        if rule.name not in self._solutions:
            query = _CONSTRUCT.sub("SELECT * WHERE", rule.text, count=1)
            try:
                self._solutions[rule.name] = self._store.select(query)
            except QueryError:
                # A distant engine lacks our functions; the rule itself is still shown.
                self._solutions[rule.name] = Rows((), ())
        return self._solutions[rule.name]

    def _files(self, thing: NamedNode) -> list[str]:
        rows = self._rows(
            f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {thing} ?p ?o }} }} ORDER BY ?g"
        )
        return [str(getattr(graph, "value", "")).removeprefix(GRAPH) for (graph,) in rows]

    def _rows(self, query: str) -> tuple[tuple[Term | None, ...], ...]:
        return self._store.select(_HEAD + query).rows

    def _label(self, term: Term | None) -> str:
        if not isinstance(term, NamedNode):
            return _text(term)
        if term.value == f"{RDF}type":
            return "is a"
        rows = self._rows(f"SELECT ?l WHERE {{ {term} rdfs:label ?l }} ORDER BY ?l LIMIT 1")
        return _text(rows[0][0]) if rows else prefixes().compress(term.value)

    def _curie(self, term: Term | None) -> str:
        is_ours = isinstance(term, NamedNode) and term.value.startswith(BASE)
        return prefixes().compress(term.value) if is_ours and isinstance(term, NamedNode) else ""


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", "")) if term is not None else ""


def as_lines(node: Node, lead: str = "", rest: str = "") -> Iterator[str]:
    """Return a proof as lines of text, indented by its branches."""
    yield f"{lead}{node.text}" + (f" ({node.curie})" if node.curie else "")
    for number, child in enumerate(node.rests_on, 1):
        is_last = number == len(node.rests_on)
        yield from as_lines(
            child, f"{rest}{'└─ ' if is_last else '├─ '}", f"{rest}{'   ' if is_last else '│  '}"
        )

"""The proof of a thing: claims down to passages, and what rules derived down to its premises.

A derived statement lies in the named graph of its rule. Its premises are found by running the
rule's WHERE clause again, keeping the solutions whose conclusion is the statement, and filling
the patterns of the clause with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from offlabel.errors import QueryError
from offlabel.evidence.why.derived import Derived
from offlabel.evidence.why.node import Node
from offlabel.evidence.why.paths import path_text, statements
from offlabel.evidence.why.pattern import Pattern, filled, read_pattern
from offlabel.evidence.why.records import Records, text_of
from offlabel.paths import Roots
from offlabel.rules import Rule, read_rules
from offlabel.sources import discover
from offlabel.stores.base import Store, Term
from offlabel.terms import GRAPH, OL, RDF, RDFS, RULE, prefixes

RULE_GRAPH = f"{GRAPH}rule/"
DEPTH = 6
# How many ways to the same conclusion, and how many claims, are told in full.
WAYS = 3
MOST = 12
_KINDS = {f"{RDF}type", f"{RDFS}subClassOf"}
_UNTOLD = ", ".join(str(NamedNode(OL + name)) for name in ("concerns", "contradicts", "relation"))
_DEFINITION = "http://www.w3.org/2002/07/owl#equivalentClass"
_BOUNDS = {"minInclusive": "≥", "minExclusive": ">", "maxInclusive": "≤", "maxExclusive": "<"}

Solution = dict[str, Term | None]


def why(store: Store, roots: Roots, thing: NamedNode) -> Node:
    """Return the proof of a thing as a tree that ends at passages and files."""
    return _Prover(store, roots).thing(thing)


class _Prover:
    def __init__(self, store: Store, roots: Roots) -> None:
        self._store = store
        self._records = Records(store)
        self._rules = {rule.graph: rule for rule in read_rules(discover(roots))}
        self._made = Derived(self._records, self._rules)
        self._patterns: dict[str, Pattern] = {}
        self._solutions: dict[str, list[Solution]] = {}
        self._seen: set[str] = set()
        self._named: set[str] = set()
        self._supported: set[str] = set()

    def thing(self, thing: NamedNode, depth: int = 0) -> Node:
        """Prove a thing: what claims it, what rules derived of it, or which file describes it."""
        node = Node(self._made.label(thing), prefixes().compress(thing.value), kind="thing")
        if thing.value in self._seen:
            return replace(node, rests_on=(Node("shown above"),))
        if depth > DEPTH:
            return node
        self._seen.add(thing.value)
        if self._made.is_derived(thing):
            return replace(node, rests_on=tuple(self._made.parts(thing)))
        claims = self._records.claims_of(thing)
        parts = [
            *self._records.told(thing),
            *(self._claim(claim, depth) for claim in claims[:MOST]),
            *([Node(f"and {len(claims) - MOST} more claims")] if len(claims) > MOST else []),
            *self._derived(thing, depth),
            *self._assessed(thing, depth),
        ]
        if not parts:
            parts = [Node(f"asserted in {place}", kind="file") for place in self._files(thing)]
        return replace(node, rests_on=tuple(parts))

    def _assessed(self, thing: NamedNode, depth: int) -> Iterator[Node]:
        """Give the assessment of a question that holds today."""
        for (assessment,) in self._records.rows(
            f"""SELECT ?a WHERE {{ ?a a ol:Assessment ; ol:about {thing} .
            FILTER NOT EXISTS {{ ?a ol:validUntil ?until }} }} ORDER BY ?a"""
        ):
            if isinstance(assessment, NamedNode) and not depth:
                found = self.thing(assessment, depth + 1)
                yield replace(found, text="assessed today", kind="derived")

    def _claim(self, claim: NamedNode, depth: int) -> Node:
        found = self.thing(claim, depth + 1)
        hedge = self._records.hedge(claim)
        return replace(found, text=f"claimed{hedge}: {found.text}", kind="claim")

    def _derived(self, thing: NamedNode, depth: int) -> Iterator[Node]:
        """Give what rules derived of a thing; figures of one rule stand together."""
        groups: dict[tuple[str, str], list[tuple[NamedNode, Term]]] = {}
        for predicate, value, graph in self._records.rows(
            f"""SELECT DISTINCT ?p ?o ?g WHERE {{ GRAPH ?g {{ {thing} ?p ?o }}
            FILTER (STRSTARTS(STR(?g), "{RULE_GRAPH}") && ?p NOT IN ({_UNTOLD}))
            }} ORDER BY ?g ?p ?o"""
        ):
            if isinstance(predicate, NamedNode) and value is not None:
                key = (text_of(graph), "" if isinstance(value, Literal) else str(value))
                groups.setdefault(key, []).append((predicate, value))
        for (graph_name, _), facts in groups.items():
            if graph_name in self._rules:
                yield self._fact(self._rules[graph_name], thing, facts, depth)

    def _fact(
        self, rule: Rule, thing: NamedNode, facts: list[tuple[NamedNode, Term]], depth: int
    ) -> Node:
        """Prove derived statements of one thing by one rule: the rule, and the ways it took."""
        label = self._records.label
        text = ", ".join(f"{label(predicate)}: {label(value)}" for predicate, value in facts)
        ways = self._ways(rule, thing, *facts[0])
        premises: dict[str, Node] = {}
        for way in ways[:WAYS]:
            for premise in self._premises(rule, way, thing, depth):
                premises.setdefault(premise.line, premise)
        if not premises:
            for premise in self._open_premises(rule, thing, facts[0][0], depth):
                premises.setdefault(premise.line, premise)
        if not premises:
            premises[""] = Node("the rule concludes this where it finds nothing else to go by")
        more = len(ways) - WAYS
        rest = [Node(f"and {more} more ways to the same conclusion")] if more > 0 else []
        parts = (self._rule(rule), *premises.values(), *rest)
        return Node(text, self._records.curie(facts[0][1]), parts, "derived")

    def _rule(self, rule: Rule) -> Node:
        """Name a rule; in full the first time."""
        is_known = rule.name in self._named
        self._named.add(rule.name)
        more = "" if is_known else f": {rule.title} {rule.reason} ({rule.source})"
        return Node(f"by rule {rule.name}{more}", prefixes().compress(RULE + rule.name), (), "rule")

    def _ways(
        self, rule: Rule, thing: NamedNode, predicate: NamedNode, value: Term
    ) -> list[Solution]:
        """Return the solutions of a rule that lead to a statement, each set of premises once."""
        pattern = self._pattern(rule)
        found = []
        for subject, known, result in pattern.conclusions:
            if known != predicate:
                continue
            for solution in self._solve(rule):
                # A value that no variable of the solution holds was computed by a function.
                is_open = isinstance(result, str) and result not in solution
                if filled(subject, solution) == thing and (
                    is_open or filled(result, solution) == value
                ):
                    found.append(solution)
        return found

    def _premises(self, rule: Rule, way: Solution, thing: NamedNode, depth: int) -> Iterator[Node]:
        """Give the statements that fill the patterns of a rule in one solution."""
        for subject, path, value in self._pattern(rule).premises:
            start, end = filled(subject, way), filled(value, way)
            if isinstance(start, NamedNode) and end is None and _DEFINITION in str(path):
                yield from self._definition(start, thing)
            if start is None or end is None or path is None:
                continue
            step = filled(path, way) if isinstance(path, str) else path
            if not isinstance(step, Literal) and step is not None:
                for statement in statements(self._store, start, step, end):  # type: ignore[arg-type]
                    yield from self._premise(*statement, thing, depth)

    def _open_premises(
        self, rule: Rule, thing: NamedNode, predicate: NamedNode, depth: int
    ) -> Iterator[Node]:
        """Give what a thing has of what a rule sums up, where the rule keeps no single solution."""
        pattern = self._pattern(rule)
        names = {start for start, known, _ in pattern.conclusions if known == predicate}
        for start, path, _ in pattern.premises:
            if start not in names or path is None or isinstance(path, str):
                continue
            reached = f"SELECT DISTINCT ?o WHERE {{ {thing} {path_text(path)} ?o }}"
            for (value,) in self._records.rows(f"{reached} ORDER BY ?o LIMIT {WAYS}"):
                for statement in statements(self._store, thing, path, value):  # type: ignore[arg-type]
                    yield from self._premise(*statement, thing, depth)

    def _premise(
        self, subject: Term, predicate: NamedNode, value: Term, thing: NamedNode, depth: int
    ) -> Iterator[Node]:
        """Give one premise with its file, or with its own proof where a rule derived it."""
        graphs = self._records.graphs(subject, predicate, value)
        derived = [graph for graph in graphs if graph in self._rules]
        if predicate.value in _KINDS and not derived:
            return
        label = self._records.label
        text = f"{self._records.name(subject)}, {label(predicate)}: {label(value)}"
        places = [graph.removeprefix(GRAPH) for graph in graphs if graph not in derived]
        inner: tuple[Node, ...] = ()
        if isinstance(subject, NamedNode) and subject != thing and depth < DEPTH:
            if derived and not places:
                fact = [(predicate, value)]
                inner = (self._fact(self._rules[derived[0]], subject, fact, depth + 1),)
            else:
                inner = tuple(self._support(subject, depth))
        where = ", ".join(places) or "derived"
        yield Node(f"{text} — {where}", self._records.curie(subject), inner, "premise")

    def _support(self, subject: NamedNode, depth: int) -> Iterator[Node]:
        """Give where the subject of a premise is said, the first time that it is one."""
        if subject.value in self._seen | self._supported:
            return
        self._supported.add(subject.value)
        yield from self._records.passages(subject)
        for claim in self._records.claims_of(subject)[:WAYS]:
            yield self._claim(claim, depth + 1)

    def _definition(self, name: NamedNode, thing: NamedNode) -> Iterator[Node]:
        """Give the bounds of a defined class, and the values that lie within them."""
        for value_of, bound, limit, value in self._records.rows(
            f"""SELECT DISTINCT ?p ?bound ?limit ?value WHERE {{
            {name} owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first ?part .
            ?part owl:onProperty ?p ;
                  owl:someValuesFrom/owl:withRestrictions/rdf:rest*/rdf:first ?facet .
            ?facet ?bound ?limit . FILTER (ISNUMERIC(?limit))
            OPTIONAL {{ {thing} ?p ?value }} }} ORDER BY ?p ?bound ?limit"""
        ):
            sign = _BOUNDS.get(text_of(bound).rpartition("#")[2], "within")
            label = self._records.label(value_of)
            is_met = f"; it is {text_of(value)}" if value is not None else ""
            text = f"{self._records.label(name)} is defined by {label} {sign} {text_of(limit)}"
            where = ", ".join(self._files(name))
            yield Node(f"{text}{is_met} — {where}", self._records.curie(name), (), "definition")

    def _pattern(self, rule: Rule) -> Pattern:
        if rule.name not in self._patterns:
            self._patterns[rule.name] = read_pattern(rule.text)
        return self._patterns[rule.name]

    def _solve(self, rule: Rule) -> Iterable[Solution]:
        if rule.name not in self._solutions:
            pattern = self._pattern(rule)
            try:
                rows = self._store.select(pattern.query)
            except QueryError:
                # A distant engine lacks our functions; what they compute is left open.
                rows = self._store.select(pattern.plain_query)
            found = [dict(zip(rows.variables, row, strict=True)) for row in rows.rows]
            self._solutions[rule.name] = sorted(found, key=str)
        return self._solutions[rule.name]

    def _files(self, thing: NamedNode) -> list[str]:
        rows = self._records.rows(
            f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {thing} ?p ?o }} }} ORDER BY ?g"
        )
        return [text_of(graph).removeprefix(GRAPH) for (graph,) in rows]

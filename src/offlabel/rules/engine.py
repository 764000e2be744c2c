"""Run the rules over a store, each into the named graph of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from offlabel.errors import SourceError
from offlabel.rules.functions import FUNCTIONS, Term
from offlabel.rules.header import Rule
from offlabel.sources.sparql import SERVICE_REFUSED, find_service
from offlabel.terms import DCTERMS, OL, PROV, RDF, RDFS

_BATCH = 50_000  # statements that are added at a time
_PLACE = re.compile(r"(\d+):\d+")
_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode(RDFS + "label")
_RULE = NamedNode(OL + "Rule")
_BECAUSE = NamedNode(OL + "because")
_SOURCE = NamedNode(DCTERMS + "source")
_GENERATED = NamedNode(PROV + "wasGeneratedBy")


def apply(store: Store, rules: Iterable[Rule]) -> int:
    """Run each rule once, in order, and return how many statements followed.

    A later rule sees what earlier ones derived; no rule runs twice, so order is meaning.
    """
    return sum(len(apply_one(store, rule).added) for rule in rules)


@dataclass(frozen=True)
class Applied:
    """N-Triples: what followed from a rule, what did but was there, and what is said of it."""

    added: tuple[bytes, ...]
    known: tuple[bytes, ...]
    about: tuple[bytes, ...]


def apply_one(store: Store, rule: Rule) -> Applied:
    """Run a rule once; beside what it derives stands what is said of the rule itself."""
    graph = NamedNode(rule.graph)
    known: list[bytes] = []
    added: list[bytes] = []
    fresh = _fresh(store, _derived(store, rule), known)
    while batch := list(islice(fresh, _BATCH)):
        _add(store, batch, graph)
        added += batch
    about = _about(rule, graph)
    store.extend(about)
    told = tuple(f"{quad.triple} .".encode() for quad in about)
    return Applied(tuple(added), tuple(known), told)


def run_rule(store: Store, rule: Rule) -> list[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    """Return what a rule derives from a store, in a fixed order."""
    found = parse(b"\n".join(_derived(store, rule)), format=RdfFormat.N_TRIPLES)
    return [(quad.subject, quad.predicate, quad.object) for quad in found]


def _derived(store: Store, rule: Rule) -> list[bytes]:
    """Return what a rule derives as lines of N-Triples, sorted: rows come in no fixed order.

    As text, since a statement as an object of Python costs several times as much.
    """
    service = find_service(rule.text)
    if service:
        raise SourceError(rule.path, SERVICE_REFUSED, "Take it out of the rule.", service[0])
    try:
        result = store.query(rule.text, use_default_graph_as_union=True, custom_functions=FUNCTIONS)
        text = None
        if isinstance(result, QueryTriples):
            text = result.serialize(format=RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        place = _PLACE.search(str(error.msg))
        line = int(place[1]) if place else None
        raise SourceError(
            rule.path, f"the rule does not parse: {error.msg}.", "Correct the query.", line
        ) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise SourceError(
            rule.path, f"the rule cannot be run: {error}.", "Correct the query."
        ) from None
    if text is None:
        raise SourceError(rule.path, "the rule is not a CONSTRUCT query.", "Use CONSTRUCT.", 1)
    return [line for line, _ in groupby(sorted(text.splitlines()))]


def _fresh(store: Store, lines: Iterable[bytes], known: list[bytes]) -> Iterator[bytes]:
    """Yield the lines that the store does not hold yet, in any graph; add the others to `known`.

    Most are told by a subject or a predicate that the store has never seen; the lines come
    subject by subject.
    """
    has_predicate: dict[bytes, bool] = {}
    of, has_subject = b"", False
    for line in lines:
        subject, predicate, _ = line.split(b" ", 2)
        if predicate not in has_predicate:
            name = NamedNode(predicate[1:-1].decode())
            has_predicate[predicate] = _holds(store, None, name, None)
        if has_predicate[predicate]:
            if subject != of:
                of, has_subject = subject, _holds(store, _term(subject), None, None)
            if has_subject and _holds(store, *next(parse(line, format=RdfFormat.N_TRIPLES)).triple):
                known.append(line)
                continue
        yield line


def _term(text: bytes) -> NamedNode | BlankNode:
    is_blank = text.startswith(b"_:")
    return BlankNode(text[2:].decode()) if is_blank else NamedNode(text[1:-1].decode())


def _holds(
    store: Store,
    subject: NamedNode | BlankNode | None,
    predicate: NamedNode | None,
    value: Term | None,
) -> bool:
    return next(store.quads_for_pattern(subject, predicate, value, None), None) is not None


def _add(store: Store, lines: list[bytes], graph: NamedNode) -> None:
    text = b"\n".join(lines)
    if b"_:" in text:  # loading gives nodes without a name another one
        found = parse(text, format=RdfFormat.N_TRIPLES)
        store.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found)
    else:
        store.load(text, format=RdfFormat.N_TRIPLES, to_graph=graph)


def _about(rule: Rule, graph: NamedNode) -> list[Quad]:
    node = NamedNode(rule.iri)
    return [
        Quad(graph, _GENERATED, node, graph),
        Quad(node, _TYPE, _RULE, graph),
        Quad(node, _LABEL, Literal(rule.title, language="en"), graph),
        Quad(node, _BECAUSE, Literal(rule.reason, language="en"), graph),
        Quad(node, _SOURCE, Literal(rule.source), graph),
    ]

"""Which statements of an endpoint's answer are taken: those that were asked for, and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from pyoxigraph import BlankNode, NamedNode, Triple

from offlabel.links.enrich.source import Federated
from offlabel.links.foreign import is_about_ours

Pattern = tuple[str, str, str]  # variables with a question mark, IRIs without
ID = "?id"


def accepted(
    source: Federated,
    ids: Collection[NamedNode],
    triples: Iterable[Triple],
    mapped: Collection[NamedNode] = (),
) -> tuple[Triple, ...]:
    """Return the statements that the query constructs, and that hang together with the ids.

    None is about our things; and of `mapped`, the ids that things here map to, only those say
    something that were asked for.
    """
    not_asked = set(mapped) - set(ids)
    left = {
        triple
        for triple in triples
        if not is_about_ours(triple) and triple.subject not in not_asked
    }
    patterns = patterns_of(source)
    nodes: dict[str, set[object]] = defaultdict(set, {ID: set(ids)})
    found: set[Triple] = set()
    while True:
        new = {each for each in left for pattern in patterns if _joins(each, pattern, nodes)}
        if not new:
            return tuple(sorted(found, key=str))
        found |= new
        left -= new


def patterns_of(source: Federated) -> list[Pattern]:
    """Return what the query of a source constructs."""
    from rdflib.plugins.sparql import prepareQuery

    template = prepareQuery(source.text).algebra.template
    return [tuple(term.n3() for term in triple) for triple in template]


def _joins(triple: Triple, pattern: Pattern, nodes: dict[str, set[object]]) -> bool:
    """Say whether a statement fits a pattern and a node that is known; make its ends known then."""
    subject, predicate, other = pattern
    ends = ((subject, triple.subject), (other, triple.object))
    if predicate != str(triple.predicate):
        return False
    for name, term in ends:
        if name == ID and term not in nodes[ID]:
            return False
        if not name.startswith("?") and name != str(term):
            return False
    known = any(term in nodes[name] for name, term in ends if name.startswith("?"))
    if known:
        for name, term in ends:
            if name.startswith("?") and isinstance(term, NamedNode | BlankNode):
                nodes[name].add(term)
    return known

"""Run the rules over a store, each into the named graph of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store

from offlabel.errors import SourceError
from offlabel.rules.functions import FUNCTIONS
from offlabel.rules.header import Rule
from offlabel.sources.sparql import SERVICE_REFUSED, find_service
from offlabel.terms import DCTERMS, OL, PROV, RDF, RDFS

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
    count = 0
    for rule in rules:
        graph = NamedNode(rule.graph)
        derived = [Quad(*triple, graph) for triple in run_rule(store, rule)]
        known = {quad for quad in derived if _is_known(store, quad)}
        fresh = [quad for quad in derived if quad not in known]
        store.extend(fresh)
        store.extend(_about(rule, graph))
        count += len(fresh)
    return count


def _is_known(store: Store, quad: Quad) -> bool:
    pattern = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return next(iter(pattern), None) is not None


def run_rule(store: Store, rule: Rule) -> list[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    """Return what a rule derives from a store, in a fixed order."""
    service = find_service(rule.text)
    if service:
        raise SourceError(rule.path, SERVICE_REFUSED, "Take it out of the rule.", service[0])
    try:
        result = store.query(rule.text, use_default_graph_as_union=True, custom_functions=FUNCTIONS)
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
    if not isinstance(result, QueryTriples):
        raise SourceError(rule.path, "the rule is not a CONSTRUCT query.", "Use CONSTRUCT.", 1)
    return [(t.subject, t.predicate, t.object) for t in sorted(set(result), key=str)]


def _about(rule: Rule, graph: NamedNode) -> list[Quad]:
    node = NamedNode(rule.iri)
    return [
        Quad(graph, _GENERATED, node, graph),
        Quad(node, _TYPE, _RULE, graph),
        Quad(node, _LABEL, Literal(rule.title, language="en"), graph),
        Quad(node, _BECAUSE, Literal(rule.reason, language="en"), graph),
        Quad(node, _SOURCE, Literal(rule.source), graph),
    ]

"""Ontologies as OBO Graphs JSON (https://github.com/geneontology/obographs)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store

from offlabel.errors import SourceError
from offlabel.links.readers.base import ONTOLOGY, ROLE, VERSION, Facts, Source, node
from offlabel.links.terms import OIO, REPLACED_BY, TYPE

_PARENT = "is_a"
_ROLES = ("has_role", "RO:0000087", ROLE.value)


def load(store: Store, source: Source) -> None:
    """Load the classes of all graphs of a file."""
    with source.open() as file:
        try:
            graphs = json.loads(file.read())["graphs"]
            store.bulk_extend(quad for graph in graphs for quad in _graph(graph, source))
        except json.JSONDecodeError as error:
            problem = f"this is not JSON: {error.msg}."
            raise SourceError(source.path, problem, "Fetch it again.", error.lineno) from None
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            problem = f"this is not an OBO graph: {type(error).__name__} {error}."
            remedy = "It has 'graphs' with 'nodes' and 'edges'."
            raise SourceError(source.path, problem, remedy) from None


def _graph(graph: dict[str, Any], source: Source) -> Iterator[Quad]:
    facts = Facts(source.graph)
    if graph.get("id"):
        this = node(str(graph["id"]))
        yield facts.say(this, TYPE, ONTOLOGY)
        version = graph.get("meta", {}).get("version")
        if version:
            yield facts.say(this, VERSION, Literal(str(version)))
    parents: dict[str, tuple[NamedNode, ...]] = defaultdict(tuple)
    roles: dict[str, tuple[NamedNode, ...]] = defaultdict(tuple)
    for edge in graph.get("edges", ()):
        if edge["pred"] == _PARENT:
            parents[edge["sub"]] += (node(edge["obj"]),)
        elif edge["pred"] in _ROLES:
            roles[edge["sub"]] += (node(edge["obj"]),)
    for each in graph.get("nodes", ()):
        if each.get("type", "CLASS") == "CLASS":
            yield from _node(facts, each, parents[each["id"]], roles[each["id"]])


def _node(
    facts: Facts,
    each: dict[str, Any],
    parents: tuple[NamedNode, ...],
    roles: tuple[NamedNode, ...],
) -> Iterator[Quad]:
    meta = each.get("meta", {})
    synonyms = tuple(
        (NamedNode(OIO + synonym["pred"]), synonym["val"]) for synonym in meta.get("synonyms", ())
    )
    replaced = next(
        (
            node(value["val"])
            for value in meta.get("basicPropertyValues", ())
            if value["pred"] == REPLACED_BY.value
        ),
        None,
    )
    yield from facts.term(
        node(each["id"]),
        label=each.get("lbl", ""),
        definition=meta.get("definition", {}).get("val", ""),
        parents=parents,
        roles=roles,
        synonyms=synonyms,
        xrefs=tuple(xref["val"] for xref in meta.get("xrefs", ())),
        is_deprecated=bool(meta.get("deprecated")),
        replaced_by=replaced,
    )

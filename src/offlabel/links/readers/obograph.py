"""Ontologies as OBO Graphs JSON (https://github.com/geneontology/obographs)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode, Triple

from offlabel.errors import SourceError
from offlabel.links.readers.base import ROLE, Source, about_ontology, about_term, node
from offlabel.links.terms import OIO, REPLACED_BY
from offlabel.terms import DCTERMS

_PARENT = "is_a"
_ROLES = ("has_role", "RO:0000087", ROLE.value)


def load(source: Source) -> Iterator[Triple]:
    """Yield what a file says of the classes of all its graphs."""
    try:
        for graph in json.loads(source.content())["graphs"]:
            yield from _graph(graph)
    except json.JSONDecodeError as error:
        problem = f"this is not JSON: {error.msg}."
        raise SourceError(source.path, problem, "Fetch it again.", error.lineno) from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        problem = f"this is not an OBO graph: {type(error).__name__} {error}."
        remedy = "It has 'graphs' with 'nodes' and 'edges'."
        raise SourceError(source.path, problem, remedy) from None


def _graph(graph: dict[str, Any]) -> Iterator[Triple]:
    if graph.get("id"):
        meta = graph.get("meta", {})
        said = {each["pred"]: each["val"] for each in meta.get("basicPropertyValues", ())}
        licence = str(said.get(f"{DCTERMS}license", ""))
        yield from about_ontology(node(str(graph["id"])), str(meta.get("version") or ""), licence)
    parents: dict[str, tuple[NamedNode, ...]] = defaultdict(tuple)
    roles: dict[str, tuple[NamedNode, ...]] = defaultdict(tuple)
    for edge in graph.get("edges", ()):
        if edge["pred"] == _PARENT:
            parents[edge["sub"]] += (node(edge["obj"]),)
        elif edge["pred"] in _ROLES:
            roles[edge["sub"]] += (node(edge["obj"]),)
    for each in graph.get("nodes", ()):
        if each.get("type", "CLASS") == "CLASS":
            yield from _node(each, parents[each["id"]], roles[each["id"]])


def _node(
    each: dict[str, Any], parents: tuple[NamedNode, ...], roles: tuple[NamedNode, ...]
) -> Iterator[Triple]:
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
    yield from about_term(
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

"""The network: things as nodes, what joins them as edges, and the state of each question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import NamedNode

from offlabel.exports.ledger import Ledger, Subject, Value
from offlabel.exports.selection import Selection
from offlabel.terms import OL, SKOS, prefixes

_NOTATION = NamedNode(f"{SKOS}notation")


@dataclass(frozen=True)
class Node:
    """A thing."""

    id: str
    iri: str
    label: str
    kind: str
    colour: str


@dataclass(frozen=True)
class Edge:
    """What joins two things; of the evidence on a question also its state and how much there is."""

    source: str
    target: str
    kind: str
    colour: str = "#999999"
    weight: float = 1.0  # people, where the evidence has some
    state: str = ""
    certainty: str = ""
    supporting: int | None = None
    disputing: int | None = None


Nodes = dict[Value, Node]


@dataclass(frozen=True)
class Network:
    """Nodes in the order of their ids, edges in the order of what they join."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@cache
def plan() -> dict[str, Any]:
    """Read which classes and properties are in the network."""
    text = Path(__file__).with_name("network.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def network(selection: Selection) -> Network:
    """Read the network; what is read is marked as held."""
    ledger = selection.ledger
    short = prefixes().compress
    nodes: Nodes = {}
    for name, look in plan()["nodes"].items():
        for thing in ledger.of_kind(NamedNode(OL + name)):
            if thing not in nodes and isinstance(thing, NamedNode):
                label = ledger.text(thing) or short(thing.value)
                name = short(thing.value)
                nodes[thing] = Node(name, thing.value, label, look["kind"], look["colour"])
    edges = {edge for thing in nodes for edge in _edges(ledger, thing, nodes)}
    edges |= set(_questions(ledger, nodes))
    return Network(
        tuple(sorted(nodes.values(), key=lambda node: node.id)),
        tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.kind))),
    )


def _edges(ledger: Ledger, thing: Value, nodes: Nodes) -> list[Edge]:
    found = []
    for name, kind in plan()["edges"].items():
        predicate = NamedNode(OL + name)
        for value in ledger.values_among(thing, predicate, nodes):
            found.append(Edge(nodes[thing].id, nodes[value].id, kind))
    return found


def _questions(ledger: Ledger, nodes: Nodes) -> list[Edge]:
    """Return an edge from a regimen class to a condition for each assessment that holds today."""
    found = []
    ended = NamedNode(f"{OL}validUntil")
    for assessment in ledger.of_kind(NamedNode(f"{OL}Assessment")):
        question = ledger.value(assessment, NamedNode(f"{OL}about"))
        if question is None or ledger.has(assessment, ended):
            continue
        regimen = ledger.value(question, NamedNode(f"{OL}subject"))
        condition = ledger.value(question, NamedNode(f"{OL}object"))
        state = ledger.value(assessment, NamedNode(f"{OL}state"))
        if regimen is None or condition is None or state is None:
            continue
        if regimen not in nodes or condition not in nodes:
            continue
        name = ledger.text(state) or ""
        people = _number(ledger, assessment, "people")
        grade = ledger.value(assessment, NamedNode(f"{OL}hasGrade"))
        level = ledger.value(grade, NamedNode(f"{OL}certainty")) if grade is not None else None
        found.append(
            Edge(
                nodes[regimen].id,
                nodes[condition].id,
                "evidence",
                plan()["colours"].get(name, "#999999"),
                float(people or 1),
                name,
                (ledger.text(level, _NOTATION) or "") if level is not None else "",
                _number(ledger, assessment, "supporting"),
                _number(ledger, assessment, "disputing"),
            )
        )
    return found


def _number(ledger: Ledger, subject: Subject, name: str) -> int | None:
    text = ledger.text(subject, NamedNode(OL + name))
    return int(text) if text else None

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
from offlabel.terms import OL, RDF, SKOS, prefixes

_NOTATION = NamedNode(f"{SKOS}notation")
_TYPE = NamedNode(f"{RDF}type")


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
    iri: str = ""  # of the assessment
    state: str = ""
    certainty: str = ""
    supporting: int | None = None
    disputing: int | None = None
    people: int | None = None


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
        for thing in ledger.peek_kind(NamedNode(OL + name)):
            if thing not in nodes and isinstance(thing, NamedNode):
                ledger.hold_value(thing, _TYPE, NamedNode(OL + name))
                id_ = short(thing.value)
                label = ledger.text(thing) or id_
                nodes[thing] = Node(id_, thing.value, label, look["kind"], look["colour"])
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
    """Return an edge from a regimen class to a condition for each assessment that holds today.

    Questions and grades have no name there, so what is said of them is not held.
    """
    found = []
    kind, ended = NamedNode(f"{OL}Assessment"), NamedNode(f"{OL}validUntil")
    for assessment in ledger.peek_kind(kind):
        question = _peek(ledger, assessment, "about")
        regimen, condition = (_peek(ledger, question, name) for name in ("subject", "object"))
        state = _peek(ledger, assessment, "state")
        if regimen not in nodes or condition not in nodes or state is None:
            continue
        if ledger.has(assessment, ended) or not isinstance(assessment, NamedNode):
            continue
        ledger.hold_value(assessment, _TYPE, kind)
        ledger.hold_value(assessment, NamedNode(f"{OL}state"), state)
        name = ledger.text(state) or ""
        people = _number(ledger, assessment, "people")
        level = _peek(ledger, _peek(ledger, assessment, "hasGrade"), "certainty")
        notation = ledger.peek(level, _NOTATION) if level is not None else ()
        found.append(
            Edge(
                nodes[regimen].id,
                nodes[condition].id,
                "evidence",
                plan()["colours"].get(name, "#999999"),
                float(people or 1),
                assessment.value,
                name,
                notation[0].value if notation else "",
                _number(ledger, assessment, "supporting"),
                _number(ledger, assessment, "disputing"),
                people,
            )
        )
    return found


def _peek(ledger: Ledger, subject: Value | None, name: str) -> Value | None:
    """Return the first value of a property without marking it."""
    found = ledger.peek(subject, NamedNode(OL + name)) if subject is not None else ()
    return found[0] if found else None


def _number(ledger: Ledger, subject: Subject, name: str) -> int | None:
    text = ledger.text(subject, NamedNode(OL + name))
    return int(text) if text else None

"""What goes into the nanopublication of a claim or grade: a table of properties, and the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from pyoxigraph import BlankNode, NamedNode, Triple

from offlabel.exports.ledger import Ledger
from offlabel.terms import prefixes

# A part of a graph: what leads to the things meant (none: the thing itself), whether it is read
# backward, and the properties that are taken of them.
Part = tuple[NamedNode | None, bool, tuple[NamedNode, ...]]


@dataclass(frozen=True)
class Plan:
    """One kind of nanopublication, as contents.yaml has it."""

    kind: NamedNode
    assertion: tuple[Part, ...]
    provenance: tuple[Part, ...]
    sources: Mapping[NamedNode, NamedNode]


@cache
def plans() -> tuple[Plan, ...]:
    """Read the table that stands beside this module."""
    text = files("offlabel.exports.nanopubs").joinpath("contents.yaml").read_text(encoding="utf-8")
    return tuple(
        Plan(
            _term(plan["kind"]),
            tuple(map(_part, plan["assertion"])),
            tuple(map(_part, plan["provenance"])),
            {_term(by): _term(to) for by, to in plan["sources"].items()},
        )
        for plan in yaml.safe_load(text).values()
    )


def statements(ledger: Ledger, thing: NamedNode, parts: tuple[Part, ...]) -> Iterator[Triple]:
    """Yield the statements of some parts; a value without a name cannot be held and is left."""
    for by, backward, properties in parts:
        for about in _things(ledger, thing, by, backward):
            for predicate in properties:
                for value in ledger.peek(about, predicate):
                    if not isinstance(value, BlankNode):
                        triple = Triple(about, predicate, value)
                        ledger.hold([triple])
                        yield triple


def _things(
    ledger: Ledger, thing: NamedNode, by: NamedNode | None, backward: bool
) -> Iterator[NamedNode]:
    if by is None:
        yield thing
        return
    found = ledger.peek_users(thing, by) if backward else ledger.peek(thing, by)
    yield from (each for each in found if isinstance(each, NamedNode))


def _part(found: Mapping[str, object]) -> Part:
    by, properties = found.get("of"), found["properties"]
    named = tuple(_term(str(name)) for name in properties) if isinstance(properties, list) else ()
    if by is None:
        return None, False, named
    return _term(str(by).removeprefix("<")), str(by).startswith("<"), named


def _term(curie: str) -> NamedNode:
    iri = prefixes().expand(curie)
    if iri is None:
        raise ValueError(f"{curie} has no declared prefix")
    return NamedNode(iri)

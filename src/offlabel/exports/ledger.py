"""The statements to export, by subject, each with a mark once a format has read it.

A format writes what it reads from here. What has no mark in the end is what it could not hold, and
goes into the loss report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from offlabel.exports.loss import Loss
from offlabel.terms import RDF, RDFS

Subject = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal

_TYPE = NamedNode(f"{RDF}type")
_LABEL = NamedNode(f"{RDFS}label")


class Ledger:
    """Statements, each once, whatever graphs they stand in; reading one marks it as held."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._values: dict[Subject, dict[NamedNode, list[Value]]] = {}
        self._kinds: defaultdict[NamedNode, list[Subject]] = defaultdict(list)
        self._users: defaultdict[Value, list[tuple[NamedNode, Subject]]] = defaultdict(list)
        self._held: set[Triple] = set()
        for triple in sorted({quad.triple for quad in quads}, key=str):
            subject, value = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                raise TypeError("the graph holds no triple terms")
            self._values.setdefault(subject, {}).setdefault(triple.predicate, []).append(value)
            if triple.predicate == _TYPE and isinstance(value, NamedNode):
                self._kinds[value].append(subject)
            elif not isinstance(value, Literal):
                self._users[value].append((triple.predicate, subject))

    def of_kind(self, *kinds: NamedNode) -> list[Subject]:
        """Return the subjects that have one of these types, in order; marks the types read."""
        found = set()
        for kind in kinds:
            for subject in self._kinds[kind]:
                self._held.add(Triple(subject, _TYPE, kind))
                found.add(subject)
        return sorted(found, key=str)

    def values(self, subject: Value, predicate: NamedNode) -> tuple[Value, ...]:
        """Return the values of a property, in order, and mark them as held."""
        if isinstance(subject, Literal):
            return ()
        found = tuple(self._values.get(subject, {}).get(predicate, ()))
        self._held.update(Triple(subject, predicate, value) for value in found)
        return found

    def values_among(
        self, subject: Value, predicate: NamedNode, wanted: Container[object]
    ) -> tuple[Value, ...]:
        """Return those values of a property that are wanted, and mark only them as held."""
        return self.values_if(subject, predicate, lambda value: value in wanted)

    def values_if(
        self, subject: Value, predicate: NamedNode, fits: Callable[[Value], bool]
    ) -> tuple[Value, ...]:
        """Return those values of a property that fit, and mark only them as held."""
        if isinstance(subject, Literal):
            return ()
        values = self._values.get(subject, {}).get(predicate, ())
        found = tuple(value for value in values if fits(value))
        self._held.update(Triple(subject, predicate, value) for value in found)
        return found

    def has(self, subject: Subject, predicate: NamedNode) -> bool:
        """Say whether a property has any value, without marking it."""
        return bool(self._values.get(subject, {}).get(predicate))

    def value(self, subject: Value, predicate: NamedNode) -> Value | None:
        """Return the first value of a property, or None; further values are not marked."""
        if isinstance(subject, Literal):
            return None
        found = self._values.get(subject, {}).get(predicate)
        if not found:
            return None
        self._held.add(Triple(subject, predicate, found[0]))
        return found[0]

    def text(self, subject: Value, predicate: NamedNode = _LABEL) -> str | None:
        """Return the first value of a property as a string, or None: by default the label."""
        found = self.value(subject, predicate)
        return None if found is None else found.value

    def users(self, value: Value, predicate: NamedNode) -> tuple[Subject, ...]:
        """Return the subjects of which this is the value of a property; marks the statements."""
        found = tuple(who for by, who in self._users.get(value, ()) if by == predicate)
        self._held.update(Triple(who, predicate, value) for who in found)
        return found

    def predicates(self, subject: Subject) -> list[NamedNode]:
        """Return the properties that a subject has, in order, and mark nothing."""
        return sorted(self._values.get(subject, {}), key=str)

    def peek(self, subject: Value, predicate: NamedNode) -> tuple[Value, ...]:
        """Return the values of a property, in order, and mark nothing."""
        if isinstance(subject, Literal):
            return ()
        return tuple(self._values.get(subject, {}).get(predicate, ()))

    def peek_kind(self, kind: NamedNode) -> list[Subject]:
        """Return the subjects that have a type, in order, and mark nothing."""
        return sorted(self._kinds.get(kind, ()), key=str)

    def peek_users(self, value: Value, predicate: NamedNode) -> tuple[Subject, ...]:
        """Return the subjects of which this is the value of a property, and mark nothing."""
        return tuple(who for by, who in self._users.get(value, ()) if by == predicate)

    def hold_value(self, subject: Subject, predicate: NamedNode, value: Value) -> None:
        """Mark one statement as held."""
        self._held.add(Triple(subject, predicate, value))

    def hold(self, triples: Iterable[Triple]) -> None:
        """Mark statements as held that were read in another way."""
        self._held.update(triples)

    def __iter__(self) -> Iterator[Triple]:
        for subject, properties in self._values.items():
            for predicate, values in properties.items():
                for value in values:
                    yield Triple(subject, predicate, value)

    @property
    def held(self) -> frozenset[Triple]:
        """Give the statements that have been read."""
        return frozenset(self._held)

    def loss(self, name: str) -> Loss:
        """Say what has not been read, by kind of subject and by property."""
        return Loss.from_triples(name, self, self._held)

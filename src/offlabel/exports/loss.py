"""What a format could not hold: kinds of statements, with counts and examples."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field

from pyoxigraph import BlankNode, NamedNode, Triple

from offlabel.terms import RDF, prefixes

EXAMPLES = 3
_TYPE = f"{RDF}type"
_ANY = BlankNode("any")


@dataclass(frozen=True)
class Lost:
    """Statements of one kind: what they are about, by which property, how many, and three."""

    about: str
    property: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Statements of one part of the graph, told without their named graph: how many, and three."""

    part: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Loss:
    """The loss report of one export; `notes` says what is lost beside whole statements.

    `places` says of how many statements it is lost in which named graph they stand, by the part of
    the graph; they are held all the same.
    """

    format: str
    statements: int
    lost: tuple[Lost, ...] = ()
    notes: tuple[str, ...] = field(default=())
    places: tuple[Place, ...] = ()

    @classmethod
    def from_triples(
        cls,
        name: str,
        triples: Iterable[Triple],
        held: Collection[Triple],
        notes: tuple[str, ...] = (),
    ) -> Loss:
        """Compare statements with those that are held."""
        everything = list(triples)
        kinds: dict[object, str] = {}
        for triple in everything:
            if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
                kind = triple.object.value
                kinds[triple.subject] = min(kind, kinds.get(triple.subject, kind))
        missing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for triple in everything:
            if triple not in held:
                about = kinds.get(triple.subject, "")
                missing[about, triple.predicate.value].append(_written(triple))
        short = prefixes().compress
        lost = (
            Lost(short(about), short(by), len(found), tuple(sorted(set(found))[:EXAMPLES]))
            for (about, by), found in sorted(missing.items())
        )
        return cls(name, len(everything), tuple(lost), notes)

    @property
    def count(self) -> int:
        """Count the statements that are lost."""
        return sum(row.count for row in self.lost)

    def json(self) -> bytes:
        """Write the report as JSON, the same bytes for the same loss."""
        document = {
            "format": self.format,
            "statements": self.statements,
            "held": self.statements - self.count,
            "lost": [asdict(row) for row in self.lost],
            **({"places": [asdict(row) for row in self.places]} if self.places else {}),
            "notes": list(self.notes),
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()

    def __str__(self) -> str:
        kept = f"{self.statements - self.count:,} of {self.statements:,} statements"
        return f"{self.format} holds {kept}; {len(self.lost)} kinds are left out."


def _written(triple: Triple) -> str:
    """Return a statement as N-Triples; blank nodes are all alike, for their names are chance."""
    named = (_ANY if isinstance(term, BlankNode) else term for term in triple)
    return " ".join([*map(str, named), "."])

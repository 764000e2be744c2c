"""Which tables there are, with which columns: read from tables.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pyoxigraph import NamedNode

from offlabel.terms import OL, prefixes

ID = "id"


@dataclass(frozen=True)
class Column:
    """The values of one property."""

    name: str
    predicate: NamedNode
    type: str
    derived: bool

    @property
    def curie(self) -> str:
        """Return the property as a CURIE."""
        return prefixes().compress(self.predicate.value)


@dataclass(frozen=True)
class Plan:
    """One table: the things of a class, one a row."""

    name: str
    kind: NamedNode
    derived: bool
    columns: tuple[Column, ...]


@cache
def plans() -> dict[str, Plan]:
    """Return the tables by name."""
    text = Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8")
    return {
        name: Plan(
            name,
            NamedNode(OL + said["class"]),
            said.get("derived", False),
            tuple(_column(column, about) for column, about in said["columns"].items()),
        )
        for name, said in yaml.safe_load(text).items()
    }


def _column(name: str, about: dict[str, str]) -> Column:
    iri = prefixes().expand(about["property"])
    if iri is None:
        raise ValueError(f"tables.yaml: {about['property']} has no prefix that is known")
    return Column(name, NamedNode(iri), about["type"], bool(about.get("derived", False)))

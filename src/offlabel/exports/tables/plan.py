"""Which tables there are, with which columns: read from tables.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import NamedNode

from offlabel.terms import OL, prefixes

ID, GRAPH_COLUMN = "id", "graph"
MAPPING = "mapping"


@dataclass(frozen=True)
class Column:
    """The values of one property, or of one slot of a mapping."""

    name: str
    predicate: NamedNode
    type: str
    derived: bool = False
    facet: str = ""

    @property
    def curie(self) -> str:
        """Return the property as a CURIE."""
        return prefixes().compress(self.predicate.value)

    @property
    def slot(self) -> str:
        """Return the name of the property without its namespace: of a mapping, the slot."""
        return self.curie.partition(":")[2]


@dataclass(frozen=True)
class Plan:
    """One table: the things of a class, one a row; of the mappings, `kind` is None.

    `folder`, `part_of` and `has_parts` say where a thing goes that no file is named for.
    """

    name: str
    kind: NamedNode | None
    derived: bool
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    folder: str
    part_of: str
    has_parts: tuple[str, ...]

    @property
    def fixed(self) -> tuple[str, ...]:
        """Return the columns that are no properties."""
        return (ID, GRAPH_COLUMN) if self.kind is not None else (GRAPH_COLUMN,)


@cache
def plans() -> dict[str, Plan]:
    """Return the tables by name."""
    text = Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8")
    return {name: _plan(name, said) for name, said in yaml.safe_load(text).items()}


def _plan(name: str, said: dict[str, Any]) -> Plan:
    return Plan(
        name,
        NamedNode(OL + said["class"]) if "class" in said else None,
        said.get("derived", False),
        tuple(_column(column, about) for column, about in said["columns"].items()),
        tuple(said.get("key", (ID,))),
        said.get("folder", f"{name}s"),
        said.get("part-of", ""),
        tuple(said.get("has-parts", ())),
    )


def _column(name: str, about: dict[str, str]) -> Column:
    iri = prefixes().expand(about["property"])
    if iri is None:
        raise ValueError(f"tables.yaml: {about['property']} has no prefix that is known")
    derived, facet = bool(about.get("derived", False)), about.get("facet", "")
    return Column(name, NamedNode(iri), about["type"], derived, facet)

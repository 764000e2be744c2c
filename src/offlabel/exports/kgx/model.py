"""How our kinds, relations and designs are called in the Biolink model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pyoxigraph import NamedNode

from offlabel.terms import prefixes


@dataclass(frozen=True)
class Model:
    """The table that stands beside this module, with our terms as IRIs."""

    version: str
    source: str
    prefixes: Mapping[str, str]
    preferred: Mapping[str, Sequence[str]]
    kinds: Mapping[NamedNode, Sequence[Mapping[str, Any]]]
    left_out: frozenset[NamedNode]
    designs: Mapping[NamedNode, str]
    not_performed: frozenset[NamedNode]
    relations: Mapping[NamedNode, Mapping[str, Any]]
    edges: Mapping[str, Mapping[str, str]]
    knowledge: Mapping[str, tuple[str, str]]
    columns: Mapping[NamedNode, Mapping[NamedNode, str]]
    own_node_columns: tuple[str, ...]
    own_edge_columns: tuple[str, ...]


@cache
def model() -> Model:
    """Read the table."""
    text = files("offlabel.exports.kgx").joinpath("biolink.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    return Model(
        version=str(found["version"]),
        source=found["source"],
        prefixes=found["prefixes"],
        preferred=found["preferred"],
        kinds=_named(found["kinds"]),
        left_out=frozenset(map(term, found["left out"])),
        designs=_named(found["designs"]),
        not_performed=frozenset(map(term, found["not performed"])),
        relations=_named(found["relations"]),
        edges=found["edges"],
        knowledge={name: (level, agent) for name, (level, agent) in found["knowledge"].items()},
        columns={kind: _named(columns) for kind, columns in _named(found["columns"]).items()},
        own_node_columns=tuple(found["own columns"]["nodes"]),
        own_edge_columns=tuple(found["own columns"]["edges"]),
    )


def term(curie: str) -> NamedNode:
    """Return the IRI of a CURIE of ours."""
    iri = prefixes().expand(curie)
    if iri is None:
        raise ValueError(f"{curie} has no declared prefix")
    return NamedNode(iri)


def _named(found: Mapping[str, Any]) -> dict[NamedNode, Any]:
    return {term(curie): value for curie, value in found.items()}

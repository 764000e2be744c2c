"""The questions to outside endpoints: files of `queries/federated/`, one for each endpoint."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from offlabel.errors import SourceError, UnknownNameError
from offlabel.names import close_matches
from offlabel.paths import Roots
from offlabel.rules.header import read_head
from offlabel.sources.files import discover
from offlabel.stores.base import Store
from offlabel.terms import BASE, GRAPH, prefixes

_PLACE = re.compile(r"VALUES\s*\(\s*\?id\s+\?key\s*\)\s*\{\s*\}")
_TEXTS = ("title", "description", "endpoint", "ids")
_LOCAL = re.compile(r"[\w.:-]+")
_MAPPED = """\
SELECT DISTINCT ?id WHERE {
  VALUES ?match { skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch }
  ?thing ?match ?id .
}"""


@dataclass(frozen=True)
class Federated:
    """A question that an endpoint is asked for some outside ids at a time."""

    name: str
    title: str
    description: str
    endpoint: str
    ids: str
    batch: int
    text: str
    path: Path

    @property
    def graph(self) -> str:
        """Return how the names of the graphs begin that hold its answers."""
        return f"{GRAPH}enriched/{self.name}/"

    def for_ids(self, ids: Sequence[NamedNode]) -> str:
        """Return the query for some ids: ?id is the IRI, ?key what follows the namespace."""
        rows = (f'({node} "{node.value.removeprefix(self.ids)}")' for node in ids)
        return _PLACE.sub(lambda _: f"VALUES (?id ?key) {{ {' '.join(rows)} }}", self.text)

    def mapped(self, store: Store) -> list[NamedNode]:
        """Return the ids of its namespace that things of the graph map to."""
        return sorted((node for node in mapped_ids(store) if self._takes(node.value)), key=str)

    def _takes(self, iri: str) -> bool:
        return iri.startswith(self.ids) and bool(_LOCAL.fullmatch(iri.removeprefix(self.ids)))


def mapped_ids(store: Store) -> set[NamedNode]:
    """Return all outside ids that things of the graph map to."""
    rows = store.select(prefixes().sparql() + _MAPPED).rows
    return {row[0] for row in rows if isinstance(row[0], NamedNode)}


def federated(roots: Roots) -> dict[str, Federated]:
    """Return the sources that can be asked, by name."""
    files = (file.path for file in discover(roots) if file.role == "federated")
    return {path.stem: read_federated(path) for path in files}


def get_federated(roots: Roots, name: str) -> Federated:
    """Return one source; raise `UnknownNameError` where there is none of that name."""
    found = federated(roots)
    if name not in found:
        see = "`offlabel link enrich` lists them."
        raise UnknownNameError(name, "source to ask", close_matches(name, list(found)), see)
    return found[name]


def read_federated(path: Path) -> Federated:
    """Read one file; raise `SourceError` where its head or its query is not as it should be."""
    head, text = read_head(path)
    for key in (*_TEXTS, "batch"):
        if not head.get(key):
            raise SourceError(path, f"the head has no {key}.", f"Add a line '#+ {key}: ...'.", 1)
    batch = head["batch"]
    if not isinstance(batch, int) or batch < 1:
        raise SourceError(path, "batch is no whole number above 0.", "Write '#+ batch: 50'.", 1)
    if not _PLACE.search(text):
        remedy = "The ids of a batch go there."
        raise SourceError(path, "the query has no line VALUES (?id ?key) { }.", remedy, 1)
    title, description, endpoint, ids = (" ".join(str(head[key]).split()) for key in _TEXTS)
    if ids.startswith(BASE):
        raise SourceError(path, "ids is a namespace of this project.", "Name that of others.", 1)
    return Federated(path.stem, title, description, endpoint, ids, batch, text, path)

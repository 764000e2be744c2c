"""The outside ontologies that were imported: one store beside the built ones, one graph for each.

An import writes a new snapshot, which starts as a copy of the old one, and swaps it in whole.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from offlabel.errors import OfflabelError, ParameterError, SourceError, UnknownNameError
from offlabel.links.readers import READERS, Source
from offlabel.links.readers.base import ONTOLOGY, VERSION
from offlabel.links.terms import CLASS, LABEL, TYPE, Terms, namespace
from offlabel.names import close_matches
from offlabel.paths import cache_dir
from offlabel.stores import snapshots
from offlabel.terms import DCTERMS, OUTSIDE, OWL

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_OWN = 0.2  # the share of an ontology's named classes from which a namespace counts as its own
_LICENCES = tuple(
    NamedNode(iri)
    for iri in (
        *(f"{DCTERMS}license", f"{DCTERMS}rights"),
        *(f"http://purl.org/dc/elements/1.1/{name}" for name in ("license", "rights")),
    )
)


@dataclass(frozen=True)
class Entry:
    """One imported ontology."""

    name: str
    version: str
    licence: str
    file: str
    sha256: str
    terms: int
    triples: int
    namespaces: tuple[str, ...]
    imported: str

    @property
    def graph(self) -> NamedNode:
        """Return the named graph that holds it."""
        return NamedNode(OUTSIDE + self.name)


class Library:
    """The imported ontologies, in the folder of all stores or in one of your own."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or cache_dir() / "ontologies"

    def entries(self) -> list[Entry]:
        """Return what is there, by name."""
        found = self._snapshot()
        return _entries(found.about) if found else []

    def store(self) -> Store:
        """Open the store for reading; it is empty where nothing was imported."""
        found = self._snapshot()
        return Store.read_only(str(found.path / "store")) if found else Store()

    @property
    def fingerprint(self) -> str:
        """Return what changes with every import and removal."""
        found = self._snapshot()
        return found.fingerprint if found else "empty"

    def copy(self, place: str) -> None:
        """Write a copy of the store to a folder that is not there yet; links, where it can."""
        found = self._snapshot()
        if found:
            Store.read_only(str(found.path / "store")).backup(place)

    def terms(self) -> Terms:
        """Return the terms of all ontologies."""
        spaces = {space for entry in self.entries() for space in entry.namespaces}
        return Terms(self.store(), spaces)

    def graphs(self, name: str | None = None) -> list[NamedNode]:
        """Return the graphs of all ontologies or of one; raise where there is none."""
        entries = {entry.name: entry for entry in self.entries()}
        if not entries:
            raise OfflabelError("No ontology is imported. Import one: offlabel link import FILE")
        if name and name not in entries:
            raise _unknown(name, entries)
        return [entry.graph for entry in entries.values() if name in (None, entry.name)]

    def add(
        self,
        path: Path,
        name: str | None = None,
        *,
        replace: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Entry:
        """Import a file; raise where it is no ontology, and leave everything as it was.

        `progress` is told how many bytes of how many have been read.
        """
        name = name or _name_from_file(path)
        if not _NAME.fullmatch(name):
            raise ParameterError(
                f"{name!r} is no name for an ontology. Use small letters, digits and hyphens."
            )
        source = Source(path, NamedNode(OUTSIDE + name), progress)
        if not path.is_file():
            raise SourceError(path, "there is no such file.", "Check its name.")
        if source.suffix not in READERS:
            known = ", ".join(sorted(READERS))
            raise SourceError(path, "its form is not known.", f"Known are {known}, also with .gz.")
        added: list[Entry] = []

        def fill(store: Store, entries: dict[str, Entry]) -> None:
            if name in entries and not replace:
                raise OfflabelError(
                    f"{name} is imported already ({entries[name].version or 'no version stated'}). "
                    "Give --replace to take its place, or --name for another name."
                )
            if name in entries:
                store.remove_graph(source.graph)
            READERS[source.suffix](store, source)
            entries[name] = _describe(store, source, name)
            added.append(entries[name])

        self._change(fill)
        return added[0]

    def remove(self, name: str) -> None:
        """Remove an ontology; raise `UnknownNameError` where it is not there."""

        def drop(store: Store, entries: dict[str, Entry]) -> None:
            if name not in entries:
                raise UnknownNameError(
                    name, "imported ontology", close_matches(name, list(entries))
                )
            store.remove_graph(entries.pop(name).graph)

        self._change(drop)

    def _snapshot(self) -> snapshots.Snapshot | None:
        """Return what is in use; one whose graphs had other names counts as none."""
        found = snapshots.current(self.home)
        return found if found and found.about.get("graphs") == OUTSIDE else None

    def _change(self, change: Callable[[Store, dict[str, Entry]], None]) -> None:
        """Let something change a copy of the store, and swap it in if that went well."""

        def fill(folder: Path, _: snapshots.Snapshot | None) -> dict[str, Any]:
            before = self._snapshot()
            place = str(folder / "store")
            if before is not None:
                Store.read_only(str(before.path / "store")).backup(place)
            store = Store(place)
            entries = {entry.name: entry for entry in _entries(before.about)} if before else {}
            change(store, entries)
            store.flush()
            kept = [asdict(entry) for _, entry in sorted(entries.items())]
            stamp = hashlib.sha256(repr(kept).encode()).hexdigest()
            return {"fingerprint": stamp, "entries": kept, "graphs": OUTSIDE}

        try:
            snapshots.write(self.home, fill)
        except OSError as error:
            raise OfflabelError(
                f"{self.home}: cannot be written ({error.strerror or error}). "
                "Check that there is space, or name another folder in OFFLABEL_CACHE."
            ) from None


def _unknown(name: str, entries: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(name, "imported ontology", close_matches(name, list(entries)))


def _entries(about: Any) -> list[Entry]:
    return [
        Entry(**{**fields, "namespaces": tuple(fields["namespaces"])})
        for fields in about.get("entries", ())
    ]


def _describe(store: Store, source: Source, name: str) -> Entry:
    """Count what was loaded; raise `SourceError` where there is no class in it."""
    graph = source.graph
    terms = 0
    spaces: Counter[str] = Counter()
    for quad in store.quads_for_pattern(None, TYPE, CLASS, graph):
        if isinstance(quad.subject, NamedNode):
            terms += 1
            spaces[namespace(quad.subject.value)] += 1
    if not any(store.quads_for_pattern(None, LABEL, None, graph)) or not terms:
        raise SourceError(source.path, "no class with a label is in it.", "Is it an ontology?")
    return Entry(
        name=name,
        version=_said(store, graph, (VERSION, NamedNode(f"{OWL}versionIRI"))),
        licence=_said(store, graph, _LICENCES),
        file=source.path.name,
        sha256=_checksum(source.path),
        terms=terms,
        triples=_count(store, graph),
        namespaces=tuple(sorted(space for space, n in spaces.items() if n >= _OWN * terms)),
        imported=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _count(store: Store, graph: NamedNode) -> int:
    rows = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(rows, QuerySolutions)
    return int(next(rows)["n"].value)


def _said(store: Store, graph: NamedNode, predicates: Iterable[NamedNode]) -> str:
    """Return the first value that the ontology has for some predicates, or nothing."""
    headers = [quad.subject for quad in store.quads_for_pattern(None, TYPE, ONTOLOGY, graph)]
    for predicate in predicates:
        for header in headers:
            quads: Iterable[Quad] = store.quads_for_pattern(header, predicate, None, graph)
            for quad in quads:
                if isinstance(quad.object, Literal | NamedNode):
                    return quad.object.value
    return ""


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_from_file(path: Path) -> str:
    """Return hp of hp-2025-01-16.obo.gz."""
    stem = path.name.partition(".")[0].lower()
    return re.split(r"[-_]", stem)[0]

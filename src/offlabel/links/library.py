"""The outside ontologies that were imported: one store beside the built ones, one graph for each.

An import writes a new snapshot, which starts as a copy of the old one, and swaps it in whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import NamedNode, RdfFormat, Store

from offlabel.errors import OfflabelError, ParameterError, SourceError, StoreError, UnknownNameError
from offlabel.links.entry import ABOUT, Entry, describe, entries_from
from offlabel.links.foreign import MATCHES, Lines
from offlabel.links.readers import READERS, Source
from offlabel.links.terms import Terms
from offlabel.names import close_matches
from offlabel.paths import cache_dir
from offlabel.stores import snapshots
from offlabel.terms import OUTSIDE

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Library:
    """The imported ontologies, in the folder of all stores or in one of your own."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or cache_dir() / "ontologies"

    def entries(self) -> list[Entry]:
        """Return what is there, by name."""
        found = self._snapshot()
        return entries_from(found.about) if found else []

    def store(self) -> Store:
        """Open the store for reading; it is empty where nothing was imported."""
        found = self._snapshot()
        return self._open(found) if found else Store()

    @property
    def fingerprint(self) -> str:
        """Return what changes with every import and removal."""
        found = self._snapshot()
        return found.fingerprint if found else "empty"

    def copy(self, place: str) -> None:
        """Write a copy of the store to a folder that is not there yet; links, where it can.

        What others hold to be the same stays behind: in the copy only our own tables map.
        """
        found = self._snapshot()
        if found:
            self._open(found).backup(place)
            copied = Store(place)
            for match in MATCHES:
                copied.update(f"DELETE WHERE {{ GRAPH ?graph {{ ?one {match} ?other }} }}")

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
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Entry:
        """Import a file, in the place of what had the name; return what it is.

        Raise where it is no ontology, and leave everything as it was. `progress` is told how many
        bytes of how many have been read.
        """
        name = name or name_from_file(path)
        if not _NAME.fullmatch(name):
            raise ParameterError(
                f"{name!r} is no name for an ontology. Use small letters, digits and hyphens."
            )
        source = Source(path, progress)
        if not path.is_file():
            raise SourceError(path, "there is no such file.", "Check its name.")
        if source.suffix not in READERS:
            known = ", ".join(sorted(READERS))
            raise SourceError(path, "its form is not known.", f"Known are {known}, also with .gz.")
        added: list[Entry] = []

        def fill(store: Store, entries: dict[str, Entry]) -> None:
            if name in entries:
                store.remove_graph(entries[name].graph)
            lines = Lines(READERS[source.suffix](source))
            graph = NamedNode(OUTSIDE + name)
            store.bulk_load(cast(IO[bytes], lines), format=RdfFormat.N_TRIPLES, to_graph=graph)
            entries[name] = describe(store, source, name, lines.left_out)
            added.append(entries[name])

        self._change(fill)
        return added[0]

    def remove(self, name: str) -> None:
        """Remove an ontology; raise `UnknownNameError` where it is not there."""

        def drop(store: Store, entries: dict[str, Entry]) -> None:
            if name not in entries:
                raise _unknown(name, entries)
            store.remove_graph(entries.pop(name).graph)

        self._change(drop)

    def _snapshot(self) -> snapshots.Snapshot | None:
        """Return what is in use; one whose graphs had other names counts as none."""
        found = snapshots.current(self.home)
        return found if found and found.about.get("graphs") == OUTSIDE else None

    def _open(self, found: snapshots.Snapshot) -> Store:
        place = found.path / "store"
        try:
            return Store.read_only(str(place))
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"{place}: the imported ontologies cannot be read ({error}). "
                f"Remove the folder {self.home} and import them again: offlabel link import FILE"
            ) from None

    def _change(self, change: Callable[[Store, dict[str, Entry]], None]) -> None:
        """Let something change a copy of the store, and swap it in if that went well."""

        def fill(folder: Path, _: snapshots.Snapshot | None) -> dict[str, Any]:
            before = self._snapshot()
            place = str(folder / "store")
            if before is not None:
                self._open(before).backup(place)
            store = Store(place)
            entries = {each.name: each for each in entries_from(before.about)} if before else {}
            change(store, entries)
            store.clear_graph(ABOUT)
            store.extend(fact for entry in entries.values() for fact in entry.facts())
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


def name_from_file(path: Path) -> str:
    """Return hp of hp-2025-01-16.obo.gz, and hp-to-umls of hp_to_umls.sssom.tsv."""
    stem, _, end = path.name.lower().partition(".")
    return stem.replace("_", "-") if "sssom" in end else re.split(r"[-_]", stem)[0]


def _unknown(name: str, entries: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(name, "imported ontology", close_matches(name, list(entries)))

"""What differs between two graphs, in terms of the evidence and not of triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode

from offlabel.errors import OfflabelError, UnknownNameError
from offlabel.evidence.snapshot import KINDS, Told, Words, read_snapshot
from offlabel.paths import Roots, find_roots
from offlabel.stores.base import Store
from offlabel.stores.exported import read_export
from offlabel.stores.memory import MemoryStore
from offlabel.terms import prefixes

ADDED, GONE, CHANGED, RETRACTED = "added", "gone", "changed", "retracted"
_RETRACTED_ON = "retracted on"


@dataclass(frozen=True)
class Change:
    """One field before and after; None where nothing is told."""

    field: str
    before: Words | None
    after: Words | None


@dataclass(frozen=True)
class Item:
    """One thing that differs: what became of it, and its fields, or those that changed.

    `fate` is "added", "gone", "changed" or "retracted". `iri` names the thing; a question is named
    by the IRIs of its kind of regimen and its condition.
    """

    fate: str
    iri: str
    label: str
    fields: Mapping[str, Words] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What differs, kind by kind, each in the order of its labels."""

    sources: tuple[Item, ...] = ()
    studies: tuple[Item, ...] = ()
    claims: tuple[Item, ...] = ()
    assessments: tuple[Item, ...] = ()
    contradictions: tuple[Item, ...] = ()
    standings: tuple[Item, ...] = ()

    @property
    def kinds(self) -> dict[str, tuple[Item, ...]]:
        """Return the items by kind, in the order in which they are told."""
        return {kind: getattr(self, kind) for kind in KINDS}

    @property
    def is_empty(self) -> bool:
        """Say whether nothing differs."""
        return not any(self.kinds.values())


def compare(
    before: Store,
    after: Store,
    roots: Roots,
    *,
    drug: str | None = None,
    condition: str | None = None,
    kinds: Iterable[str] = KINDS,
) -> Difference:
    """Compare two graphs as of their latest days; `roots` holds the saved queries.

    With a drug or a condition, given by IRI, only what is about it is compared. `kinds` are some
    of `snapshot.KINDS`.
    """
    wanted = {iri for iri in (drug, condition) if iri}
    kinds = tuple(kinds)
    was, now = (read_snapshot(store, roots, kinds) for store in (before, after))
    return Difference(**{kind: tuple(_items(was[kind], now[kind], wanted)) for kind in kinds})


def _items(was: Mapping[str, Told], now: Mapping[str, Told], wanted: set[str]) -> list[Item]:
    items = []
    for iri in was.keys() | now.keys():
        old, new = was.get(iri), now.get(iri)
        about = (old.about if old else frozenset()) | (new.about if new else frozenset())
        if wanted <= about and (item := _item(iri, old, new)):
            items.append(item)
    return sorted(items, key=lambda item: (item.label.casefold(), item.iri))


def _item(iri: str, old: Told | None, new: Told | None) -> Item | None:
    if old is None or new is None:
        only = old or new
        assert only is not None
        told = {name: value for name, value in only.fields.items() if value != ()}
        return Item(GONE if old else ADDED, iri, only.label, told)
    changes = tuple(_changes(old, new))
    if not changes:
        return None
    retracted = any(each.field == _RETRACTED_ON and each.before is None for each in changes)
    return Item(RETRACTED if retracted else CHANGED, iri, new.label, changes=changes)


def _changes(old: Told, new: Told) -> Iterator[Change]:
    for name in dict.fromkeys((*old.fields, *new.fields)):
        before, after = _given(old, name), _given(new, name)
        if before != after:
            yield Change(name, before, after)


def _given(told: Told, name: str) -> Words | None:
    value = told.fields.get(name)
    return None if value == () else value


def open_side(path: Path) -> MemoryStore:
    """Open one side of a comparison: a folder of data alone, or the file of an exported graph.

    Raise `OfflabelError` where there is nothing to open.
    """
    if path.is_dir():
        return MemoryStore.from_roots(find_roots((path,), only=True))
    if not path.exists():
        raise OfflabelError(f"{path}: there is no such folder or file. Check the path.")
    return read_export(path)


def is_derived(store: Store) -> bool:
    """Say whether rules were run over a graph."""
    return store.ask(
        f"{prefixes().sparql()} ASK {{ ?graph prov:wasGeneratedBy ?rule . ?rule a ol:Rule }}"
    )


def find_in_either(name: str, kind: str, stores: Iterable[Store]) -> NamedNode:
    """Return the thing that a name stands for in one of the graphs, asked in turn."""
    from offlabel.names import get_thing

    errors: list[UnknownNameError] = []
    for store in stores:
        try:
            return get_thing(store, name, kind)
        except UnknownNameError as error:
            errors.append(error)
    raise max(errors, key=lambda error: len(error.candidates))

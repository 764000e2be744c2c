"""What the tests of formats share: exporting, comparing with what is expected, and the loss."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from offlabel.exports import DEFAULT, FILES, FOLDERS, Selection
from offlabel.exports.loss import Loss
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import prefixes
from regenerate_exports import contents as contents
from regenerate_exports import expected_path

TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
HOSTILE = '=cmd()|"quoted"\t<script>alert(1)</script>\nsecond \u2028 line \\ end \U0001f48a'
Lost = dict[tuple[str, str], int]


def exported(name: str, selection: Selection, folder: Path) -> tuple[dict[str, bytes], Loss]:
    """Return the files of an export by their names, and its loss; one file has the name ''."""
    if name in FILES:
        to = io.BytesIO()
        loss = FILES[name].dump(selection, to)
        return {"": to.getvalue()}, loss
    folder.mkdir(parents=True, exist_ok=True)
    loss = FOLDERS[name].fill(selection, folder)
    return contents(folder), loss


@cache
def written(name: str, store: MemoryStore, parts: tuple[str, ...] = DEFAULT) -> bytes:
    """Return an export of a graph that many tests read; it is written once."""
    to = io.BytesIO()
    FILES[name].dump(Selection(store.store, parts), to)
    return to.getvalue()


def expected(name: str) -> dict[str, bytes]:
    """Return the expected files of a format on the small world."""
    path = expected_path(name)
    return {"": path.read_bytes()} if path.is_file() else contents(path)


def statements(selection: Selection) -> set[Triple]:
    """Return the statements of a selection."""
    return {quad.triple for quad in selection.quads()}


def told(loss: Loss) -> Lost:
    """Return how many statements a loss report misses, by kind of subject and property."""
    return {(row.about, row.property): row.count for row in loss.lost}


def missing(everything: Collection[Triple], recovered: Collection[Triple]) -> Lost:
    """Count the statements that were not recovered, by kind of subject and property."""
    kinds: dict[object, str] = {}
    for triple in sorted(everything, key=str, reverse=True):
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            kinds[triple.subject] = triple.object.value
    short = prefixes().compress
    gone = (triple for triple in everything if triple not in recovered)
    return dict(Counter((short(kinds.get(t.subject, "")), short(t.predicate.value)) for t in gone))


def with_hostile_labels(store: Store, subjects: Iterable[str]) -> Store:
    """Return a copy of a graph in which the labels of some things are hostile."""
    bad = {NamedNode(subject) for subject in subjects}
    copy = Store()
    for quad in store:
        if quad.subject in bad and quad.predicate == LABEL:
            value = Literal(HOSTILE, language="en")
            copy.add(Quad(quad.subject, quad.predicate, value, quad.graph_name))
        else:
            copy.add(quad)
    return copy


def select(store: Store, roots: Roots | None = None) -> Selection:
    """Select what is exported by default."""
    return Selection(store, roots=roots)

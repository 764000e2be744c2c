"""Keep what endpoints said, in graphs that say where and when each statement was fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from offlabel.errors import OfflabelError
from offlabel.links.enrich.asking import Answer
from offlabel.links.enrich.source import Federated
from offlabel.paths import cache_dir
from offlabel.stores import snapshots
from offlabel.terms import DCTERMS, GRAPH, PROV, XSD

FILE = "facts.nq"
_ENRICHED = f"<{GRAPH}enriched/"
_AT = NamedNode(f"{PROV}generatedAtTime")
_FROM = NamedNode(f"{PROV}wasDerivedFrom")
_OF = NamedNode(f"{DCTERMS}subject")
_DATE_TIME = NamedNode(f"{XSD}dateTime")


class Shelf:
    """The answers of outside endpoints, a set of graphs for each source."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or cache_dir() / "enriched"

    @property
    def fingerprint(self) -> str:
        """Return what changes with every change."""
        found = snapshots.current(self.home)
        return found.fingerprint if found else "empty"

    def quads(self) -> list[Quad]:
        """Return all statements, each in the graph of its source and time."""
        found = snapshots.current(self.home)
        return _read(found.path / FILE) if found else []

    def known(self, name: str) -> set[NamedNode]:
        """Return the ids of which a source has said something."""
        quads = [quad for quad in self.quads() if _source(quad) == name]
        asked = {quad.object for quad in quads if quad.predicate == _OF}
        said = (q for q in quads if q.subject != q.graph_name)
        ends = {end for q in said for end in (q.subject, q.object)}
        return {end for end in ends & asked if isinstance(end, NamedNode)}

    def counts(self) -> dict[str, tuple[int, str]]:
        """Return for each source how many statements there are and the day of the last ones."""
        found: dict[str, tuple[int, str]] = {}
        for quad in self.quads():
            count, last = found.get(_source(quad), (0, ""))
            if quad.subject != quad.graph_name:
                found[_source(quad)] = count + 1, last
            elif quad.predicate == _AT and isinstance(quad.object, Literal):
                found[_source(quad)] = count, max(last, quad.object.value[:10])
        return found

    def put(
        self, source: Federated, answers: Sequence[Answer], failed: Collection[NamedNode]
    ) -> int:
        """Put answers in the place of what was kept; return how many statements they hold.

        Of what was kept, that on ids for which there is no answer now stays.
        """
        new = [quad for answer in answers for quad in _quads(source, answer)]
        old = [quad for quad in self.quads() if _source(quad) == source.name]
        missed = {
            quad.graph_name for quad in old if quad.predicate == _OF and quad.object in failed
        }
        others = [quad for quad in self.quads() if _source(quad) != source.name]
        self._write([*others, *(quad for quad in old if quad.graph_name in missed), *new])
        return sum(len(answer.triples) for answer in answers)

    def drop(self, name: str) -> bool:
        """Drop all of a source; say whether there was anything."""
        quads = self.quads()
        kept = [quad for quad in quads if _source(quad) != name]
        if len(kept) == len(quads):
            return False
        self._write(kept)
        return True

    def _write(self, quads: Iterable[Quad]) -> None:
        lines = sorted({f"{quad} .\n" for quad in quads})
        content = "".join(lines).encode()

        def fill(folder: Path, _: snapshots.Snapshot | None) -> dict[str, Any]:
            (folder / FILE).write_bytes(content)
            return {"fingerprint": hashlib.sha256(content).hexdigest()}

        try:
            snapshots.write(self.home, fill)
        except OSError as error:
            raise OfflabelError(
                f"{self.home}: cannot be written ({error.strerror or error}). "
                "Check that there is space, or name another folder in OFFLABEL_CACHE."
            ) from None


def _quads(source: Federated, answer: Answer) -> Iterator[Quad]:
    """Give the statements of an answer, and of their graph which endpoint gave them and when."""
    digest = hashlib.sha256(" ".join(map(str, answer.ids)).encode()).hexdigest()
    graph = NamedNode(f"{source.graph}{digest[:16]}")
    yield Quad(graph, _AT, Literal(answer.at.isoformat(), datatype=_DATE_TIME), graph)
    yield Quad(graph, _FROM, NamedNode(source.endpoint), graph)
    yield from (Quad(graph, _OF, node, graph) for node in answer.ids)
    yield from (Quad(t.subject, t.predicate, t.object, graph) for t in answer.triples)


def _source(quad: Quad) -> str:
    return str(quad.graph_name).removeprefix(_ENRICHED).partition("/")[0]


def _read(path: Path) -> list[Quad]:
    try:
        return list(parse(path=str(path), format=RdfFormat.N_QUADS))
    except (OSError, SyntaxError) as error:
        raise OfflabelError(
            f"{path}: cannot be read ({error}). Ask the sources again: offlabel link enrich SOURCE"
        ) from None

"""What every export can do, and how it is written to a file."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol

from pyoxigraph import Quad

from offlabel.writing import write_whole


class Export(Protocol):
    """One form in which the graph can leave."""

    @property
    def name(self) -> str:
        """Return the name by which users call it."""
        ...

    @property
    def suffix(self) -> str:
        """Return the usual ending of its files."""
        ...

    @property
    def media_type(self) -> str:
        """Return its media type."""
        ...

    def dump(self, quads: Iterable[Quad], to: IO[bytes]) -> None:
        """Write the quads; the same quads give the same bytes."""
        ...


def write(export: Export, quads: Iterable[Quad], path: Path) -> None:
    """Write an export beside its target and rename it, gzipped where the name ends in .gz."""

    def dump(file: IO[bytes]) -> None:
        if path.suffix != ".gz":
            export.dump(quads, file)
            return
        # Neither name nor time goes into the head, so that bytes repeat.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            export.dump(quads, packed)  # type: ignore[arg-type]

    write_whole(path, dump)

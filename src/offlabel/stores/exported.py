"""An exported graph, read back from its file."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from offlabel.errors import SourceError, StoreError
from offlabel.stores.memory import MemoryStore

_ENDINGS = ".jsonld, .nq, .nt, .rdf, .trig or .ttl, each also with .gz"


def read_export(path: Path) -> MemoryStore:
    """Return the graph of a file that `offlabel export` wrote; no rule is run.

    The syntax is told by the ending. Raise `StoreError` for an ending that is not known, and
    `SourceError` where the file cannot be read.
    """
    name = path.name.removesuffix(".gz")
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    syntax = RdfFormat.from_extension(suffix) if suffix else None
    if syntax is None:
        raise StoreError(
            f"{path}: an exported graph ends in {_ENDINGS}. Rename it, or give a data folder."
        )
    try:
        quads = list(parse(_content(path), format=syntax))
    except SyntaxError as error:
        raise SourceError(
            path, f"malformed {syntax.name}: {error.msg}.", "Export it again.", error.lineno
        ) from None
    except ValueError as error:
        raise SourceError(path, f"malformed {syntax.name}: {error}.", "Export it again.") from None
    return MemoryStore.from_quads(_once(quads))


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(path, f"is not whole: {error}.", "Export it again.") from None
    except OSError as error:
        raise SourceError(
            path, f"cannot be read: {error.strerror}.", "Check that it may be read."
        ) from None


def _once(quads: list[Quad]) -> list[Quad]:
    """Give each statement once: a statement in two graphs would be counted twice."""
    return list({quad.triple: quad for quad in reversed(quads)}.values())

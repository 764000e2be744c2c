"""What every export can do, and the one way in which a file comes to be."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol

from pyoxigraph import Quad

from offlabel.errors import OfflabelError


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
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = Path(file.name)
            if path.suffix == ".gz":
                # Neither name nor time goes into the head, so that bytes repeat.
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    export.dump(quads, packed)  # type: ignore[arg-type]
            else:
                export.dump(quads, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise OfflabelError(
            f"{path}: cannot be written ({error.strerror}). "
            "Check that the folder exists and may be written."
        ) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

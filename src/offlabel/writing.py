"""The one way in which a file comes to be: written beside its target, then renamed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from offlabel.errors import OfflabelError


def write_whole(path: Path, dump: Callable[[IO[bytes]], None]) -> None:
    """Write a file that appears only when it is complete; whatever was there stays until then.

    Raise `OfflabelError` where it cannot be written; nothing is left beside it.
    """
    from tempfile import NamedTemporaryFile

    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = Path(file.name)
            dump(file)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
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


def write_content(path: Path, content: bytes) -> None:
    """Write content that is already there, in the same way."""

    def dump(file: IO[bytes]) -> None:
        file.write(content)

    write_whole(path, dump)

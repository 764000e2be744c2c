"""The one way in which a file or a folder comes to be: written beside its target, then renamed.

What is unfinished is called after the machine and the process that writes it. So whoever writes the
same target next can remove what a killed process left, and leaves alone what a running one writes.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from offlabel.errors import OfflabelError

_OLD = "-old"  # what a folder is called for the moment in which a new one takes its place


def write_whole(path: Path, dump: Callable[[IO[bytes]], None]) -> None:
    """Write a file that appears only when it is complete; whatever was there stays until then.

    Raise `OfflabelError` where it cannot be written; nothing is left beside it.
    """
    with _unfinished(path) as unfinished:
        with unfinished.open("xb") as file:
            dump(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)


def write_content(path: Path, content: bytes) -> None:
    """Write content that is already there, in the same way."""

    def dump(file: IO[bytes]) -> None:
        file.write(content)

    write_whole(path, dump)


def write_folder_whole(path: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder that appears only when it is complete; the old one stays until then.

    Raise `OfflabelError` where it cannot be written; nothing is left beside it.
    """
    with _unfinished(path) as unfinished:
        unfinished.mkdir()
        fill(unfinished)
        if path.exists() and not _exchanged(unfinished, path):
            old = unfinished.with_name(unfinished.name + _OLD)
            path.replace(old)
            unfinished.replace(path)
            old.replace(unfinished)
        elif not path.exists():
            unfinished.replace(path)


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Give a new name beside a target, and remove what has it in the end."""
    import platform

    start = f".{path.name}-{re.sub(r'[^A-Za-z0-9.]', '-', platform.node())}-"
    unfinished = path.with_name(f"{start}{os.getpid()}-{os.urandom(4).hex()}")
    try:
        _sweep(path, start)
        yield unfinished
    except OSError as error:
        raise OfflabelError(
            f"{path}: cannot be written ({error.strerror}). "
            "Check that the folder exists and may be written."
        ) from None
    finally:
        _remove(unfinished)


def _sweep(path: Path, start: str) -> None:
    """Remove what processes that are dead left of the same target; an old folder goes back."""
    named = re.compile(rf"{re.escape(start)}(\d+)-[0-9a-f]{{8}}(?:{_OLD})?")
    with os.scandir(path.parent) as entries:
        left = [Path(e) for e in entries if (m := named.fullmatch(e.name)) and _is_dead(int(m[1]))]
    for one in left:
        if one.name.endswith(_OLD) and not path.exists():
            one.replace(path)
        else:
            _remove(one)


def _is_dead(process: int) -> bool:
    if os.name == "nt":  # where asking this way would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two names change places in one step; say whether the system can do that (Linux can)."""
    import ctypes

    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)

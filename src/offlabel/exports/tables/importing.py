"""Tables as Turtle files in a new folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from offlabel.errors import OfflabelError
from offlabel.exports.tables.reading import read_tables
from offlabel.exports.tables.turtle import turtle


def import_tables(folder: Path, output: Path) -> tuple[int, int]:
    """Write one Turtle file for each table; return how many files and statements.

    Raise `OfflabelError` where the output is not new or empty: nothing of anybody is replaced.
    """
    found = {name: triples for name, triples in read_tables(folder).items() if triples}
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise OfflabelError(f"{output}: there is something here. Name a new or empty folder.")
    temporary: Path | None = None
    try:
        temporary = Path(mkdtemp(dir=output.parent, prefix=f".{output.name}-"))
        temporary.chmod(0o755)
        for name, triples in found.items():
            title = f"{name.replace('-', ' ').capitalize()}, from tables."
            (temporary / f"{name}.ttl").write_text(turtle(title, triples), encoding="utf-8")
        temporary.replace(output)
        temporary = None
    except OSError as error:
        raise OfflabelError(
            f"{output}: cannot be written ({error.strerror}). "
            "Check that the folder above it exists and may be written."
        ) from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return len(found), sum(map(len, found.values()))

"""Rewrite the expected exports of the small world: python tests/regenerate_exports.py FORMAT..."""

import sys
from pathlib import Path

from conftest import TINY
from offlabel.exports import FILES, Selection, write
from offlabel.paths import find_roots
from offlabel.stores.memory import MemoryStore

FOLDER = Path(__file__).parent / "exporters"


def main(names: list[str]) -> None:
    """Write one file for each format."""
    roots = find_roots([TINY], only=True)
    store = MemoryStore.from_roots(roots)
    for name in names:
        path = FOLDER / name / f"tiny{FILES[name].suffix}"
        path.parent.mkdir(exist_ok=True)
        write(FILES[name], Selection(store.store, roots=roots), path)
        print(f"wrote {path}")  # noqa: T201 - what a script prints is its result


if __name__ == "__main__":
    main(sys.argv[1:])

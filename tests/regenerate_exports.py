"""Write the expected output of formats on the small world.

Run it as `python tests/regenerate_exports.py FORMAT...`, and read the result before it is
committed: the tests hold later output against it.
"""

import shutil
import sys
from pathlib import Path

from offlabel.exports import FILES, FOLDERS, Selection
from offlabel.paths import Roots, find_roots
from offlabel.stores.memory import MemoryStore

HERE = Path(__file__).parent
EXPECTED = HERE / "exporters"


def small_roots() -> Roots:
    """Return the small world."""
    return find_roots([HERE / "tiny"], only=True)


def expected_path(name: str) -> Path:
    """Return where the expected output of a format stands."""
    suffix = FILES[name].suffix if name in FILES else ""
    return EXPECTED / name / f"tiny{suffix}"


def main(names: list[str]) -> None:
    """Write the expected output of some formats."""
    roots = small_roots()
    store = MemoryStore.from_roots(roots).store
    for name in names:
        path = expected_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in FILES:
            with path.open("wb") as file:
                FILES[name].dump(Selection(store, roots=roots), file)
        else:
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            FOLDERS[name].fill(Selection(store, roots=roots), path)


if __name__ == "__main__":
    main(sys.argv[1:])

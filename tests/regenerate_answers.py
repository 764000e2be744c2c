"""Rewrite the expected answers in tests/queries/ from what the queries say today.

Usage: python tests/regenerate_answers.py [TOPIC/NAME ...]
Every difference is a claim about the data or a query: look at it (git diff) before you keep it.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from answers import FOLDER, WORLDS, Case, cases
from conftest import TINY
from offlabel.links.library import Library
from offlabel.links.linked import linked_memory
from offlabel.paths import find_roots
from offlabel.stores.memory import MemoryStore


def main(slugs: list[str]) -> None:
    """Write the files that changed, and remove those whose query is gone."""
    roots = {"tiny": find_roots([TINY], only=True), "real": find_roots()}
    stores = {world: MemoryStore.from_roots(roots[world]) for world in WORLDS}
    with TemporaryDirectory() as empty:
        linked = {
            world: linked_memory(stores[world].store, roots[world], Library(Path(empty)))
            for world in WORLDS
        }
    wanted = [case for case in cases() if not slugs or case.slug in slugs]
    for case in wanted:
        store = linked[case.world] if case.query.is_linked else stores[case.world]
        write(case, case.answer(store))
    if not slugs:
        known = {case.path for case in wanted}
        for path in sorted(set(FOLDER.rglob("*.csv")) - known):
            path.unlink()
            print(f"removed {path.relative_to(FOLDER)}")  # noqa: T201


def write(case: Case, text: str) -> None:
    """Write an expected answer if it is not what the file holds."""
    if case.path.exists() and case.path.read_text(encoding="utf-8") == text:
        return
    case.path.parent.mkdir(parents=True, exist_ok=True)
    case.path.write_text(text, encoding="utf-8")
    print(f"wrote {case.path.relative_to(FOLDER)}: {text.count(chr(10)) - 1} rows")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])

"""The files of the project that people edit, without what was built or cached beside them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = {"build", "dist", "results", "__pycache__"}


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield the files below a folder of the project, in a fixed order; no hidden folder is read."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in BUILT and (path.name == ".ci" or not path.name.startswith(".")):
                yield from project_files(path)
        else:
            yield path

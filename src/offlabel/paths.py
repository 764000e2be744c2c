"""Where the sources are: in the checkout, or bundled in the wheel. No other module knows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from offlabel.errors import OfflabelError

_HERE = Path(__file__).resolve().parent
_CHECKOUT = _HERE.parents[1]
_BUNDLED = _HERE / "_bundled"


@dataclass(frozen=True)
class Roots:
    """The folders that a graph is built from; of those in `flat`, without what lies below them."""

    ontology: Path
    data: tuple[Path, ...]
    queries: tuple[Path, ...]
    flat: tuple[Path, ...] = ()

    @property
    def base(self) -> Path:
        """Return the folder that holds the ontology; paths in reports are relative to it."""
        return self.ontology.parent


def home() -> Path:
    """Return the folder that holds ontology/, data/ and queries/."""
    if (_CHECKOUT / "ontology").is_dir() and (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT
    return _BUNDLED


def find_roots(data: Sequence[Path | str] = (), *, only: bool = False) -> Roots:
    """Return the project's folders, with `data` beside its own, or in its place if `only`."""
    base = home()
    if not (base / "ontology").is_dir():
        raise OfflabelError(f"{base}: the ontology is missing. Install offlabel again.")
    extra = tuple(_folder(Path(folder)) for folder in data)
    if only and not extra:
        raise OfflabelError("--only-data needs --data: name the folder to use instead.")
    own = () if only else (base / "data",)
    return Roots(base / "ontology", tuple(dict.fromkeys((*own, *extra))), (base / "queries",))


def cache_dir() -> Path:
    """Return the folder for built stores: $OFFLABEL_CACHE, or the system's place for caches."""
    named = os.environ.get("OFFLABEL_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("offlabel", appauthor=False)


def shown(path: Path) -> str:
    """Return a path as people like to read it: relative to here where it lies below."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _folder(path: Path) -> Path:
    if not path.exists():
        raise OfflabelError(f"{path}: there is no such folder. Check the path given with --data.")
    if not path.is_dir():
        raise OfflabelError(f"{path} is a file. Give --data the folder that holds it.")
    folder = path.resolve()
    if not any(folder.rglob("*.ttl")) and not any(folder.rglob("*.sssom.tsv")):
        raise OfflabelError(f"{path}: no Turtle file (*.ttl) and no mapping table in this folder.")
    return folder

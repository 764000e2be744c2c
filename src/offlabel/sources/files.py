"""Find the files that a graph is built from, and tell whether they changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from offlabel.paths import Roots
from offlabel.terms import GRAPH

_IN_IRI = "/:@!$&'()*+,;="  # beside letters, digits and - . _ ~

Role = Literal[
    "ontology", "shapes", "rules", "data", "mappings", "vocabulary", "query", "federated"
]

# The folder in a data folder for slices of outside ontologies: facts of others, which only the
# linked store holds.
VOCABULARIES = "vocabularies"

# The folder in a query folder for what outside endpoints are asked; users do not ask it themselves.
FEDERATED = "federated"


@dataclass(frozen=True)
class SourceFile:
    """One file, what it is for, and the named graph that its statements go to."""

    path: Path
    role: Role
    graph: str


@dataclass
class Known:
    """Hold what is known of a file: its state when it was read, and what its SPARQL names.

    `iris` are the IRIs of ours in a rule or a saved query, each with a line.
    """

    file: SourceFile
    stamp: str
    iris: list[tuple[str, int]] = field(default_factory=list)


def discover(roots: Roots) -> list[SourceFile]:
    """Return every source file, in a fixed order."""
    found = [
        *_files(roots.ontology, "*.ttl", "ontology", "ontology", deep=False),
        *_files(roots.ontology / "shapes", "*.ttl", "shapes", "ontology/shapes"),
        *_files(roots.ontology / "rules", "*.rq", "rules", "rule"),
        *_files(roots.ontology / "method", "*.ttl", "data", "ontology/method"),
    ]
    for number, folder in enumerate(roots.data):
        name = "data" if folder == roots.base / "data" else f"data-{number}/{folder.name}"
        deep = folder not in roots.flat
        found += _files(folder, "*.ttl", "data", name, deep=deep, but=VOCABULARIES)
        found += _files(folder, "*.sssom.tsv", "mappings", name, deep=deep)
        if not deep:
            continue
        found += _files(folder / VOCABULARIES, "*.ttl", "vocabulary", "outside")
    for folder in roots.queries:
        found += _files(folder, "*.rq", "query", "queries", but=FEDERATED)
        found += _files(folder / FEDERATED, "*.rq", "federated", "queries/federated")
    return found


def fingerprint(files: Iterable[SourceFile]) -> str:
    """Return a checksum over names, sizes and times of files: cheap, and another at any edit."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{stamp(file.path)}\0".encode())
    return digest.hexdigest()[:32]


def stamp(path: Path) -> str:
    """Return size and times of a file, which are others after any edit; say where it is missing.

    The time of change cannot be set back, so an edit that keeps size and date shows too.
    """
    try:
        status = path.stat()
    except OSError:
        return "missing"
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def _files(
    folder: Path, pattern: str, role: Role, graph: str, *, deep: bool = True, but: str = ""
) -> list[SourceFile]:
    """Return the files of a folder, with those below it if `deep`, without its subfolder `but`."""
    suffix = pattern.removeprefix("*")
    found: list[str] = []
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if deep else []
        if but and at == str(folder):
            folders[:] = [name for name in folders if name != but]
        found += [f"{at}{os.sep}{name}" for name in names if name.endswith(suffix)]
    prefix = f"{folder}{os.sep}"
    return [
        SourceFile(
            Path(path),
            role,
            f"{GRAPH}{graph}/"
            + quote(
                path.removeprefix(prefix).removesuffix(suffix).replace(os.sep, "/"), safe=_IN_IRI
            ),
        )
        for path in sorted(found)
    ]

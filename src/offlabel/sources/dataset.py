"""Read all sources at once, and report all that cannot be read, not only the first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Quad

from offlabel.errors import SourceError, SourcesError
from offlabel.paths import Roots
from offlabel.sources.files import SourceFile, discover
from offlabel.sources.index import SubjectIndex
from offlabel.sources.parse import read


@dataclass(frozen=True)
class Dataset:
    """What the sources say: quads in one named graph per file, and what could not be read."""

    roots: Roots
    files: tuple[SourceFile, ...]
    quads: tuple[Quad, ...]
    shapes: tuple[Quad, ...]
    problems: tuple[SourceError, ...]

    @cached_property
    def index(self) -> SubjectIndex:
        """Return where each subject stands."""
        return SubjectIndex(self.files)

    def check(self) -> Dataset:
        """Return the dataset; raise `SourcesError` with all problems if there are any."""
        if self.problems:
            raise SourcesError(self.problems)
        return self


def read_dataset(roots: Roots) -> Dataset:
    """Read ontology, shapes, data and mappings; problems are collected, not raised.

    Slices of outside ontologies are read for their problems only: they are no part of the graph.
    """
    files = tuple(discover(roots))
    quads: list[Quad] = []
    shapes: list[Quad] = []
    problems: list[SourceError] = []
    for file in files:
        if file.role in ("federated", "query", "rules"):
            continue
        found, wrong = read(file)
        if file.role != "vocabulary":
            (shapes if file.role == "shapes" else quads).extend(found)
        problems.extend(wrong)
    return Dataset(roots, files, tuple(quads), tuple(shapes), tuple(problems))

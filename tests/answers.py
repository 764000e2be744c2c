"""The expected answers of the saved queries, on the small world and on the real graph.

One CSV file for each query and world: tests/queries/<world>/<topic>/<name>.csv. What a query is
told stands in its head as examples, for the small world in tests/queries/tiny/parameters.yaml.
`python tests/regenerate_answers.py` rewrites the files; look at the differences.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import yaml

from offlabel.paths import find_roots
from offlabel.queries.formats import FORMATS
from offlabel.queries.header import Query
from offlabel.queries.library import get_query, query_paths
from offlabel.queries.run import run
from offlabel.queries.table import Table
from offlabel.stores.base import Store

FOLDER = Path(__file__).parent / "queries"
WORLDS = ("tiny", "real")
SLUGS = sorted(query_paths(find_roots()))
REMEDY = "Is the new answer right? Then run: python tests/regenerate_answers.py"


@dataclass(frozen=True)
class Case:
    """A saved query asked in one of the worlds."""

    world: str
    slug: str
    unsaved: Query | None = None

    @property
    def id(self) -> str:
        """Return the name of the case in the report of the tests."""
        return f"{self.world}-{self.slug}"

    @property
    def path(self) -> Path:
        """Return the file with the expected answer."""
        return FOLDER / self.world / f"{self.slug}.csv"

    @property
    def query(self) -> Query:
        """Return the saved query, or the one to ask instead."""
        return self.unsaved or get_query(find_roots(), self.slug)

    def fixture(self, store: str = "") -> str:
        """Return the fixture to ask: of embedded stores the linked one where the query needs it.

        A server holds what a push sends, ontologies too, and is asked everything.
        """
        linked = "_linked" if self.query.is_linked and store in ("", "_disk") else ""
        return f"{self.world}{store}{linked}"

    @property
    def values(self) -> dict[str, str]:
        """Return what the query is told."""
        if self.world == "tiny":
            values = tiny_parameters().get(self.slug, {})
            return {name: str(value) for name, value in values.items()}
        return {name: parameter.example for name, parameter in self.query.parameters.items()}

    def answer(self, store: Store) -> str:
        """Return the answer of a store, as CSV."""
        return as_csv(run(store, self.query, self.values))


def cases() -> list[Case]:
    """Return every query in every world."""
    return [Case(world, slug) for world in WORLDS for slug in SLUGS]


def tiny_parameters() -> dict[str, dict[str, object]]:
    """Return the values of the parameters on the small world, by query."""
    text = (FOLDER / "tiny" / "parameters.yaml").read_text(encoding="utf-8")
    return {slug: values or {} for slug, values in yaml.safe_load(text).items()}


def as_csv(table: Table) -> str:
    """Return an answer as CSV."""
    return FORMATS["csv"](table).decode()


def rows_from_csv(text: str) -> list[list[str]]:
    """Return head and rows of a CSV text, in order."""
    return list(csv.reader(io.StringIO(text)))

"""Exports from Python."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import offlabel
from offlabel.api import Graph
from offlabel.errors import OfflabelError
from offlabel.paths import Roots


@pytest.fixture
def graph(tiny_roots: Roots) -> Iterator[Graph]:
    """Open the small world."""
    with offlabel.open(tiny_roots.data[0], only_data=True) as found:
        yield found


def test_bytes_are_those_of_the_file(graph: Graph, tmp_path: Path) -> None:
    """Without an output the bytes come back that would be in the file; a loss report joins it."""
    path = tmp_path / "x.ris"

    assert graph.export("ris", path) is None
    assert path.read_bytes() == graph.export("ris")
    assert (tmp_path / "x.ris.loss.json").is_file()


def test_folder(graph: Graph, tmp_path: Path) -> None:
    """A format of several files needs a place."""
    graph.export("jsonld-framed", tmp_path / "framed")

    assert (tmp_path / "framed" / "study" / "trial.jsonld").is_file()
    with pytest.raises(OfflabelError, match="is a folder of files"):
        graph.export("tables")


def test_narrowed(graph: Graph) -> None:
    """A saved query, parts of the graph, a day and options of the format narrow it."""
    whole, sources = graph.export("ntriples") or b"", graph.export("ris") or b""
    asserted = graph.export("ntriples", graphs=["asserted"]) or b""
    before = graph.export("ris", as_of=date(2001, 1, 1)) or b""
    one = graph.export("ris", query="source/about-a-source", source="report") or b""

    assert set(asserted.splitlines()) < set(whole.splitlines())
    assert 1 == one.count(b"TY  - ")
    assert before.count(b"TY  - ") < sources.count(b"TY  - ")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"format": "rise"}, "format of an export called 'rise'. Did you mean ris?"),
        ({"format": "ris", "graphs": ["asserte"]}, "Did you mean asserted?"),
        ({"format": "ris", "options": {"creator": "x"}}, "option of ris"),
        ({"format": "ris", "query": "source/about-a-sourc"}, "source/about-a-source"),
    ],
)
def test_unknown_names(graph: Graph, given: dict[str, object], problem: str) -> None:
    """A wrong name is told with the close ones."""
    with pytest.raises(OfflabelError) as caught:
        graph.export(**given)  # type: ignore[arg-type]

    assert problem in str(caught.value)

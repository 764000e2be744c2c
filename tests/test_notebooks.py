"""The notebooks run from top to bottom, and show what they give."""

import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat
import pytest
from nbclient import NotebookClient

from offlabel.stores.remote import RemoteStore

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> Any:
    """Return a notebook as it stands in the project."""
    return nbformat.read(FOLDER / name, as_version=4)  # type: ignore[no-untyped-call]


def executed(name: str, endpoint: str, folder: Path) -> Any:
    """Return a notebook with what it gives today, run in an empty folder."""
    notebook = read(name)
    environment = {
        "OFFLABEL_ENDPOINT": endpoint,
        "IPYTHONDIR": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder),
    }
    with patch.dict(os.environ, environment):
        NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
        ).execute()
    return notebook


def shown(notebook: Any) -> list[str]:
    """Return the texts that the cells give, without what differs from run to run."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            texts.append(re.sub(r"0x[0-9a-f]+", "0x", text))
    return texts


def test_there_are_two() -> None:
    """One notebook is on the graph itself, one on an endpoint."""
    assert ["local-graph.ipynb", "remote-endpoint.ipynb"] == NOTEBOOKS


@pytest.mark.filterwarnings("default")  # of the libraries that start the kernel
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_gives_what_it_shows(name: str, real_remote: RemoteStore, tmp_path: Path) -> None:
    """Each notebook runs without an error and gives the texts that it shows."""
    expected = shown(read(name))

    assert expected
    assert expected == shown(executed(name, real_remote.endpoint, tmp_path))


def test_local_notebook_draws() -> None:
    """The first notebook shows a picture."""
    kinds = {
        kind
        for cell in read("local-graph.ipynb").cells
        for output in cell.get("outputs", ())
        for kind in output.get("data", {})
    }

    assert "image/png" in kinds


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_tells_nothing_of_the_machine(name: str) -> None:
    """No path of the machine on which it ran stands in a notebook."""
    text = (FOLDER / name).read_text(encoding="utf-8")

    assert not re.search(r"/(home|root|tmp|usr)/", text)

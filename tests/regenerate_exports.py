"""Write the expected output of formats on the small world.

Run it as `python tests/regenerate_exports.py [FORMAT...]`, and read the result before it is
committed: the tests hold later output against it. Binary forms are kept as text, as a library that
did not write them reads them.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, Store

from offlabel.exports import EXPORTS, FILES, FOLDERS, Selection
from offlabel.exports.selection import GraphName
from offlabel.paths import Roots, find_roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import GRAPH

HERE = Path(__file__).parent
EXPECTED = HERE / "exporters"
WHOLE_GRAPHS = ("jelly", "jsonld", "nquads", "ntriples", "rdfxml", "trig", "turtle")
Files = dict[str, bytes]


class WorldAlone(Selection):
    """The file of the small world without the ontology, which would bury it."""

    @cached_property
    def graphs(self) -> tuple[GraphName, ...]:
        """List the graph of the file."""
        return (NamedNode(f"{GRAPH}data-0/tiny/world"),)


def small_roots() -> Roots:
    """Return the small world."""
    return find_roots([HERE / "tiny"], only=True)


def small_selection(name: str, store: Store) -> Selection:
    """Select what the expected output of a format is made from."""
    roots = small_roots()
    if name == "queries":
        roots = replace(roots, queries=(EXPECTED / name / "asked",))
    kind = WorldAlone if name in WHOLE_GRAPHS else Selection
    return kind(store, roots=roots)


def expected_path(name: str) -> Path:
    """Return where the expected output of a format stands."""
    suffix = FILES[name].suffix if name in FILES else ""
    if name in AS_TEXT and suffix:
        suffix += ".txt"
    return EXPECTED / name / f"tiny{suffix}"


def contents(folder: Path) -> Files:
    """Return the files of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def output(name: str, selection: Selection) -> Files:
    """Return what is expected of a format: its files by name, where one file has the name ''."""
    if name in FILES:
        to = io.BytesIO()
        FILES[name].dump(selection, to)
        files = {"": to.getvalue()}
    else:
        with TemporaryDirectory() as folder:
            FOLDERS[name].fill(selection, Path(folder))
            files = contents(Path(folder))
    return AS_TEXT[name](files) if name in AS_TEXT else files


def _jelly(files: Files) -> Files:
    """Return the statements, as pyjelly reads them."""
    from pyjelly.integrations.rdflib.parse import parse_jelly_flat

    quads = parse_jelly_flat(io.BytesIO(files[""]))
    lines = (" ".join(term.n3() for term in quad) + " .\n" for quad in quads)
    return {"": "".join(lines).encode()}


def _docx(files: Files) -> Files:
    """Return the paragraphs and the rows of tables, in their order."""
    import docx

    def lines() -> Iterator[str]:
        for part in docx.Document(io.BytesIO(files[""])).iter_inner_content():
            for row in getattr(part, "rows", ()):
                yield " | ".join(cell.text for cell in row.cells)
            yield getattr(part, "text", "")

    return {"": "".join(f"{line}\n" for line in lines()).encode()}


def _parquet(files: Files) -> Files:
    """Return each table with its types and rows; those without a row, by their names alone."""
    import polars

    found, empty = {}, []
    for name, content in files.items():
        if not name.endswith(".parquet"):
            continue
        frame = polars.read_parquet(content)
        if frame.is_empty():
            empty.append(name)
            continue
        types = "".join(f"# {column}: {kind}\n" for column, kind in frame.schema.items())
        found[f"{name}.txt"] = (types + frame.write_ndjson()).encode()
    return found | {"empty.txt": "".join(f"{name}\n" for name in sorted(empty)).encode()}


def _release(files: Files) -> Files:
    """Return what only a release has; of what stands under other formats, the names."""
    from rocrate.rocrate import ROCrate

    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        crate = ROCrate(folder)
        entities = sorted(
            f"{one.id} | {one.type} | {one.get('name', '')}\n"
            for one in crate.get_entities()
            if "/" not in one.id.strip("/") or "://" in one.id
        )
    own = {name: files[name] for name in ("CITATION.cff", "README.md", "void.ttl")}
    return own | {"ro-crate.txt": "".join(entities).encode()}


AS_TEXT: dict[str, Callable[[Files], Files]] = {
    "jelly": _jelly,
    "release": _release,
    "sof-docx": _docx,
    "tables-parquet": _parquet,
}


def main(names: list[str]) -> None:
    """Write the expected output of some formats."""
    store = MemoryStore.from_roots(small_roots()).store
    for name in names or sorted(EXPORTS):
        path = expected_path(name)
        if path.is_dir():
            shutil.rmtree(path)
        for inside, content in output(name, small_selection(name, store)).items():
            target = path / inside if inside else path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])

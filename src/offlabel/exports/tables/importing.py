"""Tables as files of the sources in a new folder: one Turtle file for each thing, and mappings.

A row that says in which file it stands goes there again. Others go where new data goes: into the
folder of their kind, in a file named for the thing, or for that of which they are a part.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp

from pyoxigraph import Literal, NamedNode

from offlabel.errors import OfflabelError
from offlabel.exports.tables.mapping import sets
from offlabel.exports.tables.plan import MAPPING
from offlabel.exports.tables.reading import Record, read_records
from offlabel.exports.tables.turtle import turtle
from offlabel.terms import BASE, RDFS

_LABEL = f"{RDFS}label"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DATA = re.compile(r"data(-\d+/[^/]+)?/")  # how the names of the graphs of data begin


def import_tables(folder: Path, output: Path) -> tuple[int, int]:
    """Write the files of the tables; return how many files and statements.

    Raise `OfflabelError` where the output is not new or empty: nothing of anybody is replaced.
    """
    records = read_records(folder)
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise OfflabelError(f"{output}: there is something here. Name a new or empty folder.")
    files = _turtle_files(records) | _mapping_files(records)
    temporary: Path | None = None
    try:
        temporary = Path(mkdtemp(dir=output.parent, prefix=f".{output.name}-"))
        temporary.chmod(0o755)
        for name, text in files.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        temporary.replace(output)
        temporary = None
    except OSError as error:
        raise OfflabelError(
            f"{output}: cannot be written ({error.strerror}). "
            "Check that the folder above it exists and may be written."
        ) from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return len(files), len({triple for record in records for triple in record.triples})


def _turtle_files(records: list[Record]) -> dict[str, str]:
    wholes = _wholes(records)
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.plan.name != MAPPING:
            found[_file(record, wholes)].append(record)
    return {f"{name}.ttl": _turtle(name, found[name]) for name in sorted(found)}


def _turtle(name: str, records: list[Record]) -> str:
    triples = {triple for record in records for triple in record.triples}
    main = [record.subject for record in records if _local(record.subject) == name.split("/")[-1]]
    labels = [
        triple.object.value
        for triple in sorted(triples, key=str)
        if triple.predicate.value == _LABEL
        and isinstance(triple.object, Literal)
        and (triple.subject in main or not main)
    ]
    title = labels[0] if labels else name
    more = "" if main else f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return turtle(f"{' '.join(title.split())}{more}, from tables.", triples, main)


def _mapping_files(records: Iterable[Record]) -> dict[str, str]:
    rows = [record.cells for record in records if record.plan.name == MAPPING]
    return {f"{_safe(_DATA.sub('', name))}.sssom.tsv": text for name, text in sets(rows).items()}


def _file(record: Record, wholes: dict[NamedNode, NamedNode]) -> str:
    """Return where a row goes, without the ending."""
    if record.file:
        return _safe(_DATA.sub("", record.file))
    whole, seen = record.subject, {record.subject}
    while whole in wholes and wholes[whole] not in seen:
        whole = wholes[whole]
        seen.add(whole)
    return f"{record.plan.folder}/{_safe(_local(whole))}"


def _wholes(records: list[Record]) -> dict[NamedNode, NamedNode]:
    """Return of what a thing is a part, where a table tells that it stands in its file."""
    found: dict[NamedNode, NamedNode] = {}
    for record in records:
        predicates = {column.name: column.predicate for column in record.plan.columns}
        above = predicates.get(record.plan.part_of)
        below = {predicates.get(name) for name in record.plan.has_parts}
        for triple in record.triples:
            if isinstance(triple.object, NamedNode):
                if triple.predicate == above:
                    found.setdefault(record.subject, triple.object)
                elif triple.predicate in below:
                    found.setdefault(triple.object, record.subject)
    return found


def _local(thing: NamedNode) -> str:
    return thing.value.removeprefix(BASE).partition("/")[2]


def _safe(name: str) -> str:
    """Return a relative path that leads nowhere else, whatever a cell says."""
    parts = (re.sub(r"[^A-Za-z0-9._-]", "-", part).lstrip(".-") for part in name.split("/"))
    return "/".join(part for part in parts if part and _PLAIN.fullmatch(part)) or "things"

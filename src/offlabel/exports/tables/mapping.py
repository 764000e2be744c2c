"""The table of mappings: the rows of the SSSOM tables, and the statements that they make."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from offlabel.exports.selection import Selection, part_of
from offlabel.exports.tables.plan import GRAPH_COLUMN, MAPPING, plans
from offlabel.sources.files import SourceFile, discover
from offlabel.sources.mappings import read_table
from offlabel.terms import GRAPH, RDFS, prefixes

Row = dict[str, tuple[str, ...]]
_LABEL = NamedNode(f"{RDFS}label")
_HEAD = ("mapping_set_id", "mapping_set_title", "license", "mapping_set_version")


def mapping_rows(selection: Selection) -> list[Row]:
    """Return the mappings of the selection and what must not be mapped; marks what they hold."""
    if MAPPING + "s" not in selection.parts:
        return []
    files = [file for file in discover(selection.sources) if file.role == "mappings"]
    found = [row for file in files for row in _rows(selection, file)]
    return sorted(found, key=lambda row: [row[name] for name in plans()[MAPPING].key])


def _rows(selection: Selection, file: SourceFile) -> Iterator[Row]:
    head, lines = _parts(file)
    ledger = selection.ledger
    said = csv.DictReader(lines, delimiter="\t")
    short = prefixes().compress
    # What no term was found for is in no graph: it belongs to the mappings as a whole.
    has_all = selection.things is None and any(
        isinstance(graph, NamedNode) and part_of(graph) == "mappings" for graph in selection.graphs
    )
    for mapped, slots in zip(read_table(file.path), said, strict=True):
        subject, outside = NamedNode(mapped.subject), NamedNode(mapped.object)
        triple = Triple(subject, mapped.predicate, outside)
        if mapped.is_negative:
            if not (ledger.predicates(subject) or has_all):
                continue
        elif outside not in ledger.peek(subject, mapped.predicate):
            continue
        else:
            label = Triple(outside, _LABEL, Literal(mapped.label))
            ledger.hold(each for each in (triple, label) if each.object in _known(selection, each))
        row: Row = {GRAPH_COLUMN: (file.graph.removeprefix(GRAPH),)}
        fixed = {
            "subject_id": short(mapped.subject),
            "predicate_id": short(mapped.predicate.value),
            "object_id": short(mapped.object),
        }
        for column in plans()[MAPPING].columns:
            text = fixed.get(column.slot) or slots.get(column.slot) or head.get(column.slot) or ""
            if text:
                row[column.name] = (str(text),)
        yield row


def _known(selection: Selection, triple: Triple) -> tuple[object, ...]:
    return selection.ledger.peek(triple.subject, triple.predicate)  # type: ignore[arg-type]


def _parts(file: SourceFile) -> tuple[dict[str, object], list[str]]:
    lines = file.path.read_text(encoding="utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    return head, [line for line in lines if not line.startswith("#")]


def statements(cells: Mapping[str, str]) -> list[Triple]:
    """Return the statements of a row: the mapping and the label of its object."""
    expand = prefixes().expand
    iris = [NamedNode(expand(cells[name]) or cells[name]) for name in
            ("subject", "predicate", "object")]  # fmt: skip
    if cells.get("predicate-modifier") == "Not":
        return []
    found = [Triple(iris[0], iris[1], iris[2])]
    label = cells.get("object-label")
    return [*found, Triple(iris[2], _LABEL, Literal(label))] if label else found


def sets(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the SSSOM tables that rows make, by the names of their files."""
    columns = {column.slot: column.name for column in plans()[MAPPING].columns}
    by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        slots = {slot: row[name] for slot, name in columns.items() if row.get(name)}
        by_file[row.get(GRAPH_COLUMN) or "mappings/mappings"].append(slots)
    return {file: _table(found) for file, found in sorted(by_file.items())}


def _table(rows: list[dict[str, str]]) -> str:
    slots = [column.slot for column in plans()[MAPPING].columns if column.slot not in _HEAD]
    used = [slot for slot in slots if any(slot in row for row in rows)]
    ids = ("subject_id", "predicate_id", "object_id", "mapping_justification")
    names = sorted({row[slot].partition(":")[0] for row in rows for slot in ids if slot in row})
    known = prefixes().namespaces
    head = {slot: rows[0][slot] for slot in _HEAD if slot in rows[0]}
    head_text = yaml.safe_dump(
        {**head, "curie_map": {name: known[name] for name in names if name in known}},
        sort_keys=False, allow_unicode=True, width=1_000,
    )  # fmt: skip
    text = io.StringIO()
    table = csv.DictWriter(text, used, delimiter="\t", lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    return "".join(f"#{line}\n" for line in head_text.splitlines()) + text.getvalue()

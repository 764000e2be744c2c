"""KGX: nodes, edges and what is said of them, as tables or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode, Store

from offlabel.exports.kgx.biology import Biology
from offlabel.exports.kgx.model import model, term
from offlabel.exports.kgx.names import Names, namespaces
from offlabel.exports.kgx.nodes import Cell, Row, nodes
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.queries.formats.formula import neutral
from offlabel.terms import BASE

_ONTOLOGY = NamedNode(f"{BASE}ontology")
_NODES = ("id", "category", "name", "description", "synonym", "xref", "type")
_EDGES = (
    *("id", "category", "subject", "predicate", "object", "negated", "name", "description"),
    *("primary_knowledge_source", "knowledge_level", "agent_type", "publications"),
    *("has_supporting_studies", "qualified_predicate", "subject_specialization_qualifier"),
    *("object_direction_qualifier", "anatomical_context_qualifier", "disease_context_qualifier"),
    *("clinical_approval_status", "number_of_cases", "has_count", "has_total", "deprecated"),
    *("type", "original_subject", "original_object"),
)
_NOTES = (
    "The language of labels, and which of our classes and properties a Biolink name stands for.",
    "Study results, except the direction of the main ones.",
)
_IN_TABLES = (
    "Tabs and line breaks within texts are spaces; a text that a spreadsheet would run as a "
    "formula has an apostrophe before it; | within a value of a list is a comma."
)


@dataclass(frozen=True)
class KgxExport:
    """A folder with nodes, edges and metadata, in one of the two forms of KGX."""

    name: str
    title: str
    suffix: str

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write nodes and edges in the order of their identifiers."""
        ledger = selection.ledger
        names = Names(ledger)
        edges = Biology(ledger, names).all()
        found = list(nodes(ledger, names))
        write = _write_lines if self.suffix == ".jsonl" else _write_table
        write(folder / f"nodes{self.suffix}", found, (*_NODES, *model().own_node_columns))
        write(folder / f"edges{self.suffix}", edges, (*_EDGES, *model().own_edge_columns))
        metadata = _metadata(selection.store, len(found), len(edges))
        (folder / "metadata.json").write_bytes(metadata)
        notes = _NOTES if self.suffix == ".jsonl" else (*_NOTES, _IN_TABLES)
        return replace(ledger.loss(self.name), notes=notes)


def _metadata(store: Store, nodes_: int, edges_: int) -> bytes:
    def told(curie: str) -> str | None:
        quads = store.quads_for_pattern(_ONTOLOGY, term(curie), None)
        return max((quad.object.value for quad in quads), default=None)  # type: ignore[union-attr]

    document = {
        "name": "offlabel",
        "description": "The evidence for off-label drug use, dose by dose, in the Biolink model.",
        "biolink_version": model().version,
        "version": told("owl:versionInfo"),
        "date": told("dcterms:modified"),
        "license": told("dcterms:license"),
        "source": model().source,
        "nodes": nodes_,
        "edges": edges_,
        "own_columns": {
            "nodes": list(model().own_node_columns),
            "edges": list(model().own_edge_columns),
        },
        "prefixes": namespaces(),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _write_lines(path: Path, rows: Iterable[Row], order: Sequence[str]) -> None:
    lines = (
        json.dumps({name: row[name] for name in order if name in row}, ensure_ascii=False) + "\n"
        for row in rows
    )
    path.write_bytes("".join(lines).encode())


def _write_table(path: Path, rows: Sequence[Row], order: Sequence[str]) -> None:
    used = [name for name in order if any(name in row for row in rows)]
    lines = [used, *([_cell(row.get(name, "")) for name in used] for row in rows)]
    path.write_bytes("".join("\t".join(line) + "\n" for line in lines).encode())


def _cell(value: Cell) -> str:
    if isinstance(value, list):
        return "|".join(_text(each.replace("|", ",")) for each in value)
    if isinstance(value, bool):
        return str(value).lower()
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    # Whatever any reader may take for the end of a line or a cell.
    return neutral(" ".join(value.replace("\t", " ").splitlines()))


KGX = KgxExport("kgx", "nodes and edges in the Biolink model, as KGX tables", ".tsv")
KGX_JSONL = KgxExport(
    "kgx-jsonl", "nodes and edges in the Biolink model, as KGX JSON lines", ".jsonl"
)

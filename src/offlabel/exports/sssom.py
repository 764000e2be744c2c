"""All mappings as one SSSOM table, the negative ones too (https://w3id.org/sssom/)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import yaml
from pyoxigraph import NamedNode, Triple

from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.sources.files import discover
from offlabel.sources.mappings import read_rows, read_table
from offlabel.terms import BASE

# In the order of the SSSOM specification, which is that of its canonical form.
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id",
    "object_label", "mapping_justification", "author_id", "author_label", "object_source",
    "object_source_version", "mapping_date", "confidence", "comment",
)  # fmt: skip
_NEEDED = frozenset({"subject_id", "predicate_id", "object_id", "mapping_justification"})
_FORMULAS = (
    "Text stands as it is: SSSOM has no sign for text that is no formula. Open the table in a "
    "spreadsheet by an import that takes every column for text."
)
_SHARED = ("license", "mapping_set_version")


@dataclass(frozen=True)
class SssomExport:
    """One table of all that is mapped, and of what must not be."""

    name: str = "sssom"
    title: str = "SSSOM, one table of all mappings"
    suffix: str = ".sssom.tsv"
    media_type: str = "text/tab-separated-values"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the table, sorted: the rows of the things that are selected, with their part."""
        files = [file.path for file in discover(selection.sources) if file.role == "mappings"]
        rows: list[dict[str, str]] = []
        prefixes: dict[str, str] = {}
        heads = []
        for path in files:
            head, found = _table(path)
            heads.append(head)
            prefixes |= head.get("curie_map", {})
            kept = [row.subject for row in read_table(path)]
            rows += [
                row for row, subject in zip(found, kept, strict=True) if _is_of(selection, subject)
            ]
            selection.ledger.hold(_held(selection, path))
        used = {name for row in rows for name, value in row.items() if value} | _NEEDED
        columns = [name for name in COLUMNS if name in used]
        text = io.StringIO()
        table = csv.DictWriter(
            text, columns, extrasaction="ignore", delimiter="\t", lineterminator="\n"
        )
        table.writeheader()
        table.writerows(sorted(rows, key=lambda row: [row.get(name, "") for name in columns]))
        to.write(_head(heads, _used(prefixes, rows)).encode() + text.getvalue().encode())
        return replace(selection.ledger.loss(self.name), notes=(_FORMULAS,))


def _is_of(selection: Selection, subject: str) -> bool:
    if "mappings" not in selection.parts:
        return False
    return selection.things is None or NamedNode(subject) in selection.things


def _held(selection: Selection, path: Path) -> list[Triple]:
    everything = [triple for _, triple in read_rows(path)]
    subjects = {triple.subject for triple in everything if triple.predicate.value.endswith("Match")}
    wanted = {s for s in subjects if _is_of(selection, str(getattr(s, "value", "")))}
    objects = {triple.object for triple in everything if triple.subject in wanted}
    return [t for t in everything if t.subject in wanted or t.subject in objects]


def _table(path: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    body = [line for line in lines if not line.startswith("#")]
    return head, list(csv.DictReader(body, delimiter="\t"))


def _used(prefixes: dict[str, str], rows: list[dict[str, str]]) -> dict[str, str]:
    names = {
        row[name].partition(":")[0]
        for row in rows
        for name in COLUMNS
        if ":" in row.get(name, "") and (name.endswith("_id") or name == "mapping_justification")
    }
    return {name: prefixes[name] for name in sorted(names & prefixes.keys())}


def _head(heads: list[dict[str, Any]], prefixes: dict[str, str]) -> str:
    shared = {name: {str(head[name]) for head in heads if name in head} for name in _SHARED}
    head = {
        "curie_map": prefixes,
        **{name: values.pop() for name, values in shared.items() if len(values) == 1},
        "mapping_set_id": f"{BASE}mappings",
        "mapping_set_title": "Mappings of offlabel to outside vocabularies",
    }
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1_000)
    return "".join(f"#{line}\n" for line in text.splitlines())


SSSOM = SssomExport()

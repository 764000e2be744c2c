"""The formats of an answer, by the names that the command line takes."""

from offlabel.queries.formats import csv, json, md, parquet, table, tsv, xml
from offlabel.queries.formats.base import Look, TableFormat

FORMATS: dict[str, TableFormat] = {
    "csv": csv.render,
    "json": json.render,
    "md": md.render,
    "parquet": parquet.render,
    "table": table.render,
    "tsv": tsv.render,
    "xml": xml.render,
}
BINARY = frozenset({"parquet"})

__all__ = ["BINARY", "FORMATS", "Look", "TableFormat"]

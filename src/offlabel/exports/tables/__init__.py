"""The graph as tidy tables, one for each kind of thing, and back from tables to Turtle."""

from offlabel.exports.tables.folder import CSV_TABLES, PARQUET_TABLES

__all__ = ["CSV_TABLES", "PARQUET_TABLES"]

"""The graph in the forms that others' tools read: one module per format, one dict."""

from offlabel.exports.base import (
    FileExport,
    FolderExport,
    fill_folder,
    write,
    write_folder,
    write_loss,
)
from offlabel.exports.citations import BIBTEX, CSL_JSON, RIS
from offlabel.exports.context import CONTEXT
from offlabel.exports.fhir import FHIR
from offlabel.exports.findings import SOF_DOCX, SOF_HTML, SOF_MD
from offlabel.exports.framed import FRAMED
from offlabel.exports.jelly import JELLY
from offlabel.exports.jsonld import JSONLD
from offlabel.exports.kgx import KGX, KGX_JSONL
from offlabel.exports.nanopubs import NANOPUBS
from offlabel.exports.network import CX2, GRAPHML
from offlabel.exports.queries import QUERIES
from offlabel.exports.rdf import NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE
from offlabel.exports.release import RELEASE
from offlabel.exports.selection import DEFAULT, PARTS, Selection
from offlabel.exports.sssom import SSSOM
from offlabel.exports.tables import CSV_TABLES, PARQUET_TABLES

# The forms that are one file, and those that are a folder.
FILES: dict[str, FileExport] = {
    "bibtex": BIBTEX,
    "context": CONTEXT,
    "csl-json": CSL_JSON,
    "cx2": CX2,
    "fhir": FHIR,
    "graphml": GRAPHML,
    "jelly": JELLY,
    "jsonld": JSONLD,
    "nquads": NQUADS,
    "ntriples": NTRIPLES,
    "rdfxml": RDFXML,
    "ris": RIS,
    "sof-docx": SOF_DOCX,
    "sof-html": SOF_HTML,
    "sof-md": SOF_MD,
    "sssom": SSSOM,
    "trig": TRIG,
    "turtle": TURTLE,
}
FOLDERS: dict[str, FolderExport] = {
    "jsonld-framed": FRAMED,
    "kgx": KGX,
    "kgx-jsonl": KGX_JSONL,
    "nanopubs": NANOPUBS,
    "queries": QUERIES,
    "release": RELEASE,
    "tables": CSV_TABLES,
    "tables-parquet": PARQUET_TABLES,
}
EXPORTS = {**FILES, **FOLDERS}

__all__ = [
    "DEFAULT",
    "EXPORTS",
    "FILES",
    "FOLDERS",
    "PARTS",
    "FileExport",
    "FolderExport",
    "Selection",
    "fill_folder",
    "write",
    "write_folder",
    "write_loss",
]

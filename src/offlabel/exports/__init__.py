"""The graph in the forms that others' tools read: one module per format, one dict."""

from offlabel.exports.base import FileExport, FolderExport, write, write_folder, write_loss
from offlabel.exports.context import CONTEXT
from offlabel.exports.jelly import JELLY
from offlabel.exports.jsonld import JSONLD
from offlabel.exports.rdf import NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE
from offlabel.exports.selection import DEFAULT, PARTS, Selection

# The forms that are one file, and those that are a folder.
FILES: dict[str, FileExport] = {
    "context": CONTEXT,
    "jelly": JELLY,
    "jsonld": JSONLD,
    "nquads": NQUADS,
    "ntriples": NTRIPLES,
    "rdfxml": RDFXML,
    "trig": TRIG,
    "turtle": TURTLE,
}
FOLDERS: dict[str, FolderExport] = {}
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
    "write",
    "write_folder",
    "write_loss",
]

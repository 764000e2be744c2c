"""The files that people edit, found and read."""

from offlabel.sources.asof import as_of
from offlabel.sources.dataset import Dataset, read_dataset
from offlabel.sources.files import SourceFile, discover, fingerprint
from offlabel.sources.index import Location, SubjectIndex
from offlabel.sources.parse import parse

__all__ = [
    "Dataset",
    "Location",
    "SourceFile",
    "SubjectIndex",
    "as_of",
    "discover",
    "fingerprint",
    "parse",
    "read_dataset",
]

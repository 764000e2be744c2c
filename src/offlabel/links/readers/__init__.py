"""The forms of ontologies that can be imported, by the ends of their files' names."""

from offlabel.links.readers import guide, obo, obograph, rdf
from offlabel.links.readers.base import Reader, Source

READERS: dict[str, Reader] = {
    ".json": obograph.load,
    ".json.zst": guide.load,
    ".nt": rdf.load,
    ".obo": obo.load,
    ".owl": rdf.load,
    ".rdf": rdf.load,
    ".ttl": rdf.load,
    ".xml": rdf.load,
}

__all__ = ["READERS", "Reader", "Source"]

"""The forms of ontologies that can be imported, by the ends of their files' names."""

from offlabel.links.readers import guide, obo, obograph, owl, rdf, sssom
from offlabel.links.readers.base import Reader, Source

READERS: dict[str, Reader] = {
    ".fss": owl.load,
    ".json": obograph.load,
    ".json.zst": guide.load,
    ".nt": rdf.load,
    ".obo": obo.load,
    ".ofn": owl.load,
    ".omn": owl.load,
    ".owl": rdf.load,
    ".owx": owl.load,
    ".rdf": rdf.load,
    ".sssom.tsv": sssom.load,
    ".ttl": rdf.load,
    ".xml": rdf.load,
}

__all__ = ["READERS", "Reader", "Source"]

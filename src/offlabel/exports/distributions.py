"""The files of a release: what each is, how large, its checksum; and each as a dcat:Distribution.

DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) and, for what every distribution must say, the HCLS
profile (https://www.w3.org/TR/hcls-dataset/).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from offlabel.terms import BASE, DCTERMS, RDF, XSD

DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_IANA = "https://www.iana.org/assignments/media-types/"
_PAV = "http://purl.org/pav/"
_TYPES = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".cx2": "application/json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".graphml": "application/graphml+xml",
    ".html": "text/html",
    ".jelly": "application/x-jelly-rdf",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".parquet": "application/vnd.apache.parquet",
    ".rdf": "application/rdf+xml",
    ".ris": "application/x-research-info-systems",
    ".rq": "application/sparql-query",
    ".sparqlbook": "application/json",
    ".trig": "application/trig",
    ".tsv": "text/tab-separated-values",
    ".ttl": "text/turtle",
    ".txt": "text/plain",
}
# Media types that are not registered have no page at IANA.
_UNREGISTERED = ("application/x-", "application/graphml+xml", "application/jsonl")


@dataclass(frozen=True)
class Described:
    """One file of a release."""

    name: str  # relative to the release
    title: str
    size: int
    sha256: str
    media_type: str


def described_file(folder: Path, name: str, title: str, media_type: str = "") -> Described:
    """Read what is to be told of a file."""
    path = folder / name
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    kind = media_type or _TYPES.get(path.suffix, "application/octet-stream")
    return Described(name, title, len(content), digest, kind)


def distributions(files: Iterable[Described], version: str, day: str, base: str) -> list[Triple]:
    """Return the files as distributions of a version; `base` is where they will be, if known."""
    return [triple for file in files for triple in _distribution(file, version, day, base)]


def _distribution(file: Described, version: str, day: str, base: str) -> Iterator[Triple]:
    dataset = NamedNode(f"{BASE}dataset/{version}")
    thing = NamedNode(f"{BASE}dataset/{version}/{file.name}")
    checksum = NamedNode(f"{thing.value}#sha256")  # a blank node's name would be chance
    body = NamedNode(f"{BASE}body/offlabel")

    def said(name: str, value: NamedNode | Literal) -> Triple:
        return Triple(thing, NamedNode(name), value)

    yield Triple(dataset, NamedNode(f"{DCAT}distribution"), thing)
    yield said(f"{RDF}type", NamedNode(f"{DCAT}Distribution"))
    yield said(f"{DCTERMS}title", Literal(f"{file.title}: {file.name}", language="en"))
    about = f"One file of the release {version} of offlabel: {file.title}."
    yield said(f"{DCTERMS}description", Literal(about, language="en"))
    yield said(f"{DCTERMS}creator", body)
    yield said(f"{DCTERMS}publisher", body)
    yield said(f"{DCTERMS}license", NamedNode(LICENCE))
    yield said(f"{DCTERMS}issued", _typed(day, "date"))
    yield said(f"{_PAV}version", Literal(version))
    yield said(f"{DCTERMS}format", Literal(file.media_type))
    if not file.media_type.startswith(_UNREGISTERED):
        yield said(f"{DCAT}mediaType", NamedNode(_IANA + file.media_type))
    yield said(f"{DCAT}byteSize", _typed(str(file.size), "nonNegativeInteger"))
    yield said(f"{SPDX}checksum", checksum)
    yield Triple(checksum, NamedNode(f"{RDF}type"), NamedNode(f"{SPDX}Checksum"))
    algorithm = NamedNode(f"{SPDX}checksumAlgorithm_sha256")
    yield Triple(checksum, NamedNode(f"{SPDX}algorithm"), algorithm)
    yield Triple(checksum, NamedNode(f"{SPDX}checksumValue"), _typed(file.sha256, "hexBinary"))
    if base:
        yield said(f"{DCAT}downloadURL", NamedNode(f"{base.rstrip('/')}/{file.name}"))


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))

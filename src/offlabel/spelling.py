"""One spelling for identifiers that files write in many: MIM: and OMIM:, https: and http:.

The spelling of ours is that of ontology/prefixes.ttl. The library `curies` does the work; it is
imported on use, because importing it takes as long as a short command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from offlabel.terms import prefixes

if TYPE_CHECKING:
    from curies import Converter


@dataclass(frozen=True)
class Spellings:
    """What else a prefix is called, and how else its IRIs begin."""

    names: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()


# Met in Mondo, the Disease Ontology, HPO, UniProt's RDF, MeSH tables and pages of the registries.
OTHERS = {
    "NCBIGene": Spellings(
        ("ncbigene", "EntrezGene", "NCBI_Gene"),
        ("http://purl.uniprot.org/geneid/", "http://identifiers.org/ncbigene/"),
    ),
    "NCIT": Spellings(("NCI",)),
    "SIO": Spellings((), ("https://semanticscience.org/resource/SIO_",)),
    "UniProtKB": Spellings(
        ("uniprot", "UniProt"),
        ("https://www.uniprot.org/uniprot/", "http://identifiers.org/uniprot/"),
    ),
    "atc": Spellings(("ATC",)),
    "cas": Spellings(("CAS",)),
    "chembl.compound": Spellings(
        ("CHEMBL.COMPOUND",), ("https://www.ebi.ac.uk/chembl/compound/inspect/",)
    ),
    "doi": Spellings(("DOI",), ("http://dx.doi.org/",)),
    "drugbank": Spellings(("DRUGBANK", "DrugBank"), ("http://identifiers.org/drugbank/",)),
    "hgnc": Spellings(("HGNC",), ("https://identifiers.org/hgnc/",)),
    "icd10cm": Spellings(("ICD10CM",), ("http://purl.bioontology.org/ontology/ICD10CM/",)),
    "mesh": Spellings(
        ("MESH", "MeSH"),
        (
            "https://id.nlm.nih.gov/mesh/",
            "https://meshb.nlm.nih.gov/record/ui?ui=",
            "http://identifiers.org/mesh/",
        ),
    ),
    "omim": Spellings(("OMIM", "MIM"), ("https://omim.org/MIM:", "http://identifiers.org/omim/")),
    "orphanet.ordo": Spellings(("Orphanet", "ORPHA", "orphanet")),
    "pubchem.compound": Spellings(
        ("PUBCHEM.COMPOUND",), ("https://pubchem.ncbi.nlm.nih.gov/compound/",)
    ),
    "rxnorm": Spellings(("RXNORM", "RxNorm", "RXCUI")),
    "snomedct": Spellings(
        ("SCTID", "SNOMEDCT"), ("http://purl.bioontology.org/ontology/SNOMEDCT/",)
    ),
    "umls": Spellings(("UMLS", "UMLS_CUI"), ("http://linkedlifedata.com/resource/umls/id/",)),
}
# Vocabularies that other files refer to and no table of ours maps to.
FURTHER = {
    "omim.ps": ("https://omim.org/phenotypicSeries/PS", ("OMIMPS",)),
    "wikidata": ("http://www.wikidata.org/entity/", ("WIKIDATA", "wd")),
}
OBO = "http://purl.obolibrary.org/obo/"
_OBO = re.compile(r"[A-Z]+")
_DATED = re.compile(r"^(SNOMEDCT)_US(?:_\d{4}_\d{2}_\d{2})?(?=:)")  # DO dates it by release
_SERIES = re.compile(r"^O?MIM:PS(?=\d)")  # so DO writes OMIMPS:
_CURIE = re.compile(r"[A-Za-z_][\w.-]*:[^\s/][^\s]*")


@cache
def converter() -> Converter:
    """Return a converter between CURIEs and IRIs that knows every spelling of a prefix."""
    from curies import Converter, Record

    records = []
    for name, iri in prefixes():
        other = OTHERS.get(name, Spellings())
        small = (name.lower(),) if _OBO.fullmatch(name) else ()  # as Bioregistry writes them
        records.append(
            Record(
                prefix=name,
                uri_prefix=iri,
                prefix_synonyms=sorted({*other.names, *small} - {name}),
                uri_prefix_synonyms=list(other.beginnings),
            )
        )
    for name, (iri, names) in FURTHER.items():
        records.append(Record(prefix=name, uri_prefix=iri, prefix_synonyms=list(names)))
    return Converter(records)


@cache
def _namespaces() -> Mapping[str, str]:
    """Return the namespace of each spelling of each prefix; `curies` makes this anew every time."""
    return converter().prefix_map


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(record.uri_prefix for record in converter().records)


def standard_iri(text: str) -> str | None:
    """Return the IRI, as our tables spell it, of a CURIE or IRI; None where it is neither.

    It makes no difference whether an IRI begins with http: or https:.
    """
    if "://" not in text:
        prefix, _, local = text.partition(":")
        space = _namespaces().get(prefix)
        if space is None or local.startswith("PS"):
            prefix, _, local = _SERIES.sub("OMIMPS:", _DATED.sub(r"\1", text)).partition(":")
            space = _namespaces().get(prefix)
        return space + local if space and local else None
    if text[: text.rfind("_") + 1] in _beginnings():
        return text
    scheme, _, rest = text.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme)
    standard = converter().standardize_uri
    return standard(text) or (standard(f"{other}://{rest}") if other else None)


def outside_iri(text: str) -> str | None:
    """Return the IRI of an id as people and files write it; None where it is neither.

    Prefixes that the project does not have are those of OBO; so are OBO's IRIs with https.
    """
    known = standard_iri(text)
    if known:
        return known
    if "://" in text:
        bare = text.removeprefix(f"https{OBO.removeprefix('http')}")
        return text if bare == text else OBO + bare
    return OBO + text.replace(":", "_", 1) if _CURIE.fullmatch(text) else None

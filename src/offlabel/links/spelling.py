"""One spelling for identifiers that files write in many: MIM: and OMIM:, https: and http:.

The spelling of ours is that of ontology/prefixes.ttl. The library `curies` does the work; it is
imported on use, because importing it takes as long as a short command.
"""

from __future__ import annotations

import re
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
_OBO = re.compile(r"[A-Z]+")
_DATED = re.compile(r"^(SNOMEDCT)_US_\d{4}_\d{2}_\d{2}(?=:)")  # DO dates this prefix by release


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
    return Converter(records)


def standard_iri(text: str) -> str | None:
    """Return the IRI, as our tables spell it, of a CURIE or IRI; None where it is neither."""
    known = converter()
    curie = _DATED.sub(r"\1", text)
    if known.is_curie(curie):
        return known.expand(curie)
    return known.standardize_uri(text)

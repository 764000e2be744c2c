"""Identifiers in the spellings of other files become ours, and nothing else does."""

import pytest

from offlabel.spelling import FURTHER, OTHERS, converter, outside_iri, standard_iri
from offlabel.terms import prefixes

MESH = "http://id.nlm.nih.gov/mesh/D011565"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MONDO:0005083", "http://purl.obolibrary.org/obo/MONDO_0005083"),
        ("mondo:0005083", "http://purl.obolibrary.org/obo/MONDO_0005083"),
        ("http://purl.obolibrary.org/obo/MONDO_0005083",) * 2,
        ("mesh:D011565", MESH),
        ("MESH:D011565", MESH),
        ("https://id.nlm.nih.gov/mesh/D011565", MESH),
        ("https://meshb.nlm.nih.gov/record/ui?ui=D011565", MESH),
        ("MIM:169600", "https://omim.org/entry/169600"),
        ("OMIM:169600", "https://omim.org/entry/169600"),
        ("UMLS_CUI:C0033860", "https://uts.nlm.nih.gov/uts/umls/concept/C0033860"),
        ("UMLS:C0033860", "https://uts.nlm.nih.gov/uts/umls/concept/C0033860"),
        ("SCTID:9014002", "http://snomed.info/id/9014002"),
        ("SNOMEDCT_US_2025_09_01:9014002", "http://snomed.info/id/9014002"),
        ("NCI:C3346", "http://purl.obolibrary.org/obo/NCIT_C3346"),
        ("ICD10CM:L40", "https://www.icd10data.com/search?s=L40"),
        ("Orphanet:2841", "http://www.orpha.net/ORDO/Orphanet_2841"),
        ("HGNC:8156", "http://identifiers.org/hgnc/8156"),
        ("http://purl.uniprot.org/geneid/4988", "https://www.ncbi.nlm.nih.gov/gene/4988"),
        (
            "https://semanticscience.org/resource/SIO_001000",
            "http://semanticscience.org/resource/SIO_001000",
        ),
        ("drug:naltrexone", "https://w3id.org/offlabel/drug/naltrexone"),
        ("OMIMPS:193200", "https://omim.org/phenotypicSeries/PS193200"),  # Mondo's
        ("MIM:PS193200", "https://omim.org/phenotypicSeries/PS193200"),  # and DO's
        ("wikidata:Q193640", "http://www.wikidata.org/entity/Q193640"),
        ("DOI:10.1000/1", "https://doi.org/10.1000/1"),
        ("SNOMEDCT_US:9014002", "http://snomed.info/id/9014002"),
        (
            "https://purl.obolibrary.org/obo/MONDO_0005083",
            "http://purl.obolibrary.org/obo/MONDO_0005083",
        ),
        ("http://doi.org/10.1000/1", "https://doi.org/10.1000/1"),
        ("NOBODY:1", None),
        ("mesh:", None),
        ("naltrexone", None),
        ("https://example.org/1", None),
    ],
)
def test_standard_iri(text: str, expected: str | None) -> None:
    """A CURIE or IRI in any known spelling gives the IRI of our tables, anything else None."""
    assert expected == standard_iri(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("XX:0000001", "http://purl.obolibrary.org/obo/XX_0000001"),
        ("https://purl.obolibrary.org/obo/XX_1", "http://purl.obolibrary.org/obo/XX_1"),
        ("https://id.nlm.nih.gov/mesh/D011565", MESH),
        ("https://example.org/1", "https://example.org/1"),
        ("naltrexone", None),
        ("a b:c", None),
    ],
)
def test_outside_iri(text: str, expected: str | None) -> None:
    """What no table of ours maps to is taken for an IRI, or for a CURIE of OBO."""
    assert expected == outside_iri(text)


def test_every_prefix_stays_as_it_is() -> None:
    """Our own spelling of each prefix goes there and back unchanged."""
    known = converter()

    assert len(dict(prefixes())) + len(FURTHER) == len(known.records)
    for name, iri in prefixes():
        assert f"{iri}1" == known.expand(f"{name}:1")
        assert known.compress(f"{iri}1") == known.standardize_curie(f"{name}:1") == f"{name}:1"


@pytest.mark.parametrize("name", FURTHER)
def test_further_vocabularies_are_known(name: str) -> None:
    """Bioregistry has each further vocabulary under this name, with this namespace."""
    import bioregistry

    space, names = FURTHER[name]

    assert {name} == {bioregistry.normalize_prefix(each) for each in (name, *names)}
    assert space.rstrip("/") in {
        iri.rstrip("/") for iri in bioregistry.get_resource(name).get_uri_prefixes()
    }


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_other_spellings_are_of_the_same_vocabulary(name: str) -> None:
    """Bioregistry, too, takes each other spelling for a spelling of this vocabulary."""
    import bioregistry

    resource = bioregistry.get_resource(name)
    assert resource is not None
    same = {resource.prefix, *(["orpha"] if name == "orphanet.ordo" else [])}
    known = {prefix.rstrip("/") for prefix in resource.get_uri_prefixes()}

    assert OTHERS[name].names or OTHERS[name].beginnings
    assert {bioregistry.normalize_prefix(other) for other in OTHERS[name].names} <= same
    assert {iri.rstrip("/") for iri in OTHERS[name].beginnings} <= known

"""The graph holds the source article claim by claim, held against the article and its cutting."""

import csv
import hashlib
from pathlib import Path

import pytest

from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL, SKOS, prefixes

SHARED = Path(__file__).parents[2] / "shared"
CLAIMS = SHARED / "reference" / "article_claims.tsv"
FLAGS = SHARED / "reference" / "article_flags.tsv"
ARTICLE = SHARED / "seed" / "000_5edd3b0d15fa608c.txt"
REFERENCES = SHARED / "reference" / "references.tsv"
SOURCES = ("weinstock-2020", "lee-2019", "muller-2018", "jaros-2019", "droracle-2025-overview")
HEAD = prefixes().sparql()

pytestmark = pytest.mark.skipif(
    not CLAIMS.is_file(), reason="../shared with the source article is absent"
)


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a tab-separated table without quotes."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def rows(real: MemoryStore, query: str) -> set[tuple[str, ...]]:
    """Return the rows of a query as text."""
    found = real.select(HEAD + query).rows
    return {tuple("" if term is None else term.value for term in row) for row in found}  # type: ignore[union-attr]


def sources(numbers: str) -> set[str]:
    """Return the sources that the article's reference numbers stand for."""
    return {f"{BASE}source/{SOURCES[int(number) - 1]}" for number in numbers.split(",") if number}


def test_no_claim_is_missing(real: MemoryStore) -> None:
    """All 172 claims are in the graph and no others are."""
    found = rows(real, "SELECT ?id WHERE { ?c a ol:Claim ; skos:notation ?id }")

    assert {(row["id"],) for row in table(CLAIMS)} == found
    assert 172 == len(found)


def test_passages_match_the_article(real: MemoryStore) -> None:
    """Offsets and checksums of every passage are those of the article's text."""
    text = ARTICLE.read_text(encoding="utf-8")
    query = """SELECT ?start ?end ?sha WHERE {
        ?passage a ol:Passage ; oa:start ?start ; oa:end ?end ; ol:sha256 ?sha }"""
    passages = rows(real, query)

    assert passages
    for start, end, sha in passages:
        assert sha == hashlib.sha256(text[int(start) : int(end)].encode()).hexdigest()


def test_claims_stand_where_they_were_cut(real: MemoryStore) -> None:
    """Each claim leads to the offsets and the section that the cutting gives."""
    query = """SELECT ?id ?start ?end ?section WHERE { ?c a ol:Claim ; skos:notation ?id ;
        ol:at [ oa:start ?start ; oa:end ?end ] ; ol:inSection/rdfs:label ?section }"""

    assert {(row["id"], row["start"], row["end"], row["section"]) for row in table(CLAIMS)} == rows(
        real, query
    )


def test_document_is_the_article(real: MemoryStore) -> None:
    """The source's checksum and number of characters are those of the article."""
    text = ARTICLE.read_text(encoding="utf-8")
    query = """SELECT ?sha ?n WHERE {
        source:droracle-2025 ol:documentSha256 ?sha ; ol:characters ?n }"""

    assert {(hashlib.sha256(text.encode()).hexdigest(), str(len(text)))} == rows(real, query)


@pytest.mark.parametrize(
    ("column", "predicate"),
    [("ref_explicit", "printedCitation"), ("ref_block", "inheritedCitation")],
)
def test_citations(real: MemoryStore, column: str, predicate: str) -> None:
    """Printed and inherited citations are kept apart and complete."""
    query = f"SELECT ?id ?s WHERE {{ ?c a ol:Claim ; skos:notation ?id ; ol:{predicate} ?s }}"
    expected = {(row["id"], cited) for row in table(CLAIMS) for cited in sources(row[column])}

    assert expected == rows(real, query)


def test_citation_marks(real: MemoryStore) -> None:
    """The passage of each citation mark is the one of the cutting."""
    query = """SELECT ?id ?start ?end WHERE { ?c skos:notation ?id ;
        ol:citationMarkedAt [ oa:start ?start ; oa:end ?end ] }"""
    expected = {
        (row["id"], row["cite_start"], row["cite_end"])
        for row in table(CLAIMS)
        if row["cite_start"]
    }

    assert expected == rows(real, query)


@pytest.mark.parametrize(
    ("column", "predicate"),
    [("polarity", "polarity"), ("modality", "modality"), ("claim_type", "topic")],
)
def test_axes(real: MemoryStore, column: str, predicate: str) -> None:
    """Polarity, level of modality and topic are those of the cutting."""
    query = f"""SELECT ?id ?value WHERE {{ ?c a ol:Claim ; skos:notation ?id ;
        ol:{predicate}/skos:notation ?value }}"""

    assert {(row["id"], row[column]) for row in table(CLAIMS)} == rows(real, query)


def test_printed_hedges_stand_in_the_article(real: MemoryStore) -> None:
    """Every hedge that is kept as printed is printed; every hedged claim keeps one."""
    text = ARTICLE.read_text(encoding="utf-8")
    query = """SELECT ?id ?hedge WHERE { ?c a ol:Claim ; skos:notation ?id ;
        ol:modality/skos:notation ?level OPTIONAL { ?c ol:hedgeAsPrinted ?hedge }
        FILTER (?level IN ("hedged", "proposed")) }"""
    hedges = rows(real, query)

    assert hedges
    assert all(hedge and hedge in text for _, hedge in hedges)


def test_flags(real: MemoryStore) -> None:
    """All 40 flags are there, each on the claims it touches."""
    query = """SELECT ?flag ?id WHERE {
        ?f a ol:Flag ; skos:notation ?flag ; ol:flags/skos:notation ?id }"""
    expected = {(row["code"], claim) for row in table(FLAGS) for claim in row["claim_ids"].split()}

    assert expected == rows(real, query)
    assert 40 == len({flag for flag, _ in expected})


def test_repeated_statements_are_one_proposition(real: MemoryStore) -> None:
    """Each claim that is flagged as repeated shares its proposition with another claim."""
    query = """SELECT ?id (COUNT(DISTINCT ?other) AS ?others) WHERE {
        ?f skos:notation "F37" ; ol:flags ?c . ?c skos:notation ?id ; ol:asserts ?p .
        ?other ol:asserts ?p FILTER (?other != ?c) } GROUP BY ?id"""
    repeated = next(row for row in table(FLAGS) if row["code"] == "F37")["claim_ids"].split()

    assert set(repeated) == {claim for claim, others in rows(real, query) if int(others) > 0}


def test_numbers_of_the_series(real: MemoryStore) -> None:
    """The series keeps its counts: 8, 2 and 5 of 15, and a mean duration of 16 years."""
    query = """SELECT ?category ?k ?n WHERE { ?r ol:resultOf study:weinstock-2020-arm ;
        ol:category/rdfs:label ?category ; ol:count ?k ; ol:outOf ?n }"""
    duration = """SELECT ?years WHERE {
        population:weinstock-2020-participants ol:meanDiseaseDuration ?years }"""

    assert {
        ("marked improvement", "8", "15"),
        ("some improvement", "2", "15"),
        ("no change", "5", "15"),
    } == rows(real, query)
    assert {("16",)} == rows(real, duration)


def test_only_verified_identifiers(real: MemoryStore) -> None:
    """What the article cites carries the identifiers that were verified and no others."""
    expected = set()
    for row, slug in zip(table(REFERENCES)[:5], SOURCES, strict=True):
        doubtful = row["unverified_fields"]
        for column, name in (("pmid", "pmid"), ("doi", "doi")):
            if row[column] and column.upper() not in doubtful:
                expected.add((f"{BASE}source/{slug}", OL + name, row[column]))
    cited = " ".join(f"source:{slug}" for slug in SOURCES)
    query = f"""SELECT ?s ?p ?o WHERE {{
        VALUES ?p {{ ol:pmid ol:doi }} VALUES ?s {{ {cited} }} ?s ?p ?o }}"""

    assert expected == rows(real, query)


def test_no_mapping_that_is_a_trap(real: MemoryStore) -> None:
    """No identifier that the reference marks as obsolete or confused is mapped to our thing."""
    traps = {
        row["curie"].replace("MESH:", "mesh:")
        for row in table(SHARED / "reference" / "identifiers.tsv")
        if "DO NOT MAP" in row["note"] or "obsolete" in row["label_in_source"]
    }
    query = f"SELECT ?o WHERE {{ ?s ?p ?o FILTER (STRSTARTS(STR(?p), '{SKOS}') && isIRI(?o)) }}"
    mapped = {prefixes().compress(iri) for (iri,) in rows(real, query)}

    assert mapped
    assert set() == traps & mapped

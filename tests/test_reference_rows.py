"""Every row of the fact tables is in the graph, or is left out for a reason that is listed."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pyoxigraph import Literal, NamedNode

from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL

ROOT = Path(__file__).parents[1]
TABLES = ROOT.parent / "shared" / "reference"
ROWS = yaml.safe_load(Path(__file__).with_name("reference-rows.yaml").read_text(encoding="utf-8"))
PLACES: dict[str, list[str]] = {
    row: [place] if isinstance(place, str) else place
    for part in ("studies", "references", "pharmacology")
    for row, place in ROWS[part].items()
}
HAS_TABLES = pytest.mark.skipif(not TABLES.exists(), reason="needs ../shared/reference")


def table(name: str) -> list[dict[str, str]]:
    """Read one of the tables."""
    with (TABLES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def values(store: MemoryStore, thing: str, name: str) -> list[str]:
    """Return the values of a property of ours, as text."""
    found = store.store.quads_for_pattern(NamedNode(BASE + thing), NamedNode(OL + name), None, None)
    return sorted({quad.object.value for quad in found if isinstance(quad.object, Literal)})


@pytest.mark.parametrize("row", sorted(PLACES))
def test_place_exists(real: MemoryStore, row: str) -> None:
    """What a row is said to have become is in the graph."""
    for place in PLACES[row]:
        assert real.ask(f"ASK {{ <{BASE}{place}> ?p ?o }}"), place


def test_no_study_beside_the_rows(real: MemoryStore) -> None:
    """No study of the graph comes from anywhere else."""
    known = {place for row in ROWS["studies"].values() for place in [row]}
    found = real.select(f"SELECT DISTINCT ?s {{ ?s a <{OL}Study> }}").rows
    studies = {str(getattr(term, "value", "")).removeprefix(BASE) for (term,) in found}

    assert {place for place in known if place.startswith("study/")} == studies


def test_each_row_left_out_has_a_reason() -> None:
    """A row is either in the graph or left out, and never left out in silence."""
    assert not set(PLACES) & set(ROWS["left_out"])
    assert all(len(reason) > 10 for reason in ROWS["left_out"].values())


@HAS_TABLES
@pytest.mark.parametrize(
    ("name", "key"),
    [("studies", "study_id"), ("references", "ref_id"), ("pharmacology", "fact_id")],
)
def test_every_row_is_accounted_for(name: str, key: str) -> None:
    """No row of a table is forgotten, and none that was told from memory alone is loaded."""
    rows = table(name)
    unverified = {row[key] for row in rows if row["certainty"].startswith("UNVERIFIED")}

    assert {row[key] for row in rows} <= {*PLACES, *ROWS["left_out"]}
    assert unverified <= set(ROWS["left_out"])


def identified() -> Iterator[tuple[str, str, str]]:
    """Yield row, field and value of each identifier that was verified."""
    if not TABLES.exists():
        return
    for row in table("references"):
        for field in ("pmid", "doi"):
            doubted = field.upper() in row["unverified_fields"].upper().split("MATCH")[0]
            if row[field] and not doubted:
                yield row["ref_id"], field, row[field]


@HAS_TABLES
def test_identifiers(real: MemoryStore) -> None:
    """Each verified identifier of a paper stands at its source."""
    wrong = [
        (row, field, value)
        for row, field, value in identified()
        if row in PLACES
        and row not in ROWS["corrected"]
        and value.lower() not in [v.lower() for v in values(real, PLACES[row][0], field)]
    ]

    assert [] == wrong


@HAS_TABLES
def test_unverified_fields_are_absent(real: MemoryStore) -> None:
    """A field that was told from memory is not in the graph, unless a curator read it since."""
    found = [
        (row["ref_id"], field)
        for row in table("references")
        for field in ("pmid", "doi")
        if row[field]
        and re.search(rf"\b{field}\b", row["unverified_fields"], re.IGNORECASE)
        and row["ref_id"] in PLACES
        and row["ref_id"] not in ROWS["corrected"]
        and values(real, PLACES[row["ref_id"]][0], field)
    ]

    assert [] == found


@HAS_TABLES
def test_people(real: MemoryStore) -> None:
    """Each study enrolled as many people as its row says."""
    wrong = []
    for row in table("studies"):
        number = re.match(r"(\d+)(?! of| in| planned| papers|,|\d)", row["n_total"])
        places = PLACES.get(row["study_id"], [""])
        if not number or not places[0].startswith("study/") or row["study_id"] in ROWS["corrected"]:
            continue
        expected = [number[1]] if number[1] != "0" else []
        if expected != [v for v in values(real, places[0], "enrolled") if v != "0"]:
            wrong.append((row["study_id"], expected, values(real, places[0], "enrolled")))

    assert [] == wrong

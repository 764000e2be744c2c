"""References that the readers of other projects read back."""

import io
import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from exporting import written
from offlabel.exports import FILES, PARTS, Selection
from offlabel.stores.memory import MemoryStore
from offlabel.terms import DCTERMS, OL, RDF
from read_citations import statements

FORMATS = ("bibtex", "csl-json", "ris")
KINDS = ("PrimarySource", "SecondarySource", "TertiarySource", "Guideline")
SOURCES = f"""SELECT DISTINCT ?s {{
  ?s a ?kind VALUES ?kind {{ {" ".join(f"<{OL}{name}>" for name in KINDS)} }}
}}"""
HOSTILE = 'A {brace} } alone & 50% of "quoted" \\ $x_1^2$ #1 ~ <script>\nER  - \n=cmd()'


def dumped(name: str, selection: Selection) -> str:
    """Return an export as text."""
    to = io.BytesIO()
    FILES[name].dump(selection, to)
    return to.getvalue().decode()


@pytest.mark.parametrize("name", FORMATS)
def test_expected_output(name: str, tiny: MemoryStore) -> None:
    """The references of the small world are as expected, the same each time."""
    path = Path(__file__).parents[1] / "exporters" / name / f"tiny{FILES[name].suffix}"

    assert path.read_text() == dumped(name, Selection(tiny.store))


def read_back(name: str, text: str) -> dict[str, tuple[str, list[str], str]]:
    """Return title, authors' family names and DOI by id, as another reader has them."""
    if name == "bibtex":
        from pybtex.database import parse_string

        entries = parse_string(text, "bibtex").entries
        return {
            key: (
                entry.fields["title"],
                [" ".join(person.prelast_names + person.last_names) for person in
                 entry.persons.get("author", [])],
                entry.fields.get("doi", ""),
            )
            for key, entry in entries.items()
        }  # fmt: skip
    if name == "ris":
        import rispy

        return {
            one["id"]: (
                one["title"],
                [author.split(",")[0] for author in one.get("authors", [])],
                one.get("doi", ""),
            )
            for one in rispy.loads(text)
        }
    return {
        one["id"]: (
            one["title"],
            [author.get("family") or author["literal"] for author in one.get("author", [])],
            one.get("DOI", ""),
        )
        for one in json.loads(text)
    }


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.large
def test_others_read_every_source(name: str, real: MemoryStore) -> None:
    """Each source of the real graph is there, with its authors and DOI."""
    found = read_back(name, written(name, real).decode())
    sources = {str(row[0].value).rpartition("/")[2] for row in real.select(SOURCES).rows}  # type: ignore[union-attr]
    title, authors, doi = found["albers-2017"]

    assert sources == set(found)
    assert "Treatment of Hailey-Hailey Disease With Low-Dose Naltrexone" == title.strip("{}")
    assert ["Albers", "Arbiser", "Feldman"] == authors
    assert "10.1001/jamadermatol.2017.2446" == doi


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("world", ["tiny", "real"])
def test_held_is_what_is_read_back(name: str, world: str, request: pytest.FixtureRequest) -> None:
    """What a reader of the text has back is exactly what the loss report calls held."""
    selection = Selection(request.getfixturevalue(world).store)
    found = statements(name, dumped(name, selection))
    report = json.loads(selection.ledger.loss(name).json())

    assert selection.ledger.held == found
    assert report["held"] == len(found) > 40
    assert report["statements"] == len(found) + sum(row["count"] for row in report["lost"])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.large
def test_what_cannot_be_taken_apart_is_lost(name: str, real: MemoryStore) -> None:
    """A publisher's record, the names one by one, and remarks are told as lost, with a note."""
    to = io.BytesIO()
    loss = FILES[name].dump(Selection(real.store), to)
    lost = {row.property for row in loss.lost}

    assert {"ol:publishedBy", "ol:author", "ol:publisherCode", "rdfs:comment"} <= lost
    assert any("publisher" in note for note in loss.notes)
    assert ("ol:year" in lost) is (name == "csl-json")


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_titles_stay_titles(name: str) -> None:
    """A title with the format's own marks is one title of one reference."""
    source = NamedNode("https://w3id.org/offlabel/source/hostile")
    quads = [
        Quad(source, NamedNode(f"{RDF}type"), NamedNode(f"{OL}PrimarySource"), source),
        Quad(source, NamedNode(f"{DCTERMS}title"), Literal(HOSTILE), source),
    ]
    store = MemoryStore.from_quads(quads).store
    found = read_back(name, dumped(name, Selection(store, tuple(PARTS))))

    assert ["hostile"] == list(found)
    for piece in ("brace", "<script>", "=cmd()"):
        assert piece in found["hostile"][0]

"""The pictures show what the queries give, read without colour, and are the same each time."""

import io
import re
import sys
from datetime import date
from functools import cache
from itertools import combinations, groupby
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

import offlabel as package
from commands import TINY, offlabel
from offlabel.errors import MissingExtraError, OfflabelError, UnknownNameError
from offlabel.evidence.evidencemap import STATES as SIGNS
from offlabel.paths import Roots, find_roots
from offlabel.plots import FORMS, PLOTS, Scope, form_from_path, render
from offlabel.plots.base import settings
from offlabel.plots.conditions import arrange
from offlabel.plots.lettering import text_width, wrap
from offlabel.plots.mechanism import COVERAGES
from offlabel.plots.signs import DIRECTIONS, STATES
from offlabel.plots.steps import read_mechanisms
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Table
from offlabel.stores.memory import MemoryStore
from offlabel.terms import prefixes

SVG = "{http://www.w3.org/2000/svg}"
DRUG = "https://w3id.org/offlabel/drug/naltrexone"
LDN = "https://w3id.org/offlabel/regimen/low-dose-oral-naltrexone"
PSORIASIS = "https://w3id.org/offlabel/condition/psoriasis"
EARLIER = date(2019, 12, 31)
WIDE = Scope(DRUG)


@cache
def drawn(name: str, form: str, scope: Scope, store: MemoryStore) -> bytes:
    """Return a picture of the project's own graph, drawn once."""
    return render(PLOTS[name], store, find_roots(), scope, form)


def tree(name: str, store: MemoryStore, scope: Scope = WIDE) -> ElementTree.Element:
    """Return a picture as a tree of SVG elements."""
    return ElementTree.fromstring(drawn(name, "svg", scope, store))


def marks(name: str, kind: str, store: MemoryStore, scope: Scope = WIDE) -> list[str]:
    """Return the titles of the marks of a kind, in order."""
    return [
        group.findtext(f"{SVG}title", "")
        for group in tree(name, store, scope).iter(f"{SVG}g")
        if group.get("id", "").startswith(f"{name}-{kind}-")
    ]


def words(name: str, store: MemoryStore, scope: Scope = WIDE) -> str:
    """Return all that is written in a picture, without spaces, since lines are wrapped."""
    texts = (text.text or "" for text in tree(name, store, scope).iter(f"{SVG}text"))
    return re.sub(r"\s", "", "".join(texts))


def answer(store: MemoryStore, query: str) -> Table:
    """Answer a query of a test."""
    found = store.select(prefixes().sparql() + query)
    return Table(found.variables, found.rows)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", PLOTS)
def test_svg_tells_what_it_shows(name: str, real: MemoryStore) -> None:
    """An SVG is an image with a title and a description that are named, and keeps text as text."""
    root = tree(name, real)
    named = {element.get("id"): element.text for element in root}
    title, description = str(root.get("aria-labelledby")).split()
    ids = [found for element in root.iter() if (found := element.get("id"))]

    assert "img" == root.get("role")
    assert root.findtext(f"{SVG}title") == named[title]
    assert len(str(named[description])) > 200
    assert len(ids) == len(set(ids))
    assert re.sub(r"\s", "", str(named[title])) in words(name, real)


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.large
def test_png_tells_what_it_shows(name: str, real: MemoryStore) -> None:
    """A PNG carries the title and the description of the SVG, and is large enough to print."""
    image = Image.open(io.BytesIO(drawn(name, "png", WIDE, real)))
    image.load()
    root = tree(name, real)

    assert root.findtext(f"{SVG}title") == image.info["Title"]
    assert root.findtext(f"{SVG}desc") == image.info["Description"]
    assert image.width > 1800


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.large
def test_same_graph_same_bytes(name: str, form: str, real: MemoryStore, real_roots: Roots) -> None:
    """A picture drawn twice is the same byte for byte, whatever the reader's own settings are."""
    import matplotlib

    first = drawn(name, form, WIDE, real)
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.grid": True}):
        second = render(PLOTS[name], real, real_roots, WIDE, form)

    assert first == second
    assert b"Matplotlib" not in first
    assert b"dc:date" not in first


@pytest.mark.parametrize("conditions", [(), (PSORIASIS,)], ids=["all", "one"])
@pytest.mark.parametrize("name", PLOTS)
def test_nothing_is_cut_off_or_overlaps(
    name: str, conditions: tuple[str, ...], real: MemoryStore, real_roots: Roots
) -> None:
    """Every text lies within the page, and no two texts lie on each other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    scope = Scope(DRUG, () if name == "mechanism" else conditions)
    with settings():
        picture = PLOTS[name].draw(real, real_roots, scope)
        figure = picture.canvas.figure(picture.height)
        renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
        boxes = [
            (text.get_text(), text.get_window_extent(renderer))
            for text in figure.findobj(Text)
            if isinstance(text, Text) and text.get_text()
        ]
    page = figure.bbox

    assert [] == [
        text
        for text, box in boxes
        if box.x0 < 5 or box.y0 < 5 or box.x1 > page.x1 - 5 or box.y1 > page.y1 - 5
    ]
    assert [] == [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 3
    ]


def test_map_has_a_cell_for_each_row(real: MemoryStore, real_roots: Roots) -> None:
    """The map shows one cell for each row of the saved query, with its state."""
    table = run(real, get_query(real_roots, "evidence/evidence-map"), {"drug": DRUG})
    expected = {f"{r['conditionLabel']}, {r['regimenLabel']}": str(r["state"]) for r in table}
    shown = dict(title.split(": ", 1) for title in marks("map", "cell", real))
    text = words("map", real)

    assert expected.keys() == shown.keys()
    assert [] == [cell for cell, state in expected.items() if not shown[cell].startswith(state)]
    assert all(re.sub(r"\s", "", str(row["conditionLabel"])) in text for row in table)


def test_responses_show_every_count(real: MemoryStore) -> None:
    """Each counted outcome of each study in each condition is one row, adverse events left out."""
    table = answer(
        real,
        """SELECT DISTINCT ?result ?condition ?k ?n WHERE {
          ?study ol:investigates drug:naltrexone ; ol:hasArm/^ol:resultOf ?result ;
                 ol:inCondition ?named .
          ?result a ol:CountResult ; ol:count ?k ; ol:outOf ?n ; ol:measures ?outcome .
          FILTER (?outcome != ol:AnyAdverseEvent)
          OPTIONAL { ?result ol:forCondition ?own } BIND (COALESCE(?own, ?named) AS ?condition)
        }""",
    )
    shown = [re.search(r"(\d+) of (\d+), ", title) for title in marks("responses", "count", real)]

    assert sorted((str(row["k"]), str(row["n"])) for row in table) == sorted(
        (found[1], found[2]) for found in shown if found
    )
    assert "Weinstock2020" in words("responses", real)


def test_timeline_shows_every_finding_and_change(real: MemoryStore) -> None:
    """Each exact finding is a mark, each stretch of one state a field."""
    lines = answer(
        real,
        """SELECT DISTINCT ?line WHERE {
          ?line ol:about ?question ; ol:directness ol:Exact .
          ?question a ol:EvidenceQuestion ; ol:subject/ol:ofDrug drug:naltrexone }""",
    )
    states = answer(
        real,
        """SELECT ?question ?from ?state WHERE {
          ?assessment ol:about ?question ; ol:validFrom ?from ; ol:state ?state .
          ?question a ol:EvidenceQuestion ; ol:subject/ol:ofDrug drug:naltrexone .
          FILTER EXISTS { ?line ol:about ?question ; ol:directness ol:Exact }
        } ORDER BY ?question ?from""",
    )
    stretches = list(groupby(states, key=lambda row: (row["question"], row["state"])))

    assert len(lines) == len(marks("timeline", "study", real))
    assert len(stretches) == len(marks("timeline", "state", real))


def test_mechanism_shows_every_step(real: MemoryStore) -> None:
    """Each step is a box, and each pair of steps of which one leads to the other an arrow."""
    steps = answer(
        real,
        """SELECT ?step ?next WHERE {
          ?mechanism ol:forRegimenClass/ol:ofDrug drug:naltrexone ; ol:hasStep ?step .
          OPTIONAL { ?step ol:leadsTo ?next } }""",
    )
    ids = [e.get("id", "") for e in tree("mechanism", real).iter(f"{SVG}g")]
    text = words("mechanism", real)

    assert len({row["step"] for row in steps}) == len(marks("mechanism", "step", real))
    assert len([row for row in steps if row["next"]]) == sum(
        found.startswith("mechanism-link-") for found in ids
    )
    assert "Firsttheblockadephaselowers,thenthereboundphaseraises:nocontradiction" in text


@pytest.mark.parametrize("graph", ["real", "tiny"])
def test_coverage_is_what_the_rule_derives(graph: str, request: pytest.FixtureRequest) -> None:
    """Without a day, the picture reads each step's coverage as rule 90-coverage does."""
    store: MemoryStore = request.getfixturevalue(graph)
    derived = answer(
        store, "SELECT ?step ?label { ?c ol:ofStep ?step ; ol:coverage/rdfs:label ?label }"
    )
    drugs = answer(store, "SELECT ?drug { ?drug a ol:Drug }")
    read = {
        str(row["step"]): row["coverage"]
        for drug in drugs
        for mechanism in read_mechanisms(store, Scope(str(drug["drug"])))
        for phase in mechanism.phases
        for column in phase.columns
        for row in column
    }

    assert {str(row["step"]): row["label"] for row in derived} == read


def test_ladder_shows_every_recommendation(real: MemoryStore) -> None:
    """Each recommendation is a card; the body's own and reported ones have different edges."""
    table = answer(
        real,
        """SELECT DISTINCT ?advice ?treatment ?maker WHERE {
          ?advice ol:recommends/rdfs:label ?treatment ; ol:forCondition ?condition .
          ?question a ol:EvidenceQuestion ; ol:object ?condition ;
                    ol:subject/ol:ofDrug drug:naltrexone .
          OPTIONAL { ?advice ol:madeBy ?maker } }""",
    )
    cards = [
        (group.findtext(f"{SVG}title", "").partition(",")[0], "dasharray" in style)
        for group in tree("ladder", real).iter(f"{SVG}g")
        if group.get("id", "").startswith("ladder-advice-")
        for path in group.iter(f"{SVG}path")
        if (style := path.get("style", ""))
    ]

    assert sorted((str(r["treatment"]), r["maker"] is None) for r in table) == sorted(cards)
    assert "Onnorung:norecommendationinthegraphnamesnaltrexone" in words("ladder", real)


def test_states_read_in_grey() -> None:
    """The five states differ in lightness, and what is written on each can be read."""
    fills = [look.fill for look in STATES.values()]

    assert set(SIGNS) == set(STATES)
    assert len(STATES) == len({sign for sign, _ in SIGNS.values()})
    assert min(contrast(*pair) for pair in combinations(fills, 2)) > 1.3
    assert min(contrast(look.fill, look.ink) for look in STATES.values()) > 4.5
    assert min(contrast(look.fill, look.ink) for look in COVERAGES.values()) > 4.5
    assert len(DIRECTIONS) == len({shape for shape, _ in DIRECTIONS.values()})


@pytest.mark.parametrize("name", PLOTS)
def test_as_of_hides_what_came_later(name: str, real: MemoryStore) -> None:
    """A picture of an earlier day holds no later date, and no study that came out later."""
    svg = drawn(name, "svg", Scope(DRUG, as_of=EARLIER), real).decode()

    assert "as of 2019-12-31" in svg
    assert [] == [day for day in re.findall(r"\d{4}-\d\d-\d\d", svg) if day > "2019-12-31"]
    assert "Weinstock 2020" not in svg
    assert "Dr.Oracle" not in svg


def test_as_of_shows_what_was_known(real: MemoryStore) -> None:
    """Before the trial of 2020, low-dose naltrexone in lichen planopilaris was supported."""
    now, then = (
        next(
            cell
            for cell in marks("map", "cell", real, scope)
            if cell.startswith("lichen plan") and "low-dose" in cell
        )
        for scope in (WIDE, Scope(DRUG, as_of=EARLIER))
    )

    assert ": disputed" in now
    assert ": supported" in then


def test_regimen_and_condition_narrow_a_picture(real: MemoryStore) -> None:
    """With a condition and a kind of regimen, the map has the one cell."""
    cells = marks("map", "cell", real, Scope(DRUG, (PSORIASIS,), LDN))

    assert ["psoriasis, low-dose oral naltrexone"] == [cell.partition(":")[0] for cell in cells]


def test_forms_follow_what_they_are_of(real: MemoryStore) -> None:
    """A form of a condition stands below it and set in, and adjacent conditions come last."""
    table = answer(real, "SELECT DISTINCT ?c { ?q a ol:EvidenceQuestion ; ol:object ?c }")
    places = arrange(real, (row["c"] for row in table))
    labels = [place.label for place in places]
    start = labels.index("psoriasis")

    assert ["erythrodermic psoriasis", "guttate psoriasis"] == labels[start + 1 : start + 3]
    assert [0, 1] == [places[start].depth, places[start + 1].depth]
    assert sorted(place.is_adjacent for place in places) == [p.is_adjacent for p in places]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PLOTS)
def test_small_world(name: str, form: str, tiny: MemoryStore, tiny_roots: Roots) -> None:
    """In the small world a picture is drawn, or a message says what the graph does not hold."""
    scope = Scope.from_names(tiny, "examplamine")
    try:
        content = render(PLOTS[name], tiny, tiny_roots, scope, form)
    except OfflabelError as error:
        said = str(error)
    else:
        said = "drawn"
        is_png = form == "png"
        assert content.startswith(b"\x89PNG" if is_png else b"<?xml")

    assert re.fullmatch(
        r"drawn|There is nothing to draw: the graph holds no .* examplamine\.", said
    )


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_to_draw_is_an_error(name: str, real: MemoryStore, real_roots: Roots) -> None:
    """A drug without evidence gives a message that names it, and no empty picture."""
    scope = Scope.from_names(real, "dupilumab", as_of=EARLIER)

    with pytest.raises(OfflabelError, match=r"nothing to draw: .* of dupilumab by 2019-12-31\."):
        render(PLOTS[name], real, real_roots, scope)


def test_command_writes_a_file(tmp_path: Path) -> None:
    """The command writes the form that the file's name ends in, and prints SVG without a file."""
    given = ("plot", "ladder", "examplamine", *TINY)
    svg, png = tmp_path / "ladder.svg", tmp_path / "ladder.png"
    codes = [offlabel(*given, "-o", str(path)).code for path in (svg, png)]

    assert [0, 0] == codes
    assert svg.read_bytes() == offlabel(*given).out
    assert png.read_bytes() == offlabel(*given, "-f", "png").out
    assert b"\x89PNG" == png.read_bytes()[:4]
    assert {svg, png} == set(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("map", "examplamin"), "There is no drug called 'examplamin'. Did you mean examplamine?"),
        (("map", "examplamine", "-o", "map.pdf"), "a picture is SVG or PNG"),
        (("mechanism", "examplamine", "-c", "sample-rash"), "leave out the condition"),
        (("ladder", "examplamine", "--as-of", "1990-01-01"), "of examplamine by 1990-01-01."),
    ],
)
def test_command_says_what_is_wrong(arguments: tuple[str, ...], message: str) -> None:
    """A slip is answered with one message, and nothing is written."""
    found = offlabel("plot", *arguments, *TINY)

    assert 2 == found.code
    assert message in found.err
    assert b"" == found.out


def test_python_gives_bytes_and_writes_a_file(tmp_path: Path, tiny_roots: Roots) -> None:
    """From Python, a picture comes as bytes, and a file that is named holds the same."""
    file = tmp_path / "steps.png"
    with package.open(tiny_roots.data[0], store="memory", only_data=True) as graph:
        content = graph.plot("mechanism", "examplamine")
        written = graph.plot("mechanism", "examplamine", regimen="LDE", output=file)
        with pytest.raises(UnknownNameError, match="no picture called 'maps'"):
            graph.plot("maps", "examplamine")

    assert content.startswith(b"<?xml")
    assert written == file.read_bytes()
    assert written.startswith(b"\x89PNG")


def test_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tiny: MemoryStore, tiny_roots: Roots
) -> None:
    """Without matplotlib, the message gives the command that installs it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'offlabel\[plots\]'"):
        render(PLOTS["map"], tiny, tiny_roots, Scope.from_names(tiny, "examplamine"))


def test_form_from_path() -> None:
    """The ending of a name gives the form, in capitals too."""
    assert "svg" == form_from_path(Path("a.b/map.SVG"))


def test_long_labels_are_wrapped() -> None:
    """Text is broken at spaces, at hyphens and, at the worst, between letters; none is lost."""
    text = (
        "dominant dystrophic epidermolysis-bullosa-pruriginosa with pseudopseudohypoparathyroidism"
    )
    lines = wrap(text, 60, 8)

    assert text.replace(" ", "") == "".join(lines).replace(" ", "")
    assert max(text_width(line, 8) for line in lines) <= 60
    assert [] == wrap("", 60, 8)

"""The dossier says what the graph holds, for three readers, and nothing beyond it."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from commands import offlabel
from offlabel.errors import UnknownNameError
from offlabel.evidence.dossier import AUDIENCES, FORMATS, Dossier, Section, Statement, dossier
from offlabel.evidence.dossier.wording import figure, listed, percent
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL, RDFS, prefixes

CLAIM = NamedNode(OL + "Claim")
FIGURE = re.compile(r"\d+/\d+ \(\d+%, 95% CI \d+-\d+%\)")
# Concentrations, what counts as an answer, intervals of other figures, and model figures of
# curators' findings are no proportions of people.
NO_PEOPLE = re.compile(
    r"[\d.]+% cream|at least 80% in|95% CI −[\d.]+ to|each 95% interval|21% delta"
)


def write(real: MemoryStore, roots: Roots, audience: str, **more: object) -> Dossier:
    """Write the dossier on naltrexone."""
    return dossier(real, roots, "naltrexone", audience=audience, **more)  # type: ignore[arg-type]


def statements(section: Section) -> list[Statement]:
    """Return the statements of a section and of those within it."""
    inner = [said for part in section.sections for said in statements(part)]
    return [*section.statements, *inner]


def every(found: Dossier) -> list[Statement]:
    """Return all statements of a dossier."""
    return [said for section in found.sections for said in statements(section)]


def find(found: Dossier, code: str) -> list[Statement]:
    """Return the statements that rest on a claim and say a proposition."""
    return [
        said
        for said in every(found)
        if said.propositions and code in {ref.code for ref in said.refs}
    ]


@pytest.fixture(scope="module", params=sorted(AUDIENCES))
def written(request: pytest.FixtureRequest, real: MemoryStore, real_roots: Roots) -> Dossier:
    """Return the dossier on naltrexone for one audience after the other."""
    return write(real, real_roots, request.param)


@pytest.fixture(scope="module")
def full(real: MemoryStore, real_roots: Roots) -> Dossier:
    """Return the dossier for researchers."""
    return write(real, real_roots, "researcher")


def test_every_claim_is_reachable(full: Dossier, real: MemoryStore) -> None:
    """The dossier for researchers leads to each of the article's 172 claims."""
    query = prefixes().sparql() + "SELECT ?c { ?c a ol:Claim ; ol:madeIn source:droracle-2025 }"
    claims = {row[0].value for row in real.select(query).rows}  # type: ignore[union-attr]

    assert claims == {ref.claim for ref in full.refs()}
    assert 172 == len(claims)


def test_statements_lead_to_claims_and_passages(written: Dossier, real: MemoryStore) -> None:
    """Each reference is a claim of the graph at the passage that the graph gives."""
    query = """SELECT ?claim ?start ?end {
        ?claim a ol:Claim ; ol:at [ oa:start ?start ; oa:end ?end ] }"""
    known = {
        tuple(term.value for term in row)  # type: ignore[union-attr]
        for row in real.select(prefixes().sparql() + query).rows
    }

    assert written.refs()
    assert {(ref.claim, str(ref.start), str(ref.end)) for ref in written.refs()} <= known


def test_every_proposition_has_its_claims(written: Dossier) -> None:
    """No sentence that states a proposition goes without claims."""
    said = [each for each in every(written) if each.propositions]

    assert said
    assert [] == [each.text for each in said if not each.refs]


def test_says_who_says_so(full: Dossier) -> None:
    """Each statement names its source and what that cites, in print or by its block."""
    by_code = {code: find(full, code)[0].said for code in ("SC024", "SC023", "SC015", "SC092")}

    assert {
        "SC024": "Dr.Oracle 2025, citing Weinstock 2020",
        "SC023": "Dr.Oracle 2025, citing Weinstock 2020 for the passage",
        "SC015": "Dr.Oracle 2025, citing nothing",
        "SC092": "Dr.Oracle 2025, citing its own publisher's Dr.Oracle 2025 overview",
    } == by_code


@pytest.mark.parametrize(
    ("code", "mark"),
    [
        ("SC119", "F09 contradicted"),
        ("SC119", "reported absent, not searched"),
        ("SC092", "tertiary source only"),
        ("SC038", "review only"),
        ("SC128", "F24 uncited"),
        ("SC020", "uncited"),
        ("SC080", "contradicted within the source: SC080 against SC123"),
        ("SC080", "hedged in one place and not in another"),
        ("SC134", "contradicted within the source by SC121"),
        ("SC065", "F35 contradicted"),
        ("SC063", "cited evidence is indirect"),
        ("SC065", "directness of the cited evidence not stated"),
    ],
)
def test_marks(full: Dossier, code: str, mark: str) -> None:
    """Tertiary-only, uncited, contradicted and flagged statements carry their mark."""
    assert mark in find(full, code)[0].marks


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SC016", "shows promise in"),
        ("SC024", "likely decreases"),
        ("SC039", "possibly decreases"),
        ("SC063", "It has been suggested that"),
        ("SC080", "often requires"),
        ("SC109", "is potentially"),
        ("SC113", "It is implied that"),
        ("SC127", "are apparently"),
        ("SC020", "It is proposed that"),
    ],
)
def test_hedges_are_kept(full: Dossier, code: str, words: str) -> None:
    """A sentence is never stronger than its source."""
    assert words in find(full, code)[0].text


def test_figures(full: Dossier) -> None:
    """The main result is printed with k, n, percentage and interval."""
    text = FORMATS["md"](full)

    assert "8/15 (53%, 95% CI 30-75%)" in text
    assert "2/15 (13%, 95% CI 4-38%)" in text
    assert "5/15 (33%, 95% CI 15-58%)" in text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_percentage_without_k_and_n(written: Dossier, form: str) -> None:
    """Every percentage is part of a figure with k, n and interval."""
    text = FORMATS[form](written)
    if form == "html":
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    # Escapes and markup aside, what is left without the figures holds no per cent sign.
    bare = NO_PEOPLE.sub("", FIGURE.sub("", text.replace("\\", "")))
    titles = re.sub(r"k/n \(%, 95% CI\)", "", bare)

    assert "%" not in titles


def test_no_indication_is_stated(written: Dossier) -> None:
    """The dossier says that no indication is given, and calls nothing indicated."""
    text = FORMATS["md"](written)

    assert not re.search(r"\b(is|are) indicated\b|(?<!No )\bindication is\b", text)
    assert re.search(r"states an indication|names no disease", text)


def test_audiences_differ(real: MemoryStore, real_roots: Roots) -> None:
    """Clinicians read less than half of what researchers do, patients other sentences."""
    texts = {name: {s.text for s in every(write(real, real_roots, name))} for name in AUDIENCES}

    assert len(texts["researcher"]) > 2 * len(texts["clinician"])
    assert set() == texts["patient"] & (texts["researcher"] | texts["clinician"])


def test_patients_read_plain_words(real: MemoryStore, real_roots: Roots) -> None:
    """No claim codes, grades, intervals or terms of the trade; short sentences."""
    said = [each.text for each in every(write(real, real_roots, "patient"))]
    text = " ".join(said)
    words = [len(part.split()) for part in re.split(r"[.!?]\s", text)]

    assert not re.search(
        r"\bSC\d|\bF\d\d|\bCI\b|\bBPG\b|\bII|randomi|placebo|opioid ligand|desmoglein", text
    )
    assert sum(words) / len(words) < 15
    assert "8 of 15 people" in text
    assert "who take opioid medicines" in text


def test_clinicians_read_the_bottom_line_first(real: MemoryStore, real_roots: Roots) -> None:
    """The answer comes first; the warning about reported grades stands before the ladder."""
    found = write(real, real_roots, "clinician")
    comparison = next(part for part in found.sections if part.slug == "comparison")

    assert found.sections[0].is_highlight
    assert "its own publisher" in comparison.statements[0].text
    assert [("first line", 3), ("second line", 2), ("third line", 4)] == [
        (line, sum(row.cells[1] == line for row in comparison.tables[0].rows))
        for line in ("first line", "second line", "third line")
    ]


def test_clinicians_are_told_what_bears_on_care(real: MemoryStore, real_roots: Roots) -> None:
    """What curators found against a statement stands beside it, without their codes."""
    found = write(real, real_roots, "clinician")

    assert "success elsewhere is mixed" in find(found, "SC065")[0].marks
    assert "contraindications left out" in find(found, "SC081")[0].marks


def test_grades_stand_as_printed(full: Dossier) -> None:
    """IIi is kept as printed beside the grade that it is read as, with the reason."""
    comparison = next(part for part in full.sections if part.slug == "comparison")
    rows = [row for table in comparison.tables for row in table.rows]
    row = next(row for row in rows if "B → BPG strength B" in row.cells)

    assert "vitiligo" in row.cells[0]
    assert ("B → BPG strength B", "IIi → BPG quality II-i") == row.cells[1:3]
    assert "older British scale" in row.cells[4]


def test_condition_restricts(real: MemoryStore, real_roots: Roots) -> None:
    """A dossier for one condition leaves out what concerns others only."""
    found = write(real, real_roots, "researcher", conditions=("psoriasis",))
    codes = {ref.code for ref in found.refs()}

    assert {"SC016", "SC046", "SC058", "SC101", "SC024"} <= codes
    assert set() == codes & {"SC063", "SC068", "SC092", "SC106"}


def test_as_of_a_date(real: MemoryStore, real_roots: Roots) -> None:
    """The article is dated; a day earlier the graph holds nothing, and says so."""
    before = write(real, real_roots, "researcher", as_of=date(2025, 8, 24))
    then = write(real, real_roots, "researcher", as_of=date(2025, 8, 25))

    assert () == before.refs()
    assert "2025-08-24 or earlier" in every(before)[0].text
    assert 172 == len(then.refs())


def test_drug_of_which_little_is_said(real: MemoryStore, real_roots: Roots) -> None:
    """A drug that is only named as a comparator gets what is said of it and no more."""
    found = dossier(real, real_roots, "dupilumab")

    assert ["SC098"] == [ref.code for ref in found.refs()]


def test_another_drug_needs_no_code(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """The small world's invented drug has a dossier of its own."""
    found = dossier(tiny, tiny_roots, "examplamine")

    assert "Examplamine: mechanism of action, evidence and use off label" == found.title
    assert "3/4 (75%, 95% CI 30-95%)" in FORMATS["md"](found)


@pytest.mark.parametrize(
    ("drug", "audience", "message"),
    [
        ("naltrexon", "patient", "Did you mean naltrexone"),
        ("naltrexone", "child", "no audience called 'child'"),
    ],
)
def test_unknown_names(
    drug: str, audience: str, message: str, real: MemoryStore, real_roots: Roots
) -> None:
    """A misspelt drug or audience is one clear error."""
    with pytest.raises(UnknownNameError, match=message):
        dossier(real, real_roots, drug, audience=audience)


class Tags(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, its name, and where it leads."""
        self.tags.append(tag)
        self.names += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


HOSTILE = "<script>alert(1)</script> | `x` [a](javascript:b) *c* \n# d"


@pytest.mark.parametrize("audience", sorted(AUDIENCES))
def test_hostile_text_stays_text(audience: str, tiny: MemoryStore, tiny_roots: Roots) -> None:
    """Text from data cannot become markup, in HTML or in Markdown."""
    label = NamedNode(RDFS + "label")
    store = MemoryStore.from_quads(
        Quad(q.subject, q.predicate, Literal(HOSTILE, language="en"), q.graph_name)
        if q.predicate.value in (RDFS + "label", OL + "inPlainWords", OL + "because")
        and "/offlabel/ontology" not in str(q.subject)
        else q
        for q in tiny.store
    )
    assert any(store.store.quads_for_pattern(None, label, Literal(HOSTILE, language="en"), None))
    found = dossier(
        store, tiny_roots, "https://w3id.org/offlabel/drug/examplamine", audience=audience
    )
    page = Tags()
    page.feed(FORMATS["html"](found))
    markdown = FORMATS["md"](found)

    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert not re.search(r"(?<!\\)<script|(?<!\\)`x|(?<!\\)\[a|^# d", markdown, re.MULTILINE)
    assert HOSTILE in json.loads(FORMATS["json"](found))["label"]


def test_json_is_whole(written: Dossier) -> None:
    """The JSON form holds every statement with its claims."""
    content = json.loads(FORMATS["json"](written))

    assert "https://w3id.org/offlabel/dossier/1" == content["schema"]
    assert [part.slug for part in written.sections] == [p["slug"] for p in content["sections"]]
    assert content["sections"][0]["statements"][0].keys() == {
        *("text", "refs", "said", "modality", "hedges", "marks", "propositions", "links"),
        "derived",
    }


def test_page_needs_nothing_else(written: Dossier) -> None:
    """The page has a language, a title, a heading, table captions, and no outside resource."""
    text = FORMATS["html"](written)
    page = Tags()
    page.feed(text)

    assert '<html lang="en">' in text
    assert 1 == page.tags.count("h1")
    assert page.tags.count("table") == page.tags.count("caption")
    assert {"img", "link", "script", "iframe"}.isdisjoint(page.tags)
    assert len(page.names) == len(set(page.names))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.names)
    assert all(link.startswith(("#", "https://")) for link in page.links)


def test_wording_of_numbers_and_lists() -> None:
    """Halves are rounded up; lists read well."""
    record = {"k": 1, "n": 8, "proportion": 0.125, "low": 0.0224, "high": 0.4709}

    assert "1/8 (13%, 95% CI 2-47%)" == figure(record)
    assert "count not given" == figure({"k": None, "n": None})
    assert 1 == percent("0.005")
    assert ("", "a", "a and b", "a, b and c", "a and b; c") == (
        listed([]),
        listed(["a"]),
        listed(["a", "b"]),
        listed(["a", "b", "c"]),
        listed(["a and b", "c"]),
    )


def test_command_writes_a_file(tmp_path: Path) -> None:
    """The command takes the format from the file's ending."""
    target = tmp_path / "naltrexone.html"
    outcome = offlabel("dossier", "naltrexone", "-a", "patient", "-o", str(target))

    assert (0, b"") == (outcome.code, outcome.out)
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("naltrexon",), "Did you mean naltrexone"),
        (("naltrexone", "-a", "child"), "'child' is not one of"),
        (("naltrexone", "--as-of", "yesterday"), "'yesterday' does not match"),
        (("naltrexone", "-c", "psoriasi"), "Did you mean psoriasis"),
        (("naltrexone", "-o", "no/such/folder/x.md"), "Check that the folder exists"),
    ],
)
def test_command_on_bad_input(arguments: tuple[str, ...], message: str) -> None:
    """A mistake is one message on standard error, and exit code 2."""
    outcome = offlabel("dossier", *arguments)

    assert (2, b"") == (outcome.code, outcome.out)
    assert message in outcome.err

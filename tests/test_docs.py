"""The docs tell the truth: what they show is what happens, and what exists is documented."""

import doctest
import io
import re
from pathlib import Path
from shutil import which

import pytest
import yaml

import blocks
import generate
from offlabel.exports import EXPORTS

ROOT = Path(__file__).parents[1]
PAGES = [path.relative_to(ROOT).as_posix() for path in blocks.pages()]
# The page whose commands validate, with the reasoner too; those that show many commands.
MARKS = {"docs/how-to-add.md": "reasoner", "README.md": "large", "docs/mcp.md": "large"}
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")

# The commands whose programs are here; those in Python always are.
OPENING = {
    form: note["opens"]
    for form, note in generate.export_notes().items()
    if which(note.get("opens", " ").split(" ")[0], path=generate.PROGRAMS)
}


def anchors(page: str) -> set[str]:
    """Return the anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[getattr(pytest.mark, MARKS[name])] if name in MARKS else [])
        for name in PAGES
    ],
)
def test_commands_print_what_the_page_shows(name: str, cache: Path) -> None:
    """Each console block shows what its commands print today; `make docs` renews it."""
    page = (ROOT / name).read_text(encoding="utf-8")

    assert page == blocks.with_real_output(page, cache)


@pytest.mark.parametrize("name", PAGES)
def test_python_prints_what_the_page_shows(name: str) -> None:
    """Each Python session of a page gives what the page shows."""
    page = (ROOT / name).read_text(encoding="utf-8")
    sessions = [block.text for block in blocks.read_blocks(page) if block.language == "pycon"]
    test = doctest.DocTestParser().get_doctest("\n".join(sessions), {}, name, name, 0)
    report = io.StringIO()
    doctest.DocTestRunner().run(test, out=report.write)

    assert "" == report.getvalue()


@pytest.mark.parametrize("name", PAGES)
def test_excerpts_stand_in_their_files(name: str) -> None:
    """A block that says it comes from a file holds lines that stand there."""
    excerpts = [
        (path, block.text)
        for block in blocks.read_blocks((ROOT / name).read_text(encoding="utf-8"))
        if (path := block.find_path("from"))
    ]

    assert [] == [
        path
        for path, text in excerpts
        if text.strip() not in (ROOT / path).read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """A link inside the project names a file, and a heading of it, that exist."""
    page = ROOT / name
    broken = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target) if target else page
        if not path.exists() or (
            anchor and anchor not in anchors(path.read_text(encoding="utf-8"))
        ):
            broken.append(f"{target}#{anchor}")

    assert [] == broken


def test_every_export_says_what_opens_it() -> None:
    """Each export is documented with who uses it, and a command or a menu that opens it."""
    notes = generate.export_notes()

    assert sorted(EXPORTS) == list(notes)
    assert [] == [form for form, note in notes.items() if not {"opens", "menu"} & set(note)]


@pytest.mark.large  # the release of the real graph
@pytest.mark.parametrize("form", OPENING)
def test_command_opens_the_export(form: str) -> None:
    """The command that the page gives works as it is printed."""
    generate.opened(OPENING[form], generate.export_folder(form))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.large] if name.endswith("exports.md") else [])
        for name in generate.REFERENCES
    ],
)
def test_generated_page_is_current(name: str) -> None:
    """A generated page is what its program writes today; `make docs` renews it."""
    assert generate.REFERENCES[name]() == (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    sorted(set((ROOT / "docs/decisions").glob("*.md")) - {ROOT / "docs/decisions/README.md"}),
    ids=lambda path: path.stem,
)
def test_decision_has_its_four_parts(path: Path) -> None:
    """A decision tells context, decision, alternatives and consequences, and is listed."""
    headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    listing = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")

    assert ["Context", "Decision", "Alternatives", "Consequences"] == headings
    assert f"({path.name})" in listing


def test_model_tells_every_rule() -> None:
    """docs/model.md says of each rule what it concludes and from what."""
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    expected = {path.stem for path in (ROOT / "ontology" / "rules").glob("*.rq")}

    assert expected == set(re.findall(r"^\| `(\d+-[\w-]+)` \|", page, re.MULTILINE))


def test_readme_and_ci_agree_on_the_commands() -> None:
    """The README gives two set-up commands, and CI runs the second."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = next(block for block in blocks.read_blocks(readme) if block.language == "sh")
    demo, check = (line.split("#")[0].strip() for line in first.text.splitlines())

    assert "make demo" == demo
    assert check == (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-1]


def test_citation_is_well_formed() -> None:
    """CITATION.cff has what the format requires."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

    assert {"cff-version", "message", "title", "authors"} <= set(citation)

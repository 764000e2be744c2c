"""What holds for the project as a whole: one version, complete pins, sizes, and words kept out."""

import re
import tomllib
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest
import yaml

from tree import ROOT, project_files

SHARED = ROOT.parent / "shared"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MOST_LINES = 400

# The titles of papers are facts, and stand in the project as printed.
REFERENCES = re.compile(r"^References\n.*?(?=^Professional Medical Disclaimer)", re.DOTALL | re.M)

# Bracketed, so that this file does not hold what it looks for.
UNWELCOME = {
    "the host of a package registry": re.compile(
        r"p[y]pi\.o[r]g|p[y]thonhosted\.|n[p]mjs|deb\.d[e]bian|p[k]g\.go\.dev", re.IGNORECASE
    ),
    "a path of one machine": re.compile(r"/w[o]rk/|/f[a]rm\b|/r[o]ot/|/o[p]t/|/h[o]me/\w"),
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def find_group(pattern: str, path: str) -> str | None:
    """Return the first group of a pattern's first match in a file of the project."""
    match = re.search(pattern, (ROOT / path).read_text(encoding="utf-8"))
    return match[1] if match else None


def normal(text: str) -> str:
    """Return a text in lower case with single spaces, so that line breaks do not hide a copy."""
    return " ".join(text.lower().split())


def test_one_version() -> None:
    """Code, ontology and citation carry the same version."""
    expected = PROJECT["project"]["version"]
    ontology = find_group(
        r"owl:versionIRI\s+<https://w3id\.org/offlabel/ontology/([^>]+)>", "ontology/offlabel.ttl"
    )
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]

    assert (expected, expected, expected) == (ontology, citation, version("offlabel"))


def test_changelog_speaks_of_this_version() -> None:
    """The changelog has a section for the version that the project carries."""
    expected = PROJECT["project"]["version"]

    assert find_group(rf"(?m)^## ({re.escape(expected)})\b", "CHANGELOG.md") == expected


def test_every_dependency_is_pinned() -> None:
    """constraints.txt pins each dependency exactly and holds no address."""
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {
        line.split("==")[0].lower().replace("_", "-") for line in text.splitlines() if "==" in line
    }

    assert set() == {re.split(r"[<>=\[]", name)[0].lower() for name in wanted} - pinned
    assert "://" not in text
    assert " @ " not in text


def test_every_dependency_says_its_job() -> None:
    """Each dependency stands on its own line with a comment."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    dependencies = [line for line in lines if re.match(r'    "[\w-]+[><=]', line)]

    assert [] == [line for line in dependencies if "# " not in line]


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.py")), ids=lambda path: path.stem)
def test_module_fits_its_limits(path: Path) -> None:
    """A module is short enough to be read in one sitting, and its name says what it holds."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    assert path.stem not in VAGUE


@pytest.mark.parametrize("what", UNWELCOME)
def test_project_is_free_of(what: str) -> None:
    """No file names a registry's host or a path of the machine it was written on."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in project_files()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if UNWELCOME[what].search(line)
    ]

    assert [] == found


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the source material stands in ../shared, absent here"
)
def test_no_sentence_is_copied() -> None:
    """No sentence of the source article or of the notes on it stands in the project."""
    sentences = set()
    for path in [*SHARED.glob("seed/*.txt"), *SHARED.glob("reference/*.md")]:
        text = REFERENCES.sub("", path.read_text(encoding="utf-8"))
        sentences |= {normal(part) for part in re.split(r"(?<=[.!?:])\s+|\n\s*\n|\n[-*#|]", text)}
    long_ones = {sentence for sentence in sentences if len(sentence.split()) >= 9}
    copies = {
        f"{path.relative_to(ROOT)}: {sentence}"
        for path in project_files()
        for text in [normal(path.read_text(encoding="utf-8", errors="replace"))]
        for sentence in long_ones
        if sentence in text
    }

    assert set() == copies

"""What the dossier says in its own voice, read back from print, is no stronger than the graph."""

import csv
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from offlabel.evidence.claimcheck import Verdict, check_claims
from offlabel.evidence.dossier import AUDIENCES, FORMATS, Section, Statement, dossier
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.memory import MemoryStore

# Words with which a text could say that a drug works.
BENEFIT = re.compile(
    r"\b(improves?|effective|efficacious|benefits?|helps?|works|treats|relieves)\b"
)
QUOTED = re.compile(r"“[^”]*”")
# What another says is led to by the claims that say it.
ATTRIBUTED = re.compile(r"\[(SC\d+|\d+[–\d, ]*\])")
DECIDED = ("supported", "disputed")

Words = dict[
    str, tuple[str, str]
]  # printed words, and the relation and the strength they stand for


@pytest.fixture(scope="module")
def verbs(real: MemoryStore, real_roots: Roots) -> Words:
    """Return the verbs that certainties permit, for a benefit and against one."""
    found: Words = {}
    for row in run(real, get_query(real_roots, "evidence/how-strong-a-wording")):
        found[str(row["permits"])] = ("Improves", str(row["certainty"]))
        found.setdefault(str(row["permitsAgainst"]), ("DoesNotImprove", str(row["certainty"])))
    return found


@pytest.fixture(scope="module")
def questions(real: MemoryStore, real_roots: Roots) -> dict[tuple[str, str], str]:
    """Return the state of each question on naltrexone, by the labels of regimen and condition."""
    rows = run(real, get_query(real_roots, "evidence/what-may-be-said"), {"drug": "naltrexone"})
    return {(str(r["regimenLabel"]), str(r["conditionLabel"])): str(r["state"]) for r in rows}


def sentence(regimen: str, verb: str, condition: str) -> str:
    """Return a verb between a regimen and a condition, as a sentence has it."""
    if "improve" in verb:
        return f"{regimen} " + re.sub("improves?", rf"\g<0> {condition}", verb, count=1)
    return f"{regimen} {verb} in {condition}"


def stated(text: str, verbs: Words, questions: dict[tuple[str, str], str]) -> Iterator[list[str]]:
    """Yield regimen, relation, condition and strength of each effect that a page states."""
    text = "\n".join(line for line in text.splitlines() if not ATTRIBUTED.search(line))
    text = QUOTED.sub("", text.replace("LDN", "low-dose oral naltrexone")).casefold()
    regimens, conditions = ({question[place] for question in questions} for place in (0, 1))
    for regimen, (verb, said), condition in product(regimens, verbs.items(), conditions):
        words = re.escape(sentence(regimen, verb, condition).casefold())
        if re.search(rf"(?<![\w-]){words}(?![\w-])", text):
            yield [regimen, said[0], condition, said[1]]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        here = [[name for name in names if name.casefold() in cells] for names in (regimens, verbs)]
        of = [name for name in conditions if name.casefold() in cells]
        for regimen, verb, condition in product(*here, of):
            yield [regimen, verbs[verb][0], condition, verbs[verb][1]]


def statements(section: Section) -> Iterator[Statement]:
    """Yield the statements of a section and of those within it."""
    yield from section.statements
    for part in section.sections:
        yield from statements(part)


@pytest.mark.parametrize("audience", sorted(AUDIENCES))
@pytest.mark.large
def test_nothing_is_overclaimed(
    audience: str,
    real: MemoryStore,
    real_roots: Roots,
    verbs: Words,
    questions: dict[tuple[str, str], str],
    tmp_path: Path,
) -> None:
    """Each effect that the page states is entailed; researchers are told of each that is known."""
    page = FORMATS["md"](dossier(real, real_roots, "naltrexone", audience=audience))
    found = list(stated(page, verbs, questions))
    path = tmp_path / "claims.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["regimen", "relation", "condition", "strength"], *found])
    told = {(regimen, condition) for regimen, _, condition, _ in found}
    known = {asked for asked, state in questions.items() if state in DECIDED}

    judged = check_claims(real, real_roots, path) if found else []

    assert [] == [
        (each.claim.text, each.verdict) for each in judged if each.verdict != Verdict.ENTAILED
    ]
    if audience == "researcher":
        assert known == told


@pytest.mark.parametrize("audience", sorted(AUDIENCES))
@pytest.mark.large
def test_no_other_words_for_benefit(
    audience: str,
    real: MemoryStore,
    real_roots: Roots,
    verbs: Words,
    questions: dict[tuple[str, str], str],
) -> None:
    """A sentence of the dossier's own that speaks of benefit is one of those that were checked."""
    page = dossier(real, real_roots, "naltrexone", audience=audience)
    own = [
        said.text
        for section in page.sections
        for said in statements(section)
        if not (said.refs or said.text.endswith("?")) and BENEFIT.search(QUOTED.sub("", said.text))
    ]

    assert [] == [text for text in own if not list(stated(text, verbs, questions))]

"""The OWL 2 DL profile: a file in tests/profile shows one slip and names it in its first line."""

import re
from pathlib import Path

import pyoxigraph
import pytest

from offlabel.reasoning.facts import Facts
from offlabel.validation import profile
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem
from offlabel.validation.profile import check_profile

CASES = sorted((Path(__file__).parent / "profile").glob("*.ttl"))
MODULES = sorted(Path(profile.__file__).parent.glob("*.py"))
PREFIXES = {
    "https://example.org/": "ex:",
    "http://www.w3.org/2002/07/owl#": "owl:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
}


def compress(iri: str) -> str:
    """Shorten the IRIs that the cases use."""
    for namespace, prefix in PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri.removeprefix(namespace)
    return iri


def found_in(case: Path) -> list[Problem]:
    """Return the problems of one case."""
    facts = Facts(pyoxigraph.parse(path=case))
    return list(check_profile(facts, Places(facts, compress)))


def expected_of(case: Path) -> str:
    """Return what the first line of a case promises."""
    return case.read_text(encoding="utf-8").splitlines()[0].removeprefix("# problem: ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_slip_is_found(case: Path) -> None:
    """A slip gives exactly the problem that the case names, and correct OWL gives none."""
    found = {f"{problem.rule} {problem.focus}" for problem in found_in(case)} or {"none"}

    assert {expected_of(case)} == found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_problem_says_what_to_do(case: Path) -> None:
    """Every profile problem comes with a remedy."""
    assert [] == [problem for problem in found_in(case) if not problem.remedy]


def test_every_profile_rule_has_a_case() -> None:
    """Each rule that the profile checks can report is shown by a case."""
    named = {
        rule
        for module in MODULES
        for rule in re.findall(r'"(profile/[a-z-]+)"', module.read_text(encoding="utf-8"))
    }

    assert named == {expected_of(case).split()[0] for case in CASES} - {"none"}


def test_known_unknowns_are_reported_once() -> None:
    """A name that the link check reports is passed over by the profile."""
    case = CASES[0].parent / "undeclared-property.ttl"
    facts = Facts(pyoxigraph.parse(path=case))

    assert [] == list(check_profile(facts, Places(facts), known={"https://example.org/likes"}))

"""A proof leads from a thing to passages, or to the rule and the premises behind it."""

import json

import pytest
from pyoxigraph import NamedNode, Quad

from commands import offlabel
from offlabel.evidence.why import Node, as_lines, why
from offlabel.names import get_thing
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL

# A thing about which each rule derives something that is worth a proof of its own.
CASES = {
    "10-regimen-class": "regimen:naltrexone-oral-4.5-mg-daily",
    "11-investigates": "study:muller-2018",
    "12-found-in": "receptor:delta-opioid-receptor",
    "30-proportion": "study:weinstock-2020-no-change",
    "40-rests-on": "mechanism:opioid-rebound-1",
    "41-self-cites": "source:droracle-2025",
}


def prove(store: Store, roots: Roots, name: str) -> str:
    """Return the proof of a thing as text."""
    return "\n".join(as_lines(why(store, roots, get_thing(store, name))))


def test_claim(real: MemoryStore, real_roots: Roots) -> None:
    """A claim leads to its source, section, offsets, checksum, citation and flags."""
    proof = prove(real, real_roots, "claim:droracle-2025-sc024")

    for part in (
        "characters 1164–1197",
        "SHA-256 ",
        "cites, in print: Weinstock 2020, a primary source",
        "F26",
    ):
        assert part in proof


def test_contradicted_claim(real: MemoryStore, real_roots: Roots) -> None:
    """A claim leads to what its source says against it."""
    proof = prove(real, real_roots, "claim:droracle-2025-sc007")

    assert "is contradicted by SC010, Dr.Oracle 2025 has the review status pending" in proof
    assert "differing on none: genuine: The page says that every article is checked" in proof


def test_proposition_leads_to_all_its_claims(real: MemoryStore, real_roots: Roots) -> None:
    """A repeated statement leads to each place where it stands, and to what it rests on."""
    proof = prove(
        real, real_roots, "proposition:low-dose-oral-naltrexone-not-first-line-in-psoriasis"
    )

    for claim in ("sc018", "sc128", "sc131"):
        assert f"(claim:droracle-2025-{claim})" in proof
    assert "rests on: nothing cited" in proof
    assert "by rule 40-rests-on" in proof


def test_derived_class(real: MemoryStore, real_roots: Roots) -> None:
    """The class of a regimen leads to the rule and to the numbers it read."""
    lines = prove(real, real_roots, "regimen:naltrexone-oral-4.5-mg-daily").splitlines()

    assert lines[1] == "└─ is a: low-dose oral naltrexone (regimen:low-dose-oral-naltrexone)"
    assert any("by rule 10-regimen-class" in line for line in lines)
    assert any("is defined by highest daily dose ≤ 6; it is 4.5" in line for line in lines)


def test_derived_figures(real: MemoryStore, real_roots: Roots) -> None:
    """An interval leads to k, n, the rule with its source, and the claim behind the counts."""
    proof = prove(real, real_roots, "study:weinstock-2020-marked-improvement")

    for part in (
        "interval high: 0.7519, interval low: 0.3012, proportion: 0.5333",
        "Wilson EB (1927)",
        "count: 8 — data/studies/weinstock-2020",
        "out of: 15 — data/studies/weinstock-2020",
        "claim:droracle-2025-sc046",
    ):
        assert part in proof


def test_path_of_several_steps(real: MemoryStore, real_roots: Roots) -> None:
    """A premise that is a path is told step by step."""
    proof = prove(real, real_roots, "study:weinstock-2020")

    for part in ("has arm: ", "receives: naltrexone 4.5 mg by mouth", "of drug: naltrexone"):
        assert part in proof


def test_repeated_path(real: MemoryStore, real_roots: Roots) -> None:
    """From a layer up to the skin, each step stands in the proof, and the claim behind it."""
    proof = prove(real, real_roots, "receptor:mu-opioid-receptor")
    skin = proof.partition("found in: skin")[2].partition("\n├─")[0]

    assert "keratinocytes, part of: epidermis" in skin
    assert "epidermis, part of: skin" in skin
    assert "claim:droracle-2025-sc037" in proof
    assert "and 9 more ways to the same conclusion" in skin


def test_premise_derived_by_another_rule(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """A premise that another rule derived has its own proof beneath it."""
    graph = NamedNode(f"{BASE}graph/rule/12-found-in")
    regimen = NamedNode(f"{BASE}regimen/examplamine-1.5-mg")
    drug = NamedNode(f"{BASE}drug/examplamine")
    of_drug = NamedNode(OL + "ofDrug")
    quads = [q for q in tiny.store if (q.subject, q.predicate) != (regimen, of_drug)]
    store = MemoryStore.from_quads([*quads, Quad(regimen, of_drug, drug, graph)])
    proof = prove(store, tiny_roots, "study:sample")

    assert "of drug: examplamine — derived" in proof
    assert "by rule 12-found-in" in proof


def test_conclusion_from_absence(real: MemoryStore, real_roots: Roots) -> None:
    """Where a rule concludes from what is not there, the proof says so."""
    name = "proposition:no-study-of-low-dose-oral-naltrexone-in-vitiligo"

    assert "where it finds nothing else to go by" in prove(real, real_roots, name)


def test_flag_and_contradiction(real: MemoryStore, real_roots: Roots) -> None:
    """A finding leads to its reason, literature and claims; a contradiction to its sides."""
    flag = prove(real, real_roots, "flag:droracle-2025-f09")
    sides = prove(real, real_roots, "contradiction:droracle-2025-dose")

    assert "because: The sentence was not true" in flag
    assert "see https://doi.org/10.1080/09546634.2020.1774488" in flag
    assert "claim:droracle-2025-sc119" in flag
    assert "claim:droracle-2025-sc075" in sides
    assert "claim:droracle-2025-sc139" in sides


def test_hedge_stands_with_the_claim(real: MemoryStore, real_roots: Roots) -> None:
    """A hedged claim is told as hedged, with the words as printed."""
    name = "proposition:low-dose-oral-naltrexone-improves-atopic-dermatitis"

    assert "claimed as suggested (“suggested”): " in prove(real, real_roots, name)


def test_shared_premises_are_told_once(real: MemoryStore, real_roots: Roots) -> None:
    """A conclusion with many ways to it shows some of them and counts the others."""
    lines = prove(real, real_roots, "source:droracle-2025").splitlines()

    assert any("more ways to the same conclusion" in line for line in lines)
    assert 1 == sum("data/sources/droracle-2025-overview" in line for line in lines)
    assert len(lines) < 25


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_rule_has_its_premises(name: str, real: MemoryStore, real_roots: Roots) -> None:
    """What each rule derived about a thing leads to statements that stand in files."""
    proof = prove(real, real_roots, CASES[name])
    part = proof.partition(f"by rule {name}")[2]

    assert " — data/" in part


def test_what_is_only_asserted_leads_to_its_file(real: MemoryStore, real_roots: Roots) -> None:
    """A thing without claims or rules leads to the file that describes it."""
    proof = prove(real, real_roots, "body:offlabel")

    assert "asserted in data/bodies/offlabel" in proof


@pytest.mark.parametrize("name", ["regimen:examplamine-1.5-mg", "study:sample-better"])
@pytest.mark.parametrize("kind", ["disk", pytest.param("remote", marks=pytest.mark.server)])
def test_same_proof_elsewhere(
    kind: str, name: str, request: pytest.FixtureRequest, tiny: MemoryStore, tiny_roots: Roots
) -> None:
    """The proof is the same on disk and at an endpoint that lacks our own functions."""
    store: Store = request.getfixturevalue(f"tiny_{kind}")

    assert prove(tiny, tiny_roots, name) == prove(store, tiny_roots, name)


def test_lines_show_branches() -> None:
    """Branches of the tree are drawn."""
    tree = Node("a", "x:a", (Node("b", "", (Node("c"),)), Node("d")))

    assert ["a (x:a)", "├─ b", "│  └─ c", "└─ d"] == list(as_lines(tree))


def test_command() -> None:
    """The command prints the proof as text or as JSON."""
    text = offlabel("why", "claim:droracle-2025-sc024").text
    content = json.loads(offlabel("why", "claim:droracle-2025-sc024", "--format", "json").text)

    assert text.startswith(content["text"])
    assert "claim:droracle-2025-sc024" == content["curie"]

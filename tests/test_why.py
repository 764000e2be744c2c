"""A proof leads from a thing to passages, or to the rule and the premises behind it."""

import json

import pytest

from commands import offlabel
from offlabel.evidence.why import Node, as_lines, why
from offlabel.names import get_thing
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore


def prove(store: Store, roots: Roots, name: str) -> str:
    """Return the proof of a thing as text."""
    return "\n".join(as_lines(why(store, roots, get_thing(store, name))))


def test_claim(real: MemoryStore, real_roots: Roots) -> None:
    """A claim leads to its source, section, offsets, checksum, citation and flags."""
    proof = prove(real, real_roots, "claim:droracle-2025-sc024")

    for part in ("characters 1164–1197", "SHA-256 ", "cites, in print Weinstock 2020", "F26"):
        assert part in proof


def test_contradicted_claim(real: MemoryStore, real_roots: Roots) -> None:
    """A claim leads to what its source says against it."""
    proof = prove(real, real_roots, "claim:droracle-2025-sc007")

    assert "is contradicted by Dr.Oracle 2025 has the review status pending human review" in proof


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
    assert any("highest daily dose: 4.5 — data/drugs/naltrexone" in line for line in lines)


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


def test_derived_from_derived(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """What a rule derived from another rule's result names that rule's graph."""
    proof = prove(tiny, tiny_roots, "study:sample")

    assert "by rule 11-investigates" in proof


def test_what_is_only_asserted_leads_to_its_file(real: MemoryStore, real_roots: Roots) -> None:
    """A thing without claims or rules leads to the file that describes it."""
    proof = prove(real, real_roots, "body:offlabel")

    assert "asserted in data/bodies/offlabel" in proof


@pytest.mark.parametrize("kind", ["disk", "remote"])
def test_same_proof_elsewhere(
    kind: str, request: pytest.FixtureRequest, tiny: MemoryStore, tiny_roots: Roots
) -> None:
    """The proof is the same on disk; at an endpoint it is the same but for our own functions."""
    store: Store = request.getfixturevalue(f"tiny_{kind}")
    name = "regimen:examplamine-1.5-mg"

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

"""The proof of everything that rules derived ends in passages, study numbers, files or searches."""

import re
from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode

from offlabel.evidence.why import Node, why
from offlabel.paths import Roots, find_roots
from offlabel.rules import read_rules
from offlabel.sources import discover
from offlabel.stores.memory import MemoryStore
from offlabel.terms import GRAPH, prefixes

RULES = [rule.name for rule in read_rules(discover(find_roots()))]
SAMPLE = 5
# How a leaf shows where it comes from: a passage, a file of the project, or a defined class.
GROUND = re.compile(r"characters \d+|\b(data|ontology)/|is defined by|shown above|SHA-256")
NOTHING = "finds nothing else to go by"


def leaves(node: Node) -> Iterator[Node]:
    """Yield the ends of a proof."""
    if not node.rests_on:
        yield node
    for child in node.rests_on:
        yield from leaves(child)


def subjects(store: MemoryStore, rule: str) -> list[NamedNode]:
    """Return things of which a rule derived something, spread over all of them."""
    rows = store.select(
        f"SELECT DISTINCT ?s {{ GRAPH <{GRAPH}rule/{rule}> {{ ?s ?p ?o }} }} ORDER BY ?s"
    ).rows
    own = f"{prefixes().expand('rule:')}"
    found = [term for (term,) in rows if isinstance(term, NamedNode)]
    found = [term for term in found if not term.value.startswith((GRAPH, own))]
    return found[:: max(1, len(found) // SAMPLE)]


@pytest.mark.parametrize("rule", RULES)
def test_proof(real: MemoryStore, real_roots: Roots, rule: str) -> None:
    """The proof of what a rule derived has ground under it."""
    for thing in subjects(real, rule):
        proof = why(real, real_roots, thing)
        ends = [leaf.line for leaf in leaves(proof)]
        assert any(GROUND.search(line) for line in ends), "\n".join(ends)


@pytest.mark.parametrize("rule", RULES)
def test_every_statement_of_a_rule_leads_to_it(real: MemoryStore, rule: str) -> None:
    """A derived statement lies in the graph of its rule, and the graph names the rule."""
    assert real.ask(
        f"ASK {{ GRAPH <{GRAPH}rule/{rule}> {{ <{GRAPH}rule/{rule}> "
        f"<http://www.w3.org/ns/prov#wasGeneratedBy> ?rule }} }}"
    )


def test_proof_of_a_state(real: MemoryStore, real_roots: Roots) -> None:
    """The proof of a state names the study, its people, its figure, its source and the factors."""
    name = "assessment:low-dose-oral-naltrexone--lichen-planopilaris--2020-06-08"
    proof = why(real, real_roots, NamedNode(prefixes().expand(name) or ""))
    lines = "\n".join(line for leaf in [proof] for line in tree(leaf))

    for part in (
        *("state: disputed", "GRADE low certainty", "p value 0.813", "enrolled 34"),
        *("10.1080/09546634.2020.1774488", "34 people, fewer than 400", "by rule 65-state"),
    ):
        assert part in lines


def tree(node: Node) -> Iterator[str]:
    """Yield the lines of a proof."""
    yield node.line
    for child in node.rests_on:
        yield from tree(child)

"""`offlabel show` gathers what the graph holds on one thing, with the place where it stands."""

import json
import re

import pytest
from pyoxigraph import NamedNode

from commands import TINY, Outcome, offlabel
from offlabel.evidence.show import Group, Thing, locator, read_thing
from offlabel.evidence.show_formats import SHOW_FORMATS
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.terms import BASE, OL


def show(*arguments: str) -> Outcome:
    """Show a thing of the small world."""
    return offlabel("show", *arguments, *TINY)


def thing(store: Store, path: str) -> Thing:
    """Read a thing by the last part of its IRI."""
    return read_thing(store, NamedNode(BASE + path))


def groups(found: tuple[Group, ...]) -> dict[str, set[str]]:
    """Return groups as labels and the names of what is in them."""
    return {group.label: {str(m.curie or m.text) for m in group.mentions} for group in found}


def test_thing_is_gathered(tiny: Store) -> None:
    """Label, kind, other names, properties and what refers to it are all there."""
    found = thing(tiny, "regimen/low-dose-examplamine")

    assert ("regimen:low-dose-examplamine", "low-dose oral examplamine", ("LDE",)) == (
        found.curie,
        found.label,
        found.other_names,
    )
    assert ["regimen class", "owl:Class"] == [kind.text for kind in found.kinds]
    assert {"drug:examplamine"} == groups(found.properties)["of drug"]
    assert "claim:t03" in groups(found.referred_to)["claims about it"]
    assert "proposition:improves-rash" in groups(found.referred_to)["subject"]


def test_outside_identifiers_stand_apart(tiny: Store) -> None:
    """Mappings are shown as external identifiers and not among the properties."""
    found = thing(tiny, "condition/sample-rash")

    assert {"exact match": {"MONDO:0000000"}} == groups(found.identifiers)
    assert "exact match" not in groups(found.properties)


def test_outside_identifiers_are_links(tiny: Store) -> None:
    """The address stands behind an outside id; a terminal and Markdown get a link instead."""
    found = thing(tiny, "condition/sample-rash")
    address = "http://purl.obolibrary.org/obo/MONDO_0000000"
    terminal = SHOW_FORMATS["text"](found, 80, True)

    assert f"(MONDO:0000000) <{address}>\n" in SHOW_FORMATS["text"](found, None, False)
    assert f"\x1b]8;;{address}\x1b\\MONDO:0000000\x1b]8;;\x1b\\)\n" in terminal
    assert f"(MONDO:0000000)](<{address}>)" in SHOW_FORMATS["md"](found, None, False)


def test_derived_statements_name_their_rule(tiny: Store) -> None:
    """What a rule concluded carries the name of the rule; what a file says does not."""
    found = thing(tiny, "study/sample-better")
    rules = {
        group.label: {mention.rule for mention in group.mentions} for group in found.properties
    }

    assert {"rule:30-proportion"} == rules["proportion"]
    assert {None} == rules["count"]


def test_term_of_the_ontology(tiny: Store) -> None:
    """A term has its definition, and what uses it."""
    found = read_thing(tiny, NamedNode(f"{OL}Study"))

    assert found.definition.startswith("An investigation")
    studies = {f"study:{name}" for name in ("letter", "planned", "sample", "told", "trial")}
    assert studies == groups(found.referred_to)["is a"]


def test_place(tiny: Store, tiny_roots: Roots) -> None:
    """The file and line of the description are given."""
    found = read_thing(tiny, NamedNode(f"{BASE}study/sample"), locator(tiny_roots))
    path, _, line = str(found.place).rpartition(":")
    text = (tiny_roots.data[0] / "world.ttl").read_text(encoding="utf-8").splitlines()

    assert path.endswith("tests/tiny/world.ttl")
    assert text[int(line) - 1].startswith("study:sample a ol:Study")


@pytest.mark.parametrize("store", ["tiny_disk", "tiny_remote"])
def test_stores_agree(store: str, tiny: Store, request: pytest.FixtureRequest) -> None:
    """Every store shows the same."""
    graph: Store = request.getfixturevalue(store)

    assert thing(tiny, "drug/examplamine") == thing(graph, "drug/examplamine")


def test_text() -> None:
    """For people: a heading, values with their labels, and references counted."""
    outcome = show("LDE")
    text = outcome.text

    assert (0, "") == (outcome.code, outcome.err)
    assert text.startswith("low-dose oral examplamine\nregimen:low-dose-examplamine, regimen class")
    assert "\nAlso: LDE\n" in text
    assert "examplamine (drug:examplamine)" in text
    assert re.search(r"subject \(\d+\) .*?and \d+ more\n", text, re.DOTALL)
    assert max(map(len, text.splitlines())) <= 100


def test_markdown_and_json() -> None:
    """The same as a page and as a document."""
    page, document = show("LDE", "-f", "md").text, json.loads(show("LDE", "-f", "json").text)

    assert page.startswith("# low-dose oral examplamine\n")
    assert "- **of drug**: examplamine (drug:examplamine)" in page
    assert f"{BASE}regimen/low-dose-examplamine" == document["iri"]


def test_json_is_complete(tiny: Store) -> None:
    """Where the text counts, the document lists."""
    found = thing(tiny, "drug/examplamine")
    document = json.loads(SHOW_FORMATS["json"](found, None, False))
    most = max(len(group["mentions"]) for group in document["referred_to"])

    assert max(len(group.mentions) for group in found.referred_to) == most
    assert most > 3


def test_miss() -> None:
    """An unknown name is answered with the closest ones."""
    outcome = show("examplamne")

    assert (2, b"") == (outcome.code, outcome.out)
    assert "Did you mean drug:examplamine" in outcome.err

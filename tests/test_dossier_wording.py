"""How sentences are put together, and how text is kept text."""

from dataclasses import replace

import pytest

from offlabel.evidence.dossier.render import escape_address, escape_line, escape_markdown, spans
from offlabel.evidence.dossier.said import Said
from offlabel.evidence.dossier.wording import hedged, sentence
from offlabel.queries.table import Value

OL = "https://w3id.org/offlabel/ontology#"
SAID = Said(
    "https://w3id.org/offlabel/proposition/sample",
    "the sample calms itch",
    None,
    "mechanism",
    None,
    None,
    ({"modality": OL + "Asserted", "claim": "c"},),
    ({"relation": OL + "Decreases", "subjectLabel": "sample"},),
)


def said_with(modality: str, **more: Value) -> Said:
    """Return a statement of another modality."""
    part: dict[str, Value] = {"relation": OL + "Decreases", "subjectLabel": "sample"}
    claim = {"modality": OL + modality, "claim": "c"}
    return replace(SAID, claims=(claim,), parts=(part | more,))


@pytest.mark.parametrize(
    ("modality", "text", "expected"),
    [
        ("Asserted", "the sample calms itch", "the sample calms itch"),
        ("Asserted", "no trial of it", "there is no trial of it"),
        ("Likely", "the sample calms itch", "the sample likely calms itch"),
        ("Possibly", "sample is cheap", "sample is possibly cheap"),
        ("Possibly", "sample can calm itch", "sample may calm itch"),
        ("Often", "itch is calmed", "often, itch is calmed"),
        ("Proposed", "sample calms itch", "it is proposed that sample calms itch"),
        ("ShowsPromise", "x calms itch", "there is promise, and no proof, that x calms itch"),
        ("Unheard", "x calms itch", "with a reserve that has no name here, x calms itch"),
    ],
)
def test_hedges(modality: str, text: str, expected: str) -> None:
    """A hedge stands beside the verb where it can, and in front where not; none is dropped."""
    assert expected == hedged(text, said_with(modality))


def test_promise_takes_its_verb() -> None:
    """What shows promise in a condition is not said to improve it."""
    said = said_with("ShowsPromise", relation=OL + "Improves")

    assert "sample shows promise in itch" == hedged("sample improves itch", said)


def test_weakest_hedge_wins() -> None:
    """A statement made twice is as weak as its weakest claim."""
    claims = ({"modality": OL + "Asserted"}, {"modality": OL + "Possibly"})

    assert "sample possibly helps" == hedged("sample helps", replace(said_with("x"), claims=claims))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], ""), ([3], "3"), ([2, 1], "1, 2"), ([1, 2, 3, 7, 9, 8, 8], "1–3, 7–9"), ([1, 3], "1, 3")],
)
def test_spans(numbers: list[int], expected: str) -> None:
    """Runs of three or more notes are written as their ends."""
    assert expected == spans(numbers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b", "a \\| b"),
        ("<b>&amp; & c", "\\<b\\>&amp;amp; & c"),
        ("[a](b) `c` *d* _e_ ~f~ #g", "\\[a\\](b) \\`c\\` \\*d\\* \\_e\\_ \\~f\\~ \\#g"),
        ("two\nlines", "two lines"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_markdown_is_escaped(text: str, expected: str) -> None:
    """No character of a text means anything to Markdown."""
    assert expected == escape_markdown(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("- a", "\\- a"), ("1. a", "1\\. a"), ("12) a", "12\\) a"), ("=== a", "\\=== a"), ("A", "A")],
)
def test_a_line_starts_no_block(text: str, expected: str) -> None:
    """A text at the start of a line becomes no list and no heading."""
    assert expected == escape_line(text)


def test_addresses_stay_within_their_brackets() -> None:
    """An address cannot end the link that it stands in."""
    assert "https://a.b/%3Cc%3E%5C" == escape_address("https://a.b/<c>\\ \n")


def test_sentence() -> None:
    """A sentence has a capital and one stop."""
    assert ("A b.", "A b?", "8 c.") == (sentence(" a b"), sentence("a b?"), sentence("8 c."))

"""The designs that a supposed study can have, and the words for what else it can be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import Literal, NamedNode

from offlabel.errors import ParameterError, UnknownNameError
from offlabel.names import close_matches
from offlabel.stores.base import Store
from offlabel.terms import OL, prefixes

CASE_REPORT = NamedNode(OL + "CaseReport")
OWN_BASELINE = NamedNode(OL + "OwnBaseline")
PLACEBO = NamedNode(OL + "Placebo")
OPEN_LABEL = NamedNode(OL + "OpenLabel")
DOUBLE_BLIND = NamedNode(OL + "DoubleBlind")
BLINDING_UNSTATED = NamedNode(OL + "BlindingUnstated")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True)
class Word:
    """A term of the ontology as it is written on a command line."""

    node: NamedNode
    slug: str
    label: str


@dataclass(frozen=True)
class Design(Word):
    """A design that is weighed; `is_compared` if it has a comparison group."""

    is_compared: bool

    @property
    def fewest(self) -> int:
        """Return how few people a study of this design can have: one in each arm."""
        return 2 if self.is_compared else 1

    @property
    def most(self) -> int | None:
        """Return how many people it can have at most, or None where there is no limit."""
        return 1 if self.node == CASE_REPORT else None


W = TypeVar("W", bound=Word)


def read_designs(store: Store) -> list[Design]:
    """Return the designs that are weighed, the weakest first, as the method ranks them.

    A design has a comparison group if its level is better than the worst that is weighed.
    """
    rows = store.select(
        f"""{prefixes().sparql()} SELECT ?design ?label ?rank WHERE {{
        ?standing ol:ofDesign ?design ; ol:startsAt ?start ; ol:level/ol:rank ?rank .
        ?design rdfs:label ?label ; ol:position ?position }} ORDER BY ?position"""
    ).rows
    worst = max(int(_text(rank)) for *_, rank in rows)
    return [
        Design(node, _slug(node), _text(label), is_compared=int(_text(rank)) < worst)
        for node, label, rank in rows
        if isinstance(node, NamedNode)
    ]


def read_words(store: Store, kind: str) -> list[Word]:
    """Return the terms of a class of the ontology, such as Blinding."""
    rows = store.select(
        f"""{prefixes().sparql()} SELECT ?term ?label WHERE {{
        ?term a ol:{kind} ; rdfs:label ?label }} ORDER BY ?term"""
    ).rows
    return [
        Word(node, _slug(node), _text(label)) for node, label in rows if isinstance(node, NamedNode)
    ]


def get_design(store: Store, name: str) -> Design:
    """Return a design by slug or label; raise where there is none, or it is never weighed."""
    known = read_designs(store)
    try:
        return get_word(known, name, "design")
    except UnknownNameError:
        others = [word for word in read_words(store, "Design") if name in _names(word)]
        if not others:
            raise
        raise ParameterError(
            f"A {others[0].label} is never weighed, so it would change nothing. "
            f"The designs that are weighed: {', '.join(word.slug for word in known)}."
        ) from None


def get_word(known: Iterable[W], name: str, kind: str) -> W:
    """Return the word of a slug or label; raise `UnknownNameError` with close matches."""
    choices = {text: word for word in known for text in _names(word)}
    wanted = " ".join(name.split()).casefold()
    if wanted in choices:
        return choices[wanted]
    close = close_matches(name, {text: word.slug for text, word in choices.items()})
    slugs = sorted({word.slug for word in choices.values()})
    raise UnknownNameError(name, kind, close, "" if close else f"Known: {', '.join(slugs)}.")


def _names(word: Word) -> tuple[str, ...]:
    label = word.label.casefold()
    return word.slug, label, label.replace(" ", "-"), word.slug.replace("-", "")


def _slug(node: NamedNode) -> str:
    return _CAPITAL.sub("-", node.value.removeprefix(OL)).lower()


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""

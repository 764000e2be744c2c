"""Which statements the checks of use have to look at, told from their text.

Nearly all statements use declared terms in the declared way. Reading them as lines, and each term
once, leaves the few that may be wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Statement, statement_from_quad
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.profile.declarations import (
    CLASS_POSITIONS,
    is_declared_class,
    is_declared_property,
    is_misspelt,
)
from offlabel.validation.profile.lexical import ill_typed
from offlabel.validation.profile.usage import takes

_POSITIONS = {str(position).encode() for position in CLASS_POSITIONS}


class Screen:
    """Find the lines of N-Triples that may use a term or a value wrongly."""

    def __init__(self, kinds: Kinds, known: Collection[str] = ()) -> None:
        """Take what terms were declared as, and the IRIs of which another check tells."""
        self._kinds = kinds
        self._known = known
        self._doubtful: dict[bytes, bool] = {}  # as subject, object or datatype
        self._classes: dict[bytes, bool] = {}
        self._predicates: dict[bytes, tuple[bool, str]] = {}

    def doubtful(self, lines: Iterable[bytes]) -> list[Statement]:
        """Give the statements that have to be looked at, in their order."""
        found: dict[bytes, None] = {}
        typed: dict[bytes, list[bytes]] = defaultdict(list)
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            value = rest[:-2]
            is_literal = value[:1] == b'"'
            if predicate not in self._predicates:
                self._predicates[predicate] = self._judge_predicate(predicate)
            is_doubtful, taken = self._predicates[predicate]
            if is_doubtful or (taken and is_literal != (taken == "values")):
                found[line] = None
            elif is_literal and value[-1:] == b">":
                typed[value].append(line)
            elif not is_literal and self._is_doubtful(value, is_class=predicate in _POSITIONS):
                found[line] = None
            if self._is_doubtful(subject):
                found[line] = None
        for value in self._wrong(typed):
            found.update(dict.fromkeys(typed[value]))
        return [
            statement
            for quad in parse(b"\n".join(found), format=RdfFormat.N_TRIPLES)
            if (statement := statement_from_quad(quad)) is not None
        ]

    def _judge_predicate(self, text: bytes) -> tuple[bool, str]:
        iri = NamedNode(text[1:-1].decode())
        is_known = iri.value in self._known or is_declared_property(iri, self._kinds)
        return not is_known or is_misspelt(iri.value), takes(iri, self._kinds)

    def _is_doubtful(self, text: bytes, *, is_class: bool = False) -> bool:
        seen = self._classes if is_class else self._doubtful
        if text not in seen:
            iri = text[1:-1].decode()
            seen[text] = text[:1] == b"<" and is_misspelt(iri)
            if is_class and text[:1] == b"<" and iri not in self._known:
                seen[text] |= not is_declared_class(NamedNode(iri), self._kinds)
        return seen[text]

    def _wrong(self, typed: Iterable[bytes]) -> list[bytes]:
        """Give the typed values whose datatype is unknown, misspelt, or not theirs."""
        texts = list(typed)
        content = b"\n".join(b"<x:s> <x:p> " + text + b" ." for text in texts)
        literals = [quad.object for quad in parse(content, format=RdfFormat.N_TRIPLES)]
        wrong = ill_typed(literal for literal in literals if isinstance(literal, Literal))
        return [
            text
            for text, literal in zip(texts, literals, strict=True)
            if literal in wrong or self._is_odd(literal.datatype)
        ]

    def _is_odd(self, datatype: NamedNode) -> bool:
        is_reserved = datatype.value.startswith(owl.RESERVED_NAMESPACES)
        return is_misspelt(datatype.value) or not (
            is_reserved or self._kinds.is_a("datatype", datatype)
        )

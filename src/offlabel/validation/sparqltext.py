"""Which SELECT of a SPARQL text shows which variable.

A lexer and a count of braces, no parser: the engine parses. What stands in strings and comments is
never taken for a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offlabel.sources.sparql import Token


@dataclass(frozen=True)
class Hidden:
    """Hold a variable that a SELECT uses but does not project, and the line of that SELECT."""

    variable: str
    line: int


def hidden_variables(words: Sequence[Token], variables: set[str]) -> list[Hidden]:
    """Find each SELECT that uses one of some variables (without `?`) but does not project it."""
    hidden = []
    for position, token in enumerate(words):
        if not token.is_word("SELECT"):
            continue
        projected, body = _projection(words, position + 1)
        if "*" in projected:
            continue
        used = {word.text[1:] for word in _block(words, body) if word.kind == "variable"}
        hidden += [
            Hidden(variable, token.line) for variable in sorted((variables & used) - projected)
        ]
    return hidden


def _projection(words: Sequence[Token], position: int) -> tuple[set[str], int]:
    """Read what a SELECT projects; give it with the position of the body's opening brace."""
    projected: set[str] = set()
    depth = 0
    while position < len(words) and words[position].text != "{":
        token = words[position]
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        after_as = words[position - 1].is_word("AS")
        if token.kind == "variable" and (depth == 0 or (depth == 1 and after_as)):
            projected.add(token.text[1:])
        elif token.text == "*" and depth == 0:
            projected.add("*")
        position += 1
    return projected, position


def _block(words: Sequence[Token], start: int) -> Sequence[Token]:
    depth = 0
    for position in range(start, len(words)):
        depth += {"{": 1, "}": -1}.get(words[position].text, 0)
        if depth == 0:
            return words[start:position]
    return words[start:]

"""Read a SPARQL text word by word: strings, IRIs and comments do not count."""

from __future__ import annotations

import re

# An IRI may hold \\uXXXX escapes. Were the backslash left out, a # in such an IRI would look like
# a comment and hide the rest of its line.
TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<string>\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
SERVICE_REFUSED = "SERVICE is refused: a query here opens no connection."


def find_service(text: str) -> tuple[int, int] | None:
    """Find line and column of the first SERVICE, with which the engine would open a connection."""
    for token in TOKEN.finditer(text):
        if token.lastgroup == "word" and token[0].upper() == "SERVICE":
            before = text[: token.start()]
            return before.count("\n") + 1, token.start() - before.rfind("\n")
    return None

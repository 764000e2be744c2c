"""Put the values of variables into a query, the same way for every engine.

The query is read token by token, so that braces in strings, IRIs and comments do not count,
and values are written as terms (SPARQL 1.1, clause 19.8), never pasted.
"""

from __future__ import annotations

import re

from offlabel.errors import QueryError
from offlabel.stores.base import Bindings

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')
    | (?P<word>[A-Za-z_]\w*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


_PLACE = re.compile(r"(\d+):(\d+)")
_NAME = re.compile(r"[A-Za-z][\w.-]*:")


def syntax_error(query: str, error: SyntaxError) -> QueryError:
    """Return an engine's complaint in one short sentence with its place in the query."""
    message = str(error.msg)
    place = _PLACE.search(message)
    if not place:
        return QueryError(f"the query cannot be read: {message.strip()}.")
    line, column = int(place[1]), int(place[2])
    lines = query.splitlines()
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    after = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    names = _NAME.findall(before + after.split(" ")[0])
    if "Prefix not found" in message and names:
        return QueryError(f"the prefix {names[-1]} is not declared.", line, column)
    found = f"{after.split()[0]!r} was not expected" if after.strip() else "the text ends too early"
    return QueryError(f"the query cannot be read: {found} here.", line, column)


def outer_brace(query: str) -> int:
    """Return the position just after the brace that opens the query's WHERE clause."""
    seen = template = False
    depth = 0
    for token in _TOKEN.finditer(query):
        if token.lastgroup in ("comment", "iri", "string"):
            continue
        word = token[0].upper()
        if token.lastgroup == "word" and depth == 0:
            if word in ("SELECT", "ASK", "DESCRIBE"):
                seen = True
            elif word == "CONSTRUCT":
                seen = template = True
            elif word == "WHERE":
                seen, template = True, False
        elif token[0] == "{":
            if seen and depth == 0 and not template:
                return token.end()
            depth += 1
        elif token[0] == "}":
            depth -= 1
    raise QueryError("the query has no WHERE clause that opens with a brace.")


def with_values(query: str, bindings: Bindings) -> str:
    """Return the query with a VALUES block for the bindings first in its WHERE clause."""
    if not bindings:
        return query
    names = " ".join(f"?{name}" for name in bindings)
    terms = " ".join(str(term) for term in bindings.values())
    at = outer_brace(query)
    return f"{query[:at]} VALUES ({names}) {{ ({terms}) }}{query[at:]}"

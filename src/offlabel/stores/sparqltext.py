"""Put the values of variables into a query, the same way for every engine.

The query is read token by token, so that braces in strings, IRIs and comments do not count,
and values are written as terms (SPARQL 1.1, clause 19.8), never pasted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from offlabel.errors import QueryError
from offlabel.sources.sparql import TOKEN
from offlabel.stores.base import Bindings

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


def values_block(variables: str, row: str) -> str:
    """Return a block that gives variables the values of a row."""
    return f"VALUES ({variables}) {{ ({row}) }}"


def with_values(
    query: str, bindings: Bindings, block: Callable[[str, str], str] = values_block
) -> str:
    """Return the query with a VALUES block in its WHERE clause and in each group that needs one.

    SPARQL evaluates inner groups first (SPARQL 1.1, clause 18.2), so a filter in a UNION or in a
    sub-SELECT that projects the variable sees a value only if the block stands there too. `block`
    writes it in another form, from the variables and the row of their values.
    """
    if not bindings:
        return query
    blocks = _blocks(query, frozenset(bindings))
    if not blocks:
        raise QueryError("the query has no WHERE clause that opens with a brace.")
    pieces: list[str] = []
    last = 0
    for at, names in sorted(blocks.items()):
        here = [name for name in bindings if name in names]
        variables = " ".join(f"?{name}" for name in here)
        terms = " ".join(str(bindings[name]) for name in here)
        pieces += [query[last:at], f" {block(variables, terms)}"]
        last = at
    return "".join((*pieces, query[last:]))


@lru_cache(maxsize=512)
def _blocks(query: str, names: frozenset[str]) -> Mapping[int, set[str]]:
    """Return where values have to stand; kept, since saved queries are asked again and again.

    What somebody writes just now has no values to be put in, and does not come here.
    """
    return _Groups(query, set(names)).blocks


@dataclass
class _Group:
    """A part of a query between braces, or the text around them."""

    start: int
    allowed: set[str]
    kind: str = "group"
    used: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    empty: bool = True
    projected: set[str] | None = None
    parentheses: int = 0
    before: str = ""


class _Groups:
    """Walk through a query and note where values of its parameters have to stand."""

    def __init__(self, query: str, names: set[str]) -> None:
        self.blocks: dict[int, set[str]] = {}
        self._names = names
        self._stack = [_Group(0, names, "query")]
        for token in TOKEN.finditer(query):
            if token.lastgroup not in ("comment", "space"):
                self._read(token[0], token.lastgroup or "", token.end())

    def _read(self, text: str, kind: str, end: int) -> None:
        group = self._stack[-1]
        if text == "{" and kind == "other":
            self._open(group, end)
            return
        if text == "}" and kind == "other":
            self._close()
            return
        word = text.upper() if kind == "word" else ""
        if word == "SELECT":
            if group.kind == "group" and group.empty:
                group.kind = "subselect"
            group.projected = set()
        elif kind == "variable":
            name = text[1:]
            group.used.add(name)
            if group.before == "AS":
                group.assigned.add(name)
            elif group.projected is not None and group.parentheses == 0:
                group.projected.add(name)
        elif group.projected is not None and text == "*" and group.parentheses == 0:
            group.projected |= self._names
        elif text in ("(", ")"):
            group.parentheses += 1 if text == "(" else -1
        group.empty = False
        # VALUES and CONSTRUCT hold up to their brace, AS for the next word only.
        if kind == "word":
            group.before = word
        elif group.before == "AS" or (kind != "variable" and group.before != "VALUES"):
            group.before = ""

    def _open(self, group: _Group, end: int) -> None:
        kind, allowed = "group", group.allowed
        if group.before in ("CONSTRUCT", "VALUES"):
            kind = "data"
        elif group.kind == "exists" or group.before == "EXISTS" or group.parentheses:
            kind = "exists"
        elif group.kind == "query":
            kind = "where"
        elif group.kind == "subselect":
            allowed = allowed & (group.projected or set()) - group.assigned
        group.before, group.empty = "", False
        if kind != "data":
            group.projected = None
        self._stack.append(_Group(end, allowed, kind))

    def _close(self) -> None:
        if len(self._stack) == 1:
            return
        group = self._stack.pop()
        self._stack[-1].used |= group.used
        self._stack[-1].before = ""
        if group.kind == "where":
            self.blocks[group.start] = set(self._names)
        elif group.kind == "group" and (needed := group.used & group.allowed - group.assigned):
            self.blocks[group.start] = needed

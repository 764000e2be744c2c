"""Turn the SPARQL of a constraint, written for one node, into a query for all its nodes at once.

SHACL binds `$this` before a query runs (clause 5.3.1, appendix A): every part of it sees the value.
SPARQL evaluates inner groups first, so for many nodes a pattern that gives `$this` its values has
to stand in each group that uses it. Then the rows of a node are those that it would have alone: a
join of parts that agree on `$this` falls apart into one join for each node. What does not fall
apart so (a MINUS, a LIMIT, an aggregate over all rows) is refused, and runs node by node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from offlabel.sources.sparql import TOKEN, has_two_readings

# fmt: off
_REFUSED = {
    "BASE", "BNODE", "CONSTRUCT", "ASK", "DESCRIBE", "FROM", "GRAPH", "LATERAL", "LIMIT",
    "MINUS", "OFFSET", "RAND", "SERVICE", "STRUUID", "UUID", "VALUES",
}
# fmt: on
_AGGREGATES = {"AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"}
_BY_FORM = {"ENCODE_FOR_URI", "GROUP_CONCAT", "STR", "STRDT", "STRLANG"}
_NOT_BOUND = frozenset(("currentShape", "shapesGraph", "failure"))
_NUMBER = re.compile(r"\d")


class NotTogetherError(Exception):
    """A constraint cannot be asked of all nodes at once, because of what the message says."""


@dataclass(frozen=True)
class Together:
    """Hold a query for all nodes, and what it does with literals.

    `reads_lexical_forms` is true where it looks at how a value is written, not only at which value
    it is. `matches` says which literals stand in its patterns: `boolean`, `other` or none. `made`
    are the variables to which it gives values of its own making.
    """

    text: str
    reads_lexical_forms: bool
    matches: frozenset[str]
    made: frozenset[str]


def for_all_nodes(text: str, targets: str, path: str | None = None) -> Together:
    """Return a SELECT that has `targets`, a pattern of `?this`, where one node's value would stand.

    `path` is the path of the property shape, as SPARQL writes it, for `$PATH`. Raise
    `NotTogetherError` where the query could give a node other rows than it has alone.
    """
    if has_two_readings(text):
        raise NotTogetherError("its SPARQL can be read in two ways")
    reader = _Reader(path)
    for token in TOKEN.finditer(text):
        if token.lastgroup not in ("comment", "space"):
            reader.read(token[0], token.lastgroup or "", token.start(), token.end())
    reader.check()
    pieces: list[str] = []
    last = 0
    places = [(at, at, targets) for at in reader.places]
    for start, end, words in sorted([*reader.replaced, *places]):
        pieces += [text[last:start], f" {words} " if start == end else words]
        last = end
    whole = "".join((*pieces, text[last:]))
    return Together(
        whole, reader.reads_lexical_forms, frozenset(reader.matches), frozenset(reader.made)
    )


@dataclass
class _Select:
    """What a SELECT projects and how it groups."""

    projected: set[str] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)
    has_star: bool = False
    has_aggregate: bool = False

    def refuse(self) -> None:
        if self.has_star:
            raise NotTogetherError("a SELECT * does not say that it projects $this")
        if "this" not in self.projected:
            raise NotTogetherError("a SELECT does not project $this")
        if (self.has_aggregate or self.grouped) and "this" not in self.grouped:
            raise NotTogetherError("an aggregate is not grouped by $this")


@dataclass
class _Group:
    """A part of a query between braces, or the text around them."""

    kind: str  # query, where, group, exists
    start: int
    select: _Select | None = None
    clause: str = ""  # SELECT, WHERE or GROUP: which part of its SELECT is being read
    uses_this: bool = False
    is_empty: bool = True
    parentheses: int = 0
    before: str = ""


class _Reader:
    """Walk through a query and note where its targets have to stand."""

    def __init__(self, path: str | None) -> None:
        self.places: list[int] = []
        self.replaced: list[tuple[int, int, str]] = []
        self.reads_lexical_forms = False
        self.matches: set[str] = set()
        self.made: set[str] = set()
        self._last = ""
        self._path = path
        self._stack = [_Group("query", 0)]
        self._selects: list[_Select] = []

    def read(self, text: str, kind: str, start: int, end: int) -> None:
        """Take the next word."""
        group = self._stack[-1]
        if kind == "other" and text in "{}":
            self._brace(text, end)
            return
        word = text.upper() if kind == "word" else ""
        if word in _REFUSED:
            raise NotTogetherError(f"it uses {word}")
        if kind == "variable":
            self._variable(group, text[1:], start, end)
        elif word == "SELECT":
            self._select(group)
        elif word in ("GROUP", "HAVING", "ORDER", "WHERE"):
            group.clause = word
        elif text == "*" and group.clause == "SELECT" and not group.parentheses:
            self._of(group).has_star = True
        elif text in "()" and kind == "other":
            group.parentheses += 1 if text == "(" else -1
        if word in _AGGREGATES and group.clause in ("SELECT", "HAVING", "ORDER"):
            self._of(group).has_aggregate = True
        self._literal(group, text, kind, word)
        group.is_empty = False
        group.before = word

    def check(self) -> None:
        """Refuse what is not closed under its nodes."""
        if len(self._stack) != 1 or not self._selects:
            raise NotTogetherError("it is no SELECT with balanced braces")
        for select in self._selects:
            select.refuse()
        if not self.places:
            raise NotTogetherError("its WHERE clause does not use $this")

    def _variable(self, group: _Group, name: str, start: int, end: int) -> None:
        if name in _NOT_BOUND:
            raise NotTogetherError(f"it uses ${name}")
        if name == "PATH":
            if self._path is None:
                raise NotTogetherError("it uses $PATH and has none")
            self.replaced.append((start, end, f"({self._path})"))
            return
        if group.before == "AS":
            if name == "this":
                raise NotTogetherError("it gives $this a value")
            self.made.add(name)
        if name == "this" and group.clause not in ("SELECT", "GROUP", "HAVING", "ORDER"):
            group.uses_this = True
        if group.clause == "SELECT" and (not group.parentheses or group.before == "AS"):
            self._of(group).projected.add(name)
        elif group.clause == "GROUP" and not group.parentheses:
            self._of(group).grouped.add(name)

    def _select(self, group: _Group) -> None:
        if (
            group.select is not None
            or (group.kind == "exists")
            or not (group.kind == "query" or group.is_empty)
        ):
            raise NotTogetherError("a SELECT stands where none is looked for")
        group.select = _Select()
        group.clause = "SELECT"
        self._selects.append(group.select)

    def _of(self, group: _Group) -> _Select:
        if group.select is None:
            raise NotTogetherError("it is no SELECT")
        return group.select

    def _brace(self, text: str, end: int) -> None:
        group = self._stack[-1]
        if text == "{":
            self._open(group, end)
        elif len(self._stack) == 1:
            raise NotTogetherError("its braces do not match")
        else:
            self._close(self._stack.pop())

    def _open(self, group: _Group, end: int) -> None:
        if group.before == "EXISTS":
            kind = "exists"
        elif group.parentheses:
            raise NotTogetherError("a group stands inside an expression")
        elif group.kind == "exists":
            raise NotTogetherError("a group stands inside an EXISTS")
        elif group.select is not None and group.clause in ("SELECT", "WHERE"):
            kind, group.clause = "where", ""
        else:
            kind = "group"
        group.is_empty = False
        group.before = ""
        self._stack.append(_Group(kind, end))

    def _close(self, group: _Group) -> None:
        above = self._stack[-1]
        above.uses_this |= group.uses_this
        above.before = ""
        if group.select is None and group.kind != "exists" and group.uses_this:
            self.places.append(group.start)

    def _literal(self, group: _Group, text: str, kind: str, word: str) -> None:
        """Note what depends on how a literal is written: STR, or one written in a pattern."""
        if word in _BY_FORM or text.endswith("string"):
            self.reads_lexical_forms = True
        elif not group.parentheses and group.kind != "query" and group.clause == "":
            if word in ("TRUE", "FALSE"):
                self.matches.add("boolean")
            elif _NUMBER.match(text) or (text == "^" and self._last == "string"):
                self.matches.add("other")
        self._last = kind

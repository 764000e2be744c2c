"""Read a SPARQL text into its algebra.

No check of syntax: the engine has parsed the text before. What this reader does not know is left
out, and a text nested deeper than any that a person writes is not read at all.
"""

from __future__ import annotations

from offlabel.sparql.algebra import (
    Expression,
    Node,
    One,
    TooLongError,
    Two,
    Union,
    Values,
    empty,
    join,
)
from offlabel.sparql.patterns import LONGEST, PatternReader, name_of
from offlabel.sparql.words import Word

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_TOTAL = {"BOUND", "NOW", "RAND", "UUID", "STRUUID", "EXISTS"}  # functions that never fail


def read(text: str) -> Node | None:
    """Return the algebra of a query, or None where it has no WHERE clause that is read.

    Raise `TooLongError` for a text that no person writes: nested too deep, or a group too long.
    """
    return _Reader(text).query()


class _Reader(PatternReader):
    """One pass over the words of a text."""

    def query(self) -> Node | None:
        """Read prologue, form and WHERE clause."""
        while (word := self._peek()) is not None:
            if word.keyword == "PREFIX":
                self._next()
                name, iri = self._next(), self._next()
                if name and iri:
                    self._prefixes[name.text.rpartition(":")[0]] = iri.text[1:-1]
            elif word.keyword == "BASE":
                self._next()
                self._next()
            elif word.keyword == "SELECT":
                return self._select()
            elif word.keyword in ("ASK", "CONSTRUCT", "DESCRIBE"):
                return self._other_form(word.keyword)
            else:
                self._next()
        return None

    def _other_form(self, form: str) -> Node | None:
        self._next()
        if form == "CONSTRUCT" and self._is("{"):
            self._skip_braces()
        while (word := self._peek()) is not None and word.text != "{":
            self._next()
        return self._group() if word is not None else None

    def _select(self) -> Node:
        line = self._next_line()
        aliases: list[tuple[Expression, str]] = []
        names: set[str] = set()
        distinct = star = groups = False
        while (word := self._peek()) is not None and word.text != "{":
            if word.keyword in ("DISTINCT", "REDUCED"):
                distinct = True
            elif word.text == "*":
                star = True
            elif word.kind == "variable":
                names.add(name_of(word.text))
            elif word.text == "(":
                found, alias, counts = self._alias()
                groups |= counts
                names.add(alias)
                aliases.append((found, alias))
                continue
            self._next()
        inner = self._group()
        keys: set[str] = set()
        having: Expression | None = None
        most: int | None = None
        trailing: Node | None = None
        while (word := self._peek()) is not None and word.text not in ("}", "{"):
            if word.keyword == "GROUP":
                groups = True
                self._next()
                self._next()
                keys |= self._group_keys()
            elif word.keyword == "HAVING":
                groups = True
                self._next()
                having = self._expression_in_parentheses()
            elif word.keyword == "LIMIT":
                self._next()
                number = self._next()
                most = int(number.text) if number and number.text.isdigit() else None
            elif word.keyword == "VALUES":
                trailing = self._values()
            else:
                self._next()
        if groups:
            counted = {alias for found, alias in aliases if found.same_as is None}
            inner = One(line, "group", inner, variables=frozenset(keys | counted))
            if having is not None:
                inner = One(line, "filter", inner, having)
        if trailing is not None:
            inner = join(inner, trailing)
        for found, alias in aliases if not groups else ():
            inner = One(line, "extend", inner, found, frozenset((alias,)))
        inner = One(line, "project", inner, variables=None if star else frozenset(names))
        if distinct:
            inner = One(line, "distinct", inner)
        if most is not None:
            inner = One(line, "slice", inner, most=most)
        return inner

    def _alias(self) -> tuple[Expression, str, bool]:
        """Read `(expression AS ?alias)`, and whether it counts or sums."""
        start = self._at
        found = self._expression_in_parentheses()
        inside = self._words[start : self._at]
        alias = next(
            (name_of(word.text) for word in reversed(inside) if word.kind == "variable"), ""
        )
        counts = any(word.keyword in _AGGREGATES for word in inside)
        rest = frozenset(found.variables - {alias})
        plain = next(iter(rest)) if len(inside) == 5 and rest else None
        return Expression(rest, found.exists, found.is_constant, plain), alias, counts

    def _group_keys(self) -> set[str]:
        keys: set[str] = set()
        while (word := self._peek()) is not None:
            if word.kind == "variable":
                keys.add(name_of(word.text))
                self._next()
            elif word.text == "(":
                _, alias, _ = self._alias()
                keys.add(alias)
            else:
                return keys
        return keys

    def _group(self) -> Node:
        """Read `{ … }`, its filters around the rest."""
        group, found = self._group_and_filter()
        return group if found is None else One(group.line, "filter", group, found)

    def _group_and_filter(self) -> tuple[Node, Expression | None]:
        self._enter()
        opened = self._next()
        line = opened.line if opened else 0
        first = self._peek()
        if first is not None and first.keyword == "SELECT":
            group: Node = self._select()
            self._leave("}")
            return group, None
        group, filters, length = empty(line), [], 0
        while (word := self._peek()) is not None and word.text != "}":
            keyword = word.keyword
            length += 1
            if length > LONGEST:
                raise TooLongError
            if keyword == "OPTIONAL":
                self._next()
                right, condition = self._group_and_filter()
                right.line = right.line or word.line
                group = Two(word.line, "optional", group, right, condition or Expression())
            elif keyword == "MINUS":
                self._next()
                group = Two(word.line, "minus", group, self._group())
            elif keyword == "FILTER":
                self._next()
                filters.append(self._constraint())
            elif keyword == "BIND":
                self._next()
                found, alias, _ = self._alias()
                group = One(word.line, "extend", group, found, frozenset((alias,)))
            elif keyword == "VALUES":
                group = join(group, self._values())
            elif keyword in ("GRAPH", "SERVICE"):
                group = join(group, self._named(keyword))
            elif word.text == "{":
                group = join(group, self._union())
            elif word.text == ".":
                self._next()
            else:
                for pattern in self._triples():
                    length += 1
                    group = join(group, pattern)
        self._leave("}")
        return group, _all(filters) if filters else None

    def _named(self, keyword: str) -> Node:
        line = self._next_line()
        if self._peek_keyword() == "SILENT":
            self._next()
        term = self._term()
        if keyword == "SERVICE":
            return One(line, "service", self._group())
        self._graph.append(term)
        found = self._group()
        self._graph.pop()
        return found

    def _union(self) -> Node:
        line = self._line()
        branches = [self._group()]
        while self._peek_keyword() == "UNION":
            self._next()
            branches.append(self._group())
        if len(branches) == 1:
            return branches[0]
        return Union(line, "union", tuple(branches))

    def _values(self) -> Node:
        line = self._next_line()
        names: list[str] = []
        while (word := self._next()) is not None and word.text != "{":
            if word.kind == "variable":
                names.append(name_of(word.text))
        cells: list[str] = []
        while (word := self._next()) is not None and word.text != "}":
            if word.text == "^" or (cells and cells[-1] == "^"):  # a datatype
                cells[-1:] = ["^"] if word.text == "^" else []
            elif word.text not in ("(", ")") and word.kind != "language":
                cells.append(word.text)
        width = len(names) or 1
        undefined = {
            names[place % width]
            for place, cell in enumerate(cells)
            if names and cell.upper() == "UNDEF"
        }
        rows = -(-len(cells) // width)
        return Values(line, "values", tuple(names), rows, frozenset(undefined))

    # Triples

    def _constraint(self) -> Expression:
        """Read what follows FILTER: EXISTS and a group, parentheses, or a call."""
        if self._peek_keyword() in ("NOT", "EXISTS"):
            while self._peek_keyword() in ("NOT", "EXISTS"):
                self._next()
            return Expression(exists=(self._group(),))
        if not self._is("("):
            self._next()
        return self._expression_in_parentheses()

    def _expression_in_parentheses(self) -> Expression:
        """Read up to the parenthesis that closes the one at hand; give what stands within."""
        variables: set[str] = set()
        exists: list[Node] = []
        depth, start = 0, self._at
        while (word := self._peek()) is not None:
            if word.text == "{":
                exists.append(self._group())
                continue
            self._next()
            if word.kind == "variable":
                variables.add(name_of(word.text))
            elif word.kind == "other" and word.text in "()":
                depth += 1 if word.text == "(" else -1
                if depth <= 0:
                    break
        inside = self._words[start + 1 : self._at - 1]
        unbound = [word.keyword or word.text for word in inside[:3]] == ["!", "BOUND", "("]
        return Expression(
            frozenset(variables),
            tuple(exists),
            not exists and _has_value(inside),
            unbound=frozenset(variables if unbound and len(inside) == 5 else ()),
        )

    # Words


def _all(filters: list[Expression]) -> Expression:
    return Expression(
        frozenset(name for one in filters for name in one.variables),
        tuple(node for one in filters for node in one.exists),
        unbound=frozenset(name for one in filters for name in one.unbound),
    )


def _has_value(inside: list[Word]) -> bool:
    """Say whether an expression always has a value: a constant, or a function that never fails."""
    found = inside
    if len(found) > 1 and found[-2].keyword == "AS":
        found = found[:-2]
    if len(found) == 1:
        return found[0].kind in ("iri", "name", "string", "word")
    if found and found[0].keyword == "COALESCE":
        return len(found) > 2 and found[-2].kind in ("string", "iri", "name", "word")
    return bool(found) and found[0].keyword in _TOTAL

"""Read a SPARQL text into its algebra.

No check of syntax: the engine has parsed the text before. What this reader does not know is left
out, and a text nested deeper than any that a person writes is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from offlabel.sparql.algebra import (
    Expression,
    Node,
    One,
    Path,
    Pattern,
    Term,
    TooLongError,
    Two,
    Union,
    Values,
    empty,
    join,
)
from offlabel.sparql.words import Word, words
from offlabel.terms import RDF

DEEPEST = 60  # braces and parentheses in one another
LONGEST = 200  # patterns and clauses in one group
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_CLAUSES = {"OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", "UNION"}
_TOTAL = {"BOUND", "NOW", "RAND", "UUID", "STRUUID", "EXISTS"}  # functions that never fail


def read(text: str) -> Node | None:
    """Return the algebra of a query, or None where it has no WHERE clause that is read.

    Raise `TooLongError` for a text that no person writes: nested too deep, or a group too long.
    """
    return _Reader(text).query()


class _Reader:
    """One pass over the words of a text."""

    def __init__(self, text: str) -> None:
        self._words = list(words(text))
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._graph: list[Term] = []
        self._fresh = 0
        self._depth = 0

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
                names.add(_name(word.text))
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
        alias = next((_name(word.text) for word in reversed(inside) if word.kind == "variable"), "")
        counts = any(word.keyword in _AGGREGATES for word in inside)
        rest = frozenset(found.variables - {alias})
        plain = next(iter(rest)) if len(inside) == 5 and rest else None
        return Expression(rest, found.exists, found.is_constant, plain), alias, counts

    def _group_keys(self) -> set[str]:
        keys: set[str] = set()
        while (word := self._peek()) is not None:
            if word.kind == "variable":
                keys.add(_name(word.text))
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
                names.append(_name(word.text))
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

    def _triples(self) -> Iterator[Pattern]:
        """Read one subject with all that is said of it."""
        before = self._at
        subject, patterns = self._node()
        yield from patterns
        yield from self._properties(subject)
        if self._at == before:  # no triple: leave out what is not known here
            self._next()

    def _properties(self, subject: Term) -> list[Pattern]:
        """Read predicates and objects; what stands in brackets comes first, as in the engine."""
        inner: list[Pattern] = []
        own: list[Pattern] = []
        while (word := self._peek()) is not None and word.text not in (".", "}", "]", "{"):
            if word.keyword in _CLAUSES:
                break
            if word.text == ";":
                self._next()
                continue
            before = self._at
            line = word.line
            path = self._path()
            while True:
                target, patterns = self._node()
                own += self._walk(subject, path, target, line)
                inner += patterns
                if not self._is(","):
                    break
                self._next()
            if self._at == before:
                self._next()
        return inner + own

    def _walk(self, subject: Term, path: Path, target: Term, line: int) -> Iterator[Pattern]:
        """Write a path as the engine does: a sequence as several triples."""
        graph = self._graph[-1] if self._graph else None
        if path.operator == "/":
            for step in path.parts[:-1]:
                middle = self._blank()
                yield from self._walk(subject, step, middle, line)
                subject = middle
            yield from self._walk(subject, path.parts[-1], target, line)
        elif path.operator == "^":
            yield from self._walk(target, path.parts[0], subject, line)
        elif path.operator == "":
            yield Pattern(line, "pattern", subject, path.iri, target, graph)
        else:
            yield Pattern(line, "pattern", subject, "", target, graph, path)

    def _node(self) -> tuple[Term, list[Pattern]]:
        """Read a term, or `[ … ]` or `( … )` with the triples that they stand for."""
        word = self._peek()
        if word is None or word.text not in ("[", "("):
            return self._term(), []
        self._enter()
        self._next()
        blank = self._blank()
        if word.text == "[":
            patterns = self._properties(blank)
            self._leave("]")
            return blank, patterns
        patterns, place = [], blank
        while (item := self._peek()) is not None and item.text not in (")", "}"):
            if patterns:
                following = self._blank()
                rest = Pattern(word.line, "pattern", place, f"<{RDF}rest>", following)
                patterns.append(rest)
                place = following
            before = self._at
            term, more = self._node()
            if self._at == before:
                self._next()
            patterns += [Pattern(word.line, "pattern", place, f"<{RDF}first>", term), *more]
        if patterns:
            last = Pattern(word.line, "pattern", place, f"<{RDF}rest>", f"<{RDF}nil>")
            patterns.append(last)
        self._leave(")")
        return (blank if patterns else f"<{RDF}nil>"), patterns

    def _path(self) -> Path:
        parts = [self._sequence()]
        while self._is("|"):
            self._next()
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("|", tuple(parts))

    def _sequence(self) -> Path:
        parts = [self._step()]
        while self._is("/"):
            self._next()
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else Path("/", tuple(parts))

    def _step(self) -> Path:
        word = self._peek()
        if word is None:
            return Path("")
        if word.text in ("^", "!"):
            self._next()
            self._enter()
            inner = self._step()
            self._depth -= 1
            return Path(word.text, (inner,))
        if word.text == "(":
            self._enter()
            self._next()
            found = self._path()
            self._leave(")")
        else:
            iri = f"<{RDF}type>" if word.text == "a" and word.kind == "word" else None
            found = Path("", iri=iri or self._expanded(word))
            self._next()
        after = self._peek()
        if after is not None and after.text in ("*", "+", "?") and after.kind == "other":
            self._next()
            return Path(after.text, (found,))
        return found

    def _term(self) -> Term:
        word = self._peek()
        if word is None or (word.kind == "other" and word.text not in "+-"):
            return ""
        self._next()
        if word.kind == "other":  # a sign
            return word.text + self._term()
        if word.kind == "variable":
            return f"?{_name(word.text)}"
        if word.kind == "blank":
            return f"?{word.text}"
        if word.kind in ("iri", "name"):
            return self._expanded(word)
        if word.kind == "string":
            after = self._peek()
            if after is not None and after.kind == "language":
                self._next()
            elif self._is("^"):
                self._next()
                self._next()
                self._next()
        return word.text

    # Expressions

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
                variables.add(_name(word.text))
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

    def _peek(self) -> Word | None:
        return self._words[self._at] if self._at < len(self._words) else None

    def _peek_keyword(self) -> str:
        word = self._peek()
        return word.keyword if word else ""

    def _is(self, mark: str) -> bool:
        word = self._peek()
        return word is not None and word.kind == "other" and word.text == mark

    def _next(self) -> Word | None:
        word = self._peek()
        self._at += 1
        return word

    def _line(self) -> int:
        word = self._peek()
        return word.line if word else 0

    def _next_line(self) -> int:
        line = self._line()
        self._next()
        return line

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooLongError

    def _leave(self, mark: str) -> None:
        self._depth -= 1
        if self._is(mark):
            self._next()

    def _skip_braces(self) -> None:
        depth = 0
        while (word := self._next()) is not None:
            depth += {"{": 1, "}": -1}.get(word.text, 0)
            if depth == 0:
                return

    def _blank(self) -> Term:
        self._fresh += 1
        return f"?_:{self._fresh}"

    def _expanded(self, word: Word) -> Term:
        if word.kind != "name":
            return word.text
        prefix, _, local = word.text.partition(":")
        namespace = self._prefixes.get(prefix)
        return word.text if namespace is None else f"<{namespace}{local.replace(chr(92), '')}>"


def _all(filters: list[Expression]) -> Expression:
    return Expression(
        frozenset(name for one in filters for name in one.variables),
        tuple(node for one in filters for node in one.exists),
        unbound=frozenset(name for one in filters for name in one.unbound),
    )


def _name(variable: str) -> str:
    return variable[1:]


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

"""Read the triple patterns of a SPARQL text: terms, paths, lists and what stands in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from offlabel.sparql.algebra import Path, Pattern, Term, TooLongError
from offlabel.sparql.words import Word, words
from offlabel.terms import RDF

DEEPEST = 60  # braces and parentheses in one another
LONGEST = 200  # patterns and clauses in one group
CLAUSES = {"OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", "UNION"}


class PatternReader:
    """One pass over the words of a text, as far as triples go."""

    def __init__(self, text: str) -> None:
        self._words = list(words(text))
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._graph: list[Term] = []
        self._fresh = 0
        self._depth = 0

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
            if word.keyword in CLAUSES:
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
            return f"?{name_of(word.text)}"
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


def name_of(variable: str) -> str:
    """Return a variable without its mark."""
    return variable[1:]

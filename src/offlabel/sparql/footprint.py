"""Which statements a SPARQL text can see, told by the predicates and classes of its patterns.

A key is the IRI of a predicate; of what is typed with a class, `a` and the IRI of the class. A text
with a variable for a predicate, a negated path or a graph of its own may see anything: its keys are
None, and so are those of a text that this reader does not understand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from offlabel.sources.sparql import Token, has_two_readings, tokens
from offlabel.terms import RDF

TYPE = f"{RDF}type"
"""The key of a text that asks for types without naming the class."""

Keys = frozenset[str] | None

_PATH_STARTS = ("^", "(")
_PATH_GOES_ON = ("/", "|", "*", "+", "?")
_ENDS = (".", "}", "]", ")")


@dataclass(frozen=True)
class Footprint:
    """The keys of what a text reads and, where it is a CONSTRUCT, of what it may write."""

    reads: Keys
    writes: Keys


class Footprints:
    """Find the footprint of a text once; what was found can be kept for a later run."""

    def __init__(self, known: Mapping[str, Footprint] | None = None) -> None:
        """Take what an earlier run found, by the SHA-256 of each text."""
        self._known = dict(known or {})
        self.used: dict[str, Footprint] = {}

    def of(self, text: str) -> Footprint:
        """Give the footprint of a text."""
        digest = sha256(text.encode()).hexdigest()
        if digest not in self.used:
            self.used[digest] = self._known.get(digest) or footprint_of(text)
        return self.used[digest]


@lru_cache(maxsize=512)
def footprint_of(text: str) -> Footprint:
    """Find the keys of a query, a rule or a constraint."""
    words = tokens(text)
    if has_two_readings(text) or any(word.is_word("BASE") for word in words):
        return Footprint(None, None)
    names, start = _prologue(words)
    if start < len(words) and words[start].is_word("CONSTRUCT"):
        template = _Reader(words, names)
        if words[start + 1].text != "{":  # CONSTRUCT WHERE { … } reads what it writes
            found = template.keys(lambda: template.projection(start + 1))
            return Footprint(found, found)
        ends: list[int] = []
        written = template.keys(lambda: ends.append(template.group(start + 2)))
        if not ends:
            return Footprint(None, None)
        start = ends[0]
    else:
        written = frozenset()
    reader = _Reader(words, names)
    return Footprint(reader.keys(lambda: reader.projection(start)), written)


def _prologue(words: list[Token]) -> tuple[dict[str, str], int]:
    names: dict[str, str] = {}
    position = 0
    while position + 2 < len(words) and words[position].is_word("PREFIX"):
        names[words[position + 1].text[:-1]] = words[position + 2].text[1:-1]
        position += 3
    return names, position


class _Anything(Exception):
    """The text may see anything, or is not understood."""


class _Reader:
    """Read groups of patterns; each method takes a position and gives the one after its part."""

    def __init__(self, words: list[Token], names: dict[str, str]) -> None:
        self._words = words
        self._names = names
        self._found: set[str] = set()
        self._binding: list[list[set[str]]] = [[]]  # of each SELECT: what its open groups bind
        self._empty: list[
            tuple[tuple[int, int], list[set[str]]]
        ] = []  # paths of no step: their ends

    def keys(self, read: Callable[[], object]) -> Keys:
        """Give the keys of what is read, or None."""
        try:
            read()
        except (_Anything, IndexError, KeyError, RecursionError):
            return None
        # Between ends that nothing else binds, a path of no step joins every node to itself.
        if any(
            not any(self._is_bound(end, groups) for end in ends) for ends, groups in self._empty
        ):
            return None
        return frozenset(self._found)

    def _is_bound(self, position: int, groups: list[set[str]]) -> bool:
        """Say whether an end of a path is a name, or bound in its group or in one around it."""
        word = self._words[position]
        name = word.text[1:]
        return word.kind in ("iri", "name", "string") or (
            word.kind == "variable" and (name == "this" or any(name in one for one in groups))
        )

    def projection(self, position: int) -> int:
        """Read from SELECT, ASK or WHERE on: the group, and what sorts and limits it."""
        while self._words[position].text != "{":
            if self._words[position].is_word("FROM", "DESCRIBE"):
                raise _Anything
            here = self._words[position].text
            position = self._parenthesis(position) if here == "(" else position + 1
        self._binding.append([])  # what is bound outside is not seen inside
        position = self.group(position + 1)
        while position < len(self._words) and self._words[position].text != "}":
            here = self._words[position].text
            if self._words[position].is_word("VALUES"):
                position = self._values(position + 1)
            elif here == "{":  # of an EXISTS
                position = self.group(position + 1)
            else:
                position = self._parenthesis(position) if here == "(" else position + 1
        del self._binding[-1]
        return position

    def group(self, position: int) -> int:
        """Read what stands between braces, from after the first to after the last."""
        self._binding[-1].append(set())
        while (word := self._words[position]).text != "}":
            if word.text == "{":
                position = self.group(position + 1)
            elif word.is_word("FILTER", "BIND"):
                position = self._expression(position + 1)
            elif word.is_word("VALUES"):
                position = self._values(position + 1)
            elif word.is_word("SELECT"):
                position = self.projection(position + 1)
            elif word.is_word("OPTIONAL", "UNION", "MINUS") or word.text == ".":
                position += 1
            elif word.is_word("GRAPH", "SERVICE"):
                raise _Anything
            else:
                position = self._predicates(self._node(position), position)
        self._binding[-1].pop()
        return position + 1

    def _expression(self, position: int) -> int:
        while self._words[position].is_word("NOT", "EXISTS"):
            position += 1
        if self._words[position].text == "{":
            return self.group(position + 1)
        if self._words[position].text != "(":
            position += 1  # the name of a function
        return self._parenthesis(position)

    def _parenthesis(self, position: int) -> int:
        if self._words[position].text != "(":
            raise _Anything
        position += 1
        while self._words[position].text != ")":
            if self._words[position].text == "(":
                position = self._parenthesis(position)
            elif self._words[position].text == "{":
                position = self.group(position + 1)
            else:
                position += 1
        return position + 1

    def _values(self, position: int) -> int:
        """Pass over a table of values, which binds its variables."""
        while self._words[position].text != "}":
            if self._words[position].kind == "variable" and self._binding[-1]:
                self._binding[-1][-1].add(self._words[position].text[1:])
            position += 1
        return position + 1

    def _node(self, position: int) -> int:
        word = self._words[position]
        if word.text == "[":
            return self._predicates(position + 1, position) + 1
        if word.text == "(":
            position += 1
            while self._words[position].text != ")":
                position = self._node(position)
            self._found |= {f"{RDF}first", f"{RDF}rest"}
            return position + 1
        if word.kind == "string":
            follows = self._words[position + 1]
            return position + {"^": 4, "@": 2}.get(follows.text[:1], 1)
        if word.kind in ("variable", "iri", "name", "blank") or word.text.isalnum():
            return position + 1
        raise _Anything

    def _predicates(self, position: int, subject: int) -> int:
        """Read predicates with their objects, as far as they are of one subject."""
        while self._words[position].text not in _ENDS and self._words[position].text != "{":
            if self._words[position].is_word("FILTER", "OPTIONAL", "BIND", "VALUES", "MINUS"):
                return position
            if self._words[position].text == ";":
                position += 1
                continue
            after = self._path(position)
            if any(self._words[at].text in ("*", "?") for at in range(position, after)):
                self._empty.append(((subject, after), list(self._binding[-1])))
            else:
                for end in (subject, after):
                    if self._words[end].kind == "variable" and self._binding[-1]:
                        self._binding[-1][-1].add(self._words[end].text[1:])
            is_type = after == position + 1 and self._iri(position) == TYPE
            position = self._object(after, is_type=is_type)
            while self._words[position].text == ",":
                position = self._object(position + 1, is_type=is_type)
        return position

    def _object(self, position: int, *, is_type: bool) -> int:
        if is_type:
            named = self._words[position].kind in ("iri", "name")
            self._found.add(f"a {self._iri(position)}" if named else TYPE)
        return self._node(position)

    def _path(self, position: int) -> int:
        start, depth = position, 0
        while True:
            if self._words[position].text in _PATH_STARTS:
                depth += self._words[position].text == "("
                position += 1
                continue
            iri = self._iri(position)
            position += 1
            while depth and self._words[position].text in (")", "*", "+", "?"):
                depth -= self._words[position].text == ")"
                position += 1
            while self._words[position].text in ("*", "+", "?"):
                position += 1
            goes_on = self._words[position].text in _PATH_GOES_ON
            if iri != TYPE or goes_on or position != start + 1:
                self._found.add(iri)
            if not goes_on:
                if depth:
                    raise _Anything
                return position
            position += 1

    def _iri(self, position: int) -> str:
        word = self._words[position]
        if word.text == "a":
            return TYPE
        if word.kind == "iri":
            return word.text[1:-1]
        if word.kind == "name":
            prefix, _, local = word.text.partition(":")
            return self._names[prefix] + local.replace("\\", "")
        raise _Anything

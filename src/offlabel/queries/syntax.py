"""Look at a query before it runs: its form, its prefixes, and what may not be in it.

The text is read token by token, so that words in strings, IRIs, names and comments do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from offlabel.errors import QueryError
from offlabel.names import close_matches
from offlabel.terms import Prefixes

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<string>\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:[\w.-]+)
    | (?P<name>(?P<prefix>(?:[^\W\d_][\w.-]*)?):(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)
    | (?P<word>\w+)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

# What one reader takes for an IRI and another for a comparison with a comment or string after it.
_AMBIGUOUS = re.compile(
    r"""<(?![A-Za-z][A-Za-z0-9+.-]*://)[^<>"{}|^`\x00-\x20]*[#'][^<>"{}|^`\x00-\x20]*>"""
)
_ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_SERVICE = re.compile("service", re.IGNORECASE)


@dataclass(frozen=True)
class Prepared:
    """A query that is ready to run: its form, and its text with the prefixes it needs.

    `shift` is how far the added prefixes moved the first line to the right.
    """

    form: str
    text: str
    shift: int = 0


def prepare(text: str, known: Prefixes) -> Prepared:
    """Check an ad-hoc query and add known prefixes that it uses and does not declare.

    Raise `QueryError` for an update, SERVICE, an empty text or a prefix that nobody declared.
    """
    form = _form(text)
    refuse_unsafe(text)
    declared, used = _prefixes(text)
    added = []
    for prefix, position in used.items():
        if prefix in declared:
            continue
        if prefix not in known.namespaces:
            raise _unknown_prefix(text, prefix, position, known)
        added.append(f"PREFIX {prefix}: <{known.namespaces[prefix]}> ")
    head = "".join(added)
    return Prepared(form, head + text, len(head))


def refuse_unsafe(text: str) -> None:
    """Raise `QueryError` where a query would send part of itself to another server.

    The engine needs no space around a keyword (`trueSERVICE<...>` is one), so the letters count
    wherever they may be read as the keyword. Where a text can be read in two ways, because of an
    escaped character or of `<` before a `#` or `'`, they may not stand in it at all.
    """
    if _ESCAPE.search(text) or _AMBIGUOUS.search(text):
        found = _SERVICE.search(text) or _SERVICE.search(_ESCAPE.sub(_unescaped, text))
        position = found.start() if found else None
    else:
        position = next(_services(text), None)
    if position is not None:
        raise QueryError(
            "SERVICE is refused: a query here opens no connection. "
            "Ask the other server itself with --endpoint.",
            *_place(text, min(position, len(text))),
        )


def _services(text: str) -> Iterator[int]:
    """Yield the places where the engine may read the keyword SERVICE."""
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "name":
            found = _SERVICE.search(token["prefix"])
        elif token.lastgroup == "word":
            found = _SERVICE.search(token[0])
        else:
            continue
        if found:
            yield token.start() + found.start()


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[0][2:], 16)
    return chr(code) if code <= 0x10FFFF else ""


def show_place(error: QueryError, text: str, shift: int = 0) -> QueryError:
    """Return an error with the line of the query that it speaks of, and a mark below the place."""
    if not error.line or not error.column:
        return error
    column = max(error.column - shift if error.line == 1 else error.column, 1)
    lines = text.splitlines() or [""]
    line = lines[min(error.line, len(lines)) - 1].replace("\t", " ")
    mark = " " * (column - 1) + "^"
    return QueryError(f"{error.problem}\n    {line}\n    {mark}", error.line, column)


def _form(text: str) -> str:
    words = _words_after_prologue(text)
    word, position = next(words, ("", 0))
    if not word:
        raise QueryError("there is no query: the text is empty.")
    if word in FORMS:
        return word
    if word in _UPDATES:
        raise QueryError(
            f"{word} is refused: queries only read. "
            "To change the graph, edit the files in data/; the store follows by itself.",
            *_place(text, position),
        )
    raise QueryError(
        f"a query begins with {', '.join(FORMS[:-1])} or {FORMS[-1]}, not with {word!r}.",
        *_place(text, position),
    )


def _words_after_prologue(text: str) -> Iterator[tuple[str, int]]:
    """Yield what follows the declarations of prefixes, words in capitals, with positions."""
    in_declaration = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in ("comment", "space"):
            continue
        if kind == "word" and token[0].upper() in ("BASE", "PREFIX"):
            in_declaration = True
        elif in_declaration:
            in_declaration = kind != "iri"
        else:
            yield token[0].upper(), token.start()


def _prefixes(text: str) -> tuple[set[str], dict[str, int]]:
    """Return the prefixes that a query declares, and those it uses with their first places."""
    declared: set[str] = set()
    used: dict[str, int] = {}
    after_keyword = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in ("comment", "space"):
            continue
        if kind == "name":
            if after_keyword:
                declared.add(token["prefix"])
            else:
                used.setdefault(token["prefix"], token.start())
        after_keyword = kind == "word" and token[0].upper() == "PREFIX"
    return declared, used


def _unknown_prefix(text: str, prefix: str, position: int, known: Prefixes) -> QueryError:
    close = close_matches(prefix, list(known.namespaces))[:1]
    hint = f" Did you mean {close[0]}:?" if close else ""
    return QueryError(
        f"the prefix {prefix}: is not declared.{hint} "
        "Write PREFIX lines before the query for prefixes that the project does not have.",
        *_place(text, position),
    )


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1

"""Look at a query before it runs: its form, its prefixes, and what may not be in it.

The text is read token by token, so that words in strings, IRIs, names and comments do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from difflib import get_close_matches

from offlabel.errors import QueryError
from offlabel.sources.services import check_services
from offlabel.sources.sparql import TOKEN, place_of
from offlabel.terms import Prefixes

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)


@dataclass(frozen=True)
class Prepared:
    """A query that is ready to run: its form, and its text with the prefixes it needs.

    `shift` is how far the added prefixes moved the first line to the right.
    """

    form: str
    text: str
    shift: int = 0


def prepare(text: str, known: Prefixes, services: Set[str] = frozenset()) -> Prepared:
    """Check an ad-hoc query and add known prefixes that it uses and does not declare.

    Raise `QueryError` for an update, a SERVICE that is not allowed, an empty text or a prefix that
    nobody declared.
    """
    refuse_unsafe(text, services)
    form = _form(text)
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


def refuse_unsafe(text: str, services: Set[str] = frozenset()) -> None:
    """Raise `QueryError` where a query would send part of itself to a server not allowed."""
    try:
        check_services(text, services)
    except QueryError as error:
        remedy = "Ask the other server itself with --endpoint, or allow it with --allow-service."
        raise QueryError(f"{error.problem} {remedy}", error.line, error.column) from None


def show_place(error: QueryError, text: str, shift: int = 0) -> QueryError:
    """Return an error with the line of the query that it speaks of, and a mark below the place."""
    if not error.line or not error.column:
        return error
    column = max(error.column - shift if error.line == 1 else error.column, 1)
    lines = text.splitlines() or [""]
    line = lines[min(error.line, len(lines)) - 1].replace("\t", " ")
    mark = " " * (column - 1) + "^"
    return QueryError(f"{error.problem}\n    {line}\n    {mark}", error.line, column)


def starred_variables(text: str) -> list[str]:
    """Return the variables of a `SELECT *` in the order of the text; of other queries, none."""
    words = [word for word, _ in _words_after_prologue(text)]
    head = [word for word in words[:3] if word not in ("DISTINCT", "REDUCED")][:2]
    if head != ["SELECT", "*"]:
        return []
    names = (token[0][1:] for token in TOKEN.finditer(text) if token.lastgroup == "variable")
    return list(dict.fromkeys(names))


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
            *place_of(text, position),
        )
    raise QueryError(
        f"a query begins with {', '.join(FORMS[:-1])} or {FORMS[-1]}, not with {word!r}.",
        *place_of(text, position),
    )


def _words_after_prologue(text: str) -> Iterator[tuple[str, int]]:
    """Yield what follows the declarations of prefixes, words in capitals, with positions."""
    in_declaration = False
    for token in TOKEN.finditer(text):
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
    for token in TOKEN.finditer(text):
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
    close = get_close_matches(prefix, known.namespaces, 1)  # a slip in a short word, not a part
    hint = f" Did you mean {close[0]}:?" if close else ""
    return QueryError(
        f"the prefix {prefix}: is not declared.{hint} "
        "Write PREFIX lines before the query for prefixes that the project does not have.",
        *place_of(text, position),
    )

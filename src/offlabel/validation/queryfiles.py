"""Saved queries: their heads as RDF, for the shapes, and what only reading the SPARQL can tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad, Store

from offlabel.errors import SourceError
from offlabel.names import KINDS, close_matches
from offlabel.queries.header import read_query
from offlabel.queries.parameters import READERS
from offlabel.reasoning.facts import RDF_TYPE
from offlabel.rules.header import read_head
from offlabel.sources import SourceFile
from offlabel.sources.sparql import Token, tokens
from offlabel.sparql.traps import KINDS as FORMS
from offlabel.sparql.traps import find_traps
from offlabel.stores.sparqltext import syntax_error, with_values
from offlabel.terms import BASE, DCTERMS, GRAPH, SH, SKOS
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.sparqltext import hidden_variables

_KEYWORDS = NamedNode("https://schema.org/keywords")
_FORMS = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct"}
_TEXTS = {
    "title": NamedNode(f"{DCTERMS}title"),
    "description": NamedNode(f"{DCTERMS}description"),
    "empty": NamedNode(f"{SH}message"),
}
_PARAMETER_TEXTS = {
    "kind": NamedNode(f"{DCTERMS}type"),
    "example": NamedNode(f"{SKOS}example"),
    "default": NamedNode(f"{SH}defaultValue"),
    "description": NamedNode(f"{SH}description"),
}
_ANY = NamedNode(f"{BASE}any")  # a value for each parameter: what it is makes no difference
_SPOKEN = {"title", "description", "empty"}


@dataclass(frozen=True)
class QueryFile:
    """Hold a query file: its text, its head as RDF, and where each part of it stands."""

    path: str
    text: str = ""
    words: tuple[Token, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    accepts: object = None  # slow forms, each with the reason
    quads: tuple[Quad, ...] = ()
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    error: SourceError | None = None


def read_query_file(file: SourceFile, path: str) -> QueryFile:
    """Read a query file; a head that cannot be read is kept as its error."""
    slug = file.graph.removeprefix(GRAPH).partition("/")[2]
    try:
        head, text = read_head(file.path)
    except SourceError as error:
        return QueryFile(path, error=error)
    try:
        read_query(file.path, slug)
        error_in_head = None
    except SourceError as error:
        error_in_head = error
    query = NamedNode(f"{BASE}query/{slug}")
    parameters = head.get("parameters")
    named = parameters if isinstance(parameters, dict) else {}
    kinds = {
        str(name): str(fields["kind"])
        for name, fields in named.items()
        if isinstance(fields, dict) and "kind" in fields
    }
    words = tuple(tokens(text))
    quads = [*_query_quads(query, head, text, words)]
    places = {query.value: (path, 1)}
    for name, about in named.items():
        parameter = NamedNode(f"{query.value}/{name}")
        quads += _parameter_quads(query, parameter, str(name), about)
        places[parameter.value] = (path, _line_of(text, str(name)))
    accepts = head.get("accepts")
    return QueryFile(path, text, words, kinds, accepts, tuple(quads), places, error_in_head)


def check_query_files(
    queries: Iterable[QueryFile], fixed: Collection[str] | None = None
) -> Iterator[Problem]:
    """Find heads that cannot be read, SPARQL that does not parse, hidden parameters, slow forms.

    `fixed` are properties and classes of which there are no more in a larger graph; where that is
    not known, slow forms are not looked for.
    """
    store = Store()
    for query in queries:
        if query.error is not None:
            yield _problem(
                query, "query/head", query.error.line, query.error.problem, query.error.remedy
            )
        if not query.text:
            continue
        failure = _failure(store, query)
        if failure is not None:
            yield failure
            continue
        yield from _unknown_kinds(query)
        yield from _hidden_parameters(query)
        if fixed is None:
            continue
        bound = with_values(query.text, dict.fromkeys(query.parameters, _ANY))
        yield from _not_accepted(query, list(slow_forms(bound, query.path, fixed)))


def _not_accepted(query: QueryFile, found: list[Problem]) -> Iterator[Problem]:
    """Leave out slow forms that the head accepts; each of those is there, and the reason given."""
    accepted = query.accepts or {}
    if not isinstance(accepted, dict):
        accepted = {str(accepted): None}
    rules = {problem.rule for problem in found}
    for name, reason in accepted.items():
        near = close_matches(str(name), FORMS)
        if name not in FORMS:
            problem = f"the head accepts {name!r}, which is no slow form"
            remedy = f"Did you mean {near[0]}?" if near else f"They are {', '.join(FORMS)}."
        elif f"query/{name}" not in rules:
            problem = f"the head accepts {name}, but the query has no such form"
            remedy = "Take it out of the head."
        elif not isinstance(reason, str) or not reason.strip():
            problem = f"the head accepts {name} without a reason"
            remedy = f"Write '#+ accepts: {{{name}: \"why it does no harm here\"}}'."
        else:
            continue
        line = _line_of(query.text, "accepts")
        yield _problem(query, "query/accepts", line, problem, remedy)
    yield from (one for one in found if one.rule.removeprefix("query/") not in accepted)


def slow_forms(text: str, path: str | None, fixed: Collection[str] = ()) -> Iterator[Problem]:
    """Find forms for which the engine reads the whole graph; warnings, since the rows are right."""
    for trap in find_traps(text, fixed):
        yield Problem(
            path=path,
            line=trap.line,
            rule=f"query/{trap.name}",
            severity=Severity.WARNING,
            message=trap.cause,
            remedy=trap.remedy,
        )


def _failure(store: Store, query: QueryFile) -> Problem | None:
    for token in query.words:
        if token.is_word("SERVICE"):
            return _problem(
                query,
                "query/service",
                token.line,
                "the query asks another endpoint (SERVICE)",
                "Ask this graph only: bring what is needed into it.",
            )
    try:
        store.query(query.text)
    except SyntaxError as error:
        told = syntax_error(query.text, error)
        remedy = "Correct the query at this line, or just before it."
        return _problem(query, "query/syntax", told.line, told.problem, remedy)
    return None


def _unknown_kinds(query: QueryFile) -> Iterator[Problem]:
    for name, kind in query.parameters.items():
        if kind not in KINDS and kind not in READERS:
            near = close_matches(kind, [*KINDS, *READERS])
            yield _problem(
                query,
                "query/unknown-kind",
                _line_of(query.text, name),
                f"the parameter {name} has the unknown kind {kind!r}",
                f"Did you mean {near[0]}?"
                if near
                else f"The kinds are {', '.join(sorted([*KINDS, *READERS]))}.",
            )


def _hidden_parameters(query: QueryFile) -> Iterator[Problem]:
    used = {word.text[1:] for word in query.words if word.kind == "variable"}
    for name in sorted(query.parameters.keys() - used):
        yield _problem(
            query,
            "query/unused-parameter",
            _line_of(query.text, name),
            f"the parameter {name} is no variable of the query",
            f"Use ?{name} in the query, or take the parameter out of the head.",
        )
    for hidden in hidden_variables(query.words, set(query.parameters)):
        yield _problem(
            query,
            "query/projection",
            hidden.line,
            f"this SELECT uses the parameter ?{hidden.variable} but does not project it; engines"
            " then refuse it or give different rows",
            f"Add ?{hidden.variable} to this SELECT"
            " (and to its GROUP BY, where it counts or sums).",
        )


def _query_quads(
    query: NamedNode, head: dict[str, object], text: str, words: Sequence[Token]
) -> Iterator[Quad]:
    yield Quad(query, RDF_TYPE, NamedNode(f"{SH}SPARQLExecutable"))
    form = next((token.text.upper() for token in words if token.is_word(*_FORMS)), None)
    if form is not None:
        yield Quad(query, RDF_TYPE, NamedNode(f"{SH}SPARQL{_FORMS[form]}Executable"))
        yield Quad(query, NamedNode(SH + form.lower()), Literal(text))
    for key, predicate in _TEXTS.items():
        if head.get(key) is not None:
            yield Quad(query, predicate, Literal(str(head[key]).strip(), language="en"))
    topics = head.get("topics")
    for topic in topics if isinstance(topics, list) else []:
        yield Quad(query, _KEYWORDS, Literal(str(topic)))


def _parameter_quads(
    query: NamedNode, parameter: NamedNode, name: str, about: object
) -> Iterator[Quad]:
    fields = about if isinstance(about, dict) else {}
    yield Quad(query, NamedNode(f"{SH}parameter"), parameter)
    yield Quad(parameter, RDF_TYPE, NamedNode(f"{SH}Parameter"))
    yield Quad(parameter, NamedNode(f"{SH}name"), Literal(name))
    optional = not fields.get("required", False)
    yield Quad(parameter, NamedNode(f"{SH}optional"), Literal(optional))
    for key, predicate in _PARAMETER_TEXTS.items():
        if fields.get(key) is not None:
            value = str(fields[key])
            spoken = key in _SPOKEN
            yield Quad(parameter, predicate, Literal(value, language="en" if spoken else None))


def _line_of(text: str, name: str) -> int:
    """Find the line of the head that gives a parameter."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#+") and line[2:].strip().startswith(f"{name}:"):
            return number
    return 1


def _problem(query: QueryFile, rule: str, line: int | None, message: str, remedy: str) -> Problem:
    return Problem(path=query.path, line=line, rule=rule, message=message, remedy=remedy)

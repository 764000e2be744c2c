"""Read the values of a query's parameters by their kinds, into terms that the engine binds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from offlabel.errors import ParameterError, UnknownNameError
from offlabel.names import KINDS, close_matches, get_thing
from offlabel.queries.header import Parameter, Query
from offlabel.spelling import standard_iri
from offlabel.stores.base import Store
from offlabel.terms import XSD, prefixes

Bound = NamedNode | Literal

_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def bind(query: Query, values: Mapping[str, object], store: Store) -> dict[str, Bound]:
    """Return the term of each parameter; raise `ParameterError` where one is missing or wrong."""
    check_names(query, values)
    bound: dict[str, Bound] = {}
    for name, parameter in query.parameters.items():
        value = values.get(name)
        text = parameter.default if value is None else text_from_value(value)
        if text is not None:
            bound[name] = term_from_text(parameter, text, store)
        elif parameter.required:
            raise ParameterError(
                f"{query.slug} needs the parameter {name} ({expected(parameter.kind)}), "
                f"for example -p {shown_example(parameter)}"
            )
    return bound


def check_names(query: Query, names: Iterable[str]) -> None:
    """Raise `UnknownNameError` with the closest match where a query has no such parameter."""
    known = list(query.parameters)
    takes = f"It takes {', '.join(known)}." if known else "It takes no parameters."
    for name in names:
        if name not in known:
            close = close_matches(name, known)[:1]
            raise UnknownNameError(name, f"parameter of {query.slug}", close, takes)


def term_from_text(parameter: Parameter, text: str, store: Store) -> Bound:
    """Read a value by the kind of its parameter."""
    text = text.strip()
    if parameter.kind in KINDS:
        return _thing(parameter, text, store)
    reader = READERS.get(parameter.kind)
    if reader is None:
        raise ParameterError(
            f"The parameter {parameter.name} has the unknown kind {parameter.kind!r}. "
            f"The kinds are {', '.join(sorted([*READERS, *KINDS]))}."
        )
    term = reader(text)
    if term is None:
        raise ParameterError(
            f"{parameter.name} takes {expected(parameter.kind)}, not {text!r}. "
            f"For example: -p {shown_example(parameter)}"
        )
    return term


def text_from_value(value: object) -> str:
    """Write a Python value as it would be given on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, NamedNode | Literal):
        return value.value
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def expected(kind: str) -> str:
    """Say in words what a kind of parameter takes."""
    if kind in KINDS:
        return f"a {kind} by its slug, CURIE, IRI or label"
    return _WORDS.get(kind, kind)


def shown_example(parameter: Parameter) -> str:
    """Return the example as the command line takes it, quoted where a shell needs it."""
    text = f"{parameter.name}={parameter.example}"
    return f"'{text}'" if re.search(r"[^\w@%+=:,./-]", text) else text


def _thing(parameter: Parameter, text: str, store: Store) -> NamedNode:
    try:
        return get_thing(store, text, parameter.kind)
    except UnknownNameError as error:
        see = "" if error.candidates else f"For example: -p {shown_example(parameter)}"
        raise UnknownNameError(error.name, error.kind, error.candidates, see) from None
    except ParameterError as error:
        raise ParameterError(f"{parameter.name}: {error}") from None


def _date(text: str) -> Literal | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Literal(day.isoformat(), datatype=NamedNode(f"{XSD}date"))


def _boolean(text: str) -> Literal | None:
    known = {"true": "true", "yes": "true", "false": "false", "no": "false"}.get(text.lower())
    return Literal(known, datatype=NamedNode(f"{XSD}boolean")) if known else None


def _iri(text: str) -> NamedNode | None:
    bare = text.removeprefix("<").removesuffix(">")
    known = prefixes()
    is_iri = "://" in bare
    iri = known.expand(text) if not is_iri else bare if known.compress(bare) != bare else None
    if iri is None:  # the other spellings take as long to load as a query takes
        iri = standard_iri(bare) or (bare if is_iri else None)
    try:
        return NamedNode(iri) if iri else None
    except ValueError:
        return None


def _matching(pattern: re.Pattern[str], datatype: str) -> Callable[[str], Literal | None]:
    def read(text: str) -> Literal | None:
        known = pattern.fullmatch(text)
        return Literal(text, datatype=NamedNode(XSD + datatype)) if known else None

    return read


READERS: Mapping[str, Callable[[str], Bound | None]] = {
    "boolean": _boolean,
    "curie": _iri,
    "date": _date,
    "decimal": _matching(_DECIMAL, "decimal"),
    "integer": _matching(_INTEGER, "integer"),
    "iri": _iri,
    "string": Literal,
}
_WORDS = {
    "boolean": "yes or no",
    "curie": "an IRI, or a CURIE with a prefix of ontology/prefixes.ttl",
    "date": "a date written as YYYY-MM-DD",
    "decimal": "a number such as 4.5",
    "integer": "a whole number",
    "iri": "an IRI, or a CURIE with a prefix of ontology/prefixes.ttl",
    "string": "a text",
}

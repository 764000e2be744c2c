"""What every store can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple
Bindings = Mapping[str, NamedNode | Literal]


@dataclass(frozen=True)
class Rows:
    """The answer to a SELECT: variables, and one tuple per solution with None where unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


class Store(Protocol):
    """A graph that answers SPARQL 1.1 queries over the union of its named graphs.

    Bindings are values of variables. They reach the engine as terms and never as text, and
    every SELECT that uses such a variable must project it.
    """

    name: str

    def select(self, query: str, bindings: Bindings | None = None) -> Rows:
        """Answer a SELECT; raise `QueryError` where it cannot be read or run."""
        ...

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        """Answer an ASK."""
        ...

    def construct(self, query: str) -> list[Triple]:
        """Answer a CONSTRUCT or a DESCRIBE, each triple once, in a fixed order."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

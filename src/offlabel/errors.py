"""What can go wrong for a user: one root, few kinds, each with its fields."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class OfflabelError(Exception):
    """Say what is wrong, where, and what to do."""

    exit_code = 2


class SourceError(OfflabelError):
    """A file of the project cannot be read as what it should be."""

    def __init__(self, path: Path, problem: str, remedy: str = "", line: int | None = None) -> None:
        self.path, self.line, self.problem, self.remedy = path, line, problem, remedy
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(" ".join(part for part in (f"{place}: {problem}", remedy) if part))


class SourcesError(OfflabelError):
    """Several files of the project cannot be read."""

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


class UnknownNameError(OfflabelError):
    """A name stands for nothing that is known."""

    def __init__(self, name: str, kind: str, candidates: Sequence[str] = (), see: str = "") -> None:
        self.name, self.kind, self.candidates = name, kind, tuple(candidates)
        hint = f" Did you mean {' or '.join(candidates)}?" if candidates else ""
        super().__init__(f"There is no {kind} called {name!r}.{hint}{' ' + see if see else ''}")


class ParameterError(OfflabelError):
    """A parameter of a query is missing, misspelt or of the wrong type."""


class QueryError(OfflabelError):
    """A query cannot be read or run."""

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        self.problem, self.line, self.column = problem, line, column
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(f"{place}{problem}")


class RemoteQueryError(QueryError):
    """An endpoint could not run a query; the fault may be its own, so it can be asked again."""


class StoreError(OfflabelError):
    """A store cannot be built, opened or reached."""


class EndpointError(StoreError):
    """An endpoint failed in a way that may pass: it was slow, busy or broke off.

    `wait` is the number of seconds after which it wants to be asked again, where it says so.
    """

    def __init__(self, problem: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(problem)


class GraphError(StoreError):
    """A server does not take or give one graph; others may fare better."""


class UnreachableError(StoreError):
    """Nobody answers at the address of an endpoint: no network, no such host, no server."""


class MissingExtraError(OfflabelError):
    """An optional part is needed and not installed."""

    def __init__(self, extra: str, feature: str) -> None:
        self.extra, self.feature = extra, feature
        super().__init__(f"{feature} needs an optional part: pip install 'offlabel[{extra}]'")

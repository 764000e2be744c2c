"""From a pattern that holds to the statements that make it hold, along paths too."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode
from rdflib import URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

from offlabel.stores.base import Store, Term

Statement = tuple[Term, NamedNode, Term]
Step = NamedNode | URIRef | Path
_MOST_STEPS = 20


def statements(
    store: Store, subject: Term, path: Step, value: Term, left: int = _MOST_STEPS
) -> list[Statement]:
    """Return the statements that lead from subject to value along a path; none if they do not."""
    if isinstance(path, URIRef):
        path = NamedNode(str(path))
    if isinstance(path, NamedNode):
        found = store.ask(f"ASK {{ {subject} {path} {value} }}")
        return [(subject, path, value)] if found else []
    if isinstance(path, InvPath):
        return statements(store, value, path.arg, subject, left)
    if isinstance(path, AlternativePath):
        ways = (statements(store, subject, part, value, left) for part in path.args)
        return next((way for way in ways if way), [])
    if isinstance(path, SequencePath):
        return _along(store, subject, path.args[0], path.args[1:], value, left)
    if isinstance(path, MulPath):
        return _repeated(store, subject, path, value, left)
    return []


def _along(
    store: Store, subject: Term, first: Step, rest: Sequence[Step], value: Term, left: int
) -> list[Statement]:
    """Return the statements of a path of several parts, by way of a thing that has a name."""
    if not rest:
        return statements(store, subject, first, value, left)
    follow = "/".join(f"({path_text(part)})" for part in rest)
    begin = path_text(first)
    query = f"SELECT ?middle WHERE {{ {subject} {begin} ?middle . ?middle {follow} {value} }}"
    for (middle,) in store.select(f"{query} ORDER BY ?middle").rows:
        if isinstance(middle, NamedNode) and left:
            end = _along(store, middle, rest[0], rest[1:], value, left - 1)
            return [*statements(store, subject, first, middle, left - 1), *end]
    return []


def _repeated(
    store: Store, subject: Term, path: MulPath, value: Term, left: int
) -> list[Statement]:
    """Return the statements of a part that is repeated; none where subject and value are one."""
    if subject == value or not left:
        return []
    step = path_text(path.path)
    query = f"SELECT ?middle WHERE {{ {subject} {step} ?middle . ?middle ({step})* {value} }}"
    for (middle,) in store.select(f"{query} ORDER BY ?middle").rows:
        if isinstance(middle, NamedNode) and middle != subject:
            end = _repeated(store, middle, path, value, left - 1)
            return [*statements(store, subject, path.path, middle, left - 1), *end]
    return []


def path_text(path: Step) -> str:
    """Return a path as SPARQL."""
    return str(path) if isinstance(path, NamedNode) else str(path.n3())

"""Forms of a query for which the embedded engine reads the whole graph, with line and remedy.

Each is found in the plan (`plan`), not by the look of the text, so that a form is named only where
the engine would evaluate it so. docs/query-speed.md shows each with what it costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from offlabel.sparql.algebra import Node, One, Pattern, TooLongError, Two, Union, is_empty
from offlabel.sparql.plan import bound_by, names_in, plan
from offlabel.sparql.reader import read
from offlabel.terms import OL, RDF, prefixes

_TYPE = f"<{RDF}type>"
_OURS = f"<{OL}"
_QUOTES = ('"', "'")

MOST = 3  # traps that a message tells

Row = frozenset[str]  # the variables that a row has, at the place that is looked at
_NOTHING: Row = frozenset()


@dataclass(frozen=True)
class Kind:
    """Why a form is slow, and what to write instead; one sentence each."""

    cause: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "begins-at-the-wrong-end": Kind(
        "the engine begins at this pattern and reads it whole, before it comes to what the query "
        "names",
        "Write all required patterns before the first OPTIONAL or group, those with a parameter "
        "or a named thing first.",
    ),
    "exists-of-all": Kind(
        "this pattern of an EXISTS touches nothing that is bound outside of it, so the engine "
        "reads it whole for each row",
        "Put what follows the first step into an EXISTS of its own, inside the first: "
        "FILTER EXISTS { ?a :p ?b FILTER EXISTS { ?b :q ?c } }; a path a/b counts as two patterns.",
    ),
    "group-from-the-wrong-end": Kind(
        "this group or UNION is run for each row, but begins with a pattern that the row does "
        "not touch, so the engine reads that pattern whole each time",
        "Leave the class out where the other pattern says enough, or test it last in a "
        "FILTER EXISTS; or repeat in each branch what the rows begin with.",
    ),
    "group-of-minus": Kind(
        "a group with a MINUS is evaluated over the whole graph before it is joined",
        "Write FILTER NOT EXISTS in place of the MINUS.",
    ),
    "group-of-subselect": Kind(
        "this sub-SELECT is evaluated over the whole graph before it is joined",
        "Repeat inside it the patterns that say which rows are meant, and project their variable; "
        "or do without it, with FILTER NOT EXISTS or GROUP BY outside.",
    ),
    "group-with-outer-variable": Kind(
        "a FILTER, BIND or OPTIONAL in this group uses a variable that is bound outside of the "
        "group, so the group is evaluated over the whole graph before it is joined",
        "Move the FILTER or BIND out of the group, or bind the variable inside it too.",
    ),
    "minus-of-all": Kind(
        "what a MINUS takes away is evaluated over the whole graph",
        "Write FILTER NOT EXISTS, which asks for each row.",
    ),
    "optional-after-optional": Kind(
        "this OPTIONAL is joined only by a variable that an OPTIONAL or UNION before it may leave "
        "unbound, so each row is compared with every match in the graph",
        "Put it inside the OPTIONAL that binds the variable.",
    ),
    "optional-after-much": Kind(
        "so many patterns stand before this OPTIONAL that the engine's guess of their rows runs "
        "over, and it evaluates the OPTIONAL over the whole graph",
        "Put it further up, behind the patterns that it needs, or take patterns out that only "
        "test: FILTER EXISTS does not count.",
    ),
    "optional-of-chain": Kind(
        "what stands before and in this OPTIONAL is so long a chain that the engine's guess of its "
        "rows runs over, and it evaluates the OPTIONAL over the whole graph",
        "Let the OPTIONAL hold one step and the next step an OPTIONAL inside it, closed by "
        "FILTER (BOUND(?last)): OPTIONAL { ?a :p ?b OPTIONAL { ?b :q ?c } FILTER (BOUND(?c)) }; "
        "a path a/b counts as two steps.",
    ),
    "optional-of-minus": Kind(
        "an OPTIONAL with a MINUS is evaluated over the whole graph",
        "Write FILTER NOT EXISTS in place of the MINUS.",
    ),
    "optional-of-several": Kind(
        "the patterns of this OPTIONAL hold together only by a variable that is bound before it, "
        "so it is evaluated over the whole graph",
        "Keep the pattern that gives the value, and ask for each other one in FILTER EXISTS, or "
        "bind it in an OPTIONAL inside, with FILTER (BOUND(?it)).",
    ),
    "optional-of-subselect": Kind(
        "an OPTIONAL with a sub-SELECT is evaluated over the whole graph",
        "Repeat inside the sub-SELECT the patterns that say which rows are meant, or count "
        "outside, with GROUP BY.",
    ),
    "optional-with-outer-variable": Kind(
        "a group inside this OPTIONAL uses a variable that is only bound outside of that group, "
        "so the OPTIONAL is evaluated over the whole graph",
        "Move the FILTER, BIND or OPTIONAL that uses it out of that group.",
    ),
    "product": Kind(
        "what stands here is joined with the rest only by a FILTER, so the engine makes every "
        "pair of rows and then tests it",
        "Use the same variable in both places instead of comparing two.",
    ),
}
_AFTER = {
    "join": "of-several",
    "long": "of-chain",
    "much": "after-much",
    "minus": "of-minus",
    "filter": "with-outer-variable",
    "extend": "with-outer-variable",
    "optional": "with-outer-variable",
}


@dataclass(frozen=True)
class Trap:
    """One such form: its name in KINDS, and the line of the text."""

    name: str
    line: int

    @property
    def cause(self) -> str:
        """Return why it is slow."""
        return KINDS[self.name].cause

    @property
    def remedy(self) -> str:
        """Return what to write instead."""
        return KINDS[self.name].remedy

    def __str__(self) -> str:
        return f"Line {self.line}: {self.cause}. {self.remedy}"


def find_traps(text: str, fixed: Collection[str] = ()) -> list[Trap]:
    """Return the traps of a query that the engine can read, in the order of their lines.

    `fixed` are IRIs of properties and classes of which there are no more in a larger graph. The
    work is bounded: a text that is too long or too deeply nested to be looked at has none.
    """
    try:
        node = read(text)
        found = set(_Search(fixed).traps(plan(node), _NOTHING, ())) if node else set()
    except (TooLongError, RecursionError):
        return []
    return sorted(found, key=lambda trap: (trap.line, trap.name))


def advice(text: str) -> str:
    """Return what to change in a query that went past a limit, after a space; or nothing.

    Prefixes of the project need not be declared in it.
    """
    head = prefixes().sparql().replace("\n", " ")
    return "".join(f" {trap}" for trap in find_traps(head + text)[:MOST])


class _Search:
    """Walk through a plan and look at what is read whole."""

    def __init__(self, fixed: Collection[str]) -> None:
        self._fixed = {f"<{iri}>" for iri in fixed}

    def traps(self, node: Node, row: Row, filters: tuple[frozenset[str], ...]) -> Iterator[Trap]:
        """Yield the traps of an operation that runs with what `row` has."""
        match node:
            case Union():
                for branch in node.branches:
                    yield from self.traps(branch, row, filters)
            case One():
                inner = (*filters, node.expression.variables) if node.kind == "filter" else ()
                yield from self.traps(node.inner, row, inner)
                yield from self._in_exists(node.expression.exists, row | set(bound_by(node.inner)))
            case Two(kind="lateral"):
                yield from self._by_row(node, row, filters)
            case Two():
                found = [
                    *self.traps(node.left, row, filters),
                    *self.traps(node.right, row, filters),
                ]
                yield from found
                yield from self._in_exists(node.expression.exists, row | set(bound_by(node)))
                if node.kind != "join" or not found:  # what is amiss within is told there
                    yield from self._at_once(node, row, filters)

    def _by_row(self, node: Two, row: Row, filters: tuple[frozenset[str], ...]) -> Iterator[Trap]:
        """Look at what is run for each row: it should begin where the row is."""
        yield from self.traps(node.left, row, filters)
        before, row = row, row | set(bound_by(node.left))
        found = list(self.traps(node.right, row, filters))
        yield from found
        yield from self._begins(node, before)
        first = next(_scans(node.right, row), None)
        if first is None or found or not self._grows([first]):
            return
        if first.predicate.removeprefix("?") not in row:
            yield Trap("group-from-the-wrong-end", first.line)

    def _begins(self, node: Two, row: Row) -> Iterator[Trap]:
        """Look at where a chain of patterns begins: at what is named, where something is."""
        is_optional = isinstance(node.right, Two) and node.right.kind == "optional"
        is_given = any(_leaves(node.right)) and next(_scans(node.right, row), None) is None
        if row or is_optional or not is_given:
            return
        first = node.left
        while isinstance(first, Two) and not is_empty(first.left):
            first = first.left
        for pattern in _scans(first, row):
            if self._grows([pattern]):
                yield Trap("begins-at-the-wrong-end", pattern.line)

    def _at_once(self, node: Two, row: Row, filters: tuple[frozenset[str], ...]) -> Iterator[Trap]:
        """Look at two sides that are both evaluated: neither should be read whole for the other."""
        left, right = (list(_scans(part, row)) for part in node.parts)
        joined = names_in(node.left) & names_in(node.right)
        if node.kind == "optional":
            if not self._grows(right) or is_empty(node.left):
                return
            if not node.keys and joined - row:
                yield Trap("optional-after-optional", node.line)
            elif node.keys and not left:
                yield Trap(_name("optional", node), node.line)
        elif node.kind == "minus":
            if self._grows(right) and not left and joined:
                yield Trap("minus-of-all", node.line)
        elif not node.keys:
            own, other = names_in(node.left), names_in(node.right)
            is_compared = any(names & own and names & other for names in filters)
            if (
                is_compared
                and self._grows(left + right)
                and all(any(_leaves(p)) for p in node.parts)
            ):
                yield Trap("product", node.line)
        elif (not left and self._grows(right)) or (not right and self._grows(left)):
            yield Trap(_name("group", node), node.right.line)

    def _in_exists(self, groups: tuple[Node, ...], row: Row) -> Iterator[Trap]:
        """Look at groups of EXISTS, which are evaluated as they are written, for each row."""
        for group in groups:
            patterns = list(_leaves(group))
            compares = any(names & row for names in _filters(group))
            if len(patterns) > 1 or compares:
                for pattern in _scans(group, row):
                    if self._grows([pattern]):
                        yield Trap("exists-of-all", pattern.line)

    def _grows(self, patterns: list[Pattern]) -> bool:
        """Say whether one of some patterns has more matches in a larger graph."""
        return any(
            (one.object if one.predicate == _TYPE else one.predicate) not in self._fixed
            for one in patterns
        )


def _scans(node: Node, row: Row) -> Iterator[Pattern]:
    """Yield the patterns that are read whole when an operation runs with what `row` has."""
    match node:
        case Pattern():
            if _is_scan(node, row):
                yield node
        case Two(kind="lateral"):
            yield from _scans(node.left, row)
            yield from _scans(node.right, row | set(bound_by(node.left)))
        case One(kind="project" | "group") if node.variables is not None:
            yield from _scans(node.inner, row & node.variables)
        case _:
            for part in node.parts:
                yield from _scans(part, row)


def _is_scan(pattern: Pattern, row: Row) -> bool:
    """Say whether a pattern begins neither at the row nor at a thing that the text names.

    What has a term of ours for its value may be half of the graph; of a class, too.
    """
    ends = (pattern.subject, pattern.object)
    if any(end.startswith("?") and end[1:] in row for end in ends):
        return False
    end = pattern.object
    is_thing = end.startswith(_QUOTES) or (end.startswith("<") and not end.startswith(_OURS))
    is_class = pattern.predicate == _TYPE
    return not ((is_thing and not is_class) or pattern.subject.startswith("<"))


def _name(place: str, node: Two) -> str:
    kind = node.obstacle.kind if node.obstacle else ""
    name = f"{place}-{_AFTER.get(kind, 'of-subselect')}"
    return name if name in KINDS else f"{place}-of-subselect"


def _leaves(node: Node) -> Iterator[Pattern]:
    if isinstance(node, Pattern):
        yield node
    for part in node.parts:
        yield from _leaves(part)


def _filters(node: Node) -> Iterator[frozenset[str]]:
    if isinstance(node, One) and node.kind == "filter":
        yield node.expression.variables
    for part in node.parts:
        yield from _filters(part)

"""The plan that the embedded engine makes of a query, made again from the text.

The engine (Oxigraph 0.5, `sparopt`) knows nothing of how many statements there are: it guesses from
which places of a pattern are bound. It sorts what is joined by these guesses, and runs a part anew
for each row of what stands before it only where that part is of a simple form. All else is
evaluated over the whole graph first and joined then. This module does the same steps, so that
`traps` can say where the whole graph is read. Tests hold it equal to what the engine explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from offlabel.sparql.algebra import (
    Expression,
    Node,
    One,
    Path,
    Pattern,
    TooLongError,
    Two,
    Union,
    Values,
    empty,
)
from offlabel.terms import RDF

Bound = Mapping[str, bool]  # the variables that may be bound, and whether they surely are

MOST = (1 << 64) - 1  # the engine's numbers end here
PATIENCE = 50_000  # steps, about 0.1 s: no query that a person writes takes as many
_TYPE = f"<{RDF}type>"
_NOTHING: Bound = {}


def plan(node: Node) -> Node:
    """Return the operations in the order and with the joins that the engine would choose.

    Raise `TooLongError` where that takes more than a bounded number of steps.
    """
    return _Planner().ordered(node, _NOTHING)


def flattened(node: Node) -> Iterator[Node]:
    """Yield what a tree of joins joins, in the order of the text."""
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, Two) and one.kind == "join":
            todo += [one.right, one.left]
        else:
            yield one


def bound_by(node: Node) -> dict[str, bool]:
    """Return which variables an operation binds: True for surely, False for maybe."""
    if node.bound is None:
        node.bound = _bound_by(node)
    return node.bound


def _bound_by(node: Node) -> dict[str, bool]:
    match node:
        case Pattern():
            ends = (node.subject, node.predicate, node.object, node.graph or "")
            return {term[1:]: True for term in ends if term.startswith("?")}
        case Values():
            return {name: name not in node.undefined for name in node.variables}
        case Two(kind="minus"):
            return bound_by(node.left)
        case Two():
            right = bound_by(node.right)
            if node.kind == "optional":
                right = dict.fromkeys(right, False)
            return merged(bound_by(node.left), right)
        case Union():
            found = [bound_by(branch) for branch in node.branches]
            names = {name for one in found for name in one}
            return {name: all(one.get(name) for one in found) for name in names}
        case One(kind="extend"):
            inner = bound_by(node.inner)
            expression = node.expression
            surely = expression.is_constant or inner.get(expression.same_as or "", False)
            return merged(inner, dict.fromkeys(node.variables or (), surely))
        case One(kind="project"):
            inner = bound_by(node.inner)
            seen = inner.keys() if node.variables is None else node.variables
            return {name: inner[name] for name in seen if name in inner}
        case One(kind="group"):
            inner = bound_by(node.inner)
            return {name: inner.get(name, False) for name in node.variables or ()}
        case One():
            return bound_by(node.inner)
    return {}


def merged(left: Bound, right: Bound) -> dict[str, bool]:
    """Return what is bound after both."""
    both = {**left, **right}
    for name in left.keys() & right.keys():
        both[name] = left[name] or right[name]
    return both


def names_in(node: Node) -> set[str]:
    """Return the variables that an operation uses and lets others see."""
    match node:
        case Pattern() | Values():
            return set(bound_by(node))
        case One(kind="project" | "group") if node.variables is not None:
            return set(node.variables)
        case One():
            return names_in(node.inner) | node.expression.variables | (node.variables or set())
        case Two():
            return names_in(node.left) | names_in(node.right) | node.expression.variables
        case Union():
            return set().union(*map(names_in, node.branches))
    return set()


class _Planner:
    """Order joins as the engine does, within a bounded number of steps."""

    def __init__(self) -> None:
        self._left = PATIENCE

    def ordered(self, node: Node, given: Bound) -> Node:
        """Return an operation with its parts in the engine's order; `given` is bound outside."""
        self._step()
        match node:
            case Two(kind="join"):
                return self._joined(node, given)
            case Two(kind="optional"):
                return self._optional(node, given)
            case Two(kind="minus"):
                left, right = self.ordered(node.left, given), self.ordered(node.right, given)
                return replace(node, left=left, right=right, keys=self._keys(left, right, given))
            case One(kind="service"):
                return node
            case One():
                return replace(node, inner=self.ordered(node.inner, given))
            case Union():
                branches = [one for one in node.branches if not self._is_never(one, given)]
                return replace(node, branches=tuple(self.ordered(one, given) for one in branches))
        return node

    def _is_never(self, node: Node, given: Bound) -> bool:
        """Say whether a branch asks for a variable to be unbound that it binds."""
        if not isinstance(node, One) or not node.expression.unbound:
            return False
        bound = merged(given, bound_by(node.inner))
        return any(bound.get(name) for name in node.expression.unbound)

    def _joined(self, node: Two, given: Bound) -> Node:
        """Order what is joined: the smallest first, then what it is connected to."""
        waiting = [self.ordered(one, given) for one in flattened(node)]
        pieces: list[Node] = []
        while waiting:
            first = min(waiting, key=lambda one: self._size(one, given))
            waiting.remove(first)
            output, bound = first, merged(given, bound_by(first))
            size = self._size(first, given)
            while near := [one for one in waiting if self._keys_of(bound, one, given)]:
                costs = [self._cost(size, bound, one, given) for one in near]
                best = near[costs.index(min(costs))]
                waiting.remove(best)
                size = self._cost(size, bound, best, given)
                obstacle = self._obstacle(best, given, bound)
                if obstacle is None:
                    output = Two(best.line, "lateral", output, best)
                else:
                    keys = self._keys_of(bound, best, given)
                    output = Two(best.line, "join", output, best, keys=keys, obstacle=obstacle)
                bound = merged(bound, bound_by(best))
                self._step(len(bound) // 10)
            pieces.append(output)
        whole = pieces[0]
        for piece in pieces[1:]:
            left, right = whole, piece
            if self._size(left, given) > self._size(right, given):
                left, right = right, left
            whole = Two(piece.line, "join", left, right, keys=self._keys(left, right, given))
        return whole

    def _cost(self, size: int, bound: Bound, one: Node, given: Bound) -> int:
        if self._obstacle(one, given, bound) is None:
            return _times(size, self._size(one, bound))
        keys = self._keys_of(bound, one, given)
        return _times(size, self._size(one, given)) // _power(keys)

    def _optional(self, node: Two, given: Bound) -> Node:
        """Run an OPTIONAL for each row where that can be done, else over the whole graph."""
        left = self.ordered(node.left, given)
        bound = merged(given, bound_by(left))
        keys = self._keys(left, node.right, given)
        obstacle: Node | None = None
        if keys:
            size = self._size(left, given)
            by_row = _times(size, self._size(node.right, bound))
            at_once = _times(size, self._size(node.right, given)) // _power(keys)
            # Where the numbers end, what is run by row seems to cost more than it does.
            is_much = _times(size, 10) > _times(MOST // _power(keys), 100)
            obstacle = Node(node.line, "much" if is_much else "long")
            if by_row <= _times(at_once, 100):
                right = self.ordered(node.right, bound)
                obstacle = self._obstacle(right, given, bound)
                if obstacle is None:
                    inner = replace(node, left=empty(node.line), right=right, keys=())
                    return Two(node.line, "lateral", left, inner)
        right = self.ordered(node.right, given)
        keys = self._keys(left, right, given)
        return replace(node, left=left, right=right, keys=keys, obstacle=obstacle)

    def _obstacle(self, node: Node, given: Bound, entry: Bound) -> Node | None:
        """Return what keeps the engine from running an operation for each row with `entry`."""
        self._step()
        match node:
            case Pattern() | Values():
                return None
            case Two(kind="lateral"):
                return self._first_obstacle(node.parts, given, entry)
            case Two(kind="optional"):
                left = merged(given, bound_by(node.left))
                right = merged(given, bound_by(node.right))
                for name in names_in(node.right):
                    if name in right and not left.get(name) and name in entry:
                        return node
                reads_own = self._reads_own(node.expression, merged(left, right), entry)
                return self._obstacle(node.left, given, entry) or (None if reads_own else node)
            case Union():
                return self._first_obstacle(node.branches, given, entry)
            case One(kind="filter" | "extend"):
                own = merged(given, bound_by(node.inner))
                binds_anew = node.kind == "extend" and entry.keys() & (node.variables or set())
                is_fit = not binds_anew and self._reads_own(node.expression, own, entry)
                return self._obstacle(node.inner, given, entry) or (None if is_fit else node)
        return node

    def _first_obstacle(self, nodes: Iterable[Node], given: Bound, entry: Bound) -> Node | None:
        found = (self._obstacle(node, given, entry) for node in nodes)
        return next((one for one in found if one is not None), None)

    def _reads_own(self, expression: Expression, own: Bound, entry: Bound) -> bool:
        """Say whether an expression reads no variable that only what stands before binds."""
        return (
            all(own.get(name) or name not in entry for name in expression.variables)
            and self._first_obstacle(expression.exists, own, entry) is None
        )

    def _size(self, node: Node, given: Bound) -> int:
        """Return the engine's guess of how many rows there are."""
        self._step()
        match node:
            case Pattern(path=None):
                size = _TRIPLES[
                    _is_bound(node.subject, given),
                    _is_bound(node.predicate, given),
                    _is_bound(node.object, given),
                ]
                return size + (node.predicate == _TYPE)
            case Pattern():
                start, end = _is_bound(node.subject, given), _is_bound(node.object, given)
                return _path_size(start, node.path or Path(""), end)
            case Values():
                return node.rows
            case Two(kind="minus"):
                return self._size(node.left, given)
            case Two(kind="lateral"):
                bound = merged(given, bound_by(node.left))
                return _times(self._size(node.left, given), self._size(node.right, bound))
            case Two():
                left = self._size(node.left, given)
                by = _power(node.keys)
                if node.kind == "join":
                    return _times(left, self._size(node.right, given)) // by
                bound = merged(given, bound_by(node.right))
                return max(left, _times(left, self._size(node.right, bound)) // by)
            case Union():
                return min(sum(self._size(branch, given) for branch in node.branches), MOST)
            case One(kind="slice"):
                return min(self._size(node.inner, given), node.most or MOST)
            case One():
                return self._size(node.inner, given)
        return 1

    def _keys(self, left: Node, right: Node, given: Bound) -> tuple[str, ...]:
        return self._keys_of(merged(given, bound_by(left)), right, given)

    def _keys_of(self, bound: Bound, node: Node, given: Bound) -> tuple[str, ...]:
        """Return the variables that both sides surely bind and that are not given from outside."""
        own = bound_by(node)
        self._step()
        return tuple(
            name
            for name, surely in own.items()
            if surely and bound.get(name) and not given.get(name)
        )

    def _step(self, times: int = 1) -> None:
        self._left -= times
        if self._left < 0:
            raise TooLongError


_TRIPLES = {
    (True, True, True): 1,
    (True, True, False): 10,
    (True, False, True): 2,
    (False, True, True): 1_000,
    (True, False, False): 100,
    (False, False, False): 1_000_000_000,
    (False, True, False): 1_000_000,
    (False, False, True): 10_000,
}


def _path_size(start: bool, path: Path, end: bool) -> int:
    inner = path.parts[0] if path.parts else Path("")
    match path.operator:
        case "":
            return _TRIPLES[start, True, end]
        case "^":
            return _path_size(end, inner, start)
        case "!":
            return _TRIPLES[start, False, end]
        case "|":
            return min(sum(_path_size(start, part, end) for part in path.parts), MOST)
        case "/":
            rest = Path("/", path.parts[1:]) if len(path.parts) > 2 else path.parts[1]
            forth = _times(_path_size(start, inner, False), _path_size(True, rest, end))
            back = _times(_path_size(start, inner, True), _path_size(False, rest, end))
            return min(forth, back)
    if start and end:
        return 1
    if path.operator == "+" or start or end:
        size = _path_size(start, inner, end)
        return size if path.operator == "?" else _times(size, 1_000)
    return 1_000_000_000


def _power(keys: Sequence[str]) -> int:
    """Return by what the engine divides its guess for so many variables that are shared."""
    power: int = 1_000 ** len(keys)
    return min(power, MOST)


def _is_bound(term: str, given: Bound) -> bool:
    return not term.startswith("?") or bool(given.get(term[1:]))


def _times(one: int, other: int) -> int:
    return min(one * other, MOST)

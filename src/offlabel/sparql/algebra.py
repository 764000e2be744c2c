"""The operations of a query, as the embedded engine plans with them, each with its line."""

from __future__ import annotations

from dataclasses import dataclass, field

Term = str  # ?name, <iri>, or a literal as written


class TooLongError(Exception):
    """A text that is longer or deeper than it is worth to look at."""


@dataclass(frozen=True)
class Expression:
    """What an expression reads: variables, and the groups of its EXISTS.

    A constant always has a value.
    """

    variables: frozenset[str] = frozenset()
    exists: tuple[Node, ...] = ()
    is_constant: bool = False
    same_as: str | None = None  # the variable that it is, and nothing else
    unbound: frozenset[str] = frozenset()  # each ?x of a filter that is `!BOUND(?x)` and no more


@dataclass(eq=False)
class Node:
    """One operation; its line is where it begins."""

    line: int
    kind: str = ""
    bound: dict[str, bool] | None = field(default=None, init=False, repr=False)  # kept by `plan`

    @property
    def parts(self) -> tuple[Node, ...]:
        """Return the operations that it takes its rows from."""
        return ()


@dataclass(eq=False)
class Pattern(Node):
    """A triple, or a path that is no sequence: then `path` says between which ends it is a walk."""

    subject: Term = ""
    predicate: Term = ""
    object: Term = ""
    graph: Term | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Path:
    """A property path: an IRI, or an operator (`/ | ^ * + ? !`) over others."""

    operator: str
    parts: tuple[Path, ...] = ()
    iri: str = ""


@dataclass(eq=False)
class Values(Node):
    """Rows that stand in the text; `undefined` are the variables that some row leaves open."""

    variables: tuple[str, ...] = ()
    rows: int = 1
    undefined: frozenset[str] = frozenset()


@dataclass(eq=False)
class Two(Node):
    """A join, an OPTIONAL or a MINUS; `lateral` runs its right side for each row of its left side.

    `keys` are the variables by which the planned sides are joined where both are evaluated whole,
    and `obstacle` is what in the right side kept the engine from running it for each row.
    """

    left: Node = field(default_factory=lambda: Values(0))
    right: Node = field(default_factory=lambda: Values(0))
    expression: Expression = Expression()
    keys: tuple[str, ...] = ()
    obstacle: Node | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        """Return both sides."""
        return self.left, self.right


@dataclass(eq=False)
class One(Node):
    """What is done to the rows of one operation: filter, extend, project, slice and so on."""

    inner: Node = field(default_factory=lambda: Values(0))
    expression: Expression = Expression()
    variables: frozenset[str] | None = frozenset()  # None: all that can be seen
    most: int | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        """Return the operation beneath."""
        return (self.inner,)


@dataclass(eq=False)
class Union(Node):
    """Alternatives."""

    branches: tuple[Node, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        """Return the branches."""
        return self.branches


def empty(line: int = 0) -> Values:
    """Return the group without a pattern: one row that binds nothing."""
    return Values(line, "values")


def is_empty(node: Node) -> bool:
    """Say whether an operation is that one row."""
    return isinstance(node, Values) and node.rows == 1 and not node.variables


def join(left: Node, right: Node) -> Node:
    """Return a join, or the other side where one is empty."""
    if is_empty(left):
        return right
    if is_empty(right):
        return left
    return Two(left.line, "join", left, right)

"""Where a term stands in the files, and how it is written for people."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import BlankNode, Literal, NamedNode

from offlabel.reasoning.facts import Lookup, Statement, Term
from offlabel.validation.problem import Problem, Severity

Locate = Callable[[str, str | None], tuple[str, int] | None]
"""Find path and line of an IRI, or of one of its predicates, in the files."""


LocateStatement = Callable[[Statement], tuple[str, int] | None]
"""Find path and line of one statement, in the file that makes it."""


def nowhere(*_: object) -> None:
    """Locate nothing: for facts that come from no file."""


class Places:
    """Name terms by their CURIEs and turn findings about them into problems with a place."""

    def __init__(
        self,
        facts: Lookup,
        compress: Callable[[str], str] = str,
        locate: Locate = nowhere,
        locate_statement: LocateStatement = nowhere,
        derived_by: Callable[[Statement], str | None] = nowhere,
    ) -> None:
        """Take the facts that hold the blank nodes, and how to write and to find an IRI.

        `derived_by` gives the IRI of the rule from which a statement follows, if one does.
        """
        self._facts = facts
        self._compress = compress
        self._locate = locate
        self._locate_statement = locate_statement
        self._derived_by = derived_by

    def name(self, term: Term) -> str:
        """Write a term for people: a CURIE, a quoted value, or whose blank node it is."""
        if isinstance(term, NamedNode):
            return self._compress(term.value)
        if isinstance(term, Literal):
            suffix = f"@{term.language}" if term.language else ""
            return f'"{term.value}"{suffix}'
        if isinstance(term, BlankNode):
            owner, predicate = self._facts.owner(term)
            if owner is None:
                return "an unnamed node"
            return f"{self.name(predicate)} of {self.name(owner)}" if predicate else str(term)
        return str(term)

    def owner(self, term: Term) -> str | None:
        """Give the IRI of a term, or of the thing in whose block a blank node stands."""
        found = term if isinstance(term, NamedNode) else self._facts.owner(term)[0]
        return found.value if found else None

    def names(self, terms: list[Term]) -> str:
        """Write several terms, sorted, with commas."""
        return ", ".join(sorted(self.name(term) for term in terms))

    def place(
        self, term: Term, predicate: NamedNode | None = None
    ) -> tuple[str | None, int | None]:
        """Find path and line of a term; a blank node stands where its owner has it."""
        if not isinstance(term, NamedNode):
            owner, leading = self._facts.owner(term)
            if owner is None:
                return None, None
            term, predicate = owner, leading
        found = self._locate(term.value, predicate.value if predicate else None)
        return found if found else (None, None)

    def origin(self, statement: Statement) -> str:
        """Say where a statement comes from: its file and line, or the rule that derived it."""
        rule = self._derived_by(statement)
        if rule is not None:
            return f"derived by {self._compress(rule)}"
        path, line = self.place_of(statement)
        return f"{path}:{line}" if path else ""

    def place_of(self, statement: Statement) -> tuple[str | None, int | None]:
        """Find path and line of a statement, in the file that makes it if its subject has more."""
        found = self._locate_statement(statement)
        return found if found else self.place(statement.subject, statement.predicate)

    def is_derived(self, statement: Statement) -> bool:
        """Say whether a rule derived a statement."""
        return self._derived_by(statement) is not None

    def problem(
        self,
        rule: str,
        subject: Term,
        message: str,
        *,
        predicate: NamedNode | None = None,
        at: Statement | None = None,
        remedy: str = "",
        severity: Severity = Severity.VIOLATION,
    ) -> Problem:
        """Build the problem that a check found with a term, or with one statement about it."""
        path, line = self.place_of(at) if at else self.place(subject, predicate)
        return Problem(
            message=message,
            rule=rule,
            severity=severity,
            path=path,
            line=line,
            focus=self.name(subject),
            about=self.owner(subject),
            remedy=remedy,
        )

"""Hold mappings against imported ontologies: what is gone, misnamed, implausible, contradictory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode

from offlabel.links.names import normal
from offlabel.links.terms import Terms, namespace
from offlabel.sources.mappings import Row
from offlabel.terms import SKOS, Prefixes
from offlabel.validation.problem import Problem, Severity

EXACT, BROAD, NARROW = (NamedNode(f"{SKOS}{kind}Match") for kind in ("exact", "broad", "narrow"))
ANYTHING = "https://w3id.org/sssom/NoTermFound"


class Check:
    """Check mappings; `shown` writes an IRI as people read it."""

    def __init__(
        self,
        mappings: Iterable[Row],
        terms: Terms,
        prefixes: Prefixes,
        equals: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Take `equals`: pairs of ids of two vocabularies that others hold to be the same."""
        rows = tuple(mappings)
        self.rows = tuple(row for row in rows if not row.is_negative)
        self.excluded = {(row.subject, row.object): row for row in rows if row.is_negative}
        self.terms = terms
        self.shown = prefixes.compress
        self.equals: dict[str, set[str]] = defaultdict(set)
        for one, other in equals:
            self.equals[one].add(other)
            self.equals[other].add(one)
        self.exact: dict[str, list[Row]] = defaultdict(list)
        self.things: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            if row.predicate == EXACT:
                self.exact[row.subject].append(row)
                self.things[row.object].add(row.subject)

    def problems(self) -> Iterator[Problem]:
        """Yield all that is wrong, row by row."""
        shared: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            yield from self._excluded(row)
            yield from self._term(row)
            yield from self._place(row)
            if row.predicate == EXACT:
                shared[row.object].append(row)
        for rows in shared.values():
            yield from self._shared(rows)
        for rows in self.exact.values():
            yield from self._several(rows)
            yield from self._hops(rows)

    def _excluded(self, row: Row) -> Iterator[Problem]:
        """Find a row that another row says must not be."""
        for subject in (row.subject, ANYTHING):
            found = self.excluded.get((subject, row.object))
            if found:
                message = f"{self.shown(row.object)} must not be mapped: {found.comment}"
                yield self._problem(row, "excluded", message, "Remove the row.")
                return

    def _term(self, row: Row) -> Iterator[Problem]:
        """Find an id that does not exist, is obsolete, or is called something else."""
        if not self.terms.covers(row.object):
            return
        term = self.terms.find(row.object)
        name = self.shown(row.object)
        if term is None:
            remedy = "Look the id up again; offlabel link suggest offers others."
            yield self._problem(row, "unknown-id", f"{name} is not in the ontology", remedy)
            return
        if term.is_deprecated:
            remedy = "Map to a term that is in use, or remove the row."
            if term.replaced_by:
                remedy = f"Map to {self.shown(term.replaced_by)}, which replaces it."
            elif term.consider:
                remedy = f"Consider {', '.join(map(self.shown, term.consider))}, or remove the row."
            label = f" ({term.label})" if term.label else ""
            yield self._problem(row, "obsolete-id", f"{name}{label} is obsolete", remedy)
            return
        known = {normal(text) for text in (term.label or "", *dict(term.synonyms))}
        if row.label and normal(row.label) not in known:
            message = f"the table calls {name} {row.label!r}, the ontology {term.label!r}"
            remedy = "Correct the id or the label, whichever is wrong."
            yield self._problem(row, "label-differs", message, remedy)

    def _place(self, row: Row) -> Iterator[Problem]:
        """Find a broader or narrower match that does not lie above or below the exact one."""
        if row.predicate not in (BROAD, NARROW) or not self.terms.covers(row.object):
            return
        for exact in self.exact[row.subject]:
            if namespace(exact.object) != namespace(row.object):
                continue
            low, high = (exact, row) if row.predicate == BROAD else (row, exact)
            if high.object not in self.terms.ancestors(low.object):
                side = "above" if row.predicate == BROAD else "below"
                message = f"{self.shown(row.object)} does not lie {side} {self.shown(exact.object)}"
                remedy = "Correct the predicate, or map to a relatedMatch."
                yield self._problem(row, "implausible-predicate", message, remedy)

    def _several(self, rows: list[Row]) -> Iterator[Problem]:
        """Find a thing that is said to be the same as two terms of one ontology."""
        for place, row in enumerate(rows):
            for other in rows[:place]:
                if namespace(row.object) != namespace(other.object) or row.object == other.object:
                    continue
                names = self.shown(other.object), self.shown(row.object)
                if other.object in self.terms.ancestors(row.object):
                    message = f"an exactMatch to {names[0]} and to {names[1]}, which lies below it"
                elif row.object in self.terms.ancestors(other.object):
                    message = f"an exactMatch to {names[0]} and to {names[1]}, which lies above it"
                else:
                    message = f"an exactMatch to two terms of one ontology, {' and '.join(names)}"
                remedy = "Keep the one that is the same; the other is a broadMatch or narrowMatch."
                yield self._problem(row, "implausible-predicate", message, remedy)

    def _shared(self, rows: list[Row]) -> Iterator[Problem]:
        """Find two of our things that are said to be the same as one term."""
        subjects = dict.fromkeys(row.subject for row in rows)
        for row in rows:
            others = [self.shown(subject) for subject in subjects if subject != row.subject]
            if others:
                message = f"{self.shown(row.object)} is an exactMatch of {', '.join(others)} too"
                remedy = "Things of ours that differ cannot both be the same as one term."
                yield self._problem(row, "shared-id", message, remedy)

    def _hops(self, rows: list[Row]) -> Iterator[Problem]:
        """Find two ids of a thing that others hold to be different, and of two that they do not."""
        remedy = "Look at the terms; one of the mappings is not exact."
        for row in rows:
            for same in sorted(self.equals.get(row.object, ())):
                for thing in sorted(self.things.get(same, set()) - {row.subject}):
                    message = (
                        f"{self.shown(row.object)} is held to be {self.shown(same)}, "
                        f"which is an exactMatch of {self.shown(thing)}"
                    )
                    yield self._problem(row, "hop-disagrees", message, remedy, Severity.WARNING)
            for other in rows:
                there = {
                    same
                    for same in self.equals.get(row.object, ())
                    if namespace(same) == namespace(other.object)
                }
                if there and other.object not in there:
                    names = ", ".join(map(self.shown, sorted(there)))
                    message = (
                        f"{self.shown(row.object)} is held to be {names}, "
                        f"and the thing is mapped to {self.shown(other.object)}"
                    )
                    yield self._problem(row, "hop-disagrees", message, remedy, Severity.WARNING)

    def _problem(
        self,
        row: Row,
        rule: str,
        message: str,
        remedy: str,
        severity: Severity = Severity.VIOLATION,
    ) -> Problem:
        return Problem(
            path=str(row.path),
            line=row.line,
            rule=f"mapping/{rule}",
            severity=severity,
            focus=self.shown(row.subject),
            message=message,
            remedy=remedy,
        )

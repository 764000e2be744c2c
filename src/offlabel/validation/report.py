"""The outcome of a validation: every problem, what was looked at, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from offlabel.validation.problem import Problem, Severity


@dataclass(frozen=True)
class Report:
    """Hold all problems in order of place, and how much was checked.

    `checked` counts what was looked at, for example `{"files": 60, "triples": 12000}`.
    `seconds` is the time that the check took; `reused` is true when nothing had changed since
    an earlier one. `judged` says what HermiT judged: everything, the ontology or nothing.
    `elsewhere` counts violations in files that were not asked about.
    """

    problems: tuple[Problem, ...]
    checked: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    reused: bool = False
    judged: str = "nothing"
    elsewhere: int = 0

    @property
    def conforms(self) -> bool:
        """Say whether no problem is a Violation."""
        return all(problem.severity is not Severity.VIOLATION for problem in self.problems)

    @property
    def exit_code(self) -> int:
        """Give 0 where the project conforms and 1 where it does not."""
        return 0 if self.conforms else 1

    @property
    def counts(self) -> dict[Severity, int]:
        """Count the problems of each severity, the worst first."""
        found = Counter(problem.severity for problem in self.problems)
        return {severity: found[severity] for severity in Severity}

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values, ready for JSON."""
        return {
            "conforms": self.conforms,
            "counts": {severity.value: count for severity, count in self.counts.items()},
            "checked": dict(self.checked),
            "seconds": round(self.seconds, 3),
            "reused": self.reused,
            "judged": self.judged,
            "elsewhere": self.elsewhere,
            "problems": [problem.as_dict() for problem in self.problems],
        }


def report_from_problems(
    problems: Iterable[Problem], checked: dict[str, int], seconds: float
) -> Report:
    """Build a report in which each problem stands once, in order of place."""
    unique = dict.fromkeys(problems)
    return Report(tuple(sorted(unique, key=lambda problem: problem.order)), checked, seconds)


def merged(one: Report, other: Report) -> Report:
    """Join two reports of the same project; what both checked counts once."""
    found = report_from_problems(
        (*one.problems, *other.problems),
        {**one.checked, **other.checked},
        one.seconds + other.seconds,
    )
    return replace(found, reused=one.reused)

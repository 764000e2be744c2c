"""One thing that is wrong, incomplete or worth a look, and where it stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from offlabel.paths import Roots, shown


class Severity(StrEnum):
    """Say how bad a problem is, in SHACL's three words."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"

    @property
    def rank(self) -> int:
        """Order severities, the worst first."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Hold what is wrong, where it stands, which rule says so and what to do about it.

    `rule` is the CURIE of a shape or the name of a check such as `profile/undeclared-property`.
    `path` is relative to the project when the file lies in it. `focus` names what it is about as
    people write it, and `about` is the IRI of the thing in whose block it stands. `remedy` may be
    empty where the message already says what to do.
    """

    message: str
    rule: str
    severity: Severity = Severity.VIOLATION
    path: str | None = None
    line: int | None = None
    focus: str | None = None
    about: str | None = None
    remedy: str = ""

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        """Sort by file and line, then by severity, and the same way every time."""
        return (
            self.path or "",
            self.line or 0,
            self.severity.rank,
            self.focus or "",
            self.rule,
            self.message,
        )

    def as_dict(self) -> dict[str, Any]:
        """Give the fields under their own names, ready for JSON."""
        return {**asdict(self), "severity": self.severity.value}


def problem_from_dict(fields: dict[str, Any]) -> Problem:
    """Build a problem from what `as_dict` gave."""
    return Problem(**{**fields, "severity": Severity(fields["severity"])})


def shown_path(path: Path, roots: Roots) -> str:
    """Write a path as reports do: relative to the project where it lies in it."""
    try:
        return path.relative_to(roots.base).as_posix()
    except ValueError:
        return shown(path)

"""What a format of a validation report is."""

from __future__ import annotations

from typing import Protocol

from offlabel.validation.report import Report


class ReportFormat(Protocol):
    """Turn a report into text."""

    def __call__(self, report: Report, *, colour: bool = False, width: int | None = None) -> str:
        """Give the report as text; `colour` and `width` are for terminals, others ignore them."""
        ...

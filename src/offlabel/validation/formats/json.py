"""A validation report as JSON, for programs."""

from __future__ import annotations

import json

from offlabel.validation.report import Report


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """Give the report as indented JSON."""
    return json.dumps(report.as_dict(), indent=2, ensure_ascii=False)

"""A validation report as SARIF 2.1.0, which editors and code hosts show at the line."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from offlabel.validation.problem import Problem, Severity
from offlabel.validation.report import Report

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """Give the report as one SARIF run; paths in the project are relative to it."""
    rules = sorted({problem.rule for problem in report.problems})
    places = {rule: index for index, rule in enumerate(rules)}
    driver = {
        "name": "offlabel",
        "version": version("offlabel"),
        "informationUri": "https://w3id.org/offlabel/",
        "rules": [{"id": rule} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "exitCode": report.exit_code}],
        "results": [_result(problem, places[problem.rule]) for problem in report.problems],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(problem: Problem, rule_index: int) -> dict[str, Any]:
    text = f"{problem.focus}: {problem.message}" if problem.focus else problem.message
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[problem.severity],
        "message": {"text": f"{text}\n{problem.remedy}" if problem.remedy else text},
        **({"locations": [_location(problem)]} if problem.path or problem.focus else {}),
    }


def _location(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if problem.path:
        path = Path(problem.path)
        uri = path.as_uri() if path.is_absolute() else quote(problem.path)
        place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
        if problem.line:
            place["region"] = {"startLine": problem.line}
        location["physicalLocation"] = place
    if problem.focus:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.focus}]
    return location

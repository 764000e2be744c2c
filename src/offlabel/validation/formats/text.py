"""A validation report for people: grouped by file, the counts at the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from offlabel.validation.problem import Problem, Severity
from offlabel.validation.report import Report

_CODES = {Severity.VIOLATION: "1;31", Severity.WARNING: "33", Severity.INFO: "36"}
_WORD_WIDTH = max(len(severity) for severity in Severity)


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """Give the report as lines of text; without a width nothing is wrapped."""
    blocks = [
        "\n".join(_file_lines(path, list(problems), colour, width))
        for path, problems in groupby(report.problems, key=lambda problem: problem.path)
    ]
    return "\n\n".join([*blocks, _summary(report, colour)])


def _file_lines(
    path: str | None, problems: list[Problem], colour: bool, width: int | None
) -> Iterator[str]:
    yield _paint(path or "(the whole project)", "1", colour)
    digits = max(len(str(problem.line or "")) for problem in problems)
    indent = " " * (2 + digits + 2 + _WORD_WIDTH + 2)
    for problem in problems:
        number = str(problem.line or "").rjust(digits)
        word = _paint(problem.severity.ljust(_WORD_WIDTH), _CODES[problem.severity], colour)
        subject = f"{problem.focus}: " if problem.focus else ""
        first, *rest = _wrapped(f"{subject}{problem.message}", indent, width)
        yield f"  {number}  {word}  {first}"
        yield from (indent + line for line in rest)
        if problem.remedy:
            yield from (indent + line for line in _wrapped(problem.remedy, indent, width))
        yield indent + _paint(problem.rule, "2", colour)


def _wrapped(text: str, indent: str, width: int | None) -> list[str]:
    lines = text.splitlines() or [""]
    if width is None:
        return lines
    room = max(width - len(indent), 40)
    return [
        part
        for line in lines
        for part in wrap(line, room, break_long_words=False, break_on_hyphens=False) or [""]
    ]


def _summary(report: Report, colour: bool) -> str:
    verdict = "conforms" if report.conforms else "does not conform"
    counts = ", ".join(
        f"{count} {severity.lower()}{'' if count == 1 else 's'}"
        for severity, count in report.counts.items()
    )
    looked_at = ", ".join(f"{count:,} {what}" for what, count in report.checked.items())
    when = "unchanged since the last check that conformed" if report.reused else "checked"
    code = "1;32" if report.conforms else "1;31"
    return (
        f"{_paint(verdict, code, colour)}: {counts} ({looked_at}; {when}, {report.seconds:.1f} s)"
    )


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

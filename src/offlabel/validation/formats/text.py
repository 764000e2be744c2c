"""A validation report for people: grouped by file, the counts at the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from offlabel.validation.problem import Problem, Severity
from offlabel.validation.report import Report

_CODES = {Severity.VIOLATION: "1;31", Severity.WARNING: "33", Severity.INFO: "36"}
_MANY = 3  # places from which on a problem is told once
_WORD_WIDTH = max(len(severity) for severity in Severity)


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """Give the report as lines of text; without a width nothing is wrapped.

    What is the same in many places is told once, with its places.
    """
    return "\n\n".join([*_blocks(report, colour, width), summary(report, colour)])


def render_news(news: Report, whole: Report, *, colour: bool, width: int | None) -> str:
    """Give what is new as lines of text, and the last line of the whole report."""
    return "\n\n".join([*_blocks(news, colour, width), summary(whole, colour)])


def _blocks(report: Report, colour: bool, width: int | None) -> list[str]:
    """Give the blocks of a report; those with violations are last, where a terminal ends."""
    repeated = _repeated(report)
    once = [problem for problem in report.problems if _same(problem) not in repeated]
    blocks: list[tuple[bool, Iterator[str]]] = []
    for path, found in groupby(once, key=lambda problem: problem.path):
        problems = list(found)
        blocks.append((_is_wrong(problems), _file_lines(path, problems, colour, width)))
    for many in repeated.values():
        blocks.append((_is_wrong(many), _repeated_lines(many, colour, width)))
    return ["\n".join(lines) for _, lines in sorted(blocks, key=lambda block: block[0])]


def _is_wrong(problems: list[Problem]) -> bool:
    return any(problem.severity is Severity.VIOLATION for problem in problems)


def _same(problem: Problem) -> tuple[str, str, str, str]:
    return problem.severity, problem.rule, problem.message, problem.remedy


def _repeated(report: Report) -> dict[tuple[str, str, str, str], list[Problem]]:
    """Give the problems that differ in nothing but their places, where there are many."""
    found: dict[tuple[str, str, str, str], list[Problem]] = {}
    for problem in report.problems:
        found.setdefault(_same(problem), []).append(problem)
    return {same: many for same, many in found.items() if len(many) >= _MANY}


def _repeated_lines(many: list[Problem], colour: bool, width: int | None) -> Iterator[str]:
    yield _paint(f"in {len(many)} places", "1", colour)
    first = many[0]
    indent = " " * (4 + _WORD_WIDTH + 2)
    word = _paint(first.severity.ljust(_WORD_WIDTH), _CODES[first.severity], colour)
    lines = [*_wrapped(first.message, indent, width)]
    lines += _wrapped(first.remedy, indent, width) if first.remedy else []
    yield f"    {word}  {lines[0]}"
    yield from (indent + line for line in (*lines[1:], _paint(first.rule, "2", colour)))
    for problem in many:
        place = ":".join(str(part) for part in (problem.path, problem.line) if part)
        yield indent + "  ".join(part for part in (place, problem.focus) if part)


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


def summary(report: Report, colour: bool) -> str:
    """Give the last line: the verdict, the counts, and what was looked at."""
    verdict = "conforms" if report.conforms else "does not conform"
    counts = ", ".join(
        f"{count} {severity.lower()}{'' if count == 1 else 's'}"
        for severity, count in report.counts.items()
    )
    looked_at = ", ".join(
        f"{count:,} {what.removesuffix('s') if count == 1 else what}"
        for what, count in report.checked.items()
    )
    when = "unchanged since the last check" if report.reused else "checked"
    when += f", {report.seconds:.1f} s; HermiT judged {report.judged}"
    if report.elsewhere:
        plural = "" if report.elsewhere == 1 else "s"
        when += f"; {report.elsewhere:,} violation{plural} in other files, which --all shows"
    code = "1;32" if report.conforms else "1;31"
    return f"{_paint(verdict, code, colour)}: {counts} ({looked_at}; {when})"


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

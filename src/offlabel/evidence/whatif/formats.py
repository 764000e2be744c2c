"""What would change, and the smallest study that would change it, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import groupby

from offlabel.evidence.appraisal_formats import DERIVED
from offlabel.evidence.difference_formats import plain, to_json, written
from offlabel.evidence.evidencemap import CERTAINTIES
from offlabel.evidence.snapshot import DERIVED as KINDS
from offlabel.evidence.whatif import Smallest, WhatIf
from offlabel.evidence.whatif.smallest import Reach, Step
from offlabel.evidence.whatif.standing import Standing

NOTHING = "Nothing would change: no state, grade, contradiction or claim of absence."
Found = WhatIf | Smallest


def as_text(found: Found) -> str:
    """Give it as indented lines."""
    return _written(found, "", "  ")


def as_markdown(found: Found) -> str:
    """Give it as Markdown."""
    return _written(found, "## ", "- ")


def as_json(found: Found) -> str:
    """Give it as JSON; the difference as `offlabel diff` gives it."""
    if isinstance(found, Smallest):
        answer = asdict(found)
        for reach in answer["reaches"]:
            for step in reach["steps"]:
                step["isEnough"] = step.pop("is_enough")
        return to_json({**answer, "isReachable": bool(found.found)})
    told = {kind: items for kind, items in plain(found.difference).items() if kind in KINDS}
    return to_json(
        {
            "hypothesis": found.hypothesis,
            "notes": found.notes,
            "isEmpty": found.difference.is_empty,
            **told,
        }
    )


FORMATS: dict[str, Callable[[Found], str]] = {
    "text": as_text,
    "json": as_json,
    "md": as_markdown,
}


def _written(found: Found, heading: str, item: str) -> str:
    if isinstance(found, Smallest):
        return "\n".join(_smallest(found, heading, item)) + "\n"
    head = [f"Supposed: {found.hypothesis}.", *found.notes, ""]
    body = written(found.difference, heading=heading, item=item, nothing=NOTHING)
    return "\n".join([*head, body])


def _smallest(found: Smallest, heading: str, item: str) -> Iterator[str]:
    yield f"{found.question}: {standing(found.today)}."
    yield f"Asked: the smallest single study that would {found.asked}."
    yield ""
    if found.found:
        yield f"{heading}The smallest"
        yield ""
        for reach in found.least:
            assert reach.enough is not None
            reached = standing(reach.enough.reached)
            yield f"{item}{_study(reach)}; {reach.direction}: {people(reach.enough.n)} → {reached}"
    else:
        yield f"No single study would {found.asked}."
    yield ""
    yield f"{heading}What each design would reach, the least effort first"
    yield ""
    for (study, steps), reaches in groupby(found.reaches, lambda each: (_study(each), each.steps)):
        ways = ", ".join(reach.direction for reach in reaches)
        yield f"{item}{study}; {ways}: {_steps(found, steps)}"
    yield ""
    yield DERIVED


def _steps(found: Smallest, steps: tuple[Step, ...]) -> str:
    if all(step.reached.is_as(found.today) for step in steps):
        return "as today"
    return "; from ".join(f"{people(step.n)} → {standing(step.reached)}" for step in steps)


def _study(reach: Reach) -> str:
    return f"{reach.design}, {reach.blinding}, against {reach.control}"


def standing(found: Standing) -> str:
    """Give a state and a certainty with what lowers it."""
    if found.certainty is None:
        return f"{found.state}, no certainty"
    lowered = f" for {', '.join(found.factors)}" if found.factors else ""
    return f"{found.state}, certainty {found.certainty} {CERTAINTIES[found.certainty]}{lowered}"


def people(n: int) -> str:
    """Give a number of people in words."""
    return "1 person" if n == 1 else f"{n:,} people"

"""`offlabel what-if`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from offlabel.cli.options import data_options, output_option
from offlabel.cli.output import chosen_format, write_bytes
from offlabel.errors import ParameterError
from offlabel.paths import Roots

if TYPE_CHECKING:
    from offlabel.evidence.whatif import Hypothesis, Smallest, WhatIf, World

FORMATS = ("text", "json", "md")
DIRECTIONS = ("supports", "disputes", "inconclusive")
_SUPPOSED = ("regimen", "condition")
_STUDY = ("design", "n", "direction")
_MORE = ("control", "blinding", "responders")
_GOAL = ("to_state", "to_certainty")


@click.command()
@click.argument("study", required=False, type=click.Path(path_type=Path))
@click.option("--retract", multiple=True, metavar="SOURCE", help="A source; may be repeated.")
@click.option("--regimen", metavar="CLASS", help="Suppose a study of this kind of regimen,")
@click.option("--condition", metavar="CONDITION", help="in this condition,")
@click.option("--design", metavar="DESIGN", help="of this design, such as randomised-trial,")
@click.option("--n", type=int, metavar="N", help="with so many people enrolled,")
@click.option("--direction", type=click.Choice(DIRECTIONS), help="whose main result points here.")
@click.option(
    "--control",
    metavar="CONTROL",
    help="What it is compared with. Default: placebo, or own-baseline without another group.",
)
@click.option(
    "--blinding", metavar="BLINDING", help="Such as double-blind. Default: it is not stated."
)
@click.option(
    "--responders", type=int, metavar="K", help="How many respond of those who get the drug."
)
@click.option(
    "--smallest", is_flag=True, help="Find the smallest study that would move state or certainty,"
)
@click.option("--to-state", metavar="STATE", help="bring about this state,")
@click.option("--to-certainty", metavar="CERTAINTY", help="or reach this certainty.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@data_options
def command(
    study: Path | None,
    retract: tuple[str, ...],
    form: str | None,
    output: Path | None,
    roots: Roots,
    **options: str | int | bool | None,
) -> None:
    """Say what would change if something else were known. Nothing is written to the data.

    Suppose one of three: the studies of a Turtle file STUDY, written as those in data/studies
    are; that sources were retracted today (--retract); or a study that comes out today, by its
    features (--regimen, --condition, --design, --n, --direction). With --smallest, --regimen and
    --condition: which study is the smallest that would move this one question. Exit code 0
    whether or not anything changes.
    """
    from offlabel.evidence.whatif import World, from_file, retraction, what_if
    from offlabel.evidence.whatif.formats import FORMATS as WRITERS

    given = {name for name, value in options.items() if value is not None and value is not False}
    mode = _mode(study, retract, given)
    world = World(roots)
    found: WhatIf | Smallest
    if mode == "smallest":
        found = _smallest(world, options)
    elif mode == "file":
        assert study is not None
        found = what_if(world, from_file(world, study))
    elif mode == "retract":
        found = what_if(world, retraction(world, retract, date.today()))
    else:
        found = what_if(world, _planned(world, options))
    write_bytes(WRITERS[chosen_format(form, output, FORMATS)](found).encode(), output)


def _mode(study: Path | None, retract: tuple[str, ...], given: set[str]) -> str:
    """Return which of the ways to suppose is asked for; raise unless it is just one, and whole."""
    ways = {"a file": study is not None, "--retract": bool(retract), "the features": bool(given)}
    asked = [name for name, is_asked in ways.items() if is_asked]
    if len(asked) > 1:
        raise ParameterError(f"Suppose one thing at a time: {' or '.join(asked)}, not both.")
    if not asked:
        raise ParameterError(
            "Nothing is supposed: name a file, or give --retract, or --regimen and --condition "
            "with --design, --n and --direction or with --smallest."
        )
    if study is not None:
        return "file"
    if retract:
        return "retract"
    is_smallest = "smallest" in given
    _need(given, _SUPPOSED if is_smallest else _SUPPOSED + _STUDY)
    unfit = {*_STUDY[:2], *_MORE} if is_smallest else set(_GOAL)
    for name in sorted(given & unfit):
        why = "cannot go with" if is_smallest else "needs"
        remedy = "Leave one of them out." if is_smallest else "Add it, or leave the other out."
        raise ParameterError(f"{_flag(name)} {why} --smallest. {remedy}")
    return "smallest" if is_smallest else "features"


def _need(given: set[str], needed: tuple[str, ...]) -> None:
    missing = [_flag(name) for name in needed if name not in given]
    if missing:
        raise ParameterError(f"Give {' and '.join(missing)} too.")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _planned(world: World, options: dict[str, str | int | bool | None]) -> Hypothesis:
    from offlabel.evidence.whatif import from_plan, get_question
    from offlabel.evidence.whatif.designs import get_design, get_word, read_words
    from offlabel.evidence.whatif.plan import Plan

    store = world.today
    question = get_question(world, str(options["regimen"]), str(options["condition"]))
    design = get_design(store, str(options["design"]))
    control = options["control"] or ("placebo" if design.is_compared else "own-baseline")
    responders = options["responders"]
    plan = Plan(
        question.dose,
        question.condition,
        design,
        int(options["n"] or 0),
        get_word(read_words(store, "Direction"), str(options["direction"]), "direction"),
        get_word(read_words(store, "ControlKind"), str(control), "control"),
        get_word(
            read_words(store, "Blinding"),
            str(options["blinding"] or "blinding-unstated"),
            "blinding",
        ),
        None if responders is None else int(responders),
    )
    return from_plan(plan, date.today())


def _smallest(world: World, options: dict[str, str | int | bool | None]) -> Smallest:
    from offlabel.evidence.whatif import Goal, get_question, smallest
    from offlabel.evidence.whatif.designs import get_word, read_words

    store = world.today
    question = get_question(world, str(options["regimen"]), str(options["condition"]))
    state, certainty = (str(options[name] or "") or None for name in _GOAL)
    goal = Goal.from_names(store, state, certainty)
    way = options["direction"]
    known = read_words(store, "Direction")
    ways = [get_word(known, str(way), "direction")] if way else []
    return smallest(world, question, goal, date.today(), ways)

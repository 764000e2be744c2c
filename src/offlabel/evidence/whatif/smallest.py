"""The smallest single study that would move the state or the grade of one question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from offlabel.errors import ParameterError
from offlabel.evidence.whatif.designs import (
    DOUBLE_BLIND,
    OPEN_LABEL,
    OWN_BASELINE,
    PLACEBO,
    Design,
    Word,
    read_designs,
    read_words,
)
from offlabel.evidence.whatif.plan import Plan, from_plan
from offlabel.evidence.whatif.question import Question
from offlabel.evidence.whatif.standing import Goal, Standing, read_standing
from offlabel.evidence.whatif.world import World
from offlabel.stores.base import Store
from offlabel.terms import prefixes

# A large study has so many times the people of the largest limit that the method knows.
_LARGE = 10


@dataclass(frozen=True)
class Step:
    """What a study of from `n` people on would reach, and whether that is what was asked."""

    n: int
    reached: Standing
    is_enough: bool


@dataclass(frozen=True)
class Reach:
    """What studies of one design, blinding and direction would reach, by number of people."""

    design: str
    blinding: str
    control: str
    direction: str
    steps: tuple[Step, ...]

    @property
    def enough(self) -> Step | None:
        """Return the smallest that is enough, or None."""
        return next((step for step in self.steps if step.is_enough), None)


@dataclass(frozen=True)
class Smallest:
    """The answer for one question: where it stands, what was asked, and what each design reaches.

    `asked` is in words. `reaches` go from the least effort to the most: weaker designs first.
    """

    question: str
    today: Standing
    asked: str
    reaches: tuple[Reach, ...]
    tries: int

    @property
    def found(self) -> tuple[Reach, ...]:
        """Return those that would be enough."""
        return tuple(reach for reach in self.reaches if reach.enough)

    @property
    def least(self) -> tuple[Reach, ...]:
        """Return those of the design and blinding that take the least effort."""
        least = [
            each
            for each in self.found
            if (each.design, each.blinding) == (self.found[0].design, self.found[0].blinding)
        ]
        return tuple(sorted(least, key=lambda each: each.enough.n if each.enough else 0))


def smallest(
    world: World, question: Question, goal: Goal, day: date, directions: Iterable[Word] = ()
) -> Smallest:
    """Find the smallest single study that would do what is asked of a question.

    Designs are tried from the weakest on, each open and blinded as it can be, pointing each way
    or only those of `directions`. Raise `ParameterError` where the question stands there already.
    """
    designs = read_designs(world.today)
    ways = tuple(directions) or tuple(read_words(world.today, "Direction"))
    bench = Bench(world, question, designs[0], ways[0], day)
    today = bench.today
    if (goal.state or goal.certainty) and goal.is_met(today, today):
        held = f"{today.state}, certainty {today.certainty or 'none'}"
        raise ParameterError(f"{question.label} is there already: {held}. Ask for another.")
    large = _LARGE * _largest_limit(world.today)
    reaches = [
        Reach(
            design.label,
            blinding.label,
            control.label,
            way.label,
            tuple(_steps(bench, goal, design, blinding, control, way, large)),
        )
        for design, blinding, control in _variants(world.today, designs)
        for way in ways
    ]
    return Smallest(question.label, today, goal.text(today), tuple(reaches), bench.tries)


class Bench:
    """Tries studies on one question, in a world of no more than bears on it."""

    def __init__(
        self, world: World, question: Question, design: Design, way: Word, day: date
    ) -> None:
        self.question, self.day, self.tries = question, day, 0
        self._turns: list[int] = []
        regimen, condition = question.regimen.node, question.condition.node
        # With any study of the question supposed, each that bears on it has a line to it.
        some = Plan(
            question.dose, question.condition, design, design.fewest, way,
            *_weakest(world.today, design),
        )  # fmt: skip
        probe = world.supposing(from_plan(some, day).quads)
        rows = probe.select(
            f"""{prefixes().sparql()} SELECT DISTINCT ?study WHERE {{
            ?line ol:about ?asked ; ol:ofStudy ?study .
            ?asked a ol:EvidenceQuestion ; ol:subject {regimen} ; ol:object {condition} }}"""
        ).rows
        studies = [study for (study,) in rows if isinstance(study, NamedNode)]
        self._world = world.narrowed([regimen, condition, question.dose.node, *studies])
        self.today = read_standing(world.today, question)

    def least(self, few: int, large: int, is_met: Callable[[int], bool]) -> int:
        """Return the least number for which something holds that holds for `large` and not `few`.

        Designs mostly turn at the same numbers, so those that were found before are tried first.
        """
        for n in self._turns:
            if few < n <= large and is_met(n) and (n - 1 == few or not is_met(n - 1)):
                return n
        while large - few > 1:
            middle = (few + large) // 2
            few, large = (few, middle) if is_met(middle) else (middle, large)
        self._turns.append(large)
        return large

    def standing(self, plan: Plan) -> Standing:
        """Return where the question would stand."""
        self.tries += 1
        return read_standing(self._world.supposing(from_plan(plan, self.day).quads), self.question)


def _steps(
    bench: Bench,
    goal: Goal,
    design: Design,
    blinding: Word,
    control: Word,
    way: Word,
    large: int,
) -> Iterator[Step]:
    """Yield what the fewest people reach and, where more reach another thing, from how many on."""

    def at(n: int) -> Standing:
        question = bench.question
        return bench.standing(
            Plan(question.dose, question.condition, design, n, way, control, blinding)
        )

    few = design.fewest
    first = at(few)
    yield Step(few, first, goal.is_met(bench.today, first))
    if design.most == few:
        return
    last = at(large)
    if first.is_as(last):
        return
    n = bench.least(few, large, lambda people: at(people).is_as(last))
    yield Step(n, last, goal.is_met(bench.today, last))


def _variants(store: Store, designs: Iterable[Design]) -> Iterator[tuple[Design, Word, Word]]:
    """Yield each design with a blinding and a control, from the least effort on."""
    blindings = {word.node: word for word in read_words(store, "Blinding")}
    controls = {word.node: word for word in read_words(store, "ControlKind")}
    for design in designs:
        if not design.is_compared:
            yield design, blindings[OPEN_LABEL], controls[OWN_BASELINE]
            continue
        for blinding in (OPEN_LABEL, DOUBLE_BLIND):
            yield design, blindings[blinding], controls[PLACEBO]


def _weakest(store: Store, design: Design) -> tuple[Word, Word]:
    _, blinding, control = next(_variants(store, [design]))
    return control, blinding


def _largest_limit(store: Store) -> int:
    """Return the largest number of people that the method sets a limit at."""
    rows = store.select(
        f"{prefixes().sparql()} SELECT (MAX(?limit) AS ?most) WHERE {{ ?kind ol:limit ?limit }}"
    ).rows
    most = rows[0][0] if rows else None
    return max(1, int(float(most.value))) if isinstance(most, Literal) else 1

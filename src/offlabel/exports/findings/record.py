"""Results and studies in words: what stands in the cells, each marked as held where it is written.

A statement is held where a reader of the table has it back: the thing by its link, the value by its
text. Numbers that are rounded are not held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from offlabel.exports.findings.model import Line, Span, line
from offlabel.exports.ledger import Ledger, Value
from offlabel.terms import OL, RDFS

LABEL = NamedNode(f"{RDFS}label")
_RATIOS = ("risk ratio", "hazard ratio", "odds ratio")
_WEB = ("https://", "http://")


def ol(name: str) -> NamedNode:
    """Return a term of the ontology."""
    return NamedNode(OL + name)


@dataclass(frozen=True)
class Records:
    """The statements that may be printed, and those of the selection, which are marked."""

    graph: Ledger
    selection: Ledger

    def hold(self, thing: Value, predicate: NamedNode, value: Value) -> None:
        """Mark a statement as held, where the selection has it."""
        if not isinstance(thing, Literal) and value in self.selection.peek(thing, predicate):
            self.selection.hold_value(thing, predicate, value)

    def near(self, thing: Value | None, name: str) -> NamedNode | None:
        """Return the first thing that a property names."""
        values = self.graph.peek(thing, ol(name)) if thing is not None else ()
        return next((value for value in values if isinstance(value, NamedNode)), None)

    def text(self, thing: Value, name: str) -> str:
        """Return the first value of a property as it stands, or nothing, and mark it."""
        for value in self.graph.peek(thing, ol(name)):
            self.hold(thing, ol(name), value)
            return value.value
        return ""

    def label(self, thing: Value) -> str:
        """Return the label of a thing, and mark nothing."""
        return next((value.value for value in self.graph.peek(thing, LABEL)), thing.value)

    def named(self, thing: Value) -> Span:
        """Return the label of a thing as a link to it; marks it where it is in English."""
        for value in self.graph.peek(thing, LABEL):
            if isinstance(value, Literal) and value.language == "en" and is_linked(thing):
                self.hold(thing, LABEL, value)
        return Span(self.label(thing), thing.value if is_linked(thing) else "")

    def short(self, study: Value) -> str:
        """Return the name of a study without what it was about."""
        return self.label(study).partition(":")[0]

    def arm(self, result: Value) -> NamedNode | None:
        """Return the arm that a result is of."""
        return self.near(result, "resultOf")

    def comparators(self, result: Value) -> list[Value]:
        """Return with what the arm of a result was compared: regimens and kinds of control."""
        arm = self.arm(result)
        other = self.near(arm, "comparedWith")
        found: list[Value] = []
        for one in (other, arm):
            for name in ("receives", "control"):
                if one is not None and (one == other or name == "control"):
                    found += self.graph.peek(one, ol(name))
        return found

    def comparison(self, result: Value, who: Span) -> Line:
        """Return what was seen without the intervention."""
        other = self.near(result, "comparedResult")
        if other is not None:
            return line(Span(who.text, other.value), ": ", *self._count(other))
        before = self.text(result, "baselineValue")
        if before:
            unit = self._unit(result)
            return line(who, f": {before}{unit} before treatment")
        if self.near(self.arm(result), "comparedWith") is not None:
            return line(who, ": no number on record")
        return line(who, ": no comparison group")

    def intervention(self, result: Value, who: Span) -> Line:
        """Return what was seen with the intervention: k/n, a value, a difference, or words."""
        scale = self.text(result, "scale")
        on = f" on {scale}" if scale else ""
        if self.graph.has(result, ol("count")):  # type: ignore[arg-type]
            return line(who, ": ", *self._count(result), on)
        if scale in _RATIOS:
            return line(who, ": see the relative effect")
        estimate = self.text(result, "estimate")
        if estimate:
            is_difference = result in self.graph.peek_kind(ol("ComparisonResult"))
            what = "difference " if is_difference else ""
            ends = [self.text(result, f"estimate{end}") for end in ("Low", "High")]
            interval = f" (interval printed: {ends[0]} to {ends[1]})" if all(ends) else ""
            return line(who, f": {what}{estimate}{self._unit(result)}{interval}{on}")
        return line(who, f":{on}{',' if on else ''} ", self.finding(result))

    def relative(self, result: Value, who: Span) -> Line:
        """Return the ratio of risks: as printed by the source, or derived from both counts."""
        scale = self.text(result, "scale")
        if scale in _RATIOS:
            estimate = self.text(result, "estimate")
            ends = [self.text(result, f"estimate{end}") for end in ("Low", "High")]
            interval = f" ({ends[0]} to {ends[1]})" if all(ends) else ""
            return line(who, f": {scale} {estimate}{interval}, printed by the source")
        ratio = [self._rounded(result, f"riskRatio{end}") for end in ("", "Low", "High")]
        if ratio[0]:
            interval = f" (95% CI {ratio[1]} to {ratio[2]})" if ratio[1] else ""
            return line(who, f": risk ratio {ratio[0]}{interval}, by rule from both counts")
        if self.near(self.arm(result), "comparedWith") is None:
            return line(who, ": not estimable, no comparison group")
        return line(who, ": not estimable, not both counts are on record")

    def finding(self, result: Value) -> Span:
        """Return the finding in words; a share of people without its count is not printed."""
        found = next((value.value for value in self.graph.peek(result, ol("finding"))), "")
        if not found:
            return Span("see the record", result.value)
        if "%" in found:
            return Span("a percentage without its count, see the record", result.value)
        return Span(self.text(result, "finding"), result.value)

    def comment(self, result: Value, study: NamedNode, differences: str = "") -> Line:
        """Return the study, its design, which way it points, p, how long, and its words."""
        arm = self.arm(result)
        said = []
        for thing, name in ((study, "hasDesign"), (result, "direction")):
            value = self.near(thing, name)
            if value is not None:
                self.hold(thing, ol(name), value)
                said.append(self.label(value))
        printed, value_ = self.text(result, "pAsPrinted"), ""
        value_ = "" if printed else self.text(result, "pValue")
        if printed or value_:
            said.append(f"p {printed}" if printed else f"p = {value_}")
        lasted = self._lasted(arm)
        if lasted:
            said.append(f"after {lasted}")
        if differences:
            said.append(f"indirect: {differences}")
        words: list[Span | str] = []
        has_number = self.graph.has(result, ol("count")) or self.graph.has(result, ol("estimate"))  # type: ignore[arg-type]
        if has_number and self.graph.has(result, ol("finding")):  # type: ignore[arg-type]
            words = ["; ", self.finding(result)]
        return line(self.named(study), ": ", ", ".join(said), *words)

    def people(self, result: Value) -> str:
        """Return in how many people a result was seen, as far as it is on record."""
        for thing, name in ((result, "outOf"), (self.arm(result), "participants")):
            for value in self.graph.peek(thing, ol(name)) if thing is not None else ():
                return value.value
        return ""

    def _lasted(self, arm: NamedNode | None) -> str:
        if arm is None:
            return ""
        printed = next((value.value for value in self.graph.peek(arm, ol("durationAsPrinted"))), "")
        days = next((value.value for value in self.graph.peek(arm, ol("durationInDays"))), "")
        return printed or (f"{days} days" if days else "")

    def _count(self, result: Value) -> Iterator[Span | str]:
        k, n = (self.text(result, name) for name in ("count", "outOf"))
        ends = [self.graph.peek(result, ol(f"interval{end}")) for end in ("Low", "High")]
        interval = ""
        if all(ends):
            low, high = (round(float(end[0].value) * 100) for end in ends)
            interval = f", 95% CI {low}-{high}%"
        yield f"{k}/{n}{interval}"
        category = self.near(result, "category")
        if category is not None:
            self.hold(result, ol("category"), category)
            yield ", "
            yield self.named(category)

    def _unit(self, result: Value) -> str:
        """Return the unit behind a number; of a pure number there is none to print."""
        unit = next((value.value for value in self.graph.peek(result, ol("unit"))), "1")
        return "" if unit == "1" else f" {self.text(result, 'unit')}"

    def _rounded(self, result: Value, name: str) -> str:
        value = next((each.value for each in self.graph.peek(result, ol(name))), "")
        return f"{float(value):.2f}" if value else ""


def is_linked(thing: Value) -> bool:
    """Say whether a thing has an address that a page may link to."""
    return isinstance(thing, NamedNode) and thing.value.startswith(_WEB)

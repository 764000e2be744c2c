"""The responses: k of n with its interval for each arm that was counted, placebo arms too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from offlabel.paths import Roots
from offlabel.plots.base import Picture, Row, Scope, label_of, nothing_to_draw, rows_from
from offlabel.plots.canvas import INK, MUTED, RULE, Canvas
from offlabel.plots.conditions import arrange, domain
from offlabel.plots.lettering import wrap
from offlabel.plots.page import MARGIN, Key, band, counted, day_words, heading, legend, notes, rule
from offlabel.plots.signs import direction_keys, direction_mark
from offlabel.stores.base import Store

# Each count of each arm of the studies of a drug; an arm without the drug is of the regimen that
# its study is of. Adverse events are counted elsewhere.
_QUERY = """
SELECT DISTINCT ?drug ?condition ?conditionLabel ?study ?studyLabel ?design ?since ?regimen
       ?regimenLabel ?control ?together ?result ?outcome ?category ?place ?k ?n ?proportion ?low
       ?high ?direction ?isMain ?asOf
WHERE {
  ?study ol:investigates ?drug ;
         rdfs:label ?studyLabel ;
         ol:hasDesign/rdfs:label ?design ;
         ol:inCondition ?named ;
         ol:availableFrom ?since ;
         ol:hasArm ?arm .
  OPTIONAL { ?study ol:availableUntil ?until }
  FILTER (COALESCE(?since <= ?asOf, true) && COALESCE(?until > ?asOf, !BOUND(?until)))
  ?result a ol:CountResult ;
          ol:resultOf ?arm ;
          ol:measures ?measure ;
          ol:category ?answer ;
          ol:count ?k ;
          ol:outOf ?n ;
          ol:proportion ?proportion ;
          ol:intervalLow ?low ;
          ol:intervalHigh ?high .
  FILTER (?measure != ol:AnyAdverseEvent)
  ?measure rdfs:label ?outcome .
  ?answer rdfs:label ?category .
  OPTIONAL { ?answer ol:position ?place }
  OPTIONAL { ?result ol:direction/rdfs:label ?direction }
  OPTIONAL { ?result ol:forCondition ?own }
  BIND (COALESCE(?own, ?named) AS ?condition)
  ?condition rdfs:label ?conditionLabel .
  OPTIONAL {
    ?study ol:hasArm/ol:receives ?given .
    ?given a ?regimen .
    ?regimen ol:ofDrug ?drug ; rdfs:label ?regimenLabel .
    FILTER (EXISTS { ?arm ol:receives ?given } || NOT EXISTS { ?arm ol:receives/ol:ofDrug ?drug })
  }
  OPTIONAL {
    ?arm ol:control/rdfs:label ?control .
    FILTER NOT EXISTS { ?arm ol:receives/ol:ofDrug ?drug }
  }
  OPTIONAL { ?arm ol:coTherapy/rdfs:label ?together }
  BIND (EXISTS { ?study ol:mainResult ?result } AS ?isMain)
}
ORDER BY ?conditionLabel ?regimenLabel ?since ?studyLabel ?control ?place ?category ?outcome
         ?result ?together
"""
_WIDTH = 868.0
_SIZE = 8.0
# Left edges of the columns; the scale lies between two of them.
_STUDY, _DESIGN, _REGIMEN = MARGIN + 6, MARGIN + 122, MARGIN + 202
_OUTCOME, _COUNT = MARGIN + 322, MARGIN + 512
_LEFT, _RIGHT, _PERCENT = MARGIN + 532, MARGIN + 712, MARGIN + 732
_NONE = "dose class not known"


@dataclass(frozen=True)
class Response:
    """One count in one arm."""

    row: Row
    together: tuple[str, ...]

    @property
    def study(self) -> str:
        """Return what the study is called, without what it is about."""
        return str(self.row["studyLabel"]).partition(":")[0]

    @property
    def regimen(self) -> str:
        """Return the kind of regimen, or the control that its arm had."""
        name = self.row["control"] or self.row["regimenLabel"] or _NONE
        return " + ".join((str(name), *self.together))

    @property
    def outcome(self) -> str:
        """Return what was counted."""
        category, outcome = str(self.row["category"]), str(self.row["outcome"])
        return category if category in outcome else f"{category} ({outcome})"

    @property
    def percentages(self) -> str:
        """Return proportion and interval as percentages."""
        share, low, high = (
            f"{100 * float(str(self.row[name])):.0f}" for name in ("proportion", "low", "high")
        )
        return f"{share} ({low}–{high})"


def read_responses(store: Store, scope: Scope) -> list[Response]:
    """Return the counts of a scope, in order."""
    rows = [row for row in rows_from(store, _QUERY, scope) if scope.has(row["condition"])]
    found: list[Response] = []
    for _, group in groupby(rows, key=lambda row: (row["result"], row["condition"])):
        same = list(group)
        together = sorted({str(row["together"]) for row in same if row["together"]})
        found.append(Response(same[0], tuple(together)))
    return found


class Responses:
    """The picture of responses."""

    name = "responses"
    summary = "How many responded, of how many, study by study, with 95% intervals."

    def draw(self, store: Store, roots: Roots, scope: Scope) -> Picture:
        """Draw one row for each count, in one panel for each condition."""
        found = read_responses(store, scope)
        if not found:
            raise nothing_to_draw(store, "counted response", scope)
        drug = label_of(store, scope.drug)
        title = f"Responses to {drug}, study by study{day_words(scope.as_of)}"
        canvas = Canvas(_WIDTH)
        y = heading(canvas, title, ["Proportion of people with each outcome; 95% Wilson interval."])
        y = _columns(canvas, y)
        number = 0
        places = arrange(store, (item.row["condition"] for item in found))
        for place in places:
            note = f"adjacent: indirect for {domain(store)}" if place.is_adjacent else ""
            y = band(canvas, y, place.label, note)
            for row in _rows([it for it in found if it.row["condition"] == place.iri]):
                y = _draw_row(canvas, y, number, *row)
                number += 1
            y += 6
        rule(canvas, y - 3)
        y = notes(canvas, _legend(canvas, y), _NOTES)
        return Picture(self.name, title, _description(found, title), canvas, y + 14)


_KEYS = {
    "supports": "counts for the drug",
    "disputes": "counts against it",
    "inconclusive": "counts for neither",
}
_NOTES = (
    "The larger the mark, the more people. Studies differ in design, outcome and how it was "
    "judged: rows are not to be pooled, and a group without a control shows what happened, not "
    "what the drug did.",
)


def _rows(group: list[Response]) -> Iterable[tuple[Response, bool]]:
    """Yield the rows of a panel, and whether each is the first of its study and regimen."""
    before: tuple[object, str] | None = None
    for item in group:
        key = item.row["study"], item.regimen
        yield item, key != before
        before = key


def _columns(canvas: Canvas, y: float) -> float:
    for x, text in (
        (_STUDY, "study"),
        (_DESIGN, "design"),
        (_REGIMEN, "kind of regimen"),
        (_OUTCOME, "outcome"),
    ):
        canvas.text(x, y + 6, text, size=_SIZE, bold=True)
    canvas.text(_COUNT, y + 6, "k/n", size=_SIZE, bold=True, align="right")
    for share in (0, 25, 50, 75, 100):
        canvas.text(_at(share / 100), y + 6, f"{share}%", size=7.5, colour=MUTED, align="center")
    canvas.text(_PERCENT, y + 6, "% (95% interval)", size=_SIZE, bold=True)
    return y + 16


def _at(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _draw_row(canvas: Canvas, y: float, number: int, item: Response, is_first: bool) -> float:
    """Draw one count; return where its row ends."""
    row = item.row
    study = wrap(item.study, _DESIGN - _STUDY - 8, _SIZE) if is_first else []
    design = wrap(str(row["design"]), _REGIMEN - _DESIGN - 8, _SIZE) if is_first else []
    regimen = wrap(item.regimen, _OUTCOME - _REGIMEN - 8, _SIZE) if is_first else []
    outcome = wrap(item.outcome, _COUNT - _OUTCOME - 34, _SIZE)
    columns = ((_STUDY, study), (_DESIGN, design), (_REGIMEN, regimen), (_OUTCOME, outcome))
    lines = max(len(texts) for _, texts in columns)
    height = lines * _SIZE * 1.3 + 6
    if is_first and number:
        canvas.line([(_STUDY, y), (canvas.width - MARGIN, y)], colour="#e6eaef", width=0.5)
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line([(_at(share), y), (_at(share), y + height)], colour=RULE, width=0.5)
    is_control = bool(row["control"])
    for x, texts in columns:
        top = y + (height - len(texts) * _SIZE * 1.3) / 2
        canvas.paragraph(x, top, texts, size=_SIZE, italic=is_control and x == _REGIMEN)
    middle = y + height / 2
    canvas.text(_COUNT, middle, f"{row['k']}/{row['n']}", size=_SIZE, align="right")
    low, high, share = (_at(float(str(row[name]))) for name in ("low", "high", "proportion"))
    colour = MUTED if is_control else INK
    canvas.line([(low, middle), (high, middle)], colour=colour, width=1.1)
    for end in (low, high):
        canvas.line([(end, middle - 2.5), (end, middle + 2.5)], colour=colour, width=1.1)
    size = min(5 + int(str(row["n"])) ** 0.5 / 2, 10)
    about = f"{item.study}, {item.regimen}: {item.outcome}, {row['k']} of {row['n']}"
    name, title = f"responses-count-{number + 1}", f"{about}, {item.percentages}%"
    if is_control or row["direction"] is None:
        canvas.shape(
            share, middle, "square", size, fill="#ffffff", edge=colour, name=name, title=title
        )
    else:
        direction_mark(canvas, str(row["direction"]), share, middle, size, name=name, title=title)
    canvas.text(_PERCENT, middle, item.percentages, size=_SIZE)
    return y + height


def _legend(canvas: Canvas, y: float) -> float:
    def square(x: float, y: float) -> None:
        canvas.shape(x, y, "square", 7, fill="#ffffff", edge=MUTED)

    keys = [*direction_keys(canvas, _KEYS), Key(square, 9, "arm without the drug")]
    return legend(canvas, y + 4, keys)


def _description(found: list[Response], title: str) -> str:
    parts = [
        f"{item.row['conditionLabel']}: {item.study}, {item.regimen}, {item.outcome}, "
        f"{item.row['k']} of {item.row['n']}, {item.percentages}%."
        for item in found
    ]
    studies = len({item.row["study"] for item in found})
    head = f"{title}. {counted(len(found), 'count')} of {counted(studies, 'study', 'studies')}."
    return " ".join([head, *parts])

"""What holds of inventofen, the invented drug of tests/second-drug, worked out by hand.

The method is docs/method.md. The trial of 2010 is blinded and randomised: 15 of 20 against 5 of 20.
The series of 2012 is of another dose, with 1 of 12. In invented itch there is a case report of
2011, retracted in 2013, and a series of 2014 in which a balm was given besides; somebody searched
in 2015. A page of 2016 says that there is no trial in the rash and no study in the itch.
"""

from datetime import date
from typing import Any

from offlabel.terms import BASE

FOREIGN = "https://example.org/inventofen/"
LOW, STANDARD, TOPICAL = (
    "low-dose oral inventofen",
    "standard-dose oral inventofen",
    "topical inventofen",
)
RASH, ITCH = "invented rash", "invented itch"
FEW, NO_CONTROL, WIDE = "few people", "no control group", "wide interval"
SELF, BESIDES = "self-assessed outcome, not blinded", "combination"
DOSE, ROUTE = "other dose class", "other route"

TRIAL = "Invented trial 2010: inventofen 1 mg in invented rash"
SERIES = "Invented series 2012: inventofen 20 mg in invented rash"
BALM = "Invented series 2014: inventofen 1 mg with invented balm in invented itch"
CASE = "Invented case 2011: inventofen 1 mg in invented itch"
SEARCHED, NEVER = "searched, none found", "never searched"

Appraised = tuple[str, str | None, str | None, dict[str, int]]

# Kind of regimen, condition, day: state, level, certainty, and the factors with their steps.
APPRAISALS: list[tuple[str, str, str | None, Appraised]] = [
    # A randomised trial starts high; 40 people are fewer than 400. The series is of another dose.
    (LOW, RASH, None, ("supported", "2", "moderate", {FEW: 1})),
    # The day on which the trial came out, and the day before.
    (LOW, RASH, "2010-03-31", (NEVER, None, None, {})),
    (LOW, RASH, "2010-04-01", ("supported", "2", "moderate", {FEW: 1})),
    # A series starts low and has no control; 1/12 has an interval from 0.01 to 0.35, not wide.
    (STANDARD, RASH, None, ("disputed", "4", "very low", {FEW: 1, NO_CONTROL: 1})),
    # Before it, only the trial of the low dose bore on the standard dose: 4 - 1 - 2 steps.
    (STANDARD, RASH, "2012-12-30", (NEVER, None, "very low", {FEW: 1, DOSE: 2})),
    # Trial and series are equally far, by another route; the trial alone is weighed.
    (TOPICAL, RASH, None, (NEVER, None, "very low", {FEW: 1, ROUTE: 2})),
    # The case report stood from the end of 2011, of which only the year is known, to 2013. The
    # interval of 1/1 goes from 0.21 to 1.
    (LOW, ITCH, "2011-12-30", (NEVER, None, None, {})),
    (LOW, ITCH, "2011-12-31", ("supported", "4", "very low", {FEW: 1, NO_CONTROL: 1, WIDE: 1})),
    (LOW, ITCH, "2013-04-30", ("supported", "4", "very low", {FEW: 1, NO_CONTROL: 1, WIDE: 1})),
    (LOW, ITCH, "2013-05-01", (NEVER, None, None, {})),
    # Then the series, inexact for the balm; patients judged, and 6/8 goes from 0.41 to 0.93.
    (
        LOW,
        ITCH,
        "2015-06-29",
        (NEVER, None, "very low", {FEW: 1, NO_CONTROL: 1, WIDE: 1, SELF: 1, BESIDES: 1}),
    ),
    # From the day of the search on it is searched for, at each kind of regimen of the drug.
    (
        LOW,
        ITCH,
        "2015-06-30",
        (SEARCHED, None, "very low", {FEW: 1, NO_CONTROL: 1, WIDE: 1, SELF: 1, BESIDES: 1}),
    ),
    (
        TOPICAL,
        ITCH,
        None,
        (
            SEARCHED,
            None,
            "very low",
            {FEW: 1, NO_CONTROL: 1, WIDE: 1, SELF: 1, BESIDES: 1, ROUTE: 2},
        ),
    ),
]

_PAGE, _TRIAL_DAY = date(2016, 3, 1), date(2010, 4, 1)
_END_2011, _END_2012, _END_2014 = (date(year, 12, 31) for year in (2011, 2012, 2014))

# Saved query, its parameters besides the drug, columns, and their rows.
ANSWERS: list[tuple[str, dict[str, object], tuple[str, ...], set[tuple[Any, ...]]]] = [
    (
        "evidence/tallies-by-dose-class",
        {},
        ("doseClass", "conditionLabel", "supporting", "disputing", "people"),
        {(LOW, RASH, 1, 0, 40), (STANDARD, RASH, 0, 1, 12), (LOW, ITCH, 1, 0, 8)},
    ),
    (
        "evidence/tallies-by-dose-class",
        {"asOf": "2012-06-30"},
        ("doseClass", "conditionLabel", "supporting", "disputing", "people"),
        {(LOW, RASH, 1, 0, 40), (LOW, ITCH, 1, 0, 1)},
    ),
    # The trial is blinded against a placebo, the series has its own baseline; both measured
    # clinical response, and neither states a sex.
    (
        "evidence/conflicting-findings",
        {},
        ("speaksFor", "speaksAgainst", "axis", "since"),
        {(TRIAL, SERIES, axis, _END_2012) for axis in ("dose", "comparator", "design")},
    ),
    # The retracted case report refutes nothing on a page of 2016.
    (
        "evidence/absence-claims",
        {},
        ("code", "reading", "standing", "refutedByLabel", "written"),
        {
            ("IP4", "as said", "untrue when written", TRIAL, _PAGE),
            ("IP4", "at any dose or route", "untrue when written", TRIAL, _PAGE),
            ("IP5", "at any dose or route", "untrue when written", BALM, _PAGE),
        },
    ),
    (
        "evidence/what-refutes-absence",
        {"asOf": "2013-04-30"},
        ("studyLabel", "since"),
        {(TRIAL, _TRIAL_DAY), (CASE, _END_2011), (SERIES, _END_2012)},
    ),
    (
        "evidence/what-refutes-absence",
        {"asOf": "2013-05-01"},
        ("studyLabel", "since"),
        {(TRIAL, _TRIAL_DAY), (SERIES, _END_2012)},
    ),
    (
        "evidence/searched-none-found",
        {"asOf": "2017-06-30"},
        ("regimenLabel", "conditionLabel", "searchedOn", "hits", "isOutOfDate"),
        {(kind, ITCH, date(2015, 6, 30), 1, False) for kind in (LOW, STANDARD, TOPICAL)},
    ),
    (
        "evidence/searched-none-found",
        {"asOf": "2017-07-01"},
        ("regimenLabel", "isOutOfDate"),
        {(kind, True) for kind in (LOW, STANDARD, TOPICAL)},
    ),
    ("evidence/never-searched", {}, ("regimenLabel", "conditionLabel"), {(TOPICAL, RASH)}),
    # Different starts and opposite signs: the two phases are opposed.
    (
        "mechanism/sign-of-each-phase",
        {},
        ("phase", "netSign", "opposedPhase"),
        {("blockade phase", -1, "rebound phase"), ("rebound phase", 1, "blockade phase")},
    ),
    # The one observation is of the small dose, in cells.
    (
        "mechanism/seen-at-this-dose",
        {},
        ("position", "coverage"),
        {(1, "seen at this dose, but not in human skin"), (2, "never observed")},
    ),
    # A low dose is at most 2 mg, a standard dose at least 10 mg.
    (
        "regimen/is-this-dose-low",
        {"dose": 2},
        ("classLabel", "belongs"),
        {(LOW, "yes"), (STANDARD, "no"), (TOPICAL, "any dose")},
    ),
    (
        "regimen/is-this-dose-low",
        {"dose": 5},
        ("classLabel", "belongs"),
        {(LOW, "no"), (STANDARD, "no"), (TOPICAL, "any dose")},
    ),
    (
        "regimen/doses-used",
        {},
        ("lowestMg", "doseClass", "study"),
        {
            (1, LOW, f"{FOREIGN}invented-trial-2010"),
            (1, LOW, f"{FOREIGN}invented-case-2011"),
            (1, LOW, f"{FOREIGN}invented-series-2014"),
            (20, STANDARD, f"{FOREIGN}invented-series-2012"),
        },
    ),
    # Katz: the square root of 1/15 - 1/20 + 1/5 - 1/20 is 0.40825, and 3 times or over
    # exp(1.95996 * 0.40825) is 6.6776 or 1.3478. Newcombe: Wilson gives 0.5313 to 0.8881 for 15/20
    # and 0.1119 to 0.4687 for 5/20, so 0.5 loses 0.2187 * sqrt(2) and gains 0.1381 * sqrt(2).
    (
        "study/compared-arms",
        {},
        ("k", "n", "otherK", "otherN", "riskRatio", "ratioLow", "ratioHigh"),
        {(15, 20, 5, 20, 3, 1.3478, 6.6776)},
    ),
    (
        "study/compared-arms",
        {},
        ("riskDifference", "differenceLow", "differenceHigh"),
        {(0.5, 0.1907, 0.6954)},
    ),
    ("study/negative-studies", {}, ("studyLabel", "k", "n"), {(SERIES, 1, 12)}),
    (
        "study/combination-therapy",
        {},
        ("studyLabel", "besideLabel", "comparatorReceivedIt"),
        {(BALM, "invented balm", False)},
    ),
    (
        "study/study-dates",
        {},
        ("studyLabel", "countsFrom", "countsUntil"),
        {
            (TRIAL, _TRIAL_DAY, None),
            (CASE, _END_2011, date(2013, 5, 1)),
            (SERIES, _END_2012, None),
            (BALM, _END_2014, None),
        },
    ),
    # Only the first of the five claims has a printed citation.
    (
        "claims/uncited-claims",
        {},
        ("claim",),
        {(f"{BASE}claim/invented-page-{number}",) for number in (2, 3, 4, 5)},
    ),
]

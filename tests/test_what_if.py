"""What a study or a retraction would change, and the smallest study that would change it."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from commands import TINY, offlabel
from offlabel.errors import OfflabelError, ParameterError
from offlabel.evidence.difference import Item
from offlabel.evidence.whatif import (
    Goal,
    Plan,
    Smallest,
    WhatIf,
    World,
    from_file,
    from_plan,
    get_question,
    retraction,
    smallest,
    what_if,
)
from offlabel.evidence.whatif.designs import get_design, get_word, read_designs, read_words
from offlabel.evidence.whatif.smallest import Bench
from offlabel.evidence.whatif.standing import read_standing
from offlabel.paths import Roots, find_roots
from offlabel.sources import discover, fingerprint

DAY = date(2026, 11, 23)
LOW = "low-dose oral naltrexone"
HEAD = "".join(
    f"@prefix {name}: <https://w3id.org/offlabel/{name}/> .\n"
    for name in ("condition", "regimen", "source", "study")
) + (
    "@prefix ol: <https://w3id.org/offlabel/ontology#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)
STUDY = (
    HEAD
    + """
study:new a ol:Study ; rdfs:label "New 2026"@en ; ol:hasDesign ol:CaseReport ; ol:enrolled 1 ;
    ol:inCondition condition:lichen-planopilaris ; ol:hasArm study:new-arm ;
    ol:mainResult study:new-result ; ol:reportedIn source:new .
study:new-arm a ol:Arm ; rdfs:label "arm"@en ; ol:control ol:OwnBaseline ;
    ol:receives regimen:naltrexone-topical-new .
regimen:naltrexone-topical-new a ol:Regimen ; rdfs:label "a new cream"@en ;
    ol:ofDrug <https://w3id.org/offlabel/drug/naltrexone> ; ol:byRoute ol:Topical .
study:new-result a ol:NarrativeResult ; rdfs:label "better"@en ; ol:resultOf study:new-arm ;
    ol:measures ol:DiseaseSeverity ; ol:direction ol:Supports .
source:new a ol:PrimarySource ; rdfs:label "New 2026"@en ; ol:year 2026 .
"""
)


@pytest.fixture(scope="module")
def world(real_roots: Roots) -> World:
    """Return the real graph, open to suppositions."""
    return World(real_roots)


def plan(
    world: World,
    condition: str,
    design: str,
    n: int,
    direction: str,
    blinding: str = "blinding-unstated",
    responders: int | None = None,
    regimen: str = "low-dose-oral-naltrexone",
) -> Plan:
    """Return a planned study of a kind of regimen, against placebo where it has two groups."""
    store = world.today
    question = get_question(world, regimen, condition)
    kind = get_design(store, design)
    control = "placebo" if kind.is_compared else "own-baseline"
    return Plan(
        question.dose,
        question.condition,
        kind,
        n,
        get_word(read_words(store, "Direction"), direction, "direction"),
        get_word(read_words(store, "ControlKind"), control, "control"),
        get_word(read_words(store, "Blinding"), blinding, "blinding"),
        responders,
    )


def changed(found: WhatIf, label: str) -> dict[str, tuple[object, object]]:
    """Return the changed fields of one question, before and after."""
    (item,) = [item for item in found.difference.assessments if item.label == label]
    return {each.field: (each.before, each.after) for each in item.changes}


def labels(items: tuple[Item, ...]) -> list[str]:
    """Return the labels of items."""
    return [item.label for item in items]


def test_retraction_of_the_only_study(world: World) -> None:
    """Without the one case a review's search is left; psoriasis has one study and person less.

    By hand: 6 studies of 94 people support it in psoriasis, the case among them.
    """
    found = what_if(world, retraction(world, ["beltran-monasterio-2019"], DAY))
    told = changed(found, f"{LOW} for erythrodermic psoriasis")

    assert ("supported", "searched, none found") == told["state"]
    assert ("4", None) == told["level"]
    assert ("very low", None) == told["certainty"]
    assert (1, 0) == told["people"]
    assert {"supporting": (6, 5), "people": (94, 93)} == changed(found, f"{LOW} for psoriasis")
    others = [
        label
        for label in labels(found.difference.assessments)
        if not label.endswith("erythrodermic psoriasis")
    ]
    assert [f"{LOW} for psoriasis"] == others
    assert ((), ()) == (found.difference.contradictions, found.difference.standings)
    assert ((), (), ()) == tuple(
        found.difference.kinds[kind] for kind in ("sources", "studies", "claims")
    )


def test_retraction_where_nobody_searched(world: World) -> None:
    """Rheumatoid arthritis is no skin disease, so no search covers it: never searched is left."""
    found = what_if(world, retraction(world, ["raknes-2019"], DAY))
    told = changed(found, f"{LOW} for rheumatoid arthritis")

    assert ("supported", "never searched") == told["state"]
    assert ("very low", None) == told["certainty"]
    assert (360, 0) == told["people"]


def test_retraction_uncovers_what_was_represented(world: World) -> None:
    """The pilot of the same team stood behind the trial in Crohn disease, and takes its place.

    By hand: one arm, 17 people: low, less no control group and few people, is very low.
    """
    found = what_if(world, retraction(world, ["smith-2011"], DAY))
    told = changed(found, f"{LOW} for Crohn disease")

    assert "state" not in told
    assert {
        "level": ("2", "4"),
        "certainty": ("moderate", "very low"),
        "people": (40, 17),
        "factors": (("−1 few people",), ("−1 few people", "−1 no control group")),
    } == {name: told[name] for name in ("level", "certainty", "people", "factors")}


def test_retraction_of_both_sides(world: World) -> None:
    """In lichen planopilaris the trial falls: supported, very low. Then both: searched in 2018.

    What is left is one person who got plasma beside it: low, and four reasons to lower that.
    """
    label = f"{LOW} for lichen planopilaris"
    alone = changed(what_if(world, retraction(world, ["lpp-trial-2020"], DAY)), label)
    both = what_if(world, retraction(world, ["lpp-trial-2020", "strazzulla-2017"], DAY))

    assert ("disputed", "supported") == alone["state"]
    assert ("low", "very low") == alone["certainty"]
    assert ("disputed", "searched, none found") == changed(both, label)["state"]
    assert ("low", "very low") == changed(both, label)["certainty"]
    assert (
        "−1 combination",
        "−1 few people",
        "−1 no control group",
        "−1 wide interval",
    ) == changed(both, label)["factors"][1]
    # The trial was public when the page denied it: that it was untrue then remains.
    assert () == both.difference.standings
    assert ["gone"] == [item.fate for item in both.difference.contradictions]


def test_a_study_with_two_reports_needs_both(world: World) -> None:
    """The trial of 2009 was reported twice: one retraction changes nothing, two do."""
    one = what_if(world, retraction(world, ["malekzad-2009"], DAY))
    two = what_if(world, retraction(world, ["malekzad-2009", "malekzad-2007"], DAY))
    label = "standard-dose oral naltrexone for atopic dermatitis"

    assert one.difference.is_empty
    assert "supported" == changed(two, label)["state"][0]


@pytest.mark.parametrize(
    ("n", "blinding", "certainty", "factors"),
    [
        (400, "double-blind", "high", None),
        (399, "double-blind", "moderate", ("−1 few people",)),
        (400, "single-blind", "high", None),
        (400, "open-label", "moderate", ("−1 no blinding",)),
        (400, "blinding-unstated", "moderate", ("−1 no blinding",)),
        (399, "open-label", "low", ("−1 few people", "−1 no blinding")),
    ],
)
def test_a_trial_in_vitiligo(
    world: World, n: int, blinding: str, certainty: str, factors: tuple[str, ...] | None
) -> None:
    """A trial sets out high; fewer than 400 people cost a step, and so does want of blinding."""
    study = plan(world, "vitiligo", "randomised-trial", n, "supports", blinding)
    told = changed(what_if(world, from_plan(study, DAY)), f"{LOW} for vitiligo")

    assert ("searched, none found", "supported") == told["state"]
    assert (None, "2") == told["level"]
    assert certainty == told["certainty"][1]
    assert factors == told["factors"][1]
    assert (0, n) == told["people"]


def test_absence_overtaken(world: World) -> None:
    """A trial in vitiligo overtakes the claim that there is no study of it."""
    study = plan(world, "vitiligo", "randomised-trial", 20, "disputes")
    found = what_if(world, from_plan(study, DAY)).difference.standings
    as_said = next(
        item for item in found if item.label.startswith("SC068") and item.label.endswith("as said")
    )

    assert [("standing", "stands", "overtaken since"), ("refuted by", None)] == [
        (as_said.changes[0].field, as_said.changes[0].before, as_said.changes[0].after),
        (as_said.changes[1].field, as_said.changes[1].before),
    ]


def test_a_contradiction_arises(world: World) -> None:
    """A trial that disputes stands against each of the six studies that support, in one condition.

    By hand: the body is then the trial alone, and the state turns to disputed.
    """
    study = plan(world, "psoriasis", "randomised-trial", 40, "disputes", "double-blind")
    found = what_if(world, from_plan(study, DAY))

    assert ("supported", "disputed") == changed(found, f"{LOW} for psoriasis")["state"]
    assert ("very low", "moderate") == changed(found, f"{LOW} for psoriasis")["certainty"]
    assert found.difference.contradictions
    assert {"added"} == {item.fate for item in found.difference.contradictions}
    assert all("the supposed study" in label for label in labels(found.difference.contradictions))


@pytest.mark.parametrize(
    ("k", "n", "has_wide"),
    [(1, 2, True), (8, 15, False), (2, 4, True), (0, 4, False)],
)
@pytest.mark.large
def test_responders(world: World, k: int, n: int, has_wide: bool) -> None:
    """Of Wilson's intervals, 1/2 (0.09-0.91) and 2/4 (0.15-0.85) span more than a half.

    8/15 (0.30-0.75) and 0/4 (0-0.49) do not.
    """
    study = plan(world, "vitiligo", "case-series", n, "supports", responders=k)
    told = changed(what_if(world, from_plan(study, DAY)), f"{LOW} for vitiligo")
    factors = told["factors"][1]

    assert ("−1 few people", "−1 no control group", *(("−1 wide interval",) * has_wide)) == factors


def test_an_unrelated_study(world: World, tmp_path: Path) -> None:
    """One case of a cream in lichen planopilaris moves that question, and nothing else at all."""
    file = tmp_path / "new.ttl"
    file.write_text(STUDY)
    found = what_if(world, from_file(world, file))

    assert ["topical naltrexone for lichen planopilaris"] == labels(found.difference.assessments)
    told = changed(found, "topical naltrexone for lichen planopilaris")
    assert ("searched, none found", "supported") == told["state"]
    assert (None, "4") == told["level"]
    assert () == found.difference.standings
    assert () == found.notes
    # It supports, and the trial of 2020 disputes, by another route.
    (conflict,) = found.difference.contradictions
    assert "route" in conflict.fields["axes"]  # type: ignore[operator]


def test_a_study_that_bears_on_nothing(world: World, tmp_path: Path) -> None:
    """Where a study lacks what evidence needs, nothing changes and it is said what is missing."""
    file = tmp_path / "new.ttl"
    file.write_text(
        STUDY.replace("ol:mainResult study:new-result ;", "").replace(" ; ol:year 2026", "")
    )
    outcome = offlabel("what-if", str(file))

    assert (0, "") == (outcome.code, outcome.err)
    assert "Nothing would change" in outcome.text
    assert "it lacks a main result with a direction, a report with a date" in outcome.text


def test_nothing_is_written(tmp_path: Path) -> None:
    """The sources are the same files as before, and there are no others."""
    folder = tmp_path / "world"
    shutil.copytree(TINY[1], folder)
    roots = find_roots([folder], only=True)
    before = fingerprint(discover(roots))
    data = ("--data", str(folder), "--only-data")

    assert 0 == offlabel("what-if", "--retract", "trial", *data).code
    assert 0 == offlabel("what-if", *FEATURES.split(), *data).code
    assert before == fingerprint(discover(roots))
    assert ["world"] == [path.name for path in tmp_path.iterdir()]


@pytest.fixture(scope="module")
def lpp(world: World) -> Smallest:
    """Return the smallest studies that move low doses in lichen planopilaris."""
    question = get_question(world, "LDN", "lichen-planopilaris")
    return smallest(world, question, Goal(), DAY)


def test_the_weaker_designs_move_nothing(lpp: Smallest) -> None:
    """Beside a randomised trial nothing else is weighed, whatever its size."""
    weak = [each for each in lpp.reaches if each.design != "randomised controlled trial"]

    assert 18 == len(weak)
    assert all(step.reached.is_as(lpp.today) for each in weak for step in each.steps)
    assert not any(each.enough for each in weak)


def test_smallest_trial(lpp: Smallest) -> None:
    """By hand: 34 people dispute it, so 366 more make 400, and two who support make it undecided.

    Low is high less no blinding and few people: blinding or 400 people give a step back, lines
    on both sides take one.
    """
    reached = {
        (each.blinding, each.direction): [
            (step.n, step.reached.state, step.reached.certainty) for step in each.steps
        ]
        for each in lpp.reaches
        if each.design == "randomised controlled trial"
    }
    more = {
        "open label": [(2, "disputed", "low"), (366, "disputed", "moderate")],
        "double blind": [(2, "disputed", "moderate"), (366, "disputed", "high")],
    }

    assert {
        **{(blinding, way): more[blinding] for blinding in more for way in ("disputes",)},
        **{(blinding, "inconclusive"): more[blinding] for blinding in more},
        ("open label", "supports"): [
            (2, "inconclusive", "very low"),
            (366, "inconclusive", "low"),
        ],
        ("double blind", "supports"): [
            (2, "inconclusive", "low"),
            (366, "inconclusive", "moderate"),
        ],
    } == reached
    assert [("supports", 2), ("disputes", 366), ("inconclusive", 366)] == [
        (each.direction, each.enough.n) for each in lpp.least if each.enough
    ]
    assert {"open label"} == {each.blinding for each in lpp.least}


def find(world: World, condition: str, state: str | None, certainty: str | None) -> Smallest:
    """Return the smallest supporting study of low doses that reaches a state or a certainty."""
    ways = [word for word in read_words(world.today, "Direction") if word.slug == "supports"]
    goal = Goal.from_names(world.today, state, certainty)
    return smallest(world, get_question(world, "LDN", condition), goal, DAY, ways)


def test_smallest_for_a_certainty(world: World) -> None:
    """In psoriasis 94 people of series count no more beside a trial: high takes 400, blinded.

    Low takes a comparison group and, with the 94, 400 people; or a small open trial.
    """
    high = find(world, "psoriasis", None, "high")
    low = find(world, "psoriasis", None, "low")

    assert [("randomised controlled trial", "double blind", 400)] == [
        (each.design, each.blinding, each.enough.n) for each in high.found if each.enough
    ]
    assert [
        ("non-randomised controlled trial", "open label", 306),
        ("non-randomised controlled trial", "double blind", 306),
        ("randomised controlled trial", "open label", 2),
        ("randomised controlled trial", "double blind", 2),
    ] == [(each.design, each.blinding, each.enough.n) for each in low.found if each.enough]


def test_what_no_single_study_can_reach(world: World) -> None:
    """Trials on both sides in fibromyalgia keep it from high; support disputes nothing."""
    assert () == find(world, "fibromyalgia", None, "high").found
    assert () == find(world, "vitiligo", "disputed", None).found
    with pytest.raises(ParameterError, match="is there already"):
        find(world, "psoriasis", "supported", None)


def test_where_nobody_asked(world: World) -> None:
    """A case report is enough where nothing is known: supported, with very low certainty."""
    found = find(world, "vitiligo", "supported", None)

    assert "searched, none found" == found.today.state
    assert ("case report", 1) == (found.least[0].design, found.reaches[0].steps[0].n)
    assert "very low" == found.reaches[0].steps[0].reached.certainty


@pytest.mark.parametrize(
    ("regimen", "condition"),
    [
        ("low-dose-oral-naltrexone", "psoriasis"),
        ("low-dose-oral-naltrexone", "vitiligo"),
        ("topical-naltrexone", "atopic-dermatitis"),
        ("standard-dose-oral-naltrexone", "uraemic-pruritus"),
    ],
)
def test_a_narrowed_world_answers_alike(world: World, regimen: str, condition: str) -> None:
    """What is left out for speed bears on nothing: whole and narrowed graph give one answer."""
    question = get_question(world, regimen, condition)
    way = read_words(world.today, "Direction")[0]
    bench = Bench(world, question, read_designs(world.today)[0], way, DAY)
    for design, n, direction in (
        ("case-report", 1, "disputes"),
        ("non-randomised-trial", 500, "inconclusive"),
        ("randomised-trial", 30, "supports"),
    ):
        study = plan(world, condition, design, n, direction, regimen=regimen)
        whole = world.supposing(from_plan(study, DAY).quads)

        assert read_standing(whole, question) == bench.standing(study)
    assert "no question yet" != bench.today.state


def test_in_the_small_world() -> None:
    """The commands work on another drug: 380 people beside 20 blinded ones make it high."""
    about = ("--regimen", "low-dose-examplamine", "--condition", "dotted-sample-rash")
    told = json.loads(
        offlabel(
            "what-if", *about, "--smallest", "--to-certainty", "high", "-f", "json", *TINY
        ).text
    )
    fallen = offlabel("what-if", "--retract", "Other 2003", *TINY)

    assert {"state": "disputed", "certainty": "moderate", "rank": 2, "factors": ["few people"]} == (
        told["today"]
    )
    assert {("disputes", 380), ("inconclusive", 380)} == {
        (each["direction"], step["n"])
        for each in told["reaches"]
        for step in each["steps"]
        if step["isEnough"]
    }
    assert told["isReachable"] is True
    assert 0 == fallen.code
    assert "state: disputed → supported" in fallen.text


def test_formats(tmp_path: Path) -> None:
    """Text, Markdown and JSON tell the same; a file's ending names its format."""
    study = ("--regimen", "low-dose-examplamine", "--condition", "sample-fever", "--n", "3")
    arguments = ("what-if", *study, "--design", "case-series", "--direction", "supports", *TINY)
    text = offlabel(*arguments)
    told = json.loads(offlabel(*arguments, "-f", "json").text)
    file = tmp_path / "found.md"

    assert (0, 0) == (text.code, offlabel(*arguments, "-o", str(file)).code)
    assert "state: never searched → supported" in text.text
    assert "a case series of examplamine 1.5 mg by mouth once daily" in told["hypothesis"]
    assert {"hypothesis", "notes", "isEmpty", "assessments", "contradictions", "standings"} == set(
        told
    )
    assert "- changed: low-dose oral examplamine for sample fever" in file.read_text()
    found = offlabel("what-if", *study[:4], "--smallest", "-f", "md", *TINY).text
    assert "## The smallest\n\n- case report, open label, against own baseline; " in found


FEATURES = "--regimen LDE --condition sample-fever --design case-series --n 9 --direction supports"
SMALLEST = "--regimen LDE --condition sample-fever --smallest"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "Nothing is supposed"),
        ("nowhere.ttl", "nowhere.ttl: cannot be read"),
        ("x.ttl --retract trial", "one thing at a time"),
        (f"x.ttl {FEATURES}", "one thing at a time"),
        (f"{FEATURES} --retract trial", "one thing at a time"),
        ("--retract reprot", "Did you mean report"),
        ("--retract sample-rash", "a source is needed"),
        (FEATURES.replace("LDE", "low-dose-examplamin"), "Did you mean low-dose-examplamine"),
        (FEATURES.replace("sample-fever", "sample-fevre"), "Did you mean sample-fever"),
        (FEATURES.replace("case-series", "randomized-trial"), "Did you mean randomised-trial"),
        (FEATURES.replace("case-series", "systematic-review"), "never weighed"),
        (FEATURES.replace("case-series", "any-design"), "never weighed"),
        (FEATURES.replace("case-series", "case-report"), "has 1 person, not 9"),
        (FEATURES.replace(" 9", " 0"), "not 0: correct --n"),
        (FEATURES.replace(" 9", " -3"), "not -3: correct --n"),
        (FEATURES.replace(" 9", f" {10**30}"), "correct --n"),
        (FEATURES.replace(" 9", " many"), "not a valid integer"),
        (FEATURES.replace("supports", "helps"), "'helps' is not one of"),
        (f"{FEATURES} --responders 10", "9 of 9 people get the drug"),
        (f"{FEATURES} --responders -1", "Correct --responders"),
        (f"{FEATURES} --control placebo", "no comparison group"),
        (f"{FEATURES} --control placbo", "Did you mean placebo"),
        (f"{FEATURES} --blinding triple", "There is no blinding called"),
        (FEATURES.replace("case-series", "randomised-trial --responders 6"), "5 of 9 people"),
        (FEATURES.replace("case-series", "randomised-trial --control own-baseline"), "compared"),
        (FEATURES.replace("--n 9 ", ""), "Give --n too"),
        (FEATURES.replace("--condition sample-fever ", ""), "Give --condition too"),
        (f"{FEATURES} --to-state disputed", "--to-state needs --smallest"),
        (f"{FEATURES} --smallest", "cannot go with --smallest"),
        (f"{SMALLEST} --to-state bogus", "Known: disputed"),
        (f"{SMALLEST} --to-state disputed --to-certainty low", "not for both"),
        (f"{SMALLEST} --to-certainty hihg", "Did you mean high"),
        (f"{SMALLEST} --to-state never-searched", "is there already"),
        (f"{SMALLEST} --direction up", "'up' is not one of"),
        (f"{FEATURES} --data nowhere", "no such folder"),
        (f"{FEATURES} --only-data", "--only-data needs --data"),
    ],
)
def test_what_cannot_be_supposed(arguments: str, message: str) -> None:
    """What is wrong is said with what to do, at exit code 2, and nothing is answered."""
    data = () if "data" in arguments else TINY
    outcome = offlabel("what-if", *arguments.split(), *data)

    assert (2, "") == (outcome.code, outcome.text)
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_group_of_conditions(world: World) -> None:
    """No study can be of a group, so none is supposed."""
    with pytest.raises(ParameterError, match="skin disease is a group of conditions"):
        get_question(world, "LDN", "skin-disease")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (STUDY.replace("ol:hasArm study:new-arm ;", "ol:hasArm study:new-arm", 1), r":\d+: malf"),
        (STUDY.replace("@prefix source:", "@prefix sauce:"), "prefix source: is not declared"),
        (HEAD, "there is no study in this file"),
        ("", "there is no study in this file"),
        (STUDY.replace("ol:CaseReport", "ol:CaseReprot"), ":8: ol:CaseReprot .*Did you mean ol:Ca"),
        (STUDY.replace("lichen-planopilaris", "lichen-planopilari"), "Did you mean condition:lich"),
        (STUDY.replace("ol:inCondition", "ol:inCondtion"), "Did you mean ol:inCondition"),
        (STUDY.replace("study:new ", "study:bray-2024 "), ":8: study:bray-2024 is in the graph"),
    ],
)
def test_files_that_cannot_be_supposed(
    world: World, tmp_path: Path, text: str, message: str
) -> None:
    """A file's error names the file, mostly the line, and the remedy."""
    file = tmp_path / "new.ttl"
    file.write_text(text)

    with pytest.raises(OfflabelError, match=message) as error:
        from_file(world, file)
    assert str(file) in str(error.value)


def test_a_retracted_source_cannot_fall_again() -> None:
    """A letter that was retracted in 2002 is refused, with the day."""
    outcome = offlabel("what-if", "--retract", "letter", *TINY)

    assert 2 == outcome.code
    assert "was retracted already, on 2002-05-05" in outcome.err

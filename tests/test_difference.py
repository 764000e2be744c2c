"""What differs between two graphs is told in studies, claims, states and grades, not triples."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import offlabel
from offlabel.evidence.difference import Change, Difference, Item, compare, open_side
from offlabel.evidence.difference_formats import FORMATS, as_json, as_text
from offlabel.exports import FILES, Selection, write
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE

TINY = Path(__file__).parent / "tiny"
TRIAL = BASE + "study/lpp-trial-2020"
LOW_IN_LPP = "low-dose oral naltrexone for lichen planopilaris"
Edit = Callable[..., Difference]


def changes(items: tuple[Item, ...], label: str) -> dict[str, tuple[object, object]]:
    """Return the changed fields of the one item of a label, before and after."""
    (item,) = [item for item in items if item.label == label]
    return {each.field: (each.before, each.after) for each in item.changes}


@pytest.fixture
def edited(tiny: MemoryStore, real_roots: Roots, tmp_path: Path) -> Edit:
    """Return a function that compares the small world with itself after some edits of its text."""

    def edit(*edits: tuple[str, str]) -> Difference:
        folder = tmp_path / "edited"
        shutil.copytree(TINY, folder)
        world = folder / "world.ttl"
        text = world.read_text(encoding="utf-8")
        for old, new in edits:
            assert 1 == text.count(old), old
            text = text.replace(old, new)
        world.write_text(text, encoding="utf-8")
        return compare(tiny, open_side(folder), real_roots)

    return edit


@pytest.fixture(scope="module")
def without_trial(real: MemoryStore, real_roots: Roots) -> MemoryStore:
    """Return the real graph as if nobody had entered the trial in lichen planopilaris."""
    from offlabel.rules import apply, read_rules
    from offlabel.sources import read_dataset

    dataset = read_dataset(real_roots).check()
    file = "/data/studies/lpp-trial-2020"
    kept = [quad for quad in dataset.quads if not str(quad.graph_name).endswith(f"{file}>")]
    assert 0 < len(kept) < len(dataset.quads)
    found = MemoryStore.from_quads({quad.triple: quad for quad in reversed(kept)}.values())
    apply(found.store, read_rules(dataset.files))
    return found


@pytest.fixture(scope="module")
def fallen(real: MemoryStore, without_trial: MemoryStore, real_roots: Roots) -> Difference:
    """Return what falls with that trial."""
    return compare(real, without_trial, real_roots)


def test_a_graph_does_not_differ_from_itself(real: MemoryStore, real_roots: Roots) -> None:
    """Compared with itself a graph has no difference of any kind."""
    found = compare(real, real, real_roots)

    assert found.is_empty
    assert dict.fromkeys(found.kinds, ()) == found.kinds
    assert 6 == len(found.kinds)


def test_one_study_less(fallen: Difference) -> None:
    """The study is named and no other; no source and no claim is touched."""
    assert [("gone", TRIAL)] == [(item.fate, item.iri) for item in fallen.studies]
    assert "randomised controlled trial" == fallen.studies[0].fields["design"]
    assert 34 == fallen.studies[0].fields["enrolled"]
    assert ((), ()) == (fallen.sources, fallen.claims)


def test_state_and_grade_without_the_study(fallen: Difference) -> None:
    """By hand, as of 2019: supported by 4 people of a series; low, less 1 and 1, is very low."""
    told = changes(fallen.assessments, LOW_IN_LPP)

    assert {
        "state": ("disputed", "supported"),
        "level": ("2", "4"),
        "certainty": ("low", "very low"),
        "starts at": ("high", "low"),
        "factors": (
            ("−1 few people", "−1 no blinding"),
            ("−1 few people", "−1 no control group"),
        ),
        "supporting": (0, 1),
        "disputing": (1, 0),
        "people": (34, 4),
    } == told


def test_only_questions_of_that_condition_change(fallen: Difference) -> None:
    """Lichen planopilaris is adjacent to nothing: its own questions change, and all of them."""
    assert {
        f"{regimen} for lichen planopilaris"
        for regimen in (
            "intermediate-dose oral naltrexone",
            "low-dose oral naltrexone",
            "oral naloxone",
            "standard-dose oral naltrexone",
            "topical naltrexone",
        )
    } == {item.label for item in fallen.assessments}
    assert {"changed"} == {item.fate for item in fallen.assessments}


def test_conflict_and_absence_without_the_study(fallen: Difference) -> None:
    """The conflict with the series of 2017 goes, and "no low-dose trial in skin" then stands."""
    (conflict,) = fallen.contradictions
    as_said = "SC119, no randomised controlled trial of low-dose oral naltrexone in skin disease"

    assert "gone" == conflict.fate
    assert "Strazzulla 2017" in conflict.label
    assert ("untrue when written", "stands") == changes(fallen.standings, f"{as_said}; as said")[
        "standing"
    ]
    # Trials of a cream and of 50 mg still refute it at any dose or route.
    any_dose = changes(fallen.standings, f"{as_said}; at any dose or route")
    assert ["refuted by"] == list(any_dose)


def test_the_other_way_round(
    real: MemoryStore, without_trial: MemoryStore, real_roots: Roots, fallen: Difference
) -> None:
    """From B to A what was gone is added, and each change is turned round."""
    back = compare(without_trial, real, real_roots)

    assert [("added", TRIAL)] == [(item.fate, item.iri) for item in back.studies]
    assert {
        item.iri: [Change(each.field, each.after, each.before) for each in item.changes]
        for item in fallen.assessments
    } == {item.iri: list(item.changes) for item in back.assessments}


def test_by_condition_and_drug(
    real: MemoryStore, without_trial: MemoryStore, real_roots: Roots
) -> None:
    """Nothing of it is about psoriasis; of lichen planopilaris, naloxone has one question."""

    def narrowed(drug: str, condition: str) -> Difference:
        return compare(
            real,
            without_trial,
            real_roots,
            drug=f"{BASE}drug/{drug}",
            condition=f"{BASE}condition/{condition}",
        )

    assert narrowed("naltrexone", "psoriasis").is_empty
    lpp = narrowed("naltrexone", "lichen-planopilaris")
    assert [TRIAL] == [item.iri for item in lpp.studies]
    assert 4 == len(lpp.assessments)
    other = narrowed("naloxone", "lichen-planopilaris")
    assert ["oral naloxone for lichen planopilaris"] == [i.label for i in other.assessments]
    assert () == other.studies


def test_claims(edited: Edit) -> None:
    """Words, proposition and citation of a claim are compared; one that is gone is named."""
    found = edited(
        ('rdfs:label "it shows promise"@en', 'rdfs:label "it looks well"@en'),
        ("ol:asserts proposition:typical-dose", "ol:asserts proposition:self-rated"),
        (
            "ol:at passage:page-421-460 ; ol:printedCitation source:guide",
            "ol:at passage:page-421-460 ; ol:printedCitation source:report",
        ),
        ('claim:t14 a ol:Claim ; skos:notation "T14" ;', "claim:t14"),
    )

    assert ["changed", "changed", "changed", "gone"] == [item.fate for item in found.claims]
    told = {item.iri.rpartition("/")[2]: item for item in found.claims}
    assert {"t03", "t04", "t08", "t14"} == set(told)
    assert (Change("words", "it shows promise", "it looks well"),) == told["t03"].changes
    assert (
        Change(
            "proposition",
            "low-dose oral examplamine has the typical dose 1.5 mg",
            "Sample 2001 ascertains its outcome by self-rating",
        ),
    ) == told["t04"].changes
    assert (Change("cites", "Guide 2002", "Sample 2001"),) == told["t08"].changes
    assert "the page advises reliance on a doctor" == told["t14"].fields["proposition"]


def test_more_people(edited: Edit) -> None:
    """With 400 people the blinded trial is no longer lowered for few: moderate becomes high."""
    found = edited(("ol:enrolled 20 ;", "ol:enrolled 400 ;"))

    assert (Change("enrolled", 20, 400),) == found.studies[0].changes
    for condition in ("sample rash", "dotted sample rash"):
        assert {
            "certainty": ("moderate", "high"),
            "factors": (("−1 few people",), None),
            "people": (20, 400),
        } == changes(found.assessments, f"low-dose oral examplamine for {condition}")
    assert 2 == len(found.assessments)
    assert ((), (), ()) == (found.contradictions, found.standings, found.claims)


def test_retraction(edited: Edit) -> None:
    """A retraction is told of the source; the series is left, and the conflict is over.

    By hand: low, less no control group, few people, self-assessed and 3 of 4 (0.30 to 0.95).
    """
    found = edited(
        (
            'ol:publishedOn "2003-03-03"^^xsd:date ;',
            'ol:publishedOn "2003-03-03"^^xsd:date ; ol:retractedOn "2004-01-01"^^xsd:date ;',
        )
    )
    (source,) = found.sources

    assert ("retracted", "Other 2003") == (source.fate, source.label)
    assert (Change("retracted on", None, "2004-01-01"),) == source.changes
    told = changes(found.assessments, "low-dose oral examplamine for dotted sample rash")
    assert ("disputed", "supported") == told["state"]
    assert ("moderate", "very low") == told["certainty"]
    assert (
        "−1 few people",
        "−1 no control group",
        "−1 self-assessed outcome, not blinded",
        "−1 wide interval",
    ) == told["factors"][1]
    assert ["gone"] == [item.fate for item in found.contradictions]
    # The claim of 2002 was overtaken in 2003, and that stays as it was.
    assert () == found.standings


def test_axes_and_contradictions_of_claims(edited: Edit) -> None:
    """An axis that changed is told, of a contradiction between claims and between findings."""
    same, other_outcome = "ol:category ol:Responder ; ol:count 3", "PatientReportedImprovement"
    found = edited(
        ("ol:differsOn ol:TimeAxis", "ol:differsOn ol:DoseAxis"),
        (f"ol:measures ol:ClinicalResponse ; {same}", f"ol:measures ol:{other_outcome} ; {same}"),
    )
    by_claims = changes(found.contradictions, "tolerated, yet long-term safety unknown")
    (other,) = [item for item in found.contradictions if "↔" in item.label]

    assert {"axes": (("time",), ("dose",))} == by_claims
    assert (
        Change("axes", ("comparator", "design", "outcome"), ("comparator", "design")),
    ) == other.changes


@pytest.mark.parametrize("form", ["jsonld", "nquads", "ntriples", "rdfxml", "trig", "turtle"])
def test_exported_graphs(tiny: MemoryStore, tmp_path: Path, form: str) -> None:
    """A graph is the same after an export in any form, packed or not, and no rule runs anew."""
    for ending in ("", ".gz"):
        file = tmp_path / f"graph{FILES[form].suffix}{ending}"
        write(FILES[form], Selection(tiny.store), file)
        outcome = offlabel("diff", str(TINY), str(file))

        assert (0, "") == (outcome.code, outcome.err)
        assert "say the same" in outcome.text


def test_export_without_rules(tiny: MemoryStore, tmp_path: Path) -> None:
    """Where nothing was derived it is said, and the states are gone, not worked out anew."""
    file = tmp_path / "asserted.nq"
    write(FILES["nquads"], Selection(tiny.store, ("asserted", "mappings")), file)
    outcome = offlabel("diff", str(TINY), str(file), "-f", "json")
    found = json.loads(outcome.text)

    assert 1 == outcome.code
    assert "holds nothing that rules derived" in outcome.err
    assert [] == found["studies"] + found["claims"] + found["sources"]
    assert 4 == len(found["assessments"])
    assert {"gone"} == {item["fate"] for item in found["assessments"]}


def test_command(tmp_path: Path) -> None:
    """The command exits with 1 where folders differ; the formats agree; -o writes a file."""
    folder = tmp_path / "world"
    shutil.copytree(TINY, folder)
    world = folder / "world.ttl"
    world.write_text(world.read_text().replace("ol:enrolled 20 ;", "ol:enrolled 21 ;"))
    text = offlabel("diff", str(TINY), str(folder))
    told = json.loads(offlabel("diff", str(TINY), str(folder), "-f", "json").text)
    file = tmp_path / "found.md"
    saved = offlabel("diff", str(TINY), str(folder), "-o", str(file))
    one = offlabel("diff", str(TINY), str(folder), "--condition", "striped-sample-rash")

    assert (1, 1, 0) == (text.code, saved.code, one.code)
    assert "enrolled: 20 → 21" in text.text
    assert "no panel's judgement" in text.text
    assert [{"field": "enrolled", "before": 20, "after": 21}] == told["studies"][0]["changes"]
    assert told["isEmpty"] is False
    assert "## Studies\n\n- changed: Other 2003" in file.read_text()


@pytest.mark.parametrize("name", FORMATS)
def test_formats(fallen: Difference, name: str) -> None:
    """Each format names the study, the question and what became of it."""
    text = FORMATS[name](fallen)

    assert "Trial in lichen planopilaris 2020" in text
    assert LOW_IN_LPP in text
    assert "untrue when written" in text
    assert '"isEmpty": true' in as_json(Difference())
    assert "say the same" in as_text(Difference())


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    """What is missing, empty, malformed or of no known kind is told with its place, exit 2."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.ttl").write_text("<a> <b> .\n")
    (tmp_path / "graph.nt").write_text("this is no triple\n")
    (tmp_path / "graph.jsonld").write_text("{")
    (tmp_path / "graph.rdf").write_text("<rdf")
    (tmp_path / "graph.ttl").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "graph.nq.gz").write_bytes(b"not packed")
    (tmp_path / "graph.csv").write_text("a,b\n")
    (tmp_path / "bare").write_text("")
    expected = {
        "nowhere": "there is no such folder or file",
        "empty": "no Turtle file",
        "broken": "a.ttl:1: malformed Turtle",
        "graph.nt": "malformed",
        "graph.jsonld": "malformed",
        "graph.rdf": "malformed",
        "graph.ttl": "malformed",
        "graph.nq.gz": "is not whole",
        "graph.csv": "an exported graph ends in",
        "bare": "an exported graph ends in",
    }
    for name, message in expected.items():
        for sides in ((str(tmp_path / name), str(TINY)), (str(TINY), str(tmp_path / name))):
            outcome = offlabel("diff", *sides)
            assert (2, "") == (outcome.code, outcome.text), name
            assert message in outcome.err, name
            assert name in outcome.err
            assert "Traceback" not in outcome.err


def test_unknown_names() -> None:
    """A drug or condition that neither side knows is refused, with a close match."""
    for option, name, close in (
        ("--drug", "examplamin", "examplamine"),
        ("--condition", "sample-rush", "sample-rash"),
    ):
        outcome = offlabel("diff", str(TINY), str(TINY), option, name)
        assert 2 == outcome.code
        assert f"Did you mean {close}" in outcome.err
    assert 2 == offlabel("diff", str(TINY)).code


def test_empty_export(tmp_path: Path) -> None:
    """An empty graph is a graph: all that the other holds is added."""
    file = tmp_path / "graph.nt"
    file.write_text("")
    outcome = offlabel("diff", str(file), str(TINY), "-f", "json")

    assert 1 == outcome.code
    assert {"added"} == {item["fate"] for item in json.loads(outcome.text)["studies"]}

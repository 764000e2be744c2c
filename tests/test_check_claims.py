"""Claims held against the graph: verdicts worked out by hand, and files that people get wrong."""

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import yaml

import offlabel as package
from commands import TINY, offlabel
from offlabel.errors import OfflabelError
from offlabel.evidence.claimcheck import Judged, Verdict, check_claims
from offlabel.names import get_thing
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore

ARTICLE = date(2025, 8, 25)
EXPECTED = yaml.safe_load(Path(__file__).with_name("article-verdicts.yaml").read_text("utf-8"))
LOW = "low-dose-oral-naltrexone"
STANDARD = "standard-dose-oral-naltrexone"

# Worked out from the states and certainties of docs/worked-cases.md and docs/check-claims.md.
CLAIMS = {
    # Supported with moderate certainty: a verb that is stronger, as strong, and weaker.
    f"{STANDARD},Improves,atopic-dermatitis,asserted": Verdict.STRONGER,
    f"{STANDARD},Improves,atopic-dermatitis,probably improves": Verdict.ENTAILED,
    f"{STANDARD},Improves,atopic-dermatitis,shows promise": Verdict.ENTAILED,
    f"{STANDARD},DoesNotImprove,atopic-dermatitis,possibly": Verdict.CONTRADICTED,
    # Without a strength a claim is asserted.
    f"{STANDARD},Improves,atopic-dermatitis,": Verdict.STRONGER,
    # The same words of another dose.
    f"{LOW},Improves,atopic-dermatitis,probably improves": Verdict.STRONGER,
    # Disputed with low certainty.
    f"{LOW},Improves,lichen-planopilaris,may improve": Verdict.CONTRADICTED,
    f"{LOW},Improves,lichen-planopilaris,suggested": Verdict.CONTRADICTED,
    f"{LOW},DoesNotImprove,lichen-planopilaris,may make little or no difference": Verdict.ENTAILED,
    f"{LOW},DoesNotImprove,lichen-planopilaris,likely": Verdict.STRONGER,
    # Supported with very low certainty: that it was tried may be said, no more.
    f"{LOW},Improves,psoriasis,possibly": Verdict.STRONGER,
    f"{LOW},Improves,psoriasis,very low": Verdict.ENTAILED,
    # Inconclusive with low certainty.
    f"{LOW},Improves,fibromyalgia,possibly": Verdict.STRONGER,
    f"{LOW},Improves,fibromyalgia,suggested": Verdict.ENTAILED,
    # No study, and nothing that bears on it even indirectly.
    f"{STANDARD},Improves,vitiligo,possibly": Verdict.NOT_THERE,
    # No question at all.
    f"{LOW},Improves,addiction,possibly": Verdict.NOT_THERE,
    # Absence: searched; refuted; never searched by a systematic search.
    f"{LOW},HasNoStudyIn,vitiligo,": Verdict.ENTAILED,
    f"{LOW},HasNoStudyIn,psoriasis,": Verdict.CONTRADICTED,
    f"{STANDARD},HasNoStudyIn,fibromyalgia,": Verdict.STRONGER,
    # What only sources say: the article says it, and is not the source that is checked.
    f"{LOW},LacksEvidenceForFirstLineUseIn,psoriasis,": Verdict.ENTAILED,
    f"{LOW},IsFirstLineFor,psoriasis,": Verdict.NOT_THERE,
}


@pytest.fixture(scope="module")
def article(real: MemoryStore, real_roots: Roots) -> list[Judged]:
    """Return what comes of the article's own claims on its own day."""
    source = get_thing(real, "droracle-2025", "source")
    return check_claims(real, real_roots, source=source, as_of=ARTICLE)


def write(tmp_path: Path, *lines: str, name: str = "claims.csv") -> Path:
    """Write a file of claims."""
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def verdicts(store: MemoryStore, roots: Roots, path: Path) -> list[Verdict]:
    """Return the verdicts on a file's claims."""
    return [each.verdict for each in check_claims(store, roots, path)]


def test_claims_of_the_article(article: list[Judged]) -> None:
    """Each claim of the article about a condition has the verdict that was worked out by hand."""
    found: dict[str, set[str]] = {}
    for each in article:
        found.setdefault(each.claim.name, set()).add(str(each.verdict))

    assert {name: {verdict} for name, verdict in EXPECTED.items()} == found


def test_permitted_wording_stands_beside_a_verdict(article: list[Judged]) -> None:
    """What may be said instead follows from the state, and the study that refutes is named."""
    wording = {each.claim.name: [f.wording for f in each.shown] for each in article}

    assert wording["SC016"] == [
        "low-dose oral naltrexone has been tried, "
        "and whether it improves psoriasis is very uncertain"
    ]
    assert [
        "1 study is on record: Trial in lichen planopilaris 2020: "
        "naltrexone 3 mg with topical clobetasol"
    ] == wording["SC119"]
    assert "low-dose oral naltrexone probably improves Crohn disease" in wording["SC065"]


@pytest.mark.parametrize("claim", CLAIMS)
def test_verdict(claim: str, real: MemoryStore, real_roots: Roots, tmp_path: Path) -> None:
    """A claim has the verdict that was worked out by hand."""
    path = write(tmp_path, "regimen,relation,condition,strength", claim)

    assert [CLAIMS[claim]] == verdicts(real, real_roots, path)


def test_design_and_size_of_what_is_missing(
    real: MemoryStore, real_roots: Roots, tmp_path: Path
) -> None:
    """Only a study of the design, and as large, refutes that there is none."""
    head = "regimen,relation,condition,design,least"
    lpp = "HasNoStudyIn,lichen-planopilaris"
    path = write(
        tmp_path,
        head,
        f"{LOW},{lpp},RandomisedTrial,34",
        f"{LOW},{lpp},RandomisedTrial,35",
        f"{STANDARD},{lpp},RandomisedTrial,",
    )

    assert [Verdict.CONTRADICTED, Verdict.ENTAILED, Verdict.ENTAILED] == verdicts(
        real, real_roots, path
    )


def test_claim_without_a_dose_is_of_every_dose(
    real: MemoryStore, real_roots: Roots, tmp_path: Path
) -> None:
    """What holds at one dose is too strong for the drug; a study at any dose refutes an absence."""
    path = write(
        tmp_path,
        "subject,relation,condition,strength,design",
        "naltrexone,Improves,atopic-dermatitis,likely,",
        "naltrexone,Improves,lichen-planopilaris,possibly,",
        "naltrexone,HasNoStudyIn,atopic-dermatitis,,RandomisedTrial",
    )

    assert [Verdict.STRONGER, Verdict.CONTRADICTED, Verdict.CONTRADICTED] == verdicts(
        real, real_roots, path
    )


def test_as_of_a_day(real: MemoryStore, real_roots: Roots, tmp_path: Path) -> None:
    """Before the trial of 2020 low doses had support in lichen planopilaris, since then not."""
    path = write(
        tmp_path, "regimen,relation,condition,strength", f"{LOW},Improves,lichen-planopilaris,low"
    )
    found = [
        check_claims(real, real_roots, path, as_of=day)[0]
        for day in (date(2016, 12, 31), date(2019, 12, 31), ARTICLE)
    ]

    assert [Verdict.NOT_THERE, Verdict.STRONGER, Verdict.CONTRADICTED] == [f.verdict for f in found]
    assert [
        "never searched",
        "supported",
        "disputed",
    ] == [f.findings[0].reason.split(" is ")[1].partition(",")[0].partition(";")[0] for f in found]


def test_yaml_says_the_same(real: MemoryStore, real_roots: Roots, tmp_path: Path) -> None:
    """A YAML list is read as a CSV file is, whatever YAML would make of its words."""
    text = f"- {{id: no, regimen: {LOW}, relation: improves, condition: Psoriasis, strength: LOW}}"
    path = write(tmp_path, text, name="claims.yaml")
    judged = check_claims(real, real_roots, path)

    assert [("no", Verdict.STRONGER)] == [(each.claim.name, each.verdict) for each in judged]


def test_formats_agree(tmp_path: Path) -> None:
    """CSV and JSON give the same verdicts, text their numbers, and the exit code is 1."""
    path = write(
        tmp_path,
        "id,regimen,relation,condition,strength",
        "strong,low-dose-examplamine,DoesNotImprove,sample-rash,asserted",
        "weak,low-dose-examplamine,DoesNotImprove,sample-rash,likely",
    )
    text, table, objects, page = (
        offlabel("check-claims", str(path), "-f", form, *TINY)
        for form in ("text", "csv", "json", "md")
    )
    rows = {row["claim"]: row["verdict"] for row in csv.DictReader(StringIO(table.text))}
    found = {each["claim"]: each["verdict"] for each in json.loads(objects.text)}

    assert [1, 1, 1, 1] == [each.code for each in (text, table, objects, page)]
    assert {"strong": "stronger than the graph", "weak": "entailed"} == rows == found
    assert "2 claims: 1 entailed, 1 stronger than the graph" == text.text.splitlines()[-1]
    assert "offlabel why assessment:low-dose-examplamine--sample-rash--" in text.text
    assert 2 + len(rows) == len([line for line in page.text.splitlines() if line.startswith("|")])


def test_exit_code_of_what_holds(tmp_path: Path) -> None:
    """Where every claim is entailed, the command leaves with 0; a file is written whole."""
    path = write(
        tmp_path,
        "regimen,relation,condition,strength",
        "low-dose-examplamine,DoesNotImprove,sample-rash,probably does not improve",
    )
    out = tmp_path / "checked.json"
    found = offlabel("check-claims", str(path), "-o", str(out), *TINY)

    assert (0, b"", "") == (found.code, found.out, found.err)
    assert "entailed" == json.loads(out.read_text(encoding="utf-8"))[0]["verdict"]


def test_from_python(tmp_path: Path, tiny_roots: Roots) -> None:
    """A graph checks a file, or what a source claims."""
    path = write(tmp_path, "subject,relation,condition", "examplamine,DoesNotImprove,sample-rash")
    with package.open(tiny_roots.data[0], store="memory", only_data=True) as graph:
        assert [Verdict.STRONGER] == [each.verdict for each in graph.check_claims(path)]
        assert graph.check_claims(source="page")


HEAD = "subject,regimen,relation,condition,strength"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "there is no claim in it"),
        ((HEAD,), "there is no claim in it"),
        ((HEAD, "examplamin,,Improves,sample-rash,"), "2: There is no drug called 'examplamin'"),
        ((HEAD, "examplamin,,Improves,sample-rash,"), "Did you mean"),
        ((HEAD, ",,Improves,sample-rash,"), "neither subject nor regimen"),
        ((HEAD, "examplamine,,,sample-rash,"), "the claim has no relation"),
        ((HEAD, "examplamine,,Improves,,"), "the claim has no condition"),
        ((HEAD, "examplamine,,Improve,sample-rash,"), "no relation called 'Improve'"),
        ((HEAD, "examplamine,,Improves,sample-rash,likly"), "Did you mean likely"),
        ((HEAD, "examplamine,,Improves,sample-rash,%&"), "The strengths are"),
        ((HEAD, "examplamine,,Improves,sample-rash,,extra"), "more cells than the head"),
        ((HEAD, 'examplamine,,"Improves,sample-rash,'), "malformed"),
        ((f"{HEAD},strenght", "a,,b,c,d,e"), "no column 'strenght'. Did you mean strength?"),
        (("subject,relation,condition,least", "examplamine,HasNoStudyIn,sample-rash,-3"), "'-3'"),
        ((HEAD, "examplamine,<script>,Improves,sample-rash,"), "'<script>'"),
        ((HEAD, '"x"" } ; DROP ALL #",,Improves,sample-rash,'), "no drug called"),
    ],
)
def test_slip_in_a_table(lines: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """A slip is one message with file and line, and nothing is printed as if it were checked."""
    found = offlabel("check-claims", str(write(tmp_path, *lines)), *TINY)

    assert (2, b"") == (found.code, found.out)
    assert message in found.err
    assert "claims.csv" in found.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("subject: examplamine", "this is no list of claims"),
        ("- examplamine", "names with one value each"),
        ("- subject: [a, b]", "names with one value each"),
        ("- subject: {a: b}", "names with one value each"),
        ("- subject: 'a", "this is not YAML"),
        ("- &a [*a]", "names with one value each"),
        ("[" * 5000, "this is not YAML"),
        ("- !!python/object/apply:os.system [ls]", "names with one value each"),
    ],
)
def test_slip_in_yaml(text: str, message: str, tmp_path: Path) -> None:
    """YAML that is no list of plain mappings is refused, and no tag is obeyed."""
    found = offlabel("check-claims", str(write(tmp_path, text, name="claims.yaml")), *TINY)

    assert (2, b"") == (found.code, found.out)
    assert message in found.err


def test_all_slips_are_told_at_once(tiny: MemoryStore, tiny_roots: Roots, tmp_path: Path) -> None:
    """Every row that cannot be read is named."""
    path = write(
        tmp_path, HEAD, "nonesuch,,Improves,sample-rash,", "examplamine,,Improves,nonesuch,"
    )

    with pytest.raises(OfflabelError, match=r"(?s):2: There is no drug.*:3: There is no condition"):
        check_claims(tiny, tiny_roots, path)


def test_regimen_of_another_drug(real: MemoryStore, real_roots: Roots, tmp_path: Path) -> None:
    """A regimen is one of the drug that is named beside it."""
    path = write(tmp_path, HEAD, f"naloxone,{LOW},Improves,psoriasis,")

    with pytest.raises(OfflabelError, match="is no kind of regimen of 'naloxone'"):
        check_claims(real, real_roots, path)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A file that is missing, no text, or too large is said to be so."""
    binary, large = tmp_path / "a.csv", tmp_path / "b.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    large.write_bytes(b"x" * 5_000_001)
    found = [
        offlabel("check-claims", str(path), *TINY)
        for path in (tmp_path / "none.csv", binary, large, tmp_path)
    ]

    assert [2, 2, 2, 2] == [each.code for each in found]
    messages = ("cannot be read", "not UTF-8", "too large", "cannot be read")
    assert all(message in each.err for message, each in zip(messages, found, strict=True)), [
        each.err for each in found
    ]


@pytest.mark.parametrize("arguments", [(), ("claims.csv", "--source", "page")])
def test_one_of_file_and_source(arguments: tuple[str, ...]) -> None:
    """A file and a source exclude each other, and one is needed."""
    found = offlabel("check-claims", *arguments, *TINY)

    assert 2 == found.code
    assert "Give a FILE of claims or a --source" in found.err

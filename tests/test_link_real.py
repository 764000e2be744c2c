"""Our tables against ontologies of real size: clean as they are, and every trap is found."""

import json
from pathlib import Path

import pytest
import yaml

from commands import offlabel
from offlabel.terms import prefixes

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "shared" / "reference" / "ontologies"
FILES = ("mondo-*.ttl.gz", "chebi-*.ttl.gz", "hp-*.obo.gz", "eco-*.owl.gz")
TABLES = "*.sssom.tsv.gz"
# A path of another graph is no thing, and its prefix is none of Bioregistry's.
TRAPS = [
    trap
    for trap in yaml.safe_load((HERE / "do-not-map.yaml").read_text(encoding="utf-8"))
    if not trap["id"].startswith("drugmechdb:")
]

pytestmark = pytest.mark.large


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import Mondo, ChEBI, HPO and ECO as a user does; return the cache that holds them."""
    paths = [path for pattern in FILES for path in REFERENCE.glob(pattern)]
    if not paths:
        pytest.skip("needs ../shared/reference/ontologies")
    pytest.importorskip("fastobo")
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFLABEL_CACHE", str(cache))
        for path in paths:
            assert 0 == offlabel("link", "import", str(path)).code
    return cache


@pytest.fixture(autouse=True)
def own_cache(imported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands see what was imported."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(imported))


def results(*more: str) -> list[tuple[str, str, str, int]]:
    """Check the tables; return rule, message, file and line of each problem."""
    done = offlabel("link", "check", "-f", "sarif", *more)
    (run,) = json.loads(done.text)["runs"]
    found = []
    for each in run["results"]:
        place = each["locations"][0]["physicalLocation"]
        name = Path(place["artifactLocation"]["uri"]).name
        message = each["message"]["text"]
        found.append((each["ruleId"], message, name, place["region"]["startLine"]))
    assert run["invocations"][0]["exitCode"] == done.code
    return found


def planted(folder: Path, rows: list[tuple[str, str, str]]) -> tuple[tuple[str, str], int]:
    """Write a table of exact matches; return the option that adds it, and the line of its first."""
    used = {cell.partition(":")[0] for row in rows for cell in row[:2]} | {"skos", "semapv"}
    head = [f"#  {name}: {iri}" for name, iri in prefixes() if name in used]
    columns = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification"
    lines = [
        f"{ours}\tskos:exactMatch\t{there}\t{label}\tsemapv:ManualMappingCuration"
        for ours, there, label in rows
    ]
    text = "\n".join(["#curie_map:", *head, columns, *lines]) + "\n"
    (folder / "planted.sssom.tsv").write_text(text, encoding="utf-8")
    return ("--data", str(folder)), len(head) + 3


def test_clean() -> None:
    """Nothing is wrong with the tables, as far as Mondo, ChEBI, HPO and ECO tell."""
    done = offlabel("link", "check")

    assert (0, True) == (done.code, "conforms: 0 violations, 0 warnings" in done.text)
    assert "4 imported ontologies" in done.text


def test_every_planted_trap_is_found(tmp_path: Path) -> None:
    """Each id that must not be mapped is a violation at its line, with the reason for it."""
    rows = [
        (
            "condition:psoriasis" if trap["subject"].startswith("sssom:") else trap["subject"],
            trap["id"],
            trap["label"],
        )
        for trap in TRAPS
    ]
    option, first = planted(tmp_path, rows)
    found = {
        (name, line): message
        for rule, message, name, line in results(*option)
        if rule == "mapping/excluded"
    }
    expected = {
        ("planted.sssom.tsv", line): trap["reason"] for line, trap in enumerate(TRAPS, first)
    }

    assert 23 == len(TRAPS)
    assert expected.keys() == found.keys()
    assert [] == [place for place, reason in expected.items() if reason not in found[place]]


@pytest.mark.parametrize(
    ("ours", "there", "label", "rule", "message"),
    [
        (
            "condition:vitiligo",
            "MONDO:9999999",
            "",
            "mapping/unknown-id",
            "MONDO:9999999 is not in the ontology",
        ),
        (
            "condition:vitiligo",
            "HP:0004715",
            "",
            "mapping/obsolete-id",
            "Map to HP:0000003, which replaces it",
        ),
        (
            "condition:vitiligo",
            "HP:0000489",
            "",
            "mapping/obsolete-id",
            "Consider HP:0100886, HP:0100887",
        ),
        (
            "drug:naltrexone",
            "CHEBI:7465",
            "naloxone",
            "mapping/label-differs",
            "the table calls CHEBI:7465 'naloxone', the ontology 'naltrexone'",
        ),
        (
            "condition:psoriasis",
            "MONDO:0005093",
            "",
            "mapping/implausible-predicate",
            "an exactMatch to MONDO:0005083 and to MONDO:0005093, which lies above it",
        ),
    ],
)
def test_planted_slip(
    ours: str, there: str, label: str, rule: str, message: str, tmp_path: Path
) -> None:
    """A slip that only an ontology can tell is found, with what to do."""
    found = results(*planted(tmp_path, [(ours, there, label)])[0])

    assert [rule] == [each[0] for each in found if message in each[1]]


def test_hops_over_tables_of_others(tmp_path: Path) -> None:
    """With Mondo's own tables imported ours are clean; a row that contradicts them is found."""
    for path in REFERENCE.glob(TABLES):
        assert 0 == offlabel("link", "import", str(path)).code
    wrong, _ = planted(tmp_path, [("condition:vitiligo", "DOID:8893", "psoriasis")])
    found = [each for each in results(*wrong) if each[0] == "mapping/hop-disagrees"]

    assert [] == results()
    assert any(
        "MONDO:0008661 is held to be DOID:12306, and the thing is mapped to DOID:8893" in message
        for _, message, _, _ in found
    )

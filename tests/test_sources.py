"""The files are found and read; what cannot be read is told with place and remedy, all at once."""

from pathlib import Path

import pytest
import yaml

from offlabel.errors import OfflabelError, SourcesError
from offlabel.paths import Roots, find_roots
from offlabel.sources import SourceFile, SubjectIndex, discover, fingerprint, read_dataset
from offlabel.terms import BASE, OL, RDF, prefixes

INVALID = Path(__file__).parent / "data" / "invalid"
CASES = yaml.safe_load((INVALID / "messages.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_invalid_file(name: str, tmp_path: Path) -> None:
    """Each invalid file gives the message that stands beside its name, with line and remedy."""
    (tmp_path / name).write_bytes((INVALID / name).read_bytes())
    (tmp_path / "empty.ttl").write_text("")
    problems = read_dataset(find_roots([tmp_path], only=True)).problems

    assert [CASES[name]] == [str(problem).replace(f"{tmp_path}/", "") for problem in problems]


def test_every_invalid_file_has_a_message() -> None:
    """No case is forgotten."""
    files = {path.name for path in INVALID.iterdir()} - {"messages.yaml"}

    assert files == set(CASES)


def test_all_problems_are_told(tmp_path: Path) -> None:
    """Two broken files are two problems in one error."""
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("nonsense")
    with pytest.raises(SourcesError) as caught:
        read_dataset(find_roots([tmp_path], only=True)).check()

    assert ["a.ttl", "b.ttl"] == [error.path.name for error in caught.value.errors]


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(OfflabelError, match="there is no such folder"):
        find_roots([tmp_path / "none"])


def test_file_instead_of_folder(tmp_path: Path) -> None:
    """A file is not taken for a folder."""
    (tmp_path / "x").write_text("")
    with pytest.raises(OfflabelError, match="is a file"):
        find_roots([tmp_path / "x"])


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without data is told, not read as an empty graph."""
    with pytest.raises(OfflabelError, match="no Turtle file"):
        find_roots([tmp_path])


def test_only_data_needs_a_folder() -> None:
    """--only-data alone is told."""
    with pytest.raises(OfflabelError, match="needs --data"):
        find_roots(only=True)


def test_data_is_added(tmp_path: Path) -> None:
    """A folder of data stands beside the project's own unless it is to be the only one."""
    (tmp_path / "a.ttl").write_text("")
    own = find_roots().data

    assert (*own, tmp_path) == find_roots([tmp_path]).data
    assert (tmp_path,) == find_roots([tmp_path], only=True).data


def test_each_file_has_its_graph(real_roots: Roots) -> None:
    """No two files share a named graph."""
    files = discover(real_roots)

    assert len(files) == len({file.graph for file in files})


def test_fingerprint_changes_with_an_edit(tmp_path: Path) -> None:
    """An edit, a new file and a removed file each change the fingerprint; reading does not."""
    (tmp_path / "a.ttl").write_text("")
    roots = find_roots([tmp_path], only=True)
    seen = [fingerprint(discover(roots)), fingerprint(discover(roots))]
    (tmp_path / "a.ttl").write_text("# edited")
    seen.append(fingerprint(discover(roots)))
    (tmp_path / "b.ttl").write_text("")
    seen.append(fingerprint(discover(roots)))
    (tmp_path / "a.ttl").unlink()
    seen.append(fingerprint(discover(roots)))

    assert seen[0] == seen[1]
    assert 4 == len(set(seen))


def test_subjects_are_located(real_roots: Roots) -> None:
    """A subject and one of its predicates are found with file and line."""
    index = SubjectIndex(discover(real_roots))
    arm = BASE + "study/weinstock-2020-arm"
    subject, predicate = index.locate(arm), index.locate(arm, OL + "participants")
    assert subject is not None
    assert predicate is not None
    lines = subject.path.read_text(encoding="utf-8").splitlines()

    assert "weinstock-2020.ttl" == subject.path.name
    assert "study:weinstock-2020-arm" == lines[subject.line - 1]
    assert "ol:participants 15" in lines[predicate.line - 1]
    assert index.locate(BASE + "study/none") is None


def test_file_without_subjects(tmp_path: Path) -> None:
    """A file of comments, prefixes or nodes without a name holds no subject, and is no error."""
    path = tmp_path / "empty.ttl"
    path.write_text("# Nothing yet.\n@prefix : <#> .\n[] :says 1 .\n", encoding="utf-8")

    assert [] == list(SubjectIndex([SourceFile(path, "data", "graph")]).subjects())


def test_type_is_located_on_the_subject_line(tmp_path: Path) -> None:
    """`a` is found as rdf:type, also behind the subject, and not inside a string."""
    (tmp_path / "a.ttl").write_text('<http://s> <http://p> "x ; a y" ;\n    a <http://c> .\n')
    index = SubjectIndex(discover(find_roots([tmp_path], only=True)))
    found = index.locate("http://s", RDF + "type")

    assert found is not None
    assert 2 == found.line


def test_mapping_rows_are_located(real_roots: Roots) -> None:
    """A thing that only a mapping table mentions is located there too."""
    dataset = read_dataset(real_roots)
    mapped = [quad for quad in dataset.quads if quad.predicate.value.endswith("exactMatch")]

    assert mapped
    assert all(dataset.index.locate(quad.subject.value) for quad in mapped)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("ol:Claim", OL + "Claim"),
        ("drug:naltrexone", BASE + "drug/naltrexone"),
        ("MONDO:0005083", "http://purl.obolibrary.org/obo/MONDO_0005083"),
    ],
)
def test_curies_round_trip(curie: str, iri: str) -> None:
    """A CURIE and its IRI lead to each other."""
    names = prefixes()

    assert (iri, curie) == (names.expand(curie), names.compress(iri))


def test_iris_without_prefix_stay() -> None:
    """What no prefix fits, or what would not make a readable CURIE, stays an IRI."""
    names = prefixes()

    assert names.expand("nonsense:1") is None
    for iri in ("http://example.org/x", BASE + "drug/a/b", OL):
        assert iri == names.compress(iri)

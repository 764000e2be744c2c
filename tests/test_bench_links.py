"""The made-up ontology that imports are timed on: one root, no circle, always the same."""

from pathlib import Path

from made_up_ontology import write_ontology
from offlabel.links.library import Library

CLASSES = 300


def test_made_up_ontology(tmp_path: Path) -> None:
    """Every class but the first lies below others, and the first below none."""
    path = write_ontology(tmp_path / "made-up.ttl", CLASSES)
    library = Library(tmp_path / "library")
    entry = library.add(path)
    terms = library.terms()
    root = "http://example.org/MADEUP_0000000"
    above = [terms.ancestors(f"http://example.org/MADEUP_{n:07}") for n in range(CLASSES)]

    assert ("made", CLASSES, 0) == (entry.name, entry.terms, entry.left_out)
    assert {} == above[0]
    assert all(root in each for each in above[1:])
    assert path.read_bytes() == write_ontology(tmp_path / "again.ttl", CLASSES).read_bytes()

"""Print a slice for data/vocabularies/: python -m offlabel.links.cut MONDO FILE --title ...

FILE is an ontology in Turtle, N-Triples or RDF/XML, gzipped or not, or a table of parents: tabs,
the head `child_curie parent_curie child_label parent_label`, a row for each step up.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from offlabel.errors import OfflabelError
from offlabel.links.slices import Origin, mapped_ids, slice_turtle
from offlabel.links.terms import CLASS, LABEL, PARENT, TYPE
from offlabel.paths import find_roots
from offlabel.spelling import OBO, standard_iri
from offlabel.terms import prefixes

FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".owl": RdfFormat.RDF_XML}
COLUMNS = ("child_curie", "parent_curie", "child_label", "parent_label")


def read_ontology(path: Path) -> Store:
    """Return the classes of a file with what is said of them."""
    store = Store()
    plain = Path(path.name.removesuffix(".gz"))
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            if plain.suffix == ".tsv":
                store.extend(_parents(path, file))
            elif plain.suffix in FORMATS:
                store.bulk_load(file, format=FORMATS[plain.suffix])  # type: ignore[arg-type]
            else:
                raise OfflabelError(f"{path}: not one of {', '.join((*FORMATS, '.tsv'))}.")
    except (OSError, EOFError, SyntaxError, UnicodeDecodeError) as error:
        raise OfflabelError(f"{path}: cannot be read ({error}).") from None
    return store


def _parents(path: Path, file: Iterable[bytes]) -> Iterator[Quad]:
    lines = (line.decode("utf-8") for line in file)
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(table.fieldnames or ()) != COLUMNS:
        raise OfflabelError(f"{path}: the head is not {' '.join(COLUMNS)}, with tabs between.")
    for row in table:
        if None in row or None in row.values():
            raise OfflabelError(f"{path}: line {table.line_num}: a row needs four cells.")
        child, parent = _class(row["child_curie"]), _class(row["parent_curie"])
        yield Quad(child, PARENT, parent)
        for node, label in ((child, row["child_label"]), (parent, row["parent_label"])):
            yield Quad(node, TYPE, CLASS)
            if label:
                yield Quad(node, LABEL, Literal(label))


def _class(curie: str) -> NamedNode:
    """Return the IRI of a CURIE; prefixes that nobody declares here are those of OBO."""
    return NamedNode(standard_iri(curie) or OBO + curie.replace(":", "_", 1))


def main(arguments: Sequence[str]) -> str:
    """Return the slice that the arguments ask for, as Turtle."""
    parser = argparse.ArgumentParser(prog="python -m offlabel.links.cut", description=__doc__)
    parser.add_argument("prefix", help="of the ids to take from data/mappings/, such as MONDO")
    parser.add_argument("file", type=Path)
    parser.add_argument("--title", required=True, help="of the ontology")
    parser.add_argument("--license", required=True, help="the address of its licence")
    parser.add_argument("--source", required=True, help="the file or release, in words")
    parser.add_argument("--version", help="of the ontology, if the source tells it")
    given = parser.parse_args(arguments)
    namespace = prefixes().namespaces.get(given.prefix)
    if namespace is None:
        raise OfflabelError(f"{given.prefix!r} is not a prefix of ontology/prefixes.ttl.")
    if "://" not in given.license:
        raise OfflabelError(f"--license {given.license!r} is no address. Give one, with https://.")
    iri = f"{OBO}{given.prefix.lower()}.owl"
    origin = Origin(iri, given.title, given.license, given.source, given.version)
    return slice_turtle(read_ontology(given.file), mapped_ids(find_roots(), namespace), origin)


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1:]))
    except OfflabelError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(2)

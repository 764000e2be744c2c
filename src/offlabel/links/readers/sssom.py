"""Mappings between outside vocabularies as SSSOM tables: what others hold to be the same.

Our own tables are checked against them. They map nothing themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from offlabel.errors import SourceError
from offlabel.links.readers.base import EQUAL, Source, about_ontology
from offlabel.sources.mappings import head_of_lines, table_from_lines
from offlabel.spelling import standard_iri

_EXACT = ("skos:exactMatch", EQUAL.value)


def load(source: Source) -> Iterator[Triple]:
    """Yield the exact matches of a table; a row that denies one, and other kinds, are left out."""
    try:
        lines = source.content().decode().splitlines()
    except UnicodeDecodeError:
        raise SourceError(source.path, "this is not UTF-8 text.", "Fetch it again.") from None
    head = head_of_lines(source.path, lines)
    name = NamedNode(str(head.get("mapping_set_id") or source.path.absolute().as_uri()))
    version, licence = (str(head.get(key) or "") for key in ("mapping_set_version", "license"))
    yield from about_ontology(name, version, licence)
    names, rows = table_from_lines(source.path, lines)
    for line, row in rows:
        if row["predicate_id"] not in _EXACT or row.get("predicate_modifier") == "Not":
            continue
        ends = []
        for curie in (row["subject_id"] or "", row["object_id"] or ""):
            iri = names.expand(curie) or curie
            try:
                ends.append(NamedNode(standard_iri(iri) or iri))
            except ValueError:
                problem = f"{curie!r} is no id with a prefix of the head."
                remedy = "Declare its prefix in the curie_map."
                raise SourceError(source.path, problem, remedy, line) from None
        yield Triple(ends[0], EQUAL, ends[1])

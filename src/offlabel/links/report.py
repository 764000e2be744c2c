"""Check the project's mapping tables against the imported ontologies."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from offlabel.links.check import Check
from offlabel.links.library import Library
from offlabel.links.readers.base import EQUAL, XREF
from offlabel.links.terms import namespace
from offlabel.paths import Roots
from offlabel.sources.files import discover
from offlabel.sources.mappings import Row, read_table
from offlabel.spelling import standard_iri
from offlabel.terms import prefixes
from offlabel.validation.report import Report, report_from_problems


def mapping_rows(roots: Roots) -> list[Row]:
    """Return the rows of all mapping tables, the negative ones too."""
    return [
        row for file in discover(roots) if file.role == "mappings" for row in read_table(file.path)
    ]


def check_mappings(roots: Roots, library: Library) -> Report:
    """Report what is wrong with the mappings, as far as the imported ontologies tell."""
    started = time.perf_counter()
    rows = mapping_rows(roots)
    terms = library.terms()
    equals = list(_equals(terms.store, {row.object for row in rows}))
    problems = Check(rows, terms, prefixes(), equals).problems()
    checked = {
        "mappings": sum(not row.is_negative for row in rows),
        "imported ontologies": len(library.entries()),
    }
    return report_from_problems(problems, checked, time.perf_counter() - started)


def _equals(store: Store, ids: set[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs that others hold to be the same, one of each among some ids.

    They are exact matches of others, and cross-references of terms that have but one to a
    vocabulary.
    """
    for iri in sorted(ids):
        node = NamedNode(iri)
        there: dict[str, list[str]] = {}
        for quad in store.quads_for_pattern(node, XREF, None, None):
            other = standard_iri(quad.object.value) if isinstance(quad.object, Literal) else None
            if other:
                there.setdefault(namespace(other), []).append(other)
        yield from ((iri, others[0]) for others in there.values() if len(others) == 1)
        for quad in store.quads_for_pattern(node, EQUAL, None, None):
            if isinstance(quad.object, NamedNode):
                yield iri, quad.object.value
        for quad in store.quads_for_pattern(None, EQUAL, node, None):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value, iri

"""Ontologies in OBO 1.4, read by fastobo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from pyoxigraph import NamedNode, Triple

from offlabel.errors import MissingExtraError, SourceError
from offlabel.links.readers.base import Source, about_ontology, about_term, node
from offlabel.links.terms import OIO
from offlabel.spelling import OBO

_HAS_ROLE = ("has_role", "RO:0000087")
_LICENCE = ("terms:license", "dcterms:license", "dct:license", "http://purl.org/dc/terms/license")
_KINDS = {
    scope: NamedNode(f"{OIO}has{scope.capitalize()}Synonym")
    for scope in ("EXACT", "NARROW", "BROAD", "RELATED")
}


def load(source: Source) -> Iterator[Triple]:
    """Yield what a file says of its terms; relations and instances are left out."""
    try:
        import fastobo
    except ImportError:
        raise MissingExtraError("ontologies", "Reading OBO files") from None

    with source.open() as file:
        try:
            document = fastobo.iter(cast(Any, file))
            yield from _head(document.header(), source)
            yield from _terms(document, fastobo.term.TermFrame)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            problem = f"this is not OBO: {getattr(error, 'msg', None) or error}."
            raise SourceError(source.path, problem, "Fetch it again.", line) from None


def _head(header: Any, source: Source) -> Iterator[Triple]:
    said = {clause.raw_tag(): clause.raw_value() for clause in header}
    values = (clause.property_value for clause in header if clause.raw_tag() == "property_value")
    licence = next((str(each.value) for each in values if str(each.relation) in _LICENCE), "")
    name = str(said.get("ontology", source.path.stem)).removesuffix(".obo")
    yield from about_ontology(
        NamedNode(f"{OBO}{name}.owl"), str(said.get("data-version", "")), licence
    )


def _terms(document: Any, kind: Any) -> Iterator[Triple]:
    """Yield the terms; an id that was merged into one, and has no frame, is replaced by that."""
    known: set[NamedNode] = set()
    merged: dict[NamedNode, NamedNode] = {}
    for frame in document:
        if isinstance(frame, kind):
            this = node(str(frame.id))
            said: dict[str, Any] = {}
            for clause in frame:
                _read(clause, said)
            merged.update(dict.fromkeys(said.pop("merged", ()), this))
            yield from about_term(this, **said)
            known.add(this)
    for other in merged.keys() - known:
        yield from about_term(other, is_deprecated=True, replaced_by=merged[other])


def _read(clause: Any, said: dict[str, Any]) -> None:
    """Take over what one clause says."""
    tag = clause.raw_tag()
    if tag == "name":
        said["label"] = clause.name
    elif tag == "def":
        said["definition"] = str(clause.definition)
    elif tag == "is_a":
        said.setdefault("parents", []).append(node(str(clause.term)))
    elif tag == "synonym":
        synonym = clause.synonym
        said.setdefault("synonyms", []).append((_KINDS[synonym.scope], synonym.desc))
    elif tag == "relationship" and str(clause.typedef) in _HAS_ROLE:
        said.setdefault("roles", []).append(node(str(clause.term)))
    elif tag == "xref":
        said.setdefault("xrefs", []).append(str(clause.xref.id))
    elif tag == "alt_id":
        said.setdefault("merged", []).append(node(str(clause.alt_id)))
    elif tag == "is_obsolete":
        said["is_deprecated"] = clause.obsolete
    elif tag == "replaced_by":
        said["replaced_by"] = node(str(clause.term))
    elif tag == "consider":
        said.setdefault("consider", []).append(node(str(clause.term)))

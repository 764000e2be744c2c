"""Ontologies in OBO 1.4, read by fastobo."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, cast

from pyoxigraph import Literal, NamedNode, Quad, Store

from offlabel.errors import MissingExtraError, SourceError
from offlabel.links.readers.base import ONTOLOGY, VERSION, Facts, Source, node
from offlabel.links.terms import OBO, OIO, TYPE

_HAS_ROLE = ("has_role", "RO:0000087")


def load(store: Store, source: Source) -> None:
    """Load the terms of a file; relations and instances are left out."""
    try:
        import fastobo
    except ImportError:
        raise MissingExtraError("ontologies", "Reading OBO files") from None

    with source.open() as file:
        try:
            document = fastobo.iter(cast(Any, file))
            store.bulk_extend(chain(_head(document.header(), source), _terms(document, source)))
        except SourceError:
            raise
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            problem = f"this is not OBO: {getattr(error, 'msg', None) or error}."
            raise SourceError(source.path, problem, "Fetch it again.", line) from None


def _head(header: Any, source: Source) -> Iterator[Quad]:
    facts = Facts(source.graph)
    said = {clause.raw_tag(): clause.raw_value() for clause in header}
    name = str(said.get("ontology", source.path.stem)).removesuffix(".obo")
    this = NamedNode(f"{OBO}{name}.owl")
    yield facts.say(this, TYPE, ONTOLOGY)
    if "data-version" in said:
        yield facts.say(this, VERSION, Literal(str(said["data-version"]).rpartition("/")[2]))


def _terms(document: Any, source: Source) -> Iterator[Quad]:
    import fastobo

    facts = Facts(source.graph)
    for frame in document:
        if not isinstance(frame, fastobo.term.TermFrame):
            continue
        said: dict[str, Any] = {"parents": (), "roles": (), "synonyms": (), "xrefs": ()}
        for clause in frame:
            _read(clause, said)
        yield from facts.term(node(str(frame.id)), **said)


def _read(clause: Any, said: dict[str, Any]) -> None:
    """Take over what one clause says."""
    tag = clause.raw_tag()
    if tag == "name":
        said["label"] = clause.name
    elif tag == "def":
        said["definition"] = str(clause.definition)
    elif tag == "is_a":
        said["parents"] += (node(str(clause.term)),)
    elif tag == "synonym":
        kind = clause.synonym.scope.capitalize()
        said["synonyms"] += ((NamedNode(f"{OIO}has{kind}Synonym"), clause.synonym.desc),)
    elif tag == "relationship" and str(clause.typedef) in _HAS_ROLE:
        said["roles"] += (node(str(clause.term)),)
    elif tag == "xref":
        said["xrefs"] += (str(clause.xref.id),)
    elif tag == "is_obsolete":
        said["is_deprecated"] = clause.obsolete
    elif tag == "replaced_by":
        said["replaced_by"] = node(str(clause.term))

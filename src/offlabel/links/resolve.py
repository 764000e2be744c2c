"""What is known of an outside id."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.errors import UnknownNameError
from offlabel.links.library import Library
from offlabel.links.readers.base import node as node_from_name
from offlabel.links.terms import Terms
from offlabel.stores.base import Store
from offlabel.terms import RDFS, SKOS, prefixes

_MOST_PARENTS = 8
_KINDS = (f"<{SKOS}{kind}Match>" for kind in ("exact", "close", "broad", "narrow", "related"))
_MAPPED = f"""SELECT ?thing ?kind ?label {{ VALUES ?kind {{ {" ".join(_KINDS)} }}
    ?thing ?kind ?id . OPTIONAL {{ ?thing <{RDFS}label> ?label }} }} ORDER BY ?kind ?thing"""


def resolve(name: str, store: Store, library: Library) -> str:
    """Return what the imported ontologies and the mappings say of a CURIE or an IRI.

    Raise `UnknownNameError` where neither knows it.
    """
    try:
        node = node_from_name(name.strip())
    except ValueError:
        raise UnknownNameError(
            name, "outside id", (), "Write a CURIE such as MONDO:0005083 or an IRI."
        ) from None
    lines = [*_term(node.value, library.terms()), *_mapped(node, store)]
    if not lines:
        see = "No mapping names it, and no imported ontology has it: offlabel link list."
        raise UnknownNameError(name, "outside id", (), see)
    return "\n".join([f"{prefixes().compress(node.value)}  {node.value}", *lines]) + "\n"


def _term(iri: str, terms: Terms) -> Iterator[str]:
    found = terms.find(iri)
    if found is None:
        return
    shown = prefixes().compress
    yield f"  label     {found.label or 'none'}"
    if found.is_deprecated:
        instead = shown(found.replaced_by) if found.replaced_by else "nothing"
        consider = f"; consider {', '.join(map(shown, found.consider))}" if found.consider else ""
        yield f"  obsolete  replaced by {instead}{consider}"
    for text, kind in found.synonyms:
        yield f"  {kind:<9} {text}"
    above = sorted(terms.ancestors(iri).items(), key=lambda item: (item[1], item[0]))
    for parent, steps in above[:_MOST_PARENTS]:
        term = terms.find(parent)
        yield f"  {steps} above   {shown(parent)}  {term.label if term else ''}".rstrip()
    if len(above) > _MOST_PARENTS:
        yield f"  and {len(above) - _MOST_PARENTS} more above"


def _mapped(node: NamedNode, store: Store) -> Iterator[str]:
    for thing, kind, label in store.select(_MAPPED, {"id": node}).rows:
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
            name = kind.value.rpartition("#")[2].removesuffix("Match")
            said = f"  {label.value}" if isinstance(label, Literal) else ""
            yield f"  {name} of  {prefixes().compress(thing.value)}{said}"

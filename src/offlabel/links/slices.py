"""Cut a slice out of an outside ontology: the classes that our mappings name, and all above them.

A slice is a file of facts (id, label, parents, whether it is obsolete) and small enough to ship, so
that questions about a hierarchy work before anyone imports the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode, Store

from offlabel.errors import OfflabelError
from offlabel.links.terms import CLASS, DEPRECATED, LABEL, PARENT, REPLACED_BY, TYPE
from offlabel.paths import Roots
from offlabel.sources.files import discover
from offlabel.sources.mappings import read_table
from offlabel.terms import DCTERMS, OWL, RDFS, XSD, Prefixes, prefixes

FACTS = (LABEL, PARENT, DEPRECATED, REPLACED_BY)
_THING = NamedNode(OWL + "Thing")
_SHORT = {"dcterms": DCTERMS, "owl": OWL, "rdfs": RDFS}
_TRUE = ("true", "1")


@dataclass(frozen=True)
class Origin:
    """What a slice says of the ontology that it was cut from."""

    iri: str
    title: str
    license: str  # the address of the licence
    source: str  # the file or release that was read
    version: str | None = None  # where the source tells it


def mapped_ids(roots: Roots, namespace: str) -> set[str]:
    """Return the ids of a vocabulary that mapping tables name, those not to be mapped too."""
    return {
        row.object
        for file in discover(roots)
        if file.role == "mappings"
        for row in read_table(file.path)
        if row.object.startswith(namespace)
    }


def ancestors(store: Store, ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are classes of the store, and all named classes above them."""
    front = {iri for iri in ids if _is_class(store, iri)}
    found: set[str] = set()
    while front:
        found |= front
        front = {parent.value for iri in front for parent in _parents(store, iri)} - found
    return found


def slice_turtle(store: Store, ids: Iterable[str], origin: Origin) -> str:
    """Return the slice as Turtle, the same for the same facts whatever order they came in."""
    classes = sorted(ancestors(store, ids))
    if not classes:
        raise OfflabelError(
            f"{origin.title}: no mapped identifier is a class of this ontology. "
            "Name the prefix by which its identifiers stand in data/mappings/."
        )
    facts = [(iri, list(_facts(store, iri))) for iri in classes]
    names = _used(chain(classes, (to.value for _, rows in facts for _, to in rows)))
    head = (
        f"# {origin.title}: the classes that mapping tables name, and all above them.\n"
        "# Written by python -m offlabel.links.cut; a change made by hand is lost.\n"
    )
    width = max(len(name) for name, _ in names) + 1
    declared = "".join(f"@prefix {f'{name}:':<{width}} <{iri}> .\n" for name, iri in names)
    blocks = [_about(origin), *(_block(iri, rows, names) for iri, rows in facts)]
    return "\n".join([head, declared, *blocks])


def _is_class(store: Store, iri: str) -> bool:
    return any(store.quads_for_pattern(NamedNode(iri), TYPE, CLASS, None))


def _parents(store: Store, iri: str) -> Iterator[NamedNode]:
    """Yield the named parents; a restriction is no place in a hierarchy."""
    for quad in store.quads_for_pattern(NamedNode(iri), PARENT, None, None):
        if isinstance(quad.object, NamedNode) and quad.object != _THING:
            yield quad.object


def _facts(store: Store, iri: str) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield label, parents, whether it is obsolete, and what replaces it."""
    for predicate in FACTS:
        found: set[NamedNode | Literal] = set()
        if predicate == PARENT:
            found |= set(_parents(store, iri))
        else:
            for quad in store.quads_for_pattern(NamedNode(iri), predicate, None, None):
                if isinstance(quad.object, NamedNode | Literal):
                    found.add(quad.object)
        if predicate == DEPRECATED:
            is_obsolete = any(value.value in _TRUE for value in found)
            found = {Literal("true", datatype=NamedNode(f"{XSD}boolean"))} if is_obsolete else set()
        for value in sorted(found, key=str):
            yield predicate, value


def _used(iris: Iterable[str]) -> Prefixes:
    """Return the prefixes that these IRIs need, with those of the facts."""
    known = prefixes()
    needed = {known.compress(iri).partition(":")[0] for iri in iris}
    spaces = {name: iri for name, iri in known if name in needed}
    return Prefixes({**spaces, **_SHORT})


def _about(origin: Origin) -> str:
    lines = [
        f"<{origin.iri}>\n    a owl:Ontology",
        f"    dcterms:title {Literal(origin.title, language='en')}",
        f"    dcterms:license {NamedNode(origin.license)}",
        f"    dcterms:source {Literal(origin.source)}",
    ]
    if origin.version:
        lines.append(f"    owl:versionInfo {Literal(origin.version)}")
    return " ;\n".join(lines) + " .\n"


def _block(iri: str, rows: list[tuple[NamedNode, NamedNode | Literal]], names: Prefixes) -> str:
    lines = [f"{_term(NamedNode(iri), names)}\n    a owl:Class"]
    grouped: dict[NamedNode, list[str]] = {}
    for predicate, value in rows:
        grouped.setdefault(predicate, []).append(_term(value, names))
    lines += [f"    {_term(name, names)} {' , '.join(texts)}" for name, texts in grouped.items()]
    return " ;\n".join(lines) + " .\n"


def _term(value: NamedNode | Literal, names: Prefixes) -> str:
    if isinstance(value, Literal):
        return "true" if value.datatype.value == f"{XSD}boolean" else str(value)
    short = names.compress(value.value)
    return str(value) if short == value.value else short

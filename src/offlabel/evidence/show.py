"""One thing, read for a person: what it is, what is said of it, and what refers to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from offlabel.paths import Roots, shown
from offlabel.queries.formats.table import heading
from offlabel.queries.table import Term, text_from_term
from offlabel.sources import SubjectIndex, discover
from offlabel.stores.base import Store
from offlabel.terms import GRAPH, OL, PROV, RDF, RDFS, SKOS, Prefixes, prefixes

Locate = Callable[[str], str | None]
"""Find the file and line where an IRI is described."""

_ABOUT = """
SELECT ?property ?propertyLabel ?value ?valueLabel ?graph WHERE {{
  {thing} ?property ?value .
  OPTIONAL {{ ?property {label} ?propertyLabel }}
  OPTIONAL {{ ?value {label} ?valueLabel }}
  OPTIONAL {{ GRAPH ?graph {{ {thing} ?property ?value }} }}
}} ORDER BY ?property ?value ?propertyLabel ?valueLabel ?graph
"""
_REFERRING = """
SELECT DISTINCT ?property ?propertyLabel ?value ?valueLabel WHERE {{
  ?value ?property {thing} .
  FILTER (ISIRI(?value) && ?property != {derived_from})
  OPTIONAL {{ ?property {label} ?propertyLabel }}
  OPTIONAL {{ ?value {label} ?valueLabel }}
}} ORDER BY ?property ?value ?propertyLabel ?valueLabel
"""
_CLAIMS = """
SELECT DISTINCT ?value ?valueLabel WHERE {{
  ?proposition {concerns} {thing} .
  ?value {asserts} ?proposition .
  OPTIONAL {{ ?value {label} ?valueLabel }}
}} ORDER BY ?value ?valueLabel
"""
_LABEL = NamedNode(f"{RDFS}label")
_NAMES = {f"{RDFS}label", f"{SKOS}prefLabel"}
_DEFINITIONS = (f"{SKOS}definition", f"{RDFS}comment")
_OTHER_NAMES = {f"{SKOS}altLabel"}
_MATCHES = {
    f"{SKOS}{name}Match": f"{name} match"
    for name in ("exact", "close", "broad", "narrow", "related")
}
_WORDS = {f"{RDF}type": "is a", f"{PROV}wasDerivedFrom": "derived from"}
_CONCERNS = "|".join(str(NamedNode(OL + name)) for name in ("concerns", "subject", "object"))


@dataclass(frozen=True)
class Mention:
    """A value or a referring thing: its text, its CURIE where it has one, and who derived it."""

    text: str
    curie: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Group:
    """What one property leads to, or comes from, under the property's label."""

    label: str
    curie: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Thing:
    """What the graph holds on one thing."""

    iri: str
    curie: str
    label: str
    kinds: tuple[Mention, ...]
    definition: str
    other_names: tuple[str, ...]
    place: str | None
    identifiers: tuple[Group, ...]
    properties: tuple[Group, ...]
    referred_to: tuple[Group, ...]


def read_thing(store: Store, thing: NamedNode, locate: Locate = lambda iri: None) -> Thing:
    """Gather what the graph holds on a thing; `locate` finds its file and line."""
    known = prefixes()
    of = {"thing": thing, "label": _LABEL}
    about = store.select(_ABOUT.format(**of)).rows
    referring = store.select(
        _REFERRING.format(**of, derived_from=NamedNode(f"{PROV}wasDerivedFrom"))
    ).rows
    claims = store.select(
        _CLAIMS.format(**of, concerns=_CONCERNS, asserts=NamedNode(f"{OL}asserts"))
    ).rows
    groups = {_iri(group.curie, known): group for group in _groups(about, known)}
    special = {*_NAMES, *_DEFINITIONS, *_OTHER_NAMES, *_MATCHES, f"{RDF}type"}
    return Thing(
        iri=thing.value,
        curie=known.compress(thing.value),
        label=_first(groups, *_NAMES) or known.compress(thing.value),
        kinds=tuple(
            sorted(_mentions(groups, f"{RDF}type"), key=lambda kind: kind.text == kind.curie)
        ),
        definition=_first(groups, *_DEFINITIONS),
        other_names=tuple(mention.text for mention in _mentions(groups, *_OTHER_NAMES)),
        place=locate(thing.value),
        identifiers=tuple(group for iri, group in groups.items() if iri in _MATCHES),
        properties=tuple(group for iri, group in groups.items() if iri not in special),
        referred_to=(*_claims(claims, known), *_groups(referring, known)),
    )


def locator(roots: Roots) -> Locate:
    """Return what finds the file and line of an IRI in the sources; it reads them once."""
    index = SubjectIndex(discover(roots))

    def locate(iri: str) -> str | None:
        found = index.locate(iri)
        return f"{shown(found.path)}:{found.line}" if found else None

    return locate


def _groups(rows: Iterable[tuple[Term | None, ...]], known: Prefixes) -> list[Group]:
    """Gather rows of property, its label, value, its label and graph by property."""
    labels: dict[str, str] = {}
    found: dict[str, dict[str, Mention]] = defaultdict(dict)
    for property_, property_label, value, value_label, *graphs in rows:
        if not isinstance(property_, NamedNode) or value is None:
            continue
        iri = property_.value
        labels.setdefault(iri, _property_label(iri, property_label, known))
        mention = _mention(value, value_label, graphs[0] if graphs else None, known)
        earlier = found[iri].get(str(value))
        if earlier is None or earlier.rule is not None:  # what a file says goes before a rule
            found[iri][str(value)] = mention
    return [
        Group(labels[iri], known.compress(iri), tuple(mentions.values()))
        for iri, mentions in found.items()
    ]


def _claims(rows: Iterable[tuple[Term | None, ...]], known: Prefixes) -> list[Group]:
    mentions = {
        str(claim): _mention(claim, label, None, known)
        for claim, label in rows
        if claim is not None
    }
    about = Group("claims about it", known.compress(f"{OL}asserts"), tuple(mentions.values()))
    return [about] if mentions else []


def _mention(value: Term, label: Term | None, graph: Term | None, known: Prefixes) -> Mention:
    rule = None
    if isinstance(graph, NamedNode) and graph.value.startswith(f"{GRAPH}rule/"):
        rule = f"rule:{graph.value.removeprefix(f'{GRAPH}rule/')}"
    if isinstance(value, NamedNode):
        curie = known.compress(value.value)
        return Mention(text_from_term(label) or curie, curie, rule)
    if isinstance(value, Literal):
        return Mention(text_from_term(value), None, rule)
    return Mention("a description without a name; see the file", None, rule)


def _property_label(iri: str, label: Term | None, known: Prefixes) -> str:
    if iri in _MATCHES or iri in _WORDS:
        return _MATCHES.get(iri) or _WORDS[iri]
    if label is not None:
        return text_from_term(label)
    return heading(known.compress(iri).rpartition(":")[2]) if "://" in iri else iri


def _iri(curie: str, known: Prefixes) -> str:
    return known.expand(curie) or curie


def _mentions(groups: dict[str, Group], *iris: str) -> tuple[Mention, ...]:
    return tuple(mention for iri in iris if iri in groups for mention in groups[iri].mentions)


def _first(groups: dict[str, Group], *iris: str) -> str:
    mentions = _mentions(groups, *iris)
    return mentions[0].text if mentions else ""

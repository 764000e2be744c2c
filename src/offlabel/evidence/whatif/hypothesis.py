"""What can be supposed: what a file tells of studies, or that sources are retracted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from offlabel.errors import ParameterError, SourceError
from offlabel.evidence.whatif.world import World
from offlabel.names import close_matches, get_thing
from offlabel.sources import SourceFile, SubjectIndex, parse
from offlabel.stores.base import Store
from offlabel.terms import BASE, GRAPH, OL, RDF, RDFS, XSD, prefixes

SUPPOSED = NamedNode(GRAPH + "what-if")
TYPE = NamedNode(RDF + "type")
STUDY = NamedNode(OL + "Study")
_RETRACTED = NamedNode(OL + "retractedOn")


@dataclass(frozen=True)
class Hypothesis:
    """Something supposed: in words, as statements, and the studies among them."""

    text: str
    quads: tuple[Quad, ...]
    studies: tuple[NamedNode, ...] = ()


def retraction(world: World, names: Sequence[str], day: date) -> Hypothesis:
    """Suppose that sources are retracted on a day; names are slugs, CURIEs, IRIs or labels.

    Raise `ParameterError` where one stands retracted already.
    """
    sources = [get_thing(world.today, name, "source") for name in dict.fromkeys(names)]
    labels = []
    for source in dict.fromkeys(sources):
        quads = world.today.store.quads_for_pattern(source, _RETRACTED, None, None)
        for quad in quads:
            raise ParameterError(
                f"{prefixes().compress(source.value)} was retracted already, on "
                f"{_text(quad.object)}. Leave it out."
            )
        labels.append(label_of(world.today, source))
    text = f"{' and '.join(labels)} {'were' if len(labels) > 1 else 'was'} retracted on {day}"
    day_term = day_literal(day)
    return Hypothesis(
        text, tuple(Quad(each, _RETRACTED, day_term, SUPPOSED) for each in dict.fromkeys(sources))
    )


def from_file(world: World, path: Path) -> Hypothesis:
    """Suppose what a Turtle file says, which is written as those in data/studies are.

    Raise `SourceError` where it is malformed, describes no new study, or names what nobody
    described.
    """
    file = SourceFile(path, "data", SUPPOSED.value)
    quads = parse(file)
    studies = [
        quad.subject
        for quad in quads
        if (quad.predicate, quad.object) == (TYPE, STUDY) and isinstance(quad.subject, NamedNode)
    ]
    if not studies:
        raise SourceError(
            path, "there is no study in this file.", "Describe one: study:my-study a ol:Study ; …"
        )
    places = SubjectIndex([file])
    _check_names(world, path, quads, places)
    known = set(_nodes(world.today, STUDY))
    for study in studies:
        if study in known:
            place = places.locate(study.value)
            raise SourceError(
                path,
                f"{prefixes().compress(study.value)} is in the graph already.",
                "Give the supposed study a name of its own.",
                place.line if place else None,
            )
    return Hypothesis(f"what {path.name} tells were known", tuple(quads), tuple(studies))


def _check_names(world: World, path: Path, quads: Sequence[Quad], places: SubjectIndex) -> None:
    """Refuse a name in the project's namespace that nobody described: it is a slip."""
    described = world.subjects | {
        quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)
    }
    for quad in quads:
        for node in (quad.predicate, quad.object):
            if not isinstance(node, NamedNode) or not node.value.startswith(BASE):
                continue
            if node.value in described:
                continue
            name = prefixes().compress(node.value)
            kind = name.partition(":")[0]
            alike = {prefixes().compress(iri) for iri in described}
            close = close_matches(name, (each for each in alike if each.startswith(f"{kind}:")))
            place = places.locate(_text(quad.subject), quad.predicate.value)
            raise SourceError(
                path,
                f"{name} is described nowhere.",
                f"Did you mean {' or '.join(close)}?" if close else "Describe it in this file.",
                place.line if place else None,
            )


def label_of(store: Store, node: NamedNode) -> str:
    """Return the label of a thing, or its CURIE where it has none."""
    query = f"SELECT ?label WHERE {{ {node} <{RDFS}label> ?label }} ORDER BY ?label"
    rows = store.select(query).rows
    return _text(rows[0][0]) if rows else prefixes().compress(node.value)


def _nodes(store: Store, kind: NamedNode) -> Iterator[NamedNode]:
    for (node,) in store.select(f"SELECT ?thing WHERE {{ ?thing a {kind} }}").rows:
        if isinstance(node, NamedNode):
            yield node


def day_literal(day: date) -> Literal:
    """Write a day as a literal."""
    return Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""

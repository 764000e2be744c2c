"""Which shapes have to be run together, what they read, and what came of running them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from offlabel.reasoning.facts import Facts, Lookup, Term
from offlabel.sparql.footprint import Keys
from offlabel.terms import RDFS, SH
from offlabel.validation.engines import Data, Engine, Outcome, Unit, footprint_of, units_of
from offlabel.validation.engines.units import has_inner_sparql, shapes_below

SUBCLASS = f"{RDFS}subClassOf"
_BY_SPARQL = NamedNode(f"{SH}SPARQLConstraintComponent")
_Source = tuple[Term, bool]


@dataclass(frozen=True)
class Group:
    """Units that share a shape, so that a result of one may be one of another.

    `sources` are the shapes of which its results come, each by its SPARQL or without.
    """

    name: str
    units: tuple[Unit, ...]
    sources: frozenset[_Source]


def groups_of(shapes: Facts) -> list[Group]:
    """Part the units of a shapes graph so that no shape gives results in two parts."""
    part_of: dict[_Source, list[Unit]] = {}
    sources: dict[int, set[_Source]] = {}
    for unit in units_of(shapes):
        own = set(_sources(shapes, unit))
        joined = [unit]
        for part in {id(part_of[one]): part_of[one] for one in own if one in part_of}.values():
            joined = [*part, *joined]
            own |= sources.pop(id(part))
        for one in own:
            part_of[one] = joined
        sources[id(joined)] = own
    parts = {id(part): part for part in part_of.values()}
    return [
        Group(_name(part), tuple(part), frozenset(sources[number]))
        for number, part in parts.items()
    ]


def keys_of_group(shapes: Facts, group: Group, facts: Lookup) -> Keys:
    """Give the keys of what the units of a group read; None where that may be anything."""
    keys: set[str] = set()
    for unit in group.units:
        footprint = footprint_of(shapes, unit)
        if footprint is None:
            return None
        keys |= {predicate.value for predicate in footprint.predicates}
        for class_ in footprint.classes:
            below = facts.subclasses(class_)
            named = (one.value for one in below if isinstance(one, NamedNode))
            keys |= {SUBCLASS, *(f"a {iri}" for iri in named)}
    return frozenset(keys)


def run_groups(
    groups: Collection[Group], data: Data, shapes: Facts, engine: Engine
) -> dict[str, Outcome]:
    """Run some groups at once; give what came of each, by its name."""
    outcome = engine.run(data, shapes, [unit for group in groups for unit in group.units])
    of_source = {source: group.name for group in groups for source in group.sources}
    of_unit = {unit: group.name for group in groups for unit in group.units}
    results, notes = defaultdict(set), defaultdict(list)
    for result in outcome.results:
        source = (result.shape, result.component == _BY_SPARQL)
        results[of_source[source]].add(result)
    for note in outcome.notes:
        for name in (of_unit[note.unit],) if note.unit else of_unit.values():
            notes[name].append(note)
    return {
        group.name: Outcome(frozenset(results[group.name]), tuple(notes[group.name]))
        for group in groups
    }


def _sources(shapes: Facts, unit: Unit) -> Iterator[_Source]:
    if unit.holder is not None:
        yield unit.holder, True
        return
    has_sparql = has_inner_sparql(shapes, unit.shape)
    for shape in shapes_below(shapes, unit.shape):
        yield shape, False
        if has_sparql:
            yield shape, True


def _name(part: Iterable[Unit]) -> str:
    return min(
        " ".join(str(node) for node in (unit.shape, unit.holder, unit.constraint) if node)
        for unit in part
    )

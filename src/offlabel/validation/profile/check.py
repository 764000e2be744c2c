"""The OWL 2 DL profile, check by check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Facts
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem
from offlabel.validation.profile.declarations import check_declarations
from offlabel.validation.profile.roles import check_roles
from offlabel.validation.profile.structure import check_structure
from offlabel.validation.profile.usage import check_usage

_IMPORTS = NamedNode(owl.OWL + "imports")
_ONTOLOGY = NamedNode(owl.OWL + "Ontology")


def check_profile(facts: Facts, places: Places, known: Iterable[str] = ()) -> Iterator[Problem]:
    """Find what keeps the facts from being OWL 2 DL.

    `known` are IRIs that another check reports as undescribed; they are not reported twice.
    """
    kinds = Kinds(facts)
    yield from check_declarations(facts, kinds, places, known)
    yield from check_usage(facts, kinds, places)
    yield from check_structure(facts, kinds, places)
    yield from check_roles(facts, places)
    yield from _imports(facts, places)


def _imports(facts: Facts, places: Places) -> Iterator[Problem]:
    here = set(facts.instances(_ONTOLOGY))
    for triple in facts.using(_IMPORTS):
        if triple.object not in here:
            yield places.problem(
                "profile/import",
                triple.subject,
                f"{places.name(triple.object)} is imported but is no module of this project;"
                " nothing is ever fetched",
                predicate=_IMPORTS,
                remedy="Put the module into ontology/, or delete the import.",
            )

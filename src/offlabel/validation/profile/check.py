"""The OWL 2 DL profile: what is said of terms, and how they are used, statement by statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Facts, Lookup, Statement
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem
from offlabel.validation.profile.declarations import check_declared, check_punning
from offlabel.validation.profile.roles import check_roles
from offlabel.validation.profile.structure import check_structure
from offlabel.validation.profile.usage import check_characteristics, check_values

_IMPORTS = NamedNode(owl.OWL + "imports")
_ONTOLOGY = NamedNode(owl.OWL + "Ontology")


def check_profile(facts: Facts, places: Places, known: Collection[str] = ()) -> Iterator[Problem]:
    """Find what keeps the facts from being OWL 2 DL.

    `known` are IRIs that another check reports as undescribed; they are not reported twice.
    """
    kinds = Kinds(facts)
    yield from check_terms(facts, kinds, places)
    yield from check_uses(facts.statements, kinds, places, known)


def check_terms(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    """Find what is wrong with declarations, class expressions and properties themselves."""
    yield from check_punning(kinds, places)
    yield from check_characteristics(facts, kinds, places)
    yield from check_structure(facts, kinds, places)
    yield from check_roles(facts, places)
    yield from _imports(facts, places)


def check_uses(
    statements: Iterable[Statement], kinds: Kinds, places: Places, known: Collection[str] = ()
) -> Iterator[Problem]:
    """Find statements that use a term as what it is not, or a value that is none."""
    statements = list(statements)
    yield from check_declared(statements, kinds, places, known)
    yield from check_values(statements, kinds, places)


def _imports(facts: Lookup, places: Places) -> Iterator[Problem]:
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

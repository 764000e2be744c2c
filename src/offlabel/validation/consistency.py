"""Consistency as HermiT judges it, as a check beside the others; and clashes in words."""

from __future__ import annotations

from pyoxigraph import BlankNode, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.axioms import Axiom, Axioms, axioms_from_facts
from offlabel.reasoning.condense import condense
from offlabel.reasoning.explain import find_clash
from offlabel.reasoning.facts import RDF_TYPE, Facts, Statement
from offlabel.reasoning.hermit import TIME_LIMIT, ReasonerError, start_check
from offlabel.reasoning.words import Sentences
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem, Severity


class ReasonerCheck:
    """Let HermiT judge statements while other checks run."""

    def __init__(self, facts: Facts, places: Places) -> None:
        """Start HermiT; raise MissingExtraError where it is not installed."""
        self._places = places
        self._axioms = axioms_from_facts(facts)
        self._run = start_check(condense(self._axioms))

    def problems(self, time_limit: float = TIME_LIMIT) -> list[Problem]:
        """Wait for HermiT; give what clashes, each clash with the statements behind it."""
        try:
            verdict = self._run.verdict(time_limit)
            if not verdict.consistent:
                return clash_problems(find_clash(self._axioms), self._places)
            return [_empty_class(self._axioms, iri, self._places) for iri in verdict.unsatisfiable]
        except ReasonerError as error:
            return [_not_checked(str(error), "Correct what the profile checks report first.")]

    def stop(self) -> None:
        """End HermiT if it still runs."""
        self._run.stop()


def clash_problems(clash: list[Axiom], places: Places) -> list[Problem]:
    """Turn statements that cannot all hold into one problem that says them in words."""
    if not clash:
        return []
    data = [axiom for axiom in clash if _is_about_data(axiom)]
    written = [axiom for axiom in data if not places.is_derived(axiom.head)]
    where = (written or data or clash)[0]
    return [
        places.problem(
            "consistency/contradiction",
            where.head.subject,
            f"these {len(clash)} statements cannot all hold:\n{clash_in_words(clash, places)}",
            at=where.head,
            remedy="Correct or delete the one that is wrong; each of them is needed for the clash.",
        )
    ]


def clash_in_words(clash: list[Axiom], places: Places) -> str:
    """Say each statement of a clash on a line of its own, with its file and line."""
    sentences = Sentences(clash, places.name)
    lines = []
    for number, axiom in enumerate(sorted(clash, key=_is_about_data, reverse=True), start=1):
        origin = places.origin(axiom.head)
        where = f" ({origin})" if origin else ""
        lines.append(f"{number}. {sentences.sentence(axiom)}{where}")
    return "\n".join(lines)


def _empty_class(axioms: Axioms, iri: str, places: Places) -> Problem:
    """Explain why a class can have no member, by giving it one and looking for the clash."""
    class_ = NamedNode(iri)
    member = Axiom((Statement(BlankNode("member"), RDF_TYPE, class_),))
    clash = find_clash(Axioms(axioms.declarations, (*axioms.statements, member)))
    because = [axiom for axiom in clash if axiom != member]
    return places.problem(
        "consistency/empty-class",
        class_,
        f"nothing can belong to it, because:\n{clash_in_words(because, places)}",
        remedy="Correct or delete one of these statements.",
    )


def _is_about_data(axiom: Axiom) -> bool:
    """Say whether a statement is about an individual rather than about OWL terms."""
    predicate = axiom.head.predicate.value
    if axiom.head.predicate == RDF_TYPE:
        predicate = axiom.head.object.value
    return not predicate.startswith(owl.RESERVED_NAMESPACES)


def _not_checked(reason: str, remedy: str) -> Problem:
    return Problem(
        message=f"Consistency was not checked: {reason}",
        rule="consistency/not-checked",
        severity=Severity.INFO,
        remedy=remedy,
    )

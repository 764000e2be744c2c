"""Where a question stands, and where somebody would have it."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from offlabel.errors import ParameterError
from offlabel.evidence.whatif.designs import Word, get_word, read_words
from offlabel.evidence.whatif.question import Question
from offlabel.stores.base import Store
from offlabel.terms import prefixes


@dataclass(frozen=True)
class Standing:
    """State and certainty of a question, and the factors that lower the certainty.

    `rank` counts the certainties from the best on, 1 to 4; both are None without any evidence.
    """

    state: str
    certainty: str | None = None
    rank: int | None = None
    factors: tuple[str, ...] = ()

    def is_as(self, other: Standing) -> bool:
        """Say whether state and certainty are the same."""
        return (self.state, self.certainty) == (other.state, other.certainty)


@dataclass(frozen=True)
class Goal:
    """What a study should bring about: a state, a certainty, or with neither any move of them."""

    state: Word | None = None
    certainty: str | None = None
    rank: int = 0
    is_end: bool = False

    @classmethod
    def from_names(cls, store: Store, state: str | None, certainty: str | None) -> Goal:
        """Return the goal of a state or a certainty by slug or label; raise on both, or a miss."""
        if state and certainty:
            raise ParameterError("Ask for a state or for a certainty, not for both.")
        if state:
            return cls(state=get_word(read_states(store), state, "state"))
        if certainty:
            grades = read_grades(store)
            word = get_word(grades, certainty, "certainty")
            ranks = grades.values()
            is_end = grades[word] in (min(ranks), max(ranks))
            return cls(certainty=word.label, rank=grades[word], is_end=is_end)
        return cls()

    def text(self, today: Standing) -> str:
        """Say in words what is asked."""
        if self.state:
            return f"make it {self.state.label}"
        if self.certainty:
            more = "" if self.is_end else " or better" if self._is_up(today) else " or worse"
            return f"bring its certainty to {self.certainty}{more}"
        return "move its state or its certainty"

    def is_met(self, today: Standing, reached: Standing) -> bool:
        """Say whether a standing is what was asked; a certainty may be passed on the way."""
        if self.state:
            return reached.state == self.state.label
        if not self.certainty:
            return not reached.is_as(today)
        if reached.rank is None:
            return False
        is_up = self._is_up(today)
        return reached.rank <= self.rank if is_up else reached.rank >= self.rank

    def _is_up(self, today: Standing) -> bool:
        return today.rank is None or self.rank < today.rank


def read_standing(store: Store, question: Question) -> Standing:
    """Read state, certainty and factors of a question as of the latest day."""
    rows = store.select(
        f"""{prefixes().sparql()} SELECT ?state ?certainty ?rank ?factor WHERE {{
        ?asked a ol:EvidenceQuestion ; ol:subject {question.regimen.node} ;
               ol:object {question.condition.node} .
        ?assessment a ol:Assessment ; ol:about ?asked ; ol:state/rdfs:label ?state .
        FILTER NOT EXISTS {{ ?assessment ol:validUntil ?until }}
        OPTIONAL {{ ?assessment ol:hasGrade ?grade . ?grade ol:certainty ?reached .
            ?reached skos:notation ?certainty ; ol:rank ?rank .
            OPTIONAL {{ ?grade ol:loweredBy/ol:ofKind/rdfs:label ?factor }} }} }}
        ORDER BY ?factor"""
    ).rows
    if not rows:
        return Standing("no question yet")
    state, certainty, rank, _ = (
        term.value if isinstance(term, Literal) else None for term in rows[0]
    )
    factors = dict.fromkeys(row[3].value for row in rows if isinstance(row[3], Literal))
    return Standing(str(state), certainty, int(rank) if rank else None, tuple(factors))


def read_states(store: Store) -> list[Word]:
    """Return the states, each by the slug of its label, such as searched-none-found."""
    return [
        Word(word.node, word.label.replace(",", "").replace(" ", "-"), word.label)
        for word in read_words(store, "EvidenceState")
    ]


def read_grades(store: Store) -> dict[Word, int]:
    """Return the certainties with their ranks, the best first."""
    rows = store.select(
        f"""{prefixes().sparql()} SELECT DISTINCT ?grade ?name ?rank WHERE {{
        ?standing ol:startsAt/skos:inScheme ?scheme .
        ?grade skos:inScheme ?scheme ; skos:notation ?name ; ol:rank ?rank }} ORDER BY ?rank"""
    ).rows
    return {
        Word(grade, name.value.replace(" ", "-"), name.value): int(rank.value)
        for grade, name, rank in rows
        if isinstance(grade, NamedNode) and isinstance(name, Literal) and isinstance(rank, Literal)
    }

"""Find outside terms that could be the same as a thing of ours, by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Store

from offlabel.links.names import heads, key, key_of_normal, normal
from offlabel.links.terms import DEPRECATED, LABEL, SYNONYMS, namespace

# How much a match counts, by the kind of name that matched.
WORTH = {"label": 1.0, "exact": 0.96, "narrow": 0.8, "broad": 0.8, "related": 0.84}
ANOTHER_ORDER = 0.97  # the same words in another order
KIND_OF = 0.9  # a name of the term that says which kind of the thing it is
ANOTHER_NAME = 0.98  # of the thing: not its label but another name
ALIKE = 0.9  # of names that only look alike, times how much alike
LEAST_ALIKE = 75.0
_ALIKE_AT_MOST = 40

LEXICAL = "semapv:LexicalMatching"
SIMILAR = "semapv:LexicalSimilarityThresholdMatching"


@dataclass(frozen=True)
class Candidate:
    """A term that may be meant, with the names that matched and how well, from 0 to 1."""

    iri: str
    label: str
    score: float
    subject_name: str
    object_name: str
    kind: str  # of the term's name: label, exact, narrow, broad or related
    justification: str


class Index:
    """The names of all terms in use of a store, for looking up many things."""

    def __init__(self, store: Store, graphs: Iterable[NamedNode] | None = None) -> None:
        """Read the names of the ontologies in some graphs, or in all."""
        self.labels: dict[str, str] = {}
        self._names: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._heads: dict[str, set[str]] = defaultdict(set)
        for graph in (None,) if graphs is None else graphs:
            gone = {q.subject for q in store.quads_for_pattern(None, DEPRECATED, None, graph)}
            for predicate, kind in {LABEL: "label", **SYNONYMS}.items():
                for quad in store.quads_for_pattern(None, predicate, None, graph):
                    subject, text = quad.subject, quad.object
                    if subject in gone or not isinstance(subject, NamedNode):
                        continue
                    if isinstance(text, Literal):
                        self._add(subject.value, text.value, kind)
        self._texts = list(self._keys)

    def _add(self, iri: str, text: str, kind: str) -> None:
        if kind == "label":
            self.labels.setdefault(iri, text)
        plain = normal(text)
        if plain:
            self._names[plain].append((iri, kind, text))
            self._keys[key_of_normal(plain)].add(plain)
            for noun in heads(plain):
                self._heads[noun].add(plain)

    def suggest(
        self,
        names: Sequence[str],
        limit: int = 5,
        *,
        without: Collection[str] = (),
        usual: Mapping[str, int] = MappingProxyType({}),
    ) -> list[Candidate]:
        """Return the best terms for a thing's names, its label first.

        `without` are namespaces in which the thing has its term already; `usual` says how many
        things of its kind have theirs in a namespace, which decides between equals.
        """
        best: dict[str, Candidate] = {}
        for place, name in enumerate(names):
            worth = ANOTHER_NAME if place else 1.0
            plain = normal(name)
            self._keep(best, name, plain, worth, LEXICAL)
            for turned in self._keys.get(key(name), set()) - {plain}:
                self._keep(best, name, turned, worth * ANOTHER_ORDER, LEXICAL)
            for longer in self._heads.get(plain, ()):
                self._keep(best, name, longer, worth * KIND_OF, LEXICAL)
            for words, alike in self._alike(key(name)):
                for text in self._keys[words]:
                    self._keep(best, name, text, worth * ALIKE * alike / 100, SIMILAR)
        left = (each for each in best.values() if namespace(each.iri) not in without)
        return sorted(left, key=lambda each: _order(each, usual))[:limit]

    def _alike(self, words: str) -> list[tuple[str, float]]:
        from rapidfuzz import fuzz, process

        found = process.extract(  # the words of both stand in order already
            words,
            self._texts,
            scorer=fuzz.ratio,
            limit=_ALIKE_AT_MOST,
            score_cutoff=LEAST_ALIKE,
        )
        return [(text, score) for text, score, _ in found]

    def _keep(
        self, best: dict[str, Candidate], name: str, plain: str, worth: float, why: str
    ) -> None:
        for iri, kind, text in self._names.get(plain, ()):
            score = round(worth * WORTH[kind], 3)
            if iri not in best or score > best[iri].score:
                label = self.labels.get(iri, text)
                best[iri] = Candidate(iri, label, score, name, text, kind, why)


def _order(found: Candidate, usual: Mapping[str, int]) -> tuple[float, int, int, str, str]:
    """Put the best first.

    Of equals, that comes first which stands where things of the kind usually have their terms, and
    then the shorter name, which says least beside the thing itself.
    """
    weight = usual.get(namespace(found.iri), 0)
    return -found.score, -weight, len(found.label), found.label.casefold(), found.iri

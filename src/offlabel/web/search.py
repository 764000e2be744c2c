"""Find things by their names: a full-text index (Tantivy) in memory, made from the graph."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import Literal, NamedNode

from offlabel.api import Graph
from offlabel.errors import MissingExtraError, UnknownNameError
from offlabel.names import close_matches
from offlabel.stores.base import Store
from offlabel.terms import BASE, DCTERMS, OL, RDFS, SKOS, prefixes
from offlabel.web.answers import Arguments, job, to_json
from offlabel.web.asking import Content, paged

if TYPE_CHECKING:
    import tantivy

_LABELS = (f"{RDFS}label", f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{DCTERMS}title")
_IDS = (f"{SKOS}notation", *(OL + name for name in ("doi", "pmid", "registryId", "geneSymbol")))
_MATCHES = tuple(f"{SKOS}{name}Match" for name in ("exact", "close"))
_NAMES = f"""SELECT ?thing ?property ?name WHERE {{
  VALUES ?property {{ {" ".join(f"<{iri}>" for iri in (*_LABELS, *_IDS, *_MATCHES))} }}
  ?thing ?property ?name . FILTER STRSTARTS(STR(?thing), "{BASE}")
}} ORDER BY ?thing ?property ?name"""

# Things that people look for go before the records that hold them together; the rest in between.
_WEIGHTS = dict.fromkeys(("drug", "condition", "regimen", "receptor", "treatment"), 4.0)
_WEIGHTS |= dict.fromkeys(("study", "source", "effect", "tissue"), 2.0)
_WEIGHTS |= dict.fromkeys(("assessment", "derived-grade", "difference", "factor", "line"), 0.5)
_WORDS = 12  # of a question
_DEEPEST = 1_000  # hits that are ranked


@dataclass(frozen=True)
class Hit:
    """One thing found: its IRI, CURIE, label and kind, the name that fits best, and a score."""

    iri: str
    curie: str
    label: str
    kind: str
    name: str
    score: float


@dataclass(frozen=True)
class _Named:
    thing: str
    kind: str
    label: str
    names: tuple[str, ...]


class SearchIndex:
    """The names of the things of a graph, to be searched."""

    def __init__(self, things: Iterable[_Named]) -> None:
        try:
            import tantivy
        except ImportError:
            raise MissingExtraError("serve", "Search") from None

        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("place", stored=True)
        builder.add_text_field("kind", tokenizer_name="raw")
        builder.add_text_field("whole", tokenizer_name="raw")
        builder.add_text_field("names", tokenizer_name="names")
        self._schema = builder.build()
        self._things = list(things)
        self._analyser = _analyser()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer("names", self._analyser)
        writer = self._index.writer(heap_size=15_000_000, num_threads=1)
        for place, thing in enumerate(self._things):
            whole = [self._folded(name) for name in thing.names]
            writer.add_document(
                tantivy.Document(place=place, kind=thing.kind, whole=whole, names=list(thing.names))
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    @property
    def kinds(self) -> list[str]:
        """List the kinds of things that have names."""
        return sorted({thing.kind for thing in self._things})

    def search(self, text: str, kind: str | None = None) -> list[Hit]:
        """Return what a text may name, the best first; the last letters or one may be wrong.

        Every word has to fit; where nothing has them all, things that have some are returned.
        """
        text = prefixes().compress(text.strip())
        words = self._analyser.analyze(text)[:_WORDS]
        if not words:
            return []
        hits = self._run(text, words, kind, all_words=True)
        return hits or self._run(text, words, kind, all_words=False)

    def _run(self, text: str, words: list[str], kind: str | None, *, all_words: bool) -> list[Hit]:
        import tantivy

        needed = tantivy.Occur.Must if all_words else tantivy.Occur.Should
        parts = [(needed, self._word(word)) for word in words]
        query = tantivy.Query.boolean_query(parts)
        whole = tantivy.Query.term_query(self._schema, "whole", " ".join(words))
        clauses = [
            (tantivy.Occur.Must, query),
            (tantivy.Occur.Should, tantivy.Query.boost_query(whole, 10.0)),
        ]
        if kind:
            of_kind = tantivy.Query.term_query(self._schema, "kind", kind)
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(of_kind, 0.0)))
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(clauses), _DEEPEST).hits
        hits = [
            self._hit(self._things[searcher.doc(address)["place"][0]], text, score)
            for score, address in found
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.iri))

    def _word(self, word: str) -> tantivy.Query:
        """Return the query for one word: as it is, as a beginning, and with a slip of the pen."""
        import tantivy

        ways = [
            tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "names", word), 4.0),
            tantivy.Query.const_score_query(
                tantivy.Query.regex_query(self._schema, "names", re.escape(word) + ".*"), 3.0
            ),
        ]
        if len(word) > 3:
            fuzzy = tantivy.Query.fuzzy_term_query(
                self._schema, "names", word, 2 if len(word) > 7 else 1, True, True
            )
            ways.append(tantivy.Query.const_score_query(fuzzy, 1.0))
        return tantivy.Query.disjunction_max_query(ways)

    def _hit(self, thing: _Named, text: str, score: float) -> Hit:
        """Describe a hit; of things that fit alike, the one with the nearest name goes first."""
        from rapidfuzz import fuzz, process

        name, near, _ = process.extractOne(
            text, thing.names, scorer=fuzz.ratio, processor=str.casefold
        )
        return Hit(
            iri=thing.thing,
            curie=prefixes().compress(thing.thing),
            label=thing.label,
            kind=thing.kind,
            name=name,
            score=round(score * _WEIGHTS.get(thing.kind, 1.0) * (0.2 + near / 100), 3),
        )

    def _folded(self, name: str) -> str:
        return " ".join(self._analyser.analyze(name))


@job
def search(graph: Graph, arguments: Arguments) -> Content:
    """Find things by `q`, of a `kind` or of all; `limit` of them after `offset`."""
    index = index_of(graph.store)
    kind, offset = arguments["kind"], arguments["offset"]
    if kind and kind not in index.kinds:
        raise UnknownNameError(kind, "kind of thing", close_matches(kind, index.kinds))
    hits = index.search(arguments["q"], kind)
    shown = hits[offset : offset + arguments["limit"]]
    body = to_json(
        {"q": arguments["q"], "total": len(hits), "offset": offset, "hits": [*map(asdict, shown)]}
    )
    return paged("application/json", body, len(hits))


def index_of(store: Store) -> SearchIndex:
    """Return the index of a store; it is made the first time that it is asked for."""
    return _index_of(cast(Hashable, store))


@lru_cache(maxsize=1)
def _index_of(store: Any) -> SearchIndex:
    return SearchIndex(_named(store))


def _named(store: Store) -> Iterable[_Named]:
    labels: dict[str, str] = {}
    names: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for thing, property_, name in store.select(_NAMES).rows:
        if not isinstance(thing, NamedNode) or not isinstance(property_, NamedNode):
            continue
        if isinstance(name, Literal):
            names[thing.value].setdefault(name.value)
            if property_.value in _LABELS[:2]:
                labels.setdefault(thing.value, name.value)
        elif isinstance(name, NamedNode):
            curie = prefixes().compress(name.value)
            names[thing.value].setdefault(curie)
            names[thing.value].setdefault(curie.partition(":")[2] or curie)
    for iri, called in names.items():
        slug = re.split(r"[/#]", iri)[-1]
        label = labels.get(iri, slug)
        yield _Named(iri, kind_of(iri), label, (*called, slug, prefixes().compress(iri)))


def kind_of(iri: str) -> str:
    """Return the kind of a thing as its IRI tells it; a term of the ontology is a "term"."""
    return "term" if iri.startswith(OL) else iri.removeprefix(BASE).partition("/")[0]


def _analyser() -> tantivy.TextAnalyzer:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()

"""The statements of a project in the forms that SHACL engines read, from what is kept of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from offlabel.reasoning.facts import Facts, Lookup, StoredFacts, facts_from_quads
from offlabel.sparql.footprint import Keys
from offlabel.terms import XSD
from offlabel.validation.engines import Data
from offlabel.validation.engines.data import LABELS
from offlabel.validation.statements import RULES, Statements

_TYPED = re.compile(
    rb'^\S+ (\S+) (".*"\^\^<(?!%sstring>)[^>]*>) <[^>]*> \.$' % re.escape(XSD.encode()),
    re.MULTILINE,
)
"""A predicate and its value in N-Quads, where that has a datatype of its own."""


class KeptData(Data):
    """Give engines the statements that a project keeps; as N-Triples, only those with some keys."""

    def __init__(self, statements: Statements, keys: Keys = None) -> None:
        """Take all statements, and the keys of those that the compiled engine has to read."""
        self._statements = statements
        self._keys = keys

    @cached_property
    def facts(self) -> Facts:
        """Give all statements as written."""
        return facts_from_quads(
            parse(b"".join(self._statements.ntriples()), format=RdfFormat.N_TRIPLES)
        )

    @cached_property
    def lookup(self) -> Lookup:
        """Look statements up in the store."""
        return StoredFacts(self._statements.store)

    @property
    def store(self) -> Store:
        """Give the store of all statements, in named graphs."""
        return self._statements.store

    def query(self, text: str) -> object:
        """Ask the store of all its graphs together."""
        return self.store.query(text, use_default_graph_as_union=True)

    def ntriples(self) -> Iterator[bytes]:
        """Yield those statements as N-Triples, and a label of each blank node by `LABELS`."""
        yield from self._statements.ntriples(self._keys)
        name, predicate = LABELS.value.encode(), str(LABELS).encode()
        for node in self._statements.blank_nodes():
            yield b"<%s/%s> %s %s .\n" % (name, node[2:], predicate, node)

    @cached_property
    def _of_predicates(self) -> Mapping[NamedNode, set[Literal]]:
        """Give the values of each predicate that the store may hold in another form."""
        found: dict[bytes, set[bytes]] = defaultdict(set)
        for graph, text in self._statements.texts.items():
            if graph.startswith(RULES):
                continue  # what comes out of the store has its form already
            for content in (text.plain, text.blank):
                for predicate, value in _TYPED.findall(content):
                    found[predicate].add(value + b" .")
        values = {
            text: quad.object
            for text in set().union(*found.values())
            for quad in parse(b"<x:s> <x:p> " + text, format=RdfFormat.N_TRIPLES)
        }
        return {
            NamedNode(predicate[1:-1].decode()): {
                value for text in texts if isinstance(value := values[text], Literal)
            }
            for predicate, texts in found.items()
        }

    @cached_property
    def _form_of(self) -> Mapping[Literal, Literal]:
        """Give the form in which the store holds each value."""
        written = list(set().union(*self._of_predicates.values()))
        probe = Store()
        names = [NamedNode(f"{LABELS.value}/{number}") for number in range(len(written))]
        probe.bulk_extend(
            Quad(name, LABELS, literal) for name, literal in zip(names, written, strict=True)
        )
        held = {quad.subject: quad.object for quad in probe}
        return {
            literal: form
            for name, literal in zip(names, written, strict=True)
            if isinstance(form := held[name], Literal)
        }

    @cached_property
    def rewritten(self) -> Mapping[Literal, frozenset[Literal]]:
        """Give, for each literal that the store holds in another form, those that became it."""
        return self._rewritten(self._of_predicates)

    def rewritten_among(
        self, predicates: Collection[NamedNode] | None
    ) -> Mapping[Literal, frozenset[Literal]]:
        """Give the same of the values of some predicates, or of all where there is no telling."""
        return self._rewritten(self._of_predicates if predicates is None else predicates)

    def _rewritten(self, predicates: Collection[NamedNode]) -> Mapping[Literal, frozenset[Literal]]:
        found: dict[Literal, set[Literal]] = defaultdict(set)
        for predicate in predicates:
            for literal in self._of_predicates.get(predicate, ()):
                found[self._form_of[literal]].add(literal)
        return {form: frozenset(many) for form, many in found.items() if many != {form}}

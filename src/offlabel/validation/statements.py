"""Every statement that the checks look at, graph by graph: as written, and in a store.

The embedded store writes numbers in its own form, so the text of each graph is kept beside it. When
a graph is replaced, the keys of what came and went are returned: what reads none of these keys
need not be run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from offlabel.rules import Rule, apply_one
from offlabel.terms import GRAPH, RDF

Key = str
"""A predicate's IRI; of what is typed with a class, `a` and the IRI of the class."""

TYPE = f"{RDF}type"
RULES = f"{GRAPH}rule/"
HEADS = f"{GRAPH}queries/"
_TYPE = f"<{TYPE}>".encode()


@dataclass(frozen=True)
class Text:
    """The statements of one graph as lines of N-Quads, those with a blank node apart."""

    plain: bytes = b""
    blank: bytes = b""

    def lines(self) -> list[bytes]:
        """Give each statement as a line."""
        return [*self.plain.splitlines(), *self.blank.splitlines()]


@dataclass
class Difference:
    """The keys of what came and went, and the triples as the store writes them."""

    keys: set[Key] = field(default_factory=set)
    triples: set[str] = field(default_factory=set)


def text_from_quads(quads: Iterable[Quad]) -> Text:
    """Write the quads of one graph as they came, each once."""
    content = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return _text(dict.fromkeys(content.splitlines()))


def _text(lines: Iterable[bytes]) -> Text:
    plain: list[bytes] = []
    blank: list[bytes] = []
    for line in lines:
        (blank if _blank_terms(line) else plain).append(line)
    return Text(b"\n".join(plain), b"\n".join(blank))


def keys_of(lines: Iterable[bytes]) -> set[Key]:
    """Give the keys of some lines of N-Quads or N-Triples."""
    found = set()
    for line in lines:
        _, predicate, value = line.split(b" ", 2)
        if predicate == _TYPE and value.startswith(b"<"):
            found.add(f"a {value[1 : value.index(b'>')].decode()}")
        else:
            found.add(predicate[1:-1].decode())
    return found


def is_touched(footprint: frozenset[Key] | None, touched: set[Key]) -> bool:
    """Say whether what reads these keys (None: everything) may see a change of others."""
    if footprint is None:
        return bool(touched)
    if not touched.isdisjoint(footprint):
        return True
    return TYPE in footprint and any(key.startswith("a ") for key in touched)


class Statements:
    """The graphs of files and rules; a statement that several files make is stored once."""

    def __init__(
        self,
        texts: Mapping[str, Text] | None = None,
        made_by: Mapping[str, list[str]] | None = None,
        known: Mapping[str, list[str]] | None = None,
    ) -> None:
        """Load graphs that were kept as text.

        `made_by` tells which statements stand in several files; without it, that is found out.
        `known` tells what each rule did not need to add, since it was there already.
        """
        self.known: dict[str, list[str]] = dict(known or {})
        self.store = Store()
        self.texts: dict[str, Text] = dict(texts or {})
        self.made_by: dict[str, list[str]] = dict(made_by or self._find_makers())
        self._load(b"\n".join(text.plain for text in self.texts.values()))
        for text in self.texts.values():
            self._add_blank(text)
        for triple, graphs in self.made_by.items():
            for graph in graphs[1:]:
                self.store.remove(_quad(triple, graph))

    def count(self, *, derived: bool) -> int:
        """Count what the files state, or what the rules derived from it."""
        return sum(
            text.plain.count(b"\n") + bool(text.plain) + text.blank.count(b"\n") + bool(text.blank)
            for graph, text in self.texts.items()
            if graph.startswith(RULES) == derived and not graph.startswith(HEADS)
        )

    def replace(self, graph: str, text: Text) -> Difference:
        """Put other statements in the place of a graph's; tell what differs."""
        before, after = set(self.texts.get(graph, Text()).lines()), set(text.lines())
        if before == after:
            return Difference()
        was = self._stored(graph)
        self.take_out(graph)
        self._give_on(graph)
        if after:
            self.texts[graph] = text
            self._add(graph, text)
        return Difference(keys_of(before ^ after), was ^ self._stored(graph))

    def run(self, rule: Rule, before: Text) -> Difference:
        """Derive the graph of a rule, which is not there; tell what differs from what it was."""
        applied = apply_one(self.store, rule)
        self.known[rule.graph] = [line.decode() for line in applied.known]
        graph = f"<{rule.graph}> .".encode()
        text = _text(line[:-1] + graph for line in (*applied.added, *applied.about))
        self.texts[rule.graph] = text
        lines = set(before.lines()) ^ set(text.lines())
        end = _length_of_end(rule.graph)
        return Difference(keys_of(lines), {f"{line[:-end].decode()} ." for line in lines})

    def take_out(self, graph: str) -> Text:
        """Take a graph out, and give what it held."""
        self.store.remove_graph(NamedNode(graph))
        return self.texts.pop(graph, Text())

    def put_back(self, graph: str, text: Text) -> None:
        """Add a graph that was taken out."""
        self.texts[graph] = text
        self._load(text.plain)
        self._add_blank(text)

    def says(self, rule: Rule, text: Text, triples: set[str]) -> bool:
        """Say whether what a rule derived, or did not need to add, is among some triples."""
        if not triples:
            return False
        end = _length_of_end(rule.graph)
        derived = (f"{line[:-end].decode()} ." for line in text.lines())
        return any(line in triples for line in (*self.known.get(rule.graph, ()), *derived))

    def triples(self) -> Iterator[bytes]:
        """Yield all statements as written, as lines of N-Triples."""
        for graph in self.texts:
            yield from self.triples_of(graph)

    def ntriples(self, keys: frozenset[Key] | None = None) -> Iterator[bytes]:
        """Yield statements as written, as N-Triples: all, or those with some keys."""
        names = None
        if keys is not None:
            names = {_TYPE if key.startswith("a ") else f"<{key}>".encode() for key in keys}
        for graph, text in self.texts.items():
            end = f" <{graph}> .\n".encode()
            for content in filter(None, (text.plain, text.blank)):
                whole = (content + b"\n").replace(end, b" .\n")  # no literal goes over a line
                if names is None:
                    yield whole
                else:
                    lines = whole.splitlines(keepends=True)
                    yield from (line for line in lines if line.split(b" ", 2)[1] in names)

    def blank_nodes(self) -> set[bytes]:
        """Give the names of all blank nodes, as N-Triples writes them."""
        return {
            term
            for text in self.texts.values()
            for line in text.blank.splitlines()
            for term in _blank_terms(line)
        }

    def triples_of(self, graph: str) -> Iterator[bytes]:
        """Yield the statements of a graph as written, as lines of N-Triples."""
        length = _length_of_end(graph)
        return (line[:-length] + b" ." for line in self.texts[graph].lines())

    def _stored(self, graph: str) -> set[str]:
        quads = self.store.quads_for_pattern(None, None, None, NamedNode(graph))
        return {f"{quad.triple} ." for quad in quads}

    def graphs_using(self, term: str) -> Iterator[str]:
        """Yield the graphs of files and rules that use an IRI as a predicate or a class."""
        node = NamedNode(term)
        found = self.store.quads_for_pattern
        for quads in (found(None, node, None), found(None, NamedNode(TYPE), node)):
            for quad in quads:
                graph = str(getattr(quad.graph_name, "value", ""))
                if not graph.startswith(HEADS):
                    yield graph
        for triple, graphs in self.made_by.items():
            if f"<{term}>" in triple:
                yield from graphs

    def names(self) -> tuple[set[str], set[str]]:
        """Give every IRI that stands in a statement, and those that have a type."""
        used: set[bytes] = set()
        typed: set[bytes] = set()
        for graph in self.texts:
            for line in self.triples_of(graph):
                subject, predicate, rest = line.split(b" ", 2)
                used.add(subject)
                used.add(predicate)
                if rest.startswith(b"<"):
                    used.add(rest[:-2])
                elif rest.endswith(b"> ."):
                    used.add(rest[rest.rindex(b"<") : -2])
                if predicate == _TYPE:
                    typed.add(subject)
        return _iris(used), _iris(typed)

    def _load(self, content: bytes) -> None:
        self.store.load(content, format=RdfFormat.N_QUADS, lenient=True)

    def _add(self, graph: str, text: Text) -> None:
        """Add a graph, but for what other files say already."""
        length = _length_of_end(graph)
        fresh = []
        for line in text.plain.splitlines():
            triple = line[:-length].decode()
            quad = _quad(triple, graph)
            found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
            makers = [
                one.graph_name.value for one in found if isinstance(one.graph_name, NamedNode)
            ]
            makers = [maker for maker in makers if not maker.startswith(RULES)]
            if makers:
                self.made_by.setdefault(triple, makers).append(graph)
            else:
                fresh.append(line)
        self._load(b"\n".join(fresh))
        self._add_blank(text)

    def _add_blank(self, text: Text) -> None:
        """Add statements with blank nodes, which loading would give another name."""
        if text.blank:
            self.store.extend(parse(text.blank, format=RdfFormat.N_QUADS))

    def _find_makers(self) -> dict[str, list[str]]:
        first: dict[bytes, str] = {}
        several: dict[str, list[str]] = {}
        for graph, text in self.texts.items():
            length = _length_of_end(graph)
            for line in text.plain.splitlines():
                maker = first.setdefault(line[:-length], graph)
                if maker != graph:
                    several.setdefault(line[:-length].decode(), [maker]).append(graph)
        return several

    def _give_on(self, graph: str) -> None:
        """Leave what other files say, too, to the next of them."""
        for triple, graphs in list(self.made_by.items()):
            if graph in graphs:
                if graphs[0] == graph:
                    self.store.add(_quad(triple, graphs[1]))
                graphs.remove(graph)
                if len(graphs) == 1:
                    del self.made_by[triple]


def _blank_terms(line: bytes) -> list[bytes]:
    """Give the blank nodes of a statement; a text in it may hold what looks like one."""
    subject, _, rest = line.split(b" ", 2)
    terms = [subject] if subject.startswith(b"_:") else []
    return [*terms, rest.split(b" ", 1)[0]] if rest.startswith(b"_:") else terms


def _iris(terms: Iterable[bytes]) -> set[str]:
    return {term[1:-1].decode() for term in terms if term.startswith(b"<")}


def _length_of_end(graph: str) -> int:
    return len(f" <{graph}> .".encode())


def _quad(triple: str, graph: str) -> Quad:
    found: Quad = next(parse(f"{triple} <{graph}> .".encode(), format=RdfFormat.N_QUADS))
    return found

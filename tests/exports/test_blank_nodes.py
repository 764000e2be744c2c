"""Names of blank nodes follow from what is said of them, and naming them comes to an end."""

import io
import random
from collections.abc import Callable, Iterable, Iterator

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
)

from offlabel.exports import FILES, PARTS, Selection, blanknodes, sorting
from offlabel.exports.loss import Loss

G, H = NamedNode("http://example.org/g"), NamedNode("http://example.org/h")
P, Q = NamedNode("http://example.org/p"), NamedNode("http://example.org/q")
Node = Callable[[object], BlankNode]


def restrictions(node: Node) -> Iterator[Quad]:
    """Give many small groups, some of which say the same."""
    for number in range(30):
        yield Quad(NamedNode(f"http://example.org/c{number}"), P, node(number), G)
        yield Quad(node(number), Q, Literal(number % 7), G)
    for number in range(5):
        yield Quad(node(f"alike {number}"), Q, Literal("the same"), G)


def ring(node: Node) -> Iterator[Quad]:
    """Give a ring of nodes that are all alike, and one with a mark on it."""
    for number in range(6):
        yield Quad(node(number), P, node((number + 1) % 6), G)
        yield Quad(node(f"marked {number}"), P, node(f"marked {(number + 1) % 6}"), G)
    yield Quad(node("marked 3"), Q, Literal("mark"), G)


def two_triangles(node: Node) -> Iterator[Quad]:
    """Give a hexagon and two triangles joined by one node: each node sees the same around it."""
    for number in range(6):
        yield Quad(node(number), P, node((number + 1) % 6), G)
        near = number // 3 * 3 + (number + 1) % 3
        yield Quad(node(f"t{number}"), P, node(f"t{near}"), G)
    for number in range(6):
        yield Quad(node("middle"), Q, node(number), G)
        yield Quad(node("middle"), Q, node(f"t{number}"), G)


def family(node: Node) -> Iterator[Quad]:
    """Give a tree whose branches are alike."""
    for number in range(8):
        yield Quad(node("root"), P, node(number), G)
        yield Quad(node(number), P, node(f"below {number}"), G)
        yield Quad(node(f"below {number}"), Q, Literal("leaf"), G)


def clique(size: int) -> Callable[[Node], Iterator[Quad]]:
    """Give nodes each of which knows every other."""

    def quads(node: Node) -> Iterator[Quad]:
        for one in range(size):
            yield from (Quad(node(one), P, node(two), G) for two in range(size) if one != two)

    return quads


def odd(node: Node) -> Iterator[Quad]:
    """Give a node in two graphs, one that points to itself, and text that looks like a node."""
    yield Quad(node(1), P, node(2), G)
    yield Quad(node(2), P, Literal('a> _:x" .', language="en"), H)
    yield Quad(G, P, Literal("a> _:x"), H)
    yield Quad(G, P, NamedNode("http://example.org/_:x"), H)
    yield Quad(node(3), P, node(3), G)


GRAPHS = {
    "clique": clique(7),
    "family": family,
    "odd": odd,
    "restrictions": restrictions,
    "ring": ring,
    "two triangles": two_triangles,
}


def made(kind: Callable[[Node], Iterator[Quad]], seed: int) -> list[Quad]:
    """Return a graph with its nodes called by chance and its statements in no order."""
    chance = random.Random(seed)
    known: dict[object, BlankNode] = {}

    def node(name: object) -> BlankNode:
        return known.setdefault(name, BlankNode(f"{chance.getrandbits(64):x}"))

    quads = list(kind(node))
    chance.shuffle(quads)
    return quads


def dumped(quads: Iterable[Quad], name: str = "nquads") -> tuple[bytes, Loss]:
    """Return an export and its loss."""
    store, to = Store(), io.BytesIO()
    store.extend(quads)
    loss = FILES[name].dump(Selection(store, tuple(PARTS)), to)
    return to.getvalue(), loss


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Return statements with their nodes as RDFC-1.0 names them."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@pytest.mark.parametrize("kind", GRAPHS)
def test_same_bytes_whatever_nodes_are_called(kind: str) -> None:
    """The same graph gives the same bytes, and a reader gets the same graph from them."""
    outputs = {dumped(made(GRAPHS[kind], seed))[0] for seed in range(6)}
    (content,) = outputs

    assert canonical(made(GRAPHS[kind], 0)) == canonical(parse(content, RdfFormat.N_QUADS))
    assert () == dumped(made(GRAPHS[kind], 0))[1].notes


def test_names_stay_when_others_come() -> None:
    """A statement with a blank node is the same line when something else is added."""
    before, _ = dumped(made(ring, 1))
    both, _ = dumped([*made(ring, 1), *made(family, 2)])

    assert set(before.splitlines()) <= set(both.splitlines())


@pytest.mark.parametrize("name", ["nquads", "turtle", "jsonld"])
def test_work_is_limited(name: str) -> None:
    """Nodes that are too much alike are named all the same, and the report says so."""
    quads = made(clique(16), 1)
    content, loss = dumped(quads, name)
    found = parse(content, RdfFormat.from_extension(FILES[name].suffix[1:]))

    assert 16 == len({quad.subject for quad in found})
    assert any(note.startswith("1 group(s) of blank nodes") for note in loss.notes)
    assert content == dumped(quads, name)[0]


def test_large_groups_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group that is too large keeps the names of the store, and the report says so."""
    monkeypatch.setattr(blanknodes, "LARGEST", 10)
    quads = made(family, 1)
    content, loss = dumped([*quads, *made(odd, 2)])

    assert canonical([*quads, *made(odd, 2)]) == canonical(parse(content, RdfFormat.N_QUADS))
    assert any(note.startswith("1 group(s) of blank nodes") for note in loss.notes)


@pytest.mark.parametrize("kind", GRAPHS)
def test_sorting_in_pieces_changes_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where statements are too many to be sorted at once, the bytes are the same."""
    whole, _ = dumped(made(GRAPHS[kind], 1))
    monkeypatch.setattr(sorting, "PIECE", 7)

    assert whole == dumped(made(GRAPHS[kind], 2))[0]

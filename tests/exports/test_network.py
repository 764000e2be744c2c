"""The evidence as a network, read back by networkx and by the rules of CX2."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import networkx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from exporting import written
from offlabel.exports import FILES, PARTS, Selection
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL, RDF, RDFS

FORMATS = ("cx2", "graphml")
TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "double": float, "integer": int}


def dumped(name: str, selection: Selection) -> bytes:
    """Return an export."""
    to = io.BytesIO()
    FILES[name].dump(selection, to)
    return to.getvalue()


def aspects(content: bytes) -> dict[str, Any]:
    """Return the aspects of a CX2 document by name."""
    return {name: value for part in json.loads(content)[1:] for name, value in part.items()}


@pytest.mark.parametrize("name", FORMATS)
def test_expected_output(name: str, tiny: MemoryStore) -> None:
    """The network of the small world is as expected, the same each time."""
    path = Path(__file__).parents[1] / "exporters" / name / f"tiny{FILES[name].suffix}"

    assert path.read_bytes() == dumped(name, Selection(tiny.store))


def test_networkx_reads_the_real_graph(real: MemoryStore) -> None:
    """Nodes are the things of the kinds, edges the statements; the evidence has its state."""
    graph = networkx.read_graphml(io.BytesIO(written("graphml", real)))
    kinds = Counter(data["kind"] for _, data in graph.nodes(data=True))
    rows = real.select(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{OL}Study> }}").rows
    regimen, condition = "regimen:low-dose-oral-naltrexone", "condition:psoriasis"
    evidence = graph.get_edge_data(regimen, condition)

    assert str(kinds["study"]) == str(getattr(rows[0][0], "value", ""))
    assert {"drug", "regimen class", "condition", "study", "mechanism"} <= set(kinds)
    assert "evidence" == evidence["kind"]
    assert "supported" == evidence["state"]
    assert "very low" == evidence["certainty"]
    assert (94.0, 6, 0) == (evidence["weight"], evidence["supporting"], evidence["disputing"])
    assert graph.has_edge("study:bridgman-2018", "source:bridgman-2018")


def test_cx2_keeps_its_own_rules(real: MemoryStore) -> None:
    """Counts are right, ends exist, attributes are declared with their types, and it is whole."""
    found = aspects(written("cx2", real))
    declared = found["attributeDeclarations"][0]
    counts = {part["name"]: part["elementCount"] for part in found["metaData"]}
    ids = {node["id"] for node in found["nodes"]}

    assert counts["nodes"] == len(found["nodes"]) == len(ids)
    assert counts["edges"] == len(found["edges"])
    assert all({edge["s"], edge["t"]} <= ids for edge in found["edges"])
    assert found["status"] == [{"success": True}]
    for aspect in ("nodes", "edges"):
        for element in found[aspect]:
            for name, value in element["v"].items():
                assert isinstance(value, TYPES[declared[aspect][name]["d"]]), (name, value)


def test_both_forms_say_the_same(real: MemoryStore) -> None:
    """The two forms have the same nodes and edges."""
    graph = networkx.read_graphml(io.BytesIO(written("graphml", real)))
    found = aspects(written("cx2", real))
    names = {node["id"]: node["v"]["name"] for node in found["nodes"]}

    assert set(graph.nodes) == set(names.values())
    assert Counter(list(graph.edges())) == Counter(
        (names[edge["s"]], names[edge["t"]]) for edge in found["edges"]
    )


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.large
def test_loss_is_right(name: str, real: MemoryStore) -> None:
    """Each held label and relation is in the network; what is not, the report lists."""
    selection = Selection(real.store)
    text = dumped(name, selection).decode()
    graph = networkx.read_graphml(io.BytesIO(written("graphml", real)))
    iris = {data["iri"]: node for node, data in graph.nodes(data=True)}
    held = [t for t in selection.ledger.held if t.predicate.value == f"{OL}inCondition"]
    lost = {row.property for row in selection.ledger.loss(name).lost}
    every = list(real.store.quads_for_pattern(None, NamedNode(f"{OL}inCondition"), None))

    assert len(held) == len(every)
    for triple in held:
        ends = (iris[str(getattr(end, "value", ""))] for end in (triple.subject, triple.object))
        assert graph.has_edge(*ends)
    assert {"ol:asserts", "ol:count", "ol:enrolled"} <= lost
    assert "ol:inCondition" not in lost
    assert "Wilson" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_labels(name: str) -> None:
    """A label with marks of the format, or characters that XML has not, stays a label."""
    thing = NamedNode("https://w3id.org/offlabel/drug/x")
    label = 'a "b" <c> & ]]> \x01 =cmd()'
    quads = [
        Quad(thing, NamedNode(f"{RDF}type"), NamedNode(f"{OL}Drug"), thing),
        Quad(thing, NamedNode(f"{RDFS}label"), Literal(label), thing),
    ]
    selection = Selection(MemoryStore.from_quads(quads).store, tuple(PARTS))
    content = dumped(name, selection)
    if name == "graphml":
        ((_, data),) = networkx.read_graphml(io.BytesIO(content)).nodes(data=True)

        assert label.replace("\x01", " ") == data["label"]
    else:
        assert label == aspects(content)["nodes"][0]["v"]["label"]

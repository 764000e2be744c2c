"""CX2, the form of Cytoscape and NDEx (https://cytoscape.org/cx/cx2/)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import IO, Any

from offlabel.exports.loss import Loss
from offlabel.exports.network.model import Network, network, plan
from offlabel.exports.selection import Selection

_NODE = {"name": "string", "iri": "string", "label": "string", "kind": "string"}
_THIN, _WIDE = 1.0, 12.0  # the widths of edges, in pixels
_EDGE = {
    "interaction": "string",
    "weight": "double",
    "iri": "string",
    "state": "string",
    "certainty": "string",
    "supporting": "integer",
    "disputing": "integer",
    "people": "integer",
}


@dataclass(frozen=True)
class Cx2Export:
    """The evidence network as CX2, with its colours as a style."""

    name: str = "cx2"
    title: str = "CX2, the evidence as a network for Cytoscape"
    suffix: str = ".cx2"
    media_type: str = "application/json"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the aspects; the last says that the network is whole."""
        aspects = _aspects(network(selection))
        text = ",\n".join(json.dumps(aspect, ensure_ascii=False) for aspect in aspects)
        to.write(f"[\n{text}\n]\n".encode())
        return selection.ledger.loss(self.name)


def _aspects(found: Network) -> list[dict[str, Any]]:
    ids = {node.id: number for number, node in enumerate(found.nodes)}
    nodes = [
        {"id": ids[node.id], "v": _known({"name": node.id, **asdict(node)}, _NODE)}
        for node in found.nodes
    ]
    edges = [
        {
            "id": number,
            "s": ids[edge.source],
            "t": ids[edge.target],
            "v": _known({"interaction": edge.kind, **asdict(edge)}, _EDGE),
        }
        for number, edge in enumerate(found.edges)
    ]
    return [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": _sizes(len(nodes), len(edges))},
        {"attributeDeclarations": [{"networkAttributes": {"name": {"d": "string"}},
                                    "nodes": _declared(_NODE), "edges": _declared(_EDGE)}]},
        {"networkAttributes": [{"name": "offlabel: evidence for off-label drug use"}]},
        {"nodes": nodes},
        {"edges": edges},
        {"visualProperties": [_style(max((edge.weight for edge in found.edges), default=1.0))]},
        {"status": [{"success": True}]},
    ]  # fmt: skip


def _known(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {name: values[name] for name in names if values[name] not in ("", None)}


def _declared(names: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"d": kind} for name, kind in names.items()}


def _sizes(nodes: int, edges: int) -> list[dict[str, Any]]:
    one = ("attributeDeclarations", "networkAttributes", "visualProperties")
    sizes = {**dict.fromkeys(one, 1), "nodes": nodes, "edges": edges}
    return [{"name": name, "elementCount": count} for name, count in sizes.items()]


def _style(heaviest: float) -> dict[str, Any]:
    """Return the looks: colours by kind and state, and width by how many people stand behind."""

    def by(attribute: str, colours: dict[str, str]) -> dict[str, Any]:
        pairs = [{"v": value, "vp": colour} for value, colour in colours.items()]
        return {"type": "DISCRETE", "definition": {"attribute": attribute, "map": pairs}}

    kinds = {look["kind"]: look["colour"] for look in plan()["nodes"].values()}
    label = {"type": "PASSTHROUGH", "definition": {"attribute": "label", "type": "string"}}
    span = {"min": 1.0, "max": max(heaviest, 1.0)}
    widths = {
        "attribute": "weight",
        "map": [
            {"max": span["min"], "maxVPValue": _THIN, "includeMax": False, "includeMin": False},
            {**span, "minVPValue": _THIN, "maxVPValue": _WIDE, "includeMin": True,
             "includeMax": True},
            {"min": span["max"], "minVPValue": _WIDE, "includeMax": False, "includeMin": False},
        ],
    }  # fmt: skip
    return {
        "default": {"node": {}, "edge": {"EDGE_LINE_COLOR": "#999999"}, "network": {}},
        "nodeMapping": {"NODE_BACKGROUND_COLOR": by("kind", kinds), "NODE_LABEL": label},
        "edgeMapping": {
            "EDGE_LINE_COLOR": by("state", plan()["colours"]),
            "EDGE_WIDTH": {"type": "CONTINUOUS", "definition": widths},
        },
    }


CX2 = Cx2Export()

"""GraphML, as Gephi, yEd and networkx read it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from offlabel.exports.loss import Loss
from offlabel.exports.network.model import network
from offlabel.exports.selection import Selection

_NODE = {"iri": "string", "label": "string", "kind": "string", "colour": "string"}
_EDGE = {
    "kind": "string",
    "colour": "string",
    "weight": "double",
    "iri": "string",
    "state": "string",
    "certainty": "string",
    "supporting": "int",
    "disputing": "int",
    "people": "int",
}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class GraphMlExport:
    """The evidence network as GraphML."""

    name: str = "graphml"
    title: str = "GraphML, the evidence as a network"
    suffix: str = ".graphml"
    media_type: str = "application/graphml+xml"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write nodes and edges in their order."""
        found = network(selection)
        lines = [_HEAD]
        for what, keys in (("node", _NODE), ("edge", _EDGE)):
            for key, kind in keys.items():
                lines.append(
                    f'<key id="{what}-{key}" for="{what}" attr.name="{key}" attr.type="{kind}"/>\n'
                )
        lines.append('<graph id="offlabel" edgedefault="directed">\n')
        for node in found.nodes:
            data = _data("node", _NODE, asdict(node))
            lines.append(f"<node id={quoteattr(node.id)}>{data}</node>\n")
        for number, edge in enumerate(found.edges):
            ends = f"source={quoteattr(edge.source)} target={quoteattr(edge.target)}"
            data = _data("edge", _EDGE, asdict(edge))
            lines.append(f'<edge id="e{number}" {ends}>{data}</edge>\n')
        lines.append("</graph>\n</graphml>\n")
        to.write("".join(lines).encode())
        return selection.ledger.loss(self.name)


def _data(what: str, keys: dict[str, str], values: dict[str, object]) -> str:
    """Write the data of a node or an edge; what is not known is left out."""
    return "".join(
        f'<data key="{what}-{key}">{escape(_NOT_XML.sub(" ", str(values[key])))}</data>'
        for key in keys
        if values[key] not in ("", None)
    )


GRAPHML = GraphMlExport()

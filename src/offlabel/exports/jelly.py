"""Jelly, a binary form for streams of statements, written by pyjelly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

from pyoxigraph import BlankNode, Literal

from offlabel.errors import MissingExtraError
from offlabel.exports.loss import Loss
from offlabel.exports.order import Ordered
from offlabel.exports.selection import Selection
from offlabel.terms import XSD

_STRING = XSD + "string"


@dataclass(frozen=True)
class JellyExport:
    """The whole dataset as a stream of quads."""

    name: str = "jelly"
    title: str = "Jelly, a binary form of the whole dataset"
    suffix: str = ".jelly"
    media_type: str = "application/x-jelly-rdf"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the statements; raise `MissingExtraError` where pyjelly is not installed."""
        try:
            from pyjelly.integrations.generic import generic_sink as jelly
            from pyjelly.integrations.generic.serialize import flat_stream_to_file
        except ImportError:
            raise MissingExtraError("jelly", "The export in Jelly") from None

        def term(found: object) -> Any:
            if isinstance(found, BlankNode):
                return jelly.BlankNode(found.value)
            if not isinstance(found, Literal):
                return jelly.IRI(str(getattr(found, "value", "")))
            if found.language:
                return jelly.Literal(found.value, langtag=found.language)
            datatype = found.datatype.value
            return jelly.Literal(found.value, datatype=None if datatype == _STRING else datatype)

        ordered = Ordered(selection)
        quads = (
            jelly.Quad(*map(term, (quad.subject, quad.predicate, quad.object, quad.graph_name)))
            for quad in ordered.quads()
        )
        flat_stream_to_file(quads, to)
        return Loss(self.name, ordered.count)


JELLY = JellyExport()

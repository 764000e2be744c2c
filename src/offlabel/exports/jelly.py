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
            from pyjelly import jelly as wire
            from pyjelly.integrations.generic import generic_sink as jelly
            from pyjelly.integrations.generic.serialize import GenericSinkTermEncoder
            from pyjelly.serialize.ioutils import write_delimited
            from pyjelly.serialize.streams import QuadStream, SerializerOptions
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

        # What it has for whole streams keeps every statement until the end: frames are made here.
        options = SerializerOptions(logical_type=wire.LOGICAL_STREAM_TYPE_FLAT_QUADS)
        stream = QuadStream(
            encoder=GenericSinkTermEncoder(lookup_preset=options.lookup_preset), options=options
        )
        stream.enroll()
        ordered = Ordered(selection)
        for quad in ordered.quads():
            terms = map(term, (quad.subject, quad.predicate, quad.object, quad.graph_name))
            if frame := stream.quad(tuple(terms)):
                write_delimited(frame, to)
        if frame := stream.flow.to_stream_frame():
            write_delimited(frame, to)
        return Loss(self.name, ordered.count, notes=ordered.notes)


JELLY = JellyExport()

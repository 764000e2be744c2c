"""Read Turtle and mapping tables into quads, each file into its own named graph."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat
from pyoxigraph import parse as parse_rdf

from offlabel.errors import SourceError
from offlabel.sources.files import SourceFile
from offlabel.sources.mappings import read_mappings
from offlabel.terms import prefixes

_UNKNOWN_PREFIX = re.compile(r"[Tt]he prefix (\S*?):? has not been declared")
_ON_LINE = re.compile(
    r"(?:Parser error )?(?:at|between) line \d+ column \d+(?: and .*?column \d+)?:?\s*"
)


def parse(file: SourceFile) -> list[Quad]:
    """Return the statements of a file; raise `SourceError` with line and remedy if malformed."""
    graph = NamedNode(file.graph)
    if file.role == "mappings":
        return [Quad(*triple, graph) for triple in read_mappings(file.path)]
    return list(_turtle(file, graph))


def _turtle(file: SourceFile, graph: NamedNode) -> Iterator[Quad]:
    try:
        content = file.path.read_bytes()
        content.decode("utf-8")
        for quad in parse_rdf(content, format=RdfFormat.TURTLE, base_iri=file.graph):
            place = graph if quad.graph_name == DefaultGraph() else quad.graph_name
            yield Quad(quad.subject, quad.predicate, quad.object, place)
    except SyntaxError as error:
        raise _in_words(file, error) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SourceError(
            file.path, "this is not UTF-8 text.", "Save the file as UTF-8.", line
        ) from None
    except OSError as error:
        raise SourceError(
            file.path, f"cannot be read: {error.strerror}.", "Check that it may be read."
        ) from None


def _in_words(file: SourceFile, error: SyntaxError) -> SourceError:
    message = _ON_LINE.sub("", str(error.msg)).strip() or "malformed Turtle"
    unknown = _UNKNOWN_PREFIX.search(message)
    if unknown:
        name = unknown[1]
        known = prefixes()
        if name in known.namespaces:
            remedy = f"Add: @prefix {name}: <{known.namespaces[name]}> ."
        else:
            close = difflib.get_close_matches(name, known.namespaces, n=1, cutoff=0.5)
            remedy = (f"Did you mean {close[0]}:? " if close else "") + (
                "Prefixes are declared in ontology/prefixes.ttl."
            )
        return SourceError(file.path, f"the prefix {name}: is not declared.", remedy, error.lineno)
    message = message[0].lower() + message[1:].rstrip(".")
    place = f" (column {error.offset})" if error.offset else ""
    return SourceError(
        file.path,
        f"malformed Turtle{place}: {message}.",
        "Look at this line and the end of the statement before it.",
        error.lineno,
    )

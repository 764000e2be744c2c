"""Read Turtle and mapping tables into quads, each file into its own named graph."""

from __future__ import annotations

import re
from bisect import bisect_right
from hashlib import blake2b

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple
from pyoxigraph import parse as parse_rdf

from offlabel.errors import SourceError
from offlabel.sources.files import SourceFile
from offlabel.sources.mappings import read_mappings
from offlabel.terms import prefixes

_UNKNOWN_PREFIX = re.compile(r"[Tt]he prefix (\S*?):? has not been declared")
_PLACE = re.compile(r"\s*Parser error [^:]*:\s*")
_BOM = b"\xef\xbb\xbf"


def parse(file: SourceFile) -> list[Quad]:
    """Return the statements of a file; raise its first `SourceError` if it is malformed."""
    quads, problems = read(file)
    if problems:
        raise problems[0]
    return quads


def read(file: SourceFile) -> tuple[list[Quad], list[SourceError]]:
    """Return the statements of a file and all that is wrong with it."""
    graph = NamedNode(file.graph)
    try:
        if file.role == "mappings":
            return [Quad(*triple, graph) for triple in read_mappings(file.path)], []
        return _turtle(file, _content(file), graph)
    except SourceError as error:
        return [], [error]


def _content(file: SourceFile) -> bytes:
    try:
        content = file.path.read_bytes()
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SourceError(
            file.path, "this is not UTF-8 text.", "Save the file as UTF-8.", line
        ) from None
    except OSError as error:
        raise SourceError(
            file.path, f"cannot be read: {error.strerror}.", "Check that it may be read."
        ) from None
    return content.removeprefix(_BOM)


def _turtle(
    file: SourceFile, content: bytes, graph: NamedNode
) -> tuple[list[Quad], list[SourceError]]:
    """Read on after an error: the parser finds its way back at the end of a statement."""
    quads: list[Quad] = []
    problems: dict[object, SourceError] = {}
    nodes = _Nodes(file.graph)
    starts = [n for n, line in enumerate(content.split(b"\n"), 1) if line[:1].strip(b" \t\r#")]
    parser = parse_rdf(content, format=RdfFormat.TURTLE)
    while True:
        try:
            quad = next(parser)
            quads.append(_quad(quad, graph, nodes))
        except StopIteration:
            return quads, list(problems.values())
        except SyntaxError as error:
            # A slip upsets what follows it, so one error is told of each block of lines, and one
            # of each unknown prefix.
            unknown = _UNKNOWN_PREFIX.search(str(error.msg))
            block = bisect_right(starts, error.lineno or 1)
            problems.setdefault(unknown[1] if unknown else block, _in_words(file, error))
        except TypeError as error:
            raise SourceError(
                file.path, f"{error}.", "Give the statement an IRI and describe that."
            ) from None


class _Nodes(dict[BlankNode, BlankNode]):
    """Blank nodes of a file by what they are called there; names hold in their own file only.

    They follow from the graph of the file and the order in it, so that two builds are alike.
    """

    def __init__(self, graph: str) -> None:
        super().__init__()
        self._stem = f"b{blake2b(graph.encode(), digest_size=8).hexdigest()}n"

    def __missing__(self, node: BlankNode) -> BlankNode:
        self[node] = named = BlankNode(f"{self._stem}{len(self)}")
        return named


def _quad(quad: Quad, graph: NamedNode, nodes: _Nodes) -> Quad:
    """Move a statement to its graph."""
    subject, value = quad.subject, quad.object
    if isinstance(subject, Triple) or isinstance(value, Triple):
        raise TypeError("a statement about a statement (RDF 1.2) is not supported here")
    if isinstance(subject, BlankNode):
        subject = nodes[subject]
    if isinstance(value, BlankNode):
        value = nodes[value]
    return Quad(subject, quad.predicate, value, graph)


def _in_words(file: SourceFile, error: SyntaxError) -> SourceError:
    message = _PLACE.sub("", str(error.msg), count=1).strip() or "malformed Turtle"
    unknown = _UNKNOWN_PREFIX.search(message)
    if unknown:
        name = unknown[1]
        known = prefixes()
        if name in known.namespaces:
            remedy = f"Add: @prefix {name}: <{known.namespaces[name]}> ."
        else:
            import difflib

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

"""Trusty URIs of RDF graphs: a name that holds a checksum of what it names.

Module RA of the trusty URI specification (http://trustyuri.net/spec/v1.html): the quads are put in
order and written line by line, with a space in place of the checksum that is to be found.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad

from offlabel.terms import BASE, XSD

SPACE = f"{BASE}np/"
# The name of a nanopublication until its checksum is known.
UNNAMED = f"{SPACE}0"
_MODULE = "RA"
_INTEGERS = {f"{XSD}{name}" for name in ("integer", "nonNegativeInteger", "positiveInteger")}


def normalised(quads: Iterable[Quad]) -> bytes:
    """Return what is hashed and signed: the quads in order, with a space for the checksum."""
    keys = {_key(quad) for quad in quads}
    lines = ("".join(f"{part}\n" for part in (*key[:3], _written(key[3]))) for key in sorted(keys))
    return "".join(lines).encode()


def artifact_code(quads: Iterable[Quad]) -> str:
    """Return the code of quads in which `UNNAMED` stands for the nanopublication."""
    digest = sha256(normalised(quads)).digest()
    return _MODULE + urlsafe_b64encode(digest).decode().rstrip("=")


def with_code(quads: Iterable[Quad], code: str) -> list[Quad]:
    """Return the quads with the trusty URI where `UNNAMED` stood."""
    return [
        Quad(
            NamedNode(_named(quad.subject, code)),
            NamedNode(_named(quad.predicate, code)),
            quad.object
            if isinstance(quad.object, Literal)
            else NamedNode(_named(quad.object, code)),
            NamedNode(_named(quad.graph_name, code)),
        )
        for quad in quads
    ]


def canonical(value: Literal) -> Literal:
    """Return a number in the one form in which every reader writes it: 4.50 becomes 4.5."""
    try:
        if value.datatype.value == f"{XSD}decimal":
            number = Decimal(value.value)
            text = f"{number.normalize() if number else Decimal(0):f}"
            return Literal(text, datatype=value.datatype)
        if value.datatype.value in _INTEGERS:
            return Literal(str(int(value.value)), datatype=value.datatype)
    except (ArithmeticError, ValueError):
        return value  # no number at all, whatever its datatype says
    return value


# A literal sorts after every IRI, by its text, then its datatype, then its language.
_Object = tuple[bool, str, str, str]
_Key = tuple[str, str, str, _Object]


def _key(quad: Quad) -> _Key:
    graph, subject, predicate = (
        _named(part, " ") for part in (quad.graph_name, quad.subject, quad.predicate)
    )
    return graph, subject, predicate, _object(quad.object)


def _named(term: object, code: str) -> str:
    """Return an IRI, with a code in it where it is of the nanopublication itself."""
    if not isinstance(term, NamedNode):
        raise TypeError("a nanopublication has named nodes and named graphs only")
    name, hash_, part = term.value.partition("#")
    return f"{SPACE}{code}{hash_}{part}" if name == UNNAMED else term.value


def _object(term: object) -> _Object:
    if not isinstance(term, Literal):
        return False, _named(term, " "), "", ""
    if term.language:
        return True, term.value, "", term.language.lower()
    return True, term.value, term.datatype.value, ""


def _written(key: _Object) -> str:
    is_literal, text, datatype, language = key
    if not is_literal:
        return text
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return f"@{language} {escaped}" if language else f"^{datatype} {escaped}"

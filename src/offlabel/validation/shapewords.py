"""What a SHACL result means, in words: "ol:polarity is missing"."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning.facts import RDF_FIRST, Facts, Term
from offlabel.terms import SH, XSD
from offlabel.validation.places import Places

_NODE_KINDS = {
    "IRI": "an IRI",
    "Literal": "a literal",
    "BlankNode": "a blank node",
    "BlankNodeOrIRI": "a node, named or not",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}
_ONE_PARAMETER = {
    "Class": "{value} is no {parameter}",
    "Datatype": "{value} is no {parameter}",
    "HasValue": "the value {parameter} is missing",
    "In": "{value} is none of {parameter}",
    "LanguageIn": "{value} is in none of the languages {parameter}",
    "MinInclusive": "{value} is less than {parameter}",
    "MinExclusive": "{value} is not more than {parameter}",
    "MaxInclusive": "{value} is more than {parameter}",
    "MaxExclusive": "{value} is not less than {parameter}",
    "MinLength": "{value} is shorter than {parameter} characters",
    "MaxLength": "{value} is longer than {parameter} characters",
    "Pattern": "{value} does not match {parameter}",
    "LessThan": "{value} is not less than the value of {parameter}",
    "LessThanOrEquals": "{value} is more than the value of {parameter}",
    "Equals": "it does not have the same values as {parameter}",
    "Disjoint": "{value} is a value of {parameter} too",
}
_COMPARED = {"MinInclusive", "MinExclusive", "MaxInclusive", "MaxExclusive"}
_PARAMETERS = {
    "MinCount": "minCount",
    "MaxCount": "maxCount",
    "NodeKind": "nodeKind",
    **{name: name[0].lower() + name[1:] for name in _ONE_PARAMETER},
}


def result_in_words(
    shapes: Facts,
    places: Places,
    *,
    shape: Term,
    component: str,
    path: Term | None,
    value: Term | None,
) -> str:
    """Say what a result means; empty where only the shape's own message can say it."""
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    where = path_in_words(shapes, places, path) if path is not None else ""
    what = places.name(value) if value is not None else ""
    if name == "Closed":
        return f"{where} is not allowed here"
    if name == "UniqueLang":
        return f"{where} has more than one value in a language"
    found = shapes.objects(shape, NamedNode(SH + _PARAMETERS.get(name, name)))
    if not found:
        return ""
    if name == "MinCount":
        least = found[0].value
        return f"{where} is missing" if least == "1" else f"{where} has fewer than {least} values"
    if name == "MaxCount":
        most = found[0].value
        if most == "0":
            return f"{where} is present"
        return f"{where} has more than {'one value' if most == '1' else f'{most} values'}"
    if name == "NodeKind":
        kind = _NODE_KINDS.get(found[0].value.removeprefix(SH), places.name(found[0]))
        said = f"{what} is not {kind}"
    elif name in _COMPARED and _is_text(value) and not _is_text(found[0]):
        said = f"{what} is a text, which cannot be compared with {found[0].value}"
    elif name in _ONE_PARAMETER:
        said = _ONE_PARAMETER[name].format(value=what, parameter=_parameter(shapes, places, found))
    else:
        return ""
    return f"{where}: {said}" if where else said


def _is_text(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.datatype.value == f"{XSD}string"


def path_in_words(shapes: Facts, places: Places, path: Term) -> str:
    """Write a SHACL path as a SPARQL property path."""
    if isinstance(path, NamedNode):
        return places.name(path)
    if shapes.objects(path, RDF_FIRST):
        steps = shapes.members(path)
        return "/".join(path_in_words(shapes, places, step) for step in steps)
    for triple in shapes.about(path):
        name = triple.predicate.value.removeprefix(SH)
        if name == "alternativePath":
            choices = shapes.members(triple.object)
            return "|".join(path_in_words(shapes, places, choice) for choice in choices)
        inner = path_in_words(shapes, places, triple.object)
        if name == "inversePath":
            return f"^{inner}"
        suffix = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}.get(name)
        if suffix:
            return f"({inner}){suffix}" if "/" in inner else inner + suffix
    return "a path"


def first_predicate(shapes: Facts, path: Term) -> NamedNode | None:
    """Give the predicate with which a path leaves the focus node, where it is one IRI."""
    if isinstance(path, NamedNode):
        return path
    members = shapes.members(path)
    return first_predicate(shapes, members[0]) if members else None


def _parameter(shapes: Facts, places: Places, found: list[Term]) -> str:
    first = found[0]
    if isinstance(first, Literal):
        return first.value
    members = shapes.members(first)
    if members:
        return ", ".join(
            member.value if isinstance(member, Literal) else places.name(member)
            for member in members
        )
    return places.names(found)

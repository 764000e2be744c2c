"""Statements that say the same of several things become one sentence, for hurried readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Section, Statement, Table
from offlabel.evidence.dossier.said import Said
from offlabel.evidence.dossier.wording import (
    hedged,
    hedges,
    listed,
    marks,
    modality,
    sentence,
    stated,
    who,
)

# How a verb phrase ends when several things follow it.
_PLURAL = {"HasAdverseEffect": ("adverse effect ", "adverse effects ")}
_FEWEST_WORDS = 3


def brief(said: Iterable[Said], material: Material) -> tuple[Statement, ...]:
    """Return statements as a clinician reads them: alike ones in one sentence."""
    groups: dict[tuple[object, ...], list[Said]] = {}
    for each in said:
        alike = (
            each.relation,
            each.subject_label,
            modality(each),
            marks(each, material, codes=False),
        )
        groups.setdefault(alike if _can_be_listed(each) else (each.proposition,), []).append(each)
    return tuple(_statement(part, material) for group in groups.values() for part in _parts(group))


def _can_be_listed(said: Said) -> bool:
    return bool(said.relation and said.subject_label and said.result is None)


def _parts(group: list[Said]) -> list[list[Said]]:
    """Split a group whose statements do not begin alike into single statements."""
    return [group] if len(group) > 1 and _beginning(group) else [[each] for each in group]


def _beginning(group: list[Said]) -> str:
    """Return the words with which all statements begin, where they are enough to say it."""
    if group[0].beginning and all(said.statement.startswith(group[0].beginning) for said in group):
        return group[0].beginning
    columns = zip(*(said.statement.split(" ")[:-1] for said in group), strict=False)
    words = [column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns)]
    return " ".join((*words, "")) if len(words) >= _FEWEST_WORDS else ""


def _statement(group: list[Said], material: Material) -> Statement:
    first = group[0]
    if len(group) == 1:
        text = stated(first, material)
    else:
        begin = _beginning(group)
        ends = listed(said.statement.removeprefix(begin) for said in group)
        one, many = _PLURAL.get(first.relation, ("", ""))
        begin = begin.removesuffix(one) + many if one and begin.endswith(one) else begin
        text = hedged(begin + ends, first)
    return Statement(
        sentence(text),
        tuple(dict.fromkeys(ref for said in group for ref in said.refs)),
        who(group, material),
        modality(first),
        tuple(dict.fromkeys(hedge for said in group for hedge in hedges(said))),
        marks(first, material, codes=False),
        tuple(said.proposition for said in group),
    )


def abbreviations(material: Material) -> dict[str, tuple[str, Said]]:
    """Return the short forms that sources introduce, by what they stand for."""
    found = {}
    for said in material.said:
        if said.relation == "IsAbbreviatedAs" and said.subject_label and said.parts[0]["value"]:
            found[said.subject_label] = (str(said.parts[0]["value"]), said)
    return found


def abbreviated(section: Section, forms: Mapping[str, str]) -> Section:
    """Return a section in which short forms stand for what they abbreviate."""

    def short(text: str) -> str:
        for long, form in forms.items():
            for written in (long, long[:1].upper() + long[1:]):
                text = text.replace(written, form)
        return text

    return replace(
        section,
        statements=tuple(replace(said, text=short(said.text)) for said in section.statements),
        tables=tuple(
            Table(
                short(table.caption),
                table.columns,
                tuple(replace(row, cells=tuple(map(short, row.cells))) for row in table.rows),
            )
            for table in section.tables
        ),
        sections=tuple(abbreviated(inner, forms) for inner in section.sections),
    )

"""A thing as text for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import islice, zip_longest
from textwrap import wrap

from offlabel.evidence.show import Group, Mention, Thing
from offlabel.queries.formats.base import printable
from offlabel.terms import prefixes

_FEW = 3
_MANY = 12
_LABEL = 22
_WIDE = 100

Render = Callable[[Thing, int | None, bool], str]


def text(thing: Thing, width: int | None = None, colour: bool = False) -> str:
    """Write a thing for a terminal: values in a column, referring things counted."""
    room = width or _WIDE
    lines = [_bold(printable(thing.label), colour), _identity(thing)]
    lines += wrap(printable(thing.definition), room)
    if thing.other_names:
        lines.append(printable(f"Also: {', '.join(thing.other_names)}"))
    if thing.place:
        lines.append(thing.place)
    for title, groups, most in _sections(thing):
        if groups:
            lines += ["", _bold(title, colour)]
        for group in groups:
            label = group.label if title != _REFERRED else f"{group.label} ({len(group.mentions)})"
            entry = _entry(label, _shown(group, most), room)
            is_outside = title == _OUTSIDE
            lines += _with_links(entry, group, colour) if is_outside else entry
    return "".join(f"{line.rstrip()}\n" for line in lines)


def markdown(thing: Thing, width: int | None = None, colour: bool = False) -> str:
    """Write a thing as a page in Markdown."""
    parts = [f"# {_escaped(thing.label)}", _escaped(_identity(thing)), _escaped(thing.definition)]
    if thing.other_names:
        parts.append(f"Also: {_escaped(', '.join(thing.other_names))}")
    if thing.place:
        parts.append(f"`{thing.place}`")
    for title, groups, most in _sections(thing):
        if groups:
            parts.append(f"## {title}")
            parts.append("\n".join(_bullet(group, most, title) for group in groups))
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(thing: Thing, width: int | None = None, colour: bool = False) -> str:
    """Write all that is known of a thing as JSON."""
    return json.dumps(asdict(thing), indent=2, ensure_ascii=False) + "\n"


SHOW_FORMATS: Mapping[str, Render] = {"json": as_json, "md": markdown, "text": text}

_OUTSIDE = "External identifiers"
_REFERRED = "Referred to by"


def _sections(thing: Thing) -> list[tuple[str, tuple[Group, ...], int]]:
    return [
        (_OUTSIDE, thing.identifiers, _MANY),
        ("Said of it", thing.properties, _MANY),
        (_REFERRED, thing.referred_to, _FEW),
    ]


def _identity(thing: Thing) -> str:
    kinds = ", ".join(mention.text for mention in thing.kinds)
    return f"{thing.curie}, {kinds}" if kinds else thing.curie


def _shown(group: Group, most: int) -> list[str]:
    """Return the first few mentions as text, and how many more there are."""
    texts = [_mention(mention) for mention in group.mentions[:most]]
    more = len(group.mentions) - most
    return [*texts, f"and {more:,} more"] if more > 0 else texts


def _mention(mention: Mention) -> str:
    names = mention.text
    if mention.curie and mention.curie != mention.text:
        names = f"{mention.text} ({mention.curie})"
    return printable(f"{names}, by {mention.rule}" if mention.rule else names)


def _entry(label: str, texts: list[str], room: int) -> list[str]:
    """Lay out one label with its values in a column to the right of it."""
    column = [part for text in texts for part in _hanging(text, max(room - _LABEL - 4, 30))]
    if len(label) > _LABEL:
        return [f"  {label}", *(f"  {'':{_LABEL}}  {part}" for part in column)]
    first, *rest = column
    return [f"  {label:{_LABEL}}  {first}", *(f"  {'':{_LABEL}}  {part}" for part in rest)]


def _hanging(text: str, room: int) -> list[str]:
    return wrap(text, room, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _with_links(lines: list[str], group: Group, is_terminal: bool) -> list[str]:
    """Make the CURIEs of outside terms links of the terminal; elsewhere put the address behind."""
    for mention in group.mentions:
        iri, curie = _address(mention), mention.curie or ""
        for number, line in enumerate(lines):
            if iri and _ends_with(line, curie):
                link = f"\x1b]8;;{iri}\x1b\\{curie}\x1b]8;;\x1b\\"
                place = line.rindex(curie)
                with_link = line[:place] + link + line[place + len(curie) :]
                lines[number] = with_link if is_terminal else f"{line} <{iri}>"
    return lines


def _ends_with(line: str, curie: str) -> bool:
    return re.search(rf"(?:^|[\s(]){re.escape(curie)}\)?$", line) is not None


def _address(mention: Mention) -> str | None:
    """Return where an outside term is found; only addresses of the web, and nothing hidden."""
    name = mention.curie or mention.text
    iri = prefixes().expand(name) or name
    return iri if re.fullmatch(r"https?://[!-~]+", iri) else None


def _bullet(group: Group, most: int, title: str) -> str:
    count = f" ({len(group.mentions)})" if title == _REFERRED else ""
    texts = [_escaped(text) for text in _shown(group, most)]
    if title == _OUTSIDE:
        addresses = map(_address, group.mentions)
        pairs = zip_longest(texts, islice(addresses, most))
        texts = [f"[{text}](<{iri}>)" if iri else text for text, iri in pairs if text]
    return f"- **{_escaped(group.label)}**{count}: {'; '.join(texts)}"


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _escaped(text: str) -> str:
    for character in "\\`*_<[|":
        text = text.replace(character, f"\\{character}")
    return text

"""Render a dossier: Markdown for terminals and wikis, HTML for browsers, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from offlabel.evidence.dossier.model import Dossier, Ref
from offlabel.evidence.dossier.wording import short
from offlabel.terms import prefixes

SCHEMA = "https://w3id.org/offlabel/dossier/1"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_STARTS_BLOCK = re.compile(r"^([-+=]|\d+[.)])")
_FIGURE = re.compile(r"\d+/\d+ \(\d+%, 95% CI \d+-\d+%\)")
_DISCLAIMER = (
    "Written from a graph of what sources claim. It is no advice: it recommends no treatment."
)
_PLAIN_DISCLAIMER = (
    "A program wrote this from what others have claimed. It is not advice. Talk to your doctor."
)


def as_json(dossier: Dossier) -> str:
    """Return the dossier as JSON: sections of statements and tables, each with its claims.

    templates/dossier.schema.json says what each key holds.
    """
    content = {"schema": SCHEMA, **asdict(dossier)}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_markdown(dossier: Dossier) -> str:
    """Return the dossier as Markdown."""
    environment = _environment(is_html=False)
    environment.filters |= {"e": escape_markdown, "line": escape_line, "address": escape_address}
    environment.filters["code"] = escape_code
    return _tidy(environment.get_template("dossier.md.jinja").render(_context(dossier)))


def as_html(dossier: Dossier) -> str:
    """Return the dossier as one HTML page that needs nothing else."""
    environment = _environment(is_html=True)
    environment.filters |= {"unbroken": unbroken, "web": web}
    return environment.get_template("dossier.html.jinja").render(_context(dossier)) + "\n"


FORMATS: dict[str, Callable[[Dossier], str]] = {
    "md": as_markdown,
    "html": as_html,
    "json": as_json,
}


def escape_markdown(text: object) -> str:
    """Return a text in which no character means anything to Markdown, nor to HTML in it."""
    return _MARKDOWN.sub(r"\\\1", _ENTITY.sub("&amp;", " ".join(str(text).split())))


def escape_line(text: object) -> str:
    """Return a text that starts a line of Markdown and starts no block of it."""
    plain = escape_markdown(text)
    return _STARTS_BLOCK.sub(r"\\\1" if plain[:1] in "-+=" else _escaped_number, plain)


def _escaped_number(found: re.Match[str]) -> str:
    return f"{found[1][:-1]}\\{found[1][-1]}"


def escape_address(address: object) -> str:
    """Return an address that can stand between angle brackets in Markdown."""
    text = "".join(str(address).split())
    return text.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def escape_code(text: object) -> str:
    """Return a text that can stand between back quotes in Markdown."""
    return "".join(str(text).split()).replace("`", "%60")


def web(address: str) -> str:
    """Return an address if it is one of the web, and nothing otherwise."""
    return address if address.startswith(("https://", "http://")) else ""


def unbroken(text: object) -> Markup:
    """Return a text as HTML whose figures stay on one line each."""
    return Markup(_FIGURE.sub(r'<span class="figure">\g<0></span>', str(escape(str(text)))))


def spans(numbers: Iterable[int], mark: str = "") -> str:
    """Return numbers in order, runs of three or more as their ends: 1, 3, 5–9."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{mark}{run[0]}–{mark}{run[-1]}"
        if len(run) > 2
        else ", ".join(f"{mark}{number}" for number in run)
        for run in runs
    )


def notes(dossier: Dossier) -> dict[Ref, int]:
    """Return the numbers by which the shorter dossiers point at claims, in reading order."""
    return {ref: number for number, ref in enumerate(dossier.refs(), 1)}


def _context(dossier: Dossier) -> dict[str, Any]:
    numbers = notes(dossier)
    proofs = {name: number for number, name in enumerate(dossier.derived(), 1)}
    curie = prefixes().compress
    return {
        "dossier": dossier,
        "is_full": dossier.audience == "researcher",
        "is_plain": dossier.audience == "patient",
        "notes": numbers,
        "numbered": lambda refs: spans(numbers[ref] for ref in refs),
        "proofs": {curie(name): number for name, number in proofs.items()},
        "proof_of": lambda names: [proofs[name] for name in names],
        "proved": lambda names: spans((proofs[name] for name in names), "D"),
        "disclaimer": _PLAIN_DISCLAIMER if dossier.audience == "patient" else _DISCLAIMER,
    }


def _environment(*, is_html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("offlabel"),
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["short"] = short
    return environment


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

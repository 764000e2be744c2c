"""Render a dossier: Markdown for terminals and wikis, HTML for browsers, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from offlabel.evidence.dossier.model import Dossier, Ref
from offlabel.evidence.dossier.wording import short

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")
_DISCLAIMER = (
    "Written from a graph of what sources claim. It is no advice: it recommends no treatment."
)


def as_json(dossier: Dossier) -> str:
    """Return the dossier as JSON: sections of statements and tables, each with its claims."""
    content = {"schema": "https://w3id.org/offlabel/dossier/1", **asdict(dossier)}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_markdown(dossier: Dossier) -> str:
    """Return the dossier as Markdown."""
    environment = _environment(is_html=False)
    environment.filters["e"] = escape_markdown
    return _tidy(environment.get_template("dossier.md.jinja").render(_context(dossier)))


def as_html(dossier: Dossier) -> str:
    """Return the dossier as one HTML page that needs nothing else."""
    return _environment(is_html=True).get_template("dossier.html.jinja").render(_context(dossier))


FORMATS: dict[str, Callable[[Dossier], str]] = {
    "md": as_markdown,
    "html": as_html,
    "json": as_json,
}


def escape_markdown(text: object) -> str:
    """Return a text in which no character means anything to Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def notes(dossier: Dossier) -> dict[Ref, int]:
    """Return the numbers by which the shorter dossiers point at claims, in reading order."""
    return {ref: number for number, ref in enumerate(dossier.refs(), 1)}


def _context(dossier: Dossier) -> dict[str, Any]:
    return {
        "dossier": dossier,
        "is_full": dossier.audience == "researcher",
        "is_plain": dossier.audience == "patient",
        "notes": notes(dossier),
        "disclaimer": _DISCLAIMER,
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

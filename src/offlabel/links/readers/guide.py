"""The ontologies of the installed package cellxgene-ontology-guide, which ships them as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Triple

from offlabel.errors import MissingExtraError, SourceError, UnknownNameError
from offlabel.links.readers.base import Source, about_ontology, about_term, node
from offlabel.links.terms import OIO
from offlabel.spelling import OBO

PACKAGE = "cellxgene-ontology-guide"
_FILE = re.compile(r"(?P<name>\w+)-ontology-(?P<version>.+)\.json\.zst")
_PARENT = 1  # the distance to a parent


def files_of_package() -> dict[str, Path]:
    """Return the newest file of each ontology of the package, by names such as MONDO.

    Raise `MissingExtraError` where the package is not installed.
    """
    spec = find_spec("cellxgene_ontology_guide")
    if spec is None or spec.origin is None:
        raise MissingExtraError("ontologies", f"The package {PACKAGE}")
    found: dict[str, Path] = {}
    for path in sorted((Path(spec.origin).parent / "data").glob("*.json.zst"), key=_release):
        match = _FILE.fullmatch(path.name)
        if match:
            found[match["name"].upper()] = path
    return dict(sorted(found.items()))


def file_of_package(name: str) -> Path:
    """Return the newest file of an ontology; raise `UnknownNameError` where there is none."""
    found = files_of_package()
    if name.upper() not in found:
        see = f"It has {', '.join(found)}."
        raise UnknownNameError(name, f"ontology in {PACKAGE}", (), see)
    return found[name.upper()]


def load(source: Source) -> Iterator[Triple]:
    """Yield the terms of a file; of the ancestors that it lists, the nearest are the parents."""
    try:
        yield from _terms(json.loads(source.content()), source)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        problem = f"this is no ontology of {PACKAGE}: {error}."
        raise SourceError(source.path, problem, "Name a file of that package.") from None


def _release(path: Path) -> tuple[int, ...]:
    match = _FILE.fullmatch(path.name)
    return tuple(int(part) for part in re.findall(r"\d+", match["version"] if match else ""))


def _terms(terms: dict[str, Any], source: Source) -> Iterator[Triple]:
    match = _FILE.fullmatch(source.path.name)
    name = match["name"].lower() if match else source.path.name.partition(".")[0]
    yield from about_ontology(NamedNode(f"{OBO}{name}.owl"), match["version"] if match else "")
    exact = NamedNode(f"{OIO}hasExactSynonym")
    for curie, said in terms.items():
        yield from about_term(
            node(curie),
            label=said.get("label") or "",
            definition=said.get("description") or "",
            parents=tuple(
                node(parent)
                for parent, distance in said.get("ancestors", {}).items()
                if distance == _PARENT
            ),
            synonyms=tuple((exact, text) for text in said.get("synonyms", ())),
            is_deprecated=bool(said.get("deprecated")),
            replaced_by=node(said["replaced_by"]) if said.get("replaced_by") else None,
        )

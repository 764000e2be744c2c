"""The ontologies of the installed package cellxgene-ontology-guide, which ships them as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store

from offlabel.errors import MissingExtraError, SourceError, UnknownNameError
from offlabel.links.readers.base import ONTOLOGY, VERSION, Facts, Source, node
from offlabel.links.terms import OBO, OIO, TYPE

PACKAGE = "cellxgene-ontology-guide"
_FILE = re.compile(r"(?P<name>\w+)-ontology-(?P<version>.+)\.json\.zst")
_PARENT = 1  # the distance to a parent


def file_of_package(name: str) -> Path:
    """Return the newest file of an ontology such as MONDO in the package.

    Raise `MissingExtraError` where the package is not installed, `UnknownNameError` where it does
    not have the ontology.
    """
    spec = find_spec("cellxgene_ontology_guide")
    if spec is None or spec.origin is None:
        raise MissingExtraError("ontologies", f"The package {PACKAGE}")
    found: dict[str, list[Path]] = {}
    for path in (Path(spec.origin).parent / "data").glob("*.json.zst"):
        match = _FILE.fullmatch(path.name)
        if match:
            found.setdefault(match["name"].casefold(), []).append(path)
    if name.casefold() not in found:
        see = f"It has {', '.join(sorted(name.upper() for name in found))}."
        raise UnknownNameError(name, f"ontology in {PACKAGE}", (), see)
    return max(found[name.casefold()], key=_release)


def load(store: Store, source: Source) -> None:
    """Load the terms of a file; of the ancestors that it lists, the nearest are the parents."""
    try:
        import zstandard
    except ImportError:
        raise MissingExtraError("ontologies", "Reading files that end in .zst") from None

    try:
        with source.open() as file:
            terms = json.loads(zstandard.ZstdDecompressor().stream_reader(file).read())
        store.bulk_extend(_quads(terms, source))
    except zstandard.ZstdError as error:
        problem = f"the file is damaged: {error}."
        raise SourceError(source.path, problem, "Install the package again.") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        problem = f"this is no ontology of {PACKAGE}: {error}."
        raise SourceError(source.path, problem, "Name a file of that package.") from None


def _release(path: Path) -> tuple[int, ...]:
    match = _FILE.fullmatch(path.name)
    return tuple(int(part) for part in re.findall(r"\d+", match["version"] if match else ""))


def _quads(terms: dict[str, Any], source: Source) -> Iterator[Quad]:
    facts = Facts(source.graph)
    match = _FILE.fullmatch(source.path.name)
    name = match["name"].lower() if match else source.path.name.partition(".")[0]
    this = NamedNode(f"{OBO}{name}.owl")
    yield facts.say(this, TYPE, ONTOLOGY)
    if match:
        yield facts.say(this, VERSION, Literal(match["version"]))
    exact = NamedNode(f"{OIO}hasExactSynonym")
    for curie, said in terms.items():
        yield from facts.term(
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

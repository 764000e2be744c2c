"""JSON-LD documents, one for each drug, study and claim, with what belongs to it inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from offlabel.exports.context import document
from offlabel.exports.jsonld import Compact
from offlabel.exports.ledger import Ledger, Subject
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.stores.memory import OxigraphStore
from offlabel.terms import OL

CONTEXT = "context.jsonld"
ROOTS = {"drug": "Drug", "study": "Study", "claim": "Claim"}
# What is put inside the thing that points to it; everything else is named by its id.
INSIDE = {
    "study": ("hasArm", "hasPopulation", "mainResult", "receives"),
    "claim": ("asserts", "at"),
    "drug": (),
}
# What points to the thing, and is put inside under the name of the property turned round.
TURNED = {"resultOf": "hasResult", "ofDrug": "hasRegimen"}
_DEEPEST = 4


@dataclass(frozen=True)
class FramedExport:
    """A folder of documents, and the context that they share."""

    name: str = "jsonld-framed"
    title: str = "JSON-LD documents, one for each drug, study and claim"

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the documents."""
        context = document(OxigraphStore(selection.store))
        for name, turned in TURNED.items():
            context["@context"][turned] = {"@reverse": OL + name}
        _write(folder / CONTEXT, context)
        frame = _Frame(selection.ledger, Compact(context["@context"]))
        for kind, name in ROOTS.items():
            (folder / kind).mkdir()
            for thing in frame.ledger.of_kind(NamedNode(OL + name)):
                slug = thing.value.rstrip("/").rpartition("/")[2]
                found = {"@context": f"../{CONTEXT}", **frame.node(thing, kind, ())}
                _write(folder / kind / f"{slug}.jsonld", found)
        return frame.ledger.loss(self.name)


@dataclass(frozen=True)
class _Frame:
    """Put together one document."""

    ledger: Ledger
    compact: Compact

    def node(self, thing: Subject, kind: str, above: tuple[Subject, ...]) -> dict[str, Any]:
        """Return a thing with what belongs to it; a thing above it is only named."""
        about = [
            Triple(thing, predicate, value)
            for predicate in self.ledger.predicates(thing)
            for value in self.ledger.values_if(thing, predicate, _has_name)
        ]
        plain = [triple for triple in about if not self._is_inside(triple, kind, above)]
        found: dict[str, Any] = {"id": self.compact.name(thing)}
        found |= self.compact.node(plain) if plain else {}
        path = (*above, thing)
        for triple in about:
            if self._is_inside(triple, kind, above):
                name, _ = self.compact.member(triple.predicate, triple.object)
                inner = self.node(triple.object, kind, path)  # type: ignore[arg-type]
                found.setdefault(name, []).append(inner)
        for name, turned in TURNED.items():
            users = [u for u in self.ledger.users(thing, NamedNode(OL + name)) if u not in path]
            if users and len(path) <= _DEEPEST:
                found[turned] = [self.node(user, kind, path) for user in users]
        return found

    def _is_inside(self, triple: Triple, kind: str, above: tuple[Subject, ...]) -> bool:
        name = triple.predicate.value.removeprefix(OL)
        if name not in INSIDE[kind] or triple.object in above or len(above) >= _DEEPEST:
            return False
        return isinstance(triple.object, NamedNode)


def _has_name(value: object) -> bool:
    """Say whether a value can stand by itself; of a blank node nothing would be said here."""
    return not isinstance(value, BlankNode)


def _write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")


FRAMED = FramedExport()

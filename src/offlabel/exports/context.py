"""The JSON-LD context of the project: its prefixes, and each property of the ontology by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.stores.base import Store
from offlabel.stores.memory import OxigraphStore
from offlabel.terms import OL, OWL, RDFS, SKOS, XSD, prefixes

_PROPERTIES = f"""SELECT ?property ?kind (SAMPLE(?values) AS ?range) WHERE {{
  VALUES ?kind {{ <{OWL}ObjectProperty> <{OWL}DatatypeProperty> <{OWL}AnnotationProperty> }}
  ?property a ?kind FILTER STRSTARTS(STR(?property), "{OL}")
  OPTIONAL {{ ?property <{RDFS}range> ?values FILTER ISIRI(?values) }}
}} GROUP BY ?property ?kind ORDER BY ?property"""
_GENERAL: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "label": {"@id": f"{RDFS}label", "@language": "en"},
    "definition": {"@id": f"{SKOS}definition", "@language": "en"},
    "altLabel": {"@id": f"{SKOS}altLabel", "@language": "en"},
    "notation": {"@id": f"{SKOS}notation"},
}


def document(store: Store) -> dict[str, Any]:
    """Build the context: a term for each prefix and for each property, with what its values are.

    A property whose name is also a prefix is left to its CURIE.
    """
    found = general(dict(prefixes()))
    terms: dict[str, Any] = {}
    for term, kind, values in store.select(_PROPERTIES).rows:
        iri = str(getattr(term, "value", ""))
        name = iri.removeprefix(OL)
        if name in found:
            continue
        terms[name] = {"@id": iri, **_coerced(kind, values)}
    return {"@context": found | terms}


def general(spaces: Mapping[str, str]) -> dict[str, Any]:
    """Return what every context has: a few terms of general use, and a term for each prefix."""
    short = {name: {"@id": iri, "@prefix": True} for name, iri in spaces.items()}
    return {"@version": 1.1, **_GENERAL, **short}


def _coerced(kind: object, values: object) -> dict[str, str]:
    """Say how the values of a property are read: as IRIs, or as literals of a datatype."""
    if str(getattr(kind, "value", "")) == f"{OWL}ObjectProperty":
        return {"@type": "@id"}
    datatype = str(getattr(values, "value", ""))
    is_plain = not datatype.startswith(XSD) or datatype == f"{XSD}string"
    return {} if is_plain else {"@type": datatype}


@dataclass(frozen=True)
class ContextExport:
    """The context alone, to be published or kept beside documents."""

    name: str = "context"
    title: str = "the JSON-LD context"
    suffix: str = ".jsonld"
    media_type: str = "application/ld+json"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the context; it holds names and no statements."""
        text = json.dumps(document(OxigraphStore(selection.store)), indent=2, ensure_ascii=False)
        to.write(f"{text}\n".encode())
        return Loss(self.name, 0, notes=("It gives names for statements, and holds none.",))


CONTEXT = ContextExport()

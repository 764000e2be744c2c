"""What an answer rests on: the claims, studies and sources that it names, as they are cited."""

from __future__ import annotations

import re
from typing import Any

from pyoxigraph import NamedNode

from offlabel.api import Graph
from offlabel.stores.base import Store
from offlabel.terms import BASE, DCTERMS, OA, OL, RDFS, prefixes
from offlabel.web.answers import Arguments, job, to_json
from offlabel.web.asking import Content

MOST = 40
_KINDS = "claim|source|study|guideline|passage"
_NAMED = re.compile(rf"(?:{re.escape(BASE)}({_KINDS})/|\b({_KINDS}):)([A-Za-z0-9](?:[\w.-]*\w)?)")
_ABOUT = f"""SELECT ?thing ?label ?source ?sourceLabel ?title ?doi ?pmid ?start ?end WHERE {{
  VALUES ?thing {{ %s }}
  ?thing <{RDFS}label> ?label .
  OPTIONAL {{
    {{ ?thing <{OL}madeIn> ?source }} UNION {{ ?thing <{OL}reportedIn> ?source }}
    UNION {{ ?thing <{OA}hasSource> ?source }}
    UNION {{ ?arm <{OL}hasArm>?/<{OL}hasResult>? ?thing . ?arm <{OL}reportedIn> ?source }}
    UNION {{ ?thing a <{OL}Source> BIND (?thing AS ?source) }}
    OPTIONAL {{ ?source <{RDFS}label> ?sourceLabel }}
    OPTIONAL {{ ?source <{DCTERMS}title> ?title }}
    OPTIONAL {{ ?source <{OL}doi> ?doi }}
    OPTIONAL {{ ?source <{OL}pmid> ?pmid }}
  }}
  OPTIONAL {{ ?thing <{OL}at>? ?passage . ?passage <{OA}start> ?start ; <{OA}end> ?end }}
}} ORDER BY ?thing ?source ?start"""
_FIELDS = ("label", "source", "sourceLabel", "title", "doi", "pmid", "start", "end")


def named_in(text: str) -> list[str]:
    """Return the IRIs of claims, studies and sources that a text names, each once, in order."""
    found = (f"{BASE}{long or short}/{name}" for long, short, name in _NAMED.findall(text))
    return list(dict.fromkeys(found))


@job
def citations(graph: Graph, arguments: Arguments) -> Content:
    """Cite the things of `iris`: label, source with DOI and PubMed number, place in the source."""
    return "application/json", to_json(cited(graph.store, arguments["iris"][:MOST]))


def cited(store: Store, iris: list[str]) -> list[dict[str, Any]]:
    """Return one citation for each thing and source of it; what is not described is left out."""
    if not iris:
        return []
    values = " ".join(str(NamedNode(iri)) for iri in iris)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for thing, *more in store.select(_ABOUT % values).rows:
        iri = str(getattr(thing, "value", ""))
        texts = {
            name: str(getattr(term, "value", ""))
            for name, term in zip(_FIELDS, more, strict=True)
            if term is not None
        }
        entry = {"iri": iri, "curie": prefixes().compress(iri), **texts}
        found.setdefault((iri, texts.get("source", "")), entry)
    place = {iri: number for number, iri in enumerate(iris)}
    return sorted(found.values(), key=lambda entry: place[entry["iri"]])

"""The saved queries in the form of the SIB's SPARQL examples, which their editors list.

Each is one Turtle file, with the query inside (https://github.com/sib-swiss/sparql-examples), and
the same query for grlc, which reads parameters from the names of variables.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.queries.header import Parameter, Query
from offlabel.queries.library import list_queries
from offlabel.queries.parameters import expected
from offlabel.sources.sparql import TOKEN
from offlabel.terms import BASE, SH, XSD, prefixes

ENDPOINT = f"{BASE}sparql"
_DATATYPES = {
    "date": f"{XSD}date",
    "decimal": f"{XSD}decimal",
    "integer": f"{XSD}integer",
    "boolean": f"{XSD}boolean",
}
_HEAD = """@prefix ex: <{base}.well-known/sparql-examples/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <{sh}> .
@prefix xsd: <{xsd}> .

"""


@dataclass(frozen=True)
class QueriesExport:
    """A folder: the queries as Turtle and for grlc, their prefixes, and a notebook of all."""

    name: str = "queries"
    title: str = "saved queries as SPARQL examples, for grlc, and as a notebook"

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the files."""
        found = list_queries(selection.sources)
        (folder / "prefixes.ttl").write_text(_prefixes(), encoding="utf-8")
        for query in found:
            place = folder / query.slug
            place.parent.mkdir(exist_ok=True)
            place.with_suffix(".ttl").write_text(example(query), encoding="utf-8")
            place.with_suffix(".rq").write_text(for_grlc(query), encoding="utf-8")
        (folder / "offlabel.sparqlbook").write_text(notebook(found), encoding="utf-8")
        return Loss(self.name, 0, notes=("It holds questions, and no statements of the graph.",))


def example(query: Query) -> str:
    """Write a query as one example."""
    name = query.slug.replace("/", "-")
    said = [
        f"ex:{name} a sh:SPARQLExecutable , sh:SPARQLSelectExecutable",
        f"    rdfs:label {_text(query.title)}@en",
        f"    rdfs:comment {_text(f'{query.title} {query.description}')}@en",
        f"    sh:prefixes <{BASE}prefixes>",
        f"    sh:select {_text(_body(query))}",
        f"    schema:keywords {' , '.join(_text(topic) for topic in query.topics)}",
        f"    schema:target <{ENDPOINT}>",
    ]
    said += [f"    sh:parameter {_parameter(found)}" for found in query.parameters.values()]
    if query.parameters:
        said[0] += " , sh:Parameterizable"
    head = _HEAD.format(base=BASE, sh=SH, xsd=XSD)
    return head + " ;\n".join(said) + " .\n"


def for_grlc(query: Query) -> str:
    """Write a query for grlc: a parameter is a variable named ?_name_kind."""
    lines = [
        f"#+ summary: {json.dumps(query.title)}",
        f"#+ description: {json.dumps(query.description)}",
    ]
    lines += ["#+ tags:", *(f"#+   - {topic}" for topic in query.topics)]
    lines += [f"#+ endpoint: {ENDPOINT}", "#+ method: GET", "#+ pagination: 1000"]
    if query.parameters:
        lines.append("#+ defaults:")
        lines += [f"#+   - {p.name}: {json.dumps(p.example)}" for p in query.parameters.values()]
    names = {p.name: f"_{p.name}_{_grlc_kind(p)}" for p in query.parameters.values()}

    def renamed(token: re.Match[str]) -> str:
        name = token[0][1:]
        return f"?{names[name]}" if token.lastgroup == "variable" and name in names else token[0]

    return "\n".join(lines) + "\n\n" + TOKEN.sub(renamed, _body(query))


def notebook(queries: list[Query]) -> str:
    """Write all queries as a notebook of the SPARQL Notebook extension."""
    cells: list[dict[str, object]] = [
        _cell(1, "markdown", f"# Questions to offlabel\n\n{ENDPOINT}")
    ]
    for query in queries:
        cells.append(_cell(1, "markdown", f"## {query.title}\n\n{query.description}"))
        cells.append(_cell(2, "sparql", f"# [endpoint={ENDPOINT}]\n{_body(query)}"))
    return json.dumps(cells, indent=1, ensure_ascii=False) + "\n"


def _cell(kind: int, language: str, value: str) -> dict[str, object]:
    return {"kind": kind, "language": language, "value": value, "metadata": {}}


def _body(query: Query) -> str:
    lines = [line for line in query.text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip() + "\n"


def _parameter(found: Parameter) -> str:
    kind = _DATATYPES.get(found.kind)
    said = [
        f"sh:path ex:{found.name}",
        f"sh:name {_text(found.name)}",
        f"sh:description {_text(found.description or expected(found.kind))}",
        f"sh:optional {'false' if found.required else 'true'}",
        f"sh:datatype <{kind}>" if kind else "sh:nodeKind sh:IRI",
        f"schema:example {_text(found.example)}",
    ]
    return f"[ {' ; '.join(said)} ]"


def _grlc_kind(found: Parameter) -> str:
    return {"date": "date", "decimal": "number", "integer": "integer"}.get(found.kind, "iri")


def _prefixes() -> str:
    lines = [
        f'    sh:declare [ sh:prefix "{name}" ; sh:namespace "{iri}"^^xsd:anyURI ]'
        for name, iri in prefixes()
    ]
    return (
        _HEAD.format(base=BASE, sh=SH, xsd=XSD)
        + f"<{BASE}prefixes>\n"
        + " ;\n".join(lines)
        + " .\n"
    )


def _text(value: str) -> str:
    """Write a string of Turtle; JSON escapes the same characters in the same way."""
    return json.dumps(value, ensure_ascii=False)


QUERIES = QueriesExport()

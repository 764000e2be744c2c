"""Write suggested mappings as an SSSOM table for review; nothing is applied."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from io import StringIO

from pyoxigraph import Literal, NamedNode

from offlabel.links.suggest import Candidate, Index
from offlabel.links.terms import SYNONYMS, namespace
from offlabel.sources.mappings import Row
from offlabel.stores.base import Store
from offlabel.terms import RDFS, SKOS, prefixes

COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "mapping_tool", "mapping_tool_version"),
    *("mapping_date", "confidence"),
    *("subject_match_field", "object_match_field", "match_string"),
)
_FIELDS = {
    "label": "rdfs:label",
    **{kind: f"oboInOwl:has{kind.title()}Synonym" for kind in SYNONYMS.values()},
}
_NOTHING = "  nothing alike in a vocabulary where it has no exact or close match yet"
_TOOL = "offlabel link suggest"
_NAMES = f"""SELECT ?label ?other {{ ?thing <{RDFS}label> ?label
    OPTIONAL {{ ?thing <{SKOS}altLabel> ?other }} }} ORDER BY ?label ?other"""

_OWN = f"SELECT ?id {{ ?thing <{SKOS}exactMatch>|<{SKOS}closeMatch> ?id }}"
_OF_KIND = f"""SELECT DISTINCT ?id {{ ?thing a ?kind . ?other a ?kind ; <{SKOS}exactMatch> ?id
    FILTER (?other != ?thing) }}"""


@dataclass(frozen=True)
class Proposal:
    """What a thing of ours could be mapped to, the best first."""

    thing: str
    label: str
    candidates: tuple[Candidate, ...]


def names_of(store: Store, thing: NamedNode) -> list[str]:
    """Return the label of a thing and its other names."""
    found: dict[str, None] = {}
    for row in store.select(_NAMES, {"thing": thing}).rows:
        found.update({term.value: None for term in row if isinstance(term, Literal)})
    return list(found)


def propose(
    store: Store,
    index: Index,
    things: Sequence[NamedNode],
    limit: int = 5,
    hidden: Collection[str] = (),
) -> list[Proposal]:
    """Return the candidates for each thing that has a name.

    There are none from a vocabulary in which a thing has an exact or a close match already, but for
    the `hidden` ids, which count as not mapped.
    """
    found = []
    for thing in things:
        names = names_of(store, thing)
        if names:
            ids = _iris(store, _OWN, thing) - set(hidden)
            usual = Counter(map(namespace, _iris(store, _OF_KIND, thing)))
            without = set(map(namespace, ids))
            best = index.suggest(names, limit, without=without, usual=usual)
            found.append(Proposal(thing.value, names[0], tuple(best)))
    return found


def places(store: Store, index: Index, rows: Iterable[Row]) -> list[tuple[Row, int | None]]:
    """Hide each row, and return at which place its term is suggested then, if among the first."""
    found = []
    for row in rows:
        (proposal,) = propose(store, index, [NamedNode(row.subject)], hidden=[row.object])
        ids = [candidate.iri for candidate in proposal.candidates]
        found.append((row, ids.index(row.object) + 1 if row.object in ids else None))
    return found


def _iris(store: Store, query: str, thing: NamedNode) -> set[str]:
    rows = store.select(query, {"thing": thing}).rows
    return {row[0].value for row in rows if isinstance(row[0], NamedNode)}


def as_sssom(proposals: Iterable[Proposal], day: date) -> str:
    """Return the table: one row a candidate, with how it matched and a confidence from 0 to 1."""
    known = prefixes()
    rows = [
        (
            known.compress(each.thing),
            each.label,
            "skos:closeMatch",
            known.compress(candidate.iri),
            candidate.label,
            candidate.justification,
            _TOOL,
            version("offlabel"),
            day.isoformat(),
            f"{candidate.score:.3f}",
            "rdfs:label" if candidate.subject_name == each.label else "skos:altLabel",
            _FIELDS.get(candidate.kind, ""),
            candidate.object_name,
        )
        for each in proposals
        for candidate in each.candidates
    ]
    used = {cell.partition(":")[0] for row in rows for cell in (row[0], row[3])}
    names = {"semapv", "skos", "rdfs", *used}
    spaces = {name: iri for name, iri in known if name in names}
    spaces["oboInOwl"] = "http://www.geneontology.org/formats/oboInOwl#"
    out = StringIO()
    out.write("#mapping_set_id: https://w3id.org/offlabel/mappings/suggested\n")
    out.write("#mapping_set_title: suggested by name, for review\n")
    out.write("#license: https://creativecommons.org/licenses/by/4.0/\n#curie_map:\n")
    out.write("".join(f"#  {name}: {iri}\n" for name, iri in sorted(spaces.items())))
    table = csv.writer(out, delimiter="\t", lineterminator="\n")
    table.writerows([COLUMNS, *rows])
    return out.getvalue()


def as_text(proposals: Iterable[Proposal]) -> str:
    """Return each thing with its candidates, for people."""
    known = prefixes()
    blocks = []
    for each in proposals:
        lines = [f"{each.label} ({known.compress(each.thing)})"]
        lines += [
            f"  {candidate.score:.3f}  {known.compress(candidate.iri)}  {candidate.label}"
            + (f"  [{candidate.object_name}]" if candidate.object_name != candidate.label else "")
            for candidate in each.candidates
        ]
        blocks.append("\n".join(lines if each.candidates else [*lines, _NOTHING]))
    return "\n\n".join(blocks) + "\n"

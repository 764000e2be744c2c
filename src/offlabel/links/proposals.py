"""Write suggested mappings as an SSSOM table for review; nothing is applied."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from pyoxigraph import Literal, NamedNode

from offlabel.links.suggest import Candidate, Index
from offlabel.links.terms import SYNONYMS
from offlabel.stores.base import Store
from offlabel.terms import RDFS, SKOS, prefixes

COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "author_label", "mapping_date", "confidence"),
    *("subject_match_field", "object_match_field", "match_string"),
)
_FIELDS = {
    "label": "rdfs:label",
    **{kind: f"oboInOwl:has{kind.title()}Synonym" for kind in SYNONYMS.values()},
}
_TOOL = "offlabel link suggest"
_NAMES = f"""SELECT ?label ?other {{ ?thing <{RDFS}label> ?label
    OPTIONAL {{ ?thing <{SKOS}altLabel> ?other }} }} ORDER BY ?label ?other"""


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
    store: Store, index: Index, things: Sequence[NamedNode], limit: int = 5
) -> list[Proposal]:
    """Return the candidates for each thing that has a name."""
    found = []
    for thing in things:
        names = names_of(store, thing)
        if names:
            found.append(Proposal(thing.value, names[0], tuple(index.suggest(names, limit))))
    return found


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
        blocks.append("\n".join(lines if each.candidates else [*lines, "  nothing alike"]))
    return "\n\n".join(blocks) + "\n"

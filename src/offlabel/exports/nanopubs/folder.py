"""A folder with one TriG file for each nanopublication, and an index that is one itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pyoxigraph import NamedNode, Store, Triple

from offlabel.errors import OfflabelError, ParameterError
from offlabel.exports.loss import Loss
from offlabel.exports.nanopubs.build import ASSERTION, NPX, THIS, Nanopub, Publication, build
from offlabel.exports.nanopubs.contents import Plan, plans, statements
from offlabel.exports.nanopubs.signing import Key, read_key
from offlabel.exports.selection import Selection
from offlabel.terms import BASE, DCTERMS, GRAPH, OWL, PROV, RDF, RDFS, RULE

# A nanopublication may have 1,200 statements; an index that lists this many stays below.
INDEX_SIZE = 1000
_TYPE = NamedNode(f"{RDF}type")
_LABEL = NamedNode(f"{RDFS}label")
_RULES = f"{GRAPH}rule/"
_ONTOLOGY = NamedNode(f"{BASE}ontology")
_CURATORS = NamedNode(f"{BASE}body/offlabel")
_NOTE = (
    "Numbers are in canonical form; the named graphs are told for derived grades only, as rules."
)


@dataclass(frozen=True)
class NanopubsExport:
    """Nanopublications of claims and derived grades; unsigned without a key."""

    key: Key | None = None
    creator: NamedNode = _CURATORS
    name: str = "nanopubs"
    title: str = "nanopublications of claims and derived grades"

    @property
    def options(self) -> Mapping[str, str]:
        """Return what each option is for."""
        return {
            "creator": "the IRI of who publishes, for example an ORCID",
            "key": "the file of the RSA key to sign with",
        }

    def adjusted(self, values: Mapping[str, str]) -> NanopubsExport:
        """Return the export with a key to sign with and the creator whose key it is."""
        if "key" in values and "creator" not in values:
            raise ParameterError(
                "A signature says who signed: add --option creator=IRI, for example "
                "creator=https://orcid.org/0000-0000-0000-0000"
            )
        creator = values.get("creator", self.creator.value)
        try:
            named = NamedNode(creator)
        except ValueError:
            named = None
        if named is None or "://" not in creator:
            raise ParameterError(f"creator={creator!r} is no IRI. Write it as https://...")
        key = read_key(Path(values["key"])) if "key" in values else self.key
        return replace(self, key=key, creator=named)

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the nanopublications of the selection, each into a file named after its thing."""
        about = _publication(selection.store, self.creator, self.key)
        made = [
            (thing, _nanopub(selection, plan, thing, about))
            for plan in plans()
            for thing in selection.ledger.of_kind(plan.kind)
            if isinstance(thing, NamedNode)
        ]
        if not made:
            raise OfflabelError("No claim and no derived grade is in the selection.")
        rows = []
        for thing, nanopub in made:
            path = Path(f"{thing.value.removeprefix(BASE)}.trig")
            _write(folder / path, nanopub)
            rows.append(f"{path.as_posix()}\t{nanopub.iri}\t{thing.value}\n")
        for path, nanopub in _indexes([nanopub for _, nanopub in made], about):
            _write(folder / path, nanopub)
            rows.append(f"{path.as_posix()}\t{nanopub.iri}\t\n")
        (folder / "files.tsv").write_bytes("".join(["file\tnanopub\tthing\n", *rows]).encode())
        loss = selection.ledger.loss(self.name)
        return replace(loss, notes=(_NOTE,))


def _nanopub(selection: Selection, plan: Plan, thing: NamedNode, about: Publication) -> Nanopub:
    ledger = selection.ledger
    provenance = list(statements(ledger, thing, plan.provenance))
    for by, to in plan.sources.items():
        provenance += [Triple(ASSERTION, by, value) for value in ledger.peek(thing, to)]
    for quad in selection.store.quads_for_pattern(thing, _TYPE, plan.kind):
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(_RULES):
            rule = NamedNode(RULE + quad.graph_name.value.removeprefix(_RULES))
            provenance.append(Triple(ASSERTION, NamedNode(f"{PROV}wasGeneratedBy"), rule))
    label = next((value.value for value in ledger.peek(thing, _LABEL)), _made_up(thing))
    return build(
        statements(ledger, thing, plan.assertion),
        provenance,
        about.of(label, plan.kind),
        about.key,
        about.creator,
    )


def _indexes(nanopubs: Sequence[Nanopub], about: Publication) -> list[tuple[Path, Nanopub]]:
    """Return the index of nanopublications; a long one is an index of indexes."""
    listed = [NamedNode(nanopub.iri) for nanopub in nanopubs]
    if len(listed) <= INDEX_SIZE:
        return [(Path("index.trig"), _index(listed, "includesElement", about))]
    parts = [
        (
            Path(f"index-{number}.trig"),
            _index(listed[at : at + INDEX_SIZE], "includesElement", about),
        )
        for number, at in enumerate(range(0, len(listed), INDEX_SIZE), start=1)
    ]
    whole = _index([NamedNode(part.iri) for _, part in parts], "appendsIndex", about)
    return [*parts, (Path("index.trig"), whole)]


def _index(listed: list[NamedNode], by: str, about: Publication) -> Nanopub:
    kind = NamedNode(f"{NPX}NanopubIndex")
    return build(
        [Triple(THIS, NamedNode(NPX + by), each) for each in listed],
        [Triple(ASSERTION, _TYPE, NamedNode(f"{NPX}IndexAssertion"))],
        [*about.of("claims and derived grades of offlabel", kind), Triple(THIS, _TYPE, kind)],
        about.key,
        about.creator,
    )


def _publication(store: Store, creator: NamedNode, key: Key | None) -> Publication:
    """Read what is said of the release, whatever the selection is."""

    def told(property_: str) -> str:
        quads = store.quads_for_pattern(_ONTOLOGY, NamedNode(property_), None)
        values = sorted(quad.object.value for quad in quads)  # type: ignore[union-attr]
        if not values:
            raise OfflabelError(
                f"The ontology says no <{property_}>, which every nanopublication tells. "
                "Use the ontology as it is published."
            )
        return values[-1]

    return Publication(
        date.fromisoformat(told(f"{DCTERMS}modified")),
        creator,
        NamedNode(told(f"{DCTERMS}license")),
        NamedNode(told(f"{OWL}versionIRI")),
        key,
    )


def _made_up(thing: NamedNode) -> str:
    """Return a label for what has none: a derived grade is named after its question and day."""
    return thing.value.rpartition("/")[2].replace("--", ", ").replace("-", " ")


def _write(path: Path, nanopub: Nanopub) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(nanopub.trig())


NANOPUBS = NanopubsExport()

"""Edges of what a drug does in the body, of receptors and their places, and of hierarchies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode

from offlabel.exports.kgx.edges import Edges
from offlabel.exports.kgx.model import model, term
from offlabel.exports.kgx.names import own
from offlabel.exports.kgx.nodes import Row
from offlabel.exports.ledger import Value

_AFFINITY, _OCCUPANCY = term("ol:Affinity"), term("ol:Occupancy")
_LOCALISATION, _STEP = term("ol:Localisation"), term("ol:MechanismStep")
_APPROVAL = term("ol:ApprovalStatus")
_DRUG, _RECEPTOR, _UNDER = term("ol:ofDrug"), term("ol:ofReceptor"), term("ol:underRegimen")
_TISSUE, _BASIS, _MODELLED = term("ol:inTissue"), term("ol:basis"), term("ol:Modelled")
_SUBJECT, _RELATION, _OBJECT = term("ol:subject"), term("ol:relation"), term("ol:object")
_HAS_STEP, _OBSERVES, _DRAWN = term("ol:hasStep"), term("ol:observes"), term("ol:drawnFrom")
_RESTS, _SUPPORTED = term("ol:restsOn"), {term("ol:PrimarySupport"), term("ol:SecondarySupport")}
_CLASS, _CONDITION = term("ol:forRegimenClass"), term("ol:forCondition")
_APPROVED = term("ol:approved")
_DIRECTION, _SUPPORTS = term("ol:direction"), term("ol:Supports")
_HIERARCHIES = (
    ("subtype", term("ol:subtypeOf")),
    ("part", term("ol:partOf")),
    ("member", term("ol:hasMember")),
    ("site", term("ol:affectsTissue")),
)


class Biology(Edges):
    """Edges of receptors, mechanisms, approvals and hierarchies."""

    def bindings(self) -> Iterator[Row]:
        """Yield what a drug binds to: affinities, and receptors held under a regimen."""
        for record in self._records(_AFFINITY):
            for drug in self.ledger.values(record, _DRUG):
                yield from self._binding(record, drug, _AFFINITY)
        for record in self._records(_OCCUPANCY):
            for regimen in self.ledger.values(record, _UNDER):
                for drug in self.given_by(regimen):
                    for row in self._binding(record, drug, _OCCUPANCY):
                        yield row | self.dose(regimen)

    def _binding(self, record: NamedNode, drug: Value, kind: NamedNode) -> Iterator[Row]:
        for receptor in self.ledger.values(record, _RECEPTOR):
            name = "binding" if self._is_a(receptor, "biolink:Protein") else "binding of a family"
            modelled = "modelled" if _MODELLED in self.ledger.peek(record, _BASIS) else ""
            row = self.record(name, record, drug, receptor, kind=kind, knowledge=modelled)
            if name == "binding" and (tissues := self.ledger.values(record, _TISSUE)):
                row["anatomical_context_qualifier"] = [self.names.id(each) for each in tissues]
            yield row

    def localisations(self) -> Iterator[Row]:
        """Yield in which tissue a receptor was found."""
        for record in self._records(_LOCALISATION):
            for receptor in self.ledger.values(record, _RECEPTOR):
                for tissue in self.ledger.values(record, _TISSUE):
                    yield self.record("localisation", record, receptor, tissue, kind=_LOCALISATION)

    def steps(self) -> Iterator[Row]:
        """Yield the steps of mechanisms; one without support is a prediction."""
        for step in self._records(_STEP):
            relation = next(iter(self.ledger.peek(step, _RELATION)), None)
            found = model().relations.get(relation) if isinstance(relation, NamedNode) else None
            for subject in self.ledger.peek(step, _SUBJECT) if found else ():
                for object_ in self.ledger.peek(step, _OBJECT):
                    yield self._step(step, subject, object_, found or {})

    def _step(
        self, step: NamedNode, subject: Value, object_: Value, found: Mapping[str, object]
    ) -> Row:
        drug = next(iter(self.given_by(subject)), None)
        name = "step" if drug is None else "step of a drug"
        supported = _SUPPORTED & set(self.ledger.peek(step, _RESTS))
        row = self.record(
            name,
            step,
            drug or subject,
            object_,
            kind=_STEP,
            predicate=str(found["predicate"]),
            knowledge="" if supported else "proposed",
        )
        self.ledger.values(step, _SUBJECT)
        self.ledger.values(step, _OBJECT)
        if found.get("negated"):
            row["negated"] = True
        if direction := found.get("direction"):
            row["effect_direction"] = str(direction)
            if drug is not None:
                row["object_direction_qualifier"] = str(direction)
                row["qualified_predicate"] = "biolink:causes"
        if drug is not None:
            row["regimen"] = own(subject)
        row["mechanism"] = list(map(own, self.ledger.users(step, _HAS_STEP)))
        # Publications are evidence for an edge, so what speaks against the step is none of them.
        seen = [
            each
            for each in self.ledger.peek_users(step, _OBSERVES)
            if _SUPPORTS in self.ledger.peek(each, _DIRECTION)
        ]
        sources = {self.names.id(s) for each in seen for s in self.ledger.peek(each, _DRAWN)}
        return row | ({"publications": sorted(sources)} if sources else {})

    def approvals_granted(self) -> Iterator[Row]:
        """Yield what a drug is approved for: the only edges that say that it treats."""
        for record in self.approvals.granted():
            if not isinstance(record, NamedNode):
                continue
            for kind in self.ledger.values(record, _CLASS):
                for drug in self.given_by(kind):
                    for condition in self.ledger.values(record, _CONDITION):
                        row = self.record("approval", record, drug, condition, kind=_APPROVAL)
                        row["clinical_approval_status"] = "approved_for_condition"
                        row |= {"regimen": own(kind), "subject_specialization_qualifier": own(kind)}
                        self.ledger.values(record, _APPROVED)
                        yield row

    def hierarchies(self) -> Iterator[Row]:
        """Yield which things are kinds, parts or members of others."""
        for name, by in _HIERARCHIES:
            for thing in sorted(self.names.kinds, key=str):
                for value in self.ledger.peek(thing, by):
                    if value in self.names:
                        row = self.edge(name, thing, thing, value)
                        row["id"] = f"{own(thing)}--{name}--{own(value).partition(':')[2]}"
                        del row["offlabel_id"]
                        self.ledger.hold_value(thing, by, value)
                        yield row

    def all(self) -> list[Row]:
        """Return every edge, in the order of the identifiers."""
        found = [
            *self.studies(),
            *self.approvals_granted(),
            *self.adverse_events(),
            *self.contraindications(),
            *self.bindings(),
            *self.localisations(),
            *self.steps(),
            *self.hierarchies(),
        ]
        return sorted(found, key=lambda row: str(row["id"]))

    def _is_a(self, thing: Value, category: str) -> bool:
        return isinstance(thing, NamedNode) and self.names.category(thing) == category

"""The edges, each made of one record of the graph and what it points to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.exports.kgx.approvals import Approvals
from offlabel.exports.kgx.model import model, term
from offlabel.exports.kgx.names import Names, own
from offlabel.exports.kgx.nodes import Row, columns, dose_classes, plain, texts, types
from offlabel.exports.ledger import Ledger, Subject, Value

_STUDY, _DESIGN, _STATUS = term("ol:Study"), term("ol:hasDesign"), term("ol:studyStatus")
_ARM, _RECEIVES, _DRUG = term("ol:hasArm"), term("ol:receives"), term("ol:ofDrug")
_CONDITION, _REPORTED = term("ol:inCondition"), term("ol:reportedIn")
_PARTICIPANTS, _MAIN, _RESULT_OF = (
    term("ol:participants"),
    term("ol:mainResult"),
    term("ol:resultOf"),
)
_DIRECTION, _UNTIL = term("ol:direction"), term("ol:availableUntil")
_DRAWN, _STATED = term("ol:drawnFrom"), term("ol:statedBy")
_REGIMEN, _BESIDE = term("ol:Regimen"), term("ol:coTherapy")
_EVENT, _EFFECT = term("ol:AdverseEvent"), term("ol:ofEffect")
_CONTRAINDICATION = term("ol:Contraindication")
_DISEASE = "biolink:Disease"
_DOSE = ("route", "lowest_daily_dose_mg", "highest_daily_dose_mg")


class Edges:
    """Makes edges of records; what is read to make one is held."""

    def __init__(self, ledger: Ledger, names: Names) -> None:
        self.ledger = ledger
        self.names = names
        self.approvals = Approvals(ledger)

    def studies(self) -> Iterator[Row]:
        """Yield what a drug was given or tested for, by study, arm and condition."""
        for study in self._records(_STUDY):
            designs = self.ledger.peek(study, _DESIGN)
            predicate = next(
                (model().designs.get(d) for d in designs if isinstance(d, NamedNode)), None
            )
            if predicate and not set(self.ledger.peek(study, _STATUS)) & model().not_performed:
                for arm in self._arms(study):
                    yield from self._arm(study, arm, predicate)

    def _arm(self, study: NamedNode, arm: Subject, predicate: str) -> Iterator[Row]:
        for regimen, drug in self._given(arm):
            for condition in self.ledger.peek(study, _CONDITION):
                if condition not in self.names:
                    continue
                row = self.edge("study", arm, drug, condition, predicate)
                row["id"] = "--".join((own(arm), *map(_local, (regimen, condition))))
                row |= self.published(study, _REPORTED)
                row["has_supporting_studies"] = [self.names.id(study)]
                row |= self.dose(regimen)
                row["subject_specialization_qualifier"] = own(regimen)
                people = self.ledger.value(arm, _PARTICIPANTS)
                if people is not None:
                    row["number_of_cases"] = plain(people, self.names)
                if beside := self.ledger.values(arm, _BESIDE):
                    row["co_therapy"] = [self.names.id(each) for each in beside]
                if directions := self._directions(study, arm):
                    row["result_direction"] = directions
                classes = self.ledger.peek(regimen, term("rdf:type"))
                if found := self.approvals.about(classes, condition):
                    row["clinical_approval_status"] = found[0]
                    row["approval_record"] = list(map(own, found[1]))
                if self.ledger.peek(study, _UNTIL):
                    row["deprecated"] = True
                self.ledger.hold_value(study, _ARM, arm)
                self.ledger.hold_value(study, _CONDITION, condition)
                self.ledger.hold_value(arm, _RECEIVES, regimen)
                yield row

    def adverse_events(self) -> Iterator[Row]:
        """Yield what was seen under a drug, with how many of how many."""
        for event in self._records(_EVENT):
            arms = self.ledger.peek(event, _RESULT_OF)
            for regimen, drug in (given for arm in arms for given in self._given(arm)):
                for effect in self.ledger.values(event, _EFFECT):
                    row = self.record("adverse event", event, drug, effect, kind=_EVENT)
                    row["id"] = "--".join((own(event), _local(regimen)))
                    studies = [s for arm in arms for s in self.ledger.peek_users(arm, _ARM)]
                    for study in studies:
                        row |= self.published(study, _REPORTED)
                    row["has_supporting_studies"] = [self.names.id(study) for study in studies]
                    row |= self.dose(regimen)
                    row["subject_specialization_qualifier"] = own(regimen)
                    row |= self._context(studies)
                    yield row

    def contraindications(self) -> Iterator[Row]:
        """Yield in which circumstances a drug is not to be taken."""
        for record in self._records(_CONTRAINDICATION):
            for drug in self.ledger.values(record, _DRUG):
                row = self.edge("contraindication", record, drug, record)
                yield row | self.published(record, _DRAWN) | texts(self.ledger, record)

    def edge(
        self,
        kind: str,
        record: Value,
        subject: Value,
        object_: Value,
        predicate: str = "",
        knowledge: str = "",
    ) -> Row:
        """Return an edge with what every edge has."""
        found = model().edges[kind]
        known = model().knowledge
        level, agent = known.get(knowledge) or known.get(kind) or known["default"]
        return {
            "id": own(record),
            "category": [found["category"]],
            "subject": self.names.id(subject),
            "predicate": predicate or found["predicate"],
            "object": self.names.id(object_),
            "primary_knowledge_source": model().source,
            "knowledge_level": level,
            "agent_type": agent,
            "original_subject": own(subject),
            "original_object": own(object_),
            "offlabel_id": own(record),
        }

    def record(
        self,
        name: str,
        record: NamedNode,
        subject: Value,
        object_: Value,
        *,
        kind: NamedNode,
        predicate: str = "",
        knowledge: str = "",
    ) -> Row:
        """Return an edge that a record of its own stands for, with what it tells."""
        row = self.edge(name, record, subject, object_, predicate, knowledge)
        row |= texts(self.ledger, record)
        row["type"] = types(self.ledger, record)
        row |= columns(self.ledger, record, kind, self.names)
        if stated := self.ledger.values(record, _STATED):
            row["stated_by"] = list(map(own, stated))
        return row | self.published(record, _DRAWN)

    def published(self, thing: Value, by: NamedNode) -> Row:
        """Return the publications that a thing names by a property."""
        found = [self.names.id(source) for source in self.ledger.values(thing, by)]
        return {"publications": found} if found else {}

    def dose(self, regimen: Value) -> Row:
        """Return the regimen of an edge, with its dose."""
        row: Row = {"regimen": own(regimen)}
        told = columns(self.ledger, regimen, _REGIMEN, self.names)
        row |= {name: told[name] for name in _DOSE if name in told}
        if classes := dose_classes(self.ledger, regimen):
            row["dose_class"] = classes
        return row

    def given_by(self, regimen: Value) -> Iterable[Value]:
        """Return the drugs of a regimen or of a kind of regimen."""
        return [drug for drug in self.ledger.peek(regimen, _DRUG) if drug in self.names]

    def _given(self, arm: Value) -> Iterator[tuple[Value, Value]]:
        for regimen in self.ledger.peek(arm, _RECEIVES):
            for drug in self.given_by(regimen):
                yield regimen, drug

    def _arms(self, study: NamedNode) -> list[Subject]:
        return [arm for arm in self.ledger.peek(study, _ARM) if not isinstance(arm, Literal)]

    def _directions(self, study: Value, arm: Value) -> list[str]:
        results = [
            result
            for result in self.ledger.peek(study, _MAIN)
            if arm in self.ledger.peek(result, _RESULT_OF)
        ]
        found = {own(d) for result in results for d in self.ledger.peek(result, _DIRECTION)}
        return sorted(found)

    def _context(self, studies: Iterable[Value]) -> Row:
        conditions = {
            condition
            for study in studies
            for condition in self.ledger.peek(study, _CONDITION)
            if isinstance(condition, NamedNode) and condition in self.names
        }
        if len(conditions) != 1 or self.names.category(condition := conditions.pop()) != _DISEASE:
            return {}
        return {"disease_context_qualifier": self.names.id(condition)}

    def _records(self, kind: NamedNode) -> list[NamedNode]:
        return [each for each in self.ledger.peek_kind(kind) if isinstance(each, NamedNode)]


def _local(thing: Value) -> str:
    return own(thing).partition(":")[2]

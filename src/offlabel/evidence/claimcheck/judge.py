"""Judge whether the evidence is as strong as the wording of a claim.

A claim about a group of conditions, or about a drug without a dose, is a claim about each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pyoxigraph import NamedNode

from offlabel.evidence.claimcheck.model import Claim, Finding, Judged, Verdict
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Value
from offlabel.stores.base import Store
from offlabel.terms import OL

IMPROVES, DOES_NOT_IMPROVE = NamedNode(OL + "Improves"), NamedNode(OL + "DoesNotImprove")
HAS_NO_STUDY_IN = NamedNode(OL + "HasNoStudyIn")
ANY_DESIGN = NamedNode(OL + "AnyDesign")
_SIDES = {IMPROVES: ("supported", "disputed"), DOES_NOT_IMPROVE: ("disputed", "supported")}
_SHOWN = 3
_WITHIN = f"""SELECT ?condition ?wider {{
    ?condition <{OL}subtypeOf>* ?wider . ?wider a <{OL}Condition> }}"""

Row = dict[str, Value]


class Judge:
    """Judge claims as of a day, each by the saved queries on the evidence."""

    def __init__(self, store: Store, roots: Roots, as_of: date | None = None) -> None:
        self.store, self.roots, self.as_of = store, roots, as_of
        self.questions = self._ask("evidence/what-may-be-said")
        strengths = self._ask("evidence/how-strong-a-wording")
        self.bears = {str(row["modality"]): row for row in strengths}
        self.lowest = max((int(str(row["rank"])) for row in strengths), default=1)
        self.within: dict[str, set[str]] = {}
        for condition, wider in store.select(_WITHIN).rows:
            if isinstance(condition, NamedNode) and isinstance(wider, NamedNode):
                self.within.setdefault(wider.value, set()).add(condition.value)

    def judge(self, claim: Claim) -> Judged:
        """Return the verdict on a claim, with what the graph says in each question it is about."""
        if claim.relation in _SIDES:
            findings = tuple(self._effect(claim, row) for row in self._questions(claim))
        elif claim.relation == HAS_NO_STUDY_IN:
            findings = tuple(self._absence(claim))
        else:
            findings = tuple(self._said(claim))
        if not findings:
            findings = (_nothing(claim),)
        return Judged(claim, overall(finding.verdict for finding in findings), findings)

    def _ask(self, name: str, **given: object) -> list[Row]:
        query = get_query(self.roots, name)
        if self.as_of and "asOf" in query.parameters:
            given["asOf"] = self.as_of.isoformat()
        return list(run(self.store, query, given))

    def _questions(self, claim: Claim) -> Iterator[Row]:
        """Yield the questions of a claim, for a group of conditions those of its members."""
        rows = [row for row in self.questions if _is_of(claim, row["regimen"], row["drug"])]
        exact = [row for row in rows if row["condition"] == claim.condition.value]
        members = self.within.get(claim.condition.value, set())
        yield from exact or (row for row in rows if row["condition"] in members)

    def _effect(self, claim: Claim, row: Row) -> Finding:
        """Judge a claim that a regimen improves a condition, or that it does not."""
        state, certainty = str(row["state"]), row["certainty"]
        favourable, contrary = _SIDES[claim.relation]
        needed = self._rank(claim.strength.value)
        is_no_more_than_tried = needed == self.lowest
        reason = f"the state is {state}, of {certainty} certainty"
        if state in (favourable, contrary):
            is_borne = int(str(row["rank"])) <= needed
            verdict = Verdict.ENTAILED if is_borne else Verdict.STRONGER
            if state == contrary and not (is_no_more_than_tried and row["rank"] == self.lowest):
                verdict = Verdict.CONTRADICTED
        elif state == "inconclusive":
            verdict = Verdict.ENTAILED if is_no_more_than_tried else Verdict.STRONGER
        elif certainty is None:
            verdict = Verdict.NOT_THERE
            reason = f"the state is {state}, and nothing bears on it even indirectly"
        else:
            verdict = Verdict.STRONGER
            reason = f"the state is {state}; the indirect evidence is of {certainty} certainty"
        if verdict == Verdict.STRONGER and state in ("inconclusive", favourable):
            reason += f", and the wording needs {self._needs(claim.strength.value)}"
        return Finding(verdict, str(row["wording"]), reason, NamedNode(str(row["assessment"])))

    def _absence(self, claim: Claim) -> Iterator[Finding]:
        """Judge a claim that no study exists: one study refutes it, a search bears it out."""
        known = claim.refuted_by
        refuting = tuple(dict.fromkeys(self._refuting(claim))) if known is None else known
        if refuting:
            more = f"; {len(refuting) - _SHOWN} more" if len(refuting) > _SHOWN else ""
            named = "; ".join(refuting[:_SHOWN]) + more
            count = "1 study is" if len(refuting) == 1 else f"{len(refuting)} studies are"
            yield Finding(Verdict.CONTRADICTED, f"{count} on record: {named}", "a study refutes it")
            return
        for row in self._questions(claim):
            proof = NamedNode(str(row["assessment"]))
            what = f"{row['regimenLabel']} in {row['conditionLabel']}"
            if row["isSearched"]:
                wording = f"a search found no such study of {what}"
                yield Finding(Verdict.ENTAILED, wording, "a systematic search covers it", proof)
            else:
                wording = f"no such study of {what} is on record, and none was searched for"
                reason = "no systematic search covers it"
                yield Finding(Verdict.STRONGER, wording, reason, proof)

    def _refuting(self, claim: Claim) -> Iterator[str]:
        given: dict[str, object] = {"condition": claim.condition.value}
        if claim.regimen or claim.drug:
            name, thing = ("regimen", claim.regimen) if claim.regimen else ("drug", claim.drug)
            given[name] = thing and thing.value
        if claim.design and claim.design != ANY_DESIGN:
            given["design"] = claim.design.value
        for row in self._ask("evidence/what-refutes-absence", **given):
            people = int(str(row["enrolled"] or 0))
            if people >= claim.least:
                yield f"{row['studyLabel']} ({people} people)" if people else str(row["studyLabel"])

    def _said(self, claim: Claim) -> list[Finding]:
        """Judge a claim that no rule decides: the graph can only hold that others say so."""
        found = []
        given = {"relation": claim.relation.value, "condition": claim.condition.value}
        for row in self._ask("claims/said-of-a-condition", **given):
            is_own = claim.source is not None and row["source"] == claim.source.value
            if is_own or not _is_of(claim, row["subject"], row["drug"]):
                continue
            is_borne = self._rank(str(row["modality"])) <= self._rank(claim.strength.value)
            verdict = Verdict.ENTAILED if is_borne else Verdict.STRONGER
            wording = f"{row['sourceLabel']} says ({row['strength']}): {row['statement']}"
            reason = "no rule decides this; the graph holds who says it, and how strongly"
            found.append(Finding(verdict, wording, reason, NamedNode(str(row["claim"]))))
        return [each for each in found if each.verdict == Verdict.ENTAILED] or found

    def _rank(self, modality: str) -> int:
        """Return the rank of the certainty that a wording needs, the highest where none is said."""
        return int(str(self.bears[modality]["rank"])) if modality in self.bears else 1

    def _needs(self, modality: str) -> str:
        return str(self.bears[modality]["certainty"]) if modality in self.bears else "the highest"


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what holds of a claim about several questions: it is no better than they agree."""
    found = set(verdicts)
    if len(found) == 1:
        return found.pop()
    return Verdict.CONTRADICTED if Verdict.CONTRADICTED in found else Verdict.STRONGER


def _nothing(claim: Claim) -> Finding:
    """Return what is found of a claim on which the graph is silent."""
    if claim.relation in (*_SIDES, HAS_NO_STUDY_IN):
        reason = "the graph holds no question on this drug, regimen and condition"
        return Finding(Verdict.NOT_THERE, "nothing", reason)
    wording = "only that this source says so" if claim.source else "nothing"
    reason = "no rule decides this, and no other source in the graph says it"
    return Finding(Verdict.NOT_THERE, wording, reason)


def _is_of(claim: Claim, regimen: Value, drug: Value) -> bool:
    if claim.regimen:
        return regimen == claim.regimen.value
    return claim.drug is not None and drug == claim.drug.value

"""What regulators are recorded to have approved, or not, for which condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from offlabel.exports.kgx.model import term
from offlabel.exports.ledger import Ledger, Subject, Value

_APPROVAL, _APPROVED = term("ol:ApprovalStatus"), term("ol:approved")
_CLASS, _CONDITION = term("ol:forRegimenClass"), term("ol:forCondition")
_SUBTYPE = term("ol:subtypeOf")


class Approvals:
    """The approval records of a graph."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._records = ledger.peek_kind(_APPROVAL)

    def about(self, classes: Iterable[Value], condition: Value) -> tuple[str, list[Subject]] | None:
        """Say in Biolink's words whether a kind of regimen is approved for a condition, and where.

        A record of approval holds for its condition alone; one that there is none holds for all
        that belong to the condition. Without a record nothing is said.
        """
        own = [record for record in self._records if self._is_of(record, classes)]
        granted = [r for r in own if self.is_approved(r) and condition in self._conditions(r)]
        if granted:
            return "approved_for_condition", granted
        wider = {condition, *self._wider(condition)}
        refused = [r for r in own if not self.is_approved(r) and wider & set(self._conditions(r))]
        return ("not_approved_for_condition", refused) if refused else None

    def granted(self) -> list[Subject]:
        """Return the records that say that there is an approval."""
        return [record for record in self._records if self.is_approved(record)]

    def is_approved(self, record: Subject) -> bool:
        """Say whether a record tells of an approval."""
        return any(value.value == "true" for value in self._ledger.peek(record, _APPROVED))

    def _is_of(self, record: Subject, classes: Iterable[Value]) -> bool:
        return bool(set(self._ledger.peek(record, _CLASS)) & set(classes))

    def _conditions(self, record: Subject) -> tuple[Value, ...]:
        return self._ledger.peek(record, _CONDITION)

    def _wider(self, condition: Value, seen: frozenset[Value] = frozenset()) -> Iterator[Value]:
        for wider in self._ledger.peek(condition, _SUBTYPE):
            if wider not in seen:
                yield wider
                yield from self._wider(wider, seen | {wider})

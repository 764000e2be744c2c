"""What a graph can be asked about its evidence: the Python side of the commands of these names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from offlabel.errors import ParameterError, UnknownNameError
from offlabel.paths import Roots

if TYPE_CHECKING:
    from offlabel.evidence.appraisal import Evidence
    from offlabel.evidence.claimcheck import Judged
    from offlabel.evidence.difference import Difference
    from offlabel.evidence.evidencemap import EvidenceMap
    from offlabel.evidence.whatif import WhatIf
    from offlabel.stores.base import Store

Day = date | str | None


class Opened(Protocol):
    """A graph that has been opened."""

    roots: Roots

    @property
    def store(self) -> Store:
        """Give the store."""
        ...


class EvidenceMethods:
    """Things are given by slug, CURIE, IRI or label; `as_of` is a day such as "2025-12-31"."""

    def evidence_map(
        self: Opened, drug: str, *, conditions: Sequence[str] = (), as_of: Day = None
    ) -> EvidenceMap:
        """Give the state of each kind of regimen in each condition; `.table` has all columns."""
        from offlabel.evidence.evidencemap import read_map
        from offlabel.names import get_thing

        wanted = [get_thing(self.store, name, "condition").value for name in conditions]
        about = get_thing(self.store, drug, "drug").value
        return read_map(self.store, self.roots, about, wanted, _day(as_of))

    def evidence(
        self: Opened, drug: str, condition: str, *, regimen: str | None = None, as_of: Day = None
    ) -> Evidence:
        """Give state, grade, factors, findings and conflicts of a drug in one condition."""
        from offlabel.evidence.appraisal import read_evidence
        from offlabel.names import get_thing

        return read_evidence(
            self.store,
            self.roots,
            get_thing(self.store, drug, "drug").value,
            get_thing(self.store, condition, "condition").value,
            get_thing(self.store, regimen, "regimen-class").value if regimen else None,
            _day(as_of),
        )

    def dossier(
        self: Opened,
        drug: str,
        *,
        conditions: Sequence[str] = (),
        audience: str = "researcher",
        as_of: Day = None,
        format: str = "md",
    ) -> str:
        """Write what the graph holds on a drug as an article: "md", "html" or "json".

        The audience is "researcher", "clinician" or "patient". With `conditions`, only what
        concerns them; with `as_of`, only what was said by that day, such as "2025-12-31".
        """
        from offlabel.evidence.dossier import FORMATS, dossier

        if format not in FORMATS:
            raise UnknownNameError(format, "format of a dossier", tuple(FORMATS))
        written = dossier(
            self.store,
            self.roots,
            drug,
            conditions=conditions,
            audience=audience,
            as_of=_day(as_of),
        )
        return FORMATS[format](written)

    def plot(
        self: Opened,
        picture: str,
        drug: str,
        *,
        conditions: Sequence[str] = (),
        regimen: str | None = None,
        as_of: Day = None,
        output: str | Path | None = None,
        format: str | None = None,
    ) -> bytes:
        """Draw a picture: "map", "responses", "timeline", "mechanism" or "ladder".

        Return the bytes of the picture, and write them to `output` if it is named. The format is
        "svg" or "png", or as the file's name ends. Needs the extra `plots`.
        """
        from offlabel.plots import FORMS, PLOTS, Scope, form_from_path, render
        from offlabel.writing import write_content

        if picture not in PLOTS:
            raise UnknownNameError(picture, "picture", tuple(PLOTS))
        if format not in (None, *FORMS):
            raise UnknownNameError(str(format), "format of a picture", FORMS)
        path = Path(output) if output is not None else None
        form = format or (form_from_path(path) if path else FORMS[0])
        scope = Scope.from_names(self.store, drug, conditions, regimen, _day(as_of))
        content = render(PLOTS[picture], self.store, self.roots, scope, form)
        if path is not None:
            write_content(path, content)
        return content

    def check_claims(
        self: Opened,
        path: str | Path | None = None,
        *,
        source: str | None = None,
        as_of: Day = None,
    ) -> list[Judged]:
        """Hold the claims of a CSV or YAML file, or of a source in the graph, against the graph."""
        from offlabel.evidence.claimcheck import check_claims
        from offlabel.names import get_thing

        asked = get_thing(self.store, source, "source") if source else None
        file = Path(path) if path is not None else None
        return check_claims(self.store, self.roots, file, asked, _day(as_of))

    def diff(
        self: Opened, other: Opened, *, drug: str | None = None, condition: str | None = None
    ) -> Difference:
        """Say what another graph has, lacks or says otherwise, in claims, studies and grades."""
        from offlabel.evidence.difference import compare, find_in_either

        stores = (self.store, other.store)
        return compare(
            *stores,
            self.roots,
            drug=find_in_either(drug, "drug", stores).value if drug else None,
            condition=find_in_either(condition, "condition", stores).value if condition else None,
        )

    def what_if(
        self: Opened, study: str | Path | None = None, *, retract: Sequence[str] = ()
    ) -> WhatIf:
        """Say what would change with the study of a Turtle file, or without retracted sources."""
        from offlabel.evidence.whatif import World, from_file, retraction, what_if

        if (study is None) == (not retract):
            raise ParameterError("Suppose one thing: a file with a study, or retracted sources.")
        world = World(self.roots)
        if study is not None:
            return what_if(world, from_file(world, Path(study)))
        return what_if(world, retraction(world, retract, date.today()))


def _day(text: Day) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise ParameterError(f"{text!r} is no date. Write it as YYYY-MM-DD.") from None

"""The graph in Python: open it, ask it, and take the answers into a data frame.

>>> import offlabel
>>> graph = offlabel.open()
>>> answer = graph.ask("study/response-rates", drug="naltrexone", condition="psoriasis")
>>> [(row["category"], row["k"], row["n"]) for row in answer]
[('marked improvement', 8, 15), ('some improvement', 2, 15), ('no change', 5, 15)]
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from offlabel.errors import OfflabelError, ParameterError, UnknownNameError
from offlabel.paths import Roots, find_roots

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Triple

    from offlabel.evidence.claimcheck import Judged
    from offlabel.evidence.show import Thing
    from offlabel.evidence.why import Node
    from offlabel.queries.header import Query
    from offlabel.queries.table import Table
    from offlabel.stores.base import Store

_STORES = ("disk", "memory")

Folders = str | Path | Sequence[str | Path] | None


class Graph:
    """A graph of evidence; the store behind it is opened at the first question."""

    def __init__(self, roots: Roots, store: str = "disk", endpoint: str | None = None) -> None:
        self.roots = roots
        self.endpoint = endpoint
        self._kind = "remote" if endpoint else store

    @cached_property
    def store(self) -> Store:
        """Give the store, which answers SPARQL with RDF terms."""
        from offlabel.stores.opening import open_store

        return open_store(self.roots, endpoint=self.endpoint, memory=self._kind == "memory")

    @property
    def queries(self) -> list[Query]:
        """List the saved queries, with their titles and parameters."""
        from offlabel.queries.library import list_queries

        return list_queries(self.roots)

    def ask(self, query: str, /, **parameters: object) -> Table:
        """Answer a saved query; things are given as slug, CURIE, IRI or label."""
        from offlabel.queries.library import get_query
        from offlabel.queries.run import run

        return run(self.store, get_query(self.roots, query), parameters)

    def sparql(self, text: str) -> Table | bool | list[Triple]:
        """Answer a query of your own: a table for SELECT, a bool for ASK, triples otherwise.

        The prefixes of the project need not be declared. There is no limit of time.
        """
        from offlabel.queries.adhoc import answer_text

        return answer_text(text, self.store)

    def show(self, thing: str) -> Thing:
        """Gather what the graph holds on one thing."""
        from offlabel.evidence.show import locator, read_thing
        from offlabel.names import get_thing

        return read_thing(self.store, get_thing(self.store, thing), locator(self.roots))

    def dossier(
        self,
        drug: str,
        *,
        conditions: Sequence[str] = (),
        audience: str = "researcher",
        as_of: date | str | None = None,
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
        self,
        picture: str,
        drug: str,
        *,
        conditions: Sequence[str] = (),
        regimen: str | None = None,
        as_of: date | str | None = None,
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

    def why(self, thing: str) -> Node:
        """Prove a thing: its claims down to passages, what rules derived down to premises."""
        from offlabel.evidence.why import why
        from offlabel.names import get_thing

        return why(self.store, self.roots, get_thing(self.store, thing))

    def check_claims(
        self,
        path: str | Path | None = None,
        *,
        source: str | None = None,
        as_of: date | str | None = None,
    ) -> list[Judged]:
        """Hold the claims of a CSV or YAML file, or of a source in the graph, against the graph."""
        from offlabel.evidence.claimcheck import check_claims
        from offlabel.names import get_thing

        asked = get_thing(self.store, source, "source") if source else None
        file = Path(path) if path is not None else None
        return check_claims(self.store, self.roots, file, asked, _day(as_of))

    def rdflib_graph(self) -> rdflib.Graph:
        """Give a copy as an rdflib graph, with what the rules derived and the prefixes bound."""
        from rdflib import Graph as RdflibGraph

        from offlabel.terms import prefixes

        graph = RdflibGraph()
        for prefix, iri in prefixes():
            graph.bind(prefix, iri, replace=True)
        lines = "".join(f"{triple} .\n" for triple in self._triples())
        return graph.parse(data=lines, format="nt")

    def ontology(self) -> Any:
        """Give the graph as an owlready2 world: classes and individuals as Python objects."""
        from pyoxigraph import Quad

        from offlabel.reasoning import world

        return world(Quad(*triple) for triple in self._triples())

    def _triples(self) -> list[Triple]:
        return self.store.construct("CONSTRUCT WHERE { ?subject ?property ?value }")

    def close(self) -> None:
        """Let go of the store; the next question opens it again."""
        opened = self.__dict__.pop("store", None)
        if opened is not None:
            opened.close()

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        where = self.endpoint or ", ".join(map(str, self.roots.data))
        return f"<offlabel.Graph {self._kind}: {where}>"


def _day(text: date | str | None) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise ParameterError(f"{text!r} is no date. Write it as YYYY-MM-DD.") from None


def open(
    data: Folders = None,
    endpoint: str | None = None,
    store: str = "disk",
    *,
    only_data: bool = False,
) -> Graph:
    """Open the graph of the project's data and of the folders in `data`, or of these alone.

    `store` is "disk", which is built where it is missing or stale, or "memory". With an
    `endpoint`, a SPARQL 1.1 server is asked instead.
    """
    if store not in _STORES:
        raise UnknownNameError(store, "kind of store", _STORES)
    folders = (data,) if isinstance(data, str | Path) else tuple(data or ())
    if endpoint and (folders or store != "disk"):
        raise OfflabelError(
            "A graph at an endpoint has its own data and store: leave out data and store."
        )
    return Graph(find_roots(folders, only=only_data), store, endpoint)

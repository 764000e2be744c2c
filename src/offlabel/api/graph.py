"""The graph in Python: open it, ask it, and take the answers into a data frame.

>>> import offlabel
>>> graph = offlabel.open()
>>> answer = graph.ask("study/response-rates", drug="naltrexone", condition="psoriasis")
>>> [(row["category"], row["k"], row["n"]) for row in answer]
[('marked improvement', 8, 15), ('some improvement', 2, 15), ('no change', 5, 15)]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from offlabel.api.evidence import EvidenceMethods
from offlabel.errors import OfflabelError, UnknownNameError
from offlabel.paths import Roots, find_roots

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Triple

    from offlabel.evidence.show import Thing
    from offlabel.evidence.why import Node
    from offlabel.queries.header import Query
    from offlabel.queries.table import Table
    from offlabel.stores.base import Store

_STORES = ("disk", "memory")

Folders = str | Path | Sequence[str | Path] | None


class Graph(EvidenceMethods):
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

    @cached_property
    def linked(self) -> Store:
        """Give the graph together with outside ontologies."""
        from offlabel.links.linked import open_linked

        return open_linked(self.roots, memory=self._kind == "memory")

    @property
    def queries(self) -> list[Query]:
        """List the saved queries, with their titles and parameters."""
        from offlabel.queries.library import list_queries

        return list_queries(self.roots)

    def ask(self, query: str, /, **parameters: object) -> Table:
        """Answer a saved query; things are given as slug, CURIE, IRI or label."""
        from offlabel.queries.library import get_query
        from offlabel.queries.run import run

        found = get_query(self.roots, query)
        store = self.linked if found.is_linked and not self.endpoint else self.store
        return run(store, found, parameters)

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

    def why(self, thing: str) -> Node:
        """Prove a thing: its claims down to passages, what rules derived down to premises."""
        from offlabel.evidence.why import why
        from offlabel.names import get_thing

        return why(self.store, self.roots, get_thing(self.store, thing))

    def export(
        self,
        format: str,
        output: str | Path | None = None,
        *,
        graphs: Sequence[str] = ("asserted", "derived", "mappings"),
        as_of: date | None = None,
        options: Mapping[str, str] | None = None,
        query: str | None = None,
        **parameters: object,
    ) -> bytes | None:
        """Export the graph, some parts of it, or only what the answer to a saved query names.

        Write to `output` as `offlabel export` does; without it, return the bytes of a format that
        is one file. `options` are those of the format. Raise `OfflabelError` where a name is
        unknown, and where a format that is a folder has no output.
        """
        from offlabel.exports import FILES, FOLDERS, write, write_folder, write_loss
        from offlabel.exports.base import adjusted
        from offlabel.exports.naming import check_form, check_parts
        from offlabel.exports.opening import open_selection
        from offlabel.queries.library import get_query

        if self.endpoint:
            raise OfflabelError("A graph at an endpoint cannot be exported: open the sources.")
        check_form(format)
        check_parts(graphs)
        if format in FOLDERS and output is None:
            raise OfflabelError(f"{format} is a folder of files: name it with output.")
        saved = get_query(self.roots, query) if query else None
        selection = open_selection(self.roots, graphs, saved, parameters, as_of)
        if format in FOLDERS:
            folder = adjusted(FOLDERS[format], options or {})
            write_folder(folder, selection, Path(str(output)))
            return None
        file = adjusted(FILES[format], options or {})
        if output is not None:
            write_loss(write(file, selection, Path(output)), Path(output))
            return None
        content = BytesIO()
        file.dump(selection, content)
        return content.getvalue()

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
        for name in ("store", "linked"):
            opened = self.__dict__.pop(name, None)
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

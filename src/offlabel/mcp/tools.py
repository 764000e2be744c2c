"""The tools. Each returns what it found as data, with citations of what that rests on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from offlabel.errors import OfflabelError
from offlabel.mcp.citations import MOST, named_in
from offlabel.mcp.work import Work
from offlabel.queries.library import get_query, list_queries
from offlabel.web import problems
from offlabel.web.api import query_entry
from offlabel.web.asking import PAGED

if TYPE_CHECKING:
    from mcp.server import MCPServer

Found = dict[str, Any]

Text = Annotated[str, Field(min_length=1, max_length=1_000)]
Sparql = Annotated[str, Field(min_length=1, max_length=20_000)]
Name = Annotated[
    str, Field(min_length=1, max_length=1_000, description="A slug, CURIE, IRI or label.")
]
AsOf = Annotated[
    str | None,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Only what was public by this day."),
]
Limit = Annotated[int, Field(ge=1, le=1_000, description="How many at most.")]
Offset = Annotated[int, Field(ge=0, description="After how many.")]

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Tools:
    """The functions behind the tools; their docstrings are what an agent reads."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def search(self, query: Text, kind: str | None = None, limit: Limit = 10) -> Found:
        """Find things (drugs, conditions, studies, receptors ...) by label, synonym or identifier.

        Words may be begun only or misspelt. `kind` keeps one kind, such as condition or study.
        """
        return await self._ask("search", q=query, kind=kind, limit=limit, offset=0)

    async def describe(self, thing: Name, as_of: AsOf = None) -> Found:
        """Say what the graph holds on one thing: statements, identifiers, and what refers to it."""
        return await self._ask("described", thing=thing, asOf=as_of)

    async def list_queries(self, topic: str | None = None) -> Found:
        """List the saved queries, the questions that the graph answers, with their parameters.

        Topics are folders such as study, evidence, claims, guideline, mechanism, receptor.
        """
        try:
            queries = list_queries(self._work.roots)
        except OfflabelError as error:
            raise ToolError(problems.from_error(error)["detail"]) from None
        found = [
            {
                "name": query.slug,
                "iri": query.iri,
                "title": query.title,
                "parameters": query_entry(query)["parameters"],
            }
            for query in queries
            if topic in (None, query.slug.partition("/")[0], *query.topics)
        ]
        return {"total": len(found), "queries": found}

    async def run_query(
        self,
        name: Annotated[str, Field(description="For example study/response-rates.")],
        parameters: Annotated[
            dict[str, str | int | float | bool],
            Field(description='For example {"drug": "naltrexone", "condition": "psoriasis"}.'),
        ] = {},  # noqa: B006 - the schema shows it; it is never changed
        limit: Limit = 100,
        offset: Offset = 0,
        as_of: AsOf = None,
    ) -> Found:
        """Run a saved query. Rows hold full IRIs; `total` says how many there are in all."""
        try:
            slug = get_query(self._work.roots, name).slug
        except OfflabelError as error:
            raise ToolError(
                problems.from_error(error)["detail"].replace("`offlabel ask`", "list_queries")
            ) from None
        return await self._ask(
            "query",
            slug=slug,
            values=dict(parameters),
            asOf=as_of,
            form="json",
            limit=limit,
            offset=offset,
        )

    async def sparql(self, query: Sparql, limit: Limit = 200) -> Found:
        """Run a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE; reading only).

        The prefixes of offlabel://prefixes need not be declared. The query is stopped after a limit
        of time or memory; the first `limit` rows are returned, and `total` says how many there are.
        """
        return await self._ask("sparql-page", query=query, limit=limit)

    async def dossier(
        self,
        drug: Name,
        conditions: list[str] = [],  # noqa: B006 - the schema shows it; it is never changed
        audience: Literal["researcher", "clinician", "patient"] = "clinician",
        as_of: AsOf = None,
    ) -> Found:
        """Write what the graph holds on a drug as an article in Markdown, with its claims."""
        return await self._ask(
            "dossier-cited", drug=drug, conditions=conditions, audience=audience, asOf=as_of
        )

    async def evidence_map(
        self,
        drug: Name,
        conditions: list[str] = [],  # noqa: B006 - the schema shows it; it is never changed
        as_of: AsOf = None,
    ) -> Found:
        """Give the state of each kind of regimen of a drug in each condition, with certainty."""
        return await self._ask(
            "map", drug=drug, conditions=conditions, asOf=as_of, form="json", limit=None, offset=0
        )

    async def evidence(
        self, drug: Name, condition: Name, regimen: Name | None = None, as_of: AsOf = None
    ) -> Found:
        """Give the evidence on a drug in a condition: state, derived grade, findings, conflicts.

        With `as_of`, as it would have been worked out on that day.
        """
        return await self._ask(
            "evidence", drug=drug, condition=condition, regimen=regimen, asOf=as_of, form="json"
        )

    async def why(self, thing: Name, as_of: AsOf = None) -> Found:
        """Prove a thing: its claims down to passages, what rules derived down to its premises."""
        return await self._ask("why", thing=thing, asOf=as_of, form="json")

    async def check_claims(
        self,
        claims: Annotated[
            list[dict[str, str]],
            Field(
                max_length=200,
                description="Each with subject or regimen, relation (Improves, DoesNotImprove, "
                "HasNoStudyIn), condition, and perhaps id, strength, design, least.",
            ),
        ] = [],  # noqa: B006 - the schema shows it; it is never changed
        source: Name | None = None,
        as_of: AsOf = None,
    ) -> Found:
        """Hold claims, or those of a source, against the graph; say what may be said."""
        if bool(claims) == bool(source):
            raise ToolError("Give claims or a source, and not both.")
        given: Found = (
            {"source": source} if source else {"text": json.dumps(claims), "language": "yaml"}
        )
        return await self._ask("check-claims", **given, asOf=as_of, form="json")

    async def _ask(self, job: str, /, **arguments: Any) -> Found:
        """Do a job that answers in JSON, and cite what its answer names."""
        text = await self._text(job, **arguments)
        found = json.loads(text)
        whole: Found = found if isinstance(found, dict) else {"found": found}
        return {**whole, "citations": await self._cited(text)}

    async def _text(self, job: str, /, **arguments: Any) -> str:
        try:
            media, content = await self._work.run(job, arguments)
        except OfflabelError as error:  # the limits of the process that does the work
            raise ToolError(str(error)) from None
        if media == problems.MEDIA_TYPE:
            raise ToolError(json.loads(content)["detail"])
        if media == PAGED:
            content = content.partition(b"\n")[2]
        return content.decode()

    async def _cited(self, text: str) -> list[Found]:
        iris = named_in(text)[:MOST]
        if not iris:
            return []
        _, content = await self._work.run("citations", {"iris": iris})
        found = json.loads(content)
        return found if isinstance(found, list) else []


NAMES = (
    "search",
    "describe",
    "list_queries",
    "run_query",
    "sparql",
    "dossier",
    "evidence_map",
    "evidence",
    "why",
    "check_claims",
)


def add(server: MCPServer, work: Work) -> None:
    """Give a server its tools."""
    tools = Tools(work)
    for name in NAMES:
        server.add_tool(getattr(tools, name), name=name, annotations=_READS)

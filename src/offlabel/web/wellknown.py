"""The addresses that programs look for: VoID, the JSON-LD context, llms.txt, robots.txt."""

from __future__ import annotations

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from offlabel.paths import Roots
from offlabel.queries.library import list_queries
from offlabel.web import dataset, jsonld
from offlabel.web.answers import Job
from offlabel.web.asking import State, answer, done, home_address, parameters

JOBS: dict[str, Job] = {
    "context": jsonld.context,
    "dataset-version": dataset.version,
    "void": dataset.void,
}

ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /mcp
Disallow: /*asOf=
Crawl-delay: 1
"""
# Saved queries that show what the graph is for, as they are asked of the project's own data.
EXAMPLES = {
    "study/response-rates": "?drug=naltrexone&condition=psoriasis",
    "evidence/evidence-map": "?drug=naltrexone",
    "evidence/why-that-grade": "?drug=naltrexone&condition=psoriasis",
    "claims/said-about-a-thing": "?thing=condition:psoriasis",
    "guideline/ladder-of-therapy": "?condition=psoriasis",
    "claims/contradictions": "",
}
_FOR_GOOD = {"Cache-Control": "public, max-age=3600"}


def routes(state: State) -> list[Route]:
    """Return the routes of these addresses."""

    async def well_known(request: Request) -> Response:
        return RedirectResponse(f"{_root(request)}/void.ttl", 303)

    async def version(request: Request) -> Response:
        await done(state, "dataset-version", {"name": request.path_params["version"]})
        return await well_known(request)

    async def void(request: Request) -> Response:
        parameters(request, [])
        found = await answer(state, request, "void", {"address": home_address(state, request)})
        if not state.public_url:  # it tells the Host of this request, so it is for nobody else
            del found.headers["ETag"]
        return found

    async def jsonld(request: Request) -> Response:
        return await answer(state, request, "context", {})

    async def llms(request: Request) -> Response:
        root = state.public_url.rstrip("/") or _root(request)
        return PlainTextResponse(llms_text(state.roots, root))

    async def robots(request: Request) -> Response:
        return PlainTextResponse(ROBOTS, headers=_FOR_GOOD)

    async def style(request: Request) -> Response:
        return _file("web/templates/page.css", "text/css; charset=utf-8")

    async def icon(request: Request) -> Response:
        return _file("web/templates/icon.svg", "image/svg+xml")

    async def schema(request: Request) -> Response:
        return _file("templates/dossier.schema.json", "application/schema+json")

    return [
        Route("/.well-known/void", well_known),
        Route("/void", well_known),
        Route("/dataset", well_known),
        Route("/dataset/{version}", version),
        Route("/void.ttl", void),
        Route("/context.jsonld", jsonld),
        Route("/llms.txt", llms),
        Route("/robots.txt", robots),
        Route("/page.css", style),
        Route("/icon.svg", icon),
        Route("/dossier/1", schema),
    ]


def llms_text(roots: Roots, root: str = "") -> str:
    """Write llms.txt: what the graph is, how to ask it, and what never to leave out."""
    saved = {query.slug: query for query in list_queries(roots)}
    lines = [
        f"- [{saved[slug].title}]({root}/api/queries/{slug}.md{asked}): `{slug}`"
        for slug, asked in EXAMPLES.items()
        if slug in saved
    ]
    return _LLMS.format(root=root, queries="\n".join(lines), count=len(saved))


def _file(path: str, media: str) -> Response:
    content = files("offlabel").joinpath(path).read_bytes()
    return Response(content, 200, _FOR_GOOD, media)


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


_LLMS = """# offlabel

> A graph of the evidence for off-label drug use. Dose is part of every statement, a meaning is
> kept apart from who asserts it, and each claim leads to a passage of its source. It recommends
> no treatment.

Never report a percentage without k and n and the class of dose. A reported grade is what a page
says that a body says; a derived grade comes from rules and is no panel's judgement. Cite the IRI
of the claim or of the study. Absence is stated: "never searched" is not "none found".

## Ask

- [SPARQL 1.1 endpoint]({root}/sparql): GET or POST, with the usual parameters
- [Saved queries]({root}/api/queries): {count} questions with typed parameters
- [Search]({root}/api/search?q=naltrexone): things by label, synonym or identifier
- [REST]({root}/openapi.json): OpenAPI 3.1
- [MCP]({root}/mcp): the same for agents, over streamable HTTP

## Examples

{queries}

## What is in it

- [Ontology]({root}/ontology.ttl): each class and property, with its definition
- [Data set]({root}/void.ttl): VoID, with counts by class and property
- [Kinds of things]({root}/api/things): how many there are of each

## Optional

- [JSON-LD context]({root}/context.jsonld): prefixes, and properties by name
- A page for any thing is at its IRI; with `.md` behind it, it is Markdown, with `.ttl` Turtle.
"""

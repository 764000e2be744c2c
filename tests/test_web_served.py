"""Each address once, in each form, on the server itself: with its processes, limits and cache."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from offlabel.stores.disk import DiskStore
from test_web_things import BROWSER, Page
from webserver import Got, Server, serving

PAGES = [
    "/",
    "/study",
    "/search?q=psorasis",
    "/sparql",
    "/drug/naltrexone.html",
    "/condition/psoriasis.html",
    "/claim/droracle-2025-sc046.html",
    "/query/study/response-rates.html",
    "/api/queries/study/response-rates.html?drug=naltrexone",
    "/drug/naltrexon",
]
THINGS = ("html", "ttl", "jsonld", "nt", "rdf", "trig", "md", "json")


@pytest.fixture(scope="module")
def server(real_disk: DiskStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the real graph."""
    with serving(tmp_path_factory.mktemp("served"), "--workers", "2", data=()) as found:
        yield found
        assert "Traceback" not in found.log.read_text(encoding="utf-8")


def get(server: Server, path: str, accept: str = "*/*", **more: str) -> Got:
    """Return what is at an address, over one redirection."""
    found = server.send("GET", path, None, {"Accept": accept, **more})
    if found.status == 303:
        found = server.send("GET", found.headers["location"], None, {"Accept": accept, **more})
    return found


def addresses(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each address of an OpenAPI document with its examples, in each form, and its type.

    Saved queries are many and have the same forms: each is asked in one of them by turns.
    """
    for number, (path, methods) in enumerate(document["paths"].items()):
        operation = methods["get"]
        given = operation["parameters"]
        places = {each["name"]: str(each["example"]) for each in given if each["in"] == "path"}
        asked = {
            each["name"]: each["example"]
            for each in given
            if each["in"] == "query" and each["required"]
        }
        forms = next((p["schema"]["enum"] for p in given if p["name"] == "format"), [None])
        types = [*operation["responses"]["200"]["content"]]
        pairs = [*zip(forms, types, strict=False)]
        if path.startswith("/api/queries/"):
            pairs = [pairs[number % len(pairs)]]
        for form, media in pairs:
            more = {"format": form} if form else {}
            query = urlencode({**asked, **more})
            filled = path.format_map({name: quote(value) for name, value in places.items()})
            yield (f"{filled}?{query}" if query else filled), media if form else ""


def test_each_address_in_each_form(server: Server) -> None:
    """Each operation of the OpenAPI document answers its own example, in its forms."""
    asked = list(addresses(json.loads(get(server, "/openapi.json").body)))
    odd = []
    for address, media in asked:
        found = get(server, address)
        kind = found.headers["content-type"].partition(";")[0]
        if found.status != 200 or (media and kind != media):
            odd.append((address, found.status, kind, found.text[:200]))

    assert len(asked) > 150
    assert [] == odd


def test_links_lead_somewhere(server: Server) -> None:
    """Each link of the pages to this server leads to a document, over at most one redirection."""
    links = {link for path in PAGES for link in Page(get(server, path, BROWSER).text).links()}
    by_path: dict[str, list[str]] = {}
    for link in sorted(links):
        if link.startswith("/") and "/api/exports/" not in link:
            by_path.setdefault(link.partition("?")[0], []).append(link)
    inside = [link for alike in by_path.values() for link in alike[:5]]

    assert len(inside) > 150
    assert [] == [link for link in inside if get(server, link, BROWSER).status != 200]


@pytest.mark.parametrize("form", THINGS)
def test_things_in_each_form(server: Server, form: str) -> None:
    """A thing comes in each form, zipped where that is worth it, and again from the cache."""
    first = get(server, f"/drug/naltrexone.{form}")
    again = get(server, f"/drug/naltrexone.{form}")
    zipped = server.send("GET", f"/drug/naltrexone.{form}", None, {"Accept-Encoding": "gzip"})
    known = server.send(
        "GET", f"/drug/naltrexone.{form}", None, {"If-None-Match": first.headers["etag"]}
    )

    assert (200, 200, 304) == (first.status, again.status, known.status)
    assert first.body == again.body
    assert ("gzip" if len(first.body) > 1_024 else "") == zipped.headers.get("content-encoding", "")


def test_sparql_is_a_page_for_people(server: Server) -> None:
    """A browser gets the form, a program the description, and who asks a query the answer."""
    page = get(server, "/sparql", BROWSER)
    named = get(server, "/sparql?example=study/response-rates", BROWSER)
    program = get(server, "/sparql", "text/turtle, text/html;q=0.5")
    asked = get(server, "/sparql?query=ASK%7B%7D", BROWSER)
    fields = {each.get("name"): tag for tag, each in Page(page.text).elements}

    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert ("textarea", "select") == (fields["query"], fields["format"])
    assert "PREFIX ol: &lt;https://w3id.org/offlabel/ontology#&gt;" in page.text
    assert "ol:CountResult" in named.text
    assert "text/turtle; charset=utf-8" == program.headers["content-type"]
    assert "sparql-results" in asked.headers["content-type"]
    assert 404 == get(server, "/sparql?example=nope", BROWSER).status


def test_the_form_posts_a_query(server: Server) -> None:
    """What the form at /sparql sends is answered in the form that was chosen there."""
    sent = urlencode({"query": "SELECT ?d { ?d a ol:Drug }", "format": "csv"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": BROWSER}
    found = server.send("POST", "/sparql", sent, headers)

    assert "text/csv; charset=utf-8" == found.headers["content-type"]
    assert "https://w3id.org/offlabel/drug/naltrexone" in found.text.split()

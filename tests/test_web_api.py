"""The REST addresses: typed parameters, forms, pages, problems, and the OpenAPI document."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.testclient import TestClient

from offlabel.paths import Roots
from offlabel.queries.library import list_queries
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.web import api, exporting, openapi, start, things, wellknown
from web.inprocess import application, client

MODULES = (api, exporting, openapi, wellknown, things, start)
RATES = "/api/queries/study/response-rates"
PSORIASIS = "drug=naltrexone&condition=psoriasis"
COUNTS = [("marked improvement", 8, 15), ("some improvement", 2, 15), ("no change", 5, 15)]


@pytest.fixture(scope="module")
def web(real_roots: Roots, real_disk: DiskStore) -> Iterator[TestClient]:
    """Return a client of the real graph."""
    with client(application(real_roots, real_disk, MODULES)) as found:
        yield found


@pytest.fixture(scope="module")
def small(tiny_roots: Roots, tiny: MemoryStore) -> Iterator[TestClient]:
    """Return a client of the small world."""
    with client(application(tiny_roots, tiny, MODULES)) as found:
        yield found


def problem(web: TestClient, address: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """Return status and problem details of a request that is refused."""
    found = web.get(address, **more)
    assert "application/problem+json" == found.headers["content-type"]
    body: dict[str, Any] = found.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert found.status_code == body["status"]
    return found.status_code, body


def test_queries_are_listed(web: TestClient, real_roots: Roots) -> None:
    """Every saved query is listed with its address and typed parameters."""
    listed = {each["slug"]: each for each in web.get("/api/queries").json()["queries"]}
    drug = listed["study/response-rates"]["parameters"][0]

    assert {query.slug for query in list_queries(real_roots)} == set(listed)
    assert RATES == listed["study/response-rates"]["href"]
    assert ("drug", "drug", "naltrexone") == (drug["name"], drug["kind"], drug["example"])


def test_query_as_json(web: TestClient) -> None:
    """JSON has an object for each row, with numbers as numbers."""
    found = web.get(f"{RATES}?{PSORIASIS}").json()

    assert COUNTS == [(row["category"], row["k"], row["n"]) for row in found["rows"]]
    assert (3, 0) == (found["total"], found["offset"])
    assert "https://w3id.org/offlabel/drug/naltrexone" == found["given"]["drug"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{RATES}.csv?{PSORIASIS}", {}),
        (f"{RATES}?{PSORIASIS}", {"Accept": "text/csv"}),
        (f"{RATES}?{PSORIASIS}", {"Accept": "application/json;q=0.4, text/csv;q=0.8"}),
        (f"{RATES}?{PSORIASIS}&format=csv", {"Accept": "application/json"}),
    ],
)
def test_query_as_csv(web: TestClient, path: str, headers: dict[str, str]) -> None:
    """The ending, the header with its q-values, and `format` all lead to CSV."""
    found = web.get(path, headers=headers)
    rows = csv.DictReader(io.StringIO(found.text))

    assert "text/csv; charset=utf-8" == found.headers["content-type"]
    assert "Accept" in found.headers["vary"]
    assert COUNTS == [(row["category"], int(row["k"]), int(row["n"])) for row in rows]


def test_query_in_other_forms(web: TestClient) -> None:
    """Parquet, TSV, Markdown and the two SPARQL results formats hold the same three rows."""
    parquet = polars.read_parquet(io.BytesIO(web.get(f"{RATES}.parquet?{PSORIASIS}").content))
    tsv = web.get(f"{RATES}.tsv?{PSORIASIS}").text.splitlines()
    markdown = web.get(f"{RATES}.md?{PSORIASIS}").text.splitlines()

    assert [count for _, count, _ in COUNTS] == parquet["k"].to_list()
    assert 4 == len(tsv)
    assert 5 == len(markdown)
    for ending, form in (("xml", QueryResultsFormat.XML), ("srj", QueryResultsFormat.JSON)):
        results = parse_query_results(web.get(f"{RATES}.{ending}?{PSORIASIS}").content, form)
        assert isinstance(results, QuerySolutions)
        assert [8, 2, 5] == [int(row["k"].value) for row in results]


def test_pages_follow_each_other(web: TestClient) -> None:
    """A page has as many rows as asked for, and leads to the next until there is none."""
    address: str | None = f"{RATES}?{PSORIASIS}&limit=2"
    pages = []
    while address:
        found = web.get(address)
        pages.append([row["k"] for row in found.json()["rows"]])
        assert "3" == found.headers["x-total-count"]
        link = found.links.get("next", {}).get("url")
        address = link and f"{urlsplit(link).path}?{urlsplit(link).query}"

    assert [[8, 2], [5]] == pages


def test_next_page_keeps_the_question(web: TestClient) -> None:
    """The link to the next page has the parameters of this one."""
    found = web.get(f"{RATES}?{PSORIASIS}&limit=1")
    asked = parse_qs(urlsplit(found.links["next"]["url"]).query)

    assert {
        "drug": ["naltrexone"],
        "condition": ["psoriasis"],
        "limit": ["1"],
        "offset": ["1"],
    } == asked


@pytest.mark.parametrize(
    ("path", "status", "candidates"),
    [
        (f"{RATES}?drug=naltrexon", 400, ["naltrexone"]),
        (f"{RATES}?drg=naltrexone", 400, ["drug"]),
        ("/api/queries/study/response-rate", 404, ["study/response-rates"]),
        ("/api/things/drug/naltrexon", 404, ["naltrexone"]),
        ("/api/things/drugs/naltrexone", 404, ["drug"]),
        ("/api/things/conditon", 404, ["condition"]),
        ("/api/things/condition/Naltrexone", 404, []),  # a drug
        ("/api/search?q=itch&kind=condtion", 400, ["condition"]),
        ("/api/map?drug=naltrexon", 400, ["naltrexone"]),
        ("/api/evidence?drug=naltrexone&condition=psoriasi", 400, ["psoriasis"]),
        ("/api/why?thing=drug:naltrexon", 400, ["drug:naltrexone"]),
    ],
)
def test_misspelt_names(web: TestClient, path: str, status: int, candidates: list[str]) -> None:
    """A name that is not there is told with the one that may have been meant."""
    found, body = problem(web, path)

    assert (status, candidates) == (found, body["candidates"][:1])


@pytest.mark.parametrize(
    "path",
    [
        "/api/queries/source/claims-as-of?asOf=yesterday",
        f"{RATES}?{PSORIASIS}&limit=0",
        f"{RATES}?{PSORIASIS}&offset=-1",
        f"{RATES}?drug=naltrexone&drug=naltrexone",
        "/api/queries/regimen/is-this-dose-low?dose=much",
        "/api/queries/claims/said-about-a-thing",
        "/api/search",
        "/api/search?q=%20",
        "/api/dossier",
        "/api/dossier?drug=naltrexone&audience=child",
        "/api/why?thing=drug:naltrexone&asOf=2020-13-01",
        "/api/check-claims",
        f"/api/search?q={'x' * 1001}",
    ],
)
def test_bad_parameters(web: TestClient, path: str) -> None:
    """A parameter that is missing, given twice, too long or of the wrong kind is a bad request."""
    assert 400 == problem(web, path)[0]


def test_a_nul_is_told_as_such(web: TestClient) -> None:
    """A character that cannot be is no matter of length."""
    _, body = problem(web, "/api/search?q=%00")

    assert "NUL" in body["detail"]
    assert "long" not in body["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "%00",
        "%F0%9F%92%8A",
        "%ED%A0%80",
        "%FF",
        "(((",
        "*",
        "a%20" * 300,
        "%2E%2E%2F",
        "'%22<>",
        "-",
    ],
)
def test_odd_searches_break_nothing(web: TestClient, text: str) -> None:
    """Whatever is searched for, the answer is hits or a problem, and a page or a page of it."""
    for address in (f"/api/search?q={text}", f"/search?q={text}"):
        for accept in ("*/*", "text/html"):
            found = web.get(address, headers={"Accept": accept})
            assert found.status_code in (200, 400, 406), address


def test_other_refusals(web: TestClient) -> None:
    """Types, endings, paths and methods that are not there are problems too."""
    accept = {"Accept": "image/png"}

    assert 406 == problem(web, f"{RATES}?{PSORIASIS}", headers=accept)[0]
    assert 406 == problem(web, "/api/search?q=itch&format=pdf")[0]
    assert 400 == problem(web, f"{RATES}?{PSORIASIS}", headers={"Accept": "nonsense"})[0]
    assert 404 == problem(web, "/api/why.exe?thing=drug:naltrexone")[0]
    assert 404 == problem(web, "/api")[0]
    refused = web.delete("/api/check-claims")
    assert (405, {"GET", "HEAD", "POST"}) == (
        refused.status_code,
        {method.strip() for method in refused.headers["allow"].split(",")},
    )


def test_problem_speaks_no_command_line(web: TestClient) -> None:
    """What a problem tells to do is something that an address can do."""
    _, missing = problem(web, "/api/queries/claims/said-about-a-thing")
    _, wrong = problem(web, "/api/queries/regimen/is-this-dose-low?dose=much")

    assert "for example thing=condition:vitiligo" in missing["detail"]
    assert "-p" not in wrong["detail"]


def test_kinds_and_members(web: TestClient) -> None:
    """Things are counted by kind, and listed by page."""
    kinds = {each["kind"]: each["count"] for each in web.get("/api/things").json()["kinds"]}
    first = web.get("/api/things/drug?limit=2").json()
    designs = web.get("/api/things/design").json()

    assert kinds["drug"] == first["total"]
    assert 2 == len(first["things"])
    assert "ol:CaseSeries" in {each["curie"] for each in designs["things"]}


def test_one_thing(web: TestClient) -> None:
    """A thing is found by its slug, its label, and in a kind of terms of the ontology."""
    found = web.get("/api/things/drug/naltrexone").json()
    by_label = web.get("/api/things/regimen-class/LDN").json()
    term = web.get("/api/things/design/CaseSeries").json()
    turtle = web.get("/api/things/drug/naltrexone", headers={"Accept": "text/turtle"})

    assert ("drug:naltrexone", "data/drugs/naltrexone.ttl") == (
        found["curie"],
        found["place"].partition(":")[0],
    )
    assert "regimen:low-dose-oral-naltrexone" == by_label["curie"]
    assert "ol:CaseSeries" == term["curie"]
    assert "text/turtle; charset=utf-8" == turtle.headers["content-type"]


def test_thing_as_of_a_day(web: TestClient) -> None:
    """On a day before a study was published, nothing derived from it is told of its regimen."""
    address = "/api/things/study/weinstock-2020"

    assert 200 == web.get(address).status_code
    assert web.get(f"{address}?asOf=2010-01-01").json() != web.get(address).json()


@pytest.mark.large
def test_dossier(web: TestClient) -> None:
    """The dossier comes as Markdown, HTML or JSON, for an audience and conditions."""
    asked = "drug=naltrexone&condition=psoriasis&audience=clinician"
    markdown = web.get(f"/api/dossier?{asked}")
    html = web.get(f"/api/dossier.html?{asked}")
    found = web.get(f"/api/dossier.json?{asked}").json()

    assert markdown.text.startswith("# ")
    assert "text/html; charset=utf-8" == html.headers["content-type"]
    assert ("https://w3id.org/offlabel/drug/naltrexone", "clinician") == (
        found["drug"],
        found["audience"],
    )


def test_map(web: TestClient) -> None:
    """The map has a row for each kind of regimen and condition, as it stood on a day."""
    asked = "drug=naltrexone&condition=psoriasis"
    now = {row["regimenLabel"]: row["state"] for row in web.get(f"/api/map?{asked}").json()["rows"]}
    then = {
        row["regimenLabel"]: row["state"]
        for row in web.get(f"/api/map?{asked}&asOf=2016-01-01").json()["rows"]
    }

    assert "supported" == now["low-dose oral naltrexone"]
    assert "supported" != then.get("low-dose oral naltrexone")


def test_evidence(web: TestClient) -> None:
    """The evidence comes as JSON, text or Markdown, and of one kind of regimen."""
    asked = "drug=naltrexone&condition=psoriasis&regimen=low-dose-oral-naltrexone"
    found = web.get(f"/api/evidence?{asked}").json()
    text = web.get(f"/api/evidence.txt?{asked}").text

    assert ["low-dose oral naltrexone"] == [each["regimen"] for each in found["appraisals"]]
    assert "derived by rule" in text


def test_why(web: TestClient) -> None:
    """A proof ends at a passage, in JSON as in text."""
    thing = "proposition:weinstock-2020-marked-improvement"
    text = web.get(f"/api/why.txt?thing={thing}").text

    assert "characters 2054–2092" in text
    assert thing == web.get(f"/api/why?thing={thing}").json()["curie"]


CLAIM = {"subject": "naltrexone", "relation": "Improves", "condition": "psoriasis"}


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/csv", "subject,relation,condition\nnaltrexone,Improves,psoriasis\n"),
        ("application/yaml", "- {subject: naltrexone, relation: Improves, condition: psoriasis}"),
        ("application/json", json.dumps([CLAIM])),
    ],
)
def test_check_claims_of_a_body(web: TestClient, media: str, body: str) -> None:
    """Claims are read as CSV, YAML or JSON, and one without a dose is stronger than the graph."""
    found = web.post("/api/check-claims", content=body, headers={"Content-Type": media})

    assert (200, ["stronger than the graph"]) == (
        found.status_code,
        [each["verdict"] for each in found.json()],
    )


def test_check_claims_of_a_source(web: TestClient) -> None:
    """The claims of a source are judged, and come as CSV too."""
    found = web.get("/api/check-claims.csv?source=droracle-2025")
    verdicts = {row["verdict"] for row in csv.DictReader(io.StringIO(found.text))}

    assert {"contradicted", "entailed", "not in the graph", "stronger than the graph"} >= verdicts
    assert "contradicted" in verdicts


@pytest.mark.parametrize(
    ("media", "body", "status", "lines"),
    [
        ("text/csv", b"drug\nnaltrexone\n", 400, [2]),
        ("text/csv", b"subject,condition\n\xff,x\n", 400, None),
        ("application/yaml", b"- {subject: [", 400, [1]),
        ("application/json", b"{}", 400, [1]),
        ("image/png", b"", 415, None),
    ],
)
def test_bad_claims(
    web: TestClient, media: str, body: bytes, status: int, lines: list[int] | None
) -> None:
    """What is wrong with a body is told with its line, and no path of the machine."""
    found = web.post("/api/check-claims", content=body, headers={"Content-Type": media})
    body_of = found.json()

    assert (status, status) == (found.status_code, body_of["status"])
    assert lines == (body_of.get("errors") and [each["line"] for each in body_of["errors"]])
    assert not re.search(r"(^|\s)/", body_of["detail"])


def test_another_drug(small: TestClient) -> None:
    """The addresses answer for any data: here for the invented drug of the small world."""
    found = small.get("/api/search?q=examplamin").json()["hits"]

    assert "drug:examplamine" == found[0]["curie"]


@pytest.mark.large
def test_openapi_document_is_valid(real_roots: Roots, web: TestClient) -> None:
    """The document is valid OpenAPI 3.1 and has an operation for each saved query."""
    document = web.get("/openapi.json").json()
    paths = {f"/api/queries/{query.slug}" for query in list_queries(real_roots)}

    assert [] == list(OpenAPIV31SpecValidator(document).iter_errors())
    assert paths <= set(document["paths"])


def test_openapi_describes_json(web: TestClient, real_roots: Roots) -> None:
    """Each JSON answer has a schema; that of a saved query has its columns."""
    document = web.get("/openapi.json").json()
    answers = {
        (path, method, media): content["schema"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for response in operation["responses"].values()
        for media, content in response["content"].items()
        if "json" in media
    }
    rates = answers[RATES, "get", "application/json"]["properties"]

    assert [] == [place for place, schema in answers.items() if not schema]
    assert web.get(f"{RATES}?{PSORIASIS}").json()["columns"] == rates["columns"]["const"]


def test_openapi_types_parameters(web: TestClient) -> None:
    """A parameter of a query has the type, need and example of its head."""
    document = web.get("/openapi.json").json()
    operation = document["paths"]["/api/queries/regimen/is-this-dose-low"]["get"]
    asked = {each["name"]: each for each in operation["parameters"]}
    dated = document["paths"]["/api/queries/source/claims-as-of"]["get"]["parameters"]

    assert "pattern" in asked["dose"]["schema"]
    assert {"date"} == {each["schema"].get("format") for each in dated if each["name"] == "asOf"}
    assert {"limit", "offset", "format"} <= set(asked)


def test_every_route_is_described(web: TestClient) -> None:
    """Each route below /api has an operation, and each operation a route."""
    document = web.get("/openapi.json").json()
    state: Any = None
    made = [*api.routes(state), *exporting.routes(state)]
    routes = {route.path.replace(":path", "") for route in made}
    fixed = {path for path in routes if "{ending}" not in path}
    described = {path for path in document["paths"] if not path.startswith("/api/queries/")}

    assert fixed - {"/api/queries/{topic}/{name}"} == described

"""Every IRI under the base leads to documents that say the same in each form."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

import blocks
from offlabel.exports.description import GRAPH, VOID
from offlabel.paths import Roots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, DCTERMS, OL, RDF
from offlabel.web import api, exporting, openapi, start, things, wellknown
from web.inprocess import application, client

MODULES = (api, exporting, openapi, wellknown, things, start)
SYNTAXES = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HTML = "text/html; charset=utf-8"
DRUG = "/drug/naltrexone"
PSORIASIS = "/condition/psoriasis.html"
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def web(real_roots: Roots, real_disk: DiskStore) -> Iterator[TestClient]:
    """Return a client of the real graph."""
    with client(application(real_roots, real_disk, MODULES)) as found:
        yield found


def canonical(content: bytes, syntax: RdfFormat) -> set[str]:
    """Return the statements of a document, blank nodes named alike whatever the syntax."""
    dataset = Dataset(Quad(*quad.triple) for quad in parse(content, format=syntax))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),  # a browser
        ("*/*", "html"),  # curl
        ("text/turtle", "ttl"),
        ("application/turtle,text/turtle", "ttl"),  # SPARQLWrapper
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "jsonld"),
        ("application/n-triples,*/*;q=0.1", "nt"),
        ("application/rdf+xml, application/sparql-results+xml", "rdf"),  # rdflib
        ("application/trig", "trig"),
        ("text/markdown", "md"),
        ("application/json", "json"),
    ],
)
def test_thing_leads_to_a_document(web: TestClient, accept: str, ending: str) -> None:
    """A thing is no document: 303 leads to the one that Accept likes best."""
    found = web.get(DRUG, headers={"Accept": accept})

    assert (303, f"{DRUG}.{ending}", "Accept") == (
        found.status_code,
        found.headers["location"],
        found.headers["vary"],
    )
    assert 200 == web.get(found.headers["location"]).status_code


def test_no_type_fits(web: TestClient) -> None:
    """A type that there is not is refused."""
    assert 406 == web.get(DRUG, headers={"Accept": "image/png"}).status_code


@pytest.mark.parametrize(
    "address",
    [
        DRUG,
        "/regimen/low-dose-oral-naltrexone",  # with blank nodes within blank nodes
        "/claim/droracle-2025-sc046",
        "/study/weinstock-2020-marked-improvement",
        "/ontology",
        "/ontology/claim",
    ],
)
def test_syntaxes_say_the_same(web: TestClient, address: str) -> None:
    """Turtle, N-Triples, JSON-LD and RDF/XML hold the same statements, and not none."""
    found = {name: canonical(web.get(f"{address}.{name}").content, syntax)
             for name, syntax in SYNTAXES.items()}  # fmt: skip

    assert found["nt"]
    assert [found["nt"]] * 4 == list(found.values())


def test_statements_are_those_of_the_graph(web: TestClient, real_disk: DiskStore) -> None:
    """The document on a claim has each statement of the graph about it."""
    thing = NamedNode(f"{BASE}claim/droracle-2025-sc046")
    expected = {quad.triple for quad in real_disk.store.quads_for_pattern(thing, None, None)}
    found = parse(web.get("/claim/droracle-2025-sc046.ttl").content, format=RdfFormat.TURTLE)

    assert expected == {quad.triple for quad in found}


def test_trig_keeps_the_graphs(web: TestClient) -> None:
    """TriG tells what a file says from what a rule derived."""
    address = "/proposition/weinstock-2020-marked-improvement.trig"
    graphs = {str(quad.graph_name) for quad in parse(web.get(address).content,
                                                     format=RdfFormat.TRIG)}  # fmt: skip

    assert f"<{BASE}graph/rule/40-rests-on>" in graphs
    assert any(name.startswith(f"<{BASE}graph/data/claims/") for name in graphs)


def test_named_graph_dereferences(web: TestClient, real_disk: DiskStore) -> None:
    """The name of a graph leads to what it holds."""
    name = NamedNode(f"{BASE}graph/rule/40-rests-on")
    expected = {quad.triple for quad in real_disk.store.quads_for_pattern(None, None, None, name)}
    found = parse(web.get("/graph/rule/40-rests-on.nt").content, format=RdfFormat.N_TRIPLES)

    assert expected == {quad.triple for quad in found}


@pytest.mark.large
def test_every_iri_dereferences(web: TestClient, real_disk: DiskStore) -> None:
    """One thing of each kind, and each document of it, is there."""
    kinds = [each["kind"] for each in web.get("/api/things").json()["kinds"]]
    broken = []
    for kind in kinds:
        for each in web.get(f"/api/things/{kind}?limit=1").json()["things"]:
            path = each["iri"].removeprefix(BASE.rstrip("/")).partition("#")[0]
            to = web.get(path).headers.get("location", "")
            if 200 != web.get(to).status_code:
                broken.append(each["iri"])

    assert kinds
    assert [] == broken


def test_signposts(web: TestClient) -> None:
    """The Link header leads to IRI, licence and RDF (FAIR Signposting)."""
    page = web.get(f"{DRUG}.html")
    links = re.findall(r"<([^>]*)>; rel=\"([^\"]+)\"(?:; type=\"([^\"]+)\")?", page.headers["link"])

    assert (f"{BASE}drug/naltrexone", "cite-as", "") in links
    assert ("https://creativecommons.org/licenses/by/4.0/", "license", "") in links
    assert (f"{DRUG}.ttl", "describedby", "text/turtle") in links
    assert ("https://schema.org/AboutPage", "type", "") in links
    assert (f"{DRUG}.ttl", "alternate", "text/turtle") in re.findall(
        r"<([^>]*)>; rel=\"([^\"]+)\"; type=\"([^\"]+)\"", web.get(DRUG).headers["link"]
    )


@pytest.mark.parametrize(
    ("path", "candidates"),
    [
        ("/drug/naltrexon.html", ["naltrexone"]),
        ("/drug/Naltrexone.ttl", ["drug/naltrexone"]),  # a label is no address
        ("/dru/naltrexone.html", ["drug"]),
    ],
)
def test_misspelt_addresses(web: TestClient, path: str, candidates: list[str]) -> None:
    """An address that leads nowhere is 404, with what may have been meant."""
    found = web.get(path)

    assert (404, candidates) == (found.status_code, found.json()["candidates"][:1])


@pytest.mark.parametrize(
    "path",
    [
        "/drug/a%22b%3Cscript%3E.html",
        "/drug/%7D%20UNION%20%7B.ttl",
        "/ontology/%22.ttl",
        "/ontology/9.9.9.ttl",
        "/graph/none.ttl",
        "/query/study/none.html",
        "/drug/..%2F..%2Fetc%2Fpasswd.ttl",
        "/drug/naltrexone/.html",
        "/favicon.ico",
    ],
)
def test_odd_addresses(web: TestClient, path: str) -> None:
    """Whatever stands in an address, what is not there is 404 as a problem."""
    found = web.get(path)

    assert (404, "application/problem+json") == (
        found.status_code,
        found.headers["content-type"],
    )


@pytest.mark.parametrize(
    "path",
    [
        "/drug/nope",
        "/nope/x",
        "/nope/x/y",
        "/api/dossier/naltrexone",
        "/api/queries/%2E%2E/%2E%2E/etc",
        "/api/nope",
        "/api/drug/naltrexone",
        "/sparql/naltrexone",
        "/mcp/naltrexone",
        "/graph/none",
        "/graph/none/of/these",
        "/ontology/nope",
        "/dataset/0.0.0",
        "/claim/droracle-2025-sc046?asOf=2010-01-01",
        "/api",
        "/nope",
    ],
)
def test_nothing_leads_nowhere(web: TestClient, path: str) -> None:
    """What is not there is 404 at once, for programs as for people: no redirection leads to it."""
    for accept, media in (("*/*", "application/problem+json"), (BROWSER, HTML)):
        found = web.get(path, headers={"Accept": accept})
        kind = found.headers["content-type"]
        assert (404, media, False) == (found.status_code, kind, "link" in found.headers)


@pytest.mark.parametrize(
    ("path", "status", "link"),
    [
        ("/drug/naltrexon", 404, "/drug/naltrexone"),
        ("/drug/naltrexon.html?asOf=2026-01-01", 404, "/drug/naltrexone.html?asOf=2026-01-01"),
        ("/drug/Naltrexone", 404, "/drug/naltrexone"),
        ("/dru/naltrexone", 404, "/drug/naltrexone"),
        ("/studdy", 404, "/study"),
        ("/query/study/response-rate", 404, "/query/study/response-rates"),
        ("/api/serch?q=itch", 404, "/api/search?q=itch"),
        ("/api/map?drug=naltrexon", 400, "/api/map?drug=naltrexone"),
        ("/api/map?drg=naltrexone", 400, "/api/map?drug=naltrexone"),
        ("/api/dossier?drug=naltrexone&audience=nurse", 400, ""),
    ],
)
def test_a_browser_is_led_on(web: TestClient, path: str, status: int, link: str) -> None:
    """The page of a mistake leads to what may have been meant."""
    found = web.get(path, headers={"Accept": BROWSER})
    page = Page(found.text)

    assert (status, HTML) == (found.status_code, found.headers["content-type"])
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert not link or link in page.links()


def test_a_mistake_is_escaped(web: TestClient) -> None:
    """Whatever stands in an address is text on the page, and no link leads to another host."""
    found = web.get("//evil.example/dru/naltrexone<script>", headers={"Accept": BROWSER})
    asked = web.get("/api/search?q=x&kind=<script>alert(1)</script>", headers={"Accept": BROWSER})

    for each in (found, asked):
        assert "<script" not in each.text
        assert [] == [link for link in Page(each.text).links() if link.startswith("//")]


class Page(HTMLParser):
    """The parts of a page that a test asks for: elements, links, and text of the main part."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data

    def links(self) -> list[str]:
        """Return where the page leads to."""
        return [each["href"] or "" for tag, each in self.elements if tag in ("a", "link")]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/study",
        "/search?q=psorasis",
        "/search?q=",
        f"{DRUG}.html",
        "/api/queries/study/response-rates.html?drug=naltrexone&condition=",
        "/api/evidence.html?drug=naltrexone&condition=psoriasis",
        "/api/why.html?thing=drug:naltrexone",
        "/condition/psoriasis.html",
        "/claim/droracle-2025-sc046.html",
        "/source/weinstock-2020.html",
        "/graph/rule/40-rests-on.html",
        "/query/study/response-rates.html",
        "/ontology.html",
    ],
)
def test_pages_are_safe_and_accessible(web: TestClient, path: str) -> None:
    """A page has a language, a title, one main heading, no script and no style of its own."""
    found = web.get(path)
    page = Page(found.text)
    tags = [tag for tag, _ in page.elements]

    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert {"lang": "en"} == dict(page.elements)["html"]
    assert (1, 1, 1) == (tags.count("h1"), tags.count("main"), tags.count("title"))
    assert {"script", "style", "iframe"}.isdisjoint(tags)
    assert "form-action 'self'" in found.headers["content-security-policy"]
    named = {each.get("for") for tag, each in page.elements if tag == "label"}
    fields = [each["id"] for tag, each in page.elements if tag in ("input", "select", "textarea")]
    assert set(fields) == named
    assert [] == [each for _, each in page.elements if "style" in each or "onclick" in each]
    assert any(each.get("name") == "viewport" for _, each in page.elements)
    assert "#main" == next(link for link in page.links() if link.startswith("#"))
    assert [] == [
        each
        for tag, each in page.elements
        if tag == "th" and each.get("scope") not in ("col", "row")
    ]


def test_page_tells_claims_with_passages(web: TestClient) -> None:
    """The page of a condition has its claims, how strongly they are made, and where."""
    page = Page(web.get("/condition/psoriasis.html").text)

    assert "Weinstock 2020 found marked improvement in 8 of 15" in page.text
    assert "characters 2054 to 2092" in page.text
    assert "/claim/droracle-2025-sc046" in page.links()
    assert "/passage/droracle-2025-2054-2092" in page.links()


def test_known_stands_first(web: TestClient) -> None:
    """The page of a drug or condition begins with states, certainty and k/n, before any claim."""
    for path, part in ((f"{DRUG}.html", "low-dose oral naltrexone"), (PSORIASIS, "8/15, 95% CI")):
        page = Page(web.get(path).text)
        known = page.text[page.text.index("What is known") : page.text.index("Claims")]
        assert part in known
        assert "supported" in known
        assert "very low" in known
        assert "searched, none found" in known
        assert "no panel's judgement" in known


def test_known_is_that_of_the_map(web: TestClient) -> None:
    """Each row of the map stands on the page of its condition, and leads to evidence and proof."""
    rows = web.get("/api/queries/evidence/evidence-map?condition=psoriasis").json()["rows"]
    links = Page(web.get(PSORIASIS).text).links()
    proofs = {parse_qs(urlsplit(link).query)["thing"][0] for link in links if "/why.html" in link}
    led = {
        tuple(parse_qs(urlsplit(link).query)[name][0] for name in ("drug", "condition", "regimen"))
        for link in links
        if "/api/evidence.html" in link
    }

    assert {(row["drug"], row["condition"], row["regimen"]) for row in rows} == led
    assert {row["assessment"] for row in rows} <= proofs


def test_known_on_a_day(web: TestClient) -> None:
    """On a past day the page says what was known then, and leads to that day's evidence."""
    page = Page(web.get(f"{PSORIASIS}?asOf=2019-06-01").text)

    assert "Weinstock 2020" not in page.text
    assert "Bridgman 2018" in page.text
    assert any("/api/evidence.html" in to and "asOf=2019-06-01" in to for to in page.links())


def test_page_of_a_claim_says_it_once(web: TestClient) -> None:
    """The page of a claim tells source and passage without a table that repeats its heading."""
    page = Page(web.get("/claim/droracle-2025-sc046.html").text)

    assert "table" not in [tag for tag, _ in page.elements]
    assert "tertiary source" in page.text
    assert "characters 2054 to 2092" in page.text


def test_form_of_a_query(web: TestClient) -> None:
    """The page of a query has a field of the right type for each parameter; the form answers."""
    page = Page(web.get("/query/regimen/is-this-dose-low.html").text)
    fields = {each["name"]: each for tag, each in page.elements if tag == "input"}
    action = next(
        str(each["action"]) for tag, each in page.elements if each.get("class") == "query"
    )
    asked = {str(name): each.get("value") or "" for name, each in fields.items() if name != "q"}
    dates = {
        each["name"]: each["type"]
        for tag, each in Page(web.get("/query/source/claims-as-of.html").text).elements
        if tag == "input"
    }

    assert ("decimal", "") == (fields["dose"]["inputmode"], fields["dose"]["required"] or "")
    assert "date" == dates["asOf"]
    answered = web.get(action, params={**asked, "format": "html"})
    assert 200 == answered.status_code
    assert "Answer: " in answered.text


def test_rows_as_a_page(web: TestClient) -> None:
    """A browser gets rows as a table whose things are links, and a link to more of them."""
    rates = "/api/queries/study/response-rates?drug=naltrexone&condition=psoriasis"
    page = Page(web.get(rates, headers={"Accept": BROWSER}).text)
    first = web.get("/api/queries/evidence/evidence-map.html?drug=naltrexone&limit=2").text
    more = next(link for link in Page(first).links() if "offset=2" in link)

    assert "/study/weinstock-2020" in page.links()
    assert "0.5333" in page.text
    assert "Answer: 120 rows" in Page(web.get(more).text).text


def test_search_page(web: TestClient) -> None:
    """The search of each page lists hits, and pages of them follow each other."""
    page = Page(web.get("/search?q=psorasis").text)
    more = next(link for link in page.links() if "offset=" in link)

    assert "/condition/psoriasis" in page.links()
    assert 200 == web.get(more).status_code
    assert "Nothing here" in web.get("/search?q=xyzzyplugh").text
    assert "<script" not in web.get("/search?q=<script>alert(1)</script>").text
    assert "Search: " in Page(web.get("/search").text).text


def test_page_tells_what_a_rule_derived(web: TestClient) -> None:
    """A statement that a rule derived is marked, and leads to the rule."""
    page = Page(web.get("/proposition/weinstock-2020-marked-improvement.html").text)

    assert "derived by" in page.text
    assert "/rule/40-rests-on" in page.links()


def test_first_page_leads_everywhere(web: TestClient) -> None:
    """The first page has each drug, each saved question, each kind and each export."""
    links = set(Page(web.get("/").text).links())
    kinds = web.get("/api/things").json()["kinds"]
    queries = web.get("/api/queries").json()["queries"]

    assert {"/drug/naltrexone", "/api/dossier.html?drug=drug%3Analtrexone"} <= links
    assert {f"/{each['kind']}" for each in kinds} <= links
    assert {f"/query/{each['slug']}" for each in queries} <= links
    assert {each["href"] for each in web.get("/api/exports").json()["exports"]} <= links


def test_base_leads_machines_to_the_data_set(web: TestClient) -> None:
    """The IRI of the base is a page for people, and the description of the data set in RDF."""
    found = web.get("/", headers={"Accept": "text/turtle"})

    assert (303, "/void.ttl") == (found.status_code, found.headers["location"])


def test_unknown_kind(web: TestClient) -> None:
    """A list of what is not there is refused with the close names."""
    found = web.get("/studdy")

    assert (404, ["study"]) == (found.status_code, found.json()["candidates"][:1])


def test_text_of_data_is_escaped(tiny_roots: Roots) -> None:
    """A label with markup, and an address that is no web address, do no harm on a page."""
    ttl = f"""<{BASE}drug/evil> a <{OL}Drug> ;
      <http://www.w3.org/2000/01/rdf-schema#label> "<script>alert(1)</script>"@en ;
      <{OL}sees> <javascript:alert(1)> ."""
    name = NamedNode(f"{BASE}graph/data/evil")
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, name)
        for quad in parse(ttl.encode(), format=RdfFormat.TURTLE)
    ]
    store = MemoryStore.from_quads(quads)
    text = client(application(tiny_roots, store, MODULES)).get("/drug/evil.html").text

    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert not [link for link in Page(text).links() if link.startswith("javascript:")]


def test_ontology_and_its_version(web: TestClient) -> None:
    """The version IRI leads to the same as the ontology; each term has an anchor on its page."""
    whole = web.get("/ontology.ttl").content
    versions = set(
        re.findall(rb"versionIRI> <[^>]*/ontology/([^>]+)>", web.get("/ontology.nt").content)
    )
    page = Page(web.get("/ontology.html").text)

    assert 1 == len(versions)
    version = versions.pop().decode()
    assert whole == web.get(f"/ontology/{version}.ttl").content
    assert 303 == web.get(f"/ontology/{version}").status_code
    assert {"Study", "Claim", "investigates"} <= {each.get("id") for _, each in page.elements}


def test_context_reads_names(web: TestClient) -> None:
    """A document written with the names of the context means what the graph says."""
    document = {
        **web.get("/context.jsonld").json(),
        "id": "study:weinstock-2020-marked-improvement",
        "type": "ol:CountResult",
        "label": "marked improvement in 8 of 15",
        "resultOf": "study:weinstock-2020-arm",
        "count": 8,
        "exactMatch": None,
    }
    found = {str(quad.triple) for quad in parse(json.dumps(document).encode(),
                                                format=RdfFormat.JSON_LD)}  # fmt: skip
    thing = f"<{BASE}study/weinstock-2020-marked-improvement>"

    assert f"{thing} <{OL}resultOf> <{BASE}study/weinstock-2020-arm>" in found
    assert (
        f'{thing} <http://www.w3.org/2000/01/rdf-schema#label> "marked improvement in 8 of 15"@en'
        in found
    )
    assert any(f"<{OL}count>" in statement and '"8"^^' in statement for statement in found)


def test_context_has_every_property(web: TestClient, real_disk: DiskStore) -> None:
    """Each property of the ontology has a term, or a prefix has its name."""
    terms = web.get("/context.jsonld").json()["@context"]
    rows = real_disk.select(
        """SELECT ?p WHERE { VALUES ?k { <http://www.w3.org/2002/07/owl#ObjectProperty>
        <http://www.w3.org/2002/07/owl#DatatypeProperty> } ?p a ?k
        FILTER STRSTARTS(STR(?p), "https://w3id.org/offlabel/ontology#") }"""
    ).rows
    names = {str(getattr(row[0], "value", "")).removeprefix(OL) for row in rows}

    assert names
    assert set() == names - set(terms)


def void(web: TestClient) -> Graph:
    """Return the description of the data set, read by rdflib."""
    return Graph().parse(data=web.get("/void.ttl").text, format="turtle")


def values(graph: Graph, subject: str, predicate: str) -> list[Any]:
    """Return the values of a property as Python values."""
    from rdflib import URIRef

    found = graph.objects(URIRef(subject), URIRef(predicate))
    return sorted(getattr(value, "value", None) or str(value) for value in found)


def test_void_is_found_and_counts(web: TestClient, real_disk: DiskStore) -> None:
    """The well-known address leads to VoID; its figures are those of the graph."""
    well_known = web.get("/.well-known/void")
    graph = void(web)
    triples = {quad.triple for quad in real_disk.store}
    typed = {triple for triple in triples if triple.predicate.value == f"{RDF}type"}
    drugs = {triple.subject for triple in typed if triple.object == NamedNode(f"{OL}Drug")}

    assert (303, "/void.ttl") == (well_known.status_code, well_known.headers["location"])
    assert [len(triples)] == values(graph, GRAPH, f"{VOID}triples")
    assert [len({triple.predicate for triple in triples})] == values(
        graph, GRAPH, f"{VOID}properties"
    )
    asked = f"""SELECT ?n WHERE {{ <{GRAPH}> <{VOID}classPartition> ?part .
        ?part <{VOID}class> <{OL}Drug> ; <{VOID}entities> ?n }}"""
    assert [len(drugs)] == [int(row[0]) for row in graph.query(asked)]  # type: ignore[index,arg-type]


def test_void_tells_how_classes_are_joined(web: TestClient) -> None:
    """The pattern that SPARQL editors read finds classes, properties, targets and datatypes."""
    asked = f"""PREFIX void: <{VOID}> PREFIX ext: <http://ldf.fi/void-ext#>
      SELECT DISTINCT ?property ?target ?type WHERE {{
        ?part void:class <{OL}Study> ; void:propertyPartition ?of .
        ?of void:property ?property .
        OPTIONAL {{ ?of void:classPartition [ void:class ?target ] }}
        OPTIONAL {{ ?of ext:datatypePartition [ ext:datatype ?type ] }} }}"""
    rows = {tuple(str(cell) if cell else "" for cell in row) for row in void(web).query(asked)}  # type: ignore[union-attr]

    assert (f"{OL}investigates", f"{OL}Drug", "") in rows
    assert (f"{OL}enrolled", "", "http://www.w3.org/2001/XMLSchema#integer") in rows


def test_dataset_fits_the_hcls_profile(web: TestClient) -> None:
    """Each level has what HCLS demands, and the summary has nothing that it forbids."""
    graph = void(web)
    summary = f"{BASE}dataset"
    version = values(graph, summary, "http://www.w3.org/ns/dcat#hasVersion")[0]
    needed = [f"{DCTERMS}{name}" for name in ("title", "description", "publisher", "license")]

    for level in (summary, version, GRAPH):
        assert all(values(graph, level, name) for name in needed)
    assert [] == values(graph, summary, f"{DCTERMS}creator")
    assert [] == values(graph, summary, "http://purl.org/pav/version")
    assert values(graph, version, "http://purl.org/pav/version")
    assert [f"{BASE}body/offlabel"] == values(graph, version, f"{DCTERMS}creator")
    assert [summary] == values(graph, version, f"{DCTERMS}isVersionOf")
    assert values(graph, GRAPH, f"{DCTERMS}format")
    assert ["http://127.0.0.1/sparql"] == values(graph, GRAPH, f"{VOID}sparqlEndpoint")
    for name in ("dataset", version.removeprefix(BASE), "void"):
        assert "/void.ttl" == web.get(f"/{name}").headers["location"]


def test_void_is_repeatable(web: TestClient) -> None:
    """The same graph is described by the same bytes, and rdflib reads what the engine reads."""
    text = web.get("/void.ttl").text
    again = Graph().parse(data=web.get("/void.ttl").text, format="turtle")

    assert text == web.get("/void.ttl").text
    assert isomorphic(void(web), again)


def test_llms_text(web: TestClient) -> None:
    """llms.txt has its parts, and each address in it that is served here answers."""
    text = web.get("/llms.txt").text
    links = re.findall(r"\]\((/[^)]*)\)", text)
    elsewhere = {"/sparql", "/mcp"}  # routes of other modules

    assert text.startswith("# offlabel\n\n> ")
    assert "## Optional" in text
    assert elsewhere < set(links)
    assert [] == [link for link in links if link not in elsewhere
                  and web.get(link).status_code not in (200, 303)]  # fmt: skip
    assert 6 == len(re.findall(r"\(/api/queries/", text))


def test_docs_show_what_is_answered(web: TestClient) -> None:
    """Each block of docs/rest.md that names an address shows what is answered there."""
    page = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    shown = {
        address: block.text
        for block in blocks.read_blocks(page)
        if (address := block.find_path("get"))
    }

    assert shown
    assert shown == {address: web.get(address).text for address in shown}


def test_robots(web: TestClient) -> None:
    """robots.txt keeps programs that follow links from the costly addresses."""
    assert "Disallow: /sparql" in web.get("/robots.txt").text.splitlines()


def test_redirections_of_w3id() -> None:
    """The file for w3id.org is made of rules that Apache reads, and leads things to the server."""
    rules = (ROOT / "docs" / "w3id" / ".htaccess").read_text(encoding="utf-8").splitlines()
    known = ("#", "Header ", "Options ", "RewriteEngine ", "RewriteRule ", "RewriteCond ")

    assert [] == [line for line in rules if line and not line.startswith(known)]
    assert [] == [line for line in rules if line.startswith("RewriteRule") and "R=303" not in line]
    for rule in (line.split()[1] for line in rules if line.startswith("RewriteRule")):
        re.compile(rule)


def test_mounted_below_a_path(real_roots: Roots, real_disk: DiskStore) -> None:
    """Below another path, redirections and links stay below it."""
    app = application(real_roots, real_disk, MODULES)
    web = TestClient(app, root_path="/kg", base_url="http://127.0.0.1", follow_redirects=False)

    assert "/kg/drug/naltrexone.html" == web.get(f"/kg{DRUG}").headers["location"]
    assert "/kg/page.css" in web.get(f"/kg{DRUG}.html").text

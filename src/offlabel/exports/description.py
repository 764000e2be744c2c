"""The data set about itself: VoID with counts, DCAT and the HCLS profile, as one Turtle file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any, cast

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from offlabel.errors import OfflabelError
from offlabel.stores.base import Store
from offlabel.terms import BASE, DCTERMS, OL, OWL, XSD

VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
_PREFIXES = {
    "body": f"{BASE}body/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": DCTERMS,
    "dctypes": "http://purl.org/dc/dcmitype/",
    "formats": "http://www.w3.org/ns/formats/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "ol": OL,
    "pav": "http://purl.org/pav/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": VOID,
    "void-ext": VOID_EXT,
    "xsd": XSD,
}
GRAPH = f"{BASE}void#graph"

# Each part of the data set has a name made from the class and property that it is for.
_PARTITIONS = f"""
PREFIX void: <{VOID}>
PREFIX ext: <{VOID_EXT}>
CONSTRUCT {{
  <{GRAPH}> void:classPartition ?ofClass ; void:propertyPartition ?whole .
  ?ofClass void:class ?class ; void:entities ?entities ; void:propertyPartition ?ofProperty .
  ?ofProperty void:property ?property ; void:triples ?triples ;
    void:classPartition ?toClass ; ext:datatypePartition ?toType .
  ?toClass void:class ?target ; void:triples ?links .
  ?toType ext:datatype ?type ; void:triples ?values .
  ?whole void:property ?any ; void:triples ?all .
}} WHERE {{
  {{ SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) WHERE {{ ?s a ?class FILTER ISIRI(?class) }}
     GROUP BY ?class }}
  UNION
  {{ SELECT ?class ?property (COUNT(*) AS ?triples) WHERE {{
       {{ SELECT DISTINCT ?s ?class ?property ?o WHERE {{ ?s a ?class ; ?property ?o
          FILTER ISIRI(?class) }} }} }} GROUP BY ?class ?property }}
  UNION
  {{ SELECT ?class ?property ?target (COUNT(*) AS ?links) WHERE {{
       {{ SELECT DISTINCT ?s ?class ?property ?o ?target WHERE {{
          ?s a ?class ; ?property ?o . ?o a ?target FILTER (ISIRI(?class) && ISIRI(?target)) }} }}
     }} GROUP BY ?class ?property ?target }}
  UNION
  {{ SELECT ?class ?property ?type (COUNT(*) AS ?values) WHERE {{
       {{ SELECT DISTINCT ?s ?class ?property ?o WHERE {{ ?s a ?class ; ?property ?o
          FILTER (ISIRI(?class) && ISLITERAL(?o)) }} }} BIND (DATATYPE(?o) AS ?type)
     }} GROUP BY ?class ?property ?type }}
  UNION
  {{ SELECT ?any (COUNT(*) AS ?all) WHERE {{
       {{ SELECT DISTINCT ?s ?any ?o WHERE {{ ?s ?any ?o }} }} }} GROUP BY ?any }}
  BIND (IRI(CONCAT("{BASE}void#class-", MD5(STR(?class)))) AS ?ofClass)
  BIND (IRI(CONCAT("{BASE}void#property-", MD5(CONCAT(STR(?class), " ", STR(?property)))))
    AS ?ofProperty)
  BIND (IRI(CONCAT("{BASE}void#target-", MD5(CONCAT(STR(?class), " ", STR(?property), " ",
    STR(?target))))) AS ?toClass)
  BIND (IRI(CONCAT("{BASE}void#type-", MD5(CONCAT(STR(?class), " ", STR(?property), " ",
    STR(?type))))) AS ?toType)
  BIND (IRI(CONCAT("{BASE}void#any-", MD5(STR(?any)))) AS ?whole)
}}"""
_COUNTS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects)
  (COUNT(DISTINCT ?o) AS ?objects) (COUNT(DISTINCT ?p) AS ?properties) WHERE {
  { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } } }"""
_TYPES = """SELECT (COUNT(DISTINCT ?class) AS ?classes) (COUNT(DISTINCT ?s) AS ?entities)
  WHERE { ?s a ?class FILTER ISIRI(?class) }"""
_RELEASE = f"""SELECT ?version ?modified WHERE {{ ?o <{OWL}versionInfo> ?version ;
  <{OWL}versionIRI> ?iri ; <{DCTERMS}modified> ?modified }}"""


def described(
    store: Store,
    address: str,
    release: tuple[str, str] | None = None,
    more: Iterable[Triple] = (),
) -> bytes:
    """Describe the data set as Turtle; `address` is where a server answers.

    `release` is its version and day, for a store of a part that does not say them; `more` is said
    beside. Raise `OfflabelError` where the version is not known, and `ValueError` where the
    address is no IRI.
    """
    text = about(store, address, release or version_of(store))
    quads = [quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)]
    known = sorted({*quads, *partitions(store)}, key=str)
    triples = [*known, *more]
    content = serialize(triples, format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b""
    lines = content.splitlines(keepends=True)
    head = len(_PREFIXES)  # which the serialiser declares in any order
    return b"".join([*sorted(lines[:head]), *lines[head:]])


def version_of(store: Store) -> tuple[str, str]:
    """Return version and day of the data; raise `OfflabelError` where the graph does not say."""
    release = store.select(_RELEASE).rows
    if not release:
        raise OfflabelError("The graph does not say which version of the ontology it is of.")
    version, modified = (str(getattr(term, "value", "")) for term in release[0])
    return version, modified


def partitions(store: Store) -> tuple[Triple, ...]:
    """Count the graph by class, property, and class or datatype of value."""
    return _partitions(cast(Hashable, store))


@lru_cache(maxsize=1)
def _partitions(store: Any) -> tuple[Triple, ...]:
    return tuple(store.construct(_PARTITIONS))


def about(store: Store, address: str, release: tuple[str, str]) -> str:
    """Write what is told of the data set, its version and its distribution, in Turtle."""
    triples, subjects, objects, properties = _numbers(store, _COUNTS)
    classes, entities = _numbers(store, _TYPES)
    version, modified = release
    here = NamedNode(address).value
    common = f"""
      dcterms:publisher body:offlabel ;
      dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
      dcterms:description "{_ABOUT}"@en ;
      dcat:keyword "evidence"@en , "off-label use"@en , "dose"@en ;
      dcterms:language <http://lexvo.org/id/iso639-3/eng> ;
      dcat:landingPage <{BASE}> """
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
    return f"""{head}
    <{BASE}dataset> a dctypes:Dataset , dcat:Dataset ; dcterms:title "offlabel"@en ; {common} ;
      dcat:hasVersion <{BASE}dataset/{version}> ; pav:hasCurrentVersion <{BASE}dataset/{version}> .
    <{BASE}dataset/{version}> a dctypes:Dataset , dcat:Dataset ;
      dcterms:title "offlabel {version}"@en ; {common} ;
      dcterms:creator body:offlabel ; pav:version "{version}" ;
      dcterms:issued "{modified}"^^xsd:date ; dcterms:isVersionOf <{BASE}dataset> ;
      dcat:distribution <{GRAPH}> .
    <{GRAPH}> a void:Dataset , dcat:Distribution ;
      dcterms:title "offlabel {version} as RDF"@en ; {common} ;
      dcterms:creator body:offlabel ; pav:version "{version}" ;
      dcterms:issued "{modified}"^^xsd:date ;
      dcterms:format "text/turtle" ; dcat:mediaType
        <https://www.iana.org/assignments/media-types/text/turtle> ;
      void:feature formats:Turtle ; void:uriSpace "{BASE}" ;
      void:sparqlEndpoint <{here}sparql> ; void:dataDump <{here}graph?default> ;
      dcat:accessURL <{here}sparql> ;
      void:vocabulary <{BASE}ontology> ; void:exampleResource {_example(store)} ;
      void:triples {triples} ; void:entities {entities} ; void:classes {classes} ;
      void:properties {properties} ; void:distinctSubjects {subjects} ;
      void:distinctObjects {objects} .
    <{BASE}void.ttl> a void:DatasetDescription ; foaf:primaryTopic <{GRAPH}> ;
      dcterms:title "Description of the data set offlabel"@en ; dcterms:creator body:offlabel .
    """


_ABOUT = (
    "The evidence on drugs used off label as a graph in which every statement can be asked who "
    "says so, at which dose, how strongly, and since when."
)


def _numbers(store: Store, query: str) -> list[int]:
    return [int(str(getattr(term, "value", 0))) for term in store.select(query).rows[0]]


def _example(store: Store) -> str:
    """Return the drug of which most is claimed, as a term of Turtle."""
    rows = store.select(
        f"""SELECT ?drug (COUNT(?p) AS ?many) WHERE {{ ?drug a <{OL}Drug> .
        OPTIONAL {{ ?p <{OL}concerns> ?drug }} }} GROUP BY ?drug
        ORDER BY DESC(?many) ?drug LIMIT 1"""
    ).rows
    return str(rows[0][0]) if rows else f"<{BASE}ontology>"

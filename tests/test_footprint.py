"""What a SPARQL text reads: taking away everything else from a graph changes no answer."""

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from offlabel.paths import find_roots
from offlabel.rules import read_rules, run_rule
from offlabel.sources import discover
from offlabel.sparql.footprint import TYPE, footprint_of
from offlabel.stores.memory import MemoryStore
from offlabel.validation.statements import is_touched, keys_of

RULES = {rule.name: rule for rule in read_rules(discover(find_roots()))}
OL = "https://w3id.org/offlabel/ontology#"
HEAD = f"PREFIX ol: <{OL}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


def _(names: str) -> set[str]:
    """Return the keys of some predicates of ours."""
    return {f"ol:{name}" for name in names.split()}


def key_of(quad: Quad) -> str:
    """Return the key of a statement."""
    (key,) = keys_of((serialize([quad.triple], format=RdfFormat.N_TRIPLES) or b"").splitlines())
    return key


@pytest.mark.parametrize("name", RULES)
def test_a_rule_reads_no_more_than_its_footprint(name: str, tiny: MemoryStore) -> None:
    """A rule derives the same from what has one of its keys alone."""
    rule = RULES[name]
    reads = footprint_of(rule.text).reads
    part = Store()
    part.extend(quad for quad in tiny.store if is_touched(reads, {key_of(quad)}))

    assert len(part) < len(tiny.store) or reads is None
    assert run_rule(tiny.store, rule) == run_rule(part, rule)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_writes_no_more_than_its_footprint(name: str, tiny: MemoryStore) -> None:
    """All that a rule derives has one of the keys that it may write."""
    rule = RULES[name]
    writes = footprint_of(rule.text).writes
    found = run_rule(tiny.store, rule)

    assert [] == [
        triple
        for triple in found
        if not is_touched(writes, {key_of(Quad(*triple, NamedNode(rule.graph)))})
    ]


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("ASK { ?s ol:a ?o }", _("a")),
        ("ASK { ?s a ol:B ; ol:c ?o , ?p . ?o ol:d [ ol:e 'x'@en ] }", {"a ol:B", *_("c d e")}),
        ("ASK { ?s a ?class }", {TYPE}),
        ("ASK { ?s a/rdfs:subClassOf* ol:B }", {TYPE, "rdfs:subClassOf"}),
        ("ASK { ?s ol:a|^(ol:b/ol:c) ?o }", _("a b c")),
        ("ASK { ?s ol:a ?o FILTER (?o > 1.5 && NOT EXISTS { ?o ol:b ?s }) }", _("a b")),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ol:a ?o BIND (STR(?o) AS ?t) } GROUP BY ?s", _("a")),
        ("ASK { { SELECT ?s { ?s ol:a ?o } LIMIT 1 } OPTIONAL { ?s ol:b ?p } }", _("a b")),
        ("ASK { VALUES (?s) { (ol:x) } ?s ol:a* ?o }", _("a")),
        ("ASK { ?s ?p ?o }", None),
        ("ASK { ?s !ol:a ?o }", None),
        ("ASK { GRAPH ?g { ?s ol:a ?o } }", None),
        ("ASK { ?s ol:a* ?o }", None),
        ("ASK { ?s unknown:a ?o }", None),
        ("ASK { ?s ol:a ?o", None),
    ],
)
def test_the_keys_of_a_text(text: str, reads: set[str] | None) -> None:
    """Predicates and classes are told by their place, and what cannot be told is everything."""
    names = {"ol:": OL, "rdfs:": "http://www.w3.org/2000/01/rdf-schema#"}
    expected = reads and {
        key if key == TYPE else key.replace(prefix, iri)
        for key in reads
        for prefix, iri in names.items()
        if prefix in key or key == TYPE
    }

    assert expected == footprint_of(HEAD + text).reads


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("SELECT ?s { ?s a ol:B } GROUP BY ?s HAVING EXISTS { ?s ol:a ?o }", {"a ol:B", "ol:a"}),
        ("SELECT ?s { ?s a ol:B } ORDER BY EXISTS { ?s ol:a ?o }", {"a ol:B", "ol:a"}),
        ("ASK { ?s ol:a ?o . OPTIONAL { ?o ol:b* ?p } }", {"ol:a", "ol:b"}),
        ("ASK { { ?s ol:a* ?o } UNION { ?s ol:b ?o } }", None),
        ("ASK { ?s ol:a* ?o . ?o ol:b* ?s }", None),
        ("ASK { ?s ol:a ?o { SELECT ?p { ?s ol:b* ?p } } }", None),
        ("ASK " + "{" * 2000 + "}" * 2000, None),
    ],
)
def test_keys_that_were_missed_once(text: str, reads: set[str] | None) -> None:
    """What stands after a group, what a path of no step joins and what is too deep is told."""
    expected = reads and {key.replace("ol:", OL) for key in reads}

    assert expected == footprint_of(HEAD + text).reads


def test_a_base_is_not_understood() -> None:
    """Names that a BASE completes may be any."""
    assert footprint_of("BASE <https://example.org/> ASK { ?s <a> ?o }").reads is None

"""Made-up graphs of a few things and axioms, consistent or not: one seed, one graph."""

from __future__ import annotations

from random import Random

CLASSES = "ABCDE"
THINGS = "stuvwx"
SIMPLE = ("p", "q", "r")
CHAINED = ("m", "n")
DATA = ("d", "e")
HEAD = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = (
    "".join(f":{name} a owl:Class .\n" for name in CLASSES)
    + "".join(f":{name} a owl:ObjectProperty .\n" for name in (*SIMPLE, *CHAINED))
    + "".join(f":{name} a owl:DatatypeProperty .\n" for name in DATA)
)
AXIOMS = (
    ":{A} rdfs:subClassOf :{B} .",
    ":{A} owl:disjointWith :{B} .",
    "[] a owl:AllDisjointClasses ; owl:members ( :{A} :{B} :{C} ) .",
    ":{A} owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :{B} :{C} ) ] .",
    ":{A} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :{p} ; owl:someValuesFrom :{B} ] .",
    ":{A} owl:equivalentClass [ a owl:Restriction ; owl:onProperty :{m} ;"
    " owl:someValuesFrom :{B} ] .",
    ":{A} owl:equivalentClass [ a owl:Restriction ; owl:onProperty :{p} ; owl:hasValue :{s} ] .",
    ":{A} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :{m} ; owl:allValuesFrom :{B} ] .",
    ":{A} rdfs:subClassOf [ a owl:Class ; owl:complementOf :{B} ] .",
    "[ a owl:Class ; owl:unionOf ( :{A} :{B} ) ] rdfs:subClassOf :{C} .",
    ":{A} owl:equivalentClass [ a owl:Restriction ; owl:onProperty :{d} ; owl:someValuesFrom"
    " [ a rdfs:Datatype ; owl:onDatatype xsd:decimal ;"
    " owl:withRestrictions ( [ xsd:{side}Inclusive {n}.0 ] ) ] ] .",
    ":{p} rdfs:domain :{A} .",
    ":{p} rdfs:range :{A} .",
    ":{m} rdfs:domain :{A} .",
    ":{d} rdfs:domain :{A} .",
    ":{d} rdfs:range xsd:decimal .",
    ":{d} rdfs:range xsd:integer .",
    ":{p} a owl:FunctionalProperty .",
    ":{p} a owl:InverseFunctionalProperty .",
    ":{p} a owl:SymmetricProperty .",
    ":{p} a owl:AsymmetricProperty .",
    ":{p} a owl:IrreflexiveProperty .",
    ":{d} a owl:FunctionalProperty .",
    ":{m} a owl:TransitiveProperty .",
    ":{m} owl:propertyChainAxiom ( :{p} :{q} ) .",
    ":{p} rdfs:subPropertyOf :{q} .",
    ":{p} rdfs:subPropertyOf :{m} .",
    ":{p} owl:inverseOf :{q} .",
    ":{p} owl:equivalentProperty :{q} .",
    ":{s} owl:differentFrom :{t} .",
    ":{s} owl:sameAs :{t} .",
)
SAID = (
    ":{s} a :{A} .",
    ":{s} :{p} :{t} .",
    ":{s} :{m} :{t} .",
    ":{s} :{d} {n}.0 .",
    ":{s} :{d} {n} .",
    ":{s} :{d} {n}.5 .",
)


def made_up(seed: int, axioms: int = 12, said: int = 12) -> str:
    """Return a graph as Turtle."""
    chance = Random(seed)
    forms = [chance.choice(AXIOMS) for _ in range(axioms)]
    forms += [chance.choice(SAID) for _ in range(said)]
    return HEAD + DECLARED + "\n".join(filled(form, chance) for form in forms)


def filled(form: str, chance: Random) -> str:
    """Return a statement with names in its places, no name twice in one kind of place."""
    classes, things = chance.sample(CLASSES, 3), chance.sample(THINGS, 2)
    properties = chance.sample(SIMPLE, 2)
    return form.format(
        A=classes[0],
        B=classes[1],
        C=classes[2],
        s=things[0],
        t=things[1],
        p=properties[0],
        q=properties[1],
        m=chance.choice(CHAINED),
        d=chance.choice(DATA),
        n=chance.randint(1, 4),
        side=chance.choice(("min", "max")),
    )

"""What OWL 2 DL itself defines: reserved terms, annotation properties, datatypes.

OWL 2 Structural Specification, sections 2.4 (reserved vocabulary), 4 (datatype map) and 5.5.
"""

from __future__ import annotations

from offlabel.terms import OWL as OWL
from offlabel.terms import RDF as RDF
from offlabel.terms import RDFS as RDFS
from offlabel.terms import XSD as XSD

RESERVED_NAMESPACES = (RDF, RDFS, OWL, XSD)


def _terms(namespace: str, names: str) -> frozenset[str]:
    return frozenset(namespace + name for name in names.split())


ANNOTATION_PROPERTIES = _terms(RDFS, "label comment seeAlso isDefinedBy") | _terms(
    OWL, "deprecated versionInfo priorVersion backwardCompatibleWith incompatibleWith"
)
"""Annotation properties that need no declaration."""

CLASSES = _terms(OWL, "Thing Nothing")
OBJECT_PROPERTIES = _terms(OWL, "topObjectProperty bottomObjectProperty")
DATA_PROPERTIES = _terms(OWL, "topDataProperty bottomDataProperty")

DATATYPES = (
    _terms(OWL, "real rational")
    | _terms(RDF, "PlainLiteral XMLLiteral langString")
    | _terms(RDFS, "Literal")
    | _terms(
        XSD,
        "decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger"
        " long int short byte unsignedLong unsignedInt unsignedShort unsignedByte double float"
        " string normalizedString token language Name NCName NMTOKEN boolean hexBinary"
        " base64Binary anyURI dateTime dateTimeStamp",
    )
)
"""The OWL 2 datatype map, with the name that RDF 1.1 gave to language-tagged strings."""

CALENDAR_DATATYPES = _terms(XSD, "date gYear")
"""Datatypes outside the map that this project uses all the same, because a source gives a day
or a year and no time. The reasoner gets them as `xsd:dateTime` and `xsd:integer`."""

FACETS = _terms(
    XSD, "length minLength maxLength pattern minInclusive maxInclusive minExclusive maxExclusive"
) | _terms(RDF, "langRange")

DECLARATION_KINDS = {
    OWL + "Class": "class",
    RDFS + "Datatype": "datatype",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "datatype property",
    OWL + "AnnotationProperty": "annotation property",
}
"""The types that declare an IRI, with the word for what it is."""

OBJECT_CHARACTERISTICS = _terms(
    OWL,
    "TransitiveProperty SymmetricProperty AsymmetricProperty ReflexiveProperty"
    " IrreflexiveProperty InverseFunctionalProperty",
)
"""Characteristics that only an object property may have."""

STRUCTURE = (
    _terms(RDF, "type first rest nil List")
    | _terms(RDFS, "subClassOf subPropertyOf domain range")
    | _terms(
        OWL,
        "Ontology imports versionIRI NamedIndividual Restriction FunctionalProperty onProperty"
        " onProperties someValuesFrom allValuesFrom hasValue hasSelf cardinality minCardinality"
        " maxCardinality qualifiedCardinality minQualifiedCardinality maxQualifiedCardinality"
        " onClass onDataRange onDatatype withRestrictions intersectionOf unionOf complementOf"
        " datatypeComplementOf oneOf equivalentClass disjointWith disjointUnionOf"
        " equivalentProperty propertyDisjointWith inverseOf propertyChainAxiom hasKey sameAs"
        " differentFrom AllDisjointClasses AllDisjointProperties AllDifferent members"
        " distinctMembers NegativePropertyAssertion sourceIndividual assertionProperty"
        " targetIndividual targetValue Axiom Annotation annotatedSource annotatedProperty"
        " annotatedTarget DeprecatedClass DeprecatedProperty",
    )
)

RESERVED_TERMS = (
    STRUCTURE
    | ANNOTATION_PROPERTIES
    | CLASSES
    | OBJECT_PROPERTIES
    | DATA_PROPERTIES
    | DATATYPES
    | CALENDAR_DATATYPES
    | FACETS
    | OBJECT_CHARACTERISTICS
    | frozenset(DECLARATION_KINDS)
)
"""Every reserved IRI that may be written; any other IRI of those namespaces is a slip."""

"""The graph as an owlready2 world: OWL classes and individuals as Python objects."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.axioms import axioms_from_quads
from offlabel.reasoning.facts import facts_from_quads
from offlabel.reasoning.hermit import find_java, has_reasoner
from offlabel.terms import OL

_IMPORTS = NamedNode(owl.OWL + "imports")


def world(quads: Iterable[Quad]) -> Any:
    """Load the graph, labels included, into a new `owlready2.World` of its own.

    Individuals are declared, because owlready2 sees no others; imports are left out, because
    nothing is ever fetched. Where the `reason` extra is installed, owlready2 is told of its Java;
    `owlready2.sync_reasoner_hermit(world, ignore_unsupported_datatypes=True)` then reasons in the
    world, passing over `xsd:date`, which HermiT refuses.
    """
    import owlready2

    if has_reasoner():
        owlready2.JAVA_EXE = str(find_java())
    kept = list(quads)
    statements = [
        statement
        for statement in facts_from_quads(kept).statements
        if statement.predicate != _IMPORTS
    ]
    declarations = axioms_from_quads(kept).declarations
    triples = (Triple(*statement) for statement in dict.fromkeys([*statements, *declarations]))
    ntriples = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    new = owlready2.World()
    new.get_ontology(OL).load(fileobj=io.BytesIO(ntriples), only_local=True)
    return new

"""What each IRI was declared as: class, datatype, or one of three kinds of property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pyoxigraph import NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Lookup, Term


class Kinds:
    """Say what each IRI was declared as."""

    def __init__(self, facts: Lookup) -> None:
        """Collect the declarations among the facts."""
        declared: dict[str, set[str]] = defaultdict(set)
        for type_iri, kind in owl.DECLARATION_KINDS.items():
            for node in facts.instances(NamedNode(type_iri)):
                if isinstance(node, NamedNode):
                    declared[node.value].add(kind)
        for iris, kind in (
            (owl.ANNOTATION_PROPERTIES, "annotation property"),
            (owl.OBJECT_PROPERTIES, "object property"),
            (owl.DATA_PROPERTIES, "datatype property"),
            (owl.CLASSES, "class"),
            (owl.DATATYPES | owl.CALENDAR_DATATYPES, "datatype"),
        ):
            for iri in iris:
                declared[iri].add(kind)
        self.declared: Mapping[str, set[str]] = declared

    def of(self, term: Term) -> set[str]:
        """Give the kinds of a term; a blank node or an undeclared IRI has none."""
        return self.declared.get(term.value, set()) if isinstance(term, NamedNode) else set()

    def is_a(self, kind: str, term: Term) -> bool:
        """Say whether a term was declared as a kind."""
        return kind in self.of(term)

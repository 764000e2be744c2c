"""Write an invented ontology of the size of the Gene Ontology, where that is not at hand.

Its classes have what GO's have: a label, a definition, synonyms, and parents of which some have
several. One seed, one ontology. Nothing of ours maps to it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

CLASSES = 47_000
_HEAD = """\
@prefix : <http://example.org/MADEUP_> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/made-up.owl> a owl:Ontology ; owl:versionInfo "1" .
"""
_WORDS = ("aba", "bec", "cid", "dof", "eku", "fal", "gim", "hon", "ipu", "jat", "kel", "lis")


def write_ontology(path: Path, classes: int = CLASSES) -> Path:
    """Write it as Turtle; return the path."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.writelines(_blocks(classes))
    return path


def _blocks(classes: int) -> Iterator[str]:
    dice = random.Random(1)
    for number in range(classes):
        name = f"made-up {' '.join(dice.choices(_WORDS, k=3))} {number}"
        lines = [f':{number:07} a owl:Class ; rdfs:label "{name}"']
        lines.append(f'obo:IAO_0000115 "An invented class that has the number {number}."')
        for kind in range(dice.randrange(4)):
            lines.append(f'oio:hasExactSynonym "{name}, also {kind}"')
        parents = {dice.randrange(number) for _ in range(dice.choice((1, 1, 2)))} if number else ()
        lines += [f"rdfs:subClassOf :{parent:07}" for parent in sorted(parents)]
        yield " ;\n    ".join(lines) + " .\n"

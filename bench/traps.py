"""Time each form that `validate` calls slow, and what it tells to write instead.

`python bench/traps.py [STUDIES …]` asks both of made-up graphs of several sizes and prints the
milliseconds of the processor. The form grows with the graph, or with its square; the other does
not grow faster than its answer. tests/test_query_growth.py holds the engine to that.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from offlabel.terms import BASE, prefixes
from scale import asked, made_up

SIZES = (300, 1_200, 3_000)
STUDY = f"VALUES ?study {{ <{BASE}study/made-up-3> }}"
ASKED = (
    f"VALUES ?drug {{ <{BASE}drug/made-up-3> }} ?class ol:ofDrug ?drug . "
    "?question ol:subject ?class . "
)
ASSESSED = ASKED + "?assessment ol:about ?question . "
COUNTED = "SELECT ?study (COUNT(?arm) AS ?arms) {{ {} ?study ol:hasArm ?arm }} GROUP BY ?study"
FAR = (
    "?other ol:reportedIn ?source ; ol:hasArm ?arm . ?same ol:hasArm ?arm ; ol:mainResult ?main . "
    "?again ol:mainResult ?main ; rdfs:label ?label ; ol:hasArm ?part . ?last ol:hasArm ?part ; "
    "ol:hasDesign ?design ; ol:inCondition ?condition ."
)


@dataclass(frozen=True)
class Pair:
    """A slow form and one that gives the same rows; what stands between WHERE's braces."""

    slow: str
    quick: str
    is_square: bool = False  # the slow form grows with the square of the graph


PAIRS: Mapping[str, Pair] = {
    "begins-at-the-wrong-end": Pair(
        ASKED
        + "OPTIONAL { ?class rdfs:label ?label } ?line a ol:EvidenceLine ; ol:about ?question",
        ASKED
        + "?line a ol:EvidenceLine ; ol:about ?question OPTIONAL { ?class rdfs:label ?label }",
    ),
    "exists-of-all": Pair(
        "?study a ol:Study FILTER EXISTS { ?study ol:reportedIn ?source . ?source ol:year ?year }",
        "?study a ol:Study FILTER EXISTS { ?study ol:reportedIn ?source "
        "FILTER EXISTS { ?source ol:year ?year } }",
        is_square=True,
    ),
    "group-from-the-wrong-end": Pair(
        "?study a ol:Study { ?part a ol:Arm . ?study ol:hasArm ?part } "
        "UNION { ?study ol:mainResult ?part }",
        "?study a ol:Study { ?study ol:hasArm ?part FILTER EXISTS { ?part a ol:Arm } } "
        "UNION { ?study ol:mainResult ?part }",
        is_square=True,
    ),
    "group-of-minus": Pair(
        STUDY + " ?study ol:enrolled ?n { ?study ol:hasArm ?arm MINUS { ?arm a ol:Study } }",
        STUDY + " ?study ol:enrolled ?n "
        "{ ?study ol:hasArm ?arm FILTER NOT EXISTS { ?arm a ol:Study } }",
    ),
    "group-of-subselect": Pair(
        f"{STUDY} ?study ol:enrolled ?n {{ {COUNTED.format('')} }}",
        f"{STUDY} ?study ol:enrolled ?n {{ {COUNTED.format(STUDY)} }}",
    ),
    "group-with-outer-variable": Pair(
        STUDY + " ?study ol:enrolled ?n "
        "{ ?study ol:hasArm ?arm . ?arm ol:receives ?regimen FILTER (COALESCE(?n, 0) >= 0) }",
        STUDY + " ?study ol:enrolled ?n "
        "{ ?study ol:hasArm ?arm . ?arm ol:receives ?regimen } FILTER (COALESCE(?n, 0) >= 0)",
    ),
    "minus-of-all": Pair(
        STUDY + " ?study ol:enrolled ?n MINUS { ?study ol:hasDesign ol:CaseReport }",
        STUDY + " ?study ol:enrolled ?n FILTER NOT EXISTS { ?study ol:hasDesign ol:CaseReport }",
    ),
    "optional-after-much": Pair(
        f"{STUDY} ?study ol:reportedIn ?source . {FAR} OPTIONAL {{ ?study rdfs:label ?printed }}",
        f"{STUDY} ?study ol:reportedIn ?source . OPTIONAL {{ ?study rdfs:label ?printed }} {FAR}",
    ),
    "optional-after-optional": Pair(
        "?study ol:mainResult ?any OPTIONAL { ?study ol:mainResult ?main } "
        "OPTIONAL { ?main ol:direction ?direction }",
        "?study ol:mainResult ?any OPTIONAL { ?study ol:mainResult ?main "
        "OPTIONAL { ?main ol:direction ?direction } }",
        is_square=True,
    ),
    "optional-of-chain": Pair(
        ASSESSED + "OPTIONAL { ?assessment ol:hasGrade/ol:certainty/skos:notation ?printed }",
        ASSESSED + "OPTIONAL { ?assessment ol:hasGrade ?grade OPTIONAL { "
        "?grade ol:certainty ?certainty OPTIONAL { ?certainty skos:notation ?printed } } "
        "FILTER (BOUND(?printed)) }",
    ),
    "optional-of-minus": Pair(
        STUDY
        + " ?study ol:enrolled ?n OPTIONAL { ?study ol:hasArm ?arm MINUS { ?arm a ol:Study } }",
        STUDY + " ?study ol:enrolled ?n "
        "OPTIONAL { ?study ol:hasArm ?arm FILTER NOT EXISTS { ?arm a ol:Study } }",
    ),
    "optional-of-several": Pair(
        STUDY + " ?study ol:enrolled ?n "
        "OPTIONAL { ?study ol:reportedIn ?source ; ol:hasDesign ?design }",
        STUDY + " ?study ol:enrolled ?n OPTIONAL { ?study ol:reportedIn ?source "
        "OPTIONAL { ?study ol:hasDesign ?design } FILTER (BOUND(?design)) }",
    ),
    "optional-of-subselect": Pair(
        f"{STUDY} ?study ol:enrolled ?n OPTIONAL {{ {COUNTED.format('')} }}",
        f"{STUDY} ?study ol:enrolled ?n {{ {COUNTED.format(STUDY)} }}",
    ),
    "optional-with-outer-variable": Pair(
        STUDY + " ?study ol:enrolled ?n "
        "OPTIONAL { { ?study ol:hasArm ?arm FILTER (COALESCE(?n, 0) >= 0) } }",
        STUDY + " ?study ol:enrolled ?n "
        "OPTIONAL { ?study ol:hasArm ?arm FILTER (COALESCE(?n, 0) >= 0) }",
    ),
    "product": Pair(
        "?study ol:hasArm ?arm . ?result ol:resultOf ?of FILTER (?of = ?arm)",
        "?study ol:hasArm ?arm . ?result ol:resultOf ?arm",
        is_square=True,
    ),
}


def query(body: str) -> str:
    """Return the whole query of a form."""
    return f"{prefixes().sparql()}\nSELECT * {{ {body} }}"


def main(sizes: tuple[int, ...]) -> None:
    """Print a line for each form: its milliseconds at each size, and those of the other."""
    stores = [made_up(studies) for studies in sizes]
    heads = "".join(f"{f'{studies:,}':>10}" for studies in sizes)
    print(f"{'ms at so many studies':<30}{heads}   instead{heads}")
    for name, pair in PAIRS.items():
        slow, quick = (
            "".join(f"{asked(store.store, query(body)).milliseconds:>10.2f}" for store in stores)
            for body in (pair.slow, pair.quick)
        )
        print(f"{name:<30}{slow}          {quick}", flush=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)

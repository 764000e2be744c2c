"""Slow forms of a query are found where the engine would read the whole graph, and only there."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Store

from offlabel.paths import find_roots
from offlabel.queries.library import list_queries
from offlabel.rules import read_rules
from offlabel.sparql.algebra import Node, One, Pattern, Two, Union, Values, is_empty
from offlabel.sparql.plan import plan
from offlabel.sparql.reader import read
from offlabel.sparql.traps import KINDS, Trap, advice, find_traps
from offlabel.stores.sparqltext import with_values
from rules import shared
from traps import PAIRS, query

ENGINE = Path(sys.executable).with_name("oxigraph")
JOINS = {"join": "Join", "optional": "LeftJoin", "minus": "AntiJoin"}
FRESH = re.compile(r"\?(_:.*|[0-9a-f]{24,32})")  # a variable that stands for a blank node

SAVED = {
    one.slug: with_values(one.text, dict.fromkeys(one.parameters, NamedNode("urn:any")))
    for one in list_queries(find_roots())
}
TEXTS = {
    **SAVED,
    **{rule.name: rule.text for rule in read_rules(shared())},
    **{f"{name}, slow": query(pair.slow) for name, pair in PAIRS.items()},
    **{f"{name}, quick": query(pair.quick) for name, pair in PAIRS.items()},
}


def end(term: str) -> str:
    """Return an end of a pattern as far as both name it alike."""
    return "?" if FRESH.fullmatch(term) else term if term[:1] in "?<" else "literal"


def keys(names: list[str]) -> tuple[str, ...]:
    """Return what a join goes by, in one order."""
    return tuple(sorted(end(f"?{name}") for name in names))


def ours(node: Node) -> Any:
    """Return the joins and patterns of a plan of ours."""
    match node:
        case Pattern(path=None):
            return end(node.subject), node.predicate, end(node.object)
        case Pattern():
            return end(node.subject), "path", end(node.object)
        case Values():
            return tuple(sorted(node.variables))
        case Union():
            return ["Union", *sorted(map(ours, node.branches), key=str)]
        case One():
            return ours(node.inner)
        case Two(kind="lateral"):
            inner = node.right
            if isinstance(inner, Two) and inner.kind == "optional" and is_empty(inner.left):
                return ["ForLoopLeftJoin", ours(node.left), ours(inner.right)]
            return ["Lateral", ours(node.left), ours(node.right)]
        case Two():
            return [JOINS[node.kind], keys(list(node.keys)), ours(node.left), ours(node.right)]
    raise AssertionError(node)


def theirs(node: dict[str, Any]) -> Any:
    """Return the joins and patterns of a plan that the engine explains."""
    found = re.fullmatch(r"(\w+)(?:\((.*)\))?", node["name"], re.DOTALL)
    assert found
    name, inside, children = found[1], found[2] or "", node["children"]
    if name in ("QuadPattern", "Path"):
        subject, rest = inside.split(" ", 1)
        predicate, last = rest.rsplit(" ", 1) if name == "Path" else rest.split(" ", 1)
        return end(subject), "path" if name == "Path" else predicate, end(last)
    if name == "StaticBindings":
        return tuple(sorted(re.findall(r"\?(\w+)", inside.split(")")[0])))
    if name == "Union":
        return ["Union", *sorted(map(theirs, children), key=str)]
    if name in ("Lateral", "ForLoopLeftJoin"):
        return [name, *map(theirs, children[:2])]
    if name in JOINS.values():
        named = re.findall(r"\?(\w+)", inside.partition("keys = ")[2].split(", expression")[0])
        return [name, keys(named), *map(theirs, children[:2])]
    return theirs(children[0])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store without a statement."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    Store(str(folder)).flush()
    return folder


@pytest.mark.growth
@pytest.mark.parametrize("name", TEXTS)
def test_plans_are_those_of_the_engine(name: str, empty: Path, tmp_path: Path) -> None:
    """What we make of a text has the same joins, in the same order, as the engine explains."""
    explained = tmp_path / "plan.json"
    command = [str(ENGINE), "query", "--location", str(empty), "--union-default-graph"]
    form = "nt" if re.search("^CONSTRUCT", TEXTS[name], re.MULTILINE) else "tsv"
    # It explains the plan, and fails then where a function of ours is called.
    subprocess.run(
        [*command, "--explain-file", str(explained), "--results-format", form],
        input=TEXTS[name], text=True, check=False, capture_output=True,
    )  # fmt: skip
    node = read(TEXTS[name])

    assert node is not None
    assert theirs(json.loads(explained.read_text())["plan"]) == ours(plan(node))


def test_each_kind_is_measured() -> None:
    """For each kind there is a slow form and a quick one."""
    assert KINDS.keys() == PAIRS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_slow_form_is_found_and_quick_one_is_not(name: str) -> None:
    """A slow form has its own name and no other; what is told to write instead has none."""
    assert [name] == [trap.name for trap in find_traps(query(PAIRS[name].slow))]
    assert [] == find_traps(query(PAIRS[name].quick))


def test_line_is_that_of_the_form() -> None:
    """A trap stands on the line of its OPTIONAL or pattern, whatever stands before it."""
    text = (
        '# { OPTIONAL {\nPREFIX : <https://example.org/#>\nSELECT * {\n  :a :p ?a ; :q "}" .\n'
        "  OPTIONAL {\n    ?a :r ?b ; :s ?c }\n"
        "  FILTER EXISTS {\n    ?a :r ?d .\n    ?d :s ?e }\n}"
    )

    assert [Trap("optional-of-several", 5), Trap("exists-of-all", 9)] == find_traps(text)


def test_what_does_not_grow_is_no_trap() -> None:
    """A table that is as long in every graph may be read whole."""
    text = "SELECT * { <urn:a> <urn:p> ?a OPTIONAL { ?a <urn:q> ?b ; <urn:r> ?c } }"

    assert ["optional-of-several"] == [trap.name for trap in find_traps(text)]
    assert [] == find_traps(text, {"urn:q", "urn:r"})


def test_whole_reports_have_no_trap() -> None:
    """What is asked of everything may be evaluated for everything at once: that is linear."""
    pair = PAIRS["optional-of-several"]
    text = re.sub(r"VALUES \S+ \{[^}]*\}", "", query(pair.slow))

    assert "VALUES" not in text
    assert [] == find_traps(text)


def test_advice_knows_the_prefixes_of_the_project() -> None:
    """Advice speaks of lines as they were written, at most three."""
    slow = "SELECT * {\n" + "".join(
        f"  ?study{n} a ol:Study FILTER EXISTS {{ ?study{n} ol:hasArm ?arm{n} . "
        f"?arm{n} rdfs:label ?label{n} }}\n"
        for n in range(5)
    )
    told = advice(slow + "}")

    assert [2, 3, 4] == [int(line) for line in re.findall(r"Line (\d+): ", told)]
    assert KINDS["exists-of-all"].remedy in told
    assert "" == advice("SELECT * { ?study a ol:Study }")


HOSTILE: dict[str, Callable[[int], str]] = {
    "one group of many patterns": lambda n: "SELECT * {" + " ?a ?b ?c ." * n + "}",
    "many variables": lambda n: "SELECT * {"
    + "".join(f" ?a{i} <urn:p> ?a{i + 1} ." for i in range(n)),
    "many OPTIONALs": lambda n: "SELECT * {" + " OPTIONAL { ?a <urn:p> ?b }" * n + "}",
    "groups in one another": lambda n: "SELECT * " + "{" * n + "?a ?b ?c" + "}" * n,
    "OPTIONALs in one another": lambda n: "SELECT * {" + "?a ?b ?c OPTIONAL {" * n + "}" * n,
    "many groups": lambda n: "SELECT * {"
    + "{ ?a <urn:p> ?b OPTIONAL { ?b <urn:q> ?c ; <urn:r> ?d } } UNION" * n + "{} }",
    "long paths": lambda n: "SELECT * { ?a " + "<urn:p>/" * n + "<urn:p> ?b }",
    "nested paths": lambda n: "SELECT * { ?a " + "(" * n + "<urn:p>" + ")*" * n + " ?b }",
    "expressions in one another": lambda n: "SELECT * { FILTER " + "(" * n + "?a" + ")" * n + "}",
    "values": lambda n: "SELECT * { VALUES ?a {" + " 1" * n + "} }",
    "lists in one another": lambda n: "SELECT * { ?a ?b " + "(" * n + ")" * n + "}",
    "never closed": lambda n: "SELECT * { VALUES (" + "?a " * n,
    "only marks": lambda n: "SELECT * { " + "| / ^ ; , [ ( " * n,
    "no SPARQL at all": lambda n: "é\x00{(" * n,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_no_time(name: str) -> None:
    """A text of any form is looked at in time that grows with its length, or is left alone."""
    took = []
    for size in (2_500, 10_000):
        text = HOSTILE[name](size)
        start = time.process_time()
        find_traps(text)
        took.append(time.process_time() - start)

    assert took[1] < 10 * max(took[0], 0.1)

"""The package is a stack: a module imports from its own layer or from a lower one."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "offlabel"

# Low to high; docs/architecture.md shows the same stack. Names on one line are one layer.
LAYERS = (
    {"errors", "paths", "spelling", "terms", "writing"},
    {"sources"},
    {"sparql"},
    {"rules"},
    {"stores"},
    {"names"},
    {"queries"},
    {"reasoning"},
    {"validation"},
    {"links"},
    {"evidence"},
    {"plots"},
    {"exports"},
    {"api"},
    {"mcp", "web"},
    {"", "cli", "__main__"},
)
RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# Each takes longer to import than a saved query takes to answer.
HEAVY = {
    "Crypto",
    "curies",
    "httpx",
    "jinja2",
    "matplotlib",
    "mcp",
    "owlready2",
    "pandas",
    "polars",
    "pydantic",
    "prometheus_client",
    "pyshacl",
    "rdflib",
    "SPARQLWrapper",
    "starlette",
    "tantivy",
    "tenacity",
    "uvicorn",
}


def module_name(path: Path) -> str:
    """Return the dotted name of a module file of the package."""
    parts = ("offlabel", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_name(module: str) -> str:
    """Return the part of a dotted module name that the layers speak of."""
    return [*module.split("."), ""][1]


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of each import of the package's own modules, wherever it stands."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" if base == "offlabel" else base for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "offlabel")


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_downward(path: Path) -> None:
    """A module imports nothing from a layer above its own."""
    own = RANKS[layer_name(module_name(path))]
    upward = [
        f"{path.name}:{line} imports {name}"
        for line, name in imported_modules(path)
        if RANKS.get(layer_name(name), own) > own
    ]

    assert [] == upward


def test_every_module_has_a_layer() -> None:
    """Each module and package at the top of offlabel stands in the stack."""
    assert set() == {layer_name(module_name(path)) for path in MODULES} - set(RANKS)


def test_starting_is_light() -> None:
    """Importing offlabel and its command line loads no heavy library."""
    script = (
        "import sys, offlabel, offlabel.cli; print(*{name.split('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert set() == HEAVY & set(loaded)


def test_docs_show_the_same_stack() -> None:
    """docs/architecture.md lists the layers in the same order, from the top."""
    page = (SOURCE.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [set(re.findall(r"`(\w+)`", row)) for row in re.findall(r"^\| (`.*?) \|", page, re.M)]
    expected = [names - {"", "__main__"} for names in reversed(LAYERS)]

    assert expected == [row for row in rows if row and row <= set(RANKS)]

"""`offlabel why`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from offlabel.cli.options import dated_store_options, output_option
from offlabel.cli.output import chosen_format, is_terminal, write_bytes
from offlabel.paths import Roots
from offlabel.stores.base import Store

if TYPE_CHECKING:
    from rich.tree import Tree

    from offlabel.evidence.why import Node

FORMATS = ("text", "json")
# What a reader looks for first stands out; the rest is plain.
_STYLES = {"thing": "bold", "claim": "bold", "passage": "green", "rule": "cyan", "flag": "yellow"}


@click.command()
@click.argument("thing")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@dated_store_options
def command(thing: str, form: str | None, output: Path | None, store: Store, roots: Roots) -> None:
    """Show the proof of THING: its claims down to passages, what rules derived down to premises."""
    import json
    from dataclasses import asdict

    from offlabel.evidence.why import as_lines, why
    from offlabel.names import get_thing

    proof = why(store, roots, get_thing(store, thing))
    if chosen_format(form, output, FORMATS) == "json":
        text = json.dumps(asdict(proof), ensure_ascii=False, indent=2)
    elif output is None and is_terminal():
        from rich.console import Console

        Console(highlight=False).print(_tree(proof))
        return
    else:
        text = "\n".join(as_lines(proof))
    write_bytes(f"{text}\n".encode(), output)


def _tree(node: Node) -> Tree:
    """Return a proof as a tree that wraps its lines to the width of the terminal."""
    from rich.text import Text
    from rich.tree import Tree

    curie = f" ({node.curie})" if node.curie else ""
    tree = Tree(Text.assemble((node.text, _STYLES.get(node.kind, "")), (curie, "dim")))
    for child in node.rests_on:
        tree.children.append(_tree(child))
    return tree

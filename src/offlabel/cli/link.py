"""`offlabel link`: outside ontologies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import data_options, output_option, store_options
from offlabel.cli.output import chosen_format, is_coloured, is_terminal, width, write_bytes
from offlabel.cli.progress import counted, progress
from offlabel.errors import OfflabelError
from offlabel.paths import Roots
from offlabel.stores.base import Store


@click.group()
def command() -> None:
    """Import outside ontologies, check mappings against them, and look for new ones."""


@command.command("import")
@click.argument("file", metavar="FILE|PACKAGE:NAME")
@click.option("--name", help="Call it so; else the first word of the file's name.")
def import_(file: str, name: str | None) -> None:
    """Import an ontology from FILE: OWL in any syntax, N-Triples, OBO, OBO Graphs JSON.

    OWL is told by the ending: .owl or .rdf for RDF/XML, .ttl for Turtle, .ofn for functional
    syntax, .owx for OWL/XML, .omn for Manchester. The file may be gzipped. PACKAGE:NAME is one
    that an installed package ships, such as cellxgene-ontology-guide:MONDO. A table of mappings
    between outside vocabularies, .sssom.tsv, serves `link check`. What an ontology imports is not
    fetched, and what it says of things of this project is left out. It stands beside the built
    stores; one of the same name is replaced, but stays whole until all of it has been read.
    """
    from offlabel.links.library import Library
    from offlabel.links.readers.guide import PACKAGE, file_of_package, files_of_package

    package, _, ontology = file.partition(":")
    if file == PACKAGE and not Path(file).exists():
        known = ", ".join(files_of_package())
        raise OfflabelError(f"Say which ontology of the package: {PACKAGE}:NAME. It has {known}.")
    path = file_of_package(ontology) if ontology and package == PACKAGE else Path(file)
    with counted(f"Importing {path.name}") as moved:
        entry = Library().add(path, name, progress=moved)
    version = f" {entry.version}" if entry.version else ""
    click.echo(f"{entry.name}{version}: {entry.terms:,} terms, {entry.triples:,} statements")
    if entry.left_out:
        click.echo(
            f"Left out: {entry.left_out:,} statements about things or in terms of this project; "
            "mappings stand in data/mappings only.",
            err=True,
        )


@command.command("list")
def list_() -> None:
    """List the imported ontologies, and what endpoints were asked for."""
    from offlabel.links.enrich.shelf import Shelf
    from offlabel.links.library import Library

    entries = Library().entries()
    for name, (count, day) in sorted(Shelf().counts().items()):
        click.echo(f"{name}  {count:,} statements fetched, the last on {day}")
    for entry in entries:
        size = f"{entry.terms:,} terms" if entry.terms else f"{entry.triples:,} statements"
        click.echo(
            f"{entry.name}  {entry.version or 'no version stated'}  {size}  "
            f"{entry.licence or 'no licence stated'}  sha256 {entry.sha256[:12]}  "
            f"from {entry.file} on {entry.imported[:10]}"
        )
    if not entries:
        click.echo("No ontology is imported. Import one: offlabel link import FILE", err=True)


@command.command("remove")
@click.argument("name")
@click.option("--of", "kind", type=click.Choice(("file", "endpoint")), help="Where both have it.")
def remove(name: str, kind: str | None) -> None:
    """Remove an imported ontology, or what a source was asked for with `link enrich`."""
    from offlabel.links.enrich.shelf import Shelf
    from offlabel.links.library import Library

    library, shelf = Library(), Shelf()
    is_there = {
        "file": name in {entry.name for entry in library.entries()},
        "endpoint": name in shelf.counts(),
    }
    if kind is None and all(is_there.values()):
        raise OfflabelError(
            f"{name} is an imported file and a source that was asked. "
            "Give --of file or --of endpoint."
        )
    with progress(f"Removing {name} ..."):
        if kind == "endpoint" or (kind is None and is_there["endpoint"]):
            shelf.drop(name)
        else:
            library.remove(name)


@command.command("enrich")
@click.argument("name", required=False, metavar="[SOURCE]")
@click.option("--endpoint", metavar="URL", help="Ask this endpoint instead of the source's own.")
@click.option("--batch", type=click.IntRange(1), help="How many ids at a time.")
@click.option("--timeout", type=click.IntRange(1), default=60, show_default=True, metavar="SECONDS")
@click.option("--tries", type=click.IntRange(1, 20), default=4, show_default=True)
@click.option("--fresh", is_flag=True, help="Ask anew what was answered in the last 30 days.")
@data_options
def enrich(
    name: str | None,
    endpoint: str | None,
    batch: int | None,
    timeout: int,
    tries: int,
    fresh: bool,
    roots: Roots,
) -> int:
    """Fetch what SOURCE says of the outside terms that things here map to.

    Without SOURCE, list the sources. An answer stands in a graph that names endpoint and time; it
    is seen by queries over outside ontologies. Answers are kept for 30 days. Exit code 1: some
    batches had no answer, and those that had one are kept; run it again for the rest.
    """
    from dataclasses import replace

    from offlabel.links.enrich.asking import Manner, ask
    from offlabel.links.enrich.shelf import Shelf
    from offlabel.links.enrich.source import federated, get_federated, mapped_ids
    from offlabel.stores.disk import DiskStore

    if name is None:
        for known in federated(roots).values():
            click.echo(f"{known.name}  {known.title}.\n    {known.endpoint}")
        return 0
    source = get_federated(roots, name)
    source = replace(source, endpoint=endpoint or source.endpoint, batch=batch or source.batch)
    store = DiskStore.from_roots(roots)
    shelf = Shelf()
    ids = source.mapped(store)
    if not ids:
        raise OfflabelError(f"Nothing here maps to {source.ids}, so there is nothing to ask.")
    with counted(f"Asking {name}") as moved:
        manner = Manner(timeout=timeout, tries=tries, fresh=fresh)
        outcome = ask(
            source, ids, manner, moved, mapped=mapped_ids(store), before=shelf.known(name)
        )
    if not outcome.answers:
        _, reason = outcome.failures[0]
        raise OfflabelError(
            f"{name} answered nothing: {reason} What was there before is unchanged."
        )
    for missed, reason in outcome.failures:
        others = f" and {len(missed) - 1} more" if missed[1:] else ""
        click.echo(
            f"No answer for {missed[0].value}{others}: {reason} What was there before stays.",
            err=True,
        )
    if outcome.left_out:
        click.echo(
            f"Left out: {outcome.left_out:,} statements about our things or not asked for.",
            err=True,
        )
    failed = {node for missed, _ in outcome.failures for node in missed}
    count = shelf.put(source, outcome.answers, failed)
    kept = sum(answer.is_kept for answer in outcome.answers)
    click.echo(
        f"{name}: {count:,} statements on {len(ids) - len(failed):,} of {len(ids):,} ids"
        + (f"; {kept} of {len(outcome.answers)} batches were kept from before" if kept else "")
    )
    return 1 if failed else 0


@command.command("check")
@click.option(
    "-f", "--format", "form", type=click.Choice(("json", "sarif", "text")), help="Default: text."
)
@output_option
@data_options
def check(form: str | None, output: Path | None, roots: Roots) -> int:
    """Check the mapping tables: ids that are gone, obsolete, misnamed, implausible or excluded.

    What ontologies tell counts for the imported ones; the rest is checked without. Exit code 0:
    nothing wrong; 1: something is; 2: it could not be checked.
    """
    from offlabel.links.library import Library
    from offlabel.links.report import check_mappings
    from offlabel.validation.formats import FORMATS

    library = Library()
    if not library.entries():
        click.echo("No ontology is imported, so ids and labels are not checked.", err=True)
    report = check_mappings(roots, library)
    is_shown = output is None and is_terminal()
    name = chosen_format(form, output, ("text", "json", "sarif"))
    text = FORMATS[name](
        report,
        colour=is_shown and is_coloured(),
        width=width() if is_shown else None,
    )
    write_bytes(f"{text}\n".encode(), output)
    return report.exit_code


@command.command("suggest")
@click.argument("things", nargs=-1, metavar="[THING]...")
@click.option("--from", "ontology", metavar="NAME", help="Only from this imported ontology.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(("text", "tsv")),
    help="Default: text; SSSOM is tsv.",
)
@output_option
@store_options
def suggest(
    things: tuple[str, ...],
    ontology: str | None,
    limit: int,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Suggest outside terms for each THING, or for all that have no mapping, by name.

    Candidates stand in order of a score from 0 to 1. Nothing is applied: keep the rows that are
    right in a table of data/mappings.
    """
    from offlabel.links.library import Library
    from offlabel.links.proposals import as_sssom, as_text, propose
    from offlabel.links.suggest import Index
    from offlabel.names import get_thing
    from offlabel.queries.library import get_query
    from offlabel.queries.run import run

    library = Library()
    graphs = library.graphs(ontology)
    if things:
        asked = [get_thing(store, name) for name in things]
    else:
        rows = run(store, get_query(roots, "link/things-without-mapping"))
        asked = [get_thing(store, str(row["thing"])) for row in rows]
    with progress("Reading names ..."):
        index = Index(library.store(), graphs)
    found = propose(store, index, asked, limit)
    name = chosen_format(form, output, ("text", "tsv"))
    text = as_sssom(found, date.today()) if name == "tsv" else as_text(found)
    write_bytes(text.encode(), output)


@command.command("resolve")
@click.argument("name", metavar="CURIE|IRI")
@store_options
def resolve(name: str, store: Store, roots: Roots) -> None:
    """Say what is known of an outside id: its term, what is above it, and what maps to it."""
    from offlabel.links.library import Library
    from offlabel.links.resolve import resolve as look_up

    click.echo(look_up(name, store, Library()), nl=False)

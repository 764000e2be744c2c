"""`offlabel status`."""

from __future__ import annotations

from datetime import datetime

import click

from offlabel.cli.options import data_options
from offlabel.paths import Roots, shown


@click.command()
@data_options
def command(roots: Roots) -> None:
    """Say which sources and which store are in use, and whether they agree."""
    from collections import Counter

    from offlabel.sources.files import discover
    from offlabel.stores import room
    from offlabel.stores.disk import current, folder, state, statements
    from offlabel.web.settings import Settings

    counts = Counter(file.role for file in discover(roots))
    click.echo(f"ontology   {shown(roots.ontology)}")
    for data in roots.data:
        click.echo(f"data       {shown(data)}")
    for queries in roots.queries:
        click.echo(f"queries    {shown(queries)}")
    click.echo("files      " + ", ".join(f"{n} {role}" for role, n in sorted(counts.items())))
    snapshot = current(roots)
    if snapshot is None:
        click.echo(f"store      none yet, in {folder(roots)}")
        return
    built = datetime.fromtimestamp(snapshot.built).strftime("%Y-%m-%d %H:%M:%S")
    fresh = snapshot.fingerprint == state(roots)
    click.echo(f"store      {snapshot.path}")
    click.echo(f"built      {built}, {'up to date' if fresh else 'stale: the sources changed'}")
    number = statements(snapshot)
    click.echo(f"statements {number:,}")
    settings = Settings(roots)
    most, free = room.needed(number, settings.copies) >> 20, room.free() >> 20
    place = settings.place(number)
    click.echo(
        f"serve      from {place}: needs at most {most:,} MB of memory, {free:,} MB are free"
    )

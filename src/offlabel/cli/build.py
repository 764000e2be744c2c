"""`offlabel build`."""

from __future__ import annotations

import time

import click

from offlabel.cli.options import data_options
from offlabel.paths import Roots


@click.command()
@data_options
def command(roots: Roots) -> None:
    """Build the store anew from the sources and swap it in.

    Other commands build it by themselves when the sources changed.
    """
    from offlabel.stores.disk import DiskStore, build

    start = time.monotonic()
    store = DiskStore(build(roots))
    click.echo(
        f"Built {len(store.store):,} statements in {time.monotonic() - start:.1f} s: "
        f"{store.snapshot.path}"
    )

"""`offlabel validate`."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offlabel.cli.options import data_options
from offlabel.cli.progress import progress
from offlabel.paths import Roots, shown

if TYPE_CHECKING:
    from offlabel.validation import Report
    from offlabel.validation.run import Session

ENGINES = ("fast", "pyshacl")
FORMATS = ("json", "sarif", "text")
_NAMED = 3  # files that the heading of a save names


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--all", "everything", is_flag=True, help="With PATH: these first, then the rest.")
@click.option("--watch", "watching", is_flag=True, help="Check again whenever a file is saved.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="text for people; json and sarif (2.1.0) for programs.",
)
@click.option(
    "--source",
    "document",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The text of an article: compare offsets and checksums of its passages with it.",
)
@click.option(
    "--source-id",
    metavar="SLUG",
    help="Which source FILE is, for example droracle-2025; else it is found by its checksum.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="fast",
    show_default=True,
    help="What runs the shapes: compiled, or pySHACL, the slow validator of record.",
)
@click.option(
    "--reason/--no-reason",
    default=None,
    help="Let HermiT judge everything, or nothing; else the ontology, when that changed. Without"
    " it, contradictions in the data are found only between kinds and between values.",
)
@click.option("--fresh", is_flag=True, help="Check again even where nothing changed.")
@data_options
def command(
    paths: tuple[Path, ...],
    everything: bool,
    watching: bool,
    form: str,
    document: Path | None,
    source_id: str | None,
    engine: str,
    reason: bool | None,
    fresh: bool,
    roots: Roots,
) -> int:
    """Check everything, and say of each problem where it is and what to do.

    Syntax of all files, OWL 2 DL profile, consistency, SHACL shapes, dangling references, saved
    queries, with --source the passages of an article, and the mappings against those ontologies
    that are imported. Only what changed since the last run is looked at again.

    With PATH, a file or a folder, only what concerns it is told; it may be a draft outside the
    project, which knows the drafts beside it. Exit code 0: it conforms (there may be warnings); 1:
    it does not; 2: it could not be checked.
    """
    from offlabel.links.library import Library
    from offlabel.links.report import check_mappings
    from offlabel.validation.chosen import chosen_files, report_first_on, report_on, with_drafts
    from offlabel.validation.report import merged
    from offlabel.validation.run import Session

    if source_id and document is None:
        raise click.UsageError("--source-id says which source a document is: give --source FILE.")
    if everything and not paths:
        raise click.UsageError("--all goes with PATH: without one, everything is told.")
    if watching and (form != "text" or document):
        raise click.UsageError("--watch tells what it finds as text, and compares no document.")
    roots = with_drafts(roots, paths)
    files = [file.path for file in chosen_files(roots, paths)]
    session = Session(roots, engine=engine, reason=reason, fresh=fresh)
    if watching:
        return _watch(session, roots, files)
    with _kept(), progress("Checking syntax, profile, consistency, shapes, links and queries ..."):
        report = session.check(document, source_id)
        library = Library()
        if library.entries():
            report = merged(report, check_mappings(roots, library))
    if paths:
        narrow = report_first_on if everything else report_on
        report = narrow(report, files, roots)
    _show(report, form)
    return report.exit_code


def _watch(session: Session, roots: Roots, files: list[Path]) -> int:
    """Tell what is wrong, and after each save what concerns the files saved, or is new."""
    from offlabel.validation.chosen import is_whole, news, report_on
    from offlabel.validation.formats.text import render_news
    from offlabel.validation.watch import watch

    before: Report | None = None
    whole: Report | None = None  # the last one that was not cut short by a file that is malformed
    try:
        for saved in watch(session, roots):
            report = report_on(saved.report, files, roots) if files else saved.report
            if before is None:
                _show(report, "text")
            else:
                names = sorted(shown(path) for path in saved.files)
                more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
                click.echo(f"\n{datetime.now():%H:%M:%S}  {', '.join(names[:_NAMED])}{more}")
                new = news(report, whole or before, saved.files, roots)
                before = report
                click.echo(render_news(new, report, **_look()))
            before = report
            whole = report if is_whole(report) else whole
            click.echo("Waiting for a file to be saved; Ctrl-C ends it.", err=True)
    except KeyboardInterrupt:
        pass
    return before.exit_code if before else 2


@contextmanager
def _kept() -> Iterator[None]:
    """Look for no garbage meanwhile: what a check makes it keeps; looking takes a twentieth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _look() -> Any:
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    return {"colour": terminal and "NO_COLOR" not in os.environ, "width": width}


def _show(report: Report, form: str) -> None:
    from offlabel.validation.formats import FORMATS as RENDERINGS

    click.echo(RENDERINGS[form](report, **_look()))

"""Check the sources whenever one of them is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from offlabel.paths import Roots
from offlabel.validation.report import Report
from offlabel.validation.run import Session

_TOGETHER = 100  # milliseconds at most in which saves of several files count as one
_PAUSE = 20  # milliseconds without a further change, after which a save counts as complete
_AT_LEAST = 2_000  # milliseconds after which the files are looked at though nobody told of a save
_ENDINGS = (".ttl", ".rq", ".sssom.tsv")


@dataclass(frozen=True)
class Saved:
    """Hold the files that were saved, created or removed, and the report on what there is now."""

    files: frozenset[Path]
    report: Report


def watch(session: Session, roots: Roots, stop: Event | None = None) -> Iterator[Saved]:
    """Give the report as it is, and again after each save; end when `stop` is set.

    Files that editors write beside a source, and folders whose name begins with a dot, count not.
    """
    from watchfiles import watch as changes

    yield Saved(frozenset(), session.check())
    for _ in changes(
        *(roots.ontology, *roots.data, *roots.queries),
        watch_filter=lambda _, path: _is_source(Path(path)),
        debounce=_TOGETHER,
        step=_PAUSE,
        rust_timeout=_AT_LEAST,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=True,
    ):
        # Not every system tells of every save: what differs is looked for now and then.
        if session.has_news():
            report = session.check()
            yield Saved(frozenset(session.changed), report)


def _is_source(path: Path) -> bool:
    return path.name.endswith(_ENDINGS) and not any(part.startswith(".") for part in path.parts)

"""Ask an endpoint batch after batch, again after a pause where it fails, and keep each answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from offlabel.errors import OfflabelError
from offlabel.links.enrich.source import Federated
from offlabel.paths import cache_dir
from offlabel.stores.patience import PASSING, patiently
from offlabel.stores.remote import RemoteStore
from offlabel.writing import write_content

KEPT_DAYS = 30


@dataclass(frozen=True)
class Manner:
    """How an endpoint is asked: seconds for an answer, tries, seconds before the second try."""

    timeout: int = 60
    tries: int = 4
    pause: float = 1.0
    fresh: bool = False


@dataclass(frozen=True)
class Answer:
    """What an endpoint said of some ids, and when."""

    ids: tuple[NamedNode, ...]
    triples: tuple[Triple, ...]
    at: datetime
    is_kept: bool


@dataclass
class Outcome:
    """The answers of all batches, and the batches without one, each with the reason."""

    answers: list[Answer] = field(default_factory=list)
    failures: list[tuple[tuple[NamedNode, ...], str]] = field(default_factory=list)


def ask(
    source: Federated,
    ids: Sequence[NamedNode],
    manner: Manner,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:
    """Ask for all ids; a batch that fails after all tries is named, and the others go on.

    Raise what an endpoint says that cannot be reached or does not understand the query.
    """
    store = RemoteStore(source.endpoint, manner.timeout)
    outcome = Outcome()
    batches = [tuple(ids[i : i + source.batch]) for i in range(0, len(ids), source.batch)]
    for number, batch in enumerate(batches, start=1):
        try:
            outcome.answers.append(_answer(store, source, batch, manner))
        except PASSING as error:
            outcome.failures.append((batch, str(error)))
        progress(number, len(batches))
    return outcome


def _answer(
    store: RemoteStore, source: Federated, ids: tuple[NamedNode, ...], manner: Manner
) -> Answer:
    query = source.for_ids(ids)
    place = _place(store.endpoint, query)
    kept = None if manner.fresh else _kept(place, ids)
    if kept:
        return kept
    triples = tuple(patiently(lambda: store.construct(query), manner.tries, manner.pause))
    answer = Answer(ids, triples, datetime.now(UTC).replace(microsecond=0), is_kept=False)
    _keep(place, answer, store.endpoint)
    return answer


def _place(endpoint: str, query: str) -> Path:
    name = hashlib.sha256(f"{endpoint}\0{query}".encode()).hexdigest()
    return cache_dir() / "answers" / f"{name[:40]}.json"


def _kept(place: Path, ids: tuple[NamedNode, ...]) -> Answer | None:
    """Return an answer that was kept, if it is whole and young enough."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(found["at"])
        quads = parse(found["triples"], format=RdfFormat.N_TRIPLES)
        triples = tuple(quad.triple for quad in quads)
    except (OSError, ValueError, KeyError, TypeError, SyntaxError):
        return None
    if datetime.now(UTC) - at > timedelta(days=KEPT_DAYS):
        return None
    return Answer(ids, triples, at, is_kept=True)


def _keep(place: Path, answer: Answer, endpoint: str) -> None:
    lines = serialize(answer.triples, format=RdfFormat.N_TRIPLES) or b""
    content = {"endpoint": endpoint, "at": answer.at.isoformat(), "triples": lines.decode()}
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OfflabelError(
            f"{place.parent}: cannot be written ({error.strerror}). "
            "Name another folder in OFFLABEL_CACHE."
        ) from None
    write_content(place, json.dumps(content).encode())

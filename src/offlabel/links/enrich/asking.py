"""Ask an endpoint batch after batch, again after a pause where it fails, and keep each answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from offlabel.errors import EndpointError, OfflabelError, QueryError, StoreError, UnreachableError
from offlabel.links.enrich.accepting import accepted
from offlabel.links.enrich.source import Federated
from offlabel.paths import cache_dir
from offlabel.stores.patience import patiently
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
    """The answers of all batches, and the batches without one, each with the reason.

    `left_out` counts the statements that nobody asked for.
    """

    answers: list[Answer] = field(default_factory=list)
    failures: list[tuple[tuple[NamedNode, ...], str]] = field(default_factory=list)
    left_out: int = 0


def ask(
    source: Federated,
    ids: Sequence[NamedNode],
    manner: Manner,
    progress: Callable[[int, int], None] = lambda done, of: None,
    *,
    mapped: Collection[NamedNode] = (),
    before: Set[NamedNode] = frozenset(),
) -> Outcome:
    """Ask for all ids; a batch that fails after all tries is named, and the others go on.

    Of `mapped`, ids that things here map to, an answer says something only where they were asked
    for; and where it says nothing at all of ids of which it spoke `before`, that is a failure.
    Raise `UnreachableError` where nobody was there from the beginning.
    """
    store = RemoteStore(source.endpoint, manner.timeout)
    outcome = Outcome()
    gone: UnreachableError | None = None
    batches = [tuple(ids[i : i + source.batch]) for i in range(0, len(ids), source.batch)]
    for number, batch in enumerate(batches, start=1):
        try:
            answer = _answer(store, source, batch, manner, gone)
            triples = accepted(source, batch, answer.triples, mapped)
            outcome.left_out += len(set(answer.triples)) - len(triples)
            if not triples and not before.isdisjoint(batch):
                raise StoreError(f"{source.endpoint} says nothing of them any more.")
            if not answer.is_kept:
                _keep(_place(source, batch), answer, source.endpoint)
            outcome.answers.append(replace(answer, triples=triples))
        except UnreachableError as error:
            if not outcome.answers:
                raise
            gone = error
            outcome.failures.append((batch, str(error)))
        except (StoreError, QueryError) as error:
            outcome.failures.append((batch, str(error)))
        progress(number, len(batches))
    return outcome


def _answer(
    store: RemoteStore,
    source: Federated,
    ids: tuple[NamedNode, ...],
    manner: Manner,
    gone: UnreachableError | None,
) -> Answer:
    """Return the answer that was kept, or ask, unless the endpoint is gone."""
    query = source.for_ids(ids)
    kept = None if manner.fresh else _kept(_place(source, ids), ids)
    if kept:
        return kept
    if gone:
        raise gone

    def fetch() -> list[Triple]:
        body = store.turtle(query)
        if not body.strip():  # an endpoint that knows nothing says so by a comment or prefixes
            raise EndpointError(f"{store.endpoint}: the answer is empty. Ask it again.")
        return store.triples(body)

    triples = tuple(patiently(fetch, manner.tries, manner.pause))
    return Answer(ids, triples, datetime.now(UTC).replace(microsecond=0), is_kept=False)


def _place(source: Federated, ids: tuple[NamedNode, ...]) -> Path:
    question = f"{source.endpoint}\0{source.for_ids(ids)}"
    name = hashlib.sha256(question.encode()).hexdigest()
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

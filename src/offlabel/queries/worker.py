"""Run a query in a process of its own, which is ended when it takes too long or too much.

The engine cannot be interrupted, so only ending its process stops a query. As a program, this
module reads a job as JSON from standard input; to standard output it writes one line that says
what the outcome is, and then the outcome.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from offlabel.errors import OfflabelError, QueryError, StoreError
from offlabel.queries.formats.json import document
from offlabel.queries.syntax import Prepared, starred_variables
from offlabel.queries.table import Table
from offlabel.stores.base import Store

SECONDS = 60.0
MEGABYTES = 4096
ROWS = 1_000_000

Answer = Table | bool | list[ox.Triple]

_PROGRAM = "offlabel.queries.worker"
_NO_ROW = "The answer has no row."
_TOO_BIG = {-6, -9, 134, 137}  # how a process ends that asked for more memory than it may have


@dataclass(frozen=True)
class Limits:
    """What a query may take: seconds, megabytes of memory, and rows or triples of answer."""

    seconds: float = SECONDS
    megabytes: int = MEGABYTES
    rows: int = ROWS


@dataclass(frozen=True)
class Place:
    """Where a process finds the graph: at an endpoint, or in a finished snapshot on disk.

    On disk, `services` are the endpoints that a query may call.
    """

    endpoint: str | None = None
    snapshot: str | None = None
    services: tuple[str, ...] = ()


def run_apart(prepared: Prepared, place: Place, limits: Limits) -> Answer:
    """Run a query in a new process; raise `QueryError` where it goes past a limit."""
    job = {"prepared": asdict(prepared), "place": asdict(place), "limits": asdict(limits)}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            out, err = process.communicate(json.dumps(job).encode(), limits.seconds)
        except subprocess.TimeoutExpired:
            raise QueryError(
                f"stopped after {limits.seconds:g} seconds. "
                f"Narrow the query, or allow more time with --timeout.{_advice(prepared, place)}"
            ) from None
        finally:
            process.kill()
    if process.returncode == 0:
        return _answer(*out.split(b"\n", 1))
    if process.returncode in _TOO_BIG or b"MemoryError" in err:
        raise QueryError(
            f"stopped, because it needed more than {limits.megabytes:,} MB of memory. "
            f"Narrow the query, or allow more with --max-memory.{_advice(prepared, place)}"
        )
    reason = err.decode(errors="replace").strip().rpartition("\n")[2] or process.returncode
    raise StoreError(f"The process that ran the query ended early: {reason}")


def _advice(prepared: Prepared, place: Place) -> str:
    """Say what makes a query slow in our engine; how an endpoint evaluates it nobody knows."""
    if place.endpoint:
        return ""
    from offlabel.sparql.traps import advice  # few queries go past a limit

    return advice(prepared.text)


def answer_from_store(store: Store, prepared: Prepared, rows: int = ROWS) -> Answer:
    """Run a prepared query in this process."""
    if prepared.form == "ASK":
        return store.ask(prepared.text)
    if prepared.form == "SELECT":
        found = store.select(prepared.text)
        _check_size(len(found.rows), rows, "rows")
        return in_order_of_text(Table(found.variables, found.rows, empty=_NO_ROW), prepared.text)
    triples = store.construct(prepared.text)
    _check_size(len(triples), rows, "triples")
    return triples


def in_order_of_text(table: Table, text: str) -> Table:
    """Return the answer to a `SELECT *` with its columns in the order of the query.

    SPARQL leaves that order open, and engines sort or shuffle.
    """
    order = [name for name in starred_variables(text) if name in table.columns]
    if set(order) != set(table.columns):
        return table
    places = [table.columns.index(name) for name in order]
    rows = tuple(tuple(row[place] for place in places) for row in table.terms)
    return replace(table, columns=tuple(order), terms=rows)


def _check_size(size: int, most: int, what: str) -> None:
    if size > most:
        raise QueryError(
            f"the answer has {size:,} {what}, more than {most:,}. "
            "Add a LIMIT to the query, or allow more with --max-rows."
        )


def _answer(kind: bytes, body: bytes) -> Answer:
    """Read what the other process wrote."""
    if kind == b"table":
        results = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QuerySolutions):
            names = tuple(variable.value for variable in results.variables)
            rows = tuple(tuple(row[name] for name in names) for row in results)
            return Table(names, rows, empty=_NO_ROW)
    if kind == b"triples":
        return [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
    if kind == b"query error":
        raise QueryError(*json.loads(body))
    if kind == b"error":
        raise StoreError(body.decode())
    return kind == b"true"


def main() -> None:
    """Run the job that standard input describes."""
    job = json.load(sys.stdin)
    limits, place = Limits(**job["limits"]), Place(**job["place"])
    _limit(limits)
    try:
        answer = answer_from_store(_open(place, limits), Prepared(**job["prepared"]), limits.rows)
        kind, body = _outcome(answer)
    except QueryError as error:
        kind, body = "query error", json.dumps([error.problem, error.line, error.column]).encode()
    except OfflabelError as error:
        kind, body = "error", str(error).encode()
    sys.stdout.buffer.write(kind.encode() + b"\n" + body)


def _outcome(answer: Answer) -> tuple[str, bytes]:
    if isinstance(answer, Table):
        return "table", json.dumps(document(answer)).encode()
    if isinstance(answer, bool):
        return ("true" if answer else "false"), b""
    return "triples", ox.serialize(answer, format=ox.RdfFormat.N_TRIPLES) or b""


def _open(place: Place, limits: Limits) -> Store:
    if place.endpoint:
        from offlabel.stores.remote import RemoteStore

        return RemoteStore(place.endpoint, timeout=max(1, int(limits.seconds)))
    from offlabel.stores.disk import DiskStore
    from offlabel.stores.snapshots import Snapshot

    store = DiskStore(Snapshot(Path(place.snapshot or ""), {}))
    store.services = frozenset(place.services)
    return store


def _limit(limits: Limits) -> None:
    """Let the system end this process where its query takes too much, even without its parent."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent still stops what takes too long.
        return
    # Not the address space: engine and threads reserve far more of it than they use.
    size = limits.megabytes << 20
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    seconds = int(limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    main()

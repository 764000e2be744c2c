"""Run Virtuoso, the server behind many public endpoints, for a test or a bench."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers import free_port, running

PROGRAM, SHELL = "virtuoso-t", "isql-vt"
MISSING = "virtuoso-opensource is not installed (.ci/run installs it)"
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000
MaxQueryMem = 1G
MaxClientConnections = 20
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 20
MaxClientConnections = 20
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
[URIQA]
DefaultHost = 127.0.0.1:{http}
"""


@dataclass(frozen=True)
class Virtuoso:
    """A running server: the addresses of its endpoint and of its graph store."""

    sql: int
    http: int
    folder: Path

    @property
    def endpoint(self) -> str:
        """Return the address that answers queries."""
        return f"http://127.0.0.1:{self.http}/sparql"

    @property
    def graph_store(self) -> str:
        """Return the address of its Graph Store Protocol; it wants user dba, password dba."""
        return f"http://127.0.0.1:{self.http}/sparql-graph-crud-auth"

    def run(self, statement: str) -> str:
        """Run a statement in its shell."""
        command = [SHELL, f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statement}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        assert not re.search(r"^\*\*\* Error", done.stdout + done.stderr, re.M), done.stdout
        return done.stdout

    def load(self, content: bytes) -> None:
        """Load N-Quads into their named graphs."""
        file = self.folder / "load.nq"
        file.write_bytes(content)
        self.run(f"DB.DBA.TTLP_MT(file_to_string_output('{file}'), '', 'urn:none', 512);")
        self.run("checkpoint;")


@contextmanager
def virtuoso(folder: Path, content: bytes = b"", rows: int = 1_000_000) -> Iterator[Virtuoso]:
    """Run a server on a new database with these N-Quads; it cuts answers at so many rows.

    It is started again after loading: a query that is compiled right after a bulk load is planned
    for the empty database that was there before.
    """
    if shutil.which(PROGRAM) is None or shutil.which(SHELL) is None:
        pytest.skip(MISSING)
    server = Virtuoso(free_port(), free_port(), folder)
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(folder=folder, sql=server.sql, http=server.http, rows=rows))
    command = [PROGRAM, "+foreground", "+configfile", str(ini)]
    address = f"{server.endpoint}?query=ASK%7B%7D"
    with running(command, address):
        if not content:
            yield server
            return
        server.load(content)
    with running(command, address):
        yield server

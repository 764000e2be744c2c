"""Run the command line inside the test's own process, as in a pipe."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from offlabel.cli import main

TINY = ("--data", str(Path(__file__).parent / "tiny"), "--only-data")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind: its exit code and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Return what went to standard output."""
        return self.out.decode()


def offlabel(*arguments: str, stdin: str = "") -> Outcome:
    """Call `offlabel` with some arguments and return the outcome."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    code = 0
    with (
        patch.object(sys, "argv", ["offlabel", *arguments]),
        patch.object(sys, "stdin", given),
        patch.dict("os.environ"),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    out.flush()
    err.flush()
    return Outcome(code, written(out), written(err).decode())


def written(stream: io.TextIOWrapper) -> bytes:
    """Return what was written to a stream in memory."""
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()

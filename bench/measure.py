"""Time whole processes: every case once per round, so that all cases see the same noise."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROUNDS = 7


@dataclass(frozen=True, eq=False)
class Case:
    """A command to time; with `fresh`, each run starts from an empty cache."""

    label: str
    command: tuple[str, ...]
    fresh: bool = False
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Return the median of the runs, in seconds."""
        return median(self.seconds)

    @property
    def spread(self) -> str:
        """Return the fastest and the slowest run."""
        return f"{min(self.seconds):.2f}-{max(self.seconds):.2f}"


def run(command: Sequence[str], cache: Path) -> float:
    """Run a command with its cache in a folder and return its wall time in seconds."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = plain | {"OFFLABEL_CACHE": str(cache)}
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds


def measure(cases: Sequence[Case], rounds: int = ROUNDS) -> None:
    """Run every case once per round; what the warm cases need is made once, before the first."""
    with tempfile.TemporaryDirectory() as warm:
        for case in cases:
            if not case.fresh:
                run(case.command, Path(warm))
        for number in range(rounds):
            for case in cases:
                print(f"\r{number + 1}/{rounds}", end="", file=sys.stderr, flush=True)
                if case.fresh:
                    with tempfile.TemporaryDirectory() as empty:
                        case.seconds.append(run(case.command, Path(empty)))
                else:
                    case.seconds.append(run(case.command, Path(warm)))
        print("\r", end="", file=sys.stderr)

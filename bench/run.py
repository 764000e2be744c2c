"""Measure what the project promises about speed and print one table.

Medians of whole processes, all cases interleaved in one run: read the ratios. Nothing is asserted,
because a shared machine can be slow at any moment.
"""

import sys
from pathlib import Path

from measure import ROUNDS, Case, measure

ROOT = Path(__file__).parents[1]
QUERY = "claims/all-claims"


def offlabel(*arguments: str) -> tuple[str, ...]:
    """Return the command line of the offlabel that is installed beside this Python."""
    return (str(Path(sys.executable).with_name("offlabel")), *arguments)


ASK = Case(f"offlabel ask {QUERY}, built store", offlabel("ask", QUERY, "--format", "csv"))
RDFLIB = Case(
    f"rdflib: parse the files, run {QUERY}",
    (sys.executable, str(ROOT / "bench/rdflib_ask.py"), str(ROOT / f"queries/{QUERY}.rq")),
)
BUILD = Case("offlabel build, from sources", offlabel("build"), fresh=True)
CHECK = ("validate", "--no-reason")
VALIDATE = Case("offlabel validate, everything", offlabel(*CHECK), fresh=True)
UNCHANGED = Case("offlabel validate, nothing changed", offlabel(*CHECK))
START = Case("python -c pass", (sys.executable, "-c", "pass"))

# Each case with the most seconds it should take where the machine is quiet.
LIMITS = {ASK: 0.3, RDFLIB: None, BUILD: 3.0, VALIDATE: 2.0, UNCHANGED: 0.3, START: None}


def row(*cells: str) -> str:
    """Return one line of the table."""
    label, *figures = cells
    return f"{label:<48}" + "".join(f"{figure:>14}" for figure in figures)


def main() -> None:
    """Measure and print."""
    measure(list(LIMITS))
    print(row("", "median s", "range s", "at most s"))
    for case, limit in LIMITS.items():
        print(row(case.label, f"{case.median:.2f}", case.spread, f"{limit}" if limit else ""))
    ratio = ASK.median / RDFLIB.median
    print()
    print(row("ask / rdflib", f"{ratio:.3f}", "", "0.25"))
    print(f"\nMedians of {ROUNDS} whole processes each, interleaved.")


if __name__ == "__main__":
    main()

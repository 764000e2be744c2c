"""Run all rules over made-up graphs of several sizes and print what a study costs in each.

Each size runs in a process of its own. Seconds differ from machine to machine and from minute to
minute, so read the ratios: 1 means that ten times as many studies take ten times as long.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from offlabel.paths import Roots, find_roots
from offlabel.rules import apply, read_rules
from offlabel.sources import SourceFile, discover, read_dataset
from offlabel.sources.parse import parse
from offlabel.terms import OL, RDF
from synthetic import World

SIZES = (1_000, 10_000, 100_000)
SLOWEST = 5
TYPE, STUDY = NamedNode(f"{RDF}type"), NamedNode(f"{OL}Study")


@dataclass(frozen=True)
class Run:
    """What the rules did in a graph of one size."""

    studies: int
    quads: int
    derived: int
    seconds: dict[str, float]
    peak: int  # megabytes

    @property
    def total(self) -> float:
        """Return the seconds of all rules."""
        return sum(self.seconds.values())

    def each(self, rule: str = "") -> float:
        """Return the microseconds that a study costs, in one rule or in all."""
        return (self.seconds[rule] if rule else self.total) / self.studies * 1e6


def shared() -> list[SourceFile]:
    """Return the files that every graph has: the terms, the rules, and what the method needs."""
    return discover(Roots(find_roots().ontology, (), ()))


def filled(studies: int) -> Store:
    """Return a store that holds a made-up graph, with no rule run."""
    store = Store()
    for file in shared():
        if file.role in ("ontology", "data"):
            store.bulk_extend(parse(file))
    store.bulk_extend(World(studies))
    return store


def own() -> Run:
    """Run the rules over the project's own data."""
    quads = read_dataset(find_roots()).check().quads
    store = Store()
    store.bulk_extend(quads)
    return timed(store, sum(1 for _ in store.quads_for_pattern(None, TYPE, STUDY, None)))


def run(studies: int) -> Run:
    """Run the rules over a made-up graph."""
    return timed(filled(studies), studies)


def timed(store: Store, studies: int) -> Run:
    """Run the rules in order and take the time of each."""
    quads, derived, seconds = len(store), 0, {}
    for rule in read_rules(shared()):
        start = time.perf_counter()
        derived += apply(store, [rule])
        seconds[rule.name] = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Run(studies, quads, derived, seconds, peak)


def run_apart(studies: int) -> Run:
    """Run one size in a process of its own, so that none inherits the memory of another."""
    command = [sys.executable, __file__, "--one", str(studies)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{studies} studies: ended with {done.returncode}\n{done.stderr}")
    return Run(**json.loads(done.stdout))


def table(runs: list[Run]) -> Iterator[str]:
    """Yield the lines of the table: sizes, then the ratios between each two, then the slowest."""
    names = ("studies", "quads in", "derived", "seconds", "µs a study", "ratio", "MB a 1,000", "MB")
    yield "".join(f"{name:>12}" for name in names)
    for before, one in zip([None, *runs], runs, strict=False):
        ratio = f"{one.each() / before.each():.2f}" if before else ""
        figures = (f"{one.total:.2f}", f"{one.each():.0f}", ratio)
        cells = (f"{one.studies:,}", f"{one.quads:,}", f"{one.derived:,}", *figures)
        each = one.peak / one.studies * 1_000
        yield "".join(f"{cell:>12}" for cell in (*cells, f"{each:.0f}", f"{one.peak:,}"))
    for before, one in zip([None, *runs], runs, strict=False):
        yield f"\nSlowest of {one.studies:,} studies, µs a study (ratio to the size before):"
        for rule in sorted(one.seconds, key=one.each, reverse=True)[:SLOWEST]:
            ratio = f" ({one.each(rule) / before.each(rule):.2f})" if before else ""
            yield f"  {rule:<28}{one.each(rule):>8.1f}{ratio}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", help="numbers of studies, such as 1000,10000")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(vars(run(asked.one))))
        return
    sizes = [int(size) for size in asked.sizes.split(",")] if asked.sizes else SIZES
    for line in table([run_apart(size) for size in sorted(sizes)]):
        print(line)
    real = own()
    print(f"\nThe project's own data, {real.studies} studies: {real.total:.2f} s")


if __name__ == "__main__":
    main()

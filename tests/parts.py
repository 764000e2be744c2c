"""Mark each test with the programs that it starts, so that `make test-fast` can leave them out.

A test is marked where it, or a fixture that it asks for, calls what starts a program. Where that
does not show in its code, the marker stands at the test. One that starts a program without its
marker fails and says so.
"""

import fcntl
import re
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

# What starts a program, by the name under which tests call it.
STARTERS = {
    "clash_of": "reasoner",
    "classify": "reasoner",
    "judge": "reasoner",
    "oxigraph_server": "server",
    "running": "server",
    "serving": "server",
    "start_check": "reasoner",
    "sync_playwright": "browser",
    "virtuoso": "virtuoso",
}
# How a command line tells that program.
PROGRAMS = {
    "browser": re.compile(r"/playwright/"),
    "reasoner": re.compile(r"/java |\bofflabel (reason|validate)\b|/validate\.py"),
    "server": re.compile(r"/oxigraph serve|/rdflib_server\.py |\bofflabel serve\b"),
    "virtuoso": re.compile(r"\bvirtuoso-t "),
}

_running: list[pytest.Item] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start a program by themselves or through a fixture."""
    for item in items:
        if isinstance(item, pytest.Function):
            functions = [item.function, *fixtures(item)]
            for marker in sorted({m for function in functions for m in started(function)}):
                item.add_marker(marker)


def fixtures(item: pytest.Function) -> Iterator[Callable[..., object]]:
    """Yield the functions of the fixtures that a test asks for, by parameters too."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    for name in {*item.fixturenames, *(value for value in values if isinstance(value, str))}:
        for found in item.session._fixturemanager.getfixturedefs(name, item) or ():
            yield found.func


def started(function: Callable[..., object]) -> set[str]:
    """Return the markers of the programs that the code of a function starts."""
    code = getattr(function, "__code__", None)
    return {STARTERS[name] for name in getattr(code, "co_names", ()) if name in STARTERS}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Remember which test runs; tests of a server wait for those in other workers.

    Such tests see how quickly a server answers, and load it as much as they can.
    """
    _running.append(item)
    try:
        if not any(item.get_closest_marker(name) for name in ("browser", "server")):
            return (yield)
        with Path(__file__).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return (yield)
    finally:
        _running.pop()


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail a test that starts a program of which its markers say nothing."""
    if event != "subprocess.Popen" or not _running:
        return
    words = arguments[1]
    line = words if isinstance(words, str) else " ".join(map(str, words)) + " "
    for marker, program in PROGRAMS.items():
        if program.search(line) and not _running[-1].get_closest_marker(marker):
            pytest.fail(f"It starts {line[:80]!r}: mark it with @pytest.mark.{marker}")


sys.addaudithook(watch)

"""Turn skips into failures where OFFLABEL_NO_SKIPS=1 says that everything was installed.

Only a check of the material in `../shared`, and only where that folder is absent, may still skip.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

STRICT = os.environ.get("OFFLABEL_NO_SKIPS") == "1"
SHARED = Path(__file__).parents[2] / "shared"


def may_skip(reason: str) -> bool:
    """Say whether a test that skips for this reason had no way to run."""
    return "../shared" in reason and not SHARED.is_dir()


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a skipped test says it skipped."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skipped."""
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skipped as a whole."""
    report = yield
    if STRICT and report.skipped:
        refuse(report)
    return report


def refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Change a skipped report into a failed one, unless the skip is allowed."""
    reason = reason_of(report)
    if not may_skip(reason):
        report.outcome = "failed"
        report.longrepr = f"skipped although OFFLABEL_NO_SKIPS=1: {reason}"

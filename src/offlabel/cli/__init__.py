"""The command line: it translates and calls, and decides nothing."""

from offlabel.cli.main import main

__all__ = ["main"]

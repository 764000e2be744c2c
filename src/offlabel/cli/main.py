"""The entry of the command line: finds the command, and says every error in one message."""

from __future__ import annotations

import sys
from importlib import import_module
from keyword import iskeyword

import click

from offlabel.errors import OfflabelError

# Each command is a module of its own, imported only when it is called.
COMMANDS = {
    "ask": "List the saved queries, or run one.",
    "build": "Build the store from the sources.",
    "check-claims": "Hold claims against the graph.",
    "diff": "Say what differs in the evidence between two graphs.",
    "dossier": "Write what the graph holds on a drug, as an article.",
    "evidence": "Show the evidence on a drug in a condition.",
    "export": "Write the graph in another form.",
    "import": "Turn tables into Turtle files.",
    "link": "Import outside ontologies; check and suggest mappings.",
    "map": "Draw the evidence map.",
    "mcp": "Serve the graph to an agent (Model Context Protocol).",
    "plot": "Draw a picture of the evidence, as SVG or PNG.",
    "push": "Push the graph to a server.",
    "reason": "Check consistency and classify with HermiT.",
    "serve": "Serve the graph over HTTP, as a SPARQL endpoint.",
    "show": "Show one thing.",
    "sparql": "Run a query of your own.",
    "status": "Say which sources and which store are in use.",
    "validate": "Check everything.",
    "what-if": "Say what a study or a retraction would change.",
    "why": "Show the proof of a thing, down to passages.",
}


class Commands(click.Group):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command = import_module(f"offlabel.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; offer the closest name on a miss."""
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            import difflib

            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every command takes --help. Exit codes: 0 done, 1 does not conform, 2 could not do it.",
)
@click.version_option(package_name="offlabel", message="%(prog)s %(version)s")
def group() -> None:
    """Ask a graph of the evidence for off-label drug use: who says what, at which dose."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = group.main(prog_name="offlabel", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except OfflabelError as error:
        click.echo(f"Error: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)

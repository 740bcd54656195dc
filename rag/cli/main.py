"""`casebook`: the commands, and the one place where errors become a line for the user."""

from __future__ import annotations

import os
import sys

import typer

from rag import __version__
from rag.cli import (
    ask,
    backup,
    cases,
    check,
    export,
    fetch,
    library,
    patients,
    replay,
    serve,
    works,
)
from rag.cli.methods import keep_methods
from rag.cli.opening import internal_error, log_to_stderr
from rag.cli.patterns import keep_patterns
from rag.errors import CasebookError

EXIT_USER_ERROR = 1
EXIT_ABSTAINED = 3

app = typer.Typer(
    name="casebook",
    help="Cited answers from case reports about dermatomyositis. Works offline, without any key.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("ask")(ask.ask)
app.command("replay")(replay.replay)
app.command("cases")(cases.cases)
app.command("compare")(patients.compare)
app.command("similar")(patients.similar)
app.command("export")(export.export)
app.command("show")(library.show)
app.command("index")(library.index)
app.command("add")(library.add)
app.command("check")(check.check)
app.command("fetch")(fetch.fetch)
app.command("remove")(library.remove)
app.command("list")(works.list_reports)
app.command("merge")(works.merge)
app.command("split")(works.split)
app.command("doctor")(library.doctor)
app.command("serve")(serve.serve)
app.command("mcp")(serve.mcp)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Cited answers from case reports about dermatomyositis. Works offline, without any key.

    Example: casebook ask "Which dose of IVIG was given for skin ulcers?"

    Exit status: 0 answered or done, 1 error, 2 wrong usage, 3 the reports do not answer.
    """
    if version:
        typer.echo(f"casebook {__version__}")
        raise typer.Exit


def load_plugins() -> None:
    """Commands that other packages (ui, eval) offer under the entry point `casebook.commands`."""
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group="casebook.commands"), key=lambda entry: entry.name):
        try:
            command = entry.load()
        except ImportError:
            continue  # that package is not installed here
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=entry.name)
        else:
            app.command(entry.name)(command)


def main() -> None:
    """Run the command line; ends the process with the exit status."""
    for stream in (sys.stdout, sys.stderr):
        # The same bytes in every locale and on every system: offsets are counted in this text.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n", errors="backslashreplace")
    log_to_stderr()
    keep_patterns()
    keep_methods()
    if not _is_own(sys.argv[1:]):
        load_plugins()
    try:
        app()
    except CasebookError as error:
        fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_USER_ERROR)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("CASEBOOK_DEBUG"):
            raise
        fail(internal_error(error))


def _is_own(arguments: list[str]) -> bool:
    """Whether a command of `rag` is asked for: then nobody else's need be looked for (60 ms)."""
    own = {command.name for command in app.registered_commands}
    return bool(arguments) and arguments[0] in own


def fail(message: str) -> None:
    """One line on stderr, exit status 1."""
    typer.echo(f"casebook: {' '.join(message.split())}", err=True)
    sys.exit(EXIT_USER_ERROR)

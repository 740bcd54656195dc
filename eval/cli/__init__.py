"""`casebook eval`: ask gold questions, judge what came of it, write gold of one's own.

Loaded with every `casebook --help`, so all but typer is imported inside the functions.
"""

from __future__ import annotations

import typer

from eval.cli import asking, judging, writing
from eval.cli.external import external
from eval.cli.extraction import extraction

__all__ = ["app"]

app = typer.Typer(
    help="Measure the answers on gold questions (eval/README.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("run")(asking.run)
app.command("systems")(asking.systems)
app.command("compare")(judging.compare)
app.command("gate")(judging.gate)
app.command("accept")(judging.accept)
app.command("report")(judging.report)
app.command("check")(writing.check)
app.command("new")(writing.new)
app.command("external")(external)
app.command("extraction")(extraction)

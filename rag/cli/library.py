"""Commands that read or change the library: show, index, add, remove, doctor."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from rag.cli.completing import completing, noted
from rag.cli.opening import (
    LIBRARY_HELP,
    folder_of,
    make_encoder,
    open_dense,
    open_library,
    say,
    settings_for,
    shipped_reports,
)
from rag.cli.progress import follow
from rag.errors import LibraryNotEmpty, UnreadableFile

_LIBRARY = typer.Option(None, "--library", help=LIBRARY_HELP)


def show(
    report_id: str = typer.Argument(metavar="REPORT_ID"),
    text: bool = typer.Option(False, "--text", help="Print the canonical text, exactly."),
    library: Path = _LIBRARY,
) -> None:
    """Show one report: what it is, its sections and patients, or its canonical text.

    Offsets of citations count the characters (Unicode code points) of the text that --text prints.

    Example: casebook show kuwano-2006-ivig-ulcers --text
    """
    from rag.render import report_card
    from rag.works.editions import edition_name
    from rag.works.standing import Standing

    with open_library(library) as opened:
        report = opened.report(report_id)
        passages = opened.passage_counts().get(report_id, 0)
        others = {
            other: edition_name(opened.report(other))
            for other in opened.editions(opened.work_of(report_id))
            if other != report_id and not text
        }
        standing = {} if text else Standing(opened, settings_for(library).retractions).now()
    if text:
        sys.stdout.write(report.text)
        sys.stdout.flush()
        return
    card = report_card(report, passages, others=others, editorial=standing.get(report_id))
    typer.echo(card)


def index(
    paths: list[Path] = typer.Argument(None, metavar="PATH…", help="Files or folders."),
    library: Path = _LIBRARY,
    replace: bool = typer.Option(False, "--replace", help="Replace the reports that are there."),
) -> None:
    """Build a library from these files and folders alone (no PATH: the shipped reports).

    A library that holds reports is refused without --replace.

    Example: casebook index my-reports/ --library ~/my-library
    """
    from rag.index import files, refresh_dense
    from rag.index import index as build
    from rag.library import Library, exists, set_aside_damaged

    settings = settings_for(library)
    folder, default = folder_of(settings)
    _require(paths or [])
    if exists(folder) and not replace:
        with Library(folder) as found:
            if found.report_ids():
                raise LibraryNotEmpty(
                    f"The library {folder} holds {len(found.report_ids())} reports; add to it "
                    "with 'casebook add', or build it anew with --replace"
                )
    say("Loading the embedding model …")
    encoder = make_encoder(settings)
    if replace and (kept := set_aside_damaged(folder)):
        say(f"the damaged library file is kept as {kept}")
    with Library(folder, create=True) as opened:
        sources = paths or [shipped_reports()]
        outcomes = build(sources, opened, encoder, replace=replace, limits=settings.limits)
        failed = follow(outcomes, sum(1 for _ in files(sources)), at_once=replace)
        with open_dense(opened, settings.chroma_url) as dense:
            refresh_dense(opened, dense, force=True)
        if default:
            opened.set_meta(complete="yes")
        say(f"{len(opened.report_ids())} reports in {folder}")
    raise typer.Exit(1 if failed else 0)


def add(
    paths: list[Path] = typer.Argument(metavar="PATH…", help="Files or folders."),
    library: Path = _LIBRARY,
    llm: str = typer.Option(
        None,
        "--llm",
        metavar="PROVIDER:MODEL",
        help="Let this language model read what the rules miss of the patients in these files "
        "(their whole text is sent to it); only what stands in the text is kept.",
    ),
) -> None:
    """Add reports to the library; a bad file is reported and the others go on.

    Reads PDF, JATS XML, HTML, Word, Markdown (with or without front matter) and plain text. Another
    edition of a stored report (same DOI, PMID, or title, first author and year) joins that;
    text that is alike is only pointed out (casebook merge). Files
    that are stored already are passed over; one that was added from the same place and has changed
    replaces its older version. Ctrl-C keeps what is stored (exit status 130). While another process
    writes, this one waits 10 seconds and says for whom.

    Example: casebook add paper.txt notes/ --library ~/my-library
    """
    from rag.index import add as add_reports
    from rag.index import files, refresh_dense
    from rag.library import Library, exists

    settings = settings_for(library)
    folder, default = folder_of(settings)
    complete = completing(settings, llm)
    say("Loading the embedding model …")
    encoder = make_encoder(settings)
    if default and not exists(folder):
        from rag.cli.opening import build_default

        build_default(folder, settings, encoder)
    with Library(folder, create=True) as opened:
        stored: list[str] = []
        outcomes = noted(add_reports(paths, opened, encoder, settings.limits), stored)
        failed = follow(outcomes, sum(1 for _ in files(paths)))
        complete(opened, stored)
        with open_dense(opened, settings.chroma_url) as dense:
            refresh_dense(opened, dense)
    raise typer.Exit(1 if failed else 0)


def remove(
    report_id: str = typer.Argument(metavar="REPORT_ID"),
    library: Path = _LIBRARY,
) -> None:
    """Remove one report from the library.

    Example: casebook remove my-notes --library ~/my-library
    """
    from rag.index import remove as remove_report

    with open_library(library) as opened:
        remove_report(report_id, opened)
    say(f"removed {report_id}")


def doctor(
    repair: bool = typer.Option(False, "--repair", help="Mend what can be mended."),
    library: Path = _LIBRARY,
) -> None:
    """Check the library: file, versions, word search, dense index, and a real question.

    Example: casebook doctor --repair
    """
    from rag.cli.works import look
    from rag.doctor import examine

    settings = settings_for(library)
    folder, default = folder_of(settings)
    say("Loading the embedding model …")
    encoder = make_encoder(settings)
    with open_library(library) as opened, open_dense(opened, settings.chroma_url) as dense:
        findings = examine(opened, encoder, dense, repair=repair)
        findings += look(opened, settings)
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _require(paths: Iterable[Path]) -> None:
    """Raises UnreadableFile for a path that is not there, before a library is made for it."""
    for path in paths:
        if not path.exists():
            raise UnreadableFile(path, "no such file or folder; check the path")

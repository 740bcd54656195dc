"""`casebook ask`: one question, or a file of them."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rag.cli.opening import LIBRARY_HELP, internal_error, open_casebook, say, settings_for
from rag.cli.writing import Way, answering_with
from rag.config import DEFAULT_K
from rag.errors import CasebookError, QuestionError

if TYPE_CHECKING:
    from rag.chat import Casebook

EXIT_ABSTAINED = 3

_UNPRINTABLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def ask(
    question: str = typer.Argument(None, metavar="QUESTION", help="What you want to know."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object (README, 'JSON')."),
    library: Path = typer.Option(None, "--library", help=LIBRARY_HELP),
    k: int = typer.Option(DEFAULT_K, "--k", min=1, max=100, help="Number of passages to return."),
    report: str = typer.Option(None, "--report", help="Only this report."),
    filters: list[str] = typer.Option(
        None,
        "--filter",
        metavar="KEY=VALUE",
        help="Only reports or patients with this value; may be repeated. Keys: report, year "
        "(2017 or 2010-2020), article_type, subtype, drug, antibody, age_group, sex.",
    ),
    include_retracted: bool = typer.Option(
        False, "--include-retracted", help="Read retracted reports, too (see CASEBOOK_RETRACTIONS)."
    ),
    llm: str = typer.Option(
        None,
        "--llm",
        metavar="PROVIDER:MODEL",
        help="Let this language model write the answer; each sentence is checked ('none': not even "
        "the one of CASEBOOK_LLM).",
    ),
    manifest: Path = typer.Option(
        None, "--manifest", help="Write what 'casebook replay' needs to this file (with --llm)."
    ),
    batch: str = typer.Option(
        None, "--batch", metavar="FILE.jsonl", help="Answer every line of a file ('-': stdin)."
    ),
) -> None:
    """Answer a question from the reports, with the sentences that prove it.

    Examples:
    casebook ask "How long was she followed after IVIG for skin ulcers?"

    casebook ask "dapsone response?" --filter drug=dapsone --json

    casebook ask "Which dose of IVIG?" --llm ollama:llama3.1

    casebook ask --batch questions.jsonl --json
    """
    if batch is not None and not as_json:
        raise typer.BadParameter("--batch needs --json", param_hint="--batch")
    if batch is not None and question is not None:
        raise typer.BadParameter("give a QUESTION or --batch, not both", param_hint="--batch")
    if batch is None and question is None:
        raise typer.BadParameter("what do you want to know?", param_hint="QUESTION")
    if batch is not None and manifest is not None:
        raise typer.BadParameter("is for one question", param_hint="--manifest")
    chosen = _filters(filters or [], report)
    answering = answering_with(settings_for(library), llm, manifest)
    way = Way(answering, k, chosen, include_retracted)
    if batch is not None:
        raise typer.Exit(_batch(batch, library, way))
    raise typer.Exit(_one(question, as_json, library, way))


def _filters(pairs: list[str], report: str | None) -> dict[str, list[str]]:
    if not pairs and not report:
        return {}
    from rag.filters import parse_filters

    found = parse_filters(pairs)
    if report:
        found["report"] = [report]
    return found


def _one(question: str, as_json: bool, library: Path | None, way: Way) -> int:
    from rag.conversation.question import check_question

    check_question(question)
    warn_of_identifiers(question)
    with open_casebook(library, once=True) as casebook:
        # Not before: what is imported here is imported while the networks open beside it.
        from rag.render import to_json, to_text

        _require_reports(casebook, way.filters)
        started = time.perf_counter()
        answer = way.answer(casebook, [question])
        elapsed = round((time.perf_counter() - started) * 1000)
    if as_json:
        _print_json(to_json(answer, elapsed_ms=elapsed))
    else:
        typer.echo(to_text(answer))
    return 0 if answer.status == "answered" else EXIT_ABSTAINED


def _batch(source: str, library: Path | None, way: Way) -> int:
    from rag.render import to_json

    failed = False
    with open_casebook(library) as casebook:
        _require_reports(casebook, way.filters)
        for number, line in _lines(source):
            name: str | int | None = None
            try:
                item = _parsed(line, number)
                name = item["id"]
                warn_of_identifiers("\n".join(item["turns"]))
                started = time.perf_counter()
                answer = way.answer(casebook, item["turns"])
                elapsed = round((time.perf_counter() - started) * 1000)
                _print_json(to_json(answer, id=name, elapsed_ms=elapsed))
            except _MalformedLine as error:
                failed = True
                _print_json({"id": error.id, "error": str(error)})
            except CasebookError as error:
                failed = True
                _print_json({"id": name, "error": str(error)})
            except Exception as error:  # a fault of ours in one question must not cost the others
                if os.environ.get("CASEBOOK_DEBUG"):
                    raise
                failed = True
                _print_json({"id": name, "error": internal_error(error)})
    return 1 if failed else 0


class _MalformedLine(QuestionError):
    def __init__(self, id: str | int | None, message: str) -> None:
        self.id = id
        super().__init__(message)


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """The numbered lines of a file or of stdin; undecodable bytes stay visible as such.

    Blank lines at the end are none; one between others is a line, and a malformed one.
    """
    if source == "-":
        data = sys.stdin.buffer.read()
    else:
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise QuestionError(
                f"{source}: cannot be read ({error.strerror}); give a file of JSON lines or '-'"
            ) from error
    text = data.decode("utf-8-sig", errors="replace")
    # Only \n ends a JSON line: splitlines() would also cut at characters inside a question.
    yield from enumerate(text.rstrip().split("\n") if text.strip() else [], 1)


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:  # ValueError: also a number of 5,000 digits
        raise _MalformedLine(None, f"line {number}: not JSON ({error})") from None
    if not isinstance(item, dict):
        raise _MalformedLine(None, f"line {number}: a JSON object is needed")
    name = item.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise _MalformedLine(None, f"line {number}: 'id' (text) is missing")
    turns = item.get("turns")
    question = item.get("question")
    if isinstance(question, str) and turns is None:
        turns = [question]
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        raise _MalformedLine(
            name, f"line {number}: 'question' (text) or 'turns' (list of texts) is needed"
        )
    return {"id": name, "turns": turns}


def warn_of_identifiers(text: str) -> None:
    """Say on stderr when what was typed seems to identify a patient."""
    from rag.privacy import warning

    if notice := warning(text):
        say(f"casebook: {notice}")


def _require_reports(casebook: Casebook, filters: dict[str, list[str]]) -> None:
    for report_id in filters.get("report", []):
        casebook.library.report(report_id)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(printable(json.dumps(value, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def printable(text: str) -> str:
    """The same JSON, but what steers a terminal or is no character of UTF-8 stands as an escape."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

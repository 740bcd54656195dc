"""`casebook add --llm`: the records of reports that were just stored, completed by a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.cli.opening import say
from rag.config import Settings
from rag.errors import LanguageModelFailed

if TYPE_CHECKING:
    from rag.index import Outcome
    from rag.library import Library

Complete = Callable[["Library", Sequence[str]], None]


def noted(outcomes: Iterable[Outcome], stored: list[str]) -> Iterator[Outcome]:
    """The same outcomes; the ids of reports that are new or changed are put into `stored`."""
    for outcome in outcomes:
        if outcome.report_id and outcome.status not in ("refused", "unchanged"):
            stored.append(outcome.report_id)
        yield outcome


def completing(settings: Settings, llm: str | None) -> Complete:
    """What completes records: nothing without a model. Raises LanguageModelError, ConfigError.

    Only `--llm` counts here, never the setting: what is sent is the whole text of a file.
    """
    if not llm:
        return lambda library, report_ids: None
    from rag.llm.models import open_model
    from rag.llm.options import options_of

    options = options_of(settings)
    model = open_model(llm, options, settings.llm_url)

    def complete(library: Library, report_ids: Sequence[str]) -> None:
        from rag.cases import keeping
        from rag.llm.records import read_records

        if report_ids and not model.is_local:
            say(f"casebook: the whole text of these reports goes to {model.where}")
        for report_id in report_ids:
            report = library.report(report_id)
            try:
                filled = read_records(model, report, options)
            except LanguageModelFailed as error:
                say(f"casebook: {report_id}: {error}; its records are those of the rules")
                continue
            with library.writer(), library.transaction():
                keeping.keep([report], library, lambda _: filled.records)  # noqa: B023
            say(
                f"{report_id}: {filled.kept} values read by {model.name} stand in the text; "
                f"{filled.refused} do not, and were left out"
            )

    return complete

"""What journals said afterwards of the reports of one library, and how that is told to a reader."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.cite import short_name
from rag.errors import RetractionsError
from rag.library import Library
from rag.schema import Citation, EditorialNotice, Report
from rag.works.retractions import Retractions, read_retractions

log = logging.getLogger(__name__)

SHOWN_PROBLEMS = 3
"""Lines of a list that could not be used are told one by one up to here."""


class Standing:
    """The list of retractions joined with a library; joined anew when either has changed."""

    def __init__(self, library: Library, path: str) -> None:
        """`path` is the setting `retractions`; '' knows of none."""
        self._library = library
        self._path = Path(path).expanduser() if path else None
        self._told = ""
        self._table: Retractions | None = None
        self._revision = -1
        self._found: dict[str, EditorialNotice] = {}

    def now(self) -> Mapping[str, EditorialNotice]:
        """Report id → the notice that stands for it. A bad list is logged, once, and knows none."""
        if self._path is None:
            return {}
        try:
            table = read_retractions(self._path)
        except RetractionsError as error:
            self._tell(str(error))
            return {}
        if table is not self._table:
            self._tell(*table.problems)
        revision = self._library.revision
        if table is not self._table or revision != self._revision:
            self._found = table.of(self._library.records(), self._library.all_works())
            self._table, self._revision = table, revision
        return self._found

    def _tell(self, *problems: str) -> None:
        if not problems or problems[0] == self._told:
            return
        self._told = problems[0]
        for problem in problems[:SHOWN_PROBLEMS]:
            log.warning("%s", problem)
        if len(problems) > SHOWN_PROBLEMS:
            log.warning("%s: %d more rows like these", self._path, len(problems) - SHOWN_PROBLEMS)


def retracted(standing: Mapping[str, EditorialNotice]) -> list[str]:
    """The ids of the reports that are retracted, sorted."""
    return sorted(report_id for report_id, notice in standing.items() if notice.retracts)


def told(standing: Mapping[str, EditorialNotice], shown: Sequence[Citation | Report]) -> str:
    """A sentence for each of these reports of which its journal said something; '' for none."""
    sentences: dict[str, None] = {}
    for one in shown:
        report_id = one.id if isinstance(one, Report) else one.report_id
        if report_id in standing:
            sentences[said_of(dict.fromkeys((short_name(one), report_id)), standing[report_id])] = (
                None
            )
    return " ".join(sentences)


def said_of(names: Mapping[str, None], notice: EditorialNotice) -> str:
    """'RETRACTED: Chen 2024 (chen-2024-x) was retracted on 2025-01-31 (Error in Data).'"""
    name, *ids = names
    who = f"{name} ({', '.join(ids)})" if ids else name
    when = f" on {notice.date}" if notice.date else ""
    why = f" ({notice.reason})" if notice.reason else ""
    if notice.retracts:
        return f"RETRACTED: {who} was retracted{when}{why}."
    article = (
        "An expression of concern about" if notice.nature != "Correction" else "A correction of"
    )
    return f"{article} {who} was published{when}{why}."


ON_THE_COMMAND_LINE = "--include-retracted reads them, too"
"""How a refusal says that retracted reports can be searched; the page has a switch instead."""


def left_out(number: int) -> str:
    """What a refusal says of retracted reports that were not searched; '' for none."""
    if not number:
        return ""
    reports = "1 retracted report was" if number == 1 else f"{number} retracted reports were"
    return f"{reports} left out; {ON_THE_COMMAND_LINE}."

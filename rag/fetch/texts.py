"""Record → the text to store: the open full text where there is one, else the abstract."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import FetchError, FileError, InvalidReport, NotThere, TooLarge, UnreadableFile
from rag.fetch.abstract import abstract_file
from rag.fetch.record import Record
from rag.fetch.request import Answer
from rag.fetch.transport import Service
from rag.formats.sandbox import parse_safely
from rag.schema import Report

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """A report that can be stored, with the bytes of its file and the file's name.

    `note` says why it is less than the full text that the service announced ('' if it is not).
    """

    name: str
    report: Report
    original: bytes
    note: str = ""


def text_of(record: Record, service: Service, report_id: str = "") -> Text:
    """The text of an article, as the report `report_id` (else the record's own id).

    Raises FetchError: the service fails, or has neither an open text nor an abstract.
    """
    report_id = report_id or record.report_id
    note = ""
    if record.full_text:
        try:
            return _full(record, service, report_id)
        except NotThere:
            note = "the service has no full text of it"
        except TooLarge:
            note = "its full text is larger than a report may be"
        except FileError as error:
            note = f"its full text cannot be used: {error.reason}"
    found = abstract_file(record)
    if found is None:
        raise FetchError(f"{note or 'its text is not open'}, and it has no abstract; nothing to do")
    try:
        return replace(_text(record, report_id, found), note=note)
    except FileError as error:
        raise FetchError(f"its abstract cannot be used: {error.reason}") from error


def _full(record: Record, service: Service, report_id: str) -> Text:
    """The open full text. Raises FetchError, and FileError when it is no article or another."""
    answer = service.get(f"{record.full_text}/fullTextXML")
    _refuse_page(answer, Path(f"{report_id}.xml"))
    text = _text(record, report_id, answer.body)
    if not _is_same(text.report, record):
        raise InvalidReport(
            text.name, f"it is another article (doi {text.report.doi}, PMID {text.report.pmid})"
        )
    # Some publishers let their articles be searched, not read: the XML comes without a body.
    note = "" if text.report.basis == "full text" else "the service sends its abstract alone"
    return replace(text, note=note)


def _text(record: Record, report_id: str, original: bytes) -> Text:
    """A JATS file as a report that is stored under `report_id`. Raises FileError."""
    name = f"{report_id}.xml"
    report = parse_safely(original, Path(name))
    licence = report.licence or record.licence
    return Text(name, replace(report, id=report_id, licence=licence), original)


def _refuse_page(answer: Answer, path: Path) -> None:
    """Raises UnreadableFile for a web page: 'log in', 'under maintenance'."""
    if answer.kind == "text/html" or _PAGE.match(answer.body):
        raise UnreadableFile(path, "the service sent a web page instead of it")


def _is_same(report: Report, record: Record) -> bool:
    """Whether no number that both name contradicts, or at least one agrees."""
    pairs = [
        (said.lower(), known.lower())
        for said, known in ((report.doi, record.doi), (report.pmid, record.pmid))
        if said and known
    ]
    return not pairs or any(said == known for said, known in pairs)

"""What comes back: the JSON of README's table, as schemas for OpenAPI.

The routes send the objects of `rag.render` as they are; a test holds these schemas to them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Number = int | float


class Reply(BaseModel):
    """Every field is always there; null where nothing is known."""

    model_config = ConfigDict(extra="forbid")


class Editorial(Reply):
    """What a journal said of a paper afterwards."""

    nature: str
    date: str
    reason: str
    doi: str


class Published(Reply):
    """A report as it was published, and what became of it."""

    report_id: str
    title: str
    authors: list[str]
    journal: str | None
    year: int | None
    doi: str | None
    source_kind: str
    basis: str
    retracted: bool
    editorial: Editorial | None


class Span(Reply):
    """A slice of a report: ``text[start:end]``, in Unicode code points."""

    section: str
    start: int
    end: int


class Quoted(Span):
    """A slice as a citation quotes it; `page` where the file had pages."""

    number: int
    page: int | None
    quote: str


class Cited(Published, Quoted):
    """A citation: ``text[start:end]`` of the report is the quotation."""

    work: str
    edition: str


class Found(Span):
    """A passage, with its score and its rank in each arm of the search."""

    report_id: str
    text: str
    score: float
    ranks: dict[str, int]
    work: str
    retracted: bool
    editorial: Editorial | None


class Table(Reply):
    """A row for each patient or group, where all were asked for."""

    columns: list[str]
    rows: list[dict[str, Any]]


class Understood(Reply):
    """A word of the question as the lexicon has it."""

    text: str
    name: str
    corrected: bool


class Verdict(Reply):
    """What checking said of a sentence that a language model wrote."""

    start: int
    end: int
    sentence: str
    verdict: str
    cited: list[int]
    reasons: list[str]
    struck: bool


class AnswerReply(Reply):
    """The object of `casebook ask --json`."""

    id: str | int | None
    question: str
    query: str
    status: Literal["answered", "abstained"]
    answer: str
    short_answer: str | None
    citations: list[Cited]
    passages: list[Found]
    table: Table | None
    engine: str
    notice: str
    readings: list[Understood]
    verdicts: list[Verdict] | None
    elapsed_ms: int


class SearchReply(Reply):
    """Passages, best first."""

    query: str
    passages: list[Found]


class Quotation(Quoted):
    """The sentence that says a value of a patient."""

    report_id: str
    source_kind: str


class CasesReply(Reply):
    """The object of `casebook cases --json`."""

    summary: list[str]
    patients: int
    out_of: int
    not_reported: int
    reports: list[str]
    rows: list[dict[str, Any]]
    groups: list[dict[str, Any]] | None
    without_records: list[str]
    notice: str


class ListedReply(Published):
    """A report as lists show it."""

    pmid: str | None
    article_type: str
    source: str
    licence: str | None
    passages: int
    patients: int
    editions: list[str]


class ReportsReply(Reply):
    """Some reports of all, by id."""

    total: int
    offset: int
    reports: list[ListedReply]


class SectionReply(Reply):
    """A section of a report's text."""

    slug: str
    heading: str
    kind: str
    start: int
    end: int
    patient: int | None
    page: int | None


class ReportReply(ListedReply):
    """A report with its canonical text, which offsets count in (Unicode code points)."""

    sections: list[SectionReply]
    text: str


class PassageReply(Span):
    """A passage of a report."""

    id: str
    patient: int | None
    page: int | None
    text: str


class PassagesReply(Reply):
    """The passages of a report, in reading order."""

    report_id: str
    passages: list[PassageReply]


class AddedReply(Reply):
    """What became of a file."""

    status: Literal["added", "replaced", "unchanged"]
    report_id: str
    passages: int
    edition_of: str
    looks_like: list[str]


class HealthReply(Reply):
    """The server answers, and the library can be read."""

    status: Literal["ok"]
    version: str
    reports: int
    engine: str
    sends_to: str

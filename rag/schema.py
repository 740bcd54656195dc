"""What flows through Casebook, in the order in which it flows: the first file to read.

    file → Report (Section, Case) → Passage → Hit → Evidence → Citation → Answer

Plain frozen values; validation stands at the doors (`rag.formats`, `rag.config`, `eval.gold`).

Laws that the tests hold:

* Each report has one canonical text. Sections, passages, sentences and citations are
  ``[start, end)`` slices of it, counted in Unicode code points; a quotation *is* the slice.
* Identity is a place: ``kuwano-2006-ivig-ulcers#case/2`` (report, section, number from 1), never
  a hash of the text.
* A report is one *edition* (a digest, a PDF …) of a *work*; offsets count in the edition that a
  citation names, so that it stays true when other editions come.
* All order is total: every sort ends in an id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

SourceKind = Literal["digest", "paper", "user file"]
"""Who wrote the words: Casebook (from the report), the report's authors, or unknown."""

Basis = Literal["abstract", "excerpt", "full text"]
"""How much of the source was read."""

ArticleType = Literal[
    "case report", "case series", "retrospective review", "review", "trial", "unknown"
]

Response = Literal["complete", "partial", "none", "worsened", "died", "not stated"]

Sex = Literal["female", "male"]

SectionKind = Literal[
    "front", "summary", "background", "case", "methods", "results", "discussion", "legend",
    "references", "other",
]  # fmt: skip
"""What a section is for, whatever its heading says; references are stored but never retrieved."""

Missing = Literal[
    "title", "authors", "journal", "year", "number of patients", "individual patients", "age",
    "sex", "history", "presentation", "subtype", "antibodies", "laboratory", "imaging",
    "histology", "prior treatment", "treatment", "dose", "route", "schedule", "duration",
    "response", "time to response", "outcome", "follow-up", "relapse", "adverse events",
    "complications", "cause of death", "comparison group", "statistics", "results by disease",
    "discussion",
]  # fmt: skip
"""What the part of the source that was read does not give (`not_in_source` of a digest)."""

ARTICLE_TYPES: tuple[str, ...] = get_args(ArticleType)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A drug as the report names it; an empty dose or route was not given by the source."""

    drug: str
    dose: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One individually described patient; `number` counts from 1 within the report."""

    number: int
    age: int | float | None = None  # years
    sex: Sex | None = None
    subtype: str = ""
    antibodies: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    prior_treatments: tuple[Treatment, ...] = ()
    treatment: tuple[Treatment, ...] = ()
    response: Response = "not stated"
    time_to_response: str = ""
    follow_up: str = ""
    adverse_events: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled stretch of the canonical text (its heading line is not part of the slice).

    `slug` is unique within the report; `patient` is the number of the case that the whole
    section is about, or None; `page` is the printed page on which it begins, where known, and
    `turns` are the offsets within it from which on it stands on another one, each with that page.
    """

    slug: str
    heading: str
    kind: SectionKind
    start: int
    end: int
    patient: int | None = None
    page: int | None = None
    turns: tuple[tuple[int, int], ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page on which an offset of the section stands; None where no page is known."""
        begun = [page for start, page in self.turns if start <= offset]
        return begun[-1] if begun else self.page


@dataclass(frozen=True, slots=True)
class Report:
    """One publication (or digest of one) as it is stored.

    `source` is the base name of the file it came from. Absent metadata are None or empty.
    `licence` is what the source says about its use ('CC BY 4.0'), None where nothing was said.
    """

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    source: str
    source_kind: SourceKind
    basis: Basis
    article_type: ArticleType = "unknown"
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    cases: tuple[Case, ...] = ()
    not_in_source: tuple[str, ...] = ()
    licence: str | None = None

    @property
    def patients(self) -> int:
        """The number of individually described patients (0 for a cohort or a review)."""
        return len(self.cases)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one section and at most one patient, at ``text[start:end]``."""

    report_id: str
    section: str
    number: int
    start: int
    end: int
    kind: SectionKind = "other"
    patient: int | None = None
    page: int | None = None

    @property
    def id(self) -> str:
        """The place of the passage: ``report#section/number``."""
        return f"{self.report_id}#{self.section}/{self.number}"


Nature = Literal["Retraction", "Expression of concern", "Correction"]


@dataclass(frozen=True, slots=True)
class EditorialNotice:
    """What a journal said of a paper afterwards: the gravest thing that still stands.

    `date` is ISO (2021-03-04) or ''; `doi` is that of the notice.
    """

    nature: Nature
    date: str = ""
    reason: str = ""
    doi: str = ""

    @property
    def retracts(self) -> bool:
        """Whether the paper is retracted."""
        return self.nature == "Retraction"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    `score` is the fused score (higher is better); `ranks` says which arm of the search ranked
    it where (from 1), e.g. ``{"dense": 1, "lexical": 4}``; an arm that missed it is absent.
    `work` is the publication that its report is an edition of ('': the report itself).
    `cosine` is that of the passage and the query (0: not known), rounded. `nearest` is its sentence
    likeliest to answer, ``[start, end)`` of the report's text; None where it was not read.
    """

    passage: Passage
    text: str
    score: float
    ranks: dict[str, int]
    work: str = ""
    editorial: EditorialNotice | None = None
    cosine: float = 0.0
    nearest: tuple[int, int] | None = None

    @property
    def of_work(self) -> str:
        """The work that the passage belongs to."""
        return self.work or self.passage.report_id


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer: ``[start, end)`` of the report's text, with a probability."""

    passage: Passage
    start: int
    end: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Citation:
    """The proof of a claim: an exact span of a stored text and where it comes from.

    `patient` is the number of the patient whom it is about, `who` that patient in a few words;
    `of_several` says that the report has more than one. `edition` is what kind of edition the
    report is ('digest', 'PDF' …), one of `editions` of its `work`; `editorial` what its journal
    said of it afterwards.
    """

    number: int
    report_id: str
    title: str
    authors: tuple[str, ...]
    journal: str | None
    year: int | None
    doi: str | None
    pmid: str | None
    source_kind: SourceKind
    basis: Basis
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    patient: int | None = None
    who: str = ""
    of_several: bool = False
    work: str = ""
    edition: str = ""
    editions: int = 1
    editorial: EditorialNotice | None = None

    @property
    def of_work(self) -> str:
        """The work that the report is an edition of."""
        return self.work or self.report_id


Status = Literal["answered", "abstained"]

SentenceVerdict = Literal["supported", "partly", "unsupported", "uncited"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking said of one sentence that a language model wrote: ``text[start:end]``.

    `cited` are the numbers of the citations that it was checked against; `reasons` say, for the
    user, what these do not support. A `struck` sentence stands in the text between '~~' and '~~',
    one that is 'partly' supported has '(only partly proved)' behind it.
    """

    start: int
    end: int
    verdict: SentenceVerdict
    cited: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How a word of the question was understood: `text` as typed, `name` as the lexicon has it."""

    text: str
    name: str
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user gets. `query` is the question as resolved against the conversation.

    `answerable` is the probability, before any refusal, that the reports answer; None unknown.
    `checked` holds a verdict for each sentence that a language model wrote; None where none did.
    """

    question: str
    query: str
    status: Status
    text: str
    short_answer: str | None
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    engine: str
    notice: str
    readings: tuple[Reading, ...] = ()
    table: dict[str, list[object]] | None = None
    answerable: float | None = None
    checked: tuple[Checked, ...] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished exchange of a conversation: what was asked, how it was read, what it was about.

    `report_ids` are the reports that the answer rested on, best first; `patient` is the number of
    the only patient whom it was about, in a report of several.
    """

    question: str
    query: str
    report_ids: tuple[str, ...] = field(default=())
    patient: int | None = None

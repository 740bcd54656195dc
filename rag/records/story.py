"""Report → per patient the sentences that are about this patient, in reading order."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rag.lexicon import Mention, lexicon
from rag.records import somebody_else as apart
from rag.records.columns import Cell, cells_of, given_to_the_only, rows_of
from rag.records.context import LITERATURE
from rag.records.only_patient import beginning, discussed
from rag.records.record import Span
from rag.records.tabled import ROW, rows, told_of
from rag.schema import Report, Section, SectionKind
from rag.sentences import sentence_spans

_UNTOLD: tuple[SectionKind, ...] = ("references", "legend", "front")
_OF_ALL: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "other")
_OTHERS: tuple[SectionKind, ...] = ("discussion", "background")
_ONE = re.compile(
    r"\b(?:patient|case) (?:no\.? ?)?(?P<number>\d{1,2})\b(?! (?:and|to|or)\b|[,-]\s?\d)", re.I
)
_OPENING = 4
_CLOSING = re.compile(
    r"\b[Ww]e (?:believe|suggest|conclude|think|recommend|propose|suspect|consider)\b|\b[Oo]ur (?:other |two |three )*"
    r"(?:patients|cases|experience|findings|series)\b|\b[Tt]o our knowledge\b|\bpatients with\b"
)
_SEVERAL = re.compile(r"\b(?:patients|cases) \d", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the canonical text; `own` when its section is this patient's alone."""

    start: int
    end: int
    text: str
    kind: SectionKind
    own: bool

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """What the lexicon knows in it; places count from the start of the sentence."""
        return lexicon().find(self.text)

    @property
    def span(self) -> Span:
        """Where it stands in the report's text."""
        return self.start, self.end

    def at(self, start: int, end: int) -> Span:
        """A place within the sentence as a place of the report's text."""
        return self.start + start, self.start + end

    @cached_property
    def cited(self) -> bool:
        """Whether it tells of other people's work."""
        return bool(LITERATURE.search(self.text))


@dataclass(frozen=True)
class Story:
    """One patient: `number` in the report and the sentences about this patient.

    `sentences` are those of the patient's own sections; `shared` are others that name the patient,
    or, where the report has one patient only, its summary. `common` is what the report says of all
    its patients together: it can support a value, and gives none but a form of the disease.
    `heading` is the report's title where its text holds it; `before` is what the report says, of
    nobody in particular, before the first of several patients' own sections. `several` is how
    many patients the report has; `cells` are those of a table that has a column or a row for this
    patient, or of the list of what the only patient was given.
    """

    number: int
    sentences: tuple[Sentence, ...]
    shared: tuple[Sentence, ...] = ()
    title: str = ""
    alone: bool = True
    common: tuple[Sentence, ...] = ()
    heading: Sentence | None = None
    before: tuple[Sentence, ...] = ()
    several: int = 1
    cells: tuple[Cell, ...] = ()
    everything: tuple[Sentence, ...] = field(init=False)

    @property
    def opening(self) -> tuple[Sentence, ...]:
        """Where age and sex stand: the first sentences, then those of the summary."""
        rows = tuple(one for one in self.sentences[_OPENING:] if ROW.match(one.text))
        return (*self.sentences[:_OPENING], *rows, *self.summary)

    @property
    def summary(self) -> tuple[Sentence, ...]:
        """The summary of a report that has this patient only; empty for one of several."""
        told = self.shared if self.alone else ()
        return tuple(one for one in told if one.kind in ("summary", "results") and not one.cited)

    def __post_init__(self) -> None:
        object.__setattr__(self, "everything", (*self.sentences, *self.shared))


def stories(report: Report) -> tuple[Story, ...]:
    """A story per patient of the report, by number; none where it tells of no single patient."""
    heading = _heading(report)
    if report.source_kind == "digest":  # its author lists the patients, and it has no tables
        return tuple(replace(one, heading=heading) for one in _stories(report))
    columns = cells_of(report.text)
    told = _with_columns(report, _stories(report), tuple(columns))
    cells = _cells(report.text, told, columns)
    return tuple(replace(one, heading=heading, cells=cells.get(one.number, ())) for one in told)


def _cells(
    text: str, told: Sequence[Story], columns: dict[int, tuple[Cell, ...]]
) -> dict[int, tuple[Cell, ...]]:
    """The cells of each patient: of columns, or of rows if they number just those told of."""
    if columns:
        return columns
    if len(told) == 1 and told[0].alone:
        return {told[0].number: given_to_the_only(text)}
    rows = rows_of(text)
    return rows if [one.number for one in told] == list(rows) else {}


def _with_columns(
    report: Report, told: Sequence[Story], numbers: Sequence[int]
) -> tuple[Story, ...]:
    """`told` with the patients whom only a table's column and the text's 'patient 4' tell apart."""
    known = {one.number for one in told}
    if len(numbers) > 1 and known == {1} and told[0].alone and _tells_of_another(report):
        told, known = (), set()  # 'Patient 1 …. In patient 2 …': one section for all of them
    if not numbers or (told and (told[0].alone or not known <= set(numbers))):
        return tuple(told)
    more = [_named(report, number) for number in numbers if number not in known]
    every = sorted((*told, *more), key=lambda one: one.number)
    return tuple(replace(one, several=len(every)) for one in every)


def _tells_of_another(report: Report) -> bool:
    """Whether the patients' own part of a report names a second one by number."""
    return any(max(patients) > 1 for _, _, _, patients in told_of(report))


def _named(report: Report, number: int) -> Story:
    """The story of a patient without a section: the sentences that name the number."""
    said = tuple(
        Sentence(a, b, report.text[a:b], kind, own=True)
        for a, b, kind, patients in told_of(report)
        if number in patients
    )
    return Story(number, said, (), report.title, alone=False)


def _heading(report: Report) -> Sentence | None:
    start = report.text.find(report.title) if report.title else -1
    if start < 0:
        return None
    return Sentence(start, start + len(report.title), report.title, "front", own=False)


def _stories(report: Report) -> tuple[Story, ...]:
    numbers = sorted(
        {case.number for case in report.cases}
        | {s.patient for s in report.sections if s.patient is not None}
    )
    if not numbers:
        return _tabled(report) or _untitled(report)
    alone = len(numbers) == 1
    told = (_story(report, number, alone=alone) for number in numbers)
    return tuple(replace(one, several=len(numbers)) for one in told)


def _story(report: Report, number: int, *, alone: bool) -> Story:
    own: list[Sentence] = []
    shared: list[Sentence] = []
    for section in report.sections:
        if section.kind in _UNTOLD:
            continue
        if section.patient == number or (alone and own and _goes_on(section)):
            told = _until_discussed(_sentences(report, section, own=True))
            own += told if section.kind != "discussion" else _until_cited(told)
        elif section.patient is None:
            shared += [
                one
                for one in _sentences(report, section, own=False)
                if (_listed(report.text, one) == number and not alone)
                or _about(one, number, alone=alone)
            ]
    own = apart.own(own, report.text, number, alone=alone)
    if not own:  # the report says that it has this patient and keeps no section for it
        own = [one for one in shared if one.kind not in _OTHERS]
        shared = [one for one in shared if one.kind in _OTHERS]
    common = tuple(
        one
        for section in report.sections
        if section.patient is None and section.kind in _OF_ALL
        for one in _sentences(report, section, own=False)
        if not one.cited
    )
    before = () if alone else _before(report)
    return Story(number, tuple(own), tuple(shared), report.title, alone, common, before=before)


def _before(report: Report) -> tuple[Sentence, ...]:
    """What is said before the first patient's own section: 'We treated a waiter of 51 and …'."""
    first = min((s.start for s in report.sections if s.patient is not None), default=0)
    return tuple(
        one
        for section in report.sections
        if section.patient is None and section.start < first and section.kind not in _UNTOLD
        for one in _sentences(report, section, own=False)
        if not one.cited
    )


def _goes_on(section: Section) -> bool:
    """Whether a section behind the only patient's case section tells on: 'Treatment', 'Course'.

    A discussion without a heading was cut off from a story in running prose by its closing words,
    and may begin with the end of the story.
    """
    if section.patient is not None:
        return False
    return section.kind in ("other", "results") or (
        section.kind == "discussion" and not section.heading
    )


# 'Discussion: Steroids are the usual first step.' stands in the paragraph behind the last patient.
_DISCUSSED = re.compile(
    r"(?:Discussion|Comments?|Conclusions?|Teaching points?)(?:[:.] ?(?=[A-Z])|: )"
)


def _until_discussed(told: list[Sentence]) -> list[Sentence]:
    stop = next((at for at, one in enumerate(told) if at and _DISCUSSED.match(one.text)), None)
    return told[:stop]


def _until_cited(told: list[Sentence]) -> list[Sentence]:
    stop = next((at for at, one in enumerate(told) if one.cited or _CLOSING.search(one.text)), None)
    return told[:stop]


def _listed(text: str, sentence: Sentence) -> int | None:
    """The patient whose line in a list a sentence begins ('2. Man, 44: …'), or None."""
    line = text.rfind("\n", 0, sentence.start) + 1
    row = ROW.match(text, line)
    return int(row["number"]) if row and row.start() <= sentence.start < row.end() else None


def _about(sentence: Sentence, number: int, *, alone: bool) -> bool:
    """Whether a sentence of nobody's section is about this patient."""
    named = {int(match["number"]) for match in _ONE.finditer(sentence.text)}
    if named:
        return named == {number} and not _SEVERAL.search(sentence.text)
    return alone and sentence.kind not in _OTHERS and not sentence.cited


def _sentences(report: Report, section: Section, *, own: bool) -> list[Sentence]:
    return [
        Sentence(a, b, report.text[a:b], section.kind, own)
        for a, b in sentence_spans(report.text, section.start, section.end)
    ]


def _tabled(report: Report) -> tuple[Story, ...]:
    """The stories of patients whom a table numbers and the text names; a digest has none."""
    numbers = rows(report) if report.source_kind != "digest" else ()
    return tuple(_named(report, number) for number in numbers)


def _untitled(report: Report) -> tuple[Story, ...]:
    """The story of the only patient of a letter without a section for this patient.

    When ages of several people are given, nobody can be told apart and there is no story. A
    digest's author lists the patients, so that a digest without any has none.
    """
    if report.source_kind == "digest" or report.article_type in ("review", "trial"):
        return ()
    told = [one for one in _all(report) if one.kind not in (*_UNTOLD, "discussion")]
    first = beginning(told)
    if first is not None:
        rest = tuple(one for one in told[first:] if not one.cited)
        return (Story(1, rest, tuple(told[:first]), report.title),)
    said = [one for one in _all(report) if one.kind == "discussion"]
    begins = discussed(said)
    own = () if begins is None else tuple(_until_cited(said[begins:]))
    return (Story(1, own, (), report.title),) if own else ()


def _all(report: Report) -> Iterator[Sentence]:
    for section in report.sections:
        yield from _sentences(report, section, own=True)

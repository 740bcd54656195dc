"""A question that only names something, or asks for doses in general → a line for each report.

It stands where the reading of single questions does: nothing is asked that one sentence answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import ENGINE, Consulted, compose
from rag.cases.in_general import asked_of_patients
from rag.cite import Provenance, cite
from rag.conversation.elliptic import without_talk
from rag.conversation.resolve import Resolved
from rag.evidence_kind import notice
from rag.filters import Filters, report_ids_of
from rag.library import Library
from rag.library.cache import ReportCache
from rag.reader.question.of_group import group_asked, speaking_of
from rag.refusals import NOT_ANSWERED
from rag.schema import Answer, Evidence, Hit, Report
from rag.topics.dosing import doses_told
from rag.topics.finding import Found, names_item, reports_naming, reports_on
from rag.topics.quoting import covering
from rag.topics.side_by_side import REMARK, compares_reports, each_in_short
from rag.topics.topic import (
    Item,
    Topic,
    dose_asked,
    relation_asked,
    thing_asked,
    things_named,
    topic_of,
)
from rag.understood import readings
from rag.works.standing import Standing, told

MOST_REPORTS = 5
"""Reports of which a sentence is quoted."""
MOST_WORDS = 150
"""Of the quoted sentences."""
_SENTENCES = {1: 3, 2: 2}
"""How many are quoted of each report, where there are so few; of more one."""


@dataclass(frozen=True, slots=True)
class TopicQuestion:
    """A question that may name a topic, with what was searched for it."""

    question: str
    resolved: Resolved
    hits: Sequence[Hit]
    k: int
    filters: Filters
    without: Collection[str]

    @property
    def nearest(self) -> list[str]:
        """The reports of the hits, best first."""
        return list(dict.fromkeys(hit.passage.report_id for hit in self.hits))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The sentences to quote, of which reports, and what is said beside them."""

    evidence: tuple[Evidence, ...]
    remark: str


class TopicStage:
    """Answers what names a topic, from the library's reports."""

    def __init__(self, library: Library, standing: Standing) -> None:
        self._library = library
        self._standing = standing
        self._stored = ReportCache(library)

    def answer(self, asked: TopicQuestion, read: Callable[[], Consulted]) -> Consulted:
        """What the reports on a topic say, where a question only names one; else what `read` gives.

        Whether one thing comes of another in general is read first, as are what goes with it and
        what a drug does: a report may say so in a sentence of its own. A question about reports
        that are known already names nothing to be looked for. Raises FilterError, LibraryError.
        """
        resolved = asked.resolved
        alone = without_talk(resolved.query)
        if compares_reports(alone, resolved.authors, len(resolved.report_ids)):
            return self._side_by_side(asked) or read()
        if resolved.report_ids or resolved.follows or "report" in asked.filters:
            return read()
        if topic := topic_of(resolved.query):
            return self._on(topic, asked) or read()
        if topic := dose_asked(resolved.query):
            return self._doses(topic, asked, read)
        found = read()
        related = relation_asked(resolved.query) or thing_asked(resolved.query)
        if related is None and asked_of_patients(resolved.query) != resolved.query:
            related = things_named(resolved.query)  # asked of a drug or a sign in general
        if related is None or not found.answer.text.startswith(NOT_ANSWERED):
            return found
        return self._on(related, asked) or found

    def _side_by_side(self, asked: TopicQuestion) -> Consulted | None:
        """Reports that are named by their authors, each in short; None for one that is gone."""
        found = self._stored.reports(asked.resolved.report_ids)
        if len(found) != len(asked.resolved.report_ids):
            return None
        reports = [found[one] for one in asked.resolved.report_ids]
        alone = replace(asked.resolved, query=without_talk(asked.resolved.query))
        shown = _Chosen(_fitting(each_in_short(reports)), REMARK)
        return self._quoting(replace(asked, resolved=alone), reports, shown)

    def _on(self, topic: Topic, asked: TopicQuestion) -> Consulted | None:
        """A line for each report on a topic; None where there is none."""
        found = reports_on(
            topic, self._library, self._stored.reports, asked.nearest, self._among(asked)
        )
        if found is None:
            return None
        editions = self._library.shared_works([report.id for report in found.reports])
        shown = _first_editions(found.reports, editions)[:MOST_REPORTS]
        each = _SENTENCES.get(len(shown), 1)
        quoted = _fitting([covering(topic.items, report, each) for report in shown])
        remark = _remark(topic, found, len({item.passage.report_id for item in quoted}))
        return self._quoting(asked, found.reports, _Chosen(quoted, remark))

    def _doses(
        self, topic: Topic, asked: TopicQuestion, read: Callable[[], Consulted]
    ) -> Consulted:
        """The doses of a drug, a line for each report; where one gives any, it is read.

        Where none gives a dose for all that it is to be for, and reading finds none either, those
        for part of it are quoted, and what is lacking is said.
        """
        reports, given = self._giving(topic, asked)
        if len(given) < 2:
            found = read()
            only = {report.id for report, _ in given} or set(found.reports)
            cited = {c.report_id for c in found.answer.citations}
            silent = found.answer.text.startswith(NOT_ANSWERED)
            if not silent and (not given or not topic.items[1:] or cited <= only):
                return found
            for part in () if given else _with_less(topic):
                reports, given = self._giving(part, asked)
                if given:
                    break
            if not given:
                return found
        quoted = _fitting([sentences for _, sentences in given[:MOST_REPORTS]])
        shown = len({item.passage.report_id for item in quoted})
        named = {item for report, _ in given for item in topic.items if names_item(item, report)}
        lacking = [item.said for item in topic.items[1:] if item not in named]
        remark = _dose_remark(topic.items[0], len(given), shown, lacking)
        return self._quoting(asked, reports, _Chosen(quoted, remark))

    def _giving(
        self, topic: Topic, asked: TopicQuestion
    ) -> tuple[list[Report], list[tuple[Report, list[Evidence]]]]:
        """The reports that name all of a topic, and those of them that give a dose."""
        reports = reports_naming(
            topic, self._library, self._stored.reports, asked.nearest, self._among(asked)
        )
        editions = self._library.shared_works([report.id for report in reports])
        group = group_asked(asked.resolved.query)
        whom = speaking_of(group, {report.id: report for report in reports}) if group else None
        given = doses_told(
            topic,
            _first_editions(reports, editions),
            lambda report: whom is None or report.id in whom,
        )
        return reports, given

    def _quoting(
        self, asked: TopicQuestion, reports: Sequence[Report], chosen: _Chosen
    ) -> Consulted:
        """The answer that quotes these sentences."""
        by_id = {report.id: report for report in reports}
        shared = self._library.shared_works(list(by_id))
        works = {one: work for work, editions in shared.items() for one in editions}
        standing = self._standing.now()
        provenance = Provenance(
            {one: works.get(one, one) for one in by_id},
            {one: len(editions) for editions in shared.values() for one in editions},
            standing,
        )
        citations = cite(chosen.evidence, by_id, provenance)
        kind = notice(citations, by_id, asked.hits)
        answer = Answer(
            question=asked.question,
            query=asked.resolved.query,
            status="answered",
            text="\n".join([compose(citations), chosen.remark]),
            short_answer=None,
            citations=tuple(citations),
            hits=tuple(asked.hits[: asked.k]),
            engine=ENGINE,
            notice=" ".join(part for part in (told(standing, citations), kind) if part),
            readings=readings(asked.resolved.query),
        )
        return Consulted(answer, chosen.evidence, (chosen.remark,), by_id, provenance)

    def _among(self, asked: TopicQuestion) -> list[str] | None:
        """The reports that may be named; None for all."""
        if not asked.filters and not asked.without:
            return None
        narrowed = asked.filters
        known = report_ids_of(self._library, narrowed) if narrowed else self._library.report_ids()
        return [report_id for report_id in known if report_id not in asked.without]


def _first_editions(reports: Sequence[Report], shared: Mapping[str, Sequence[str]]) -> list[Report]:
    """Of each work the edition that comes first."""
    works = {one: work for work, editions in shared.items() for one in editions}
    first: dict[str, Report] = {}
    for report in reports:
        first.setdefault(works.get(report.id, report.id), report)
    return list(first.values())


def _fitting(sentences: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    """The sentences of one report after the other, as far as there is room."""
    chosen: list[Evidence] = []
    left = MOST_WORDS
    for of_report in sentences:
        left -= sum(len(item.text.split()) for item in of_report)
        if left < 0 and chosen:
            break
        chosen += of_report
    return tuple(chosen)


def _remark(topic: Topic, found: Found, shown: int) -> str:
    """How many reports name what is asked about, and what of it none tells of."""
    what = " and ".join(item.said for item in topic.items if item not in found.lacking)
    lacking = " or ".join(item.said for item in found.lacking)
    besides = f"; none tells of {lacking} with it" if lacking else ""
    if found.named == 1:
        return f"One report {'tells of' if found.about else 'names'} {what}{besides}."
    rest = f"; {shown} of them are quoted" if shown < found.named else ""
    return f"{found.named:,} reports {'tell of' if found.about else 'name'} {what}{rest}{besides}."


def _with_less(topic: Topic) -> list[Topic]:
    """A drug with all but one of the things that it is to be for; the last one goes first."""
    drug, *rest = topic.items
    if len(rest) < 2:
        return []
    return [Topic((drug, *rest[:n], *rest[n + 1 :])) for n in reversed(range(len(rest)))]


def _dose_remark(drug: Item, given: int, shown: int, lacking: Sequence[str]) -> str:
    """How many reports give a dose; what they give is no advice."""
    rest = f"; {shown} of them are quoted" if shown < given else ""
    rest += f"; none of them names {' or '.join(lacking)}" if lacking and given > 1 else ""
    rest += f"; it does not name {' or '.join(lacking)}" if lacking and given == 1 else ""
    told = "One report gives" if given == 1 else f"{given:,} reports give"
    return f"{told} a dose of {drug.said}{rest}. That is no recommendation."

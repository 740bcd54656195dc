"""The last stage of the spine: hits → whom they are about → reading → the answer that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from rag.answer import ENGINE, Consulted, Draft, extract
from rag.by_author import without_names
from rag.cite import Provenance
from rag.conversation.courtesies import question_in
from rag.conversation.of_whom import asked_of_anybody, asked_of_patient
from rag.conversation.resolve import Resolved
from rag.generic_names import with_generic_names
from rag.introduced import IntroducedPatients
from rag.library import Library
from rag.library.cache import ReportCache
from rag.meant import Meant, meant
from rag.presupposed import unknown_to
from rag.reader.question.ask import asked_before, only_points
from rag.reader.question.of_group import group_asked, speaking_of
from rag.reader.reader import Reader
from rag.reader.short.briefly import short_of
from rag.reader.weighing.candidates import places_to_read
from rag.reader.whom.refer import naming
from rag.schema import Answer, Evidence, Hit, Report
from rag.understood import readings
from rag.works.fullest import quoting_fullest
from rag.works.standing import Standing, retracted, told


class ReadStage:
    """Answers from passages of a library; what it knows of its reports is kept while they stay."""

    def __init__(self, library: Library, standing: Standing) -> None:
        self._library = library
        self._standing = standing
        self._introduced = IntroducedPatients(library)
        self._stored = ReportCache(library)

    def answer(
        self,
        reader: Reader,
        question: str,
        resolved: Resolved,
        hits: Sequence[Hit],
        k: int,
        *,
        one_report: bool = False,
    ) -> Consulted:
        """The answer from the words of the hits, of which it shows the `k` best.

        `one_report`: see `rag.answer.extract`. Raises LibraryError.
        """
        said, question = question, question_in(question)
        hits, reports = self._of_group(question, hits)
        whom = meant(self._introduced, question, resolved, reports)
        if whom.patient is not None:
            (report,) = reports.values()
            resolved = _of_patient(question, resolved, report, whom)
        stored = self._library.sentence_vectors([hits[i].passage.id for i in places_to_read(hits)])
        asked = resolved.asked or asked_of_anybody(question, resolved.query)
        plain = with_generic_names(without_names(asked, resolved.authors))
        query = with_generic_names(without_names(resolved.query, resolved.authors))
        reading = reader.read(
            plain,
            hits,
            reports,
            query=query,
            stored=stored,
            patient=whom.patient,
            among=whom.among,
            sides=whom.sides,
            introduced=self._introduced,
        )
        shown = _with_nearest(reading.hits[:k], reading.evidence)
        shared = self._library.shared_works(reports.keys())
        if shared:
            found = quoting_fullest(reading.evidence, reports, shared)
            reading = replace(reading, evidence=found)
        standing = self._standing.now()
        provenance = Provenance(
            {hit.passage.report_id: hit.of_work for hit in hits},
            {report_id: len(ids) for ids in shared.values() for report_id in ids},
            standing,
        )
        unknown = replace(unknown_to(self._library, resolved.query), authors=resolved.nobody)
        brief = partial(short_of, plain, query, reading.read)
        draft = extract(
            asked,
            shown,
            reading,
            reports,
            unknown,
            provenance,
            brief,
            asked_before(resolved.query),
            one_report=one_report,
        )
        answer = Answer(
            question=said,
            query=resolved.query,
            status="answered" if draft.status == "answered" else "abstained",
            text=draft.text,
            short_answer=draft.short_answer,
            citations=draft.citations,
            hits=shown,
            engine=ENGINE,
            notice=self._notice(draft, shown, reports),
            readings=readings(resolved.query),
            answerable=reading.answerable,
        )
        return Consulted(answer, draft.evidence, draft.remarks, reports, provenance)

    def _notice(self, draft: Draft, shown: Sequence[Hit], reports: Mapping[str, Report]) -> str:
        """What kind of evidence it is, after what journals said of the reports that are shown."""
        standing = self._standing.now()
        if draft.citations:
            said = told(standing, draft.citations)
        else:
            near = dict.fromkeys(hit.passage.report_id for hit in shown)
            said = told(standing, [reports[i] for i in near if i in retracted(standing)])
        return " ".join(part for part in (said, draft.notice) if part)

    def _of_group(
        self, question: str, hits: Sequence[Hit]
    ) -> tuple[Sequence[Hit], Mapping[str, Report]]:
        """The hits in reports that speak of the children asked about in general, with all reports
        of these; all of them where nobody is asked about so, or no report speaks of such people.
        """
        reports = self._reports(hits)
        group = group_asked(question)
        kept = speaking_of(group, reports) if group else frozenset()
        if not kept:
            return hits, reports
        found = [hit for hit in hits if hit.passage.report_id in kept]
        return found, {report_id: reports[report_id] for report_id in reports if report_id in kept}

    def _reports(self, hits: Sequence[Hit]) -> Mapping[str, Report]:
        return self._stored.reports(hit.passage.report_id for hit in hits)


def _of_patient(question: str, resolved: Resolved, report: Report, whom: Meant) -> Resolved:
    """The question as it is asked of the one patient whom it means, whom the query names."""
    case = next(case for case in report.cases if case.number == whom.patient)
    query = resolved.query
    asked = resolved.asked or asked_of_patient(question, query, case, whom.callings)
    if resolved.follows and asked != question:
        # The next question goes on with what was asked, not with 'and the lawyer?'.
        _, about, talk = query.partition(" (about: ")
        query = f"{asked}{about}{talk}" if not only_points(question) else query
    return replace(resolved, query=naming(query, report, case.number), asked=asked)


def _with_nearest(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> tuple[Hit, ...]:
    """The hits with the first of the evidence, which is best first, that stands in each."""
    best: dict[str, tuple[int, int]] = {}
    for item in evidence:
        best.setdefault(item.passage.id, (item.start, item.end))
    return tuple(replace(hit, nearest=best.get(hit.passage.id)) for hit in hits)

"""Report → its records: the one door of this package."""

from __future__ import annotations

from dataclasses import replace

from rag.records import tabulated
from rag.records.age import age
from rag.records.antibodies import shared
from rag.records.course import follow_up, relapse, time_to_response
from rag.records.culprits import marked
from rag.records.events import adverse_events
from rag.records.findings import disease_duration, findings
from rag.records.groups import groups
from rag.records.outcome import response
from rag.records.record import CaseRecord, Records
from rag.records.sex import sex
from rag.records.story import Story, stories
from rag.records.subtype import subtype
from rag.records.support import supported
from rag.records.therapies import therapies
from rag.records.timing import candidates
from rag.schema import Case, Report


def records_of(report: Report) -> Records:
    """Every patient and every group that a report tells of; the same report gives the same records.

    What the file's author filled in counts and is looked up in the text; what the author left open
    is read from the text and marked 'extracted'. Nothing is guessed: what is not said is absent.
    """
    told = stories(report)
    if not told:
        return Records(report.id, groups=groups(report))
    cases = {case.number: case for case in report.cases if _filled_in(report, case)}
    made = [_record(report, one, cases.get(one.number)) for one in told]
    return Records(report.id, shared(made, told) if report.source_kind != "digest" else tuple(made))


def _filled_in(report: Report, case: Case) -> bool:
    """Whether an author described the case; a reader of plain files gives age and sex at most."""
    beside = (
        case.subtype, case.antibodies, case.features, case.prior_treatments, case.treatment,
        case.time_to_response, case.follow_up, case.adverse_events, case.response != "not stated",
    )  # fmt: skip
    return report.source_kind == "digest" or any(beside)


def _record(report: Report, story: Story, case: Case | None) -> CaseRecord:
    found = extracted(report.id, story)
    if case is None:
        return found
    if report.source_kind == "digest" and case.response == "not stated":
        # A digest's author looked for the response: that it isn't stated is an answer.
        found = replace(found, response=None)
    return supported(case, story, found)


def extracted(report_id: str, story: Story) -> CaseRecord:
    """One patient's record, read from the patient's story alone."""
    years = age(story)
    found = findings(story)
    found = (*found, *tabulated.antibodies(story, found))
    given = marked(story, therapies(story))
    times = candidates(story, given)
    starts = [therapy.drug.spans[0][0] for therapy in given if therapy.drug.spans]
    return CaseRecord(
        report_id=report_id,
        number=story.number,
        age=years,
        sex=sex(story),
        subtype=subtype(story, years, found),
        findings=found,
        disease_duration=disease_duration(story),
        therapies=tabulated.with_tables(story, given),
        response=tabulated.response(story) or response(story, given),
        time_to_response=time_to_response(times) or tabulated.time_to_response(story),
        follow_up=follow_up(times) or tabulated.follow_up(story),
        relapse=relapse(story),
        adverse_events=adverse_events(story, min(starts, default=None)),
    )

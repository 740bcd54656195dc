"""Report → its records: the one door of this package."""

from __future__ import annotations

from rag.records.events import adverse_events
from rag.records.findings import disease_duration, findings
from rag.records.outcome import follow_up, relapse, response, time_to_response
from rag.records.person import age, sex
from rag.records.record import CaseRecord, Records
from rag.records.story import Story, stories
from rag.records.subtype import subtype
from rag.records.therapies import therapies
from rag.schema import Report


def records_of(report: Report) -> Records:
    """Every patient and every group that a report tells of; the same report gives the same records.

    What the file's author filled in counts and is looked up in the text; what the author left open
    is read from the text and marked 'extracted'. Nothing is guessed: what is not said is absent.
    """
    return Records(report.id, tuple(extracted(report.id, one) for one in stories(report)))


def extracted(report_id: str, story: Story) -> CaseRecord:
    """One patient's record, read from the patient's story alone."""
    years = age(story)
    found = findings(story)
    given = therapies(story)
    starts = [therapy.drug.spans[0][0] for therapy in given if therapy.drug.spans]
    return CaseRecord(
        report_id=report_id,
        number=story.number,
        age=years,
        sex=sex(story),
        subtype=subtype(story, years, found),
        findings=found,
        disease_duration=disease_duration(story),
        therapies=given,
        response=response(story, given),
        time_to_response=time_to_response(story, given),
        follow_up=follow_up(story),
        relapse=relapse(story),
        adverse_events=adverse_events(story, min(starts, default=None)),
    )

"""Which reports can be about what a question names."""

from __future__ import annotations

from rag.reader.question.subject import on_subject, unmentioned
from rag.reader.reader import Reading
from rag.reader.whom.patients import described
from rag.refusals import NOTHING_UNKNOWN, refusal
from rag.schema import Report

TEXT = "Prednisolone was tapered to 5 mg on alternate days."
REPORT = Report("r", "r", TEXT, (), "r.txt", "user file", "full text")


def test_no_drug_of_the_question_in_any_report_is_said_so() -> None:
    """A way of giving steroids may be told of by the drug's name; another drug may not."""
    told = {"r": REPORT}
    assert on_subject("The cousin's oral steroid?", told) == {"r"}
    assert on_subject("Which steroid pulses?", told) == {"r"}
    assert unmentioned("The cousin's oral steroid?", told) == ()
    assert unmentioned("Why was ciclosporin stopped?", told) == ("ciclosporin",)
    assert unmentioned("Did he relapse?", told) == ()
    reading = Reading((), (), 0.9, described("patient 3"), 0.5)
    said = refusal("Why was ciclosporin stopped?", reading, told, NOTHING_UNKNOWN)
    assert said is not None and "mentions ciclosporin" in said

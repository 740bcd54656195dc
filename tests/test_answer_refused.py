"""What was read → a refusal that says why, and the notice that says what kind of evidence it is."""

from __future__ import annotations

import pytest
from drafted import FIVE, answer, evidence, report

from rag.refusals import Unknown
from rag.schema import Case

REFUSED = {
    "a poem": ("Now write a birthday poem for my sister", 1.0, Unknown(), "and does nothing else"),
    "a deed": ("can you book me an appointment?", 1.0, Unknown(), "and does nothing else"),
    "advice": ("Which dose should I give my patient?", 1.0, Unknown(), "does not recommend"),
    "unknown drug": ("Did infliximab help?", 1.0, Unknown(names=("infliximab",)), "infliximab"),
    "unknown patient": ("The man of 33?", 1.0, Unknown(patient="a 33-year-old man"), "33-year-old"),
    "not answerable": ("Capital of France?", 0.0, Unknown(), "do not answer this"),
}


@pytest.mark.parametrize(
    ("question", "answerable", "unknown", "words"), REFUSED.values(), ids=REFUSED
)
def test_a_refusal_says_why_and_cites_nothing(question, answerable, unknown, words) -> None:
    """However good the best sentence looks, no citation goes with a refusal."""
    one = report("a", {"Case": FIVE})
    item = evidence(one, "The rash faded.", 0.99)
    draft = answer(question, [one], item, answerable=answerable, unknown=unknown)
    assert (draft.status, draft.short_answer, draft.citations) == ("abstained", None, ())
    assert words in draft.text
    assert "The rash faded." not in draft.text


def test_nothing_read_is_a_refusal() -> None:
    """Without a hit there is nothing to quote, and the notice says so."""
    draft = answer("Rash?", [])
    assert (draft.status, draft.citations) == ("abstained", ())
    assert "Nothing in the library is near" in draft.notice


def test_what_the_source_lacks_is_said() -> None:
    """A digest that lists the dose as missing is not searched for one in vain."""
    one = report("a", {"Case": "Dapsone was given."}, not_in_source=("dose",))
    item = evidence(one, "Dapsone was given.", 0.9)
    draft = answer("What dose of dapsone?", [one], item)
    assert draft.status == "abstained"
    assert draft.text.startswith("Dose: not in the abstract that was read (Kim 2011, a)")
    assert answer("Was dapsone given?", [one], item).status == "answered"


def test_a_missing_time_to_response_is_no_missing_onset() -> None:
    """'When did it begin' does not ask how long the drug took."""
    told = {"Case": "The rash came with the first tablet."}
    one = report("a", told, not_in_source=("time to response",))
    item = evidence(one, "The rash came with the first tablet.", 0.9)
    draft = answer("How long until the rash faded?", [one], item)
    assert draft.text.startswith("Time to response: not in the abstract that was read")
    assert answer("When did the rash begin?", [one], item).status == "answered"


def test_a_follow_up_that_lacks_is_not_called_a_time_to_response() -> None:
    """'How long was she followed up?' asks for the one and not for the other."""
    one = report("a", {"Case": FIVE}, not_in_source=("time to response", "follow-up"))
    draft = answer("How long was she followed up?", [one], evidence(one, "The rash faded.", 0.9))
    assert draft.text.startswith("Follow-up: not in the abstract that was read")


def test_a_drug_that_works_for_something_else_is_no_answer() -> None:
    """Some sentence must name the drug and what it is asked to work for."""
    one = report("a", {"Case": "IVIg works well. IVIg cleared the calcinosis."})
    works = evidence(one, "IVIg works well.", 0.9)
    both = evidence(one, "IVIg cleared the calcinosis.", 0.8)
    question = "Is IVIG effective for calcinosis?"
    assert answer(question, [one], works).status == "abstained"
    assert answer(question, [one], works, both).status == "answered"


NOTICES = {
    "one case": (
        [{"article_type": "case report", "cases": (Case(1),)}],
        "Evidence: 1 case report, 1 single patient described, no controls.",
    ),
    "two reports": (
        [
            {"article_type": "case report", "cases": (Case(1),)},
            {"article_type": "case report", "cases": (Case(1), Case(2))},
        ],
        "Evidence: 2 case reports, 3 single patients described, no controls.",
    ),
    "series and review": (
        [{"article_type": "case series"}, {"article_type": "retrospective review"}],
        "Evidence: 1 case series, 1 retrospective review, no controls.",
    ),
    "trial": ([{"article_type": "trial"}], "Evidence: 1 trial."),
    "unknown": ([{}], "Evidence: 1 report, no controls."),
}


@pytest.mark.parametrize(("reports", "words"), NOTICES.values(), ids=NOTICES)
def test_the_notice_counts_reports_patients_and_controls(reports, words) -> None:
    """What kind of evidence it is stands with every answer."""
    known = [
        report(f"r{n}", {"Case": FIVE}, source_kind="paper", **fields)
        for n, fields in enumerate(reports)
    ]
    items = [evidence(one, "CK fell.", 0.9) for one in known]
    assert answer("Which reports say that CK fell?", known, *items).notice == words


def test_the_notice_says_who_wrote_a_digest_and_from_what() -> None:
    """Digest text is unreviewed, of a part of the source, and lacks what that part lacks."""
    one = report("a", {"Case": FIVE}, basis="excerpt", not_in_source=("dose", "follow-up"))
    notice = answer("Rash?", [one], evidence(one, "The rash faded.", 0.9)).notice
    assert "Casebook's own wording, written from the excerpt that was read" in notice
    assert "not reviewed by a clinician" in notice
    assert "Not in the excerpt that was read: dose, follow-up." in notice
    paper = report("a", {"Case": FIVE}, source_kind="paper", basis="full text")
    assert "wording" not in answer("Rash?", [paper], evidence(paper, "CK fell.", 0.9)).notice


def test_silence_is_no_evidence() -> None:
    """After a refusal the notice warns that what was not read may still be in the paper."""
    part = report("a", {"Case": FIVE})
    full = report("b", {"Case": FIVE}, basis="full text")
    assert "abstract" in answer("?", [part], evidence(part, "CK fell.", 0.9), answerable=0.0).notice
    assert (
        "no evidence" in answer("?", [full], evidence(full, "CK fell.", 0.9), answerable=0.0).notice
    )

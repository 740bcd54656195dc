"""`rag.verify` on claims and their contraries: what rules cannot tell apart is not proved."""

from __future__ import annotations

import pytest

import rag.verify.check
from rag.verify.turned import with_denials, without_denials
from tests.test_verify import judged

SAID = [
    ("Her arms were not swollen [1].", "Her arms were not swollen."),
    ("He could not whistle [1].", "He was unable to whistle."),
    ("The ulcers did not close until March [1].", "The ulcers closed only in March."),
    ("The drug was not helpful [1].", "The drug was of no use."),
    ("There were no antibodies against SRP [1].",
     "Anti-Mi-2 antibodies were positive, whereas antibodies against SRP were negative."),
    ("Six weekly infusions were given [1].", "Infusions were given weekly, six in all."),
    ("Creatinine rose from 0.5 to 0.9 mg/dL, and the dose was reduced [1].",
     "Creatinine, 0.5 mg/dL before, was 0.9 mg/dL, and the dose was reduced."),
    ("He needed 4 L/min of oxygen [1].", "He needed 4 L of oxygen per minute."),
    ("Ten women without muscle symptoms were seen [1].", "Ten amyopathic women were seen."),
    ("A second injection was as effective; no third injection was required [1].",
     "A second injection was equally effective, and a third was not needed."),
    ("Some patients had a rash [1].", "Some patients had a rash, and none had ulcers."),
    ("She could not climb stairs any more [1].", "She could no longer climb stairs."),
]  # fmt: skip

NOT_SAID = [
    # As far as words go, the dose may have been enough or not.
    ("The patch was not of much worth in the opinion of his aunt [1].",
     "His aunt's opinion of the patch was asked, and its worth was not measured."),
    ("Two courses were not enough to bring her voice back [1].",
     "Her voice was back after two courses."),
    ("The regimens were not a mixture of drugs [1].", "Regimens differed in the mixture of drugs."),
    # Two denials, one of them in the spans.
    ("He could not do without insulin [1].", "He did without insulin."),
    ("She was not unable to rise [1].", "She could not rise without help."),
    ("The groups were not matched rather than randomised [1].",
     "The groups were matched, not randomised."),
    # 'Without fever' proves no 'not' of a claim without fever.
    ("Ten days of dapsone were not enough to bring on hives [1].",
     "Dapsone was stopped on day 10 because of hives without fever."),
    # What a contrast denies.
    ("The scan showed a wide vessel [1].", "The scan showed a cyst rather than a wide vessel."),
    # Words that only stand beside a denial, or in place of one.
    ("The veins could be used any more [1].", "The veins were unusable."),
    ("Some cancer was found [1].", "The search for cancer was negative."),
    ("Cold air was not all she needed [1].", "No anaesthetic was needed other than cold air."),
    ("Ten women with muscle symptoms were seen [1].", "Ten amyopathic women were seen."),
    ("The second year was not just as good [1].", "The second year was as good as the first."),
    ("The rash failed to respond again [1].", "The rash relapsed and responded again."),
    ("Tacrolimus was stopped because the dose was difficult to lower [1].",
     "Reason: difficulty in lowering the dose of prednisolone in ten."),
    # The contrary of what is denied in so many words.
    ("Papules were present on her knuckles [1].", "Papules on the knuckles were absent."),
    ("A feeding tube was needed for weeks [1].", "A feeding tube was not needed."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text"), SAID, ids=[a for a, _ in SAID])
def test_what_is_said_so_is_supported(answer: str, text: str) -> None:
    verdict = judged(answer, text)
    assert verdict.verdict == "supported", verdict.reasons


@pytest.mark.parametrize(("answer", "text"), NOT_SAID, ids=[a for a, _ in NOT_SAID])
def test_what_is_not_said_so_is_caught(answer: str, text: str) -> None:
    assert judged(answer, text).verdict != "supported"


def test_each_not_is_left_out_in_turn() -> None:
    found = [text for text, _, _ in without_denials("It was not red and never itched at all.", "")]
    assert found == ["It was red and never itched at all.", "It was not red and itched at all."]


@pytest.mark.parametrize(
    "claim",
    ["The arms were swollen, the legs were not.", "It did not close until May.",
     "It was not only red.", "It was red."],
)  # fmt: skip
def test_a_not_that_cuts_off_or_waits_is_left_alone(claim: str) -> None:
    assert not list(without_denials(claim, ""))


def test_a_not_that_the_spans_have_is_left_alone() -> None:
    claim = "The arms were not swollen."
    assert not list(without_denials(claim, "Her arms were not swollen."))
    assert list(without_denials(claim, "Her arms were thin."))


def test_a_not_is_put_in_where_the_spans_have_one() -> None:
    claim = "The arms were swollen."
    assert [text for text, _, _ in with_denials(claim, "The arms were not swollen.")] == [
        "The arms were not swollen."
    ]
    assert not list(with_denials(claim, "The arms were swollen."))
    assert not list(with_denials("The arms were not red.", "The arms were not swollen."))


def test_a_claim_that_may_as_well_be_denied_says_so(monkeypatch) -> None:
    """With no other check of its sense, a denial and its contrary are told by nothing."""
    monkeypatch.setattr(rag.verify.check, "SENSES", ())
    verdict = judged("The arms were not swollen [1].", "The arms were swollen.")
    assert [reason.text for reason in verdict.reasons] == [
        "cannot be told from [1]: whether this is so or not ('not')"
    ]

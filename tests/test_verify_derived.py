"""`rag.verify.derived`: numbers that follow from those of the spans, and such that do not."""

from __future__ import annotations

import pytest

from tests.test_verify import judged

FOLLOWS = [
    ("More than nine in ten healed [1].", "Healing was seen in over 90% of them."),
    ("Three in ten were not controlled [1].",
     "In 30% of the children the disease was not controlled."),
    ("The flare lasted two months [1].", "The flare lasted eight weeks."),
    ("It stopped after a month [1].", "It stopped after 31 days."),
    ("She had been ill for six weeks [1].", "She had been ill for a month and a half."),
    ("It was stopped after little more than two weeks [1].", "It was stopped after 16 days."),
    ("Under 3% had psoriasis [1].", "Nine of 331 patients had psoriasis."),
    ("In all, 31% reacted [1].", "Of the patients, 12 of 39 reacted."),
    ("Of the patients, 14 of 23 died [1].", "Fourteen died (60.9%)."),
    ("All but one of the 20 children improved [1].", "Of the children, 19 of 20 improved."),
    ("Fifteen stayed for half a year [1].", "Fifteen stayed for 6 months."),
    ("Adults between 18 and 80 were included [1].", "Adults aged 18-80 years were included."),
    ("Follow-up was just under three years [1].", "Follow-up was almost 3 years."),
    ("The glucose was pushed up to 412 mg/dL [1].", "The glucose was 412 mg/dL."),
    ("All but three were adults [1].", "The trial had 42 patients, 39 of them adults."),
    ("The score fell by nine points [1].", "The score fell from 19 to 10."),
    ("Three drugs were not enough [1].",
     "Prednisolone, ciclosporin and cyclophosphamide were not enough."),
    ("He was 43 when it was diagnosed [1].", "Dermatomyositis was diagnosed at 43."),
    ("He took 40 mg of prednisolone a day [1].", "He took prednisolone 40 mg daily."),
    ("Dosing was six-weekly [1].", "Doses were given every six weeks."),
    ("Response took three months, in one as long as 14 [1].",
     "Response took a median of 3 months (range 2-14 months)."),
]  # fmt: skip

DOES_NOT = [
    ("number", "More than nine in ten healed [1].", "Healing was seen in 70% of them."),
    ("number", "Six in ten were not controlled [1].", "In 30% control was not reached."),
    ("number", "The flare lasted three months [1].", "The flare lasted eight weeks."),
    ("number", "It lasted two months [1].", "It lasted two weeks."),
    ("number", "She had been ill for five weeks [1].", "She had been ill for a month and a half."),
    ("number", "It was stopped after little more than two weeks [1].", "It stopped after 12 days."),
    ("number", "It was stopped after about 13 weeks [1].", "It was stopped after 12 weeks."),
    ("number", "Under 2% had psoriasis [1].", "Nine of 331 patients had psoriasis."),
    ("number", "In all, 32% reacted [1].", "Of the patients, 12 of 39 reacted."),
    ("number", "Of the patients, 14 of 24 died [1].", "Fourteen died (60.9%)."),
    ("number", "All but two of 20 improved [1].", "Of the children, 19 of 20 improved."),
    ("number", "Adults between 18 and 70 were included [1].", "Adults aged 18-80 were included."),
    ("number", "Follow-up was just under two years [1].", "Follow-up was almost 3 years."),
    ("number", "All but five were adults [1].", "The trial had 42 patients, 39 of them adults."),
    ("number", "The score fell by eight points [1].", "The score fell from 19 to 10."),
    ("number", "Four drugs were not enough [1].",
     "Prednisolone, ciclosporin and cyclophosphamide were not enough."),
    ("number", "He was 34 when it was diagnosed [1].", "Dermatomyositis was diagnosed at 43."),
    ("frequency", "He took 40 mg of prednisolone a week [1].", "He took prednisolone 40 mg daily."),
    ("frequency", "Dosing was five-weekly [1].", "Doses were given every six weeks."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "span"), FOLLOWS)
def test_what_follows_is_supported(answer: str, span: str) -> None:
    verdict = judged(answer, span)
    assert verdict.verdict == "supported", verdict.reasons


@pytest.mark.parametrize(("kind", "answer", "span"), DOES_NOT)
def test_what_does_not_follow_is_flagged(kind: str, answer: str, span: str) -> None:
    assert kind in {reason.kind for reason in judged(answer, span).reasons}

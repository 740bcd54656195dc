"""`rag.verify` on denials: which word of a span can prove a 'not' at all, and an 'always'."""

from __future__ import annotations

import pytest

from tests.test_verify import judged

SAID = [
    ("Tacrolimus was not stopped [1].", "Tacrolimus was never discontinued."),
    ("The ulcers had not vanished [1].", "The ulcers had not healed."),
    ("The rash had not disappeared [1].", "The rash was still there."),
    ("He could not swallow [1].", "He was unable to swallow."),
    ("She had no difficulty in swallowing [1].", "She swallowed without difficulty."),
    ("Without methotrexate the rash came back [1].",
     "Methotrexate was stopped, and the rash came back."),
    ("CK did not fall from 800 to 200 U/L until May [1].",
     "CK did not fall from 800 to 200 U/L until May."),
    ("The cream was always well tolerated [1].",
     "The cream was well tolerated throughout."),
    ("She stopped methotrexate in May [1].", "Methotrexate was discontinued in May."),
]  # fmt: skip

NOT_SAID = [
    # What denies once is no proof of a 'not' before a word that denies.
    ("Rituximab was not avoided because of hepatitis B [1].",
     "Rituximab was not chosen because of hepatitis B."),
    ("She was not unable to climb stairs [1].", "She could not climb stairs."),
    ("The drugs had not let them down [1].", "The drugs had failed them."),
    ("T cells had not vanished from the blood by day 5 [1].",
     "Loss of T cells from the blood was complete by day 5."),
    # 'Still' says that something has not ended, and no more.
    ("His tumour was not found early [1].", "His tumour was still at an early stage."),
    ("They had not already taken two drugs [1].", "They were still taking two drugs."),
    # A bound and a reference deny nothing, nor does what is denied itself.
    ("The biopsy was not complicated by fibrosis [1].",
     "Transaminases were above the upper limit, and a biopsy showed fibrosis."),
    ("CK was not elevated at 900 U/L [1].", "CK was 900 U/L (normal, 20-140)."),
    ("He could not eat bread after two courses [1].",
     "After two courses he ate bread without difficulty."),
    ("She had not been diagnosed with arthritis [1].",
     "She had had factor-negative arthritis since the age of 8."),
    ("He could not swallow [1].", "There was no dysphagia."),
    # What is left out of a sentence was no drug that was stopped.
    ("He fell ill without a rash [1].", "He had a rash and could no longer climb stairs."),
    # Moves that the numbers show, and what is always so.
    ("The itch had not dropped from 8 to 3 [1].", "The itch was 8 before and 3 after it."),
    ("Muscle was always spared [1].", "Muscle was never affected in three, and it was in two."),
    ("She stopped thalidomide in May [1].", "Thalidomide was given from May."),
    ("The drug made some difference to the nodules [1].", "The nodules were unchanged."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text"), SAID, ids=[a for a, _ in SAID])
def test_what_is_denied_alike_is_supported(answer: str, text: str) -> None:
    verdict = judged(answer, text)
    assert verdict.verdict == "supported", verdict.reasons


@pytest.mark.parametrize(("answer", "text"), NOT_SAID, ids=[f"{a} / {t}" for a, t in NOT_SAID])
def test_what_the_span_does_not_deny_is_caught(answer: str, text: str) -> None:
    assert judged(answer, text).verdict == "unsupported"

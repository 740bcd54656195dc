"""Another treatment is asked for: silence where none is named."""

from __future__ import annotations

import pytest

from rag.reader.kinds.something_else import no_other_told

WORKED = "A man with refractory disease responded to low-dose naltrexone, an opioid antagonist."
FAILED = "Prednisone and methotrexate had failed."


@pytest.mark.parametrize(
    ("question", "quoted", "nothing"),
    [
        ("what else had failed in him?", [WORKED], True),
        ("which other drugs were tried?", [WORKED], True),
        ("anything else given?", [WORKED], True),
        ("what else had failed in him?", [WORKED, FAILED], False),
        ("what else did they find?", [WORKED], False),
        ("what had failed?", [WORKED], False),
    ],
)
def test_what_was_spoken_of_is_nothing_else(
    question: str, quoted: list[str], nothing: bool
) -> None:
    assert no_other_told(question, "naltrexone for the skin", quoted) is nothing
    assert not no_other_told(question, "his rash", quoted)

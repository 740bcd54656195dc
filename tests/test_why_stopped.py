"""Why a drug was stopped: not told by what it, or another one, did."""

import pytest

from rag.reader.kinds.why_stopped import no_reason_given
from rag.refusals import NO_REASON, not_given

WORKED = "Acitretin diminished the hyperkeratosis."
OTHER = "Systemic corticosteroid was not tolerated; acitretin reduced the hyperkeratosis."


@pytest.mark.parametrize(
    ("question", "quoted", "none"),
    [
        ("why was acitretin stopped in the Wong type lady", [WORKED, OTHER], True),
        ("What made them discontinue acitretin?", [OTHER], True),
        ("why was the corticosteroid stopped?", [OTHER], False),
        ("why was IVIG stopped", ["Immunoglobulin led to an anaphylactic reaction."], False),
        ("why was IVIG stopped", ["Two weeks later she had shingles."], False),
        ("why was she taken off IVIG", ["Her veins were unusable."], False),
        ("why was acitretin given?", [WORKED], False),
        ("was acitretin stopped?", [WORKED], False),
        ("why was the biopsy stopped?", [WORKED], False),
    ],
)
def test_whether_a_reason_can_be_among_what_is_quoted(
    question: str, quoted: list[str], none: bool
) -> None:
    assert no_reason_given(question, quoted) is none


def test_such_sentences_are_no_answer() -> None:
    assert not_given("why was acitretin stopped?", [WORKED]) == NO_REASON

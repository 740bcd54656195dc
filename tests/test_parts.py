"""A question that asks two things is taken apart; one that asks one thing is left alone."""

from __future__ import annotations

import pytest

from rag.reader.question.parts import in_context, parts

TWO = (
    (
        "what dose of IVIG and for how long?",
        ("what dose of IVIG", "for how long"),
    ),
    (
        "did she have ILD and did it progress?",
        ("did she have ILD", "did it progress"),
    ),
    (
        "dapsone for the rash: how fast, and did it come back?",
        ("dapsone for the rash: how fast", "did it come back"),
    ),
    (
        "the man on pembrolizumab - CK? and what did the MRI show?",
        ("the man on pembrolizumab - CK", "what did the MRI show"),
    ),
    (
        "Did the ulcers heal? If so, how soon?",
        ("Did the ulcers heal", "how soon"),
    ),
    (
        "prednisone dose in the boy with calcinosis & was he on anything else",
        ("prednisone dose in the boy with calcinosis", "was he on anything else"),
    ),
    (
        "which drug was stopped, when was it restarted",
        ("which drug was stopped", "when was it restarted"),
    ),
)
ONE = (
    "What dose of IVIG was given to the woman with ulcers and fever?",
    "Which drug was stopped and was associated with a relapse?",
    "In the woman with ILD, what was given?",
    "When she relapsed on methotrexate, what was added?",
    "What about the older girl, did she recover?",
    "Which is better for the rash, and how do IVIG and rituximab differ?",
    "She had fever and ulcers. What was given?",
    "hiker's feet? that's all I want to know, thanks",
    "side effects and the others?",
    "Did dapsone help the rash and the itch?",
    "Which patients got CAR-T and what happened to them?",
    "why?",
    "",
)


@pytest.mark.parametrize(("question", "asked"), TWO)
def test_two_questions_are_taken_apart(question, asked):
    """What stands before the first part says of whom, and stays there."""
    assert parts(question) == asked


@pytest.mark.parametrize("question", ONE)
def test_one_question_stays_whole(question):
    """'And' joins things, statements and persons more often than questions."""
    assert parts(question) == ()


def test_at_most_three_parts_are_asked():
    """Each part costs a reading."""
    asked = parts("what was given? did it help? how soon? and did she relapse?")
    assert asked == ("what was given", "did it help", "how soon")


def test_a_later_part_is_asked_after_the_first():
    """It means whom the first part means, and what the conversation was about before."""
    asked = ("MMF for the rash: how long", "did it help")
    assert in_context(asked, "MMF for the rash: how long and did it help?") == [
        "MMF for the rash: how long?",
        "did it help? (about: MMF for the rash: how long)",
    ]
    conversation = "how long and did it help? (about: the man on MMF; what was given)"
    assert in_context(("how long", "did it help"), conversation) == [
        "how long? (about: the man on MMF; what was given)",
        "did it help? (about: the man on MMF; how long)",
    ]

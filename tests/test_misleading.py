"""What would be wrong as a short answer, however likely it looks, is not shown as one."""

from __future__ import annotations

import pytest

from rag.reader.short.misleading import misleads


def shown(question: str, sentence: str, words: str) -> bool:
    start = sentence.index(words)
    return not misleads(question, sentence, start, start + len(words))


WHOLE = "Switch to dapsone after the rash: 7 patients, of whom 3 relapsed within a month."
STAGES = "She sat up after about 2 weeks and walked after about 5 months."
COURSE = "Rituximab (375 mg/m2 a week over 4 weeks) cleared the rash within 3 months."
PART = "Minocycline: 4 of 11 with partial response."
CHOICE = (
    "First line: steroids with tacrolimus, or triple therapy with intravenous cyclophosphamide."
)
SITES = "Necrosis of both hips and knees was put down to high-dose corticosteroid."


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many relapsed on dapsone?", WHOLE, "7 patients"),
        ("When was she able to stand?", STAGES, "about 2 weeks"),
        ("When did she walk?", STAGES, "about 2 weeks"),
        ("How long did rituximab take to work?", COURSE, "over 4 weeks"),
        ("minocycline: complete response?", PART, "4 of 11"),
        ("which joints did pred ruin?", SITES, "high-dose corticosteroid"),
        ("why did the joints go on steroids", SITES, "high-dose corticosteroid"),
        ("Which dose did better?", "Doses were 20 mg or 40 mg a day.", "20 mg or 40 mg a day"),
        ("Is the rash sun sensitive?", "One was sensitive at 307.5 nm.", "307.5 nm"),
        ("Is exercise safe?", "Evidence for exercise in DM is limited.", "limited"),
        ("Pembrolizumab: CK?", "A 71-year-old woman had it.", "71-year-old woman"),
        ("First line for ILD?", CHOICE, "intravenous cyclophosphamide"),
        ("How many men had it?", "Calcinosis was seen in 9 women.", "9"),
    ],
)
def test_what_answers_something_else_is_not_shown(question: str, sentence: str, words: str):
    """The whole for a part, the other side, one of two stages, the length of the course."""
    assert not shown(question, sentence, words)


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many switched to dapsone?", WHOLE, "7 patients"),
        ("When did she walk?", STAGES, "about 5 months"),
        ("How long did rituximab take to work?", COURSE, "within 3 months"),
        ("For how long was rituximab given?", COURSE, "over 4 weeks"),
        ("minocycline: partial response?", PART, "4 of 11"),
        ("How long was he better?", "The rash stayed better for 3 months.", "for 3 months"),
        ("How many responded to minocycline?", PART, "4 of 11"),
        ("Which joints did pred ruin?", SITES, "both hips and knees"),
        ("IVIg or rituximab, which one worked?", "It was rituximab that worked.", "rituximab"),
        ("Did the left knee heal?", "The right knee healed.", "right knee"),
        (
            "First line for ILD, tacrolimus or cyclophosphamide?",
            CHOICE,
            "intravenous cyclophosphamide",
        ),
        ("At which wavelength?", "One was sensitive at 307.5 nm.", "307.5 nm"),
        ("How good is the evidence?", "Evidence for exercise in DM is limited.", "limited"),
        ("Who had it?", "A 71-year-old woman had it.", "71-year-old woman"),
        (
            "What was advised?",
            "If MMF fails, or the rash is getting worse, they recommend a trial of dapsone.",
            "a trial of dapsone",
        ),
        ("Which drugs for ILD?", "Tacrolimus was given. Later rash or fever came.", "Tacrolimus"),
        ("Which doses were given?", "Doses were 20 mg or 40 mg a day.", "20 mg or 40 mg a day"),
    ],
)
def test_what_answers_is_shown(question: str, sentence: str, words: str):
    """The same words, asked for rightly."""
    assert shown(question, sentence, words)


def test_an_age_is_no_time() -> None:
    """'77-year-old woman' does not say for how many years."""
    told = "A 77-year-old woman had long taken hydroxyurea."
    assert not shown("How many years had she taken it?", told, "77-year-old woman")
    assert shown("How old was she?", told, "77-year-old")

"""Yes and no are said only where a clause says them of the very thing."""

from __future__ import annotations

import pytest

from rag.reader.polarity import polarity

SURE = (
    ("Did antibiotics help?", "Courses of antibiotics gave {no meaningful relief}.", "No"),
    ("Did diltiazem help?", "Diltiazem was {without benefit}.", "No"),
    ("Did dapsone work?", "On dapsone {the rash cleared}.", "Yes"),
    ("did the crem help?", "With the cream {her skin improved}.", "Yes"),
    ("Any fever?", "She had {no fever}.", "No"),
    ("Any fever?", "She had {fever}.", "Yes"),
    ("Was there a rash?", "{No rash} was seen.", "No"),
    ("Was a biopsy done?", "{A biopsy was not performed}.", "No"),
    ("Any adverse effects?", "Adverse effects: {none}.", "No"),
    ("was his ana postive?", "The {antinuclear antibody screen was positive}.", "Yes"),
    ("Was the CK raised?", "{CK was normal}.", "No"),
    ("Was the CK normal?", "{CK was normal}.", "Yes"),
    ("Was the CK normal?", "{CK was raised}.", "No"),
    ("Was there weakness?", "He had a rash, but {no weakness}.", "No"),
    ("Was there weakness?", "He had no rash, but {proximal weakness}.", "Yes"),
    ("Did he relapse?", "{He did not relapse}.", "No"),
)
OPEN = (
    # not a question of yes or no
    ("What helped?", "Dapsone {helped}."),
    ("Was it oral or intravenous?", "It was {oral}."),
    # degree, order, doubt
    ("Did it clear entirely?", "{The rash improved}."),
    ("Did the rash still itch?", "{The rash itched}."),
    ("Did dapsone help?", "{The rash improved} slightly on dapsone."),
    ("Did dapsone help?", "The rash {partly improved} on dapsone."),
    ("Did dapsone help?", "The rash {cleared} except on the hands."),
    ("Was there a tumour?", "{A tumour was suspected}."),
    ("Any fever?", "There was {possibly fever}."),
    ("Was rituximab given?", "{Rituximab was planned}."),
    ("Was rituximab given?", "{Rituximab} would have been the next step."),
    ("Did she have arthritis?", "{Her mother had arthritis}."),
    # something else is spoken of
    ("Did he smoke?", "He kept {a cat}."),
    ("Did she have fever?", "She had {a rash}."),
    # a negation of another thing in the clause
    ("Any rash?", "She had {a rash without itching}."),
    ("Any itching?", "Neither {rash nor itching} was not seen."),
    # both at once
    ("Did it help?", "{The rash cleared, the ulcers persisted}."),
)


def marked(text: str) -> tuple[str, int, int]:
    before, _, rest = text.partition("{")
    words, _, after = rest.partition("}")
    return before + words + after, len(before), len(before) + len(words)


@pytest.mark.parametrize(("question", "text", "said"), SURE)
def test_yes_and_no_where_the_clause_says_so(question, text, said):
    """Negation, 'none', a normal value, an effect that failed."""
    assert polarity(question, *marked(text)) == said


@pytest.mark.parametrize(("question", "text"), OPEN)
def test_neither_where_anything_is_left_open(question, text):
    """Degree, doubt, plans, other people, other things: the sentence speaks for itself."""
    assert polarity(question, *marked(text)) is None

"""What belongs to a stretch of a sentence comes along with it, or nothing is shown alone."""

from __future__ import annotations

import pytest

from rag.reader.short.clauses import MOST_WORDS, clause_of, standing_alone

# The stretch that was found stands in braces; what must be shown follows. None: nothing may be.
WHOLE = (
    # negation before it
    ("A biopsy was not {taken from the arm}.", "not taken from the arm"),
    ("She never {took a tablet}.", "never took a tablet"),
    ("There was no {weakness of the arms}.", "no weakness of the arms"),
    ("He improved without {any immunosuppressant}.", "without any immunosuppressant"),
    ("She had neither {fever} nor rash.", "neither fever"),
    ("Antibodies were absent, and she had no fever, arthritis or {rash}.",
     "no fever, arthritis or rash"),
    ("The plaques did not {respond to dapsone}.", "not respond to dapsone"),
    ("Methotrexate failed to {clear the rash}.", "failed to clear the rash"),
    ("The mother declined {a second operation}.", "declined a second operation"),
    ("He denied {taking statins}.", "denied taking statins"),
    ("The rash cleared without {scars}.", "without scars"),
    ("It was put down to infection rather than {drug toxicity}.",
     "rather than drug toxicity"),
    ("She was treated with dapsone instead of {methotrexate}.", "instead of methotrexate"),
    ("None of {the four patients} relapsed.", "None of the four patients"),
    ("There was no evidence of {a tumour}.", "no evidence of a tumour"),
    ("The trial was not stopped for {toxicity} at all.", "not stopped for toxicity"),
    ("It hadn't {faded by May}.", "n't faded by May"),
    # negation behind it
    ("{A muscle biopsy} was not performed.", "A muscle biopsy was not performed"),
    ("{Necropsy} was refused.", "Necropsy was refused"),
    ("{Cyclophosphamide} was never given.", "Cyclophosphamide was never given"),
    ("{The third infusion} was withheld.", "The third infusion was withheld"),
    # a negation of another statement stays where it is
    ("A biopsy was not performed, but {prednisolone 40 mg} was given.", "prednisolone 40 mg"),
    ("Methotrexate did not help, whereas {tacrolimus} cleared the rash.", "tacrolimus"),
    ("She had no fever; {CK was 300 U/L}.", "CK was 300 U/L"),
    ("She had no rash and she received {dapsone}.", "dapsone"),
    ("It was not given because of {the liver disease}.", "the liver disease"),
    ("{Fever} was high, but there was no rash.", "Fever"),
    # exceptions and restrictions
    ("{The rash cleared} except on the hands.", "The rash cleared except on the hands"),
    ("{All lesions healed}, apart from the elbows.", "All lesions healed, apart from the elbows"),
    ("{She was well} other than a mild itch.", "She was well other than a mild itch"),
    ("{The dose was raised} unless the CK fell.", "The dose was raised unless the CK fell"),
    ("{Use it} only if others fail.", "Use it only if others fail"),
    ("{Ulcers healed} but for one.", "Ulcers healed but for one"),
    ("{Azathioprine 100 mg daily} without effect.", "Azathioprine 100 mg daily without effect"),
    ("She kept to {hydroxychloroquine} until the birth.", "hydroxychloroquine until the birth"),
    ("Later {it worked} as long as she hid from the sun.",
     "it worked as long as she hid from the sun"),
    ("{Prednisolone} alone was enough.", "Prednisolone alone was enough"),
    # ranges, limits and approximations
    ("The dose fell from 40 to {20 mg}.", "from 40 to 20 mg"),
    ("The dose fell from {40} to 20 mg.", "40 to 20 mg"),
    ("CDASI dropped from 31 to {9}.", "from 31 to 9"),
    ("CK was between 200 and {400 U/L}.", "between 200 and 400 U/L"),
    ("It lasted 3-{5 weeks}.", "3-5 weeks"),
    ("She took up to {60 mg} of prednisolone.", "up to 60 mg"),
    ("He waited for at least {six weeks}.", "at least six weeks"),
    ("About {a third} relapsed.", "About a third"),
    ("It took approximately {four months}.", "approximately four months"),
    ("More than {5.5 points} make it probable.", "More than 5.5 points"),
    ("A titre of ≥{1:160} was found.", "≥1:160"),
    ("It healed within {two weeks}.", "within two weeks"),
    ("At most {20 mg daily} was given.", "At most 20 mg daily"),
    ("Fewer than {10 patients} are known.", "Fewer than 10 patients"),
    ("Almost {all of them} were women.", "Almost all of them"),
    # what a value needs
    ("Prednisolone {60} mg daily was begun.", "60 mg daily"),
    ("Ciclosporin {3 mg}/kg daily was added.", "3 mg/kg daily"),
    ("It was {100 mg} twice daily.", "100 mg twice daily"),
    ("Creatine kinase was {534} U/L.", "534 U/L"),
    ("A response was seen in {15} of 20 children.", "15 of 20"),
    ("It was {75}%.", "75%"),
    ("He had {60 mg} every other day.", "60 mg every other day"),
    ("Follow-up was {six} months.", "six months"),
    ("A dose of {1 g/kg} a day was used.", "1 g/kg a day"),
    ("Weakness was seen in {3 patients} (18.75%).", "3 patients (18.75%)"),
    # planned and given, doubt
    ("{Rituximab} was planned.", "Rituximab was planned"),
    ("It was intended to give {rituximab}.", "intended to give rituximab"),
    ("She was offered {a third course}.", "offered a third course"),
    ("{Drug toxicity} was suspected.", "Drug toxicity was suspected"),
    ("It may be {a chance association}.", "may be a chance association"),
    ("The cause was possibly {the vaccine}.", "possibly the vaccine"),
    ("A presumed {lung infection} was treated.", "presumed lung infection"),
    ("Probable {antisynthetase syndrome} was the diagnosis.",
     "Probable antisynthetase syndrome"),
    ("In May 2019 {she died}.", "she died"),
)  # fmt: skip


def marked(text: str) -> tuple[str, int, int]:
    before, _, rest = text.partition("{")
    words, _, after = rest.partition("}")
    return before + words + after, len(before), len(before) + len(words)


@pytest.mark.parametrize(("text", "whole"), WHOLE, ids=[text for text, _ in WHOLE])
def test_what_turns_restricts_or_measures_comes_along(text, whole):
    """And a negation of another statement does not."""
    sentence, start, end = marked(text)
    found = standing_alone(sentence, start, end)
    assert found is not None
    assert sentence[slice(*found)] == whole


def test_too_long_for_a_short_answer_is_none():
    """The negation is a long way off; shown without it the answer would be wrong."""
    far = " ".join(f"word{n}" for n in range(MOST_WORDS + 4))
    sentence, start, end = marked(f"It was not {far} {{dapsone}} then.")
    assert standing_alone(sentence, start, end) is None


def test_a_long_whole_sentence_is_no_short_answer():
    """It is quoted below anyway."""
    sentence = "The rash of the hands cleared within six weeks of the start of dapsone"
    assert standing_alone(sentence, 0, len(sentence)) is None


def test_a_clause_ends_where_another_statement_begins():
    """But not at the comma of a list."""
    sentence = "She had fever, cough and rash, but he was well"
    assert sentence[slice(*clause_of(sentence, 8, 13))] == "She had fever, cough and rash"

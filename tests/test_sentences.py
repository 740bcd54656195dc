"""Sentences are slices of the text, end where a reader ends them, and together lose nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


TWO_SENTENCES = {
    "reference range in brackets": ("IVIg helps in lupus (5-7).", "The rash faded."),
    "reference behind an abbreviation": ("It helps in lupus (SLE) (5–7).", "The signs are many."),
    "panel of a figure in brackets": ("She showed improvement (Fig. 2D).", "Almost all went."),
    "reference in square brackets": ("It was used before [12].", "They saw benefit."),
    "percent": ("It helped in 40%.", "Others relapsed."),
    "et al. with reference": ("Dalakas et al. (6) tried it.", "They saw benefit."),
    "et al. before a verb": ("Schroeder et al. saw erythema improve.", "Others did not."),
    "figure panels": ("Fig. 2. (A) Ulcers before therapy.", "(B) One month later."),
    "figure in brackets": ("Ulcers healed (Fig. 1B).", "No scar was left."),
    "route in brackets": ("She took methotrexate (15 mg/day p.o.), prednisolone.", "All failed."),
    "decimals": ("CK fell from 1,234.5 U/l to 99.0 U/l.", "It stayed there."),
    "decimal dose at the end": ("The dose was 2.5 mg.", "Later it was 0.5 mg."),
    "title": ("Dr. Smith saw her.", "He advised rest."),
    "honorific": ("Mrs. X, i.e. the mother, improved.", "Others died."),
    "b.i.d.": ("She took 10 mg b.i.d. for 3 wk.", "Response: good."),
    "i.v. before a drug": ("Alprostadil was given i.v. for a week.", "It failed."),
    "versus": ("It was 9 vs. 3 of 10.", "That was significant."),
    "number sign": ("The woman of bed No. 5 was lost.", "Two remained."),
    "a plain no": ("Was it malignant?", "No."),
    "a no, then more": ("No.", "She was well."),
    "year, then a number": ("He died in 1998.", "12 days later came the report."),
    "temperature": ("She had fever (39 °C).", '"It hurts," she said.'),
    "question": ("Did IVIg help?", "It did."),
    "curie": ("Anti-Jo-1 etc. were negative.", "Anti-MDA5 was positive."),
    "unit": ("Ferritin was 6,200 ng/mL.", "He died."),
    "unit with a capital": ("Haemoglobin was 10.3 g/dL.", "Methotrexate was stopped."),
    "dose": ("She took mycophenolate 1 g.", "Upadacitinib followed."),
    "degrees": ("Fever reached 38.3 °C.", "Antibodies were sought."),
    "decimal, then a capital": ("The ratio was 1.05.", "Four-layer bandages helped."),
    "Greek letter": ("She had anti-TIF1-γ.", "Cancer was not found."),
    "superscript reference": ("Results were disappointing.1-3", "In the past they were better."),
    "abbreviated countries": ("The U.S. cohort vs. the U.K. cohort.", "Both improved."),
}


ONE_SENTENCE = (
    "The lesions reappeared; CK and CA 125 rose.",
    "Antibodies were present; CK was 204 U/L; MTX was given.",
    "Methotrexate (MTX) 20 mg subcutaneously was begun.",
    "TABLE 1. Findings in the four patients.",
    "Figure 2. The rash before treatment.",
    "Fig. 1. (Case 1).-Eruption of both hands.",
    "Results. Six of nine improved.",
    "Spring et al. No. 5 was lost.",
)


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_one_sentence_is_one(text: str) -> None:
    """A semicolon, a bracket or a label's full stop ends nothing."""
    assert sentences(text) == [text]


@pytest.mark.parametrize(("first", "second"), TWO_SENTENCES.values(), ids=TWO_SENTENCES)
def test_two_sentences_are_two(first: str, second: str) -> None:
    """A full stop inside an abbreviation, number or reference ends nothing; a real one does."""
    assert sentences(f"{first} {second}") == [first, second]


LINES = {
    "dashes": (
        "- first item\n- second item. With two.",
        ["first item", "second item.", "With two."],
    ),
    "numbers": ("1. Rash\n2) Ulcers\n12. Weakness", ["Rash", "Ulcers", "Weakness"]),
    "indented bullets": ("  • one\n\t* two", ["one", "two"]),
    "a dose is no list number": ("350 mg daily\n2.5 mg weekly", ["350 mg daily", "2.5 mg weekly"]),
    "a new line is a new sentence": ("No full stop\nhere", ["No full stop", "here"]),
    "a year is no list number": ("1998. She fell ill.", ["1998.", "She fell ill."]),
    "blank lines between": ("One.\n\n\nTwo.", ["One.", "Two."]),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_every_line_is_at_least_one_sentence(text: str, expected: list[str]) -> None:
    """List items and paragraphs never run into each other, and list marks are left out."""
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "- ", "3. \n\t"], ids=repr)
def test_a_blank_stretch_has_no_sentence(text: str) -> None:
    """Nothing to say gives an empty tuple, not an empty sentence."""
    assert sentence_spans(text) == ()


def test_offsets_count_from_the_whole_text() -> None:
    """A stretch of a text is split as itself, with offsets into the whole (in code points)."""
    text = "Title 🧬.\n\nShe 😀 improved. CK fell.\n\nAfter."
    start, end = text.index("She"), text.index("\n\nAfter")
    assert [text[a:b] for a, b in sentence_spans(text, start, end)] == [
        "She 😀 improved.",
        "CK fell.",
    ]


PIECES = st.sampled_from(
    [
        "She improved",
        "CK 12.5",
        "(5-7)",
        "et al.",
        "Fig. 2",
        "p.o.",
        "mg/kg",
        "Dr.",
        "No.",
        "A",
        "γ",
    ]
    + [". ", "? ", ") ", " ", "; ", "\n", "\n\n", "- ", "1. ", '"', "…", "...", "(A)", "😀", "]. "]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=80))
MARK = re.compile(r"^[^\S\n]*(?:[-*•]|\d{1,2}[.)])(?=\s)", re.MULTILINE)


@given(TEXTS)
@example("1. \r- x. (B) Y")
@example("...")
def test_sentences_are_sorted_disjoint_and_lose_nothing(text: str) -> None:
    """Every character but white space and list marks lies in exactly one trimmed sentence."""
    end = 0
    covered: set[int] = set()
    for a, b in sentence_spans(text):
        assert end <= a < b <= len(text)
        assert text[a:b] == text[a:b].strip()
        assert "\n" not in text[a:b]
        covered.update(range(a, b))
        end = b
    marks = {at for match in MARK.finditer(text) for at in range(match.start(), match.end())}
    lost = {at for at in range(len(text)) if not text[at].isspace()} - covered
    assert lost <= marks


def test_a_long_line_is_split_as_a_short_one() -> None:
    """A file without line ends is split all the same."""
    assert len(sentence_spans("The CK was 12.5 U/l (3). " * 5_000)) == 5_000

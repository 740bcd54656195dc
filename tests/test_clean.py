"""rag.clean: one spelling of every character, whole words at line ends, no stray marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clean import (
    clean,
    drop_citations,
    drop_marks,
    is_item,
    join_lines,
    normalise_characters,
    vocabulary,
)

# Characters that the rules look at, so that random texts meet the rules.
_ALPHABET = "aabez sAB19-–*'\"’”®°.,:\n\n \u00ad\u00a0\u200b\ufb01µ²\u0301`•()\r\f/"
_TEXTS = st.text(alphabet=_ALPHABET, max_size=60) | st.text(max_size=40)
_JOINED = [
    ("pro-\ncess", "process"),
    ("mani-\nfestations", "manifestations"),
    ("anti-\nmalarials", "anti-malarials"),
    ("anti-\nMDA5", "anti-MDA5"),
    ("anti-\nbodies", "antibodies"),
    ("34-year-\nold", "34-year-old"),
    ("follow-\nup", "follow-up"),
    ("follow-\ning", "following"),
    ("high-\ndose", "high-dose"),
    ("low-\nered", "lowered"),
    ("steroid-\ninduced", "steroid-induced"),
    ("cor-\nrelated", "correlated"),
    ("first-\nline", "first-line"),
    ("out-\nline", "outline"),
    ("thresh-\nold", "threshold"),
    ("through-\nout", "throughout"),
    ("IgG-\npositive", "IgG-positive"),
    ("T-\ncell", "T-cell"),
    ("33-\n100", "33-100"),
    ("Jo-\n1", "Jo-1"),
    ("1993–\n2000", "1993–2000"),
    ("10 mg/\nday", "10 mg/day"),
    ("pre-\nand post-treatment", "pre- and post-treatment"),
    ("skin -\nnot muscle", "skin - not muscle"),
]


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("e\u0301", "é"),
        ("\ufb01brosis, di\ufb00use, ru\ufb04e, in\ufb02amed, a\ufb03nity", None),
        ("Gottron’s ‘V sign’ “here”", "Gottron's 'V sign' \"here\""),
        ("Gottron´s and Gottron`s and Gottron′s", "Gottron's and Gottron's and Gottron's"),
        ("10\u00a0mg\u2009daily\ttwice", "10 mg daily twice"),
        ("\ufeffa\u200bb\u00adc\x00d\u202e", "abcd"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a  \nb \n", "a\nb\n"),
        ("5 \u00b5g", "5 \u03bcg"),
        ("pro\u00ad\ncess", "process"),
        ("non\u2011specific", "non-specific"),
        ("a\fb", "a\n\nb"),
    ],
    ids=[
        "composed", "ligatures", "quotes", "apostrophes", "spaces", "invisible", "line-ends",
        "trailing", "micro", "soft-hyphen", "hyphen", "page",
    ],
)  # fmt: skip
def test_every_character_gets_one_spelling(odd: str, plain: str | None) -> None:
    """Look-alikes become one character; None stands for the ligatures' plain letters."""
    assert normalise_characters(odd) == (plain or "fibrosis, diffuse, ruffle, inflamed, affinity")


@pytest.mark.parametrize(
    "text", ["m²", "10⁹/l", "39°C", "≥ 5", "IFN-γ and α", "5–7", "−3", "½", "™"]
)
def test_signs_with_a_meaning_stay(text: str) -> None:
    """Superscripts, dashes, Greek and signs are the source's words."""
    assert normalise_characters(text) == text
    assert clean(text) == text


@pytest.mark.parametrize(("lines", "joined"), _JOINED, ids=[joined for _, joined in _JOINED])
def test_line_ends_are_joined(lines: str, joined: str) -> None:
    """A hyphen goes where it only divides a word, and stays in a compound."""
    assert join_lines(lines) == joined


@pytest.mark.parametrize(
    ("document", "lines", "joined"),
    [
        ("Antimalarials help.", "anti-\nmalarials", "antimalarials"),
        ("It is photo-sensitive.", "photo-\nsensitive", "photo-sensitive"),
        ("anti-inflammatory", "anti-inflam-\nmatory", "anti-inflammatory"),
        ("an island", "isl-\nand", "island"),
    ],
    ids=["one-word", "compound", "second-hyphen", "no-conjunction"],
)
def test_the_document_decides_first(document: str, lines: str, joined: str) -> None:
    """The same word elsewhere in the document outweighs every habit."""
    assert join_lines(lines, vocabulary(document)) == joined


def test_hyphens_stay_where_nothing_may_change() -> None:
    """Without mending, a line end never costs a hyphen."""
    assert join_lines("pro-\ncess of\nhealing", mend=False) == "pro-cess of healing"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            "Given:\n- drug A\n  daily\n* drug B\n• drug C",
            "Given:\n- drug A daily\n- drug B\n- drug C",
        ),
        ("Two steps.\n1. wash\n2. dry\nwell", "Two steps.\n1. wash\n2. dry well"),
        ("was reduced to\n1. Later it rose", "was reduced to 1. Later it rose"),
        ("•\ndrug A\n•\ndrug B", "- drug A\n- drug B"),
        ("a dose of 5\n- 7 mg", "a dose of 5 - 7 mg"),
    ],
    ids=["bullets", "numbers", "sentence-end", "lone-bullets", "range"],
)
def test_list_items_keep_their_lines(lines: str, joined: str) -> None:
    """Items stay lines of their own; numbers and dashes of prose do not become items."""
    assert join_lines(lines) == joined


def test_a_bullet_is_an_item() -> None:
    """A dash without a blank behind it is no bullet."""
    assert is_item("- drug") and not is_item("-5 degrees")


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("their weakness'.", "their weakness."),
        ("to treatment’.", "to treatment."),
        ("its activity®.", "its activity."),
        ("of weakness\"*.", "of weakness."),
        ("and TNF-a>”.", "and TNF-a."),
        ("low potential®’.", "low potential."),
        ("since 2002'°, but", "since 2002, but"),
        ("Roe et al.” found", "Roe et al. found"),
        ("signs of DM'. Then", "signs of DM. Then"),
        ("skin lupus'.", "skin lupus."),
        ("a 'V sign' and weakness'.", "a 'V sign' and weakness."),
    ],
    ids=[
        "apostrophe", "curly", "registered", "star", "greater", "two", "year", "et-al", "acronym",
        "singular-s", "beside-a-quotation",
    ],
)  # fmt: skip
def test_reference_marks_go(marked: str, plain: str) -> None:
    """What OCR makes of a superscript number disappears, and nothing else."""
    assert clean(marked) == plain


@pytest.mark.parametrize(
    "text",
    [
        "the patients' rash",
        "unlike other patients', hers faded",
        "he wrote 'the patients' rash', and left",
        "the best drug*.",
        "Gottron's sign",
        "he called it 'mild'.",
        'He said "it was mild. It faded." Then he left.',
        "'the so-called DM'.",
        "cream (Elidel®) and Elidel®.",
        "gadolinium™ was given",
        "fever of 39°.",
        "heated to 2000°.",
        "P = 0.03*.",
        "HLA-B*08, and",
        "5', then",
        "x'.",
        "3',5'-cAMP",
        "values (1, 9).",
    ],
)
def test_marks_with_a_meaning_stay(text: str) -> None:
    """Quotations, possessives, trademarks, units and citation numbers are no reference marks."""
    assert drop_marks(text) == text


def test_paragraphs_are_single_lines() -> None:
    """Blank lines part paragraphs; any number of them is one."""
    assert clean("  a\nb\n\n \n\nc\n") == "a b\n\nc"


@pytest.mark.parametrize("text", ["", " \n\t\u200b\n"], ids=["empty", "blank"])
def test_nothing_stays_nothing(text: str) -> None:
    """A blank text gives an empty one."""
    assert clean(text) == ""


def test_a_heap_of_accents_is_cut_short() -> None:
    """Normal form sorts accents in quadratic time, so a hostile run of them must not reach it."""
    assert len(normalise_characters("a" + "\u0301\u0316" * 50_000)) < 50


@given(_TEXTS)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """The normal form of characters is stable, and in NFC."""
    once = normalise_characters(text)
    assert normalise_characters(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(_TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A cleaned text is clean, and neither step of cleaning has anything left to do."""
    once = clean(text)
    assert clean(once) == once
    assert drop_marks(once) == once


@given(_TEXTS)
def test_no_letter_is_lost(text: str) -> None:
    """Cleaning moves blanks and marks, never a letter or a digit."""
    before = [c for c in normalise_characters(text) if c.isalnum()]
    assert [c for c in clean(text) if c.isalnum()] == before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "Of the skin.[1,2] In adults.[3–5] Some,[6] others[7].",
            "Of the skin. In adults. Some, others.",
        ),
        ("She relapsed[^1] [^note] there.", "She relapsed  there."),
        ("[^1]: Defined as a rash.", "[^1]: Defined as a rash."),
        ("As in [3] and in Roe [4].", "As in [3] and in Roe [4]."),
        (
            "FDG was [18F] and benzo[a]pyrene, x[1]y, CD[4].",
            "FDG was [18F] and benzo[a]pyrene, x[1]y, CD[4].",
        ),
    ],
)
def test_bracketed_numbers_that_touch_a_word_are_citations(text: str, kept: str) -> None:
    """Or the sentence before them and the one behind would be one."""
    assert drop_citations(text) == kept

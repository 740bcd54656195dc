"""rag.formats.front: title, authors and place of print above a paper's first sentence."""

from __future__ import annotations

import pytest

from rag.formats.front import citation
from rag.formats.text import read_text

BODY = (
    "Introduction\n\nThe rash of the farmer went on until he was taken to the hospital.\n\n"
    "Case report\n\nA 40-year-old man took dapsone, and his elbows were soft within a week.\n"
)


@pytest.mark.parametrize(
    ("line", "journal", "year"),
    [
        ("Test Derm 2012; 12: 41-48", "Test Derm", 2012),
        ("Test Derm 2012; 12: 41-48. doi: 10.5555/td.1", "Test Derm", 2012),
        ("Test Derm. 2012;12(3):41-8. doi: 10.5555/td.1. PMID: 123; PMCID: PMC77.", "Test Derm",
         2012),
        ("(Test Derm 2012; 12: 41, https://doi.org/10.5555/td.1)", "Test Derm", 2012),
        ("Skin (Oxford) 2012; 12: 41-48", "Skin (Oxford)", 2012),
        ("Skin Design, Care and Therapy 2012; 12: 41", "Skin Design, Care and Therapy", 2012),
        ("Archiv für Ärzte & Pfleger 2012; 12: 41", "Archiv für Ärzte & Pfleger", 2012),
        ("(Roe J, Doe A. Test Derm 2012; 12: 41)", None, None),
        ("As Test Derm 2012; 12: 41 has shown, doi: 10.5555/td.1", None, None),
    ],
)  # fmt: skip
def test_a_citation_tells_journal_and_year(line: str, journal: str | None, year: int) -> None:
    """Also with identifiers behind it; the names of another paper's authors are no journal."""
    assert citation(f"A title\n{line}\nmore") == (journal, year)


@pytest.mark.parametrize(
    "title",
    [
        "Is dapsone an alternative to washing as treatment of the hard elbows of farmers?",
        "Elbows made hard by farming. Three additional cases and a review of the literature",
    ],
)
def test_a_question_or_two_sentences_above_names_are_a_title(title: str) -> None:
    """With authors below; without them they may be the text itself."""
    report = read_text(f"{title}\n\nJane A. Roe, John Doe\n\n{BODY}", "x.txt")
    assert (report.title, report.authors) == (title, ("Jane A. Roe", "John Doe"))
    assert read_text(f"{title}.\n\nHe went home.\n\n{BODY}", "x.txt").title == "x"


def test_a_letter_that_says_where_it_was_printed_is_a_paper() -> None:
    """Its words are its authors'; a note with a title and no place in print stays the user's."""
    letter = "Soft elbows of a farmer\n\nJane A. Roe\n\n{}A 40-year-old man took dapsone daily.\n"
    printed = read_text(letter.format("Test Derm 2012; 12: 41\n\n"), "x.txt")
    assert (printed.source_kind, printed.year) == ("paper", 2012)
    assert read_text(letter.format(""), "x.txt").source_kind == "user file"

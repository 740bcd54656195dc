"""A citation is an exact slice of a stored text, numbered, with its source; or it is an error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.cite import cite, section_at, short_name, source_phrase
from rag.schema import Case, Evidence, Passage, Report, Section

TEXT = "Summary\n\nShe took 20 µg 😀. It “helped”.\n\nText without a heading.\n"
REPORT = Report(
    id="kim-2011",
    title="A title",
    text=TEXT,
    sections=(
        Section("summary", "Summary", "summary", 9, 40),
        Section("text", "", "other", 42, 65),
    ),
    source="kim.md",
    source_kind="digest",
    basis="abstract",
    authors=("Kim A", "Lee B"),
    journal="J",
    year=2011,
    doi="10.1000/x",
    pmid="7",
)
PASSAGE = Passage("kim-2011", "summary", 1, 9, 40, "summary", patient=2, page=3)


def evidence(quote: str, **changes) -> Evidence:
    start = TEXT.index(quote)
    return replace(Evidence(PASSAGE, start, start + len(quote), quote, 0.9), **changes)


def test_quotes_are_slices_with_their_source() -> None:
    """The quotation is the text between its offsets, in code points, whatever its characters."""
    one, two = cite(
        [evidence("It “helped”."), evidence("She took 20 µg 😀.")], {"kim-2011": REPORT}
    )
    assert [c.number for c in (one, two)] == [1, 2]
    for citation in (one, two):
        assert TEXT[citation.start : citation.end] == citation.quote
    assert one.quote == "It “helped”."
    assert (one.report_id, one.title, one.authors, one.journal, one.year) == (
        "kim-2011", "A title", ("Kim A", "Lee B"), "J", 2011,
    )  # fmt: skip
    assert (one.doi, one.pmid, one.source_kind, one.basis) == (
        "10.1000/x",
        "7",
        "digest",
        "abstract",
    )
    assert (one.section, one.page, one.patient) == ("Summary", 3, 2)


@pytest.mark.parametrize(
    ("opening", "patient"),
    [("Both children", None), ("All three", None), ("She", 2), ("Both legs", 2), ("The girl", 2)],
)
def test_what_is_said_of_all_is_nobodys(opening: str, patient: int | None) -> None:
    """'Both children were given it', in the second one's section, is of the first one, too."""
    text = f"{opening} were given rituximab."
    cases = (Case(number=1, age=11, sex="female"), Case(number=2, age=4, sex="female"))
    report = replace(REPORT, text=text, sections=(), cases=cases)
    passage = replace(PASSAGE, kind="case", start=0, end=len(text))
    (cited,) = cite([Evidence(passage, 0, len(text), text, 0.9)], {"kim-2011": report})
    assert (cited.patient, bool(cited.who)) == (patient, patient is not None)


def test_a_section_without_heading_is_named_by_its_slug() -> None:
    """There is always a place to look at."""
    item = evidence("Text without a heading.", passage=replace(PASSAGE, section="text"))
    assert cite([item], {"kim-2011": REPORT})[0].section == "text"


FORGED = {
    "one letter": {"text": "It “helped”!"},
    "case": {"text": "it “helped”."},
    "straight quotes": {"text": 'It "helped".'},
    "shifted": {"start": 26},
    "empty": {"start": 5, "end": 5, "text": ""},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED)
def test_words_that_the_report_does_not_have_are_never_cited(changes) -> None:
    """Evidence that is not the slice, to the letter, is our own fault and raised as one."""
    with pytest.raises(ValueError, match="kim-2011#summary/1"):
        cite([evidence("It “helped”.", **changes)], {"kim-2011": REPORT})


def test_nothing_is_cited_for_no_evidence() -> None:
    """An empty list stays empty."""
    assert cite([], {}) == []


@pytest.mark.parametrize(
    ("place", "slug"), [(0, None), (9, "summary"), (39, "summary"), (40, None), (42, "text")]
)
def test_a_section_holds_its_offsets(place: int, slug: str | None) -> None:
    """Start counts, end does not; a heading line is in no section."""
    section = section_at(REPORT, place)
    assert (section.slug if section else None) == slug


NAMES = {
    "initials last": (("Kim A",), 2011, "Kim 2011"),
    "two initials": (("Ogawa YK", "Kishida D"), 2017, "Ogawa 2017"),
    "given name first": (("Yoshihiro Kuwano",), 2006, "Kuwano 2006"),
    "no year": (("Cohen JB",), None, "Cohen"),
    "one word": (("IMACS",), 2023, "IMACS 2023"),
    "no authors": ((), 2023, "kim-2011"),
}


@pytest.mark.parametrize(("authors", "year", "name"), NAMES.values(), ids=NAMES)
def test_a_report_is_called_by_its_first_author_and_year(authors, year, name) -> None:
    """Without authors its id stands in."""
    assert short_name(replace(REPORT, authors=authors, year=year)) == name


KINDS = {
    "digest of an abstract": (
        "digest",
        "abstract",
        "Casebook digest of Kim 2011 (from the abstract)",
    ),
    "digest of an excerpt": ("digest", "excerpt", "Casebook digest of Kim 2011 (from an excerpt)"),
    "digest of a paper": (
        "digest",
        "full text",
        "Casebook digest of Kim 2011 (from the full text)",
    ),
    "paper": ("paper", "full text", "Kim 2011"),
    "user file": ("user file", "full text", "Kim 2011 (user file)"),
}


@pytest.mark.parametrize(("kind", "basis", "phrase"), KINDS.values(), ids=KINDS)
def test_it_is_said_whose_words_are_cited(kind, basis, phrase) -> None:
    """A digest's words are Casebook's, a paper's its authors'."""
    report = replace(REPORT, source_kind=kind, basis=basis)
    assert source_phrase(cite([evidence("It “helped”.")], {"kim-2011": report})[0]) == phrase

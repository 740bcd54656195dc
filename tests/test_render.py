"""An answer as JSON has the keys of the contract; as text it never steers a terminal."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.render import (
    link_of,
    patient_line,
    plain,
    proof_mark,
    report_card,
    source_line,
    to_json,
    to_text,
)
from rag.schema import (
    Answer,
    Case,
    Checked,
    Citation,
    Hit,
    Passage,
    Reading,
    Report,
    Section,
    Treatment,
)

CITATION = Citation(
    number=1,
    report_id="kim-2011",
    title="Topical pimecrolimus.",
    authors=("Kim A", "Lee B"),
    journal="J",
    year=2011,
    doi="10.1000/x(97)1",
    pmid="7",
    source_kind="paper",
    basis="full text",
    section="Case report",
    page=2,
    start=10,
    end=26,
    quote="The rash faded.",
    patient=1,
)
HIT = Hit(Passage("kim-2011", "case", 1, 10, 40), "The rash faded. It was well.", 0.9, {"dense": 1})
ANSWERED = Answer(
    question="Rash?",
    query="Rash?",
    status="answered",
    text='Kim 2011: "The rash faded." [1]',
    short_answer="faded",
    citations=(CITATION,),
    hits=(HIT,),
    engine="extractive",
    notice="Evidence: 1 case report.",
    readings=(Reading("CK", "creatine kinase"),),
)
ABSTAINED = replace(
    ANSWERED, status="abstained", text="No report says so.", short_answer=None, citations=()
)

KEYS = ["id", "question", "query", "status", "answer", "short_answer", "citations", "passages",
        "table", "engine", "notice", "readings", "verdicts", "elapsed_ms"]  # fmt: skip
CITATION_KEYS = ["number", "report_id", "title", "authors", "journal", "year", "doi", "source_kind",
                 "basis", "section", "page", "start", "end", "quote", "work", "edition",
                 "retracted", "editorial"]  # fmt: skip
PASSAGE_KEYS = ["report_id", "section", "start", "end", "text", "score", "ranks", "work",
                "retracted", "editorial"]  # fmt: skip


def test_json_has_exactly_the_keys_of_the_contract() -> None:
    """Neither more nor fewer, so that scripts can rely on them."""
    found = to_json(ANSWERED, id="q1", elapsed_ms=7)
    assert list(found) == KEYS
    assert [list(citation) for citation in found["citations"]] == [CITATION_KEYS]
    assert [list(passage) for passage in found["passages"]] == [PASSAGE_KEYS]
    assert (found["id"], found["elapsed_ms"], found["answer"]) == ("q1", 7, ANSWERED.text)
    resolved = to_json(replace(ANSWERED, query="Rash? (about: DM)"))
    assert (resolved["question"], resolved["query"]) == ("Rash?", "Rash? (about: DM)")
    assert json.loads(json.dumps(found)) == found


def test_what_a_language_model_wrote_has_its_verdicts() -> None:
    """A sentence that is not supported is told with the reason, in JSON and in text."""
    text = "The rash faded [1]. ~~It took 9 days [1].~~"
    start = text.index("It took")
    checked = (
        Checked(0, 19, "supported", (1,)),
        Checked(start, len(text) - 2, "unsupported", (1,), ("9 days is not in [1]",), struck=True),
    )
    written = replace(ANSWERED, text=text, checked=checked, engine="openai:x")
    first, second = to_json(written)["verdicts"]
    assert first["sentence"] == "The rash faded [1]."
    assert second == {
        "start": start, "end": len(text) - 2, "sentence": "It took 9 days [1].",
        "verdict": "unsupported", "cited": [1], "reasons": ["9 days is not in [1]"], "struck": True,
    }  # fmt: skip
    assert "- It took 9 days [1]. (9 days is not in [1])" in to_text(written)
    assert to_json(ANSWERED)["verdicts"] is None
    assert "Struck out" not in to_text(ANSWERED)


def test_what_is_proved_in_part_is_told_with_what_is_not_found() -> None:
    text = "The insurer would not pay [1]. (only partly proved)"
    reason = "figures, drugs and denials agree with [1]; not found there: 'insurer'"
    checked = (Checked(0, 30, "partly", (1,), (reason,)),)
    shown = to_text(replace(ANSWERED, text=text, checked=checked, engine="openai:x"))
    assert f"- The insurer would not pay [1]. ({reason})" in shown
    assert "Struck out" not in shown


def test_a_table_has_its_columns_named_and_a_row_of_named_cells() -> None:
    """README, 'JSON': what outside scripts read."""
    table: dict[str, list[object]] = {"report_id": ["a", "b"], "citations": [[1], [2, 3]]}
    assert to_json(replace(ANSWERED, table=table))["table"] == {
        "columns": ["report_id", "citations"],
        "rows": [
            {"report_id": "a", "citations": [1]},
            {"report_id": "b", "citations": [2, 3]},
        ],
    }


def test_absent_values_are_null_in_json() -> None:
    """An abstention has no citations and no short answer, and still every key."""
    found = to_json(ABSTAINED)
    assert list(found) == KEYS
    assert (found["id"], found["short_answer"], found["table"]) == (None, None, None)
    assert found["citations"] == []
    assert len(found["passages"]) == 1


def test_an_answer_names_its_sources() -> None:
    """Short answer, text, what was understood, one line per source, notice."""
    assert to_text(ANSWERED).splitlines() == [
        "Short answer: faded [1]",
        "",
        'Kim 2011: "The rash faded." [1]',
        "",
        "Understood: CK = creatine kinase",
        "",
        "Sources",
        "[1] Kim 2011 · Topical pimecrolimus. · J, 2011 · https://doi.org/10.1000/x(97)1 · "
        "kim-2011, Case report, p. 2, characters 10-26",
        "",
        "Evidence: 1 case report.",
    ]


def test_an_abstention_shows_the_nearest_passages() -> None:
    """No source is claimed; what is near is shown by its place."""
    lines = to_text(ABSTAINED).splitlines()
    assert "Sources" not in lines
    assert "- kim-2011#case/1: The rash faded. It was well." in lines
    assert "Nearest passages" not in to_text(ABSTAINED, nearest=0)


def test_a_resolved_question_is_shown() -> None:
    """How a follow-up was read is said; a question read as typed is not repeated."""
    assert "Read as: Rash? (about: DM)" in to_text(replace(ANSWERED, query="Rash? (about: DM)"))
    assert "Read as" not in to_text(ANSWERED)


def test_a_long_passage_is_shortened_between_words() -> None:
    """A nearest passage takes few lines and ends in a sign that more follows."""
    text = to_text(replace(ABSTAINED, hits=(replace(HIT, text="prednisolone " * 60),)))
    line = next(line for line in text.splitlines() if line.startswith("- "))
    assert line.endswith("prednisolone …")
    assert len(line) < 340


def test_a_long_passage_is_shown_from_its_likeliest_sentence_on() -> None:
    """Where the beginning does not hold it; else the passage is shown from its beginning."""
    first, last = "The rash faded. " * 30, "She took 5 mg. It was well."
    passage = replace(HIT.passage, start=100, end=100 + len(first + last))
    at = 100 + len(first)
    hit = replace(HIT, passage=passage, text=first + last, nearest=(at, at + 14))
    lines = to_text(replace(ABSTAINED, hits=(hit,))).splitlines()
    assert f"- {passage.id}: … She took 5 mg. It was well." in lines
    hit = replace(hit, nearest=(116, 131))
    (line,) = [
        one for one in to_text(replace(ABSTAINED, hits=(hit,))).splitlines() if one[:2] == "- "
    ]
    assert line.startswith(f"- {passage.id}: The rash faded.") and line.endswith("…")


EVIL = "a\x1b[31mred\x1b[0m \x07b\x9b5A\x00c\u202ed\u2066e\r\nf\x7f"


def test_control_characters_never_reach_the_terminal() -> None:
    """Wherever a document or question brings them in, they are gone from the text."""
    evil = replace(
        ANSWERED,
        query=EVIL,
        text=f"{EVIL} [1]",
        short_answer=EVIL,
        notice=EVIL,
        citations=(replace(CITATION, title=EVIL, journal=EVIL, authors=(EVIL,), section=EVIL),),
        readings=(Reading(EVIL, EVIL),),
    )
    for text in (
        to_text(evil),
        to_text(replace(evil, citations=(), hits=(replace(HIT, text=EVIL),))),
    ):
        assert all(c.isprintable() or c == "\n" for c in text)
        assert "red" in text


@given(st.text())
def test_a_plain_line_keeps_what_can_be_read(line: str) -> None:
    """Printable characters stay in order, white space becomes blanks, the rest goes."""
    found = plain(line)
    assert all(c.isprintable() or c == "\t" for c in found)
    assert [c for c in found if not c.isspace()] == [
        c for c in line if c.isprintable() and not c.isspace()
    ]
    assert len(found.split()) == len(
        "".join(c for c in line if c.isprintable() or c.isspace()).split()
    )


LINKS = {
    "DOI": ("10.1000/x(97)1", "7", "https://doi.org/10.1000/x(97)1"),
    "PMID": (None, "7", "https://pubmed.ncbi.nlm.nih.gov/7/"),
    "neither": (None, None, None),
    "odd signs": ('10.1000/<a href="x">', None, "https://doi.org/10.1000/%3Ca%20href=%22x%22%3E"),
    "another query": ("10.1000/x?y#z", None, "https://doi.org/10.1000/x%3Fy%23z"),
}


@pytest.mark.parametrize(("doi", "pmid", "link"), LINKS.values(), ids=LINKS)
def test_links_lead_to_doi_or_pmid_only(doi, pmid, link) -> None:
    """No other address of a report is ever linked, and a DOI cannot leave its address."""
    assert link_of(replace(CITATION, doi=doi, pmid=pmid)) == link


def test_a_source_line_leaves_out_what_is_not_known() -> None:
    """No journal, year, link or page leave no empty places."""
    bare = replace(CITATION, journal=None, year=None, doi=None, pmid=None, page=None)
    assert source_line(bare) == (
        "Kim · Topical pimecrolimus. · kim-2011, Case report, characters 10-26"
    )


def test_a_report_card_says_what_is_known() -> None:
    """Title, source, what was read, what is missing, sections and patients."""
    report = Report(
        id="a-1",
        title="A title",
        text="x",
        sections=(Section("case", "Case", "case", 0, 1),),
        source="a.md",
        source_kind="digest",
        basis="abstract",
        pmid="7",
        cases=(Case(1, 56, "female", treatment=(Treatment("dapsone", "100 mg"),)),),
        not_in_source=("dose",),
    )
    assert report_card(report, 3).splitlines() == [
        "a-1",
        "A title",
        "authors not known · PMID 7",
        "unknown · digest · read: abstract · from a.md · 3 passages",
        "not in the source as read: dose",
        "section case (0-1): Case",
        "patient 1: 56 years, female · dapsone 100 mg · response: not stated",
    ]


def test_an_unknown_patient_is_a_short_line() -> None:
    """Nothing known gives nothing but the response."""
    assert patient_line(Case(1)) == "response: not stated"


def test_a_yes_or_no_alone_is_marked_with_the_sentence_that_says_so() -> None:
    """The mark leads to the proof; a short answer that is a stretch has its own."""
    said = replace(ANSWERED, question="Was there a fever?", short_answer="No")
    numbered = [
        replace(ANSWERED.citations[0], number=n, quote=quote)
        for n, quote in enumerate(("The rash faded.", "There was no fever."), 1)
    ]
    assert proof_mark(replace(said, citations=tuple(numbered))) == " [2]"
    assert proof_mark(replace(said, citations=tuple(numbered[:1]))) == ""

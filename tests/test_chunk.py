"""Passages are runs of whole sentences of one section, small enough to embed, and lose nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import split
from rag.config import PASSAGE_TOKENS
from rag.formats import read_file
from rag.formats.layout import Layout
from rag.schema import Passage, Report
from rag.search_text import contexts, embedded
from rag.sentences import sentence_spans

REPORTS = sorted((Path(__file__).parents[1] / "corpus" / "reports").glob("*.md"))
MARK = re.compile(r"^(?:[-*•]|\d{1,2}[.)])(?=\s)", re.MULTILINE)


def count(texts) -> list[int]:
    """Words and signs, as a human would count them."""
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def report(*sections: tuple[str, str]) -> Report:
    layout = Layout()
    for heading, text in sections:
        layout.heading(heading)
        layout.paragraph(text)
    text, built = layout.build()
    return Report("a-1", "A", text, built, "a-1.md", "digest", "abstract")


def texts(one: Report, passages: list[Passage]) -> list[str]:
    return [one.text[p.start : p.end] for p in passages]


def assert_lawful(one: Report, passages: list[Passage], limit: int, count_tokens) -> None:
    sections = {section.slug: section for section in one.sections}
    covered: set[int] = set()
    end = 0
    for passage in passages:
        section = sections[passage.section]
        assert section.kind != "references"
        assert section.start <= passage.start < passage.end <= section.end
        assert end <= passage.start
        assert passage.patient == section.patient
        assert passage.kind == section.kind
        covered.update(range(passage.start, passage.end))
        end = passage.end
    assert max(count_tokens(texts(one, passages)), default=0) <= limit
    assert len({p.id for p in passages}) == len(passages)
    for section in one.sections:
        numbers = [p.number for p in passages if p.section == section.slug]
        assert numbers == list(range(1, len(numbers) + 1))
        if section.kind != "references":
            assert_covered(one.text, section.start, section.end, covered)


def assert_covered(text: str, start: int, end: int, covered: set[int]) -> None:
    """All but white space and list marks lies in a passage."""
    marks = {
        at
        for match in MARK.finditer(text[start:end])
        for at in range(start + match.start(), start + match.end())
    }
    wanted = {at for at in range(start, end) if not text[at].isspace()}
    assert wanted - covered <= marks


def assert_whole_sentences(one: Report, passages: list[Passage], limit: int, count_tokens) -> None:
    for passage in passages:
        section = next(s for s in one.sections if s.slug == passage.section)
        for a, b in sentence_spans(one.text, section.start, section.end):
            inside = passage.start <= a and b <= passage.end
            apart = b <= passage.start or passage.end <= a
            assert inside or apart or count_tokens([one.text[a:b]])[0] > limit


SENTENCE = st.one_of(
    st.integers(1, 30).map(lambda n: "She took " + "prednisolone " * n + "daily."),
    st.sampled_from(
        ["CK was 1,234 U/l.", "- Rash.", "1. Ulcers; pain.", "Why?", "A;; b,, c.", "�"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=25),
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=6).flatmap(
    lambda parts: st.sampled_from([" ", "\n"]).map(lambda by: by.join(parts))
)
SECTION = st.tuples(
    st.sampled_from(["Summary", "Case 1", "Case 2", "Discussion", "References", "Figure legends"]),
    st.lists(PARAGRAPH, min_size=1, max_size=3).map("\n\n".join),
)


@given(st.lists(SECTION, max_size=5), st.integers(3, 40))
def test_passages_tile_any_report(sections: list[tuple[str, str]], limit: int) -> None:
    """Sorted, disjoint, within one section and the limit, numbered from 1, nothing lost."""
    one = report(*sections)
    passages = split(one, count, limit)
    assert_lawful(one, passages, limit, count)
    assert_whole_sentences(one, passages, limit, count)


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_passages_tile_every_shipped_digest(path: Path, encoder) -> None:
    """The same laws with the real tokenizer, and what is embedded fits the model uncut."""
    one, _ = read_file(path)
    passages = split(one, encoder.count_tokens)
    assert_lawful(one, passages, PASSAGE_TOKENS, encoder.count_tokens)
    assert_whole_sentences(one, passages, PASSAGE_TOKENS, encoder.count_tokens)
    search_texts = [
        embedded(parts, text, encoder.count_tokens, encoder.max_tokens)
        for parts, text in zip(contexts(one, passages), texts(one, passages), strict=True)
    ]
    assert max(encoder.count_tokens(search_texts)) <= encoder.max_tokens == 254


def test_passage_ids_are_places_and_stay_the_same() -> None:
    """An id says report, section and number; splitting again gives the same passages."""
    one = report(("Case 1", "A b c. D e f."), ("Case 2", "G h i."))
    passages = split(one, count, 4)
    assert [p.id for p in passages] == ["a-1#case-1/1", "a-1#case-1/2", "a-1#case-2/1"]
    assert [p.patient for p in passages] == [1, 1, 2]
    assert split(one, count, 4) == passages


def test_equal_texts_in_two_places_are_two_passages() -> None:
    """A passage is known by its place, so the same words about two patients stay apart."""
    passages = split(report(("Case 1", "No relapse."), ("Case 2", "No relapse.")), count)
    assert [p.id for p in passages] == ["a-1#case-1/1", "a-1#case-2/1"]


def test_passages_of_a_section_are_about_equally_long() -> None:
    """Eleven sentences of four tokens under a limit of 40 are six and five, not ten and one."""
    one = report(("Discussion", "A b c. " * 11))
    assert count(texts(one, split(one, count, 40))) == [24, 20]


def test_no_last_passage_of_one_sentence_is_left() -> None:
    """Sentences of 10 and 3 tokens by turns, at most 13: each long one takes a short one."""
    one = report(("Case", "A b c d e f g h i. J k. " * 3))
    lengths = count(texts(one, split(one, count, 13)))
    assert lengths == [13, 13, 13]


def test_list_marks_inside_a_passage_count() -> None:
    """Ten one-word items are 20 tokens with their dashes; 12 is too few for them."""
    one = report(("Case", "\n".join(["- rash"] * 10)))
    assert max(count(texts(one, split(one, count, 12)))) <= 12


CUTS = {
    "at semicolons first": ("a, b; c, d; e, f.", 5, ["a, b;", "c, d;", "e, f."]),
    "then at commas": ("a b, c d, e f.", 4, ["a b,", "c d,", "e f."]),
    "never inside a number": ("aa 1,000 mg bb 2,000 mg", 6, ["aa 1,000 mg bb", "2,000 mg"]),
    "then between words": ("a b c d e", 2, ["a b", "c d", "e"]),
    "at last anywhere": ("-----", 2, ["--", "--", "-"]),
    "leading and double marks": (";;a; b,, c; d", 4, [";;a;", "b,,", "c; d"]),
}


@pytest.mark.parametrize(("sentence", "limit", "expected"), CUTS.values(), ids=CUTS)
def test_an_overlong_sentence_is_cut_at_the_mildest_place(
    sentence: str, limit: int, expected: list[str]
) -> None:
    """Only a sentence that no passage can hold is cut, and then nothing of it is lost."""
    one = report(("Case", sentence))
    assert texts(one, split(one, count, limit)) == expected


def test_references_are_not_retrievable() -> None:
    """The reference list makes no passage; the text still holds it."""
    one = report(("Case", "She improved."), ("References", "1. Smith A. Rash. 2001."))
    assert [p.section for p in split(one, count)] == ["case"]
    assert "Smith" in one.text


def test_a_report_without_sections_has_no_passages() -> None:
    """Nothing retrievable gives an empty list."""
    assert split(Report("a", "A", "", (), "a", "digest", "abstract"), count) == []

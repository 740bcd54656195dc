"""rag.formats.layout: parts in any order become one canonical text whose sections can be cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.formats.layout import LEGENDS, REFERENCES, Layout, slugify, strip_markup


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("*a* and **b** and _c_ and ***d***", "a and b and c and d"),
        ("[a](https://x.example/y_(z)) and ![b](c.png)", "a and b"),
        ("**[a](http://x.example)**", "a"),
        ("## A ##", "A"),
        ("HLA-B*08 and HLA-C*07", "HLA-B*08 and HLA-C*07"),
        ("p < 0.05*, q*", "p < 0.05*, q*"),
        ("see [3](5) and [CK](high)", "see [3](5) and [CK](high)"),
        ("a_b_c 2 * 3 * 4", "a_b_c 2 * 3 * 4"),
    ],
)
def test_only_markup_is_markup(marked: str, plain: str) -> None:
    """Emphasis, links and hashes go; stars, underscores and brackets that say something stay."""
    assert strip_markup(marked) == plain


def test_a_layout_puts_legends_and_references_last() -> None:
    """A heading right before another has no section; the source's own names for the end stay."""
    layout = Layout()
    layout.paragraph("Title")
    layout.heading("CASE REPORT")
    layout.heading("Case 1")
    layout.legend("Fig. 1. Rash.")
    layout.paragraph("One.")
    layout.heading("Bibliography")
    layout.paragraph("1. Roe.")
    layout.heading("Clinical course", "case", 2)
    layout.paragraph("Two.\n\nThree.")
    text, sections = layout.build()
    assert text == (
        "Title\n\nCASE REPORT\n\nCase 1\n\nOne.\n\nClinical course\n\nTwo.\n\nThree.\n\n"
        "Figure legends\n\nFig. 1. Rash.\n\nBibliography\n\n1. Roe.\n"
    )
    assert [part.slug for part in sections] == [
        "front",
        "case-1",
        "case-2",
        "legends",
        "references",
    ]


def test_an_unnumbered_case_never_takes_a_patients_name() -> None:
    """The second 'case' is not 'case-2', which is the second patient's."""
    layout = Layout()
    for heading in ("Case report", "Case history", "Case 2", ""):
        layout.heading(heading, "case" if not heading else None)
        layout.paragraph("Text.")
    assert [part.slug for part in layout.build()[1]] == [
        "case", "case-history", "case-2", "case-report",
    ]  # fmt: skip


_WORDS = st.text(alphabet="ab c1.-*#[](Fig", min_size=1, max_size=25)
_HEADS = st.sampled_from(
    ["", "Case 1", "Case report", "Discussion", "References", "Etc", "Legends"]
)
_CALLS = st.lists(
    st.tuples(st.sampled_from(["heading", "paragraph", "legend", "reference"]), _WORDS, _HEADS),
    max_size=12,
)


@given(_CALLS)
def test_sections_cover_a_layout(calls: list[tuple[str, str, str]]) -> None:
    """Whatever is collected, sections are disjoint and only headings stand outside."""
    layout = Layout()
    headings = [LEGENDS, REFERENCES, ""]
    for name, words, heading in calls:
        getattr(layout, name)(heading if name == "heading" else words)
        headings.append(heading)
    text, sections = layout.build()
    assert len({part.slug for part in sections}) == len(sections)
    outside, place = [], 0
    for part in sections:
        assert place <= part.start < part.end <= len(text)
        assert text[part.start : part.end] == text[part.start : part.end].strip()
        outside += text[place : part.start].split("\n")
        place = part.end
    assert set(outside + text[place:].split("\n")) <= set(headings)
    assert text == "" or (
        text.endswith("\n") and "\n\n\n" not in text and text.strip() + "\n" == text
    )


def test_slugs_are_ascii() -> None:
    """Accents go, other scripts have no slug."""
    assert [slugify(text) for text in ("Käse 1!", "", "皮")] == ["kase-1", "", ""]

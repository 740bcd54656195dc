"""rag.formats.headings: which lines of a paper announce something, and what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.formats.headings import (
    classify,
    goes_on_with_case,
    is_heading,
    is_legend,
    level,
    run_in,
    title_of,
)

_SECTIONS = [
    ("ABSTRACT", "summary", None),
    ("Summary", "summary", None),
    ("1 Introduction", "background", None),
    ("Background:", "background", None),
    ("CASE REPORT", "case", None),
    ("Case reports", "case", None),
    ("2. Case presentation", "case", None),
    ("Report of a case", "case", None),
    ("REPORT OF CASES", "case", None),
    ("Case 1", "case", 1),
    ("CASE 2.", "case", 2),
    ("Case II", "case", 2),
    ("Case no. 4", "case", 4),
    ("Patient 3:", "case", 3),
    ("First case", "case", 1),
    ("2.1 Second patient", "case", 2),
    ("Case three", "case", 3),
    ("Patients and methods", "methods", None),
    ("Materials & Methods", "methods", None),
    ("METHODS", "methods", None),
    ("IV. RESULTS", "results", None),
    ("II. DISCUSSION", "discussion", None),
    ("Comment", "discussion", None),
    ("Conclusions", "discussion", None),
    ("Acknowledgements", "other", None),
    ("Acknowledgments", "other", None),
    ("Conflicts of interest", "other", None),
    ("Funding", "other", None),
    ("REFERENCES", "references", None),
    ("Bibliography", "references", None),
    ("Literature cited", "references", None),
    ("Figure legends", "legend", None),
    ("## Case 1", "case", 1),
    ("### **Discussion** ###", "discussion", None),
    ("**Case report:**", "case", None),
    ("Patient B", "case", 2),
    ("CASE l", "case", 1),
    ("Case ll.", "case", 2),
    ("Observation 2", "case", 2),
    ("Third history", "case", 3),
    ("Case 1 (the elder brother)", "case", 1),
    ("Case 2: the younger sister", "case", 2),
    ("_Discussion_", "discussion", None),
]


@pytest.mark.parametrize(
    ("line", "kind", "patient"), _SECTIONS, ids=[line for line, _, _ in _SECTIONS]
)
def test_section_names_are_known(line: str, kind: str, patient: int | None) -> None:
    """Numbering, marks and letter case do not hide the name of a section."""
    assert classify(line) == (kind, patient)
    assert is_heading(line)
    assert is_heading(line.upper()) and is_heading(line.lower().rstrip("."))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Case 1 was treated with a cream.",
        "Discussion of the case followed.",
        "discussion.",
        "Results were good",
        "I discuss",
        "Case 0",
        "Rash on the hands",
        "Fig. 1. Rash",
        "Case 1: she came. He went.",
        "Patient Z",
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    """A sentence that begins or ends with a section's name is a sentence."""
    assert not is_heading(line)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Case 2: ulcers of the elbow", ("case", 2)),
        ("Case report and review", ("case", None)),
        ("Discussion and outlook", ("discussion", None)),
        ("Patients with ulcers", ("other", None)),
        ("Clinical course", ("other", None)),
        ("", ("other", None)),
    ],
)
def test_a_heading_may_go_on(heading: str, expected: tuple[str, int | None]) -> None:
    """A known name counts when the heading adds to it, but a topic is no section."""
    assert classify(heading) == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Investigations", True),
        ("OUTCOME AND FOLLOW-UP", True),
        ("2.3. Treatment, outcome and follow-up", True),
        ("Differential diagnosis", True),
        ("Patient\u2019s perspective", True),
        ("Physical examination", True),
        ("Clinical course", True),
        ("Discussion", False),
        ("Treatment of calcinosis", False),
        ("Learning points", False),
        ("Funding", False),
        ("", False),
    ],
)
def test_steps_of_a_story_are_known(heading: str, expected: bool) -> None:
    """What journals and CARE have behind 'Case presentation', but no topic that begins with it."""
    assert goes_on_with_case(heading) is expected


@pytest.mark.parametrize(
    "line",
    [
        "Fig. 1. (A) Hands",
        "Figure 2: Elbow",
        "FIG. 3. Scalp",
        "Table 1. Drugs",
        "Table II. Values",
        "Table 1",
        "Figs. 1-2. Ulcers",
        "Fig. 2A. Rash",
        "Fig. 4 – Back",
        "**Fig. 1.** Hands",
    ],
)
def test_legends_are_seen(line: str) -> None:
    """The usual ways to begin a legend."""
    assert is_legend(line)


@pytest.mark.parametrize(
    "line",
    [
        "Fig. 1B). She left",
        "Fig. 1 shows the hands",
        "Table 2 shows values",
        "Figs 1 and 2 show",
        "fig. 2. Then he left",
        "Figure 1. the hands",
        "Tables were set",
    ],
)
def test_references_to_figures_are_no_legends(line: str) -> None:
    """Running text may begin a line with 'Fig. 1'."""
    assert not is_legend(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Case 1. A man came", ("Case 1", "A man came")),
        ("Patient II: 40-year-old man", ("Patient II", "40-year-old man")),
        ("CASE 3 - He came", ("CASE 3", "He came")),
        ("Case 1.-A 52-year-old woman", ("Case 1", "A 52-year-old woman")),
        ("Pt A: F, 39, nurse.", ("Pt A", "F, 39, nurse.")),
        ("Patient B. A farmer came", None),  # told apart with what the others are called
        ("Case 1 was a man", None),
        ("Case 1. and then", None),
        ("METHODS: We counted", None),
        ("Case from here: A town", None),
    ],
)
def test_a_patient_may_begin_in_the_line(line: str, expected: tuple[str, str] | None) -> None:
    """Only a numbered patient opens a section inside a line."""
    assert run_in(line) == expected


def test_markdown_levels() -> None:
    """The level counts '#'; a hash without a blank is no heading."""
    assert [level(line) for line in ("# A", "### B", "#1 drug", "C", "##")] == [1, 3, 0, 0, 0]
    assert title_of("### Case 1: ulcers ###") == "Case 1: ulcers"


_PIECES = (
    "Case",
    "case",
    "Fig",
    "Table",
    "Discussion",
    "II",
    "1",
    "0",
    ".",
    ":",
    " ",
    "#",
    "**",
    "A",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join) | st.text(max_size=90))
def test_a_line_announces_one_thing(line: str) -> None:
    """Only a case has a patient, counted from 1, and no heading is a legend as well."""
    kind, patient = classify(line)
    assert patient is None or (kind == "case" and patient > 0)
    assert not (is_heading(line) and is_legend(line))

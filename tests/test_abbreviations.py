"""Abbreviations count when, and only when, the text itself spells them out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.abbreviations import abbreviations

DEFINED = {
    "initials": ("Creatine kinase (CK) was high.", {"CK": "Creatine kinase"}),
    "small letters inside": (
        "after intravenous immunoglobulin (IVIg)",
        {"IVIg": "intravenous immunoglobulin"},
    ),
    "letters within words": ("methotrexate (MTX)", {"MTX": "methotrexate"}),
    "an abbreviation in the long form": (
        "clinically amyopathic DM (CADM)",
        {"CADM": "clinically amyopathic DM"},
    ),
    "hyphens": (
        "a rapidly progressive interstitial lung disease (RP-ILD)",
        {"RP-ILD": "rapidly progressive interstitial lung disease"},
    ),
    "digits": (
        "anti-melanoma differentiation-associated gene 5 (MDA5)",
        {"MDA5": "melanoma differentiation-associated gene 5"},
    ),
    "more in the bracket": ("lung disease (LD; n = 5)", {"LD": "lung disease"}),
    "a dose in the bracket": (
        "mycophenolate mofetil (MMF, 2 g/day)",
        {"MMF": "mycophenolate mofetil"},
    ),
    "two in one sentence": (
        "dermatomyositis (DM) and polymyositis (PM)",
        {"DM": "dermatomyositis", "PM": "polymyositis"},
    ),
    "the first definition counts": (
        "creatine kinase (CK) and later cat king (CK)",
        {"CK": "creatine kinase"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), DEFINED.values(), ids=DEFINED)
def test_a_definition_in_brackets_is_read(text: str, expected: dict[str, str]) -> None:
    """The long form is the shortest run of words before the bracket that spells the short one."""
    assert abbreviations(text) == expected


NOT_DEFINED = {
    "numbers": "women (n = 5) in one year (2006)",
    "figure": "Ulcers (Fig. 1) and (A) healed (P < 0.05)",
    "letters that are not there": "he was seen (Tokyo)",
    "the long form stands inside": "CK (creatine kinase)",
    "itself": "CK (CK)",
    "nothing before": "(CK)",
    "across a sentence": "It was creatine. Then (CK)",
    "across a line": "creatine kinase\n(CK)",
    "no capital": "creatine kinase (ck)",
    "empty": "",
}


@pytest.mark.parametrize("text", NOT_DEFINED.values(), ids=NOT_DEFINED)
def test_other_brackets_define_nothing(text: str) -> None:
    """A bracket whose letters the words before it do not spell is no definition."""
    assert abbreviations(text) == {}


@given(st.lists(st.sampled_from(["creatine ", "kinase ", "(CK)", "(", ")", ". ", "\n", "γ", "A-"])))
def test_long_forms_are_slices_of_the_text(parts: list[str]) -> None:
    """Whatever the brackets, both forms stand in the text and the short one is shorter."""
    text = "".join(parts)
    for short, long in abbreviations(text).items():
        assert f"({short}" in text
        assert long in " ".join(text.split())
        assert len(short) < len(long)

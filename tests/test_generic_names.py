"""A drug asked for by its brand is read by the name that reports use."""

from __future__ import annotations

import pytest

from rag.generic_names import with_generic_names
from rag.lexicon import lexicon


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("Does Plaquenil help?", "Does hydroxychloroquine help?"),
        ("did plaqenil help", "did hydroxychloroquine help"),
        ("Xeljanz or Rituxan?", "tofacitinib or rituximab?"),
        # what is no brand stays, abbreviations too: the networks were trained on these
        ("HCQ dose?", "HCQ dose?"),
        ("Does hydroxychlorquine help?", "Does hydroxychlorquine help?"),
        ("IVIG for the rash", "IVIG for the rash"),
        ("Which dose?", "Which dose?"),
    ],
)
def test_brands_are_read_as_what_they_hold(question: str, read: str):
    """Misspelt ones, too; everything else is left as it was put."""
    assert with_generic_names(question) == read


def test_the_short_word_for_a_biopsy_is_known():
    """'Skin bx?' asks for a skin biopsy."""
    assert [m.concept.name for m in lexicon().find("skin bx?")] == ["skin biopsy"]
    assert [m.concept.name for m in lexicon().find("bx?")] == ["biopsy"]

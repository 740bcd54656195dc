"""What is said of a finding: denied, a relative's, only supposed."""

from __future__ import annotations

import pytest

from rag.records.context import context, denied

DENIED = [
    "She had no [muscle weakness].",
    "There was neither arthritis nor [dysphagia].",
    "[Calcinosis] was absent.",
    "Anti-Jo-1 and [anti-Ro] were not found.",
    "Mi-2, [anti-TIF1-gamma] and anti-MDA5 were negative.",
    "He denied [dysphagia], cough or fever.",
    "A search for [malignancy] was negative.",
    "anti-p155 was found and [anti-MDA5] antibodies were not.",
]
SAID = [
    "She was not weak, CK was 88 IU/l, and [anti-MDA5] antibodies were found.",
    "There was no change of the [rash].",
    "He had no fever but [dysphagia] for solids.",
    "Without effect on the [itch], the drug was stopped.",
    "[Anti-SAE] antibodies were positive, and a search for malignancy was negative.",
    "The [rash] did not improve.",
]
_OF_OTHERS = [
    "Her mother had [psoriasis].",
    "There was a family history of [malignancy].",
    "Her sister suffered from [arthritis].",
]
NOT_OF_OTHERS = [
    "A cousin of the second patient, she had [arthritis].",
    "Her mother was healthy; she had [arthritis].",
    "Her mother noticed that she had [dysphagia].",
]


def _context(marked: str):
    start, end = marked.index("["), marked.index("]") - 1
    return context(marked.replace("[", "").replace("]", ""), start, end)


@pytest.mark.parametrize("marked", DENIED)
def test_denied(marked):
    """By words before or after the mention, in its own clause."""
    assert _context(marked).denied


@pytest.mark.parametrize("marked", SAID)
def test_not_denied(marked):
    """A denial of something else, or of another clause, leaves the finding alone."""
    assert not _context(marked).denied


@pytest.mark.parametrize("marked", _OF_OTHERS)
def test_of_a_relative(marked):
    """What a relative has is none of the patient's findings."""
    assert _context(marked).relative


@pytest.mark.parametrize("marked", NOT_OF_OTHERS)
def test_of_the_patient(marked):
    """A relative in the sentence does not take the patient's findings away."""
    assert not _context(marked).relative


@pytest.mark.parametrize(
    "marked",
    ["Tests to exclude [malignancy] were made.", "She was vaccinated against [herpes zoster].",
     "The rash was mistaken for [psoriasis]."],
)  # fmt: skip
def test_supposed(marked):
    """What was looked for, feared, prevented or mistaken for is no finding."""
    assert _context(marked).supposed


def test_what_stands_a_page_before_denies_nothing() -> None:
    """A sentence as long as a page is read near the mention: its time grows with its length."""
    far = "No fever, chills or " + "words and " * 200
    near = "words and " * 200 + "no "
    assert not denied(f"{far}dysphagia", len(far), len(far) + len("dysphagia"))
    assert denied(f"{near}dysphagia", len(near), len(near) + len("dysphagia"))

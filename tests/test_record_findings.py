"""Findings are present, absent, or not reported; the form of the disease; its duration."""

from __future__ import annotations

import pytest
from case_stories import record


def states(story: str) -> dict[str, str]:
    """Finding → present or absent."""
    return {one.name: one.state.value for one in record(story).findings}


def test_three_values():
    """Present, absent, and nothing at all for what is not mentioned."""
    found = states("A 50-year-old man had a heliotrope rash but no dysphagia. CK was normal.")
    assert found["heliotrope rash"] == "present"
    assert found["dysphagia"] == "absent"
    assert found["raised muscle enzymes"] == "absent"
    assert "calcinosis" not in found


def test_antibodies_present_and_absent():
    """The list and its denial."""
    found = states(
        "A 50-year-old man had a rash. Anti-MDA5 antibodies were positive, while anti-Mi-2 and "
        "anti-Jo-1 were not detected."
    )
    assert (found["anti-MDA5"], found["anti-Mi-2"], found["anti-Jo-1"]) == (
        "present", "absent", "absent",
    )  # fmt: skip


def test_cancer_is_a_kind_of_its_own():
    """Found, or searched for and not found."""
    (one,) = [f for f in record("A 50-year-old man had a rash. Ovarian cancer was found.").findings
              if f.kind == "cancer"]  # fmt: skip
    assert (one.name, one.state.value) == ("ovarian cancer", "present")
    assert states("A 50-year-old man had a rash. CT showed no tumour.")["malignancy"] == "absent"


def test_the_family_is_not_the_patient():
    """A mother's cancer is hers."""
    assert "breast cancer" not in states(
        "A 50-year-old man had a rash. His mother had breast cancer."
    )


SUBTYPES = {
    "A 9-year-old boy had a rash and weakness.": "juvenile dermatomyositis",
    "A 50-year-old man with amyopathic DM had a rash.": "clinically amyopathic dermatomyositis",
    "A 50-year-old man had a rash and muscle weakness.": "classic dermatomyositis",
    "A 50-year-old man had a rash and antibodies to MDA5.": "anti-MDA5 dermatomyositis",
}


@pytest.mark.parametrize("story", SUBTYPES)
def test_subtype(story):
    """Named, or judged from age, antibody, muscle and skin; less sure then."""
    assert record(story).subtype.value == SUBTYPES[story]


def test_disease_duration():
    """How long it had lasted; a history of smoking is another matter."""
    found = record("A 50-year-old man presented with a 6-month history of a rash.")
    assert found.disease_duration.value == "6-month"


def test_enzymes_that_became_normal_had_not_been():
    """'Became normal' under treatment says nothing of how the patient presented."""
    found = record("A 55-year-old woman had a rash. On rituximab creatine kinase became normal.")
    assert not [one for one in found.findings if one.name == "raised muscle enzymes"]
    found = record("A 55-year-old woman had a rash. Creatine kinase was normal.")
    (enzymes,) = [one for one in found.findings if one.name == "raised muscle enzymes"]
    assert enzymes.state.value == "absent"

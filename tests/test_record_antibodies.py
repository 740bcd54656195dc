"""Antibodies named in a list, in a title of all patients, or as 'the same' as another patient's."""

from __future__ import annotations

import pytest
from case_stories import WOMAN, record, report

from rag.records.make import records_of


def antibodies(story: str, title: str = "Dermatomyositis: a case") -> dict[str, str]:
    """Name → present or absent, of the only patient of a report."""
    return {
        one.name: one.state.value
        for one in record(WOMAN + story, title).findings
        if one.kind == "antibody"
    }


@pytest.mark.parametrize(
    "said",
    [
        "Anti-MDA5, anti-NXP2, anti-Jo-1 and acetylcholine-receptor antibodies were negative.",
        "There were negative anti-MDA5, anti-NXP2 and anti-Jo-1 antibodies.",
    ],
)
def test_what_denies_a_list_denies_all_of_it(said: str) -> None:
    """The first of four as well as the last."""
    found = antibodies(said)
    assert {found[name] for name in ("anti-MDA5", "anti-NXP2", "anti-Jo-1")} == {"absent"}


def test_each_antibody_of_a_list_that_is_said_one_by_one() -> None:
    """'Negative' between two ends the list."""
    found = antibodies("Anti-Jo-1 was negative, anti-MDA5 positive. Anti-SAE was negative.")
    assert found == {"anti-Jo-1": "absent", "anti-MDA5": "present", "anti-SAE": "absent"}


def test_antibodies_to_sae_are_no_adverse_events() -> None:
    """Bare 'SAE' is not one of its names."""
    assert antibodies("Antibodies to SAE were found. No SAE occurred.") == {"anti-SAE": "present"}


def test_an_explained_antibody_is_one() -> None:
    """'PL-7, an aminoacyl-tRNA synthetase'."""
    found = antibodies("Antibodies to PL-7, an aminoacyl-tRNA synthetase, were present.")
    assert found == {"anti-PL-7": "present"}


TITLE = "Lung disease in anti-MDA5 dermatomyositis"


def test_the_title_gives_its_antibody() -> None:
    """With the title as the span; not where the patient lacks it or has another one."""
    assert antibodies("She coughed.", TITLE) == {"anti-MDA5": "present"}
    assert antibodies("Anti-MDA5 was negative.", TITLE) == {"anti-MDA5": "absent"}
    assert antibodies("She had anti-NXP2 antibodies.", TITLE) == {"anti-NXP2": "present"}


@pytest.mark.parametrize(
    "title",
    [
        "Anti-MDA5 and anti-Mi-2 antibodies in dermatomyositis",
        "Dermatomyositis without anti-MDA5 antibodies",
    ],
)
def test_a_title_that_leaves_it_open_gives_none(title: str) -> None:
    """Two of them, or a denial."""
    assert antibodies("She coughed.", title) == {}


def test_the_same_antibody_is_that_of_the_patient_before() -> None:
    """Its span is where it is said to be the same."""
    told = report(
        "Case 1\n\nA 40-year-old woman had a rash and anti-Mi-2 antibodies.\n\n"
        "Case 2\n\nHer sister, a 38-year-old woman, had a rash and the same antibody.\n\n"
        "Case 3\n\nA 20-year-old man had a rash.",
        title="Three patients",
    )
    first, second, third = (
        {one.name: one.state for one in case.findings if one.kind == "antibody"}
        for case in records_of(told).cases
    )
    assert (set(first), set(second), set(third)) == ({"anti-Mi-2"}, {"anti-Mi-2"}, set())
    ((start, end),) = second["anti-Mi-2"].spans
    assert told.text[start:end] == "the same antibody"


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Familial juvenile dermatomyositis: twins", "juvenile dermatomyositis"),
        ("Amyopathic dermatomyositis in childhood", "juvenile dermatomyositis"),
        ("Dermatomyositis in two adults and in childhood", "classic dermatomyositis"),
    ],
)
def test_the_form_of_all_patients_is_that_of_each(title: str, form: str) -> None:
    """A patient without an age of one's own takes the form that the opening gives to all."""
    told = report(
        f"{title}.\n\nCase 1\n\nThe elder had a rash and regained her strength on prednisone.\n\n"
        "Case 2\n\nThe younger had a rash and regained her strength, too.",
        title="Two patients",
    )
    found = [one.subtype for one in records_of(told).cases]
    assert [one.value if one else None for one in found] == [form, form]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "Anti-HMGCR antibodies, the blot (Mi-2, MDA5, SAE) and ANA were all negative.",
            dict.fromkeys(
                ("anti-HMGCR", "anti-Mi-2", "anti-MDA5", "anti-SAE", "antinuclear antibody"),
                "absent",
            ),
        ),
        (
            "NXP2 strongly positive; Mi-2 alpha and beta, MDA5, Jo-1 negative.",
            {"anti-NXP2": "present"}
            | dict.fromkeys(("anti-Mi-2", "anti-MDA5", "anti-Jo-1"), "absent"),
        ),
        (
            "Anti-MDA5 present, anti-Mi-2 and anti-Jo-1 absent.",
            {"anti-MDA5": "present", "anti-Mi-2": "absent", "anti-Jo-1": "absent"},
        ),
        (
            "Anti-HMGCR antibodies were absent, anti-Mi-2 antibodies strongly positive.",
            {"anti-HMGCR": "absent", "anti-Mi-2": "present"},
        ),
        ("Jo-1 antibodies, absent at first, were now found.", {"anti-Jo-1": "present"}),
        ("The myositis blot showed SAE +++.", {"anti-SAE": "present"}),
        ("One SAE was recorded.", {}),
    ],
)
def test_whom_a_denial_reaches(said: str, expected: dict[str, str]) -> None:
    """All of a clause that ends in 'negative', and nobody beyond what is positive."""
    assert antibodies(said) == expected

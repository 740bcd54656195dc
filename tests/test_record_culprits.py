"""A drug that brought the disease on came before, and is no treatment of it."""

# ruff: noqa: E501  (a case reads best on one line)

from __future__ import annotations

import pytest
from case_stories import drugs, record

from rag.cases.facets import of_case
from rag.cases.wish import Wish
from rag.cases.wording import case_words
from rag.records.record import CaseRecord, Field, Therapy

MAN = "A 60-year-old man with dermatomyositis came to us. "


@pytest.mark.parametrize(
    ("told", "drug"),
    [
        ("He had taken nivolumab 240 mg. Nivolumab was stopped.", "nivolumab"),
        ("He took hydroxyurea 1 g daily, which was exchanged. We exchanged hydroxyurea.", "hydroxyurea"),
        ("He was on adalimumab 40 mg. We suspected adalimumab.", "adalimumab"),
        ("He took simvastatin 40 mg. Simvastatin was blamed.", "simvastatin"),
        ("He received etanercept 50 mg weekly. His dermatomyositis was attributed to etanercept.", "etanercept"),
        ("He received etanercept 50 mg weekly. An etanercept-induced dermatomyositis was diagnosed.", "etanercept"),
        ("He was given ipilimumab 3 mg/kg. Both drugs were stopped.", "ipilimumab"),
    ],
)  # fmt: skip
def test_a_blamed_drug_is_marked_and_came_before(told: str, drug: str) -> None:
    """What was given for the disease is not."""
    found = drugs(f"{MAN}{told} Prednisone 60 mg daily was given and the rash cleared.")
    assert found[f"{drug} (suspected cause)"].prior
    assert not found["prednisone"].prior
    assert drug not in found


@pytest.mark.parametrize(
    ("told", "drug"),
    [
        ("He was given infliximab 5 mg/kg. Infliximab was stopped.", "infliximab"),
        ("He received nivolumab 240 mg for melanoma after the rash had cleared.", "nivolumab"),
        ("He took methotrexate 15 mg weekly. The rash was not attributed to methotrexate.", "methotrexate"),
        ("Methotrexate 15 mg weekly was stopped.", "methotrexate"),
        ("He had nivolumab 240 mg. What seemed nivolumab-induced myositis was paraneoplastic.", "nivolumab"),
        ("Smith reported that disease was induced by rituximab. He had rituximab 1 g.", "rituximab"),
    ],
)  # fmt: skip
def test_a_drug_that_was_only_stopped_is_not_blamed(told: str, drug: str) -> None:
    """Treatments end, too; others' cases and denials say nothing of this patient."""
    assert drug in drugs(f"{MAN}{told}")


def test_a_statin_that_was_stopped_is_no_treatment() -> None:
    """Though nobody blamed it."""
    found = drugs(f"{MAN}He took simvastatin 40 mg. Simvastatin was withdrawn.")
    assert found["simvastatin"].prior


def test_a_title_tells_what_the_disease_came_after() -> None:
    """For drugs that treat nobody's dermatomyositis."""
    story = f"{MAN}He had received pembrolizumab 200 mg. Prednisone 60 mg daily was given."
    found = drugs(story, "Dermatomyositis after pembrolizumab: a case")
    assert "pembrolizumab (suspected cause)" in found
    assert "pembrolizumab" in drugs(story, "Dermatomyositis and melanoma: a case")


def test_who_fell_ill_on_a_drug_is_found_as_drug_induced() -> None:
    """And not by that drug as the treatment."""
    facets = of_case(record(f"{MAN}He had taken nivolumab 240 mg. Nivolumab was stopped."))
    assert ("feature", "drug-induced dermatomyositis") in facets
    assert ("prior", "nivolumab") in facets
    assert ("treatment", "nivolumab") not in facets


def test_few_words_name_the_treatment_before_prophylaxis_and_the_cause_asked_for() -> None:
    """'1 of 3: given adalimumab' is followed by why it counts."""
    case = CaseRecord(
        "r",
        1,
        therapies=(
            Therapy(Field("omeprazole", origin="extracted")),
            Therapy(Field("prednisone", origin="extracted")),
            Therapy(Field("adalimumab (suspected cause)", origin="extracted"), prior=True),
        ),
    )
    wish = Wish("drug", "adalimumab", ("adalimumab",), False)
    assert case_words(case, []).startswith("prednisone, omeprazole;")
    assert case_words(case, [wish]).startswith("adalimumab (suspected cause); prednisone")

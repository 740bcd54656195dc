"""Drugs that this patient was given, with their own dose; and the many that were only named."""

from __future__ import annotations

import pytest
from case_stories import WOMAN, drugs

NOT_GIVEN = [
    "Rituximab was considered.",
    "Rituximab was discussed but she declined.",
    "She refused rituximab.",
    "She declined rituximab, which we had proposed.",
    "Rituximab was contraindicated because of hepatitis.",
    "Rituximab was planned, but it was never given.",
    "Rituximab was requested from the insurer and refused.",
    "Rituximab could not be obtained.",
    "We did not use rituximab.",
    "No rituximab was given.",
    "Her sister took rituximab for arthritis.",
    "Rituximab has been reported to help in such cases.",
    "Smith et al. gave rituximab 1 g to 12 patients.",
    "She was allergic to rituximab.",
    "Rituximab, methotrexate and dapsone were never used.",
    "A rituximab-induced pneumonitis is rare.",
]


@pytest.mark.parametrize("sentence", NOT_GIVEN)
def test_a_drug_that_was_only_named_is_no_therapy(sentence):
    """Discussed, planned, refused, forbidden, somebody else's, of the literature."""
    assert "rituximab" not in drugs(f"{WOMAN}Prednisone 40 mg daily was started. {sentence}")


GIVEN = [
    "Rituximab 1 g was given twice.",
    "She received rituximab.",
    "Rituximab had no effect.",
    "Rituximab was stopped because of fever.",
    "She had failed rituximab before referral.",
    "Rituximab was given, and she refused prednisolone.",
    "Rituximab was not increased.",
    "Despite rituximab she remained weak.",
    "She was given rituximab, as tofacitinib had been refused by the insurer.",
    "The score declined after rituximab was started.",
]


@pytest.mark.parametrize("sentence", GIVEN)
def test_a_drug_that_was_given_is_a_therapy(sentence):
    """Whether it helped, was stopped, or somebody refused another one."""
    assert "rituximab" in drugs(f"{WOMAN}{sentence}")


def test_each_drug_has_its_own_dose():
    """Two drugs of one sentence do not trade doses."""
    found = drugs(
        f"{WOMAN}Prednisone 60 mg daily and methotrexate 15 mg once weekly by subcutaneous "
        "injection were started, followed by topical tacrolimus 0.1% twice daily for 6 weeks."
    )
    said = {name: (one.dose.value.amount, one.dose.value.frequency) for name, one in found.items()}
    assert said == {
        "prednisone": (60, "daily"),
        "methotrexate": (15, "once weekly"),
        "topical tacrolimus": (0.1, "twice daily"),
    }
    assert found["methotrexate"].route.value == "subcutaneous"
    assert found["topical tacrolimus"].duration.value == "for 6 weeks"


def test_a_taper_is_not_the_dose():
    """'Tapered to 10 mg' comes after what was given."""
    found = drugs(
        f"{WOMAN}Prednisone was tapered to 10 mg daily. It had begun as prednisone 60 mg daily."
    )
    assert found["prednisone"].dose.value.amount == 60


def test_what_the_lexicon_lacks_counts_with_a_dose():
    """An unknown drug is known by its name's ending and the dose behind it; a test is not."""
    found = drugs(f"{WOMAN}Zorbatinib 20 mg daily was given. Ferritin 301 mg was a misprint.")
    assert "zorbatinib" in found
    assert "ferritin" not in found


def test_what_came_before_the_reported_drug_is_prior():
    """The title says which treatment the report is about."""
    found = drugs(
        f"{WOMAN}Methotrexate 15 mg weekly and azathioprine had failed. Rituximab 1 g was given. "
        "Later prednisone 5 mg daily was added.",
        title="Rituximab for refractory dermatomyositis",
    )
    assert {name: one.prior for name, one in found.items()} == {
        "methotrexate": True, "azathioprine": True, "rituximab": False, "prednisone": False,
    }  # fmt: skip


def test_a_class_is_dropped_where_one_of_its_drugs_is_named():
    """'Steroids' adds nothing to prednisone."""
    found = drugs(f"{WOMAN}Corticosteroids were given: prednisone 60 mg daily.")
    assert list(found) == ["prednisone"]
    assert list(drugs(f"{WOMAN}She was treated with corticosteroids.")) == ["corticosteroid"]

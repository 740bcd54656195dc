"""Patients who may have been published twice: proposed, never merged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_answer import report

from rag.schema import Case, Treatment
from rag.works.same_patient import SamePatient, same_patients

CASE = Case(
    1,
    age=44,
    sex="female",
    antibodies=("anti-MDA5",),
    features=("skin ulcers", "interstitial lung disease"),
    treatment=(Treatment("HCQ"), Treatment("IVIG")),
)


def one(id: str, case: Case = CASE, **known):
    return report(id, {"Case": "x."}, cases=(case,), **known)


TWIN = replace(
    CASE, treatment=(Treatment("hydroxychloroquine"), Treatment("intravenous immunoglobulin"))
)


def test_two_reports_of_one_patient_are_proposed():
    """Drugs by any name, antibodies, features, year and author."""
    found = same_patients([one("a"), one("b", TWIN, year=2013)], {})
    shared = ("drugs", "antibodies", "features", "year", "first author")
    assert found == [SamePatient(("a", 1), ("b", 1), 44, "female", shared)]


@pytest.mark.parametrize(
    ("case", "known", "proposed"),
    [
        ({"age": 45}, {}, False),
        ({"sex": "male"}, {}, False),
        ({"age": None}, {}, False),
        ({"antibodies": ()}, {}, True),
        ({"antibodies": (), "features": ()}, {}, True),
        ({"antibodies": (), "features": ()}, {"year": 2014}, False),
        ({"antibodies": ("anti-Mi-2",), "features": ("calcinosis",)}, {"authors": ()}, False),
    ],
)
def test_at_least_three_things_must_coincide(case, known, proposed):
    """Of the same age and sex; what is not known never coincides."""
    pairs = same_patients([one("a"), one("b", replace(CASE, **case), **known)], {})
    assert bool(pairs) is proposed


def test_editions_of_one_work_are_one_patient_anyway():
    """No proposal within a work; of three editions in two works, one proposal."""
    reports = [one("a"), one("b"), one("c")]
    assert same_patients(reports, dict.fromkeys("abc", "a")) == []
    assert len(same_patients(reports, {"a": "a", "b": "a", "c": "c"})) == 1

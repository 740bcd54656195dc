"""Doses in a sentence: amount, unit, per what, how often; and what only looks like a dose."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rag.records.dose import doses, parse_dose, same_dose
from rag.records.frequency import per_day
from rag.records.numbers import number

READ = {
    "400 mg/kg/day": (400, None, "mg", ("kg", "day"), ""),
    "8 mg once weekly": (8, None, "mg", (), "once weekly"),
    "8 mg once": (8, None, "mg", (), ""),
    "10-20 mg": (10, 20, "mg", (), ""),
    "2 to 4 mg daily": (2, 4, "mg", (), "daily"),
    "1,000 mg": (1000, None, "mg", (), ""),
    "15 mg/m² weekly": (15, None, "mg", ("m2",), "weekly"),
    "2 mg/kg (50 mg) daily": (2, None, "mg", ("kg",), "daily"),
    "2 g/kg over 2 days every 4 weeks": (2, None, "g", ("kg",), "every 4 weeks"),
    "five daily doses of 0.4 g/kg": (0.4, None, "g", ("kg",), "daily"),
    "15 mg orally per week": (15, None, "mg", (), "per week"),
    "0.1% ointment applied twice daily": (0.1, None, "%", (), "twice daily"),
    "80 units twice weekly": (80, None, "IU", (), "twice weekly"),
    "200 mg five days a week": (200, None, "mg", (), "five days a week"),
    "5 mg on alternate days": (5, None, "mg", (), "on alternate days"),
}


@pytest.mark.parametrize("said", READ)
def test_a_dose_is_read_in_its_parts(said):
    """Amount or range, unit, per, frequency."""
    dose = parse_dose(said)
    assert (dose.amount, dose.amount_to, dose.unit, dose.per, dose.frequency) == READ[said]


@pytest.mark.parametrize(
    "said",
    ["CK 2,150 U/L", "haemoglobin 10.3 g/dL", "ferritin 301 ug/L", "a rate of 34 ml/min",
     "KL-6 388 U/mL", "6,200 ng/mL"],
)  # fmt: skip
def test_what_is_measured_is_no_dose(said):
    """Laboratory values have a unit of substance too."""
    assert doses(said) == ()


def test_a_strength_counts_only_beside_a_preparation():
    """'52% had papules' is a share."""
    assert doses("52% had palmar papules", percent=False) == ()
    ((_, dose),) = doses("tacrolimus 0.1% ointment", [(0, 10)], percent=False)
    assert (dose.amount, dose.unit) == (0.1, "%")
    said = "immunoglobulin (75%) and methotrexate (50%)"
    assert doses(said, [(0, 14), (25, 37)], percent=False) == ()
    assert doses("methotrexate in 50%", [(0, 12)], percent=False) == ()
    ((_, weak),) = doses("pimecrolimus (1%) cream", [(0, 12)], percent=False)
    assert weak.amount == 1


def test_a_frequency_said_once_is_shared_by_two_daily_drugs_only():
    """Weekly methotrexate beside prednisone does not make the prednisone weekly."""
    said = "prednisolone 7.5 mg and azathioprine 100 mg daily"
    both = doses(said, [(0, 12), (24, 36)])
    assert [dose.frequency for _, dose in both] == ["daily", "daily"]
    said = "prednisolone 10 mg and methotrexate 15 mg weekly"
    both = doses(said, [(0, 12), (23, 35)])
    assert [dose.frequency for _, dose in both] == ["", "weekly"]


@pytest.mark.parametrize(
    ("frequency", "times"),
    [("daily", Fraction(1)), ("bid", Fraction(2)), ("b.i.d.", Fraction(2)),
     ("twice a day", Fraction(2)), ("once weekly", Fraction(1, 7)),
     ("twice weekly", Fraction(2, 7)),
     ("every 4 weeks", Fraction(1, 28)), ("every other day", Fraction(1, 2)),
     ("q4w", Fraction(1, 28)), ("monthly", Fraction(1, 30)), ("at night", Fraction(1)),
     ("dally", Fraction(1)),
     ("morning and evening", Fraction(2)),
     ("every second week", Fraction(1, 14)), ("every two weeks", Fraction(1, 14)),
     ("sometimes", None)],
)  # fmt: skip
def test_a_frequency_is_so_many_doses_a_day(frequency, times):
    """'Twice weekly' and 'every two weeks' are not the same."""
    assert per_day(frequency) == times


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("1 g daily", "1,000 mg per day", True), ("20 mg weekly", "20 mg once a week", True),
     ("20 mg weekly", "20 mg daily", False), ("2 g/kg", "2 g", False),
     ("10-20 mg", "10 mg", False), ("0.4 g/kg/day", "400 mg/kg daily", True)],
)  # fmt: skip
def test_doses_are_compared_by_what_they_mean(one, other, same):
    """Grams are milligrams, 'per day' is 'daily'; a missing part is a difference."""
    assert same_dose(parse_dose(one), parse_dose(other)) is same


@pytest.mark.parametrize(
    ("words", "value"),
    [("1,000", 1000), ("0,5", 0.5), ("twelfth", 12), ("twenty-one", 21), ("a", 1), ("3rd", 3),
     ("half", 0.5), ("many", None)],
)  # fmt: skip
def test_numbers_in_words_and_figures(words, value):
    """A comma before three digits groups thousands."""
    assert number(words) == value


@pytest.mark.parametrize(
    ("text", "drug", "dose"),
    [
        ("mycophenolate 3 g/day was given", (0, 13), (3.0, "g", ("day",), "")),
        ("methotrexate 15 mg/w was given", (0, 12), (15.0, "mg", ("week",), "")),
        ("methotrexate 15 mg q.w. was given", (0, 12), (15.0, "mg", (), "q.w.")),
        ("immunoglobulin 2 g/kg/mo was given", (0, 14), (2.0, "g", ("kg", "month"), "")),
        ("tofacitinib 11 mg XR daily", (0, 11), (11.0, "mg", (), "daily")),
        ("cyclophosphamide (500 mg) was given every two weeks", (0, 16),
         (500.0, "mg", (), "every two weeks")),
    ],
)  # fmt: skip
def test_doses_said_shortly(text, drug, dose):
    """Grams a day beside a drug, 'w' and 'mo', and a frequency behind a bracket."""
    ((_, found),) = doses(text, [drug])
    assert (found.amount, found.unit, found.per, found.frequency) == dose


def test_grams_of_protein_a_day_are_measured():
    """Without a drug beside it, '3 g/day' is what a urine test says."""
    assert doses("Proteinuria was 3 g/day.") == ()


def test_an_abbreviated_unit_ends_no_dose():
    """'80 mg. daily', as it was once written."""
    ((_, dose),) = doses("Prednisone was given in a dose of 80 mg. daily.")
    assert (dose.amount, dose.frequency) == (80, "daily")


@pytest.mark.parametrize(
    "text",
    [
        "The dose was reduced by 5 mg every second week.",
        "It was raised in steps of 60 mg.",
        "A cumulative dose of 7.4 g had been given.",
        "The usual dose of the drug in our unit is 500 mg.",
    ],
)
def test_a_step_a_sum_or_what_is_usual_is_no_dose(text):
    """Nobody took so much at once."""
    assert doses(text) == ()


@pytest.mark.parametrize(
    ("said", "amount"),
    [("l00 mg daily", 100), ("3OO mg", 300), ("6O mg", 60), ("I5 mg", 15)],
)
def test_letters_of_a_scan_are_figures_before_a_unit(said, amount):
    """'3OO mg' is three hundred; 'Il mg' has no figure and is nothing."""
    assert parse_dose(said).amount == amount
    assert parse_dose("Il mg") is None

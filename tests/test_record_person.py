"""Age and sex of the patient, not of anybody else, nor the length of a history."""

from __future__ import annotations

import pytest
from case_stories import record

from rag.formats.text import read_text
from rag.records.make import records_of

AGES = {
    "A 44-year-old man presented with a rash. He was weak.": (44, "male"),
    "A retired teacher aged 71 presented with a rash. Her CK was high. She was weak.": (
        71,
        "female",
    ),
    "A woman of 36, a hairdresser, had a rash for seven months.": (36, "female"),
    "An 18-month-old girl was admitted with a rash.": (1.5, "female"),
    "A 62-year-old man with a 56-year history of psoriasis presented with a rash.": (62, "male"),
    "A 40-year-old mother of a 6-year-old boy presented with a rash.": (40, "female"),
    "The girl was 9 years old when a rash appeared.": (9, "female"),
    "A 58 y.o. electrician presented with a rash. He was weak. He was admitted.": (58, "male"),
    "A 56–year–old woman presented with a rash.": (56, "female"),
    "A 7 1/2-year-old girl was seen with a rash.": (7.5, "female"),
    "A boy, 6 years 3 months of age, was brought with a rash.": (6.25, "male"),
    "A 66F nonsmoker was seen for a rash.": (66, "female"),
    "We saw a 70 M with dysphagia and a rash.": (70, "male"),
    "Mr. K, 58, was transferred with dyspnoea.": (58, "male"),
    "Ms. B. is a 31-year-old nurse with a rash.": (31, "female"),
    "A woman, 27, of childbearing potential, presented with a rash.": (27, "female"),
    "A 33-year-old primigravida presented with a rash.": (33, "female"),
    "A 68-year-old with prostate cancer presented with a rash.": (68, "male"),
    "A weaver, fifty-eight years of age, came with a rash. He was weak. His CK was high.": (
        58,
        "male",
    ),
    "(1) A dental hygienist, female, 35 y, had a rash.": (35, "female"),
    "A clerk had a rash. He was weak. His daughter, a girl of 9, is well. He is 47 years old.": (
        47,
        "male",
    ),
    "After COVID-19 a previously healthy woman of 40 had a rash.": (40, "female"),
    "A boy had a rash. He was 11 when his mother, a nurse aged 40, saw it.": (11, "male"),
    "A nun of 66 years had a rash and was weak.": (66, "female"),
    "A primigravida, 29 years, noticed a rash.": (29, "female"),
    "Mrs. D., a teacher in her seventy-first year, had a rash.": (70, "female"),
    "The patient, a law student, is now 24. She was six when the rash began.": (24, "female"),
    "At 72 he lost ten kilograms and his eyelids turned violet. He was weak.": (72, "male"),
    "A sixty-one-year-old patient had a rash. Ovarian cancer was found.": (61, "female"),
    "Milan, a pupil, had just turned 13 when a rash appeared. He was weak.": (13, "male"),
    "Mrs O'D., 55, had a rash.": (55, "female"),
    "Mrs. Abel, a great-aunt, is 74. Her rash itched. She was weak.": (74, "female"),
    "A seamstress, 66, with a rash was seen. She was weak.": (66, "female"),
    "This man was forty-nine at the time of his first infusion. He had a rash.": (49, "male"),
    "A girl is now twelve. She was ten years old on admission with a rash.": (10, "female"),
    "A woman had a rash. When she came to us in her thirtieth year it itched.": (29, "female"),
    "B. K., female, 36, secondary school teacher, had a rash.": (36, "female"),
    "A carpenter of 44 saw that his rash itched.": (44, "male"),
}


@pytest.mark.parametrize("story", AGES)
def test_age_and_sex(story):
    """As the first sentence says them."""
    found = record(story)
    assert (found.age.value, found.sex.value) == AGES[story]


def test_a_history_is_no_age():
    """'A 56-year history' says how long, not how old."""
    found = record(
        "A woman with a 56-year history of psoriasis presented with a rash. She was weak."
    )
    assert found.age is None
    assert found.sex.value == "female"


def test_a_childs_age_is_not_the_patients():
    """'Her 6-year-old son' tells the son's."""
    assert record("A woman presented with a rash. Her 6-year-old son was well.").age is None


def test_an_age_has_the_words_that_say_it():
    """The span is a slice of the report's text."""
    from case_stories import report

    from rag.records.make import records_of

    told = report("A 44-year-old man presented with a rash.")
    (found,) = records_of(told).cases
    ((start, end),) = found.age.spans
    assert told.text[start:end] == "44-year-old"
    assert found.age.origin == "extracted"


def test_a_relatives_pregnancy_tells_nothing_of_the_patient():
    """'His wife was pregnant' and 'her mother had ovarian cancer' are of somebody else."""
    found = record("A 50-year-old patient had a rash. The patient's mother had ovarian cancer.")
    assert found.sex is None


@pytest.mark.parametrize(
    ("story", "sex"),
    [
        ("A 29-year-old teacher had a rash and delivered a healthy boy at term.", "female"),
        ("A 29-year-old cook gave birth to a boy; the rash of her eyelids came back.", "female"),
        ("A 29-year-old cook had a rash when a healthy boy was born. She relapsed.", "female"),
        ("A previously healthy boy of 9 years presented with a rash.", "male"),
    ],
)
def test_the_child_that_is_born_is_not_the_patient(story, sex):
    """Its sex tells nothing of the mother's, and she may not be named by hers."""
    found = record(story).sex
    assert (found.value if found else None) == sex


def test_what_befalls_either_sex_leaves_it_open():
    """A patient of whom both are said is neither."""
    found = record("A 50-year-old had a rash. Prostate and ovarian cancer were looked for.")
    assert found.sex is None


@pytest.mark.parametrize(
    "words", ["A fever of 39 on day 3 was treated.", "The mean age of such patients is 47 years."]
)
def test_a_figure_that_is_no_age(words):
    """Neither a temperature nor the mean of a cohort is how old the patient is."""
    assert record(f"A woman presented with a rash. {words} She was weak.").age is None


def test_an_age_may_stand_where_the_patients_are_announced():
    """'We treated a waiter of 51 and a nurse of 70': the waiter's story gives no age of its own."""
    from rag.formats.text import read_text
    from rag.records.make import records_of

    text = (
        "Ulcers in dermatomyositis\n\nA. Torvik\n\nWe treated a waiter of 51 and a nurse of "
        "seventy.\n\nThe waiter had ulcers and a rash.\n\nThe nurse was weak and had a rash.\n"
    )
    found = records_of(read_text(text, "letter.txt")).cases
    assert [one.age.value for one in found] == [51, 70]


def test_ages_may_be_listed_for_all_in_their_order():
    """'Three women (48, 52 and 60 years old)': the second of them is 52."""
    from rag.formats.text import read_text
    from rag.records.make import records_of

    text = (
        "Three women with redness\n\nA. Torvik\n\nWe saw three women (48, 52 and 60 years old).\n\n"
        "The first had laser for her rash.\n\nThe second, who takes methotrexate 10 mg, had a rash."
        "\n\nThe third was treated with light for a rash.\n"
    )
    found = records_of(read_text(text, "letter.txt")).cases
    assert [one.age.value for one in found] == [48, 52, 60]


def ages(*paragraphs: str, title: str) -> list[float | None]:
    """The ages of the patients of a report with these paragraphs."""
    text = f"{title}\n\nA. Author\n\nCase reports\n\n" + "\n\n".join(paragraphs) + "\n"
    cases = records_of(read_text(text, "cases.txt")).cases
    return [one.age.value if one.age else None for one in cases]


def test_one_age_is_that_of_both_twins() -> None:
    """It is said once, before either is told of."""
    told = (
        "Twin boys were brought to us at the age of 6 years.",
        "Twin A had a rash and was weak. He was given prednisolone 20 mg daily.",
        "Twin B had a rash. He was given methotrexate 10 mg weekly.",
    )
    assert ages(*told, title="Twins with dermatomyositis") == [6, 6]


def test_a_relative_whose_story_it_is_has_an_age() -> None:
    """'Her daughter came at the age of 23' is said in the daughter's own story."""
    told = (
        "A 61-year-old woman had a rash. She was given prednisone 60 mg daily.",
        "Her daughter came at the age of 23 with a rash. She was given prednisone 40 mg daily.",
    )
    assert ages(*told, title="Dermatomyositis in mother and daughter") == [61, 23]
    assert ages(told[0], title="Dermatomyositis: a case") == [61]


def test_a_case_that_is_only_discussed_is_told_of() -> None:
    """Up to what others have seen; two of them may be anybody's."""
    ours = "Ours is no exception. He was a 58-year-old postman with a rash and weakness. "
    text = (
        "Statins: thoughts on a case\n\nA. Author\n\nIntroduction\n\nDrugs are blamed for much.\n\n"
        f"Discussion\n\nNothing is certain. {ours}Prednisolone 40 mg daily was given to him. "
        "Abe treated a similar man with azathioprine 100 mg daily.\n"
    )
    (found,) = records_of(read_text(text, "thoughts.txt")).cases
    assert found.age and found.age.value == 58
    assert [one.drug.value for one in found.therapies] == ["prednisolone"]
    again = text.replace("Abe treated", "She was a 61-year-old clerk with a rash. Abe treated")
    assert records_of(read_text(again, "thoughts.txt")).cases == ()

"""Letters that tell of several patients without a heading: where each begins, and who it is."""

from __future__ import annotations

import pytest

from rag.formats.text import read_text
from rag.schema import Report

OPENING = "To the Editor: Dermatomyositis is rare. We report adults who were given lenalidomide."
CLOSING = "Both patients improved, as did the seven of Orsolek (1)."


def letter(*paragraphs: str) -> Report:
    """A letter with this running prose between its opening and its closing words."""
    title = "Lenalidomide in adults\n\nH. Quintela, M. Vasconde\n\n"
    return read_text(title + "\n\n".join((OPENING, *paragraphs, CLOSING)) + "\n", "letter.txt")


def told(report: Report) -> list[tuple[int | None, str]]:
    """(patient, the first two words) of each section of the body."""
    return [
        (s.patient, " ".join(report.text[s.start : s.end].split()[:2]))
        for s in report.sections
        if s.kind != "front"
    ]


INTRODUCED = {
    "ordinals": (
        "The first patient, a 58-year-old postwoman, had a rash. She was weak.",
        "Our second patient was a 44-year-old man. He improved.",
        [(1, "The first"), (2, "Our second")],
    ),
    "ordinals without a noun": (
        "The first was a 52-year-old fisher, who came in May. He was weak.",
        "The second, a cook of 46, had an ulcer. He improved.",
        [(1, "The first"), (2, "The second,")],
    ),
    "ages": (
        "A 58-year-old woman presented with a rash. She was weak.",
        "A man aged 44 years was admitted. He improved.",
        [(1, "A 58-year-old"), (2, "A man")],
    ),
    "numbers": (
        "Patient 1 was a woman of 58 years. She was weak.",
        "Patient 2 was her brother, aged 44. He improved.",
        [(1, "Patient 1"), (2, "Patient 2")],
    ),
    "labels": (
        "Case A. A 58-year-old woman presented with a rash. She was weak.",
        "Our second patient (B). A 44-year-old man was admitted. He improved.",
        [(1, "Case A."), (2, "Our second")],
    ),
    "the last": (
        "A 58-year-old woman presented with a rash. She was weak.",
        "Another story is that of the last patient, a man of 44. He improved.",
        [(1, "A 58-year-old"), (2, "Another story")],
    ),
}


@pytest.mark.parametrize(("first", "second", "patients"), INTRODUCED.values(), ids=INTRODUCED)
def test_each_patient_has_a_section(first: str, second: str, patients: list) -> None:
    """Also over several paragraphs; what is said of both belongs to neither."""
    report = letter(first, "In March we started lenalidomide 5 mg daily.", second)
    assert told(report) == [(None, "To the"), *patients, (None, "Both patients")]
    one = next(s for s in report.sections if s.patient == 1)
    assert report.text[one.start : one.end].endswith("lenalidomide 5 mg daily.")
    assert report.article_type == "case series"


@pytest.mark.parametrize(
    "words",
    ["In our cook the drug failed.", "We believe that it helps.", "The former was older."],
)
def test_the_authors_words_belong_to_nobody(words: str) -> None:
    """What follows the last patient and looks back is not about that patient."""
    report = letter(
        "A 58-year-old woman presented with a rash.", "A man aged 44 years was admitted.", words
    )
    assert told(report)[-1] == (None, " ".join(words.split()[:2]))


@pytest.mark.parametrize(
    "goes_on",
    [
        "In May the tablets were resumed at the former dose, and she improved.",
        "She was given 5 mg daily. We would have preferred another drug, but she refused it.",
    ],
)
def test_a_story_goes_on_where_another_patient_follows(goes_on: str) -> None:
    """A word of the authors' in its middle does not make it theirs."""
    report = letter(
        "The first woman, a 58-year-old cook, presented with a rash.",
        goes_on,
        "Our other patient was a 44-year-old man with papules.",
        "Both patients improved.",
    )
    assert [patient for patient, _ in told(report)] == [None, 1, 2, None]


def test_two_patients_may_share_a_paragraph() -> None:
    """The cut is where the second patient's sentence begins."""
    report = letter(
        "The first patient, a 58-year-old woman, was given 5 mg. The second patient, a 44-year-old "
        "man, was given 10 mg."
    )
    sections = {s.patient: report.text[s.start : s.end] for s in report.sections}
    assert sections[1].endswith("was given 5 mg.")
    assert sections[2] == "The second patient, a 44-year-old man, was given 10 mg."


def test_age_and_sex_are_read_off_the_story() -> None:
    """'Postwoman' says nothing to a list of words, but 'she' does."""
    report = letter(
        "The first patient, a 58-year-old retired worker, had a rash. Her CK was normal, and she "
        "was not weak.",
        "Our second patient, a cook aged 44, had a wife. He was weak, and his CK was 800 U/L.",
    )
    assert [(c.number, c.age, c.sex) for c in report.cases] == [(1, 58, "female"), (2, 44, "male")]


ONE_STORY = {
    "second dose": "A 58-year-old woman presented with a rash. The second was given in May.",
    "a relative": "A 58-year-old woman presented with a rash. Her mother, aged 80, is well.",
}


@pytest.mark.parametrize("text", ONE_STORY.values(), ids=ONE_STORY)
def test_one_patient_stays_one(text: str) -> None:
    """Neither a dose nor a relative is another patient."""
    assert [c.number for c in letter(text).cases] == [1]


NOBODY = {
    "a cohort": "Of 40 patients, 12 improved. The first was seen in May.",
    "a cited case": "In 1998 a 58-year-old woman was described by Orsolek.",
}


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY)
def test_text_about_others_is_not_split(text: str) -> None:
    """Without a patient of their own the authors' text is one section."""
    report = letter(text)
    assert report.cases == ()
    assert [patient for patient, _ in told(report)] == [None]


SEVERAL = {
    "sisters": (
        "Two sisters",
        "In March 2011 a 31-year-old teacher was referred with a rash. She was given prednisolone.",
        "Her sister, aged 28, consulted us because of an itching rash. She had no weakness.",
    ),
    "letters": (
        "Calcinosis in two children",
        "Patient A was a boy of 7 years who had been ill since the age of 4.",
        "Patient B, a girl of 11, had deposits of the thighs.",
    ),
    "the elder and the younger": (
        "Two men with antibodies",
        "The elder, a 58-year-old roofer, presented with papules and dyspnoea.",
        "The younger, who was 39 and worked as a cook, had a dry cough and a rash.",
    ),
    "names": (
        "Dermatomyositis in two women",
        "Mrs A. was 29 when she became weak in her first pregnancy.",
        "Mrs B., aged 35, had had a rash and ulcers.",
    ),
    "another": (
        "Rash in two women",
        "One was a 44-year-old dentist with an itching rash.",
        "Another woman, 61 years old, had had a rash for 9 years.",
    ),
    "initials and illness": (
        "Dermatomyositis in two women",
        "Mrs Q, 81, lived alone until she choked on a tablet. Her rash had spread.",
        "Mrs R, aged 76, had lost 11 kg. Dexamethasone 40 mg brought relief.",
    ),
    "first names": (
        "Three siblings, two of whom we saw",
        "Ada was six when her cheeks reddened and she stopped climbing trees. Her rash was red.",
        "Bruno, her brother, fell ill at the age of eight with the same rash.",
    ),
    "a fellow sufferer": (
        "Dermatomyositis in two men",
        "The younger, an apprentice, was nineteen when he came with a rash.",
        "His fellow sufferer, a teacher of 49, had a rash and papules.",
    ),
    "ages in words": (
        "Dermatomyositis in two women",
        "The elder, a weaver of sixty-three, complained of swollen lids and a rash.",
        "The younger, who was then forty-four, could not lift a kettle.",
    ),
}


@pytest.mark.parametrize(("title", "first", "second"), SEVERAL.values(), ids=SEVERAL)
def test_who_is_announced_is_told_apart(title: str, first: str, second: str) -> None:
    """Relatives, letters, names and comparisons, where the authors say that there are several."""
    text = f"{title}\n\nA. Torvik\n\nWe report on patients.\n\n{first}\n\n{second}\n"
    report = read_text(text, "letter.txt")
    begins = [" ".join(report.text[s.start : s.end].split()) for s in report.sections if s.patient]
    assert [one[:20] for one in begins] == [first[:20], second[:20]]


def test_a_healthy_relative_is_no_patient() -> None:
    """Also where several patients are announced."""
    text = (
        "Dermatomyositis in two sisters\n\nA. Torvik\n\nA 31-year-old teacher had a rash.\n\n"
        "Her sister, aged 28, had a rash and weakness.\n\nTheir mother, aged 60, is healthy.\n"
    )
    assert [case.number for case in read_text(text, "letter.txt").cases] == [1, 2]


def test_who_is_announced_together_is_told_apart_by_the_noun() -> None:
    """'A waiter of 51 and a nurse of seventy', and then 'The waiter had' without an age."""
    text = (
        "Ulcers in dermatomyositis\n\nA. Torvik\n\nWe treated a waiter of 51 and a nurse of "
        "seventy.\n\nThe waiter had ulcers of the elbows and a rash.\n\nThe nurse was weak and had "
        "a rash.\n"
    )
    report = read_text(text, "letter.txt")
    begins = [" ".join(report.text[s.start : s.end].split()) for s in report.sections if s.patient]
    assert [one[:10] for one in begins] == ["The waiter", "The nurse "]


def test_a_daughters_age_announces_nobody() -> None:
    """'A florist of 52, mother of a girl of 16' is one patient."""
    text = (
        "Two patients\n\nA. Torvik\n\nThe first, a nurse aged 36, had a rash.\n\n"
        "The second was a florist of 52, mother of a girl of 16. She had a rash.\n"
    )
    assert [case.number for case in read_text(text, "letter.txt").cases] == [1, 2]


def test_a_relative_within_a_story_is_no_patient() -> None:
    """'His daughter, a girl of 9, has eczema': that drugs follow makes her no patient."""
    text = (
        "Rituximab in two patients\n\nA. Torvik\n\nOur first patient is a carpenter with a rash. "
        "His daughter, a girl of 9, has eczema. Rituximab 1,000 mg was infused.\n\n"
        "The second, Ms V., is a 31-year-old violinist. She had a rash.\n"
    )
    assert [case.number for case in read_text(text, "letter.txt").cases] == [1, 2]


THREE = "Three women with redness\n\nA. Torvik\n\nWe saw three women (48, 52 and 60 years old).\n\n"


def test_as_many_paragraphs_as_patients_are_one_each() -> None:
    """'The first had', 'The second, who takes', where just so many were announced."""
    text = THREE + (
        "The first had laser for her rash.\n\nThe second, who takes methotrexate 10 mg, had a rash."
        "\n\nThe third was treated with light for a rash.\n"
    )
    assert [case.number for case in read_text(text, "letter.txt").cases] == [1, 2, 3]


def test_fewer_paragraphs_than_patients_are_not_split() -> None:
    """One of three would have another's story."""
    text = THREE + "The first had laser for her rash.\n\nThe second was given a gel for a rash.\n"
    assert read_text(text, "letter.txt").cases == ()

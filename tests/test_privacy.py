"""A text that seems to identify a patient is noticed; questions and vignettes are left in peace."""

from __future__ import annotations

import pytest

from rag.privacy import identifiers, warning


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Mr Smith is a 56-year-old man with skin ulcers.", "a name"),
        ("Mrs. O'Brien has calcinosis", "a name"),
        ("My patient Maria Lopez has a rash.", "a name"),
        ("patient John D. was given IVIg", "a name"),
        ("Patient: Anna Schmidt, 44", "a name"),
        ("Name: Petrova, anti-MDA5 positive", "a name"),
        ("A woman named Jane Miller had dysphagia", "a name"),
        ("DOB 12/03/1961, woman", "a date of birth"),
        ("date of birth: 3 March 1961", "a date of birth"),
        ("He was born on 5 May 1950.", "a date of birth"),
        ("d.o.b. 1961-03-12", "a date of birth"),
        ("MRN 00123456", "a record number"),
        ("hospital number: AB 123456", "a record number"),
        ("NHS no. 943 476 5919", "a record number"),
        ("SSN is 123-45-6789", "a record number"),
        ("her number is 123-45-6789", "a social security number"),
        ("write to jane.doe@example.org", "an e-mail address"),
        ("phone: 020 7946 0958", "a telephone number"),
        ("call (555) 123-4567", "a telephone number"),
        ("She lives at 12 Baker Street.", "an address"),
        ("wohnt Hauptstraße 12", "an address"),
    ],
)
def test_what_identifies_is_noticed(text, what):
    """Named by kind; the warning does not repeat it."""
    assert what in {one.what for one in identifiers(text)}
    assert what in warning(text)
    for one in identifiers(text):
        assert text[one.start : one.end] not in warning(text)


@pytest.mark.parametrize(
    "text",
    [
        "What did Kuwano 2006 find?",
        "Does Smith et al. 2019 report ulcers?",
        "Which dose did Ogawa and colleagues give?",
        "How many patients had Gottron's papules?",
        "A 56-year-old woman with Gottron's papules, a heliotrope rash and CK 8108 IU/L.",
        "The patient Had a rash. Patient Health Questionnaire 12.",
        "A 48-year-old man, anti-MDA5, rapidly progressive ILD; prednisolone 60 mg, IVIg 2 g/kg.",
        "Patient Wong-type dermatomyositis",
        "A patient with Sjögren's syndrome and Raynaud's phenomenon",
        "She was treated in March 2020 for 6 months, 12/2020 relapse.",
        "CK fell from 12,345 to 123 U/L; PMID 12345678; doi 10.1080/00015555-0016",
        "ferritin 1234-5678 ng/mL",
        "A girl born at 36 weeks with a rash",
        "Compare IVIg and rituximab in Johns Hopkins patients",
        "Case 1: A man of 43. Patient 2 was 51.",
        "the Mayo Clinic experience with calcinosis",
        "HLA-DRB1*04:01, 1:160 titre, 400 mg/kg/day for 5 days",
        "patient with Jo-1 antibodies",
        "MS Contin for pain; Ms are reported",
    ],
)
def test_ordinary_words_raise_no_alarm(text):
    """Authors, eponyms, numbers and doses are no patient's."""
    assert identifiers(text) == ()
    assert warning(text) == ""


def test_the_digests_raise_no_alarm():
    """Hardly any of a hundred published accounts, and none for a patient's name or number."""
    from places import ROOT, SMALL

    for name in SMALL:
        text = (ROOT / "corpus" / "reports" / f"{name}.md").read_text("utf-8").split("---\n", 2)[2]
        assert identifiers(text) == ()

"""What is searched beside a passage: title, patient, heading, abbreviations; never shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.formats.layout import Layout
from rag.schema import Case, Passage, Report, Treatment
from rag.search_text import (
    age_group,
    concept_names,
    contexts,
    embedded,
    facets,
    patient_as_shown,
    patient_words,
)


def count(texts) -> list[int]:
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def report(body: dict[str, str], **fields) -> Report:
    layout = Layout()
    for heading, text in body.items():
        layout.heading(heading)
        layout.paragraph(text)
    text, sections = layout.build()
    known = {"article_type": "case report", "title": "Dapsone helps"} | fields
    return Report(
        id="a-1", text=text, sections=sections, source="a.md", source_kind="digest",
        basis="abstract", **known,
    )  # fmt: skip


def passages(one: Report) -> list[Passage]:
    return [Passage(one.id, s.slug, 1, s.start, s.end, s.kind, s.patient) for s in one.sections]


@pytest.mark.parametrize(
    ("age", "group"),
    [(None, None), (0, "child"), (17, "child"), (18, "adult"), (64, "adult"), (65, "elderly")],
    ids=str,
)
def test_age_groups_meet_at_18_and_65(age, group) -> None:
    """An age belongs to one group; an unknown age to none."""
    assert age_group(age) == group


PATIENTS = {
    "woman": (Case(1, 56, "female", "classic DM"), "56-year-old woman, classic DM"),
    "boy": (Case(1, 9, "male"), "9-year-old boy"),
    "sex unknown": (Case(1, 30), "30-year-old patient"),
    "age unknown": (Case(1, None, "male"), "man"),
    "nothing known": (Case(1), "patient"),
    "unspecified subtype": (Case(1, 40, "male", "unspecified DM"), "40-year-old man"),
    "antibodies": (
        Case(1, 48, "male", "anti-MDA5 DM", ("anti-MDA5", "anti-Ro52")),
        "48-year-old man, anti-MDA5 DM, anti-MDA5, anti-Ro52",
    ),
}


@pytest.mark.parametrize(("case", "words"), PATIENTS.values(), ids=PATIENTS)
def test_a_patient_in_words(case: Case, words: str) -> None:
    """Only what is known is said."""
    assert patient_words(case) == words


def test_who_may_be_a_child_is_not_shown_as_a_grown_up() -> None:
    """Where the age is not known; what is searched keeps its words."""
    boy = Case(number=1, sex="male", subtype="juvenile DM")
    assert patient_as_shown(boy) == "male patient, juvenile DM"
    assert patient_words(boy) == "man, juvenile DM"
    assert patient_as_shown(Case(number=1, age=9, sex="male")) == "9-year-old boy"
    assert patient_as_shown(Case(number=1)) == patient_words(Case(number=1))


def test_context_holds_title_patient_heading_and_abbreviations() -> None:
    """The most useful comes first, and the long form comes where the passage has only the short."""
    one = report(
        {"Summary": "Creatine kinase (CK) rose.", "Case 1": "CK fell.", "Case 2": "It was worse."},
        cases=(Case(1, 56, "female"), Case(2, 48, "male")),
    )
    assert contexts(one, passages(one)) == [
        ["Dapsone helps", "Summary"],
        ["Dapsone helps", "56-year-old woman", "Case 1", "CK: Creatine kinase"],
        ["Dapsone helps", "48-year-old man", "Case 2"],
    ]


def test_the_only_patient_also_stands_behind_the_summary() -> None:
    """A summary of one patient is about that patient; a discussion may be about others."""
    one = report({"Summary": "Well.", "Discussion": "Others."}, cases=(Case(1, 56, "female"),))
    assert contexts(one, passages(one)) == [
        ["Dapsone helps", "56-year-old woman", "Summary"],
        ["Dapsone helps", "Discussion"],
    ]


EMBEDDED = {
    "all fits": (["Title", "56 woman"], "CK fell.", 20, "Title. 56 woman. CK fell."),
    "the last goes first": (
        ["Title", "56 woman", "CK"],
        "CK fell.",
        8,
        "Title. 56 woman. CK fell.",
    ),
    "a later short part may fit": (["a b", "c d e f", "g"], "CK fell.", 8, "a b. g. CK fell."),
    "no room at all": (["Title"], "CK fell.", 3, "CK fell."),
    "the title loses its end": (
        ["one two three four five six seven eight nine ten"],
        "CK fell.",
        12,
        "one two three four five six seven eight. CK fell.",
    ),
    "one full stop": (["Title."], "CK fell.", 20, "Title. CK fell."),
    "no context": ([], "CK fell.", 20, "CK fell."),
}


@pytest.mark.parametrize(("parts", "text", "room", "expected"), EMBEDDED.values(), ids=EMBEDDED)
def test_context_gives_way_and_the_passage_never_does(parts, text, room, expected) -> None:
    """What does not fit beside the passage is left out, the least useful first."""
    assert embedded(parts, text, count, room) == expected


@given(
    st.lists(st.text("ab .;", min_size=1, max_size=40), max_size=5),
    st.text("ab .", max_size=30),
    st.integers(1, 40),
)
def test_embedded_text_fits_its_room_and_ends_in_the_passage(parts, text, room) -> None:
    """However long title and headings are, only a passage itself can exceed the room."""
    whole = embedded(parts, text, count, room)
    assert whole.endswith(text)
    assert count([whole])[0] <= max(room, count([text])[0])


def test_facets_of_patients_are_theirs() -> None:
    """Each patient keeps the own drug, age and sex; what the text names besides does not count."""
    one = report(
        {"Case 1": "Dapsone.", "Case 2": "Methotrexate.", "Discussion": "Rituximab is new."},
        article_type="case series",
        year=2001,
        cases=(
            Case(1, 56, "female", "classic DM", treatment=(Treatment("dapsone"),)),
            Case(
                2, 70, "male", "anti-MDA5 DM", ("anti-MDA5",),
                prior_treatments=(Treatment("MTX"),),
            ),
        ),
    )  # fmt: skip
    found = facets(one)
    assert found == sorted(set(found))
    for facet in [
        ("report", "a-1", 0),
        ("article_type", "case series", 0),
        ("year", "2001", 0),
        ("drug", "dapsone", 1),
        ("drug", "methotrexate", 2),
        ("antibody", "anti-mda5", 2),
        ("subtype", "classic dm", 1),
        ("subtype", "anti-mda5 dm", 2),
        ("age_group", "adult", 1),
        ("age_group", "elderly", 2),
        ("sex", "female", 1),
        ("sex", "male", 2),
    ]:
        assert facet in found
    assert not [facet for facet in found if facet[1] == "rituximab"]


def test_facets_of_a_cohort_are_what_its_text_names() -> None:
    """Without single patients, drugs and antibodies of summary and methods count for the report."""
    one = report(
        {
            "Summary": "HCQ was given to those with anti-Mi-2 antibodies.",
            "Background": "Azathioprine is old.",
            "Discussion": "Rituximab is new.",
        }
    )
    found = facets(one)
    assert ("drug", "hydroxychloroquine", 0) in found
    assert ("drug", "antimalarial", 0) in found
    assert ("antibody", "anti-mi-2", 0) in found
    assert not [facet for facet in found if facet[1] in ("azathioprine", "rituximab")]


def test_an_unknown_drug_keeps_its_wording() -> None:
    """A drug that the lexicon does not know can still be filtered by its name."""
    assert concept_names("blorptinib", "drug") == ["blorptinib"]
    assert concept_names("plaquenil", "drug")[0] == "hydroxychloroquine"

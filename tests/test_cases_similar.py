"""A vignette → what it says, and the patients nearest to it."""

from __future__ import annotations

import pytest
from case_records import TEXTS, reports, shelf

from rag.cases.compare import Cell, compare
from rag.cases.similar import Shared, similar, vignette
from rag.errors import ReportNotFound


def told(text: str) -> list[str]:
    return [f"{'no ' if w.absent else ''}{w.said}" for w in vignette(text).findings]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("A man with ILD and a heliotrope rash.", ["interstitial lung disease", "heliotrope rash"]),
        ("There was no rash, weakness or dysphagia.", ["no rash", "no muscle weakness",
                                                       "no dysphagia"]),
        ("She had no rash but calcinosis.", ["no rash", "calcinosis"]),
        ("Anti-MDA5 was negative.", ["no anti-MDA5"]),
        ("Her mother had calcinosis. She has ulcers.", ["skin ulcer"]),
        ("anti-MDA5 dermatomyositis", ["anti-MDA5"]),
        ("Denied dysphagia; rash present.", ["no dysphagia", "rash"]),
        ("dermatomyositis", []),
    ],
)  # fmt: skip
def test_what_a_vignette_says(text, findings):
    """Negations reach to the end of their clause; relatives' diseases are not the patient's."""
    assert told(text) == findings


def test_age_and_sex_of_a_vignette():
    """Read as in reports."""
    read = vignette("Skin ulcers appeared. A 48-year-old man is presented.")
    assert (read.age, read.sex) == (48, "male")
    assert vignette("A girl of nine with calcinosis.").age == 9


def nearest(text: str, k: int = 10) -> list[str]:
    found, _ = similar(vignette(text), shelf(), reports(), k)
    return [f"{one.record.report_id}:{one.record.number}" for one in found]


def test_who_shares_more_comes_first():
    """An ulcer, sex and age make the woman of 30 nearest."""
    assert nearest("A 32-year-old woman with skin ulcers, given IVIg")[0] == "alpha-2001:1"


def test_who_shares_nothing_is_left_out():
    """Being a man of the same age is no likeness alone."""
    assert nearest("A 50-year-old man with anti-Mi-2") == []


def test_shared_contradicted_and_unsaid():
    """Weakness is denied of the boy, ulcers are not spoken of."""
    found, citations = similar(
        vignette("A boy of 9 with a rash, weakness and ulcers"), shelf(), reports(), 10
    )
    one = next(one for one in found if one.record.report_id == "beta-2002")
    assert [s.what for s in one.matched] == ["rash", "age 9", "male"]
    assert [s.what for s in one.mismatched] == ["muscle weakness"]
    assert one.unreported == ("skin ulcer",)
    by_number = {c.number: c for c in citations}
    for shared in (*one.matched, *one.mismatched):
        for number in shared.citations:
            citation = by_number[number]
            assert TEXTS["beta-2002"][citation.start : citation.end] == citation.quote


def test_a_contradiction_moves_a_patient_down():
    """The same likeness counts for less where the report says the contrary."""
    with_weakness, _ = similar(vignette("rash and weakness"), shelf(), reports())
    alone, _ = similar(vignette("rash"), shelf(), reports())
    scores = [
        next(one.score for one in found if one.record.report_id == "beta-2002")
        for found in (with_weakness, alone)
    ]
    assert scores[0] < scores[1]


def test_equals_are_ordered_by_their_place():
    """Ties end in the id, in every process."""
    assert nearest("given IVIg") == ["alpha-2001:1", "alpha-2001:2", "beta-2002:1", "gamma-2003:1"]


def test_side_by_side():
    """A report stands for its patients; each cell is cited where the text says it."""
    found = compare(["alpha-2001", "beta-2002:1"], shelf(), reports())
    assert found.places == (
        "alpha-2001#patient/1", "alpha-2001#patient/2", "beta-2002#patient/1",
    )  # fmt: skip
    assert [cell.text for cell in found.rows["age"]] == ["30", "50", "9"]
    assert [cell.text for cell in found.rows["absent"]] == ["", "", "muscle weakness"]
    assert "relapse" not in found.rows
    cell = found.rows["response"][2]
    quotes = [c.quote for c in found.citations if c.number in cell.citations]
    assert quotes == ["He improved in part after 3 weeks."]
    assert found.rows["time_to_response"][0].citations == ()  # the text does not say it


def test_a_series_is_laid_beside_patients():
    """Groups are compared by what is known of them."""
    found = compare(["delta-2004", "alpha-2001:1"], shelf(), reports())
    assert [cell.text for cell in found.rows["size"]] == ["12", ""]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("epsilon-2005", "no record of patients"),
        ("alpha-2001:7", "no patient 7"),
        ("#", "no report or patient"),
    ],
)
def test_nobody_to_compare(place, message):
    """The message says what is there instead."""
    with pytest.raises(ReportNotFound, match=message):
        compare([place, "alpha-2001"], shelf(), reports())


def test_what_no_words_prove_is_said_so() -> None:
    """A value of a report's front matter that its text does not say stands without a citation."""
    assert Shared("anti-MDA5", (1,)).shown == "anti-MDA5"
    assert Shared("interstitial lung disease").shown == (
        "interstitial lung disease (not found in the text)"
    )
    assert [cell.shown for cell in (Cell("44", (2,)), Cell("44", ()), Cell("", ()))] == [
        "44", "44 (not found in the text)", "not reported"
    ]  # fmt: skip

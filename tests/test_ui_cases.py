"""The page Cases: who fits, who is alike, who stands beside whom."""

from __future__ import annotations

import pytest
from visiting import body, press, text_of

from ui.cases_found import alike, choices, compared, found, place_of, wishes

pytest.importorskip("streamlit")


def test_values_to_choose_from_find_the_patients_that_they_count(opened):
    """The number beside a value is the number of rows that it gives."""
    for key, values in choices(opened).items():
        for value, count in values[:3]:
            patients = found(opened, wishes({key: [value]})).listing.count.found
            assert len(patients) >= count, (key, value)


def test_any_of_several_values_and_all_of_several_conditions(opened):
    """As people expect of filters."""
    responses = [value for value, _ in choices(opened)["response"]]
    every = found(opened, wishes({"response": responses})).listing.count.found
    one = found(opened, wishes({"response": responses[:1]})).listing.count.found
    assert len(one) < len(every)
    assert one <= every


def test_rows_can_be_compared_and_every_cell_is_proved(opened):
    """The places of two rows are those that `compare` takes."""
    rows = found(opened, []).listing.rows
    told, proofs = compared(opened, [place_of(row) for row in rows[:2]])
    assert len(told.places) == 2
    assert [p.citation for p in proofs] == list(told.citations)


def test_a_vignette_finds_patients_who_share_what_it_says(opened):
    """Findings are named, and so is where the report says them."""
    findings, near, citations, proofs = alike(opened, "A woman with skin ulcers was given IVIG")
    assert "intravenous immunoglobulin" in {one.said for one in findings}
    assert near[0].record.report_id == "kuwano-2006-ivig-ulcers"
    assert near[0].matched
    assert len(citations) == len(proofs) > 0


def test_cases_lists_all_patients_and_narrows_to_conditions(visit):
    """The table, the counts and the groups follow what was chosen."""
    page = visit("cases")
    every = len(page.dataframe[0].value)
    (treatment,) = (m for m in page.multiselect if m.label == "Treatment")
    treatment.set_value(["rituximab"]).run()
    assert not page.exception
    assert 0 < len(page.dataframe[0].value) < every
    assert "rituximab" in page.dataframe[0].value["Treatment"].iloc[0]


def test_a_vignette_that_identifies_somebody_is_not_searched_at_once(visit):
    """The warning comes first."""
    page = visit("cases")
    page.text_area[0].set_value("Mr. John Miller, 56, has anti-MDA5 and interstitial lung disease.")
    press(page, "Find similar patients")
    assert "a name" in page.checkbox[0].label
    assert "Shared" not in text_of(body(page))
    page.checkbox[0].check().run()
    assert "Shared" in text_of(body(page))

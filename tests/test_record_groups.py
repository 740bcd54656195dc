"""Reports without single patients: how many, who, what was given, k of n."""

from __future__ import annotations

from dataclasses import replace

from rag.formats.text import read_text
from rag.records.groups import groups
from rag.records.make import records_of

SERIES = (
    "Rituximab in refractory dermatomyositis\n\nAbstract\n\nTwenty-three patients with refractory "
    "dermatomyositis received rituximab 1 g twice. Improvement was seen in 14 of 23. Two of the 23 "
    "had pneumonia. Infusion reactions occurred in 5 (22%) patients. The score fell from 9 to 3 of "
    "10 within 8 weeks.\n"
)


def test_a_group_has_size_treatment_and_shares():
    """And each has the words that say it."""
    report = read_text(SERIES, "series.txt")
    (group,) = groups(report)
    assert group.size.value == 23
    assert group.population.value.startswith("patients with refractory dermatomyositis")
    assert [one.drug.value for one in group.therapies] == ["rituximab"]
    shares = [(one.value.count, one.value.out_of) for one in group.outcomes]
    assert shares == [(14, 23), (2, 23), (5, 23)]
    for one in group.outcomes:
        ((start, end),) = one.spans
        assert report.text[start:end] == one.value.what


def test_a_review_counts_cases_that_are_counted_elsewhere():
    """They are marked, so that nobody is counted twice."""
    report = read_text(SERIES, "series.txt")
    assert not groups(report)[0].cited
    assert groups(replace(report, article_type="review"))[0].cited
    pooled = read_text(
        SERIES.replace("Abstract\n\n", "Abstract\n\nPublished cases were pooled. "), "s.txt"
    )
    assert groups(pooled)[0].cited


def test_a_score_of_ten_is_no_share():
    """'3 of 10' on a scale counts nobody."""
    report = read_text("Itch\n\nAbstract\n\nFive patients had itch, rated at 8 of 10.\n", "i.txt")
    (group,) = groups(report)
    assert group.outcomes == ()


def test_a_report_with_single_patients_has_no_group():
    """Patients described alone are never counted in a group as well."""
    told = records_of(
        read_text("A case\n\nCase report\n\nA 50-year-old man had a rash.\n", "c.txt")
    )
    assert len(told.cases) == 1
    assert told.groups == ()

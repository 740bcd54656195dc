"""What an author filled in, with the words of the text that say it, or reported as unsupported."""

from __future__ import annotations

from rag.formats.markdown import read_markdown
from rag.records.make import records_of
from rag.records.support import unsupported

HEAD = """---
id: a-report
title: "Rituximab"
authors: []
journal: "J"
year: 2020
article_type: case report
basis: abstract
cases:
  - age: 58
    sex: female
    subtype: classic DM
    antibodies: [anti-Mi-2]
    features: [heliotrope rash, no dysphagia, purple spots on both shins]
    prior_treatments: [{drug: methotrexate, dose: "15 mg weekly", route: subcutaneous}]
    treatment: [{drug: rituximab, dose: "1 g", route: ""}, {drug: dapsone, dose: "", route: ""}]
    response: complete
    time_to_response: "8 weeks"
    follow_up: "2 years"
    adverse_events: ""
---

## Case
A 58-year-old woman with classic dermatomyositis had a heliotrope rash and anti-Mi-2 antibodies but
no dysphagia. Methotrexate 15 mg subcutaneously once a week had failed. Rituximab 1,000 mg was
given, and the rash cleared completely within 8 weeks. It relapsed after a year. CT showed no
tumour.
"""


def _record():
    report = read_markdown(HEAD, "a-report.md")
    (record,) = records_of(report).cases
    return report, record


def test_the_authors_values_stay_and_have_spans():
    """In the author's order, marked 'front matter', supported by the text."""
    report, record = _record()
    assert (record.age.value, record.sex.value, record.response.value) == (58, "female", "complete")
    assert record.age.origin == record.response.origin == "front matter"
    drugs = [(one.drug.value, one.prior) for one in record.therapies]
    assert drugs == [("methotrexate", True), ("rituximab", False), ("dapsone", False)]
    ((start, end),) = record.therapies[0].dose.spans
    assert report.text[start:end] == "15 mg subcutaneously once a week"


def test_an_absent_finding_of_the_author_is_absent():
    """'No dysphagia' is dysphagia, absent."""
    _, record = _record()
    states = {one.name: one.state.value for one in record.findings}
    assert states["no dysphagia" if "no dysphagia" in states else "dysphagia"] == "absent"


def test_what_the_text_does_not_say_is_reported():
    """Kept without a span, not hidden."""
    _, record = _record()
    assert set(unsupported(record)) == {
        "other 'purple spots on both shins'", "drug dapsone", "follow-up",
    }  # fmt: skip


def test_what_nobody_asks_an_author_for_is_extracted():
    """Relapse and absent cancer, marked as such."""
    _, record = _record()
    assert record.relapse.value == "It relapsed after a year"
    assert record.relapse.origin == "extracted"
    (cancer,) = [one for one in record.findings if one.kind == "cancer"]
    assert (cancer.state.value, cancer.state.origin) == ("absent", "extracted")


LISTED = """---
id: a-series
title: "Tofacitinib"
authors: []
journal: "J"
year: 2020
article_type: case series
basis: abstract
cases:
  - {age: 71, sex: female, treatment: [{drug: tofacitinib, dose: "", route: ""}]}
  - {age: 44, sex: male, treatment: [{drug: tofacitinib, dose: "", route: ""}]}
---

## Patients and methods
All were given tofacitinib. The table says of each:
1. Woman, 71: ventilated, 44 days of observation.
2. Man, 44: needed oxygen at first; no infiltrate was left after 16 months.
"""


def test_a_line_of_a_list_is_about_the_patient_of_its_number():
    """'2. Man, 44: …' gives the second patient's age and sex, and nobody else's."""
    report = read_markdown(LISTED, "a-series.md")
    for record, age, sex in zip(
        records_of(report).cases, ("Woman, 71", "Man, 44"), ("Woman", "Man"), strict=True
    ):
        assert [report.text[a:b] for a, b in record.age.spans] == [age]
        assert [report.text[a:b] for a, b in record.sex.spans] == [sex]
        assert not {"age", "sex"} & set(unsupported(record))

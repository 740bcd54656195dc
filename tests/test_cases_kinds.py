"""'Which cancers turned up?': the kinds of a finding, each with who had it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_records import RECORDS, reports, sign

from rag.cases.answering import tell
from rag.cases.asking import asked_of_records
from rag.cases.keeping import rows_of
from rag.cases.kinds import drugs_asked, everything_asked, kinds_asked
from rag.cases.shelf import Shelf
from rag.library import CaseRows


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("which cancers turned up in people with DM? list them", "malignancy"),
        ("Which infections were seen?", "infection"),
        ("what kinds of tumours have been found in these patients", "malignancy"),
        ("which infections occurred on tofacitinib?", None),
        ("which infections occurred in patient 2?", None),
        ("which cancers are associated with dermatomyositis?", "malignancy"),
        ("Which tumours occurred with DM in these reports?", "malignancy"),
        ("which cancers are associated with anti-TIF1?", None),
        ("which cancer was found?", None),
        ("which drugs were used?", None),
        ("which fevers were seen?", None),
    ],
)
def test_the_class_whose_kinds_are_asked_for(question: str, name: str | None) -> None:
    """Of all patients only, and a class that has kinds."""
    found = kinds_asked(question)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("which biologics were used?", "biologic"),
        ("What topical treatments have been tried", "topical treatment"),
        ("topical treatments tried", "topical treatment"),
        ("which antimalarials were given in these patients?", "antimalarial"),
        ("which biologics were used in patient 2?", None),
        ("which biologics failed?", None),
        ("which rituximabs were used?", None),
        ("JAK inhibitors", "JAK inhibitor"),
        ("statins", None),
        ("rituximab", None),
    ],
)
def test_the_class_of_drugs_whose_kinds_are_asked_for(question: str, name: str | None) -> None:
    found = drugs_asked(question)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("which treatments were tried in these patients?", "treatment"),
        ("what drugs have been used for dermatomyositis", "treatment"),
        ("what antibodies were found?", "antibody"),
        ("which myositis-specific antibodies were detected", "antibody"),
        ("which treatments failed?", None),
        ("which treatments were tried in the girl?", None),
        ("what antibodies did she have?", None),
    ],
)
def test_all_treatments_and_all_antibodies(question: str, key: str | None) -> None:
    assert everything_asked(question) == key


def test_the_drugs_of_a_class_have_their_patients() -> None:
    """Two of the class of biologics; IVIg is none of them."""
    rows = [row for one in RECORDS.values() for row in rows_of(one, reports()[one.report_id])]
    asked = asked_of_records("Which biologics were used?")
    assert asked is not None
    answer = tell(asked, Shelf(CaseRows.in_memory(rows)), reports())
    assert answer is not None
    assert answer.short_answer == "rituximab"


def test_each_kind_has_its_patients() -> None:
    """Nothing but the kinds of it: an ulcer is no cancer."""
    a, c = RECORDS["alpha-2001"], RECORDS["gamma-2003"]
    ill = replace(
        a.cases[0], findings=(*a.cases[0].findings, sign(a.report_id, "lung cancer", "ulcers"))
    )
    same = replace(c.cases[0], findings=(sign(c.report_id, "ovarian cancer", "woman"),))
    records = [replace(a, cases=(ill,)), replace(c, cases=(same,))]
    rows = [row for one in records for row in rows_of(one, reports()[one.report_id])]
    shelf = Shelf(CaseRows.in_memory(rows))
    asked = asked_of_records("Which cancers were found?")
    assert asked is not None
    answer = tell(asked, shelf, reports())
    assert answer is not None and answer.short_answer == "lung cancer, ovarian cancer"
    assert "lung cancer: 1 patient in 1 report; 1 complete" in answer.text
    assert "ulcer:" not in answer.text

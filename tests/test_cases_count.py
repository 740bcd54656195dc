"""Patients by conditions: found, of how many, silent, and groups apart."""

from __future__ import annotations

import pytest
from case_records import RECORDS, report, reports, shelf

from rag.cases.facets import of_case
from rag.cases.keeping import as_case, as_group, rows_of
from rag.cases.shelf import Shelf, count
from rag.cases.wish import wish
from rag.errors import FilterError
from rag.library import CaseRows
from rag.records.record import CaseRecord, Field, Finding, Records, Therapy


def places(found: Shelf, rows: set[int]) -> list[str]:
    return [f"{p.report_id}:{p.number}" for p in found.rows.places(rows).values()]


@pytest.mark.parametrize(
    ("key", "words", "expected"),
    [
        ("treatment", "IVIg", ["alpha-2001:1", "alpha-2001:2", "gamma-2003:1"]),
        ("prior", "IVIG", ["beta-2002:1"]),
        ("drug", "Privigen", ["alpha-2001:1", "alpha-2001:2", "beta-2002:1", "gamma-2003:1"]),
        ("treatment", "biologic", ["beta-2002:1"]),
        ("treatment", "Rituxan", ["beta-2002:1"]),
        ("feature", "ulcer", ["alpha-2001:1"]),
        ("feature", "skin sign", ["alpha-2001:1", "beta-2002:1"]),
        ("antibody", "MDA5", ["gamma-2003:1"]),
        ("subtype", "JDM", ["beta-2002:1"]),
        ("age", "0-17", ["beta-2002:1"]),
        ("age", "30", ["alpha-2001:1"]),
        ("age", "50-", ["alpha-2001:2", "gamma-2003:1"]),
        ("sex", "woman", ["alpha-2001:1", "gamma-2003:1"]),
        ("response", "improved", ["alpha-2001:1", "beta-2002:1"]),
        ("response", "died", ["gamma-2003:1"]),
    ],
)
def test_one_condition(key, words, expected):
    """Synonyms, brands and classes find whoever has the thing."""
    found = shelf()
    assert places(found, found.patients([wish(key, words)])) == expected


def test_absent_is_not_the_same_as_unsaid():
    """Only the boy is stated to have no weakness; a narrower weakness he has not either."""
    found = shelf()
    for words in ("weakness", "proximal muscle weakness"):
        rows = found.patients([wish("feature", words, absent=True)])
        assert places(found, rows) == ["beta-2002:1"]


def test_conditions_are_joined_by_and():
    """Each further condition leaves fewer."""
    found = shelf()
    both = [wish("treatment", "IVIg"), wish("response", "complete")]
    assert places(found, found.patients(both)) == ["alpha-2001:1"]


def test_found_of_the_population_and_silent():
    """1 of 3 given IVIg responded completely; of one nothing is said; groups stand apart."""
    found = shelf()
    result = count(found, [wish("treatment", "IVIg")], [wish("response", "complete")])
    assert [len(s) for s in (result.found, result.population, result.silent)] == [1, 3, 1]
    assert sorted(places(found, result.groups)) == ["delta-2004:1", "zeta-2006:1"]


def test_who_is_known_not_to_fit_is_not_silent():
    """Silence about the ulcer of somebody who is known to be too old is no gap."""
    found = shelf()
    asked = [wish("age", "0-17"), wish("feature", "ulcer")]
    result = count(found, [], asked)
    assert places(found, set(result.silent)) == ["beta-2002:1"]


def test_editions_of_one_work_are_counted_once():
    """Two editions of a report give the same patients, once."""
    found = shelf(works={"gamma-2003": "alpha-2001", "alpha-2001": "alpha-2001"})
    rows = found.distinct(found.patients([wish("treatment", "IVIg")]))
    assert places(found, rows) == ["alpha-2001:1", "alpha-2001:2"]
    assert found.reports(rows) == ["alpha-2001"]


def test_a_report_that_gives_no_record_is_known_by_its_title():
    """It is named where it is on the topic, and only there."""
    found = shelf()
    assert found.reports(found.about([wish("drug", "IVIg")])) == ["epsilon-2005"]
    assert not found.about([wish("drug", "rituximab")])
    assert not found.about([wish("response", "complete")])


def test_records_come_back_as_they_were_stored():
    """Nothing of a record is lost on the way through the file."""
    for name, known in RECORDS.items():
        for row in rows_of(known, report(name)):
            if row.kind == "text":
                continue  # what the words say is no record
            record = as_case(row.record) if row.kind == "patient" else as_group(row.record)
            assert record in (*known.cases, *known.groups)


def test_a_withdrawn_drug_was_not_given_as_the_treatment():
    """'Withdrawal of etanercept' is no treatment with etanercept."""
    case = CaseRecord("x", 1, therapies=(Therapy(Field("withdrawal of etanercept")),))
    assert ("treatment", "etanercept") not in of_case(case)
    assert ("withdrawn", "etanercept") in of_case(case)


def test_a_later_death_counts_as_a_death():
    """Who improved and died at last is among those who died, too."""
    case = CaseRecord("x", 1, response=Field("partial"), follow_up=Field("died on day 142"))
    assert {("response", "partial"), ("response", "died")} <= of_case(case)


def test_any_cancer_is_a_cancer():
    """A finding of that kind counts, whatever it is called."""
    case = CaseRecord("x", 1, findings=(Finding("thymoma of sorts", "cancer", Field("present")),))
    assert ("feature", "malignancy") in of_case(case)


@pytest.mark.parametrize(
    ("key", "words"),
    [("age", "young"), ("age", "40-20"), ("sex", "other"), ("response", "great"), ("feature", " ")],
)
def test_a_bad_value_is_refused(key, words):
    """The message names the option."""
    with pytest.raises(FilterError, match=key):
        wish(key, words)


def test_an_unknown_word_finds_who_has_it_word_for_word():
    """What the lexicon lacks is looked up as it stands."""
    case = CaseRecord("x", 1, therapies=(Therapy(Field("snake oil")),))
    rows = rows_of(Records("x", (case,)), reports()["alpha-2001"])
    found = Shelf(CaseRows.in_memory(rows))
    assert len(found.patients([wish("drug", "Snake Oil")])) == 1

"""Patients by conditions: found, of how many, silent, and groups apart."""

from __future__ import annotations

import pytest
from case_records import RECORDS, report, reports, shelf

from rag.cases.facets import of_case
from rag.cases.keeping import as_case, as_group, rows_of
from rag.cases.shelf import Shelf, count
from rag.cases.wish import Wish, wish
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


def made(*, title: str = "", **fields: object) -> set[tuple[str, str]]:
    """The facets of one patient with these fields."""
    return of_case(CaseRecord("r", 1, **fields), title)  # type: ignore[arg-type]


def test_a_route_is_found_with_the_drug():
    """'Intravenous cyclophosphamide' finds whom the report says so of; no route is not known."""
    by_vein = made(
        therapies=(Therapy(Field("cyclophosphamide"), route=Field("intravenous, monthly")),)
    )
    assert {("drug", "cyclophosphamide"), ("drug", "intravenous cyclophosphamide")} <= by_vein
    assert ("drug", "oral cyclophosphamide") not in by_vein
    unsaid = Therapy(Field("cyclophosphamide"))
    rows = [
        row
        for name, therapy in (("alpha-2001", unsaid), ("beta-2002", by_route("oral")))
        for row in rows_of(
            Records(name, (CaseRecord(name, 1, therapies=(therapy,)),)), report(name)
        )
    ]
    found = Shelf(CaseRows.in_memory(rows))
    result = count(found, (), [wish_of("intravenous cyclophosphamide")])
    assert (len(result.found), places(found, set(result.silent))) == (0, ["alpha-2001:1"])


def by_route(route: str) -> Therapy:
    return Therapy(Field("cyclophosphamide"), route=Field(route))


def wish_of(drug: str) -> Wish:
    return Wish("drug", drug, (drug,))


def test_what_brought_the_disease_on_is_found():
    """A suspected drug makes the form drug-induced; a vaccine in a finding had been given."""
    culprit = made(therapies=(Therapy(Field("hydroxyurea (suspected cause)"), prior=True),))
    assert ("subtype", "drug-induced dermatomyositis") in culprit
    after = made(findings=(Finding("onset after COVID-19 vaccine", "other", Field("present")),))
    assert ("drug", "covid-19 vaccine") in after
    assert ("treatment", "covid-19 vaccine") not in after


def test_harm_is_a_finding_too():
    """Who had anaphylaxis under treatment had anaphylaxis."""
    harmed = made(adverse_events=(Field("anaphylaxis to IVIg"),))
    assert {("adverse", "anaphylaxis"), ("feature", "anaphylaxis")} <= harmed


def test_what_is_absent_with_something_else():
    """Without muscle disease there is no weakness."""
    spared = made(findings=(Finding("muscle involvement", "sign", Field("absent")),))
    assert ("no feature", "muscle weakness") in spared


def test_each_of_two_troubles_is_found():
    """'Difficulty breathing and swallowing' is dyspnoea and dysphagia."""
    both = made(
        findings=(Finding("difficulty breathing and swallowing", "symptom", Field("present")),)
    )
    assert {("feature", "dyspnoea"), ("feature", "dysphagia")} <= both


def test_a_title_names_the_form_of_its_only_patient():
    """Of several patients it may be the form of one."""
    assert ("subtype", "wong-type dermatomyositis") in made(title="Wong-type dermatomyositis")


def test_a_title_names_the_signs_of_its_only_patient():
    """What it asserts, with its classes; what it denies is no sign of anybody."""
    assert ("feature", "panniculitis") in made(title="Panniculitis in dermatomyositis")
    assert ("feature", "panniculitis") not in made(title="Dermatomyositis without panniculitis")


def test_pulses_of_a_steroid_are_pulse_therapy():
    """Wherever the word stands."""
    pulsed = made(therapies=(Therapy(Field("methylprednisolone"), route=Field("pulse")),))
    assert ("drug", "steroid pulse therapy") in pulsed
    other = made(therapies=(Therapy(Field("cyclophosphamide"), route=Field("pulse")),))
    assert ("drug", "steroid pulse therapy") not in other


def test_either_of_two_conditions_fits():
    """Who fits one of them is found."""
    found = shelf()
    either = Wish("feature", "", ("skin ulcer",), either=(Wish("antibody", "", ("anti-mda5",)),))
    assert places(found, found.patients([either])) == ["alpha-2001:1", "gamma-2003:1"]


def test_who_fared_otherwise_is_not_who_is_unknown():
    """Two outcomes other than death are stated; of the second patient of alpha nothing is."""
    found = shelf()
    alive = Wish("response", "no death reported", ("died",), absent=True)
    assert places(found, found.patients([alive])) == ["alpha-2001:1", "beta-2002:1"]
    assert "alpha-2001:2" in places(found, set(count(found, (), [alive]).silent))


def test_either_of_two_conditions_is_spoken_of_only_where_both_are():
    """Whose report denies one and says nothing of the other may still have the other."""
    finding = Finding(
        name="muscle weakness", state=Field("absent", (), "extracted"), kind="feature"
    )
    other = Finding(name="anti-MDA5", state=Field("absent", (), "extracted"), kind="antibody")
    one, both = (
        CaseRecord(name, 1, findings=found)
        for name, found in (("alpha-2001", (finding,)), ("beta-2002", (finding, other)))
    )
    rows = [
        row
        for case in (one, both)
        for row in rows_of(Records(case.report_id, (case,)), report(case.report_id))
    ]
    found = Shelf(CaseRows.in_memory(rows))
    antibody = Wish("antibody", "anti-MDA5", ("anti-mda5",))
    either = Wish("feature", "weakness", ("muscle weakness",), either=(antibody,))
    silent = count(found, (), [either]).silent
    assert places(found, set(silent)) == ["alpha-2001:1"]


def test_few_and_many_rows_are_looked_up_alike(monkeypatch):
    """Who is silent does not depend on how the rows are looked up."""
    span = ((0, 1),)
    cases = [
        CaseRecord(
            "alpha-2001", n,
            age=Field(40.0, span) if n % 2 else None,
            sex=Field("female", span) if n % 3 else None,
            therapies=(Therapy(Field("rituximab", span), prior=False),) if n % 5 else (),
        )
        for n in range(1, 31)
    ]  # fmt: skip
    rows = rows_of(Records("alpha-2001", tuple(cases)), report("alpha-2001"))
    wishes = [wish("sex", "female"), wish("treatment", "rituximab"), wish("age", "30-50")]
    found = []
    for few in (0, 1000):
        monkeypatch.setattr("rag.cases.shelf._FEW", few)
        found.append(count(Shelf(CaseRows.in_memory(rows)), (), wishes))
    assert found[0] == found[1]
    # Of 30, n is silent of sex where 3 divides it, of age where 2 does, of drugs where 5 does.
    assert len(found[0].found) == sum(1 for n in range(1, 31) if n % 2 and n % 3 and n % 5)
    assert len(found[0].silent) == 30 - len(found[0].found)

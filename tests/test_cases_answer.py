"""What is asked of the records, answered in words: counts, lines, citations, table."""

from __future__ import annotations

from dataclasses import replace

from case_records import RECORDS, TEXTS, reports, shelf

from rag.cases.answering import Told, tell
from rag.cases.asking import Asked, asked_of_records
from rag.cases.keeping import rows_of
from rag.cases.shelf import Shelf
from rag.cases.wish import wish
from rag.cases.wording import case_words, what, who_words, whom
from rag.library import CaseRows
from rag.records.record import CaseRecord, Field, Records


def told(question: str) -> Told:
    asked = asked_of_records(question)
    assert asked is not None
    answer = tell(asked, shelf(), reports())
    assert answer is not None
    return answer


def test_the_first_line_counts():
    """Found, of how many, in how many reports, and of how many nothing is said."""
    answer = told("How many patients given IVIg had a complete response?")
    assert answer.text.splitlines()[0] == (
        "1 of 3 single patients given intravenous immunoglobulin: complete response, in 1 report; "
        "1 not reported."
    )
    assert answer.short_answer == "1 of 3"


def test_groups_and_reviews_are_named_apart():
    """A series is not added, and a review's cases are not counted again."""
    lines = told("How many patients were given IVIg?").text.splitlines()
    assert lines[0].startswith("4 of 4 single patients: given intravenous immunoglobulin, in 3")
    assert lines[1] == (
        "Not added: 1 series with 12 patients, described as groups; 1 review that counts published "
        "cases again."
    )


def test_who_had_it_only_before_is_named():
    """A response is one to the treatment reported on; earlier users are mentioned, not counted."""
    answer = told("How many patients given IVIg improved?")
    assert "1 more patient had it only before the treatment reported on." in answer.text


def test_a_report_without_records_is_named_and_cited():
    """Its first sentence stands among the citations."""
    answer = told("Which patients were given IVIg?")
    assert "without a record of patients: Epsilon 2005 [" in answer.text
    cited = [c for c in answer.citations if c.report_id == "epsilon-2005"]
    assert [c.quote for c in cited] == [TEXTS["epsilon-2005"]]


def test_every_row_is_cited_by_the_words_that_say_it():
    """Each citation of a row is a sentence of its report, the slice of the text."""
    answer = told("Which patients were given IVIg?")
    by_number = {c.number: c for c in answer.citations}
    for name, numbers in zip(answer.table["report_id"], answer.table["citations"], strict=True):
        assert numbers
        for number in numbers:
            citation = by_number[number]
            assert citation.report_id == name
            assert TEXTS[name][citation.start : citation.end] == citation.quote
            assert "IVIg" in citation.quote or citation.quote == "Seven of 12 improved."


def test_every_report_named_is_cited():
    """The table, the text and the citations are about the same reports."""
    answer = told("Which patients were given IVIg?")
    cited = {c.report_id for c in answer.citations}
    assert set(answer.table["report_id"]) < cited
    for name in TEXTS:
        named = name.replace("-", " ").capitalize()
        assert (named in answer.text) == (name in cited)


def test_each_answer_says_what_it_is():
    """Published cases are no rates."""
    assert told("How many patients died?").notice.startswith(
        "Evidence: these are selected published cases, not rates."
    )


def test_nobody_of_those_asked_about():
    """None of three is an answer; those three are cited."""
    answer = told("How many patients given IVIg worsened?")
    assert answer.text.startswith("0 of 3 single patients given intravenous immunoglobulin:")
    assert {c.report_id for c in answer.citations} >= {"alpha-2001", "gamma-2003"}


def test_who_had_a_drug_only_before_is_shown_where_all_outcomes_are_asked():
    """Counted apart, and cited: the boy whom IVIg had failed."""
    answer = told("How did the patients given IVIg do?")
    assert "1 more patient had it only before the treatment reported on." in answer.text
    assert "beta-2002" in {c.report_id for c in answer.citations}
    assert answer.text.startswith("3 single patients given intravenous immunoglobulin:")


def test_what_no_record_knows_is_left_to_the_reports_words():
    """A drug that nobody was given gives no answer here."""
    asked = asked_of_records("Were any patients given thalidomide?")
    assert asked is not None
    assert tell(asked, shelf(), reports()) is None


def test_responses_by_treatment_side_by_side():
    """Each compared drug has its own line, patients who had both are in both."""
    answer = told("Compare IVIg and rituximab.")
    assert "intravenous immunoglobulin: 3 patients in 2 reports; 1 complete, 1 died, 1 not" in (
        answer.text
    )
    assert "rituximab: 1 patient in 1 report; 1 partial; median time to response 3 weeks" in (
        answer.text
    )


def test_only_the_reports_that_may_answer():
    """A narrowed question counts within those reports."""
    asked = asked_of_records("How many patients were given IVIg?")
    answer = tell(asked, shelf(), reports(), ["gamma-2003"])
    assert answer.text.startswith("1 of 1 single patient:")
    assert set(answer.table["report_id"]) == {"gamma-2003"}


def test_a_long_list_goes_on_in_the_table():
    """The text keeps to 200 words; table and citations have everybody."""
    case = RECORDS["gamma-2003"].cases[0]
    known = Records("gamma-2003", tuple(
        CaseRecord("gamma-2003", number, age=Field(20.0 + number), therapies=case.therapies)
        for number in range(1, 61)
    ))  # fmt: skip
    report = reports()["gamma-2003"]
    many = Shelf(CaseRows.in_memory(rows_of(known, report)))
    answer = tell(
        Asked("list", (), (wish("drug", "IVIg"),)), many, {"gamma-2003": report}
    )  # fmt: skip
    assert len(answer.text.split()) <= 200
    assert "more in the table." in answer.text
    assert len(answer.table["patient"]) == 60


def test_an_unsupported_value_is_shown_as_such():
    """The row names the values that the text was not found to say."""
    answer = told("Which patients had skin ulcers?")
    assert answer.table["unsupported"] == ["time to response, dose of IVIg"]


def test_nobody_is_said_to_have_what_nobody_has():
    """Where none fits, those who were asked about are shown without what was asked."""
    lines = told("How many patients given IVIg worsened?").text.splitlines()
    assert lines[0].startswith("0 of 3 single patients given intravenous immunoglobulin: worsened")
    answer = told("Who relapsed after IVIg?")
    lines = answer.text.splitlines()
    assert lines[0].endswith("a relapse; 4 not reported.")
    assert not any("relapse" in line for line in lines[1:])


def test_who_is_not_told_of_stands_in_the_table():
    """Where the reports say it of nobody, their patients are no list of an answer."""
    answer = told("Who relapsed after IVIg?")
    assert len(answer.table["report_id"]) > 4 and "Alpha 2001" not in answer.text
    assert "Delta 2004" in answer.text


def test_a_death_after_a_response_is_told():
    """Who is counted among the dead is not shown as one who responded, and nothing more."""
    case = CaseRecord(
        "alpha-2001", 1, response=Field("partial", ()), follow_up=Field("died on day 142", ())
    )
    assert case_words(case, []) == "partial response, later died"
    assert who_words(case) == "patient"


def test_who_is_known_by_sex_alone_may_be_a_child():
    """No 'woman' whose age is not known."""
    case = RECORDS["alpha-2001"].cases[0]
    assert who_words(case) == "30-year-old woman"
    assert who_words(replace(case, age=None)) == "female patient"


def test_the_widest_findings_are_named_as_people_say():
    """'Skin sign' is the lexicon's own word."""
    skin = wish("feature", "skin disease")
    assert whom([skin]) == " with skin disease"
    assert what([replace(skin, absent=True)]) == "no skin disease (stated)"


def test_the_short_answer_names_the_treatments():
    """Not how many patients they are, which was not asked."""
    assert told("Which treatments were used for calcinosis?").short_answer == (
        "intravenous immunoglobulin"
    )
    compared = told("compare IVIg and rituximab").short_answer
    assert compared == "intravenous immunoglobulin 3, rituximab 1 patients"


def test_a_count_of_the_silent_is_no_answer():
    """Nobody is known to have died and nobody to have lived: the reports' words are read."""
    asked = asked_of_records("How many patients with calcinosis died?")
    assert asked is not None
    assert tell(asked, shelf(), reports()) is None
    known = asked_of_records("How many patients with skin ulcers died?")
    assert known is not None
    answer = tell(known, shelf(), reports())
    assert answer is not None and answer.short_answer == "0 of 1"


def test_none_of_those_told_of_is_not_none_of_all():
    """Who is silent on it is left out of the count, and named."""
    assert told("Who relapsed after IVIg?").short_answer == "not reported"
    assert told("How many patients given IVIg worsened?").short_answer == "0 of 2; 1 not reported"


def test_who_does_not_have_it_is_not_said_to():
    """Where nobody fits, those of whom it was asked are listed, without what was asked."""
    asked = asked_of_records("How many patients given rituximab had weakness?")
    assert asked is not None
    answer = tell(asked, shelf(), reports())
    assert answer is not None and answer.short_answer.startswith("0 of")
    (line,) = [one for one in answer.text.splitlines() if one.startswith("Beta 2002")]
    assert "weakness" not in line and "rituximab" in line


def test_none_of_nobody_is_no_short_answer():
    """Where series alone tell of a drug, 'responded: 0 of 0' would be read as a failure."""
    series = RECORDS["delta-2004"].groups[0]
    names = {"delta-2004": "IVIg", "epsilon-2005": "IVIg"}
    found = {name: reports()[name] for name in names}
    rows = [
        row
        for name, one in found.items()
        for row in rows_of(Records(name, groups=(replace(series, report_id=name),)), one)
    ]
    asked = asked_of_records("How many patients given IVIg had a complete response?")
    assert asked is not None
    answer = tell(asked, Shelf(CaseRows.in_memory(rows)), found)
    assert answer is not None and answer.short_answer == "in 2 series only"
    assert answer.text.startswith("No single patient given intravenous immunoglobulin")
    fared = asked_of_records("How did patients given IVIg respond?")
    assert fared is not None and fared.kind == "responses"
    how = tell(fared, Shelf(CaseRows.in_memory(rows)), found)
    # '0 single patients given intravenous immunoglobulin: .' said nothing.
    assert how is not None and how.text.startswith("No single patient given intravenous")


def test_who_is_without_it_is_told_so():
    """A finding that was ruled out does not stand in the line as if it were there."""
    answer = told("Which patients had a rash without weakness?")
    assert "Beta 2002, 9-year-old boy: rash, no muscle weakness; rituximab" in answer.text


def test_men_and_women_in_the_first_line():
    answer = told("Which women had IVIg?")
    assert "single patients (female)" in answer.text.splitlines()[0]

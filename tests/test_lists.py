"""Answers that list, by hand: which reports, which sentences, and whether each row is proved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import DAPSONE, RITUXIMAB, answer, cited, item

from eval.gold import Judgement
from eval.lists import rows, table_figures
from eval.measure import figures, is_exact
from eval.systems import LibraryTexts


@pytest.fixture(scope="module")
def texts(casebook) -> LibraryTexts:
    return LibraryTexts(casebook.library)


@pytest.fixture(scope="module")
def quotes(casebook) -> dict[str, str]:
    """The first 60 characters of two reports."""
    return {name: casebook.library.report(name).text[:60] for name in (DAPSONE, RITUXIMAB)}


def exhaustive(quotes, *facts: str):
    """A list that both reports belong to, each with its first 60 characters."""
    evidence = tuple(Judgement(name, 2, quote) for name, quote in quotes.items())
    return item(
        verdict="answerable", kind="exhaustive", evidence=evidence,
        facts=tuple((fact,) for fact in facts),
    )  # fmt: skip


def table(**columns):
    return {name: list(cells) for name, cells in columns.items()}


def test_the_right_report_for_the_wrong_reason_shows(casebook, texts, quotes):
    """Both reports are cited, one of them with another sentence: half of the evidence."""
    gold = exhaustive(quotes, quotes[DAPSONE].split()[0])
    right = cited(casebook.library, DAPSONE, 5, 58)
    for start, evidence in ((0, 1.0), (300, 0.5)):
        other = cited(casebook.library, RITUXIMAB, start, start + 60)
        found = figures(gold, answer([], [right, other]), texts)
        assert found["exhaustive evidence"] == evidence
        assert found["exhaustive recall"] == found["exhaustive precision"] == 1
        assert found["exhaustive F1"] == 1


def test_recall_and_precision_meet_in_f1(casebook, texts, quotes):
    """One of two found, one of three right: 2 x 1/2 x 1/3 over 5/6 is 2/5."""
    gold = exhaustive(quotes, "x")
    own = cited(casebook.library, DAPSONE, 0, 60)
    strangers = [replace(own, report_id=name) for name in ("stranger", "other")]
    assert figures(gold, answer([], [own, *strangers]), texts)["exhaustive F1"] == pytest.approx(
        0.4
    )


def test_an_abstention_has_no_part_of_a_list(texts, quotes):
    """What a system leaves out counts as zero."""
    found = figures(exhaustive(quotes, "x"), answer(), texts)
    names = [name for name in found if name.startswith("exhaustive")]
    assert len(names) == 5
    assert {found[name] for name in names} == {0}


def test_a_fact_counts_from_a_quotation_or_the_row_of_a_report_that_belongs(
    casebook, texts, quotes
):
    """Another report's row, or the prose around the quotations, proves nothing."""
    gold = exhaustive(quotes, "7 of 9", "12 mg")
    quoted = [cited(casebook.library, DAPSONE, 0, 60, "It helped 7 of 9.")]
    given = answer([], quoted, text="12 mg")
    assert figures(gold, given, texts)["exhaustive facts"] == 0.5
    for report_id, share in ((RITUXIMAB, 1.0), ("stranger", 0.5)):
        made = table(report_id=[report_id], treatment=["dapsone 12 mg"], citations=[[1]])
        assert figures(gold, replace(given, table=made), texts)["exhaustive facts"] == share


def test_each_row_must_be_cited_from_its_own_report(casebook):
    """Of four rows: proved, another report's mark, no mark, a mark that is none."""
    citations = [
        replace(cited(casebook.library, name, 0, 9), number=number)
        for number, name in ((1, DAPSONE), (2, RITUXIMAB))
    ]
    made = table(
        report_id=[DAPSONE, DAPSONE, RITUXIMAB, RITUXIMAB], citations=[[1], [1, 2], [], [7]]
    )
    given = replace(answer([], citations), table=made)
    assert table_figures(given) == {"rows cited": 0.25, "reports in rows": 1.0}
    half = table(report_id=[DAPSONE], citations=[[1]])
    assert table_figures(replace(given, table=half)) == {"rows cited": 1, "reports in rows": 0.5}


def test_an_answer_without_a_table_of_reports_has_no_such_figure(casebook):
    """A table of counts by treatment names no report; an empty one proves and disproves nothing."""
    given = answer([], [cited(casebook.library, DAPSONE, 0, 9)])
    for made in (None, table(treatment=["dapsone"], n=[3]), table(report_id=[], citations=[])):
        assert table_figures(replace(given, table=made)) == {}
    assert rows(given) == []


def test_a_forbidden_fact_in_a_row_is_said(casebook, texts):
    """The table is part of the answer."""
    gold = item(forbidden=("infliximab",))
    made = table(report_id=[DAPSONE], treatment=["Infliximab 5 mg/kg"], citations=[[1]])
    given = answer([], [cited(casebook.library, DAPSONE, 0, 9)])
    assert figures(gold, given, texts)["no forbidden fact"] == 1
    assert figures(gold, replace(given, table=made), texts)["no forbidden fact"] == 0


def test_the_records_prove_every_row_of_theirs(casebook, texts):
    """The real thing: all rows cited, and no report cited without one."""
    found = casebook.ask("How many patients were given dapsone?")
    assert found.engine == "records" and found.table
    assert table_figures(found)["rows cited"] == 1
    assert all(is_exact(citation, texts) for citation in found.citations)

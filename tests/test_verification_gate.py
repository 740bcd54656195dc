"""The corruption suite in the gate: what was caught stays caught, and a check that is switched off
is seen.
"""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import rag.verify.check
from eval.cli import app, judging
from eval.verification import regression
from eval.verification.measure import TRUE_KINDS
from eval.verification.regression import (
    LEAST_FALSE,
    LEAST_TRUE,
    SuiteMissing,
    accept,
    accepted,
    falls,
    figures,
    suite,
    to_text,
)


@pytest.fixture(scope="module")
def sentences():
    return suite()


def of(kind, sentences):
    return [one for one in sentences if one.kind == kind]


def shares(before, kinds):
    return {kind: before[kind] for kind in kinds}


def test_the_suite_is_large_and_the_same_each_time(sentences):
    assert sum(one.true for one in sentences) >= LEAST_TRUE
    assert sum(not one.true for one in sentences) >= LEAST_FALSE
    assert [one.id for one in suite()] == [one.id for one in sentences]
    assert {one.half for one in sentences} == {"development"}


def test_a_suite_that_is_not_whole_is_an_error(monkeypatch, sentences):
    monkeypatch.setattr(regression, "development_samples", lambda: sentences[:300])
    with pytest.raises(SuiteMissing, match="too few to judge verification by"):
        suite()


def test_verification_is_as_good_as_accepted(sentences):
    """All 2,500 sentences, by the rules of today."""
    assert falls(figures(sentences), accepted()) == ()


@pytest.mark.parametrize(
    ("check", "kind"),
    [("check_figures", "dose"), ("check_figures", "unit"), ("check_names", "drug")],
)
def test_a_check_of_facts_switched_off_is_refused(monkeypatch, sentences, check, kind):
    kept = tuple(one for one in rag.verify.check.CHECKS if one.__name__ != check)
    assert len(kept) == len(rag.verify.check.CHECKS) - 1
    monkeypatch.setattr(rag.verify.check, "CHECKS", kept)
    (fall,) = falls(figures(of(kind, sentences)), shares(accepted(), [kind]))
    assert fall.kind == kind
    assert fall.now < fall.before
    assert fall.told.startswith(f"verification, {kind}: {fall.now[0]} of 80 caught, 80 of 80")


def test_denials_that_are_not_checked_are_refused(monkeypatch, sentences):
    kept = tuple(s for s in rag.verify.check.SENSES if s.__name__ != "check_negation")
    monkeypatch.setattr(rag.verify.check, "SENSES", kept)
    assert falls(figures(of("negation", sentences)), shares(accepted(), ["negation"]))


def test_citations_that_are_not_looked_at_are_refused(monkeypatch, sentences):
    """A number that does not exist is a wrong citation, whatever the words say."""
    monkeypatch.setattr(rag.verify.check, "_part_reasons", lambda *_: iter(()))
    assert falls(figures(of("citation", sentences)), shares(accepted(), ["citation"]))


def test_more_true_sentences_flagged_are_refused():
    before = {"paraphrase": (10, 100), "dose": (80, 80)}
    assert falls({"paraphrase": (10, 100), "dose": (80, 80)}, before) == ()
    assert falls({"paraphrase": (9, 100), "dose": (80, 80)}, before) == ()
    (fall,) = falls({"paraphrase": (11, 100), "dose": (80, 80)}, before)
    assert "11 of 100 flagged, 10 of 100 accepted" in fall.told


def test_shares_are_compared_where_the_suite_has_grown():
    before = {"paraphrase": (10, 100), "negation": (90, 100)}
    assert falls({"paraphrase": (20, 200), "negation": (180, 200)}, before) == ()
    assert [one.kind for one in falls({"paraphrase": (21, 200), "negation": (179, 200)}, before)] \
        == ["paraphrase", "negation"]  # fmt: skip


def test_a_kind_that_is_judged_no_more_is_a_fall_and_a_new_one_is_not():
    assert [one.kind for one in falls({"route": (1, 9)}, {"dose": (80, 80)})] == ["dose"]


def test_what_is_accepted_is_read_again(tmp_path):
    path = tmp_path / "accepted.json"
    now = {"dose": (80, 80), "paraphrase": (9, 500)}
    accept(now, path)
    assert accepted(path) == now
    path.write_text("[]", "utf-8")
    with pytest.raises(SuiteMissing, match="casebook eval accept"):
        accepted(path)
    with pytest.raises(SuiteMissing, match="no accepted figures"):
        accepted(tmp_path / "nowhere.json")


def test_what_is_shipped_holds_citations_doses_and_units_in_full():
    """At their level of 23 November 2026; none of these may be accepted lower."""
    full = ("age", "antibody", "citation", "dose", "drug", "duration", "frequency",
            "patient", "route", "unit")  # fmt: skip
    assert {kind: caught == many for kind, (caught, many) in accepted().items() if kind in full} \
        == dict.fromkeys(full, True)  # fmt: skip


def test_the_gate_names_what_fell(monkeypatch, sentences):
    """`let_stand` is what `casebook eval gate` adds to its reasons."""
    few = of("dose", sentences)[:5]
    monkeypatch.setattr(regression, "suite", lambda: few)
    monkeypatch.setattr(regression, "accepted", lambda: {"dose": (5, 5)})
    assert judging.let_stand() == ()
    monkeypatch.setattr(rag.verify.check, "CHECKS", ())
    (reason,) = judging.let_stand()
    assert "dose" in reason and "--misses" in reason


def test_accepting_a_run_accepts_what_verification_catches(monkeypatch, tmp_path, sentences):
    path = tmp_path / "accepted.json"
    monkeypatch.setattr(regression, "suite", lambda: of("dose", sentences)[:3])
    monkeypatch.setattr(regression, "accept", lambda now: accept(now, path))
    judging.accept_verification()
    assert accepted(path) == {"dose": (3, 3)}


def test_gate_help_tells_of_the_sentences():
    told = CliRunner().invoke(app, ["gate", "--help"]).output
    assert "written sentences" in told


def test_one_line_tells_both():
    line = to_text({"dose": (79, 80), "unit": (80, 80), TRUE_KINDS[0]: (7, 500)})
    assert line == "verification: 159 of 160 false sentences caught, 7 of 500 true ones flagged"

"""The generated part of eval/README.md is what the accepted run says."""

from __future__ import annotations

import pytest

from eval.baseline import load
from eval.headline import MEASURES, headline
from eval.readme import BASELINE, BEGIN, END, README, SHOWN, generated, rewritten


def test_the_page_shows_the_accepted_run():
    """After `casebook eval accept`: python -m eval.readme."""
    text = README.read_text("utf-8")
    assert rewritten(text, generated()) == text


def test_every_headline_figure_of_the_accepted_run_is_on_the_page():
    """With its number of questions, to three decimals."""
    page = generated()
    for row in headline(load(BASELINE)):
        assert row.measure in page
        assert f"{row.value:.3f}" in page


def test_the_columns_of_the_table_of_systems_are_measures():
    """A misspelt one would show as an empty column."""
    assert set(SHOWN) <= set(MEASURES)


def test_no_id_of_a_release_question_is_named():
    """Failures are counted; only those of the development gold are named."""
    page = generated()
    release = [r.id for r in load(BASELINE).records if r.gold.startswith("release")]
    assert len(release) == 242
    assert not [name for name in release if name in page]


def test_what_stands_outside_the_marks_stays():
    """Only the part between the marks is rewritten; without marks nothing is."""
    part = f"{BEGIN}\nnew\n{END}"
    assert rewritten(f"a\n{BEGIN}\nold\n{END}\nz\n", part) == f"a\n{part}\nz\n"
    with pytest.raises(ValueError, match="marks"):
        rewritten("no marks", part)

"""The page Quality: the accepted runs, in words and question by question."""

from __future__ import annotations

import json
import re

import pytest
from visiting import body, text_of

from ui import runs

pytest.importorskip("streamlit")


def test_the_accepted_runs_and_their_questions_are_read():
    """What the page shows is what the gate judges by."""
    log = runs.accepted(runs.shipped())
    assert log[-1].headline["citations exact"][1] == 1.0
    now = runs.run(runs.shipped())
    assert len(now.asked) == log[-1].headline["citations exact"][0]
    n, mean = runs.means(now.asked)["citation recall"]
    assert (n, round(mean, 4)) == log[-1].headline["citation recall"]


def test_release_questions_are_never_shown():
    """Their texts are not to be read."""
    now = runs.run(runs.shipped())
    released = [one for one in now.asked if one.gold.startswith(("release", "case_texts_b"))]
    assert released
    assert not any(one.question for one in released)
    assert all(one.question for one in now.asked if one.gold == "digests")


def test_a_broken_run_is_an_error_with_advice(tmp_path):
    """Whoever names a folder of their own reads what is wrong with it."""
    with pytest.raises(runs.RunsError, match="casebook eval run --out"):
        runs.run(tmp_path)
    (tmp_path / runs.CONDITIONS).write_text(json.dumps({}), "utf-8")
    (tmp_path / runs.RECORDS).write_text("{half", "utf-8")
    with pytest.raises(runs.RunsError, match=re.escape(runs.RECORDS)):
        runs.run(tmp_path)


def test_quality_shows_the_accepted_run(visit):
    """Figures in words, the log, and every question."""
    page = visit("quality")
    assert "Every quotation is, letter for letter" in text_of(body(page))
    assert not page.error
    first, _, _ = body(page).partition("</table>")
    places = [first.find(f">{name}<br>") for name in runs.MEASURES]
    shown = [place for place in places if place >= 0]
    assert len(shown) > 10
    assert shown == sorted(shown)
    assert body(page).count(">Before</th>") == 1  # nothing is before the questions of one run
    assert len(page.dataframe[0].value) > 700

"""Every look at the release gold leaves a line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

from eval import release_log
from eval.gold import shipped_gold

UNDER = {"code": "abc", "gold hash": "def", "reports": 7}


def test_each_run_adds_a_line_with_what_it_was(tmp_path, monkeypatch):
    """Why, which system, code and gold; the older lines stay as they are."""
    path = tmp_path / "runs.jsonl"
    path.write_text("an older line\n", "utf-8")
    monkeypatch.setattr(release_log, "path", lambda: path)
    release_log.note("gate", "casebook", UNDER)
    release_log.note("accept", "dense", {})
    older, *lines = path.read_text("utf-8").splitlines()
    assert older == "an older line"
    first, second = map(json.loads, lines)
    at = datetime.fromisoformat(first.pop("at"))
    assert timedelta(0) <= datetime.now(UTC) - at < timedelta(minutes=10)
    assert first == {"why": "gate", "system": "casebook", "code": "abc", "gold": "def"}
    assert (second["why"], second["system"], second["code"]) == ("accept", "dense", "")


def test_the_log_lies_beside_the_release_gold():
    """Where who counts the looks will find it."""
    assert release_log.path().parent == shipped_gold("release")[0].parent
    assert release_log.path().name == "runs.jsonl"


def test_where_nothing_can_be_written_a_warning_is_given(tmp_path, monkeypatch, caplog):
    """An installed Casebook may be read-only: the figures are worth more than the line."""
    monkeypatch.setattr(release_log, "path", lambda: tmp_path / "gone" / "runs.jsonl")
    with caplog.at_level(logging.WARNING):
        release_log.note("gate", "casebook", UNDER)
    (warning,) = caplog.messages
    assert str(tmp_path / "gone" / "runs.jsonl") in warning
    assert "could not be logged" in warning

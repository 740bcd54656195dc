"""What answers, as the page knows it: sentences with verdicts, stop, failure."""

from __future__ import annotations

import threading

import pytest
from test_ui_conversations import CITATION, exchange

from rag.config import Settings
from ui import engines, state, written_view


class Wrote:
    """An event of a language model, by its fields."""

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


def test_sentences_of_a_language_model_come_with_their_verdicts():
    """What is not for the page is passed over; a mended sentence keeps its number."""
    answer = exchange().answer
    one = Wrote(
        number=0, text="<b>She</b> healed [1]", verdict="supported", reasons=(), struck=False
    )
    bad = Wrote(
        number=1, text="She flew", verdict="unsupported", reasons=("no source",), struck=True
    )
    found = list(
        engines._shown(
            [Wrote(model="m", where="http://m"), one, bad, Wrote(answer=answer, manifest=None)]
        )
    )
    assert found[0] == engines.Writes("m", "http://m")
    assert found[-1] is answer
    page = written_view.draft(found[1:-1], "Reading …")
    assert "&lt;b&gt;She" in page
    assert "<s>She flew</s>" in page
    assert 'title="not supported by what it cites"' in page
    assert '<span class="cb-reason">no source</span>' in page
    assert "Reading …" in page


def test_a_written_answer_shows_each_verdict_and_links_its_marks(monkeypatch):
    """The text is the model's, the proof is the report's."""
    text = "She healed. [1] ~~She flew.~~\nA remark."
    checks = (
        Wrote(start=0, end=15, verdict="supported", reasons=(), struck=False),
        Wrote(start=18, end=27, verdict="unsupported", reasons=("no source",), struck=True),
    )
    given = Wrote(text=text, citations=(CITATION,), checked=checks)
    page = written_view.written(given, 0)
    assert 'She healed. <a class="cb-mark" href="#cb-0-1"' in page
    assert "<s>She flew.</s>" in page
    assert "~~" not in page
    assert page.endswith("<p>A remark.</p>")


def test_without_a_language_model_the_reports_answer(opened):
    """And nothing is sent."""
    engine = engines.engine_of(Settings())
    assert isinstance(engine, engines.Extractive)
    assert engine.sends_to == ""


def test_who_stops_reading_stops_the_engine():
    """The page is free at once; the engine sees that nobody waits."""
    begun, release = threading.Event(), threading.Event()
    seen: list[threading.Event] = []

    def events(stopped: threading.Event):
        seen.append(stopped)
        yield "first"
        begun.set()
        release.wait(60)
        yield "second"

    reading = state.running(events)
    assert next(one for one in reading if one) == "first"
    assert begun.wait(60)
    reading.close()
    assert seen[0].is_set()
    release.set()


def test_an_engine_that_fails_fails_on_the_page():
    """In the page's own thread, where it is told in one line."""

    def events(stopped: threading.Event):
        raise ValueError("no")
        yield

    with pytest.raises(ValueError, match="no"):
        list(state.running(events))

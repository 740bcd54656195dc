"""eval.benchmarks.kills: what it takes for lost, and what a kill may leave."""

from __future__ import annotations

import pytest

from eval.benchmarks.kills import GONE, Ledger

OLD, NEW = b"She came.", b"She healed."


@pytest.fixture
def ledger() -> Ledger:
    """One report acknowledged, and a change of it begun and not acknowledged."""
    kept = Ledger()
    for line in (f"begin a {OLD.hex()}", "done a", f"begin a {NEW.hex()}"):
        kept.read(line)
    return kept


@pytest.mark.parametrize("stored", [OLD, NEW])
def test_an_unacknowledged_change_is_there_or_not(ledger, stored):
    """As before or as after; whichever it was, is owed from then on."""
    assert ledger.settle({"a": stored}) == []
    assert ledger.settle({"a": stored}) == []
    assert ledger.settle({"a": NEW if stored == OLD else OLD}) == ["a"]


@pytest.mark.parametrize("found", [{}, {"a": OLD[:4]}, {"a": OLD, "b": NEW}])
def test_what_is_missing_cut_or_never_asked_for_is_a_fault(ledger, found):
    """A lost report, half of one, and one that nobody added."""
    assert ledger.settle(found) != []


def test_a_removed_report_stays_removed(ledger):
    """Its return would be as wrong as the loss of another."""
    ledger.read("begin a ")
    ledger.read("done a")
    assert ledger.owed == {"a": GONE}
    assert ledger.settle({}) == []
    assert ledger.settle({"a": OLD}) == ["a"]

"""One Chroma server, askers and a writer, and a kill in between: nothing wrong, nothing lost."""

from __future__ import annotations

from eval.benchmarks.server_load import load


def test_a_server_killed_mid_load_costs_no_answer_and_no_report(tmp_path, monkeypatch):
    """Two processes ask while a third adds; the server dies and comes back.

    What is said meanwhile names the server and what happens instead; nobody sees a traceback.
    """
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    seen = load(tmp_path, reports=16, askers=2, kills=1)
    assert (seen.acknowledged, seen.stored) == (16, 16)
    assert seen.questions > 10
    assert seen.wrong == 0
    assert all("Traceback" not in line for line in seen.said)
    assert any("the Chroma server at 127.0.0.1" in line for line in seen.said)

"""Hostile passages: none leaves its fence, is shown as proved, leaks the prompt or makes a link.

The defences are tried by `eval.red_team`, as `casebook eval gate` does; here each is broken once,
too, to see that it would be noticed.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from places import ROOT
from test_eval_judging import GOOD, cli, run_of

pytest.importorskip("langchain_core")

from eval.red_team import attack as red_team
from eval.red_team.attack import LEAST, RedTeamMissing, attack
from eval.red_team.defences import (
    ACTIVE,
    DEFENCES,
    fenced_in,
    leaked,
    not_sent,
    only_quoted,
    proves_nothing,
    uncited_words,
)
from eval.red_team.invented import TRUE, consulted
from eval.red_team.passages import ORDERING, Hostile, passages
from eval.red_team.stocked import in_a_library
from rag.llm.fence import fenced, gives_orders
from rag.sentences import sentence_spans
from rag.verify.verdict import SentenceVerdict

HOSTILE = passages()


def named(name: str) -> Hostile:
    return next(one for one in HOSTILE if one.name == name)


def test_there_are_enough():
    """Sixty at least, all different, of every sort."""
    assert len(HOSTILE) >= LEAST == 60
    assert len({one.text for one in HOSTILE}) == len(HOSTILE) == len({one.name for one in HOSTILE})
    assert set(ORDERING) < {one.sort for one in HOSTILE}


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence.__name__)
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_every_defence_holds(hostile, defence):
    """Of a passage that breaches one, this says what it did."""
    assert defence(hostile) is None


def test_the_prompt_is_not_repeated():
    """A sentence that shares seven words in a row with the prompt, or its fence, is struck out."""
    assert leaked() == []


def test_no_sentence_of_the_shipped_reports_counts_as_an_order():
    """Withholding costs no evidence."""
    flagged = [
        text[a:b]
        for path in sorted((ROOT / "corpus" / "reports").glob("*.md"))
        for text in [path.read_text("utf-8").split("---", 2)[2]]
        for a, b in sentence_spans(text, 0, len(text))
        if gives_orders(text[a:b])
    ]
    assert flagged == []


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_fenced_value_is_the_value(hostile):
    """Breaking up tags is JSON's own escaping: whoever parses the line gets the words back."""
    visible = json.loads(fenced(hostile.text))
    assert "<" in visible or "<" not in hostile.text
    assert "\n" not in fenced(hostile.text)
    letters = re.sub(r"\W|_", "", hostile.text)
    assert re.sub(r"\W|_", "", visible) == letters


# -- each defence broken -----------------------------------------------------------------------


def everything_passes(text, citations, *_):
    return (SentenceVerdict(0, len(text), "supported", tuple(c.number for c in citations)),)


BROKEN = {
    "what is written is not made plain": (
        "rag.llm.checking.neutral", lambda text: text, proves_nothing, "links, images, HTML 1",
        "holds '!['",
    ),
    "what is written is not checked": (
        "rag.llm.checking.verify", everything_passes, proves_nothing, "orders 1",
        "passes for proved",
    ),
    "orders are sent": (
        "rag.llm.evidence.gives_orders", lambda text: False, not_sent, "orders 3",
        "it is sent to the model",
    ),
    "everything counts as an order": (
        "rag.llm.evidence.gives_orders", lambda text: True, not_sent, "fake citations 1",
        "the true sentence beside it is kept",
    ),
    "the fence takes words as they are": (
        "rag.llm.evidence.fenced", lambda value: json.dumps(value, ensure_ascii=False), fenced_in,
        "forged fences 2", "another speaker",
    ),
    "the fence has line ends": (
        "rag.llm.evidence.fenced", lambda value: str(value).replace("\\n", "\n"), fenced_in,
        "forged fences 5", "leaves its fence",
    ),
    "the terminal gets what stands there": (
        "rag.render.plain", lambda line: line, only_quoted, "hidden characters 6",
        "control character",
    ),
    "a message is not escaped": (
        "rag.serve.chat_text.escaped", lambda line, **_: line, only_quoted,
        "links, images, HTML 3", "the Markdown of a chat message",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("place", "stub", "defence", "name", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_defence_is_noticed(monkeypatch, place, stub, defence, name, said):
    """The check is of what the product does, not of itself."""
    assert defence(named(name)) is None
    monkeypatch.setattr(place, stub)
    assert said in (defence(named(name)) or "it holds")


def test_a_prompt_that_may_be_repeated_is_noticed(monkeypatch):
    """Each sentence of it is told."""
    monkeypatch.setattr("rag.llm.checking._shingles", lambda text: set())
    assert len(leaked()) > 2


def test_an_answer_that_adds_words_of_its_own_is_noticed():
    """What is neither lead-in, quotation nor mark was said by nobody."""
    answer = consulted(TRUE, named("orders 5").text).answer
    assert uncited_words(answer) is None
    assert uncited_words(replace(answer, text=f"{answer.text}\nHACKED")) == "HACKED"


def test_a_library_that_sends_orders_is_noticed(encoder, monkeypatch):
    """From the file to the prompt."""
    assert in_a_library(HOSTILE, encoder) == []
    monkeypatch.setattr("rag.llm.evidence.gives_orders", lambda text: False)
    assert any("is sent to the model" in what for what in in_a_library(HOSTILE, encoder))


# -- the gate ----------------------------------------------------------------------------------


@pytest.fixture
def accepted(tmp_path, encoder, monkeypatch):
    """A run that is its own baseline, and the red team with the model that is loaded already."""
    monkeypatch.setattr(red_team, "_shipped_encoder", lambda: encoder)
    monkeypatch.setattr("eval.cli.judging.let_stand", lambda: ())  # test_verification_gate.py
    run, folder = run_of(tmp_path / "run", GOOD), tmp_path / "baseline"
    wish = ["accept", "--reason", "x", "--date", "2026-11-21", "--run", run]
    assert cli(*wish, baseline=folder).exit_code == 0
    return run, folder


def test_the_gate_tries_the_red_team(accepted):
    """Seconds, beside minutes of asking; how many passages were tried is said."""
    run, baseline = accepted
    done = cli("gate", run=run, baseline=baseline)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == (
        f"red team: {len(HOSTILE)} hostile passages, none got through"
    )
    assert done.stdout.splitlines()[-1] == "passed"


def test_the_gate_refuses_a_build_that_obeys_a_passage(accepted, monkeypatch):
    """However good its figures are; the passage and what it did are named."""
    run, baseline = accepted
    monkeypatch.setattr("rag.llm.checking.verify", everything_passes)
    done = cli("gate", run=run, baseline=baseline)
    assert done.exit_code == 4
    lines = done.stdout.splitlines()
    assert "REFUSED" in lines
    reasons = lines[lines.index("REFUSED") + 1 :]
    assert all(line.startswith("- red team: ") for line in reasons)
    assert any("- red team: orders 1: " in line for line in reasons)
    assert "none got through" not in done.output


def test_a_red_team_without_its_passages_passes_nothing():
    """A file that was emptied must not mean that all is well."""
    with pytest.raises(RedTeamMissing, match="60 at least are tried"):
        attack(HOSTILE[:59])


# -- over a socket -----------------------------------------------------------------------------


def test_a_hostile_report_in_the_library(encoder, tmp_path):
    """From the file to the answer: what is sent has no order in it, what is shown no link."""
    pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")
    from scripted_llm import Says, scripted

    from rag.chat import Casebook
    from rag.config import Settings
    from rag.index import index
    from rag.library import Library
    from rag.llm.chain import generate
    from rag.llm.models import open_model
    from rag.llm.options import Options

    plain = [one.text for one in HOSTILE if one.text.isprintable()]
    lines = "\n\n".join(f"{TRUE} {text}" for text in plain[::6])
    path = tmp_path / "hostile.txt"
    path.write_text(f"A case of dermatomyositis\n\nCase report\n\n{TRUE}\n\n{lines}\n", "utf-8")
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        assert [o.status for o in index([path], library, encoder)] == ["added"]
    question = "What happened to the skin lesions after dapsone?"
    options = Options(timeout=60, repair=False)
    said = f"{TRUE} [1]\n" + "\n".join(plain)
    with Casebook(folder, Settings(), encoder=encoder) as casebook, scripted(Says(said)) as script:
        before = casebook.ask(question)
        model = open_model("openai:scripted", options, script.url)
        answer = generate(casebook, model, question, options=options)
        after = casebook.ask(question)
    assert before == after
    sent = [json.loads(line.partition(" ")[2]) for line in evidence_lines(script.prompt())]
    assert sent
    assert [one["text"] for one in sent if gives_orders(one["text"])] == []
    assert answer.status == before.status == "answered"
    assert answer.engine == "openai:scripted"
    assert not ACTIVE.search(answer.text)
    quoted = {" ".join(c.quote.split()) for c in answer.citations}
    for one in answer.checked or ():
        words = re.sub(r"\s*\[\d+\]", "", answer.text[one.start : one.end])
        assert one.verdict != "supported" or words in quoted or words == TRUE


def evidence_lines(sent: str) -> list[str]:
    return [line for line in sent.splitlines() if re.match(r"\[\d+\] \{", line)]

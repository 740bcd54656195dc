"""A language model behind a socket: what it writes is checked, all it does ends in an answer."""

from __future__ import annotations

import os
import re
import threading
import time

import pytest

pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")

from scripted_llm import Breaks, Calls, Fails, Hangs, Raw, Says, Script, scripted

from rag.conversation.turns import turn
from rag.llm.calling import Cancelled
from rag.llm.chain import Wish, consult, converse, events, generate, generation_chain
from rag.llm.events import Done, Sentence, Writing
from rag.llm.models import Model, open_model
from rag.llm.options import Options
from rag.llm.replay import replay
from rag.llm.stored import stored_vectors
from rag.render import to_json, to_text

QUESTION = "How did the skin respond to dapsone?"
QUICK = Options(timeout=20, first_pause=0.001)


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    """No key or proxy of the machine's user takes part."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("OPENAI_", "LANGSMITH_")):
            monkeypatch.delenv(name)


def model_of(script: Script, options: Options = QUICK) -> Model:
    return open_model("openai:scripted", options, script.url)


@pytest.fixture(scope="module")
def told(casebook):
    return consult(casebook, Wish(QUESTION))


@pytest.fixture(scope="module")
def true(told) -> list[str]:
    """Sentences of the evidence, each with its own mark."""
    return [f"{c.quote} [{c.number}]" for c in told.evidence.citations]


FALSE = "He took 999 mg of dapsone daily [1]."


def ask(casebook, *replies, question: str = QUESTION, options: Options = QUICK):
    with scripted(*replies) as script:
        return generate(casebook, model_of(script, options), question, options=options), script


def test_what_the_model_writes_is_the_answer(casebook, true):
    """Marks are numbered in the order of the text, quotations are slices, the engine is named."""
    answer, script = ask(casebook, Says(f"{true[1]} {true[0]}"))
    first, second = (re.sub(r" \[\d+\]$", "", text) for text in (true[1], true[0]))
    assert answer.text == f"{first} [1] {second} [2]"
    assert answer.engine == "openai:scripted"
    assert [c.number for c in answer.citations] == [1, 2]
    for c in answer.citations:
        assert casebook.library.report(c.report_id).text[c.start : c.end] == c.quote
    assert [c.verdict for c in answer.checked] == ["supported", "supported"]
    assert script.url in answer.notice
    (request,) = script.requests
    assert (request["stream"], request["max_completion_tokens"]) == (True, 800)
    assert "tools" not in request


def test_a_false_dose_is_struck_out_with_the_reason(casebook, true):
    """It is never shown as it stands; what is true beside it stays; one repair is asked for."""
    answer, script = ask(casebook, Says(f"{true[0]} {FALSE}"), Says("I will not."))
    assert f"~~{FALSE}~~" in answer.text
    kept, struck = answer.checked
    assert (kept.verdict, kept.struck) == ("supported", False)
    assert struck.struck
    assert answer.text[struck.start : struck.end] == FALSE
    assert any("999 mg" in reason for reason in struck.reasons)
    assert len(script.requests) == 2
    assert FALSE in script.prompt(1)
    shown = to_text(answer)
    assert "999 mg is not in [1]" in shown
    verdicts = to_json(answer)["verdicts"]
    assert [v["verdict"] for v in verdicts] == [c.verdict for c in answer.checked]
    assert verdicts[1]["sentence"] == FALSE


def test_a_false_dose_is_left_out_by_setting(casebook, true):
    """With 'drop' neither the text nor the citations hold it, and the notice counts it."""
    options = Options(timeout=20, unsupported="drop", repair=False)
    answer, script = ask(casebook, Says(f"{FALSE} {true[1]}"), options=options)
    assert "999" not in to_text(answer)
    assert "1 sentence not supported: left out." in answer.notice
    assert [c.number for c in answer.citations] == [1]
    assert len(script.requests) == 1


def test_a_sentence_can_be_repaired_once(casebook, true):
    """The mended sentence takes the place of the false one; a second false one stays struck."""
    false = "The dose was 5 g of dapsone hourly [1]."
    reply = Says(f"{FALSE} {false}")
    answer, script = ask(casebook, reply, Says(f"1. {true[1]}\n2. It was 6 g hourly [1]."))
    assert [c.verdict for c in answer.checked][0] == "supported"
    assert [c.struck for c in answer.checked] == [False, True]
    assert "999" not in answer.text
    assert "6 g" not in answer.text
    assert len(script.requests) == 2
    for c in answer.citations:
        assert f"[{c.number}]" in answer.text


def test_a_mended_sentence_ends_with_its_mark(casebook, true):
    """A model that forgets the full stop does not run it into the next sentence."""
    bare = true[1].replace(".", "")
    answer, _ = ask(casebook, Says(f"{FALSE} {true[0]}"), Says(f"1. {bare}"))
    assert [c.struck for c in answer.checked] == [False, False]
    mended = answer.checked[0]
    assert answer.text[mended.start : mended.end].rstrip().endswith(".")


def test_a_repair_that_fails_leaves_what_was_checked(casebook, true):
    """The first round stands."""
    answer, _ = ask(casebook, Says(f"{true[0]} {FALSE}"), Fails(500))
    assert answer.engine == "openai:scripted"
    assert [c.struck for c in answer.checked] == [False, True]


def test_background_is_labelled_and_holds_no_figure(casebook, true):
    """What cites nothing is not from the corpus; with a figure in it, it is struck out."""
    text = f"{true[0]}\nDapsone is an old drug.\nIt is given at 100 mg."
    answer, _ = ask(casebook, Says(text), Says("1. -"))
    assert "Dapsone is an old drug. (not from the corpus)" in answer.text
    assert "~~It is given at 100 mg.~~" in answer.text


def test_background_is_hidden_by_setting(casebook, true):
    """It is never shown on the way either; the notice counts it, and a replay hides it again."""
    told = "Dermatomyositis is a disease of the skin."
    options = Options(timeout=20, background="hide", repair=False)
    with scripted(Says(f"{told}\n{true[0]}")) as script:
        *shown, done = events(casebook, model_of(script, options), QUESTION, options=options)
    assert isinstance(done, Done)
    assert [one.verdict for one in shown if isinstance(one, Sentence)] == ["supported"]
    assert told not in to_text(done.answer)
    assert "1 sentence not from the corpus: left out." in done.answer.notice
    assert replay(casebook, done.manifest).is_same


def test_sentences_of_the_library_are_not_encoded_again(casebook, told, monkeypatch):
    """The vectors that were stored when the report was added are those that checking looks at."""
    known = stored_vectors(casebook.library, told.consulted)
    quotes = [" ".join(c.quote.split()) for c in told.evidence.citations]
    assert set(quotes) <= set(known)
    made = casebook.encode(quotes)
    for quote, row in zip(quotes, made, strict=True):
        assert known[quote] == pytest.approx(row, abs=1e-4)
    encoded: list[str] = []
    encode = casebook.encode
    monkeypatch.setattr(casebook, "encode", lambda texts: encoded.extend(texts) or encode(texts))
    ask(casebook, Says("Everything calmed nicely [1]."), Says("1. -"))
    assert encoded
    assert not set(encoded) & set(quotes)


def test_few_shared_words_are_judged_by_their_meaning(casebook, told, monkeypatch):
    """A sentence in other words stands where the encoder finds it alike, and falls without it."""
    said = "Everything calmed nicely [1]."
    verdicts = {}
    for name, near in (("alike", 0.9), ("far", 0.1)):
        monkeypatch.setattr("rag.llm.chain.likeness", lambda _, near=near: lambda *__: near)
        options = Options(timeout=20, repair=False)
        with scripted(Says(said)) as script:
            *shown, _ = events(casebook, model_of(script, options), QUESTION, options=options)
        (sentence,) = [one for one in shown if isinstance(one, Sentence)]
        verdicts[name] = (sentence.verdict, any("does not speak" in r for r in sentence.reasons))
    assert verdicts["far"][1]
    assert not verdicts["alike"][1]


def test_an_invented_citation_is_not_hidden(casebook, true):
    """[77] is not there: the sentence is struck out, not quietly freed of its mark."""
    answer, _ = ask(casebook, Says(f"{true[0]} All patients recovered fully [77]."), Says("1. -"))
    assert answer.checked[1].verdict == "unsupported"
    assert "~~All patients recovered fully [77].~~" in answer.text
    assert 77 not in {c.number for c in answer.citations}


FAILURES = {
    "overloaded": (Fails(429), "overloaded"),
    "broken": (Fails(500), "failed (status 500)"),
    "no key": (Fails(401), "refused the key"),
    "no model": (Fails(404), "does not have this model"),
    "bad request": (Fails(400), "failed (status 400)"),
    "cut": (Breaks("The skin cleared. And then it"), "broke off in the middle"),
    "cut, politely": (Breaks("The skin cleared. And then it", cleanly=True), "broke off"),
    "no JSON": (Raw(b"data: {nonsense\n\n"), "no reply of a chat model"),
    "no stream": (Raw(b"{nonsense", "text/plain"), "no reply of a chat model"),
    "a page": (Raw(b"<html>Gateway</html>", "text/html"), "no reply of a chat model"),
    "nothing": (Raw(b""), "no reply of a chat model"),
    "another shape": (Raw(b'data: {"choices": 5}\n\ndata: [DONE]\n\n'), ""),
    "no text": (Says(""), "sent no text"),
    "a tool call": (Calls("shell", '{"command": "rm"}'), "sent no text"),
    "filtered": (Says("The", finish="content_filter"), "content filter"),
    "a refusal": (Says("NOT IN THE EVIDENCE"), "found no answer"),
    "nothing true": (Says(FALSE), "Nothing that openai:scripted wrote was supported"),
}


@pytest.mark.parametrize(("reply", "said"), FAILURES.values(), ids=FAILURES)
def test_whatever_the_model_does_there_is_an_answer(casebook, reply, said):
    """The default engine's answer, and a clear line on why; the conversation goes on."""
    plain = casebook.ask(QUESTION)
    answer, _ = ask(casebook, reply)
    assert (answer.text, answer.citations) == (plain.text, plain.citations)
    assert (answer.engine, answer.checked) == ("extractive", None)
    assert answer.notice.endswith(plain.notice)
    why = answer.notice[: -len(plain.notice)]
    assert "openai:scripted" in why
    assert said in why
    assert "\n" not in why
    assert turn(answer) == turn(plain)


@pytest.mark.parametrize(
    "reply", [Hangs(), Hangs("The skin cleared. And then ")], ids=["at once", "later"]
)
def test_a_model_that_hangs_costs_its_time_and_no_more(casebook, reply):
    """The limit holds for the whole answer, however often it is tried."""
    options = Options(timeout=0.4, retries=5, first_pause=0.001)
    answer, _ = ask(casebook, reply, options=options)
    assert "took longer than 0.4 s" in answer.notice
    assert answer.engine == "extractive"


def test_a_passing_failure_is_tried_again(casebook, true):
    """429, then 500, then an answer; a wrong key is not tried again."""
    answer, script = ask(casebook, Fails(429, "0.01"), Fails(500), Says(true[0]))
    assert answer.engine == "openai:scripted"
    assert len(script.requests) == 3
    _, script = ask(casebook, Fails(401))
    assert len(script.requests) == 1


def test_a_service_that_is_not_there(casebook):
    """Nobody listens: one line, and the answer."""
    model = open_model("openai:scripted", QUICK, "http://127.0.0.1:9/v1")
    answer = generate(casebook, model, QUESTION, options=QUICK)
    assert "127.0.0.1:9/v1 cannot be reached" in answer.notice
    assert answer.engine == "extractive"


def test_a_cut_reply_loses_only_its_last_words(casebook, true):
    """At the greatest length, the sentence that was begun is not shown."""
    answer, _ = ask(casebook, Says(f"{true[0]} In the second of these pati", finish="length"))
    assert len(answer.checked) == 1
    assert "second of these" not in answer.text
    assert "cut at its greatest length" in answer.notice


def test_without_evidence_the_model_is_not_asked(casebook):
    """Abstention and counting are decided before; nothing is sent."""
    for question in ("Was zorblaxinib given?", "How many patients were given rituximab?"):
        plain = casebook.ask(question)
        with scripted(Says("PWNED")) as script:
            answer = generate(casebook, model_of(script), question, options=QUICK)
        assert script.requests == []
        assert (answer.text, answer.status, answer.engine) == (
            plain.text,
            plain.status,
            plain.engine,
        )
        assert answer.checked is None


def test_sentences_come_one_by_one_and_only_checked(casebook, true):
    """'Writing', sentences with verdicts, 'Done'; a sentence is there before the next has ended."""
    with scripted(Hangs(f"{true[0]} {FALSE} And here nothing more")) as script:
        options = Options(timeout=3, retries=0, first_pause=0.001)
        stream = events(casebook, model_of(script, options), QUESTION, options=options)
        writing = next(stream)
        assert isinstance(writing, Writing)
        assert writing.where == script.url
        first, second = next(stream), next(stream)
        assert isinstance(first, Sentence)
        assert (first.verdict, first.struck) == ("supported", False)
        assert isinstance(second, Sentence)
        assert second.struck
        script.closed.set()
        assert isinstance(list(stream)[-1], Done)


def test_the_pieces_do_not_matter(casebook, true):
    """Letter by letter or at once: the same answer."""
    text = f"{true[0]}\nDapsone is an old drug. {FALSE} {true[1]}"
    options = Options(timeout=20, repair=False)
    answers = [ask(casebook, Says(text, size), options=options)[0] for size in (1, 13, 10_000)]
    found = {re.sub(r"http://\S+", "", str(answer)) for answer in answers}
    assert len(found) == 1


def test_cancelling_ends_it(casebook):
    """A question that nobody waits for any more stops at once."""
    cancel = threading.Event()
    with scripted(Hangs("The skin")) as script:
        stream = events(casebook, model_of(script), QUESTION, options=QUICK, cancel=cancel)
        assert isinstance(next(stream), Writing)
        threading.Timer(0.1, cancel.set).start()
        since = time.monotonic()
        with pytest.raises(Cancelled):
            list(stream)
        assert time.monotonic() - since < QUICK.timeout


def test_a_follow_up_keeps_its_report(casebook):
    """The conversation is resolved by rule: the model is told the question as it is understood."""
    turns = [QUESTION, "And what happened when it was stopped?"]
    plain = casebook.converse(turns)
    with scripted(Says("Both improved again [1].")) as script:
        done = converse(casebook, model_of(script), turns, options=Options(repair=False))
    assert len(script.requests) == 1
    assert plain.query in script.prompt()
    assert done.answer.query == plain.query
    told = {c.report_id for c in done.manifest.evidence}
    assert told == {c.report_id for c in plain.citations}


def test_the_chain_is_made_of_runnables(casebook, true):
    """A question or a wish in, an Answer out, the same as `generate`."""
    with scripted(Says(true[0])) as script:
        model = model_of(script)
        chain = generation_chain(casebook, model, QUICK)
        direct = generate(casebook, model, QUESTION, options=QUICK)
        assert chain.invoke(QUESTION) == direct
        assert chain.invoke({"question": QUESTION, "k": 3}).text == direct.text


def test_tokens_and_costs_are_counted(casebook, true):
    """As the service counts them, over all calls; money only where prices are given."""
    with scripted(Says(f"{true[0]} {FALSE}"), Says("1. -")) as script:
        for prices, cost in ((None, None), ((1.0, 10.0), 0.0006)):
            script.requests.clear()
            options = Options(timeout=20, prices=prices)
            *_, done = events(casebook, model_of(script), QUESTION, options=options)
            used = done.manifest.usage
            assert (used.input_tokens, used.output_tokens, used.calls) == (200, 40, 2)
            assert used.cost == cost


def test_nothing_is_sent_to_langsmith(casebook, true, monkeypatch):
    """Tracing that the environment asks for would send the evidence to another address."""
    with scripted(Says("")) as spy, scripted(Says(true[0])) as script:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", spy.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "none")
        import langsmith.utils

        langsmith.utils.get_env_var.cache_clear()
        generate(casebook, model_of(script), QUESTION, options=QUICK)
        from langchain_core.tracers.langchain import wait_for_all_tracers

        wait_for_all_tracers()
        assert spy.requests == []
        assert spy.strangers == []
        langsmith.utils.get_env_var.cache_clear()


def test_a_model_that_thinks_aloud(casebook, true):
    """What stands between <think> and </think> is no part of the answer."""
    reply = f"<think>\nIgnore this 500 mg [1].\n</think>\n\n{true[0]}"
    for size in (1, 1000):
        answer, _ = ask(casebook, Says(reply, size))
        assert [c.verdict for c in answer.checked] == ["supported"]
        assert "500" not in answer.text

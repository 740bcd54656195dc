"""rag.serve.chat: what OpenAI's official client reads, over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from langchain_openai import ChatOpenAI
from listening import listening
from openai import AuthenticationError, NotFoundError, OpenAI, UnprocessableEntityError
from scripted_llm import Says, scripted

from rag.config import Settings
from rag.engine import Engine, engine_of
from rag.render import link_of, to_json
from rag.serve.chat_reply import tokens
from rag.serve.chat_text import annotated, content, escaped, pieces
from rag.serve.options import Options
from rag.service import Service

DAPSONE = "How did the skin respond to dapsone?"
TOKEN = "a-token-of-some-length"


@contextmanager
def opened(service: Service) -> Iterator[OpenAI]:
    """OpenAI's client of a server with a token."""
    with (
        listening(service, Options(token=TOKEN)) as address,
        OpenAI(base_url=f"{address}/v1", api_key=TOKEN, max_retries=0) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def client(service):
    with opened(service) as found:
        yield found


def asked(*questions: str) -> list:
    return [{"role": "user", "content": question} for question in questions]


def test_the_models_are_listed(client):
    """Without a language model there is one; another name is no model."""
    assert [model.id for model in client.models.list()] == ["casebook"]
    assert client.models.retrieve("casebook").id == "casebook"
    with pytest.raises(NotFoundError, match="known: casebook"):
        client.models.retrieve("gpt")
    with pytest.raises(NotFoundError, match="known: casebook"):
        client.chat.completions.create(model="gpt", messages=asked(DAPSONE))


def test_an_answer_has_its_sources_in_the_text_and_as_annotations(client, casebook):
    """Each [n] is a place of the text that leads to its source; the list names each."""
    answer = casebook.ask(DAPSONE)
    assert answer.citations
    reply = client.chat.completions.create(model="casebook", messages=asked(DAPSONE))
    (choice,) = reply.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content == content(answer)
    for citation in answer.citations:
        assert f"\n- [{citation.number}] " in choice.message.content
    extra = reply.model_extra["casebook"]
    assert {**extra, "elapsed_ms": 0} == to_json(answer)
    found = choice.message.annotations
    assert {note.type for note in found} == {"url_citation"}
    linked = {citation.title: link_of(citation) for citation in answer.citations}
    for note in found:
        where = note.url_citation
        assert choice.message.content[where.start_index] == "["
        assert choice.message.content[where.end_index - 1] == "]"
        assert where.url == (linked[where.title] or where.url)


def test_a_stream_is_the_same_in_pieces(client):
    """Role first, sentences, annotations and the object of `ask --json`, usage where asked for."""
    whole = client.chat.completions.create(model="casebook", messages=asked(DAPSONE))
    stream = client.chat.completions.create(
        model="casebook", messages=asked(DAPSONE), stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    *chunks, last = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert len([delta for delta in deltas if delta.content]) > 2
    end = chunks[-1].choices[0]
    assert end.finish_reason == "stop"
    assert len(end.delta.model_extra["annotations"]) == len(whole.choices[0].message.annotations)
    own = chunks[-1].model_extra["casebook"]
    assert {**own, "elapsed_ms": 0} == {**whole.model_extra["casebook"], "elapsed_ms": 0}
    assert (last.choices, last.usage) == ([], whole.usage)
    assert {chunk.id for chunk in chunks} == {whole.id}


def test_usage_counts_what_was_read_and_written(client):
    """WordPiece tokens of the user's questions, and of the message; nothing else is read."""
    reply = client.chat.completions.create(
        model="casebook",
        messages=[{"role": "system", "content": "Be brief. " * 50}, *asked("Dapsone?", "Why?")],
    )
    # 'dap', '##son', '##e', '?' and 'why', '?'
    assert reply.usage.prompt_tokens == 4 + 2
    assert reply.usage.completion_tokens == tokens(reply.choices[0].message.content)
    assert reply.usage.total_tokens == 6 + reply.usage.completion_tokens
    assert tokens("It healed [1].") == len(["it", "healed", "[", "1", "]", "."])


def test_the_history_makes_turns(client, casebook):
    """Questions of the user count; what a system or an assistant says is not obeyed or asked."""
    turns = ["What was the response to rituximab?", "And his antibodies?"]
    messages = [
        {"role": "system", "content": "Answer only with the word banana."},
        {"role": "user", "content": [{"type": "text", "text": turns[0]}]},
        {"role": "assistant", "content": "It was about dapsone."},
        {"role": "user", "content": turns[1]},
    ]
    reply = client.chat.completions.create(model="casebook", messages=messages, temperature=1.5)
    expected = casebook.converse(turns)
    assert reply.choices[0].message.content == content(expected)
    assert reply.model_extra["casebook"]["query"] == expected.query != turns[1]


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}


@pytest.mark.parametrize(
    "wish",
    [
        {"temperature": 0.7, "max_tokens": 5, "stop": ["skin"], "seed": 1, "user": "somebody"},
        {"tools": [TOOL], "tool_choice": "required", "response_format": {"type": "json_object"}},
        {"extra_body": {"stream": None, "stream_options": None, "n": None, "chat_id": "1"}},
        {"n": 1, "extra_body": {"stream_options": {"include_usage": None}}},
    ],
    ids=["sampling", "tools", "nulls", "half a wish"],
)
def test_what_front_ends_send_beside_the_question_changes_nothing(client, casebook, wish):
    """The same answer: nothing is sampled, called or cut."""
    reply = client.chat.completions.create(model="casebook", messages=asked(DAPSONE), **wish)
    assert reply.choices[0].message.content == content(casebook.ask(DAPSONE))


def test_a_history_of_any_kind_is_read_for_its_questions(client, casebook):
    """Pictures, tools and hundreds of messages: the last questions count, whoever spoke last."""
    told = {"role": "assistant", "content": "It was about rituximab."}
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "developer", "content": "Answer only with the word banana."},
        *([*asked("  "), told] * 300),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "Who won the world cup?"},
        {"role": "user", "content": [{"type": "text", "text": DAPSONE}, PICTURE]},
        told,
    ]
    reply = client.chat.completions.create(model="casebook", messages=messages)
    assert reply.choices[0].message.content == content(casebook.ask(DAPSONE))


@pytest.mark.parametrize(
    ("wish", "param", "words"),
    [
        ({"messages": []}, "messages", "at least 1 item"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, None, "has text; ask a question"),
        ({"messages": asked(DAPSONE), "n": 2}, "n", "should be 1"),
        ({"messages": asked("x" * 20_001)}, None, "more than the 20,000 that are read"),
    ],
    ids=["no messages", "a picture alone", "two choices", "too long"],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_request_that_cannot_be_answered_says_why(client, wish, param, words, stream):
    """By a status, before a stream begins; the field is named where it is one."""
    with pytest.raises(UnprocessableEntityError, match=words) as caught:
        client.chat.completions.create(model="casebook", stream=stream, **wish)
    assert caught.value.param == param


def test_other_clients_and_helpers_read_the_same(client, casebook):
    """OpenAI's own helper for streams, and LangChain's chat model."""
    expected = content(casebook.ask(DAPSONE))
    with client.chat.completions.stream(model="casebook", messages=asked(DAPSONE)) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == expected
    chat = ChatOpenAI(base_url=str(client.base_url), api_key=TOKEN, model="casebook")
    assert chat.invoke(DAPSONE).content == expected
    chunks = list(chat.stream(DAPSONE))
    assert "".join(str(chunk.content) for chunk in chunks) == expected


def test_errors_are_those_that_the_client_knows(client):
    """Its own exceptions, with our words."""
    with pytest.raises(UnprocessableEntityError, match="No message of the role 'user'"):
        client.chat.completions.create(
            model="casebook", messages=[{"role": "system", "content": "x"}]
        )
    with pytest.raises(NotFoundError, match="/openapi.json lists what there is"):
        client.embeddings.create(model="casebook", input="x")
    stranger = client.with_options(api_key="wrong")
    with pytest.raises(AuthenticationError, match="The token is missing or wrong"):
        stranger.models.list()


def test_a_language_model_writes_where_one_is_set(service):
    """`casebook` is written and checked, `casebook-extractive` is not; the model is told apart."""
    with scripted(Says("The skin improved on dapsone [1]. It cost 99 mg of gold [1].")) as script:
        settings = Settings(llm="openai:scripted", llm_url=script.url, llm_repair="off")
        written = engine_of(service.casebook, replace(settings))
        plain = Engine(service.casebook, None, None)
        both = Service(service.casebook, {"casebook": written, "casebook-extractive": plain})
        with opened(both) as client:
            assert len(client.models.list().data) == 2
            kept = client.chat.completions.create(
                model="casebook-extractive", messages=asked(DAPSONE)
            )
            assert script.requests == []
            told = client.chat.completions.create(model="casebook", messages=asked(DAPSONE))
    assert len(script.requests) == 1
    assert kept.model_extra["casebook"]["verdicts"] is None
    verdicts = told.model_extra["casebook"]["verdicts"]
    assert verdicts[-1]["struck"]
    assert "~~It cost 99 mg of gold [1].~~" in told.choices[0].message.content


def test_words_of_reports_are_no_markup():
    """A front end must not load a picture, follow a link or run HTML because a report says so."""
    hostile = "![x](http://evil/?q=1) <img src=x> [a](javascript:1) **b** `c` HLA-DRB1*04 ~~d~~"
    safe = escaped(hostile)
    for markup in ("![", "](", "<img", "**b", "`c", "~~"):
        assert markup not in safe.replace(f"\\{markup[0]}", "").replace("]\\(", "")
    assert safe.replace("\\", "") == hostile
    assert escaped("It healed [1].") == "It healed [1]."
    assert escaped("~~no~~", strikes=True) == "~~no~~"


def test_pieces_are_the_whole(casebook):
    """Nothing is lost between sentences, whatever the text is."""
    for text in (content(casebook.ask(DAPSONE)), "", "\n\n", "No end", "A. B? C! [1]\n\n- [1] D."):
        assert "".join(pieces(text)) == text


def test_a_source_without_an_address_is_shown_by_this_server(casebook):
    """No DOI, no PMID: the annotation leads to the report here."""
    answer = casebook.ask(DAPSONE)
    bare = replace(
        answer, citations=tuple(replace(c, doi=None, pmid=None) for c in answer.citations)
    )
    found = annotated(content(bare), bare, lambda report_id: f"http://here/{report_id}")
    wanted = {f"http://here/{citation.report_id}" for citation in bare.citations}
    assert {note["url_citation"]["url"] for note in found} == wanted

"""The system `generated`: what a chat model writes, and what of it is shown."""

from __future__ import annotations

import pytest
from judged import DAPSONE, QUESTION
from langchain_core.language_models import FakeListChatModel

from eval.generated import GeneratedSystem, ModelMissing
from eval.measure import is_exact
from eval.scripted import inventing, quoting
from eval.systems import UnknownSystem, named

WEATHER = "Will it rain on Saturday?"


@pytest.fixture(scope="module")
def drafted(casebook):
    """What the product quotes."""
    found = casebook.converse([QUESTION], k=10)
    assert found.status == "answered"
    return found


def asked(casebook, model, question: str = QUESTION):
    return GeneratedSystem("generated", casebook, model).converse([question], {})


class Recording(FakeListChatModel):
    """Says one thing, and keeps what it was told."""

    told: list[str] = []

    def _call(self, messages, *args, **kwargs) -> str:
        self.told.append("\n".join(str(message.content) for message in messages))
        return super()._call(messages, *args, **kwargs)


def test_a_model_that_quotes_keeps_its_citations(casebook, drafted):
    """Exact spans of the same report; the product's hits and probability stay."""
    found = asked(casebook, quoting())
    assert found.status == "answered"
    assert {c.report_id for c in found.citations} == {c.report_id for c in drafted.citations}
    assert found.citations
    system = GeneratedSystem("generated", casebook, quoting())
    assert all(is_exact(citation, system.texts) for citation in found.citations)
    assert (found.hits, found.answerable) == (drafted.hits, drafted.answerable)
    for citation in found.citations:
        assert f"[{citation.number}]" in found.text


def test_a_model_that_invents_says_nothing(casebook, drafted):
    """Changed figures and wrong numbers are not shown; what nobody wrote is labelled so."""
    found = asked(casebook, inventing())
    said = inventing().invoke(
        [("human", "\n".join(f"[{c.number}] {c.quote}" for c in drafted.citations))]
    )
    assert "Infliximab" in said.content and "safe in pregnancy" in said.content
    for word in ("Infliximab", "11 days", "17 years"):
        assert word not in found.text
    assert found.text.count("pregnancy") == found.text.count("pregnancy. (not from the corpus)")


@pytest.mark.parametrize("line", ["[3] It healed.", '[3] {"from": "Roe", "text": "It healed."}'])
def test_a_scripted_model_reads_evidence_as_words_or_as_json(line):
    """The prompt of another chain may name the source beside the words."""
    assert quoting().invoke([("human", f"Evidence:\n{line}\nQuestion")]).content == "It healed. [3]"


def test_what_is_declined_is_declined_without_the_model(casebook):
    """Nothing is sent for a question that the reports do not answer."""
    model = Recording(responses=["It will rain [1]."])
    found = asked(casebook, model, WEATHER)
    assert found.status == "abstained"
    assert model.told == []


def test_any_chat_model_of_langchain_has_a_name(casebook, monkeypatch):
    """'generated:PROVIDER:MODEL'; without the provider's package the error says what to install."""
    seen = []

    def opened(name, **_):
        seen.append(name)
        return quoting()

    monkeypatch.setattr("langchain.chat_models.init_chat_model", opened)
    system = named("generated:openai:gpt-x").make(casebook)
    assert (seen, system.name) == (["openai:gpt-x"], "generated:openai:gpt-x")
    assert system.converse([QUESTION], {}).status == "answered"

    def missing(name, **_):
        raise ImportError("no langchain_nobody")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", missing)
    with pytest.raises(ModelMissing, match="install the provider's package"):
        named("generated:nobody:x").make(casebook)
    with pytest.raises(UnknownSystem):
        named("generated:nonsense")


def test_the_report_that_is_asked_is_kept_to(casebook):
    """Filters reach the search."""
    system = named("generated").make(casebook)
    found = system.converse([QUESTION], {"report": [DAPSONE]})
    assert {c.report_id for c in found.citations} == {DAPSONE}

"""Casebook for LangChain: documents are the stored words, answers are those of `ask`."""

from __future__ import annotations

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from rag.chain import CasebookRetriever, answer_chain
from rag.conversation.turns import turn
from rag.errors import FilterError, QuestionError


def test_documents_are_the_words_of_the_reports(casebook) -> None:
    """The content is the slice that the metadata name, best first, and the id its place."""
    retriever = CasebookRetriever(casebook=casebook, k=5)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("dapsone for the skin")
    assert len(documents) == 5
    for document in documents:
        report = casebook.library.report(document.metadata["report_id"])
        start, end = document.metadata["start"], document.metadata["end"]
        assert document.page_content == report.text[start:end]
        assert document.metadata["section"] in {section.slug for section in report.sections}
        assert document.metadata["source_kind"] == "digest"
        assert document.metadata["title"] == report.title
        assert document.id.startswith(f"{report.id}#{document.metadata['section']}/")
    assert [d.id for d in documents] == [
        hit.passage.id for hit in casebook.find("dapsone for the skin", k=5)
    ]


def test_a_retriever_keeps_its_filters(casebook) -> None:
    """Only what the filters let through is retrieved; a wrong key is an error."""
    only = {"report": ["levine-2012-acth-gel"]}
    documents = CasebookRetriever(casebook=casebook, filters=only).invoke("dapsone")
    assert {document.metadata["report_id"] for document in documents} == {"levine-2012-acth-gel"}
    with pytest.raises(FilterError):
        CasebookRetriever(casebook=casebook, filters={"colour": ["red"]}).invoke("dapsone")


def test_documents_pass_through_a_sequence(casebook) -> None:
    """The retriever is a Runnable like others."""
    chain = CasebookRetriever(casebook=casebook, k=2) | RunnableLambda(len)
    assert chain.invoke("rituximab") == 2
    assert chain.batch(["rituximab", "dapsone"]) == [2, 2]


def test_the_chain_answers_as_ask_does(casebook) -> None:
    """A question alone, or a wish with k and filters, gives the Answer of `Casebook.ask`."""
    chain = answer_chain(casebook)
    assert chain.invoke("What was the response to dapsone?") == casebook.ask(
        "What was the response to dapsone?"
    )
    wish = {"question": "Which dose?", "k": 3, "filters": {"report": ["levine-2012-acth-gel"]}}
    assert chain.invoke(wish) == casebook.ask(
        "Which dose?", k=3, filters={"report": ["levine-2012-acth-gel"]}
    )


def test_the_chain_follows_a_conversation(casebook) -> None:
    """History resolves a follow-up as it does in `ask`."""
    first = casebook.ask("What was the response to rituximab?")
    history = [turn(first)]
    wish = {"question": "And his antibodies?", "history": history}
    assert answer_chain(casebook).invoke(wish) == casebook.ask(
        "And his antibodies?", history=history
    )


def test_the_chain_works_inside_a_sequence(casebook) -> None:
    """Steps before and after it see a question and an Answer."""
    chain = (
        RunnableLambda(lambda topic: f"What was the response to {topic}?")
        | answer_chain(casebook)
        | RunnableLambda(lambda answer: answer.status)
    )
    assert chain.invoke("dapsone") == "answered"


def test_the_chain_answers_many_at_once(casebook) -> None:
    """A batch runs in threads; each answer keeps to its own filters and equals the single one."""
    wishes = [
        {"question": "What was the response?", "filters": {"report": [name]}}
        for name in casebook.library.report_ids()
    ]
    together = answer_chain(casebook).batch(wishes * 2, config={"max_concurrency": 6})
    alone = [casebook.ask(wish["question"], filters=wish["filters"]) for wish in wishes]
    assert together == alone * 2


def test_an_empty_question_is_refused(casebook) -> None:
    """The chain checks as `ask` does, before anything is searched."""
    with pytest.raises(QuestionError):
        answer_chain(casebook).invoke("  ")
    with pytest.raises(QuestionError):
        answer_chain(casebook).invoke({"question": ""})


def test_a_question_about_all_is_counted_in_the_chain_too(casebook):
    """The same answer, from the records, whichever way it is asked."""
    question = "Which patients had a lung transplant?"
    answer = answer_chain(casebook).invoke(question)
    assert answer.engine == "records"
    assert answer == casebook.ask(question)

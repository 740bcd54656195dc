"""Turns of a conversation, over the whole path: what a follow-up keeps and what it drops."""

from __future__ import annotations

from honesty import as_json, assert_honest

import rag.read_stage
from rag.chat import Casebook
from rag.conversation.resolve import Resolved
from rag.conversation.turns import turn


def test_a_follow_up_keeps_its_report(casebook: Casebook) -> None:
    """'And his antibody?' is answered from the report of the answer before it."""
    first = casebook.ask("What was the response to rituximab?")
    assert turn(first).report_ids == ("ogawa-2017-rituximab-mda5",)
    second = casebook.ask("And his antibody level?", history=[turn(first)])
    assert second.question == "And his antibody level?"
    assert "rituximab" in second.query
    assert second.hits[0].passage.report_id == "ogawa-2017-rituximab-mda5"
    assert {c.report_id for c in second.citations} == {"ogawa-2017-rituximab-mda5"}
    assert_honest(second, casebook.library)


def test_a_follow_up_in_a_short_report_gets_k_passages_too(casebook: Casebook) -> None:
    """Those of its own report first; below them the nearest of others, which it never cites."""
    turns = ["How did the skin do on dapsone in the two patients?", "And was there any relapse?"]
    first = casebook.ask(turns[0])
    own = {citation.report_id for citation in first.citations}
    passages = casebook.library.passage_counts()
    assert len(own) == 1 and passages[min(own)] < 8
    answer = casebook.converse(turns)
    places = [hit.passage.report_id for hit in answer.hits]
    assert len(places) == 8
    assert set(places[: passages[min(own)]]) == own
    assert not own & set(places[passages[min(own)] :])
    assert {citation.report_id for citation in answer.citations} <= own
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)


def test_a_new_subject_leaves_the_report(casebook: Casebook) -> None:
    """A question with a drug of its own is asked of all reports."""
    first = casebook.ask("What was the response to rituximab?")
    second = casebook.ask("What was the response to dapsone?", history=[turn(first)])
    assert as_json(second) == as_json(casebook.ask("What was the response to dapsone?"))


def test_a_list_of_turns_is_a_conversation(casebook: Casebook) -> None:
    """`converse` gives what asking one after the other gives."""
    turns = [
        "What was the response to rituximab?",
        "And his antibody level?",
        "Which drugs before?",
    ]
    history = []
    for question in turns:
        answer = casebook.ask(question, history=history)
        history.append(turn(answer))
    assert as_json(casebook.converse(turns)) == as_json(answer)
    assert as_json(casebook.converse(turns[:1])) == as_json(casebook.ask(turns[0]))


def test_a_question_for_another_report_is_not_shown_the_last_one(casebook) -> None:
    """Not among what is searched; a filter that names it still counts."""
    query = "rituximab and anti-MDA5 antibodies"
    (first, *_) = casebook.search(Resolved(query), 5)
    again = Resolved(query, besides=(first.passage.report_id,))
    others = {hit.passage.report_id for hit in casebook.search(again, 5)}
    assert others and first.passage.report_id not in others
    named = casebook.search(again, 5, {"report": [first.passage.report_id]})
    assert {hit.passage.report_id for hit in named} == {first.passage.report_id}


def test_what_was_asked_before_goes_along(casebook, monkeypatch) -> None:
    """'At what dose?' is of the drug that the question before it named."""
    told = []
    kept = rag.read_stage.extract

    def extract(*known, **how):
        told.append(known[-1])
        return kept(*known, **how)

    monkeypatch.setattr(rag.read_stage, "extract", extract)
    casebook.converse(["What was the response to rituximab?", "At what dose?"])
    assert told == ["", "What was the response to rituximab"]

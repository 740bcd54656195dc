"""What holds of every answer: verbatim citations, honest silence."""

from __future__ import annotations

import json

from rag.library import Library
from rag.reader.question.asked import asks_for_several
from rag.render import to_json
from rag.schema import Answer
from rag.topics.topic import topic_of


def as_json(answer: Answer) -> str:
    return json.dumps(to_json(answer), ensure_ascii=False)


def assert_slices(answer: Answer, library: Library) -> None:
    """Citations are slices of stored texts, numbered from 1."""
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        report = library.report(citation.report_id)
        assert citation.quote == report.text[citation.start : citation.end] != ""


def assert_honest(answer: Answer, library: Library) -> None:
    """Citations are slices, one report answers unless several are asked, and no claim is free."""
    assert_slices(answer, library)
    for citation in answer.citations:
        assert f"[{citation.number}]" in answer.text
        worded = f'"{citation.quote}"'
        assert (worded in answer.text) == (citation.source_kind != "digest")
        assert citation.quote in answer.text
    for hit in answer.hits:
        text = library.report(hit.passage.report_id).text
        assert hit.text == text[hit.passage.start : hit.passage.end]
    if answer.status == "answered":
        assert answer.citations
        assert answer.notice.startswith("Evidence: ")
        reports = {citation.report_id for citation in answer.citations}
        several = asks_for_several(answer.query) or topic_of(answer.query) is not None
        assert len(reports) == 1 or several
        if answer.short_answer not in (None, "Yes", "No"):
            words = answer.short_answer.removeprefix("Yes: ").removeprefix("No: ")
            assert any(words in citation.quote for citation in answer.citations)
    else:
        assert (answer.status, answer.citations, answer.short_answer) == ("abstained", (), None)
        assert not any(hit.text in answer.text for hit in answer.hits)
    json.loads(as_json(answer))

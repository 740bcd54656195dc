"""A conversation as a file, verdicts as drafts of gold, questions to begin with."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from test_ui_conversations import CITATION, exchange

from eval.gold import load
from ui import export
from ui.conversations import Verdict
from ui.draft_gold import draft_gold
from ui.proof import Exchange
from ui.suggestions import SUGGESTIONS, suggested


def hostile() -> Exchange:
    bad = "<script>x</script> **b** [l](javascript:1) | `c`"
    made = exchange(bad, f"{bad} [1]")
    cited = replace(CITATION, quote=bad, title=bad)
    answer = replace(made.answer, citations=(cited,), notice=bad, table=None)
    return Exchange(answer, tuple(replace(p, citation=cited) for p in made.proofs))


def test_markdown_has_question_quotation_mark_and_source():
    """What is pasted into notes can be followed back."""
    text = export.to_markdown([replace(exchange(), answer=replace(exchange().answer, table=None))])
    assert text.startswith("## Did she heal?\n\n**Yes**")
    assert "Casebook digest of Ng 2020 (from the abstract): She healed. [1]" in text
    assert "- [1] Casebook digest of Ng 2020" in text
    assert "characters 0-11" in text
    assert "drug: dapsone" in text
    assert "does not advise" in text


def test_markdown_has_what_is_said_beside_the_quotations():
    """The line that says that two reports fit is part of the answer."""
    answer = exchange().answer
    text = f"{answer.text}\nTwo reports fit about as well: [1] and another."
    one = replace(exchange(), answer=replace(answer, table=None, text=text))
    assert "Two reports fit about as well: [1] and another." in export.to_markdown([one])


def test_a_document_is_text_in_every_export():
    """Neither Markdown nor HTML takes words of a report for markup."""
    text = export.to_markdown([hostile()])
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "](javascript" not in text.replace("\\]", "")
    page = export.to_html([hostile()], "<b>title</b>")
    assert "<script" not in page
    assert "<b>title" not in page
    assert "default-src 'none'" in page
    assert "library?" not in page


def test_references_have_each_cited_report_once():
    """BibTeX and RIS are for reference managers."""
    two = [exchange(), exchange("Again?")]
    assert export.references(two, "ris").count("TY  - ") == 1
    assert "She healed." in export.references(two, "bibtex")


def test_a_good_answer_is_an_item_that_eval_can_load(tmp_path):
    """Its evidence is what was cited."""
    path = tmp_path / "draft.yaml"
    path.write_text(draft_gold([Verdict("a 1", True, (), "", exchange())]), "utf-8")
    (item,) = load(path)
    assert item.question == "Did she heal?"
    assert [(j.report, j.quote) for j in item.evidence] == [("ng-2020", "She healed.")]


def test_a_bad_answer_is_a_comment_for_a_person():
    """What was judged wrong is never gold by itself."""
    text = draft_gold(
        [Verdict("a 1", False, ("wrong evidence",), "see\npatient 2", exchange(text="two\nlines"))]
    )
    assert yaml.safe_load(text) is None
    assert "# wrong evidence" in text
    assert "# patient 2" in text
    assert "# lines" in text


@pytest.mark.parametrize("one", SUGGESTIONS, ids=lambda one: one.report)
def test_each_suggested_question_is_answered(stocked, one):
    """A visitor's first click must not be declined."""
    answer = stocked.ask(one.question)
    assert answer.status == "answered"
    assert one.report in {c.report_id for c in answer.citations}
    assert one.says in answer.text


def test_only_what_the_library_can_answer_is_suggested():
    """Another library gets none of ours."""
    assert suggested({"other"}) == []
    assert suggested({SUGGESTIONS[0].report}) == [SUGGESTIONS[0].question]

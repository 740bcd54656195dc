"""Gold item + answer → figures: hand-made answers whose figures can be worked out on paper."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import pytest
from judged import DAPSONE, RITUXIMAB, answer, answerable, cited, hits_of, item, sentence

from eval.gold import GoldError, Judgement
from eval.measure import figures, is_exact, measure
from eval.systems import LibraryTexts
from rag.config import DEFAULT_K
from rag.schema import Hit, Passage


@pytest.fixture(scope="module")
def texts(casebook):
    return LibraryTexts(casebook.library)


def test_retrieval_is_judged_by_the_passage_that_holds_the_quote(casebook, texts):
    """With the right passage third, behind one of another report: 1/log2(4), and rank 2 of 2."""
    right, *rest = hits_of(casebook.library, DAPSONE)
    other = hits_of(casebook.library, RITUXIMAB)[0]
    found = figures(answerable(sentence(right)[2]), answer([other, rest[0], right]), texts)
    assert found["passage Success@1"] == 0
    assert found["passage Success@3"] == found[f"passage Success@{DEFAULT_K}"] == 1
    assert found[f"passage R@{DEFAULT_K}"] == 1
    assert found["passage nDCG@10"] == pytest.approx(1 / log2(4))
    assert found["passage RR@10"] == pytest.approx(1 / 3)
    assert found["evidence R@3"] == 1
    assert found["evidence nDCG@10"] == pytest.approx(1 / log2(4))
    assert found["evidence RR@10"] == pytest.approx(1 / 3)
    assert found["report Success@1"] == 0
    assert found["report nDCG@10"] == pytest.approx(1 / log2(3))


def test_a_gold_span_counts_where_it_is_shown_first(casebook, texts):
    """Two spans, graded 1 and 2, in the passages at ranks 1 and 3; the ideal has the better first.

    (1/log2(2) + 2/log2(4)) / (2/log2(2) + 1/log2(3)).
    """
    first, second, other = hits_of(casebook.library, DAPSONE)[:3]
    evidence = (
        Judgement(DAPSONE, 1, sentence(first)[2]),
        Judgement(DAPSONE, 2, sentence(second)[2]),
    )
    gold = replace(answerable(sentence(first)[2]), evidence=evidence)
    found = figures(gold, answer([first, other, second]), texts)
    assert found["evidence R@3"] == 1
    assert found["evidence nDCG@10"] == pytest.approx((1 + 2 / log2(4)) / (2 + 1 / log2(3)))


def test_evidence_without_a_quote_judges_reports_only_and_a_digest_stands_for_its_paper(texts):
    """The digest of a paper is the right report for a question about the paper."""
    digest = Hit(Passage("kuwano-2006-ivig-ulcers", "case", 1, 0, 9), "x", 1.0, {})
    found = figures(answerable(None, report="ivig-2006"), answer([digest]), texts)
    assert found["report Success@1"] == 1
    assert not [name for name in found if name.startswith(("passage", "evidence", "citation p"))]


def test_all_facts_are_needed_and_only_a_right_report_proves_them(casebook, texts):
    """Facts found in another patient's story count for 'any report', never for 'right report'."""
    right, wrong = (hits_of(casebook.library, name)[0] for name in (DAPSONE, RITUXIMAB))
    start, end, quote = sentence(wrong)
    words = quote.split()
    quoted = [cited(casebook.library, RITUXIMAB, start, end)]
    found = figures(answerable(None, words[0], words[1]), answer([wrong], quoted), texts)
    assert (found["facts in answer"], found["facts in answer, right report"]) == (1, 0)
    assert found[f"facts in top {DEFAULT_K}, right report"] == 0
    assert found["right report cited"] == 0
    start, end, quote = sentence(right)
    words = quote.split()
    quoted = [cited(casebook.library, DAPSONE, start, end)]
    for facts, every, share in ((words[:2], 1, 1), ([words[0], "zebra"], 0, 0.5)):
        found = figures(answerable(None, *facts), answer([right], quoted), texts)
        assert found["facts in answer, right report"] == every
        assert found["fact recall"] == share


def test_passages_that_a_user_is_not_shown_do_not_count_for_the_facts(casebook, texts):
    """Ten are asked for, for nDCG@10; the facts must stand in those shown by default."""
    right = hits_of(casebook.library, DAPSONE)[0]
    fill = [replace(right, text="nothing")] * DEFAULT_K
    # A ranking names no place twice: give each its own.
    fill = [replace(h, passage=replace(h.passage, number=90 + n)) for n, h in enumerate(fill)]
    gold = answerable(None, right.text.split()[0])
    name = f"facts in top {DEFAULT_K}, right report"
    assert figures(gold, answer([right, *fill]), texts)[name] == 1
    assert figures(gold, answer([*fill, right]), texts)[name] == 0


def test_an_abstention_counts_as_zero_whatever_was_retrieved(casebook, texts):
    """What a system leaves out counts as zero: facts, citations, the short answer."""
    right = hits_of(casebook.library, DAPSONE)[0]
    gold = answerable(sentence(right)[2], right.text.split()[0], short=("100 mg",))
    found = figures(gold, answer([right]), texts)
    names = ("facts in answer", "fact recall", "citation precision", "citation recall",
             "short answer F1", "short answer EM")  # fmt: skip
    assert [found[name] for name in names] == [0] * 6
    assert found["citations exact"] == 1


def test_citations_are_judged_by_the_gold_spans_that_they_touch(casebook, texts):
    """Half of a gold sentence supports; a neighbour does not; a fact counts once it is cited."""
    right, other = hits_of(casebook.library, DAPSONE)[:2]
    start, end, quote = sentence(right)
    fact = quote.split()[0]
    on_it = cited(casebook.library, DAPSONE, start, end)
    half = cited(casebook.library, DAPSONE, start, start + (end - start) // 3)
    beside = cited(casebook.library, DAPSONE, other.passage.start, other.passage.end)
    gold = answerable(quote, fact)
    for citations, precision, recall in (
        ([on_it], 1, 1), ([half], 1, 1), ([on_it, beside], 0.5, 1), ([beside], 0, 0),
    ):  # fmt: skip
        found = figures(gold, answer([right], citations), texts)
        assert (found["citation precision"], found["citation recall"]) == (precision, recall)


def test_a_forbidden_fact_is_seen_in_the_text_and_in_the_quotes(casebook, texts):
    """The figure is there only for items that forbid something."""
    gold = item(forbidden=("99 mg",))
    name = "no forbidden fact"
    assert figures(gold, answer(text="99 mg it was"), texts)[name] == 0
    assert figures(gold, answer(text="199 mg it was"), texts)[name] == 1
    assert name not in figures(item(), answer(text="99 mg it was"), texts)
    quoted = cited(casebook.library, DAPSONE, 0, 5, "at 99 mg")
    assert figures(gold, answer([], [quoted]), texts)[name] == 0


def test_a_false_premise_may_be_corrected_or_declined_but_not_swallowed(casebook, texts):
    """Both right ways count, and an answer without the correcting fact does not."""
    right = hits_of(casebook.library, DAPSONE)[0]
    start, end, quote = sentence(right)
    quoted = [cited(casebook.library, DAPSONE, start, end)]
    for fact, citations, handled in (
        (quote.split()[0], quoted, 1), ("zebra", quoted, 0), ("zebra", [], 1),
    ):  # fmt: skip
        gold = answerable(quote, fact, verdict="false premise")
        assert figures(gold, answer([right], citations), texts)["false premise handled"] == handled


def test_advice_must_be_declined(casebook, texts):
    """Saying what was given to whom goes with the refusal; an answer is none."""
    gold = item(verdict="advice", kind="advice")
    quoted = [cited(casebook.library, DAPSONE, 0, 9)]
    assert figures(gold, answer(), texts)["advice handled"] == 1
    assert figures(gold, answer([], quoted), texts)["advice handled"] == 0


def test_the_last_turn_of_a_conversation_must_stay_with_its_report(casebook, texts):
    """The first citation decides which report the follow-up was taken to be about."""
    gold = answerable(None, question=None, turns=("Dapsone?", "For how long?"))
    for report_id, right in ((DAPSONE, 1), (RITUXIMAB, 0)):
        quoted = [cited(casebook.library, report_id, 0, 9)]
        assert figures(gold, answer([], quoted), texts)["follow-up right report"] == right


def test_the_best_of_the_accepted_short_answers_counts(casebook, texts):
    """'100 mg/day' against '100 mg' shares two of three tokens and two of two."""
    gold = answerable(None, short=("100 mg", "4 weeks"))
    found = figures(gold, answer(short="100 mg / day"), texts)
    assert found["short answer F1"] == pytest.approx(2 * 2 / (4 + 2))
    assert found["short answer EM"] == 0


def test_an_exhaustive_answer_is_judged_by_the_reports_it_cites(casebook, texts):
    """Two of three main reports, one mention that is no error, one report that is."""
    wanted = [Judgement(name, 2) for name in (DAPSONE, RITUXIMAB, "third")]
    evidence = (*wanted, Judgement("mentioned", 1))
    gold = item(verdict="answerable", kind="exhaustive", evidence=evidence, facts=(("dapsone",),))
    names = (DAPSONE, RITUXIMAB, "mentioned", "wrong")
    base = cited(casebook.library, DAPSONE, 0, 9)
    found = figures(gold, answer([], [replace(base, report_id=n) for n in names]), texts)
    assert found["exhaustive recall"] == pytest.approx(2 / 3)
    assert found["exhaustive precision"] == pytest.approx(3 / 4)
    assert "fact recall" not in found


@pytest.mark.parametrize(
    ("start", "end", "quote", "exact"),
    [
        (3, 40, None, True),
        (3, 40, "something else", False),
        (3, 3, "", False),
        (-5, -1, None, False),
    ],
    ids=["slice", "other words", "nothing", "from the end"],
)
def test_a_citation_is_exact_when_it_is_the_slice(casebook, texts, start, end, quote, exact):
    """Each citation is compared with the stored text."""
    found = cited(casebook.library, DAPSONE, start, end, quote)
    assert is_exact(found, texts) is exact
    assert figures(item(), answer([], [found]), texts)["citations exact"] == float(exact)


def test_a_citation_of_an_unknown_report_is_not_exact(casebook, texts):
    """An invented source proves nothing."""
    found = replace(cited(casebook.library, DAPSONE, 3, 40), report_id="nobody-2000")
    assert not is_exact(found, texts)


def test_a_library_of_other_texts_is_refused(texts):
    """A gold quote that is not in the stored report would silently count as not found."""
    with pytest.raises(GoldError, match="test-001: the library's cohen"):
        figures(answerable("These words are in no report."), answer(), texts)


def test_a_secret_question_is_not_kept(texts):
    """Release gold is not to be read from the records."""
    asked = measure("f", item(), answer(), texts, elapsed_ms=1)
    assert asked.question == item().asked
    assert measure("f", item(), answer(), texts, elapsed_ms=1, secret=True).question == ()
    forms = [measure("f", i, answer(), texts, elapsed_ms=1).form for i in (
        item(), item(context=DAPSONE), item(question=None, turns=("a", "b")))]  # fmt: skip
    assert forms == ["cold", "in context", "conversation"]

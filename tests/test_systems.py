"""Systems by name and their damages, over the small library: what each answers, and leaves."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from judged import DAPSONE, QUESTION, RITUXIMAB, answerable, item

from eval.damage import DAMAGES, KEPT_CHARACTERS
from eval.measure import figures, is_exact
from eval.parts import PARTS
from eval.ranked import DEPTH
from eval.run import items_to_ask
from eval.systems import CasebookSystem, SearchSystem, UnknownSystem, asked_for, named, systems
from rag.config import Settings
from rag.lexicon import lexicon
from rag.reader.question.asked import shown
from rag.reader.words import concept_names
from rag.search import Weights

MISSPELT = "Did the DM rash respond to dapsonne?"
WEATHER = "Will it rain on Saturday?"
PEERS = ["hybrid", "dense", "lexical", "top-passage", "tutorial"]
WRITTEN = ["generated", "generated:inventing"]

needs_tutorial = pytest.mark.skipif(
    not (find_spec("langchain_chroma") and find_spec("langchain_text_splitters")),
    reason="the tutorial pipeline needs langchain-chroma and langchain-text-splitters",
)
ALL = [pytest.param(n, marks=needs_tutorial) if n == "tutorial" else n for n in systems()]


def ask(casebook, name: str, question: str = QUESTION, **filters):
    return named(name).make(casebook).converse([question], filters)


@pytest.fixture(scope="module")
def right(casebook):
    """What the undamaged product answers."""
    found = ask(casebook, "casebook")
    assert found.status == "answered"
    return found


@pytest.fixture(scope="module")
def understood(casebook):
    """What the product answers to abbreviations and a typo, asked before any damage."""
    concept_names.cache_clear()
    shown.cache_clear()
    return ask(casebook, "casebook", MISSPELT)


@pytest.fixture
def fresh(small_library, encoder):
    """A Casebook that was never asked, in a process that knows no word yet."""
    from rag.chat import Casebook

    vars(lexicon()).pop("_typos", None)
    concept_names.cache_clear()
    shown.cache_clear()
    with Casebook(small_library, Settings(), encoder=encoder) as opened:
        yield opened


# -- systems ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_system_answers_with_exact_citations(casebook, name):
    """Under its own name, with at most ten hits; a probability is one, wherever it is from."""
    system = named(name).make(casebook)
    assert system.name == name
    found = system.converse([QUESTION], {})
    assert 0 < len(found.hits) <= DEPTH
    assert all(is_exact(citation, system.texts) for citation in found.citations)
    assert bool(found.citations) == (found.status == "answered")
    assert found.answerable is not None and 0 <= found.answerable <= 1


@pytest.mark.parametrize("name", ["casebook", *ALL[1 : len(PEERS) + 1]])
def test_a_question_of_one_report_is_answered_from_that_report(casebook, name):
    """Gold with a context is asked of one report alone."""
    found = ask(casebook, name, "What was given for the rash?", report=[RITUXIMAB])
    assert {hit.passage.report_id for hit in found.hits} == {RITUXIMAB}
    assert {citation.report_id for citation in found.citations} <= {RITUXIMAB}


def test_the_names_are_those_of_the_help_and_each_says_what_it_is():
    """The product first, then its peers, its parts taken away, then the damages."""
    damaged = [f"damaged:{name}" for name in DAMAGES]
    assert list(systems()) == ["casebook", *PEERS, *WRITTEN, *PARTS, *damaged]
    assert all(kind.about for kind in systems().values())
    assert systems()["damaged:silent"].about == "made to be refused: Everything is declined."


def test_an_unknown_system_is_an_error_that_lists_the_names():
    """So that the next try is right."""
    with pytest.raises(UnknownSystem) as raised:
        named("nonsense")
    assert str(raised.value) == (f"There is no system 'nonsense'; known: {', '.join(systems())}")


def test_the_arms_differ_and_leave_the_weights_of_search_as_they_were(casebook):
    """Cosine alone and BM25 alone rank in their own ways; the product is not changed by it."""
    before = casebook.searcher.weights
    dense, lexical = (ask(casebook, name).hits for name in ("dense", "lexical"))
    assert [h.passage.id for h in dense] != [h.passage.id for h in lexical]
    ranks = [h.ranks["dense"] for h in dense if "dense" in h.ranks]
    assert ranks == sorted(ranks)
    assert casebook.searcher.weights is before


def test_the_weights_are_put_back_when_search_fails(casebook, monkeypatch):
    """The next system asks the same Casebook."""
    before = casebook.searcher.weights
    monkeypatch.setattr(casebook, "find", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        SearchSystem("dense", casebook, Weights(1.0, 0.0, 0.0)).converse([QUESTION], {})
    assert casebook.searcher.weights is before


def test_top_passage_quotes_the_first_passage_whole_and_search_one_sentence_of_the_first(casebook):
    """The shortcut that the gate must refuse, and the honest search beside it."""
    whole, brief = (ask(casebook, name) for name in ("top-passage", "hybrid"))
    first = whole.hits[0]
    assert [c.quote for c in whole.citations] == [first.text]
    assert first.passage == brief.hits[0].passage
    (quoted,) = brief.citations
    assert len(quoted.quote) < len(first.text)
    assert any(quoted.quote in hit.text for hit in brief.hits[:3])


def test_a_cosine_below_zero_is_no_probability(casebook, monkeypatch):
    """The report page refuses one: it would stop at a question that has nothing to do with us."""

    class Opposite:
        def encode(self, texts):
            direction = -1.0 if list(texts) == [QUESTION] else 1.0
            return np.full((len(texts), 1), direction, dtype=np.float32)

    system = named("hybrid").make(casebook)
    monkeypatch.setattr(casebook, "encoder", Opposite())
    assert system.converse([QUESTION], {}).answerable == 0.0


def test_a_question_of_a_report_that_is_not_there_is_left_out():
    """Without its report even an unanswerable one would be declined, and count as right."""
    there, gone = (item(f"test-00{n}", context=name) for n, name in enumerate((DAPSONE, "gone")))
    asked, left = items_to_ask({"made": (there, gone)}, frozenset({DAPSONE}))
    assert asked == [("made", there)]
    assert left == {"made": ("test-001",)}


def test_all_stands_for_every_system_that_can_run_and_was_not_made_to_be_refused(monkeypatch):
    """Named ones keep their order; each is asked once."""
    monkeypatch.setattr("eval.systems.can_run", lambda name: name != "tutorial")
    every = ["casebook", *PEERS[:-1], *WRITTEN, *PARTS]
    assert asked_for(["all"]) == every
    assert asked_for(["dense", "all", "damaged:silent", "dense"]) == [
        "dense", *(name for name in every if name != "dense"), "damaged:silent",
    ]  # fmt: skip
    with pytest.raises(UnknownSystem, match="nonsense"):
        asked_for(["dense", "nonsense"])


# -- parts --------------------------------------------------------------------------------------

HOW_MANY = "How many patients were given dapsone?"


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_taken_away_is_put_back(casebook, name):
    """The next system asks the same Casebook."""
    before = ask(casebook, "casebook", HOW_MANY), ask(casebook, "casebook", MISSPELT)
    for question in (HOW_MANY, MISSPELT):
        ask(casebook, name, question)
    assert (ask(casebook, "casebook", HOW_MANY), ask(casebook, "casebook", MISSPELT)) == before


def test_what_is_missing_shows(casebook):
    """No counting without records, no arm without its ranks, no typo without the lexicon."""
    assert ask(casebook, "casebook", HOW_MANY).engine == "records"
    assert ask(casebook, "without-records", HOW_MANY).engine == "extractive"
    arms = {
        name: {arm for hit in ask(casebook, name).hits for arm in hit.ranks}
        for name in ("without-bm25", "without-vectors")
    }
    assert ask(casebook, "without-lexicon", MISSPELT).readings == ()
    ids = {name: [h.passage.id for h in ask(casebook, name, WEATHER).hits] for name in arms}
    assert ids["without-bm25"] != ids["without-vectors"]


def test_without_resolution_a_follow_up_is_read_by_itself(casebook):
    """And without the second reading nothing is read again."""
    turns = ["What dose of dapsone did the beekeeper get?", "Any side effects?"]
    system = named("without-resolution").make(casebook)
    assert system.converse(turns, {}).query == "Any side effects?"
    assert named("casebook").make(casebook).converse(turns, {}).query != "Any side effects?"
    alone = ask(casebook, "without-second-reading", WEATHER)
    assert alone.answerable != ask(casebook, "casebook", WEATHER).answerable


# -- damages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_leaves_casebook_as_it_was(understood, fresh, name):
    """Asked damaged first, so that whatever is kept is kept from then."""
    ask(fresh, f"damaged:{name}", MISSPELT)
    found = ask(fresh, "casebook", MISSPELT)
    assert found == understood
    assert [reading.name for reading in found.readings if reading.corrected] == ["dapsone"]


@pytest.mark.parametrize("name", ["random-vectors", "empty-lexicon"])
def test_a_damage_is_the_same_whatever_was_asked_before(casebook, fresh, name):
    """A run that goes on after an interruption must not be damaged in another way."""
    first = ask(fresh, f"damaged:{name}", MISSPELT)
    ask(casebook, "casebook", MISSPELT)
    assert ask(casebook, f"damaged:{name}", MISSPELT) == first


def test_a_damage_that_fails_is_mended_too(casebook, monkeypatch):
    """The exception goes on; the parts are back."""
    searcher, reader = casebook.searcher, casebook.reader
    before = (searcher.encoder, reader.threshold, lexicon().concepts())
    monkeypatch.setattr(casebook, "converse", lambda *_, **__: 1 / 0)
    for name in ("random-vectors", "threshold-up", "empty-lexicon"):
        with pytest.raises(ZeroDivisionError):
            ask(casebook, f"damaged:{name}")
    assert (searcher.encoder, reader.threshold, lexicon().concepts()) == before


def test_shifted_citations_stay_exact_and_miss_the_gold_span(casebook, right):
    """What quotes verbatim and proves nothing must show in citation precision."""
    texts = CasebookSystem(casebook).texts
    gold = answerable(right.citations[0].quote, right.citations[0].quote.split()[0])
    shifted = ask(casebook, "damaged:shifted-citations")
    assert [c.report_id for c in shifted.citations] == [c.report_id for c in right.citations]
    assert all(
        new.start >= old.end or new.start == 0
        for old, new in zip(right.citations, shifted.citations, strict=True)
    )
    names = ("citations exact", "citation precision", "citation recall")
    single, moved = (replace(a, citations=a.citations[:1]) for a in (right, shifted))
    assert [figures(gold, single, texts)[name] for name in names] == [1, 1, 1]
    assert [figures(gold, moved, texts)[name] for name in names] == [1, 0, 0]


def test_swapped_patients_cite_another_report(casebook, right):
    """Exact again, of somebody else: only the figures of the right report see it."""
    texts = CasebookSystem(casebook).texts
    swapped = ask(casebook, "damaged:swapped-patients")
    pairs = list(zip(right.citations, swapped.citations, strict=True))
    assert pairs and all(old.report_id != new.report_id for old, new in pairs)
    gold = answerable(None, right.citations[0].quote.split()[0])
    assert figures(gold, right, texts)["right report cited"] == 1
    found = figures(gold, swapped, texts)
    assert (found["citations exact"], found["right report cited"]) == (1, 0)
    assert (figures(gold, right, texts)["fact recall"], found["fact recall"]) == (1, 0)


def test_truncated_leaves_the_first_words_of_one_citation(casebook, right):
    """A slice still, too short for the facts."""
    texts = CasebookSystem(casebook).texts
    cut = ask(casebook, "damaged:truncated")
    (left,) = cut.citations
    full = right.citations[0]
    assert len(full.quote) > KEPT_CHARACTERS
    assert left.quote == full.quote[:KEPT_CHARACTERS]
    assert (left.report_id, left.start) == (full.report_id, full.start)
    assert is_exact(left, texts)
    gold = answerable(None, full.quote.split()[-1])
    assert figures(gold, right, texts)["fact recall"] == 1
    assert figures(gold, cut, texts)["fact recall"] == 0


def test_silent_abstains_and_talkative_quotes_the_first_passage_whole(casebook, right):
    """Whatever was asked: one loses the answerable questions, the other the unanswerable ones."""
    silent = ask(casebook, "damaged:silent")
    assert (silent.status, silent.citations, silent.short_answer) == ("abstained", (), None)
    assert silent.hits == right.hits
    assert ask(casebook, "casebook", WEATHER).status == "abstained"
    talkative = ask(casebook, "damaged:talkative", WEATHER)
    assert talkative.status == "answered"
    assert [c.quote for c in talkative.citations] == [talkative.hits[0].text]


def test_talkative_has_nothing_to_quote_where_nothing_was_found(casebook):
    """A question of a report that is not there has no hits; the run must go on."""
    assert ask(casebook, "damaged:talkative", report=["gone"]).citations == ()


def test_thresholds_decide_what_is_declined(casebook):
    """Up: right answers are held back. Down: what was declined for it is answered."""
    helped = [
        f"Did {thing} help the rash?" for thing in ("dapsone", "ACTH gel", "rituximab", "acitretin")
    ]
    found = [ask(casebook, "casebook", question) for question in helped]
    unsure = [a.question for a in found if a.status == "answered" and a.answerable < 0.95]
    assert unsure
    raised = {ask(casebook, "damaged:threshold-up", question).status for question in unsure}
    assert raised == {"abstained"}
    asked = [f"What was the {thing}?" for thing in ("serum ferritin", "biopsy", "blood pressure")]
    declined = [q for q in asked if ask(casebook, "casebook", q).status == "abstained"]
    assert declined
    lowered = [ask(casebook, "damaged:threshold-down", question).status for question in declined]
    assert "answered" in lowered


def test_random_vectors_change_the_order_of_the_hits(casebook, right):
    """The same every time: nothing here is left to chance."""
    one, two = (ask(casebook, "damaged:random-vectors") for _ in range(2))
    assert one == two
    assert [h.passage.id for h in one.hits] != [h.passage.id for h in right.hits]


def test_an_empty_lexicon_drops_the_readings(casebook):
    """Neither the abbreviation nor the typo is understood."""
    read = {r.name for r in ask(casebook, "casebook", MISSPELT).readings}
    assert {"dapsone", "dermatomyositis"} <= read
    assert ask(casebook, "damaged:empty-lexicon", MISSPELT).readings == ()

"""The parts of the pages: exports, drafts of gold, quiz, glossary, runs, uploads, suggestions."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace

import pytest
import yaml
from places import ROOT, SMALL
from test_ui_conversations import CITATION, exchange

from eval.gold import load
from rag.cases.grouping import values_of
from rag.index import index
from rag.library import Library
from ui import (
    adding,
    answer_view,
    engines,
    export,
    glossary,
    quiz,
    reports_view,
    runs,
    state,
    steps,
)
from ui.cases_found import alike, choices, compared, everybody, found, place_of, wishes
from ui.conversations import Verdict
from ui.draft_gold import draft_gold
from ui.opened import Opened
from ui.proof import Exchange
from ui.suggestions import SUGGESTIONS, suggested

REPORTS = ROOT / "corpus" / "reports"


STOCK = {
    *SMALL,
    *(one.report for one in SUGGESTIONS),
    "badawi-2020-iv-thiosulfate",
    "buzoianu-2026-baricitinib-mda5-child",
    "casablanca-2021-npc-stage-one",
    "devries-2022-anti-sae1",
    "gelber-2000-mycophenolate-skin",
    "ida-2023-tofacitinib-escalation",
}


@pytest.fixture(scope="module")
def stocked(encoder, tmp_path_factory):
    """A library with enough patients for a quiz, and the reports that the suggestions need."""
    from rag.chat import Casebook

    folder = tmp_path_factory.mktemp("stocked")
    paths = [REPORTS / f"{name}.md" for name in sorted(STOCK)]
    with Library(folder, create=True) as library:
        assert {o.status for o in index(paths, library, encoder)} == {"added"}
    with Casebook(folder, _settings(), encoder=encoder) as ready:
        yield ready


@pytest.fixture(scope="module")
def opened(stocked):
    """That library as the pages have it."""
    from rag.standing import Standing

    with Library(stocked.library.folder) as library:
        yield Opened(stocked, _settings(), library.folder, library, Standing(library, ""))


def _settings():
    from rag.config import Settings

    return Settings()


# -- export ---------------------------------------------------------------------------------------


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


# -- drafts of gold -------------------------------------------------------------------------------


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


# -- suggestions ----------------------------------------------------------------------------------


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


# -- cases ----------------------------------------------------------------------------------------


def test_values_to_choose_from_find_the_patients_that_they_count(opened):
    """The number beside a value is the number of rows that it gives."""
    for key, values in choices(opened).items():
        for value, count in values[:3]:
            patients = found(opened, wishes({key: [value]})).listing.count.found
            assert len(patients) >= count, (key, value)


def test_any_of_several_values_and_all_of_several_conditions(opened):
    """As people expect of filters."""
    responses = [value for value, _ in choices(opened)["response"]]
    every = found(opened, wishes({"response": responses})).listing.count.found
    one = found(opened, wishes({"response": responses[:1]})).listing.count.found
    assert len(one) < len(every)
    assert one <= every


def test_rows_can_be_compared_and_every_cell_is_proved(opened):
    """The places of two rows are those that `compare` takes."""
    rows = found(opened, []).listing.rows
    told, proofs = compared(opened, [place_of(row) for row in rows[:2]])
    assert len(told.places) == 2
    assert [p.citation for p in proofs] == list(told.citations)


def test_a_vignette_finds_patients_who_share_what_it_says(opened):
    """Findings are named, and so is where the report says them."""
    findings, near, citations, proofs = alike(opened, "A woman with skin ulcers was given IVIG")
    assert "intravenous immunoglobulin" in {one.said for one in findings}
    assert near[0].record.report_id == "kuwano-2006-ivig-ulcers"
    assert near[0].matched
    assert len(citations) == len(proofs) > 0


# -- learn ----------------------------------------------------------------------------------------


def test_each_term_is_shown_by_a_sentence_that_names_it(opened):
    """The glossary quotes; it explains nothing of its own."""
    found_terms = glossary.mentions(opened)
    for kind in ("sign", "drug"):
        for concept in glossary.terms(found_terms, kind)[:5]:
            for proof in glossary.shown(opened, found_terms[concept.name]):
                named = {m.concept.name for m in glossary.lexicon().find(proof.citation.quote)}
                assert concept.name in named


def test_terms_are_found_by_any_of_their_names(opened):
    """'IVIG' leads to its preferred name."""
    found_terms = glossary.mentions(opened)
    named = [c.name for c in glossary.terms(found_terms, "drug", "IVIG")]
    assert "intravenous immunoglobulin" in named
    assert glossary.terms(found_terms, "drug", "no such drug") == []


def test_quiz_answers_are_the_patients_and_the_others_are_not(opened):
    """One choice is right, the rest belong to other patients, and the stem does not tell."""
    cases = everybody(opened)
    questions = quiz.questions(cases)
    assert questions == quiz.questions(cases)
    for one in questions:
        assert one.choices.count(one.right) == 1
        assert len(set(one.choices)) == quiz.CHOICES
        for key in ("treatment", "antibody", "response"):
            own = values_of(one.about, key)
            if one.right in own:
                assert not set(one.choices) - {one.right} & set(own)
        assert one.right.lower() not in quiz.stem(one).lower()
        proofs = steps.proofs_for(one.about, one.fields, opened)
        assert proofs[0].citation.report_id == one.about.report_id


def test_a_case_is_told_in_steps_with_their_proof(opened):
    """Every step that says something of the digest's facts points to a sentence."""
    case = next(c for c in everybody(opened) if c.report_id == "kuwano-2006-ivig-ulcers")
    told, proofs = steps.steps(case, opened)
    numbers = {p.citation.number for p in proofs}
    given = next(step for step in told if "given" in step.asked)
    assert "immunoglobulin" in given.said
    assert given.numbers
    assert {n for step in told for n in step.numbers} == numbers


# -- library --------------------------------------------------------------------------------------


def test_a_span_is_highlighted_where_it_stands(opened):
    """The words between the marks are the report's from start to end, across its sections once."""
    report = opened.library.report("kuwano-2006-ivig-ulcers")
    section = report.sections[0]
    span = reports_view.wanted_span(report, str(section.start + 3), str(section.start + 30))
    page = reports_view.whole(report, report.sections, span)
    (marked,) = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.S)
    assert marked == report.text[span[0] : span[1]]


@pytest.mark.parametrize(
    ("start", "end"), [("", ""), ("5", "5"), ("9", "3"), ("-1", "4"), ("x", "4"), ("0", "9" * 30)]
)
def test_an_address_with_an_odd_span_shows_no_highlight(opened, start, end):
    """Addresses are typed by people."""
    report = opened.library.report("kuwano-2006-ivig-ulcers")
    assert reports_view.wanted_span(report, start, end) is None


@pytest.fixture
def own(encoder, casebook, tmp_path):
    """A library of one's own, to be changed."""
    from rag.standing import Standing

    with Library(tmp_path / "own", create=True) as library:
        paths = [REPORTS / "cohen-nd-dapsone-two-patients.md"]
        assert {o.status for o in index(paths, library, encoder)} == {"added"}
        yield Opened(casebook, _settings(), library.folder, library, Standing(library, ""))


def test_an_upload_is_judged_then_added_then_removed(own):
    """Each file has an outcome of its own; nothing is stored by looking at it."""
    good = adding.Upload("../../my note.txt", b"Dapsone cleared the rash of a woman. " * 40)
    bad = adding.Upload("broken.pdf", b"%PDF-1.4 nothing")
    looked = adding.checked(good, own)
    assert looked.quality and not looked.reason
    assert adding.checked(bad, own).reason
    assert len(own.listed()) == 1
    outcomes = list(adding.added([good, bad], own))
    assert sorted(o.status for o in outcomes) == ["added", "refused"]
    (new,) = (o.report_id for o in outcomes if o.status == "added")
    assert new in {one.id for one in own.listed()}
    adding.removed(new, own)
    assert new not in {one.id for one in own.listed()}


def test_who_comes_second_is_told_that_another_one_is_writing(own, monkeypatch):
    """Two visitors never write at once."""
    monkeypatch.setattr(adding, "PATIENCE", 0.01)
    with own.writing, pytest.raises(adding.LibraryBusy, match="Another visitor"):
        list(adding.added([adding.Upload("a.txt", b"words")], own))


# -- quality --------------------------------------------------------------------------------------


def test_the_accepted_runs_and_their_questions_are_read():
    """What the page shows is what the gate judges by."""
    log = runs.accepted(runs.shipped())
    assert log[-1].headline["citations exact"][1] == 1.0
    now = runs.run(runs.shipped())
    assert len(now.asked) == log[-1].headline["citations exact"][0]
    n, mean = runs.means(now.asked)["citation recall"]
    assert (n, round(mean, 4)) == log[-1].headline["citation recall"]


def test_release_questions_are_never_shown():
    """Their texts are not to be read."""
    now = runs.run(runs.shipped())
    released = [one for one in now.asked if one.gold.startswith(("release", "case_texts_b"))]
    assert released
    assert not any(one.question for one in released)
    assert all(one.question for one in now.asked if one.gold == "digests")


def test_a_broken_run_is_an_error_with_advice(tmp_path):
    """Whoever names a folder of their own reads what is wrong with it."""
    with pytest.raises(runs.RunsError, match="casebook eval run --out"):
        runs.run(tmp_path)
    (tmp_path / runs.CONDITIONS).write_text(json.dumps({}), "utf-8")
    (tmp_path / runs.RECORDS).write_text("{half", "utf-8")
    with pytest.raises(runs.RunsError, match=re.escape(runs.RECORDS)):
        runs.run(tmp_path)


# -- engines --------------------------------------------------------------------------------------


class Wrote:
    """An event of a language model, by its fields."""

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


def test_sentences_of_a_language_model_come_with_their_verdicts():
    """What is not for the page is passed over; a mended sentence keeps its number."""
    answer = exchange().answer
    one = Wrote(
        number=0, text="<b>She</b> healed [1]", verdict="supported", reasons=(), struck=False
    )
    bad = Wrote(
        number=1, text="She flew", verdict="unsupported", reasons=("no source",), struck=True
    )
    found = list(engines._shown([Wrote(model="m"), one, bad, Wrote(answer=answer, manifest=None)]))
    assert found[-1] is answer
    page = answer_view.draft(found[:-1])
    assert "&lt;b&gt;She" in page
    assert "<s>She flew</s>" in page
    assert 'title="not supported by what it cites; no source"' in page


def test_a_written_answer_shows_each_verdict_and_links_its_marks(monkeypatch):
    """The text is the model's, the proof is the report's."""
    text = "She healed. [1] ~~She flew.~~\nA remark."
    checks = (
        Wrote(start=0, end=15, verdict="supported", reasons=(), struck=False),
        Wrote(start=18, end=27, verdict="unsupported", reasons=("no source",), struck=True),
    )
    given = Wrote(text=text, citations=(CITATION,), checked=checks)
    page = answer_view._written(given, 0)
    assert 'She healed. <a class="cb-mark" href="#cb-0-1"' in page
    assert "<s>She flew.</s>" in page
    assert "~~" not in page
    assert page.endswith("<p>A remark.</p>")


def test_without_a_language_model_the_reports_answer(opened):
    """And nothing is sent."""
    engine = engines.engine_of(_settings())
    assert isinstance(engine, engines.Extractive)
    assert engine.sends_to == ""


def test_who_stops_reading_stops_the_engine():
    """The page is free at once; the engine sees that nobody waits."""
    begun, release = threading.Event(), threading.Event()
    seen: list[threading.Event] = []

    def events(stopped: threading.Event):
        seen.append(stopped)
        yield "first"
        begun.set()
        release.wait(60)
        yield "second"

    reading = state.running(events)
    assert next(one for one in reading if one) == "first"
    assert begun.wait(60)
    reading.close()
    assert seen[0].is_set()
    release.set()


def test_an_engine_that_fails_fails_on_the_page():
    """In the page's own thread, where it is told in one line."""

    def events(stopped: threading.Event):
        raise ValueError("no")
        yield

    with pytest.raises(ValueError, match="no"):
        list(state.running(events))

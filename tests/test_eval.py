"""`casebook eval`: records, totals and tables over a small real library."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log2
from pathlib import Path

import pytest
from places import ROOT
from typer.testing import CliRunner

from eval.cli import app
from eval.gold import GoldError, Item, Judgement, write_schema
from eval.measure import DEPTH, Record, is_exact, measure
from eval.report import declined, failures, to_json, to_text, totals
from eval.run import Run, code_hash, conditions, run, temporary_casebook
from rag.config import DEFAULT_K, Settings
from rag.errors import ReportNotFound
from rag.schema import Answer, Citation, Hit, Passage

DAPSONE = "cohen-nd-dapsone-two-patients"
RITUXIMAB = "ogawa-2017-rituximab-mda5"
REPORTS = ROOT / "corpus" / "reports"
QUESTION = "Did the dermatomyositis rash respond to dapsone?"


def item(name: str = "test-001", **change) -> Item:
    """An unanswerable question, unless changed."""
    given = {
        "question": QUESTION, "kind": "outcome", "style": "terse", "verdict": "unanswerable",
    }  # fmt: skip
    return Item(id=name, author="a test", **(given | change))


def answerable(quote: str | None, *facts: str, report: str = DAPSONE, **change) -> Item:
    evidence = (Judgement(report, 2, quote),)
    wordings = tuple((fact,) for fact in facts or ("dapsone",))
    return item(verdict="answerable", evidence=evidence, facts=wordings, **change)


def answer(hits=(), citations=(), *, text: str = "an answer") -> Answer:
    status = "answered" if citations else "abstained"
    return Answer(
        question=QUESTION, query=QUESTION, status=status, text=text, short_answer=None,
        citations=tuple(citations), hits=tuple(hits), engine="test", notice="",
    )  # fmt: skip


def hits_of(library, report_id: str) -> list[Hit]:
    return [Hit(p, text, 1.0, {}) for p, text in library.report_passages(report_id)]


def cited(library, report_id: str, start: int, end: int, quote: str | None = None) -> Citation:
    report = library.report(report_id)
    return Citation(
        number=1, report_id=report_id, title="", authors=(), journal=None, year=None, doi=None,
        pmid=None, source_kind="digest", basis="abstract", section="", page=None, start=start,
        end=end, quote=report.text[start:end] if quote is None else quote,
    )  # fmt: skip


def sentence(hit: Hit) -> tuple[int, int, str]:
    """The larger part of a passage, as a gold quote would be."""
    return hit.passage.start, hit.passage.end - 5, hit.text[:-5]


def test_retrieval_is_judged_by_the_passage_that_holds_the_quote(casebook):
    """With the right passage third, behind one of another report: 1/log2(4), and rank 2 of 2."""
    right, *rest = hits_of(casebook.library, DAPSONE)
    other = hits_of(casebook.library, RITUXIMAB)[0]
    gold = answerable(sentence(right)[2])
    figures = measure(gold, answer([other, rest[0], right]), casebook.library).figures
    assert figures["passage Success@1"] == 0
    assert figures[f"passage Success@{DEFAULT_K}"] == 1
    assert figures[f"passage R@{DEFAULT_K}"] == 1
    assert figures["passage nDCG@10"] == pytest.approx(1 / log2(4))
    assert figures["report Success@1"] == 0
    assert figures["report nDCG@10"] == pytest.approx(1 / log2(3))


def test_evidence_without_a_quote_judges_reports_only_and_a_digest_stands_for_its_paper(casebook):
    """The digest of a paper is the right report for a question about the paper."""
    digest = Hit(Passage("kuwano-2006-ivig-ulcers", "case", 1, 0, 9), "x", 1.0, {})
    figures = measure(
        answerable(None, report="ivig-2006"), answer([digest]), casebook.library
    ).figures
    assert figures["report Success@1"] == 1
    assert not [name for name in figures if name.startswith("passage")]


def test_all_facts_are_needed_and_only_a_right_report_proves_them(casebook):
    """Facts found in another patient's story count for 'any report', never for 'right report'."""
    right, wrong = (hits_of(casebook.library, name)[0] for name in (DAPSONE, RITUXIMAB))
    start, end, quote = sentence(wrong)
    words = quote.split()
    gold = answerable(None, words[0], words[1])
    found = measure(
        gold, answer([wrong], [cited(casebook.library, RITUXIMAB, start, end)]), casebook.library
    ).figures
    assert (found["facts in answer"], found["facts in answer, right report"]) == (1, 0)
    assert found[f"facts in top {DEFAULT_K}"] == 1
    assert found[f"facts in top {DEFAULT_K}, right report"] == 0
    start, end, quote = sentence(right)
    words = quote.split()
    citations = [cited(casebook.library, DAPSONE, start, end)]
    for facts, expected in ((words[:2], 1), ([words[0], "zebra"], 0)):
        found = measure(answerable(None, *facts), answer([right], citations), casebook.library)
        assert found.figures["facts in answer, right report"] == expected


def test_passages_that_a_user_is_not_shown_do_not_count_for_the_facts(casebook):
    """Ten are asked for, for nDCG@10; the facts must stand in those shown by default."""
    right = hits_of(casebook.library, DAPSONE)[0]
    fill = [replace(right, text="nothing")] * DEFAULT_K
    # `measure` refuses repeated places: give each its own.
    fill = [replace(h, passage=replace(h.passage, number=90 + n)) for n, h in enumerate(fill)]
    gold = answerable(None, right.text.split()[0])
    name = f"facts in top {DEFAULT_K}"
    early = measure(gold, answer([right, *fill]), casebook.library)
    late = measure(gold, answer([*fill, right]), casebook.library)
    assert (early.figures[name], late.figures[name]) == (1, 0)


def test_an_abstention_has_no_facts_in_its_answer(casebook):
    """Missing answers count as zero, whatever was retrieved."""
    right = hits_of(casebook.library, DAPSONE)[0]
    found = measure(answerable(None, "dapsone"), answer([right]), casebook.library)
    assert found.status == "abstained"
    assert found.figures["facts in answer"] == 0


def test_a_forbidden_fact_is_seen_in_the_text_and_in_the_quotes(casebook):
    """The figure is there only for items that forbid something."""
    gold = item(forbidden=("99 mg",))
    assert measure(gold, answer(text="99 mg it was"), casebook.library).figures == {
        "no forbidden fact": 0.0
    }
    assert measure(gold, answer(text="199 mg it was"), casebook.library).figures == {
        "no forbidden fact": 1.0
    }
    assert measure(item(), answer(text="99 mg it was"), casebook.library).figures == {}
    quoted = cited(casebook.library, DAPSONE, 0, 5, "at 99 mg")
    assert measure(gold, answer([], [quoted]), casebook.library).figures == {
        "no forbidden fact": 0.0
    }


@pytest.mark.parametrize(
    ("report_id", "start", "end", "quote", "exact"),
    [
        (DAPSONE, 3, 40, None, True),
        (DAPSONE, 3, 40, "something else", False),
        (DAPSONE, 3, 3, "", False),
        (DAPSONE, -5, -1, None, False),
    ],
    ids=["slice", "other words", "nothing", "from the end"],
)
def test_a_citation_is_exact_when_it_is_the_slice(casebook, report_id, start, end, quote, exact):
    """Each citation is compared with the stored text."""
    found = cited(casebook.library, report_id, start, end, quote)
    assert is_exact(found, casebook.library) is exact
    record = measure(item(), answer([], [found]), casebook.library)
    assert record.inexact_citations == (not exact)


def test_a_citation_of_an_unknown_report_is_not_exact(casebook):
    """An invented source proves nothing."""
    found = replace(cited(casebook.library, DAPSONE, 3, 40), report_id="nobody-2000")
    assert not is_exact(found, casebook.library)


def test_a_library_of_other_texts_is_refused(casebook):
    """A gold quote that is not in the stored report would silently count as not found."""
    gold = answerable("These words are in no report.")
    with pytest.raises(GoldError, match="test-001: the library's cohen"):
        measure(gold, answer(), casebook.library)


@pytest.fixture(scope="module")
def questions(casebook) -> dict[str, tuple[Item, ...]]:
    """A file that the small library can answer, and one about reports that it lacks."""
    quote = sentence(hits_of(casebook.library, DAPSONE)[0])[2]
    gone = replace(answerable("x", report="nobody-2000"), id="test-003")
    turns = ("Did dapsone help?", "and how quickly?")
    here = (
        answerable(quote),
        item("test-002", question="Will it rain on Saturday?", verdict="out of domain"),
        gone,
        replace(answerable(quote), id="test-004", question=None, turns=turns),
    )
    return {"here": here, "elsewhere": (gone, item("test-005"))}


@pytest.fixture(scope="module")
def runs(casebook, questions) -> dict[str, Run]:
    """The questions, asked."""
    return run(questions, casebook)


def test_every_question_that_can_be_asked_has_a_record(runs):
    """Items about absent reports are named, not scored as failures."""
    assert [record.id for record in runs["here"].records] == ["test-001", "test-002", "test-004"]
    assert runs["here"].not_run == ("test-003",)
    assert runs["elsewhere"] == Run((), ("test-003", "test-005"))


def test_real_answers_are_measured(runs):
    """The dapsone report answers a dapsone question; the weather is not in it."""
    dapsone, weather, _ = runs["here"].records
    assert (dapsone.status, weather.status) == ("answered", "abstained")
    assert dapsone.figures["report Success@1"] == 1
    assert dapsone.cited[0] == DAPSONE
    assert dapsone.inexact_citations == 0
    assert len(dapsone.passages) == DEPTH


def test_two_runs_give_the_same_bytes(casebook, questions, runs):
    """No time, no random order."""
    under = conditions(casebook)
    again = run(questions, casebook)
    assert json.dumps(to_json(again, under)) == json.dumps(to_json(runs, under))


def test_nothing_to_ask_is_an_error_that_says_what_to_do(casebook, questions):
    """A table of nothing would look like a result."""
    with pytest.raises(GoldError, match="--with"):
        run({"elsewhere": questions["elsewhere"]}, casebook)


def test_the_depth_of_the_measure_does_not_change_the_answer(casebook):
    """What is measured at ten passages is what a user of the default gets."""
    deep, usual = (casebook.ask(QUESTION, k=k) for k in (DEPTH, DEFAULT_K))
    assert deep.hits[:DEFAULT_K] == usual.hits
    assert replace(deep, hits=()) == replace(usual, hits=())


def test_figures_go_out_without_the_questions(casebook, runs, questions):
    """Neither the table nor the JSON object holds a word of what was asked."""
    under = conditions(casebook)
    for shown in (to_text(runs, under), json.dumps(to_json(runs, under))):
        for gold in questions["here"]:
            assert not [turn for turn in gold.asked if turn in shown]
        assert "here" in shown


def test_the_object_holds_every_record_and_the_conditions(casebook, runs):
    """Totals can be recomputed from the records, which are keyed by id."""
    found = to_json(runs, conditions(casebook))
    assert found["conditions"]["reports"] == 6
    assert found["conditions"]["search"] == "dense generation 1"
    here = found["gold"]["here"]
    assert [record["id"] for record in here["items"]] == ["test-001", "test-002", "test-004"]
    values = [r["figures"]["passage nDCG@10"] for r in here["items"] if r["figures"]]
    assert here["totals"]["passage nDCG@10"] == {"mean": round(sum(values) / 2, 4), "n": 2}
    assert here["by"]["kind"]["outcome"]["passage nDCG@10"]["n"] == 2
    assert found["gold"]["elsewhere"]["totals"] == {}


ANSWER = "facts in answer, right report"
SHOWN = f"facts in top {DEFAULT_K}"
MADE = (
    ("good", "answerable", "answered", {ANSWER: 1.0, SHOWN: 1.0, "passage R@8": 0.5}),
    ("partial", "answerable", "answered", {ANSWER: 0.0, SHOWN: 1.0, "passage R@8": 0.25}),
    ("silent", "answerable", "abstained", {ANSWER: 0.0, SHOWN: 0.0}),
    ("right", "unanswerable", "abstained", {}),
    ("bold", "unanswerable", "answered", {"no forbidden fact": 0.0}),
    ("weather", "out of domain", "answered", {}),
    ("corrected", "false premise", "answered", {ANSWER: 1.0, SHOWN: 1.0}),
    ("fooled", "false premise", "answered", {ANSWER: 0.0, SHOWN: 1.0}),
    ("declined", "false premise", "abstained", {ANSWER: 0.0, SHOWN: 1.0}),
)
RECORDS = tuple(
    Record(name, verdict, "dose", "lay", status, (), ("r",), int(name == "bold"), figures)
    for name, verdict, status, figures in MADE
)


def test_the_code_hash_changes_with_the_code_alone(tmp_path, monkeypatch):
    """A changed weight makes other figures; compiled files do not."""
    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr("rag.__file__", str(tmp_path / "__init__.py"))
    before = code_hash()
    (tmp_path / "rag.pyc").write_bytes(b"x")
    assert code_hash() == before
    (tmp_path / "weights.json").write_text("{}")
    assert code_hash() != before


def test_failures_are_listed_by_what_went_wrong():
    """Each list holds the ids that a developer looks at next."""
    assert failures(RECORDS) == {
        f"facts not in top {DEFAULT_K}": ["silent"],
        "wrongly abstained": ["silent"],
        "answered, facts missing": ["partial"],
        "wrongly answered": ["bold", "weather"],
        "false premise accepted": ["fooled"],
        "forbidden fact": ["bold"],
        "inexact citation": ["bold"],
    }


def test_a_total_is_over_the_questions_that_it_applies_to():
    """Two of nine records have R@8: its n is 2."""
    found = totals(RECORDS)
    assert (found["passage R@8"].mean, found["passage R@8"].n) == (pytest.approx(0.375), 2)
    assert (found[ANSWER].sum, found[ANSWER].n) == (2, 6)
    assert declined(RECORDS).recall == pytest.approx(1 / 3)


def test_the_table_shows_each_figure_with_its_number_of_questions():
    """Shares stand as counts, means with their n, false premises on their own."""
    lines = to_text({"made": Run(RECORDS, ("gone",))}, {"reports": 1}).splitlines()
    rows = {line.split("  ")[0]: " ".join(line.split()) for line in lines}
    assert "made: 9 questions, 1 not run (no such report)" in lines
    assert rows["passage R@8"] == "passage R@8 0.38 (n 2) 0.38 (n 2) - -"
    assert rows[ANSWER] == f"{ANSWER} 0.33 (2/6) 0.33 (1/3) 0.33 (1/3) -"
    assert rows["unanswerable"] == "unanswerable 1 1"
    assert "citations exact: 8 of 9" in lines
    assert (
        "abstaining: precision 0.50 (n 2), recall 0.33 (n 3); "
        "false premises apart: 1 abstained, 1 corrected, 1 accepted"
    ) in lines
    assert "wrongly answered: bold, weather" in lines


def test_a_temporary_library_holds_what_was_asked_for_and_is_gone_afterwards(encoder, tmp_path):
    """Files come in, `without` goes out, and nothing stays on the disk."""
    paper = tmp_path / "paper.txt"
    paper.write_text("A woman with dermatomyositis was given dapsone. The rash cleared.\n", "utf-8")
    paths = [REPORTS / f"{DAPSONE}.md", REPORTS / f"{RITUXIMAB}.md", paper]
    with temporary_casebook(paths, Settings(), without=[RITUXIMAB], encoder=encoder) as opened:
        folder = opened.library.folder
        assert opened.library.report_ids() == [DAPSONE, "paper"]
        assert conditions(opened)["search"] == "exact"
    assert not folder.exists()


def test_a_temporary_library_refuses_what_it_cannot_take_in(encoder, tmp_path):
    """A missing file or id would quietly change what is measured."""
    here = REPORTS / f"{DAPSONE}.md"
    with (
        pytest.raises(GoldError, match="nowhere"),
        temporary_casebook([here, tmp_path / "nowhere.txt"], Settings(), encoder=encoder),
    ):
        pass
    with (
        pytest.raises(ReportNotFound, match="nobody-2000"),
        temporary_casebook([here], Settings(), without=["nobody-2000"], encoder=encoder),
    ):
        pass


def gold_file(folder: Path, quote: str) -> Path:
    path = folder / "mine.yaml"
    entry = {
        "id": "mine-001", "question": QUESTION, "kind": "outcome", "style": "terse",
        "verdict": "answerable", "evidence": [{"report": DAPSONE, "quote": quote, "grade": 2}],
        "facts": [["dapsone"]], "author": "a test",
    }  # fmt: skip
    path.write_text(json.dumps([entry]), "utf-8")  # JSON is YAML
    return path


def test_the_command_measures_a_library_and_writes_the_object(casebook, tmp_path):
    """The standard output holds the table alone; the file holds the figures."""
    gold = gold_file(tmp_path, sentence(hits_of(casebook.library, DAPSONE)[0])[2])
    wish = ["run", "--gold", str(gold), "--library", str(casebook.library.folder)]
    done = CliRunner().invoke(app, [*wish, "--json", str(tmp_path / "figures.json")])
    assert done.exit_code == 0, done.output
    assert "mine: 1 questions" in done.stdout
    assert "asked" not in done.stdout
    assert "mine: 0 of 1 questions asked" in done.stderr
    found = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert found["gold"]["mine"]["asked"] == 1
    assert QUESTION not in json.dumps(found)


@pytest.mark.parametrize("option", ["--with", "--without"])
def test_the_command_measures_a_library_only_as_it_stands(option, tmp_path):
    """A user's own library is never added to."""
    done = CliRunner().invoke(app, ["run", "--library", str(tmp_path), option, "x"])
    assert done.exit_code == 2
    assert "as it stands" in " ".join(done.output.split())


def test_the_check_command_finds_a_false_quote_and_a_held_in_report(tmp_path):
    """A report of the train split may not be measured; invented words are no evidence."""
    done = CliRunner().invoke(app, ["check", "--gold", str(gold_file(tmp_path, "Invented."))])
    assert isinstance(done.exception, GoldError)
    assert "mine-001: cohen-nd-dapsone-two-patients is in neither" in str(done.exception)
    assert "does not hold the quote 'Invented." in str(done.exception)
    assert "mine: 1 items, 2 problems" in done.stdout


def test_the_check_command_writes_the_schema_beside_the_gold(tmp_path):
    """Editors then find it by the first line of the file."""
    gold = gold_file(tmp_path, "Invented.")
    CliRunner().invoke(app, ["check", "--gold", str(gold), "--write-schema"])
    write_schema(tmp_path / "expected.json")
    assert (tmp_path / "gold.schema.json").read_bytes() == (tmp_path / "expected.json").read_bytes()


@pytest.mark.parametrize("words", [[], ["run"], ["check"]], ids=["eval", "run", "check"])
def test_help_shows_how_it_is_used(words):
    """Each command's help has an example."""
    done = CliRunner().invoke(app, [*words, "--help"])
    assert done.exit_code == 0
    assert "casebook eval" in done.output or "run" in done.output
    if words:
        assert f"casebook eval {words[0]}" in done.output

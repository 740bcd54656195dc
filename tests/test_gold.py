"""The gold door, and the shipped gold against the shipped reports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from places import ROOT, SHARED

from eval import gold
from eval.check import allowed_reports, canonical_texts, problems
from eval.gold import GoldError, Item, Judgement, load, load_all, shipped_gold
from rag.reader.words import stems

REPORTS = ROOT / "corpus" / "reports"
TEXTS = ROOT / "eval" / "texts"
SPLITS = ROOT / "eval" / "splits.yaml"
TRAINING_TEXTS = ROOT / "corpus" / "training" / "texts"
SHIPPED = [*shipped_gold("development"), *shipped_gold("release")]

GOOD: dict[str, Any] = {
    "id": "test-001",
    "question": "What was given?",
    "kind": "treatment",
    "style": "terse",
    "verdict": "answerable",
    "evidence": [{"report": "some-report", "quote": "Dapsone was given.", "grade": 2}],
    "facts": [["dapsone"]],
    "author": "a test",
}


def written(folder: Path, *items: dict[str, Any], name: str = "gold.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(list(items), sort_keys=False), "utf-8")
    return path


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The canonical texts of the shipped reports."""
    return canonical_texts([*sorted(REPORTS.glob("*.md")), *sorted(TEXTS.glob("*.txt"))])


def test_shipped_gold_is_well_formed_and_of_the_size_that_was_asked_for():
    """Ids are unique over both parts; each sort of question is there in number."""
    release = [i for items in load_all(shipped_gold("release")).values() for i in items]
    everything = [i for items in load_all(SHIPPED).values() for i in items]
    assert len(release) == 374
    assert len(everything) == 798
    verdicts = Counter(item.verdict for item in everything)
    assert verdicts["unanswerable"] + verdicts["false premise"] >= 120
    assert verdicts["out of domain"] + verdicts["advice"] >= 40
    assert sum(item.kind == "exhaustive" for item in everything) >= 40
    assert sum(item.turns is not None for item in everything) >= 60
    assert {item.style for item in everything} == set(get_args(gold.Style))


def test_half_of_the_answerable_questions_share_few_words_with_what_answers_them(texts):
    """Real users do not copy the report's words: at most three content words in common."""
    few, every = 0, 0
    for items in load_all(SHIPPED).values():
        for item in items:
            quotes = [j.quote for j in item.evidence if j.quote]
            if item.verdict == "answerable" and quotes:
                asked = set(stems(item.asked[-1]))
                every += 1
                few += min(len(asked & set(stems(quote))) for quote in quotes) <= 3
    assert every > 200
    assert few / every > 0.5


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_gold_names_its_schema_on_line_one(path):
    """Editors find the schema by this line."""
    assert path.read_text("utf-8").splitlines()[0] == gold.SCHEMA_LINE


def test_schema_file_is_the_generated_one():
    """After a change of eval/gold.py: casebook eval check --write-schema."""
    assert (ROOT / "eval" / "gold" / "gold.schema.json").read_text("utf-8") == gold.schema()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_gold_fits_the_shipped_reports(path, texts):
    """Quotes are substrings of canonical texts, facts occur in them, no report is a trained one."""
    assert problems(load(path), texts, allowed_reports(SPLITS)) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "eval" / "asked").glob("*.yaml")), ids=lambda path: path.stem
)
def test_what_users_ask_fits_reports_that_casebook_may_learn_from(path, texts):
    """Those questions lead to mends, so that none may be about a report of the gold."""
    split = yaml.safe_load(SPLITS.read_text("utf-8"))
    items = load(path)
    invented = canonical_texts(sorted(TRAINING_TEXTS.glob("*.txt")))
    learnt = frozenset({*split["train"], *split["validation"], *invented})
    known = {name: text for name, text in (texts | invented).items() if name in learnt}
    assert len(items) >= 12
    # Of what is compared the answer must give the names, which need not stand in the evidence.
    assert [one for one in problems(items, known, learnt) if ": the fact " not in one] == []


def test_no_gold_report_is_in_the_train_or_validation_split():
    """Nothing that Casebook learnt or was tuned on is measured."""
    split = yaml.safe_load(SPLITS.read_text("utf-8"))
    learnt = {*split["train"], *split["validation"]}
    used = {
        judgement.report
        for items in load_all(SHIPPED).values()
        for item in items
        if item.kind != "exhaustive"  # these ask about the whole corpus, whatever split
        for judgement in item.evidence
    }
    assert used
    assert not used & learnt


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the published papers are not here")
def test_facts_of_the_papers_occur_in_the_papers():
    """Evidence without a quote is checked against the whole text, where the papers are at hand."""
    papers = canonical_texts(sorted((SHARED / "seeds").glob("*.txt")))
    assert set(papers) >= set(gold.SAME_WORK.values())
    items = load(ROOT / "eval" / "gold" / "development" / "seed_papers.yaml")
    assert problems(items, papers, allowed_reports(SPLITS)) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"evidence": [{"report": "r", "quote": "It was not.", "grade": 2}]}, "the quote 'It was"),
        ({"facts": [["dapsone"], ["15 mg"]]}, "the fact 15 mg does not occur"),
        ({"evidence": [{"report": "t", "quote": "Dapsone", "grade": 2}]}, "t is in neither"),
        ({"evidence": [{"report": "u", "quote": "Dapsone", "grade": 2}]}, "there is no report u"),
    ],
    ids=["quote", "fact", "split", "report"],
)
def test_a_planted_misfit_is_reported_with_its_item(change, complaint, tmp_path):
    """The check above can fail, for each thing that it looks at."""
    texts = {"r": "Dapsone was given.", "t": "Dapsone was stopped."}
    fitting = GOOD | {"evidence": [{"report": "r", "quote": "Dapsone was given.", "grade": 2}]}
    good, bad = load(written(tmp_path, fitting)), load(written(tmp_path, fitting | change))
    assert problems(good, texts, {"r", "u"}) == []
    (found,) = problems(bad, texts, {"r", "u"})
    assert found.startswith("test-001: ")
    assert complaint in found


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"surprise": 1}, "test-001 surprise"),
        ({"kind": "dosage"}, "test-001 kind"),
        ({"style": "rude"}, "test-001 style"),
        ({"verdict": "maybe"}, "test-001 verdict"),
        ({"id": "1"}, "1 id"),
        ({"question": " "}, "test-001 question"),
        ({"turns": ["one", "two"]}, "either 'question' or 'turns'"),
        ({"question": None, "turns": ["one"]}, "test-001 turns"),
        ({"question": None}, "either 'question' or 'turns'"),
        ({"facts": []}, "'answerable' needs"),
        ({"facts": ["dapsone"]}, "test-001 facts 0"),
        ({"verdict": "unanswerable"}, "'unanswerable' must not have"),
        ({"evidence": [{"report": "r", "grade": 3}]}, "test-001 evidence 0 grade"),
        ({"evidence": [{"report": "r", "grade": 2, "page": 3}]}, "test-001 evidence 0 page"),
        (
            {"evidence": [{"report": "r", "grade": 2}, {"report": "r", "grade": 2, "quote": "q"}]},
            "or none has",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_malformed_item_is_refused_by_name(change, complaint, tmp_path):
    """The message names file, item and field, and where the rules stand."""
    path = written(tmp_path, GOOD | change)
    with pytest.raises(GoldError) as caught:
        load(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert "gold.schema.json" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"- [", "not valid YAML"),
        (b"\xff", "not valid YAML"),
        (b"", "the file"),
        (b"a: 1", "the file"),
    ],
    ids=["broken", "not UTF-8", "empty", "no list"],
)
def test_a_file_that_is_no_list_of_items_is_refused(content, complaint, tmp_path):
    """One line for the user, whatever the file holds."""
    path = tmp_path / "gold.yaml"
    path.write_bytes(content)
    with pytest.raises(GoldError, match=complaint):
        load(path)


def test_a_missing_file_is_refused(tmp_path):
    """The message names the path."""
    with pytest.raises(GoldError, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_an_id_used_twice_is_refused_within_and_across_files(tmp_path):
    """Records are found by id."""
    with pytest.raises(GoldError, match="used twice: test-001"):
        load(written(tmp_path, GOOD, GOOD))
    one, two = written(tmp_path, GOOD), written(tmp_path, GOOD, name="other.yaml")
    with pytest.raises(GoldError, match="test-001 is used in"):
        load_all([one, two])
    with pytest.raises(GoldError, match="second gold file"):
        load_all([one, one])


def test_a_paper_and_its_digest_count_as_one_work():
    """Whoever retells the other, the right report is found."""
    item = Item(
        id="test-001", question="?", kind="dose", style="lay", verdict="answerable",
        evidence=(Judgement("ivig-2006", 2), Judgement("kuwano-2006-ivig-ulcers", 1)),
        facts=(("x",),), author="a test",
    )  # fmt: skip
    assert item.works == {"ivig-2006"}
    assert gold.work("ogawa-2017-rituximab-mda5") == "ogawa-2017-rituximab-mda5"


def test_turns_are_asked_in_order(tmp_path):
    """A conversation is asked as it stands; a question is a conversation of one."""
    chat = {k: v for k, v in GOOD.items() if k != "question"} | {"turns": ["one", "two"]}
    assert load(written(tmp_path, chat))[0].asked == ("one", "two")
    assert load(written(tmp_path, GOOD))[0].asked == ("What was given?",)

"""Public sets through the product's search: figures that can be worked out by hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import WordEncoder
from typer.testing import CliRunner

from eval.cli import app
from eval.external.measures import Judge, MeasuresMissing, auroc, chance
from eval.external.reading import read
from eval.external.retrieval import retrieval
from eval.external.run import measured
from eval.external.sentences import Asked, answered, no_answer, select, snippets
from eval.external.sets import Document, ExternalSet, ExternalSetError, Query, folders, load
from eval.external.shelf import RememberingEncoder, sentences, shelve_as_written
from eval.external.table import to_text
from rag.chat import Casebook
from rag.config import Settings
from rag.errors import CasebookError
from rag.held import is_held
from rag.library import Library

REAL = Path("/work/shared/data")
HELD, TRAINED = "Yuan dynasty", "Normans"  # is_held says so; the test below makes sure


def write(
    folder: Path,
    documents: Sequence[dict[str, object]],
    queries: Sequence[dict[str, object]],
    qrels: Sequence[tuple[str, str, int]] | None = None,
) -> Path:
    folder.mkdir(parents=True)
    for name, rows in (("docs", documents), ("queries", queries)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8", newline="\n")
    if qrels is not None:
        lines = "".join(f"{query}\t{document}\t{grade}\n" for query, document, grade in qrels)
        (folder / "qrels.tsv").write_text(lines, "utf-8")
    return folder


def doc(id: str, text: str, title: str = HELD) -> dict[str, object]:
    return {"id": id, "title": title, "text": text}


ULCER = "The ulcer healed with dapsone. Her mother is a baker."
LUNG = "Cyclosporine helped the lung. The scan was clear in May."
MUSCLE = "The muscle biopsy showed atrophy. Walking was slow."
DOCUMENTS = [doc("1", ULCER), doc("2", LUNG), doc("3", MUSCLE)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """All four sets, three or so documents each."""
    asked = [
        {"id": "q2", "text": "What helped the lung?"},
        {"id": "q1", "text": "What healed the ulcer?"},
    ]
    write(tmp_path / "pubmedqa", DOCUMENTS, asked, [("q1", "1", 1), ("q2", "2", 1)])
    cut = [
        {**asked[0], "snippets": [{"doc": "2", "text": "Cyclosporine helped the lung."}]},
        {**asked[1], "snippets": [{"doc": "1", "text": "healed with dapsone"}]},
    ]
    write(tmp_path / "bioasq", DOCUMENTS, cut, [("q1", "1", 1), ("q2", "2", 1), ("q2", "3", 0)])
    own = [
        {**asked[0], "para": "2", "answers": [["Cyclosporine", 0]], "impossible": False},
        {**asked[1], "para": "1", "answers": [["dapsone", 22]], "impossible": False},
        {"id": "q3", "text": "Which zebra?", "para": "3", "answers": [], "impossible": True},
    ]
    write(tmp_path / "covidqa", DOCUMENTS, own[:2])
    other = {
        "id": "q4",
        "text": "Who?",
        "para": "4",
        "answers": [["Rollo", 0]],
        "impossible": False,
    }
    known = [*DOCUMENTS, doc("4", "Rollo led them.", TRAINED)]
    write(tmp_path / "squad2dev", known, [*own, other])
    return tmp_path


def figures(folder: Path, limit: int | None = None) -> dict[str, dict[str, dict[str, float]]]:
    encoder = RememberingEncoder(WordEncoder())
    return {found.task.split(":")[0]: found.figures for found in measured(folder, encoder, limit)}


# -- sets -----------------------------------------------------------------------------------------


def test_a_set_is_read_as_it_stands(tmp_path):
    """U+2028 ends no line, grade 0 is not relevant, ids become safe, order stays."""
    folder = write(
        tmp_path / "bioasq",
        [doc("B#1", "One\u2028two."), doc("a", "Three.")],
        [{"id": "q2", "text": "?", "snippets": [{"doc": "B#1", "text": "two"}]},
         {"id": "q1", "text": "\u2028?"}],
        [("q2", "B#1", 2), ("q2", "a", 0)],
    )  # fmt: skip
    found = load(folder)
    assert [d.id for d in found.documents] == ["b-1", "a"]
    assert found.documents[0].text == "One\u2028two."
    assert [q.id for q in found.queries] == ["q2", "q1"]
    assert found.queries[0].relevant == {"b-1": 2}
    assert found.queries[0].snippets == (("b-1", "two"),)
    assert found.queries[1].relevant == {}


def test_without_judgements_para_is_the_document(data):
    query = load(data / "squad2dev").queries[2]
    assert (query.relevant, query.impossible, query.answers) == ({"3": 1}, True, ())


@pytest.mark.parametrize(
    ("documents", "queries", "qrels", "said"),
    [
        ([doc("a", "x"), doc("A", "y")], [], [], "two documents share an id"),
        ([{"id": "a"}], [], [], "docs.jsonl: line 1 has no 'text'"),
        ([doc("a", "x")], [{"id": "q", "text": "?"}], None, "line 1 has no 'para'"),
        ([doc("a", "x")], [{"id": "q", "text": "?", "para": "z"}], None, "names the document z"),
        ([doc("a", "x")], [{"id": "q", "text": "?"}] * 2, [], "two queries share an id"),
        ([doc("a", "x")], [], [("q", "a", "good")], "qrels.tsv: line 1 is not query"),
    ],
)
def test_a_set_that_is_not_in_the_format_is_refused(tmp_path, documents, queries, qrels, said):
    folder = write(tmp_path / "set", documents, queries, qrels)
    with pytest.raises(ExternalSetError, match=said):
        load(folder)


def test_broken_json_names_the_line(data):
    path = data / "pubmedqa" / "docs.jsonl"
    path.write_text(path.read_text("utf-8") + "{broken\n", "utf-8")
    with pytest.raises(ExternalSetError, match=r"docs\.jsonl: line 4 is no JSON"):
        load(data / "pubmedqa")


def test_the_folders_that_are_there(data, tmp_path):
    """In one order whatever was named first; what is not there is said."""
    assert [f.name for f in folders(data)] == ["pubmedqa", "bioasq", "covidqa", "squad2dev"]
    assert [f.name for f in folders(data, ["covidqa", "pubmedqa"])] == ["pubmedqa", "covidqa"]
    with pytest.raises(ExternalSetError, match="no set 'trec'; known: pubmedqa"):
        folders(data, ["trec"])
    (data / "bioasq" / "docs.jsonl").unlink()
    with pytest.raises(ExternalSetError, match=r"bioasq: holds no docs\.jsonl"):
        folders(data, ["bioasq"])
    with pytest.raises(ExternalSetError, match="holds none of the sets"):
        folders(tmp_path / "nowhere")


def test_training_and_evaluation_hold_the_same_documents():
    from rag.training import pairs

    assert pairs.is_held is is_held
    assert is_held(HELD) and not is_held(TRAINED)
    assert 150 < sum(is_held(f"title {number}") for number in range(1000)) < 250
    # A document without a title goes by its id; most of BioASQ's have none.
    assert 150 < sum(is_held("", f"{number}") for number in range(1000)) < 250
    assert is_held(HELD, "anything") and not is_held(TRAINED, "anything")


# -- measures -------------------------------------------------------------------------------------


def test_measures_are_those_of_trec():
    """One of two relevant, at rank 2: DCG 1/log2(3) over 1 + 1/log2(3); no ranking is 0."""
    judge = Judge(("nDCG@10", "R@10", "Success@1"), {"q": {"a": 1, "b": 1}, "p": {"a": 1}})
    each = judge.each({"q": ["x", "a"]})
    assert each["nDCG@10"]["q"] == pytest.approx(0.63093 / 1.63093, abs=1e-4)
    assert each["R@10"] == {"p": 0.0, "q": 0.5}
    assert each["Success@1"] == {"p": 0.0, "q": 0.0}
    assert judge.means({"q": ["a"], "p": ["a"]})["Success@1"] == 1.0


def test_nothing_found_at_all_is_zero():
    assert Judge(("R@10",), {"q": {"a": 1}}).means({}) == {"R@10": 0.0}
    assert Judge(("R@10",), {}).means({}) == {}


def test_a_missing_package_is_said_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(MeasuresMissing, match=r"pip install 'ir-measures>=") as caught:
        Judge(("R@10",), {})
    assert isinstance(caught.value, CasebookError)


def test_auroc_counts_a_tie_as_half():
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4
    assert auroc([0.1], [0.9]) == 0.0
    assert auroc([], [0.9]) is None


def test_chance():
    """One right of four: 1/4 at first, 3/4 among three, certain among four and beyond."""
    assert [chance(1, 4, k) for k in (1, 3, 4, 9)] == [0.25, 0.75, 1.0, 1.0]
    assert chance(0, 4, 9) == 0.0


# -- sentences ------------------------------------------------------------------------------------


def made(text: str, *queries: Query, title: str = HELD) -> ExternalSet:
    return ExternalSet("made", (Document("a", title, text),), queries)


@pytest.mark.parametrize(
    ("words", "at", "number"),
    [
        ("dapsone", 22, 1),
        ("dapsone", 24, 1),  # the set's offset is wrong: the nearest place counts
        (" Her mother", 30, 2),  # a blank before the answer belongs to no sentence
        ("The", 31, 1),
        ("zebra", 0, None),
    ],
)
def test_the_sentence_in_which_the_answer_begins(words, at, number):
    query = Query("q", "?", {"a": 1}, answers=((words, at),))
    (asked,) = answered(made(ULCER, query), [query])
    assert asked.right == ({f"a#text/{number}"} if number else set())
    assert (asked.documents, asked.among) == (("a",), 2)


def test_an_impossible_question_has_no_right_sentence():
    query = Query("q", "?", {"a": 1}, answers=(("dapsone", 22),), impossible=True)
    (asked,) = answered(made(ULCER, query), [query])
    assert asked.right == frozenset()


@pytest.mark.parametrize(
    ("snippet", "numbers"),
    [
        ("healed with dapsone", {1}),
        (ULCER, {1, 2}),
        ("dapsone. Her mother is a baker.", {2}),  # of sentence 1 only the end
        ("not in the text", set()),
    ],
)
def test_a_sentence_holds_a_snippet_by_more_than_half(snippet, numbers):
    query = Query("q", "?", {"a": 1}, snippets=(("a", snippet),))
    (asked,) = snippets(made(ULCER, query))
    assert asked.right == {f"a#text/{number}" for number in numbers}


def test_only_held_documents_are_searched_for_snippets():
    documents = (Document("h", HELD, ULCER), Document("t", TRAINED, LUNG))
    both = Query("both", "?", {}, snippets=(("h", "ulcer"), ("t", "lung")))
    one = Query("one", "?", {}, snippets=(("h", "ulcer"),))
    none = Query("none", "?", {}, snippets=(("t", "lung"),))
    data = ExternalSet("made", documents, (both, one, none))
    assert [(a.id, a.documents) for a in snippets(data)] == [("both", ("h",)), ("one", ("h",))]
    assert [a.id for a in snippets(data, unseen=True)] == ["one"]


def test_selection_stays_within_the_question_s_documents():
    """The other document repeats the question; only the own one is ranked, and it is missed."""
    documents = (
        Document("a", "", "Zebras run far. The ulcer healed."),
        Document("b", "", "Which zebras run far?"),
    )
    own = Asked("q", "Which zebras run far?", ("a",), frozenset({"a#text/2"}), 2)
    other = Asked("r", "The ulcer healed", ("a", "b"), frozenset({"a#text/2"}), 3)
    lost = Asked("s", "?", ("a",), frozenset(), 2)
    data = ExternalSet("made", documents, ())
    tasks = {"all": [own, other, lost], "one": [other]}
    every, single = select(data, tasks, RememberingEncoder(WordEncoder()), (1, 2))
    assert (every.n, every.left_out, single.n) == (2, 1, 1)
    # Of question q BM25 knows one sentence, the wrong one; cosine knows both.
    assert every.figures["BM25"] == {"Success@1": 0.5, "Success@2": 0.5}
    assert every.figures["dense"] == {"Success@1": 0.5, "Success@2": 1.0}
    assert every.figures["chance"]["Success@1"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert single.figures["hybrid"] == {"Success@1": 1.0, "Success@2": 1.0}


def test_a_likelier_sentence_means_an_answer():
    """Two answerable questions, one that nothing in its document is near: AUROC 1 in both arms."""
    data = ExternalSet("made", (Document("a", "", ULCER),), ())
    right = frozenset({"a#text/1"})
    asked = [
        Asked("1", "What healed the ulcer?", ("a",), right, 2),
        Asked("2", "Was the ulcer healed with dapsone?", ("a",), right, 2),
        Asked("3", "Zebras?", ("a",), frozenset(), 2),
    ]
    found = no_answer(data, asked, RememberingEncoder(WordEncoder()))
    assert {arm: found.figures[arm] for arm in ("dense", "BM25")} == {
        "dense": {"AUROC": 1.0}, "BM25": {"AUROC": 1.0},
    }  # fmt: skip
    one_sided = no_answer(data, asked[:2], RememberingEncoder(WordEncoder())).figures
    assert one_sided == {"dense": {}, "BM25": {}, "reader": {}}


def test_the_reader_reads_passages_and_names_the_sentences_of_the_set(encoder):
    """The product's own reading, with the real model: the sentence that answers comes first."""
    text = f"The clinic is in a valley. {ULCER} {LUNG}"
    data = ExternalSet("made", (Document("a", "", text), Document("b", "", MUSCLE)), ())
    asked = [
        Asked("1", "What healed the ulcer?", ("a",), frozenset(), 5),
        Asked("2", "Which car did the surgeon drive?", ("b",), frozenset(), 2),
    ]
    found = read(data.documents, asked, RememberingEncoder(encoder), 2)
    assert found["1"].ranking[0] == "a#text/2"
    assert len(found["1"].ranking) == 2
    assert {name.split("#")[0] for name in found["2"].ranking} == {"b"}
    assert found["1"].answerable > found["2"].answerable


def test_what_is_read_of_a_document_is_what_the_product_reads(encoder, tmp_path):
    """The second reading is part of it: the probability is the answer's own."""
    text = f"About a clinic. {ULCER} {LUNG} {MUSCLE}"
    question = "What healed the ulcer?"
    (found,) = read(
        (Document("a", "", text),),
        [Asked("1", question, ("a",), frozenset(), 7)],
        RememberingEncoder(encoder),
        1,
    ).values()
    with Library(tmp_path, create=True) as library:
        shelve_as_written([Document("a", "", text)], library, encoder)
    with Casebook(tmp_path, Settings(), encoder=encoder) as casebook:
        answer = casebook.ask(question, filters={"report": ["a"]})
    assert found.answerable == answer.answerable


def test_sentences_are_numbered_from_one():
    places = sentences(Document("a", "", ULCER))
    assert [(p.id, ULCER[p.start : p.end]) for p in places] == [
        ("a#text/1", "The ulcer healed with dapsone."),
        ("a#text/2", "Her mother is a baker."),
    ]


# -- retrieval ------------------------------------------------------------------------------------


def test_bm25_alone_does_not_find_what_shares_no_word(tmp_path):
    """The relevant document has no word of the question: cosine ranks it, BM25 leaves it out."""
    folder = write(
        tmp_path / "pubmedqa",
        DOCUMENTS,
        [{"id": "q", "text": "What healed the ulcer?"}, {"id": "p", "text": "unjudged"}],
        [("q", "3", 1)],
    )
    found = retrieval(load(folder), RememberingEncoder(WordEncoder()))
    assert found.figures["BM25"] == {"nDCG@10": 0.0, "R@10": 0.0}
    assert found.figures["dense"]["R@10"] == 1.0
    assert found.figures["dense"]["nDCG@10"] < 1.0
    assert (found.n, found.left_out) == (1, 1)


def test_a_limit_takes_the_first_questions_and_all_documents(data):
    said: list[str] = []
    encoder = RememberingEncoder(WordEncoder())
    found = retrieval(load(data / "pubmedqa"), encoder, 1, said.append)
    assert (found.n, found.left_out) == (1, 0)
    assert "among 3" in found.task
    assert "3 of 3 documents embedded" in said


def test_every_vector_is_computed_once():
    inner = WordEncoder()
    encoder = RememberingEncoder(inner)
    first = encoder.encode(["a", "b", "a"])
    assert (encoder.encode(["b", "a"]) == first[[1, 0]]).all()
    assert inner.encoded == ["a", "b"]
    assert encoder.encode([]).shape == (0, inner.dimensions)


# -- all of it ------------------------------------------------------------------------------------


def test_each_set_has_its_figures(data):
    perfect = {"nDCG@10": 1.0, "R@10": 1.0}
    top = {"Success@1": 1.0, "Success@3": 1.0, "Success@5": 1.0}
    assert figures(data / "pubmedqa")["documents"]["hybrid"] == perfect
    assert figures(data / "bioasq")["snippets"]["hybrid"] == top
    assert figures(data / "covidqa")["sentences"]["BM25"] == top
    squad = figures(data / "squad2dev")
    assert squad["no answer"]["dense"] == squad["no answer"]["BM25"] == {"AUROC": 1.0}
    assert 0 <= squad["no answer"]["reader"]["AUROC"] <= 1
    assert squad["sentences"]["dense"] == {"Success@1": 1.0}


def test_only_the_tasks_that_are_named_are_run(data):
    """An hour of documents need not come before the minutes of sentences."""

    def tasks(name: str, *wanted: str) -> list[str]:
        encoder = RememberingEncoder(WordEncoder())
        return [r.task.split(":")[0] for r in measured(data / name, encoder, tasks=wanted)]

    assert tasks("covidqa", "sentences") == ["sentences"]
    assert tasks("squad2dev", "no answer") == ["no answer"]
    assert tasks("squad2dev", "sentences", "documents") == ["sentences"]
    assert set(tasks("bioasq", "snippets")) == {"snippets"}
    assert tasks("pubmedqa", "sentences") == []
    assert tasks("pubmedqa") == ["documents"]
    with pytest.raises(ExternalSetError, match="no task 'snipets'; known: documents, no answer"):
        tasks("bioasq", "snipets")


def test_titles_that_were_trained_on_take_no_part(data):
    """Question q4 is about such a title; q3 is impossible: two are judged."""
    results = list(measured(data / "squad2dev", RememberingEncoder(WordEncoder())))
    assert [found.n for found in results] == [3, 2]


def test_the_command_prints_and_writes_the_same(data, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.embed.SentenceEncoder", lambda model, threads: WordEncoder())
    out = tmp_path / "figures.json"
    words = ["external", "--data", str(data), "--set", "covidqa", "--limit", "1"]
    shown = CliRunner().invoke(app, [*words, "--json", str(out)])
    assert shown.exit_code == 0, shown.output
    assert "covidqa, documents: question → its documents among 3" in shown.stdout
    assert "hybrid        1.000      1.000       1" in shown.stdout
    assert "embedded" in shown.stderr and "embedded" not in shown.stdout
    stored = json.loads(out.read_text("utf-8"))
    assert (stored["model"], stored["limit"]) == ("words", 1)
    assert [r["n"] for r in stored["results"]] == [1, 1]
    assert stored["results"][0]["figures"]["dense"] == {"nDCG@10": 1.0, "R@10": 1.0}


def test_two_runs_print_the_same(data):
    texts = {
        to_text(list(measured(data / "covidqa", RememberingEncoder(WordEncoder()))))
        for _ in range(2)
    }
    assert len(texts) == 1


def test_the_real_model_finds_real_abstracts(encoder, tmp_path):
    """Twenty PubMedQA questions among their twenty abstracts: nearly all must be found."""
    source = REAL / "pubmedqa"
    if not source.is_dir():
        pytest.skip(f"{source} is not here: the public sets are not part of Casebook")
    folder = tmp_path / "pubmedqa"
    folder.mkdir()
    for name in ("docs.jsonl", "queries.jsonl", "qrels.tsv"):
        lines = (source / name).read_text("utf-8").split("\n")[:20]
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    found = retrieval(load(folder), RememberingEncoder(encoder), limit=10)
    assert found.n == 10
    assert min(values["R@10"] for values in found.figures.values()) >= 0.9

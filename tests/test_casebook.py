"""rag.casebook, rag.engine: the class for Python programs, and who answers behind every way in."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from fakes import WordEncoder
from places import ROOT, SMALL
from scripted_llm import Hangs, Says, scripted
from shelves import NOTES, note, stocked

import rag
from rag.casebook import Casebook
from rag.cases.query import Query
from rag.chain import CasebookRetriever, answer_chain
from rag.config import Settings
from rag.engine import Engine, Question, engine_of
from rag.errors import ConfigError, FilterError, LibraryMissing, QuestionError, ReportNotFound
from rag.llm.calling import Cancelled
from rag.llm.events import Sentence, Writing
from rag.schema import Answer

DAPSONE = "How did the skin respond to dapsone?"


@pytest.fixture
def own(tmp_path):
    """A library of three notes that a test may change."""
    folder = stocked(tmp_path / "library")
    with Casebook(folder, Settings(), encoder=WordEncoder()) as opened:
        yield opened


def test_the_package_has_one_door_and_stays_light():
    """`from rag import Casebook` loads; `import rag` does not; another name is an error."""
    assert rag.Casebook is Casebook
    code = "import sys, rag; assert 'rag.casebook' not in sys.modules; rag.Casebook"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with pytest.raises(AttributeError, match="no attribute 'Casebok'"):
        _ = rag.Casebok


def test_open_finds_the_library_of_the_settings(small_library, encoder, monkeypatch):
    """A folder, the variable, a setting by name; what is missing or unknown is told."""
    monkeypatch.setattr("rag.chat.SentenceEncoder.of", lambda _: encoder)
    with Casebook.open(small_library) as opened:
        assert opened.library.report_ids() == sorted(SMALL)
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(small_library))
    with Casebook.open(retractions="") as opened:
        assert opened.library.folder == small_library
    with pytest.raises(LibraryMissing):
        Casebook.open(small_library / "nowhere")
    with pytest.raises(ConfigError, match="unknown setting"):
        Casebook.open(colour="red")


def test_the_default_library_builds_itself(tmp_path, monkeypatch):
    """Without a folder: from the shipped reports, once."""
    (tmp_path / "shipped").mkdir()
    name = f"{SMALL[0]}.md"
    text = (ROOT / "corpus" / "reports" / name).read_text("utf-8")
    (tmp_path / "shipped" / name).write_text(text, "utf-8")
    monkeypatch.setattr("rag.casebook.SentenceEncoder.of", lambda _: WordEncoder())
    monkeypatch.setattr("rag.shipped.shipped_reports", lambda: tmp_path / "shipped")
    for _ in range(2):
        with Casebook.open() as opened:
            assert opened.library.report_ids() == [SMALL[0]]
            assert opened.library.folder == tmp_path / "data" / "casebook" / "library"


def test_adding_is_seen_by_the_next_question(own, tmp_path):
    """Files and folders; a bad one is refused with its reason, the rest go on."""
    good = note(tmp_path / "new", "acitretin", "A woman of 60 took acitretin; the rash cleared.")
    bad = tmp_path / "new" / "picture.png"
    bad.write_bytes(b"x")
    outcomes = own.add([good, str(bad)])
    assert sorted(one.status for one in outcomes) == ["added", "refused"]
    assert own.search("acitretin", k=1)[0].passage.report_id == "acitretin"
    assert [one.status for one in own.add(good)] == ["unchanged"]
    assert own.show("acitretin").text == good.read_text("utf-8")
    with pytest.raises(ReportNotFound, match="acitretin"):
        own.show("acitretine")


def test_adding_and_asking_at_once(own, tmp_path):
    """Threads wait for each other; nothing is lost and nobody fails."""
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(10):
                own.ask("dapsone rash?")
                own.cases(drug="dapsone")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        own.add(note(tmp_path / "new", f"n{number}", f"Patient {number} took drug {number}."))
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(own.library.report_ids()) == len(NOTES) + 5


def test_search_serves_both_callers(service):
    """Words give `k` hits; a resolved question is the stage of `ask`, and the chain is equal."""
    casebook = service.casebook
    assert casebook.search("dapsone", k=3) == casebook.find("dapsone", k=3)
    assert len(casebook.search("dapsone")) == 8
    assert answer_chain(casebook).invoke(DAPSONE) == casebook.ask(DAPSONE)
    assert len(CasebookRetriever(casebook=casebook, k=2).invoke("dapsone")) == 2


def test_cases_take_words_lists_or_a_query(service):
    """One text is a list of one; a wrong condition is told."""
    casebook = service.casebook
    found = casebook.cases(drug="rituximab")
    assert len(found.count.found) == 1
    assert found == casebook.cases(drug=["rituximab"])
    assert found == casebook.cases(Query(drug=["rituximab"]))
    assert casebook.cases(drug="rituximab", sex="female", age=None).lines
    with pytest.raises(FilterError):
        casebook.cases(sex="?")
    with pytest.raises(FilterError):
        casebook.cases(group_by="shoe")


def test_the_engine_answers_as_ask_does(service):
    """With turns, too; without a turn there is no question."""
    engine, casebook = service.engine, service.casebook
    assert (engine.name, engine.sends_to) == ("extractive", "")
    turns = ("What was the response to rituximab?", "And his antibodies?")
    assert engine.answer(Question(turns)) == casebook.converse(turns)
    first, *said, last = engine.events(Question((DAPSONE,)))
    assert isinstance(first, Writing)
    assert all(isinstance(one, Sentence) for one in said)
    assert last == casebook.ask(DAPSONE)
    with pytest.raises(QuestionError):
        engine.answer(Question(()))


def test_a_language_model_brings_the_same_kinds_of_events(service):
    """It writes; where it is not asked, the finished answer comes as the same events."""
    with scripted(Says("The rash improved on dapsone [1].")) as script:
        settings = Settings(llm="openai:scripted", llm_url=script.url, llm_repair="off")
        engine = engine_of(service.casebook, settings)
        assert engine.name == "openai:scripted"
        assert engine.sends_to == script.url.removesuffix("/v1") or engine.sends_to
        for question in (DAPSONE, "Which patients had a lung transplant?"):
            first, *said, last = engine.events(Question((question,)))
            assert isinstance(first, Writing)
            assert said
            assert all(isinstance(one, Sentence) for one in said)
            assert isinstance(last, Answer)
        assert len(script.requests) == 1  # patients are counted without it
        none = engine_of(service.casebook, settings, "none")
        assert none.answer(Question((DAPSONE,))) == service.casebook.ask(DAPSONE)


def test_who_leaves_stops_the_model(service):
    """`cancel` ends the waiting for a model that says nothing more."""
    with scripted(Hangs("The rash")) as script:
        settings = Settings(llm="openai:scripted", llm_url=script.url, llm_retries=0)
        engine = engine_of(service.casebook, settings)
        left = threading.Event()
        coming = engine.events(Question((DAPSONE,)), left)
        assert isinstance(next(coming), Writing)
        left.set()
        with pytest.raises(Cancelled):
            list(coming)


def test_every_question_gets_sentences_that_are_in_its_answer(service):
    """The sentences cover all that the answer says, mark for mark, but for bullets."""
    engine = Engine(service.casebook, None, None)
    for question in (DAPSONE, "Which patients had a lung transplant?", "What is the weather?"):
        *events, answer = engine.events(Question((question,)))
        said = [one for one in events if isinstance(one, Sentence)]
        letters = "".join("".join(one.text.split()) for one in said)
        lines = [line.strip().removeprefix("- ") for line in answer.text.splitlines()]
        assert letters == "".join("".join(line.split()) for line in lines)

"""Hostile passages: none leaves its fence, is shown as proved, leaks the prompt or makes a link."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from places import ROOT

pytest.importorskip("langchain_core")

from rag.answer import Consulted
from rag.llm.answering import compose, written_answer
from rag.llm.evidence import Shown, shown
from rag.llm.fence import fenced, gives_orders
from rag.llm.manifest import Usage
from rag.llm.options import Options
from rag.llm.prompts import prompt
from rag.llm.writing import Writer
from rag.schema import Answer, Citation, Evidence, Passage, Report, Section
from rag.sentences import sentence_spans

TRUE = "The skin lesions cleared in both patients after dapsone was added."


def passages() -> list[str]:
    lines = (Path(__file__).parent / "injections.txt").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("# ")]
    escape = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")
    return [escape.sub(lambda m: chr(int(m[1] or m[2], 16)), line) for line in kept]


HOSTILE = passages()

# What a page, a terminal or another model would act on.
_ACTIVE = re.compile(
    r"https?:|www\.|javascript:|data:|!\[|\]\(|\]:|<[A-Za-z/!]|[\u200b-\u200f\u202a-\u202e\u2060-"
    r"\u2069\x00-\x09\x0b-\x1f\U000e0000-\U000e007f]",
    re.IGNORECASE,
)


class Obedient:
    """A model that does what a passage orders: it says `reply`, and nonsense when asked again."""

    def __init__(self, reply: str) -> None:
        self.replies: list[str] = []
        self.truncated = False
        self.usage = Usage()
        self._reply = reply

    def say(self, template: object, values: Mapping[str, str]) -> Iterator[str]:
        reply = self._reply if not self.replies else "1. PWNED [1]"
        self.replies.append(reply)
        yield from reply  # letter by letter


def report(*texts: str) -> tuple[Report, list[tuple[int, int]]]:
    """A report of one section whose sentences are these texts, and where they stand."""
    places = []
    whole = ""
    for text in texts:
        places.append((len(whole), len(whole) + len(text)))
        whole += f"{text}\n"
    section = Section("case", "Case", "case", 0, len(whole))
    made = Report(
        "doe-2020", "A case", whole, (section,), "doe.txt", "user file", "full text",
        authors=("Doe J",), year=2020,
    )  # fmt: skip
    return made, places


def evidence_of(*texts: str) -> Shown:
    """Each text as a numbered sentence, whatever it says."""
    made, places = report(*texts)
    citations = [
        Citation(
            n,
            made.id,
            made.title,
            made.authors,
            None,
            2020,
            None,
            None,
            "user file",
            "full text",
            "Case",
            None,
            start,
            end,
            made.text[start:end],
        )  # fmt: skip
        for n, (start, end) in enumerate(places, 1)
    ]
    return Shown(tuple(citations), {made.id: made})


def consulted(evidence: Shown) -> Consulted:
    answer = Answer(
        "What happened?", "What happened?", "answered", TRUE, None, evidence.citations[:1], (),
        "extractive", "",
    )  # fmt: skip
    return Consulted(answer, reports=evidence.reports)


def test_there_are_enough():
    """Sixty at least, all different."""
    assert len(HOSTILE) >= 60
    assert len(set(HOSTILE)) == len(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_passage_stays_data_in_the_prompt(text):
    """It is one JSON string on one line between the fences; what it says is not lost."""
    values = evidence_of(TRUE, text).values("What happened?", "What happened?")
    system, human = prompt("write").template().invoke({**values, "sentences": "6"}).to_messages()
    assert system.content == prompt("write").system.format(fence=values["fence"])
    lines = str(human.content).splitlines()
    opened, closed = f"<evidence {values['fence']}>", f"</evidence {values['fence']}>"
    assert (lines[2], lines[5], len(lines)) == (opened, closed, 7)
    assert str(human.content).count(values["fence"]) == 2
    number, _, value = lines[4].partition(" ")
    assert number == "[2]"
    inside = json.loads(value)
    assert set(inside) == {"from", "text"}
    letters = re.sub(r"\W|_", "", text)
    assert re.sub(r"\W|_", "", inside["text"]) == letters
    assert not re.search(r"<[A-Za-z/|!?<\uff5c]|\[/?INST\]", lines[4])
    assert lines[4].isprintable()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_model_that_obeys_a_passage_proves_nothing_with_it(text):
    """Its words are struck out or labelled, make no link, and leave the true sentence alone."""
    evidence = evidence_of(TRUE, "The patients were seen in clinic.")
    writer = Writer(Obedient(f"{TRUE} [1]\n{text}"), evidence, "What?", "What?", Options())
    list(writer.sentences())
    answer = written_answer(consulted(evidence), evidence, writer.written, "m", "here")
    assert answer.checked is not None
    supported = [c for c in answer.checked if c.verdict == "supported"]
    assert [answer.text[c.start : c.end] for c in supported] == [f"{TRUE} [1]"]
    assert not _ACTIVE.search(answer.text), answer.text
    rest = [c for c in answer.checked if c.verdict != "supported"]
    assert all(c.struck or c.verdict == "uncited" for c in rest)
    for one in rest:
        said = answer.text[one.start : one.end]
        assert one.struck or not any(letter.isdigit() for letter in said)
        after = answer.text[one.end :]
        assert after.startswith("~~" if one.struck else " (not from the corpus)")
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for c in answer.citations:
        assert evidence.reports[c.report_id].text[c.start : c.end] == c.quote


def test_the_prompt_is_not_repeated():
    """A sentence that shares seven words in a row with the prompt, or its fence, is struck out."""
    evidence = evidence_of(TRUE)
    values = evidence.values("What?", "What?")
    leaks = [
        *prompt("write").system.replace("{fence}", values["fence"]).replace("\n", " ").split(". "),
        f"The tag is {values['fence']}",
    ]
    for leak in (one for one in leaks if len(one.split()) > 8 or values["fence"] in one):
        writer = Writer(Obedient(f"{TRUE} [1]\n{leak}."), evidence, "What?", "What?", Options())
        list(writer.sentences())
        _, checked = compose(writer.written.sentences)
        assert all(c.struck for c in checked[1:]), leak


def test_most_orders_are_not_even_sent():
    """What speaks to a machine is kept from the model and counted; the true sentence is sent."""
    caught = [text for text in HOSTILE if gives_orders(text)]
    assert len(caught) >= 0.7 * len(HOSTILE)
    made, places = report(TRUE, *caught)
    passage = Passage(made.id, "case", 1, 0, len(made.text))
    found = tuple(Evidence(passage, a, b, made.text[a:b], 0.9) for a, b in places)
    answer = consulted(evidence_of(TRUE)).answer
    sent = shown(Consulted(answer, found, reports={made.id: made}))
    assert [c.quote for c in sent.citations] == [TRUE]
    assert sent.withheld > 0


def test_no_sentence_of_the_shipped_reports_counts_as_an_order():
    """Withholding costs no evidence."""
    flagged = [
        text[a:b]
        for path in sorted((ROOT / "corpus" / "reports").glob("*.md"))
        for text in [path.read_text("utf-8").split("---", 2)[2]]
        for a, b in sentence_spans(text, 0, len(text))
        if gives_orders(text[a:b])
    ]
    assert flagged == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_fenced_value_is_the_value(text):
    """Breaking up tags is JSON's own escaping: whoever parses the line gets the words back."""
    visible = json.loads(fenced(text))
    assert "<" in visible or "<" not in text
    assert "\n" not in fenced(text)


def test_a_hostile_report_in_the_library(encoder, tmp_path):
    """From the file to the answer: what is sent has no order in it, what is shown no link."""
    pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")
    from scripted_llm import Says, scripted

    from rag.chat import Casebook
    from rag.config import Settings
    from rag.index import index
    from rag.library import Library
    from rag.llm.chain import generate
    from rag.llm.models import open_model

    plain = [text for text in HOSTILE if "\x00" not in text and text.isprintable()]
    lines = "\n\n".join(f"{TRUE} {text}" for text in plain[::6])
    path = tmp_path / "hostile.txt"
    path.write_text(f"A case of dermatomyositis\n\nCase report\n\n{TRUE}\n\n{lines}\n", "utf-8")
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        assert [o.status for o in index([path], library, encoder)] == ["added"]
    question = "What happened to the skin lesions after dapsone?"
    options = Options(timeout=60, repair=False)
    said = f"{TRUE} [1]\n" + "\n".join(plain)
    with Casebook(folder, Settings(), encoder=encoder) as casebook, scripted(Says(said)) as script:
        before = casebook.ask(question)
        model = open_model("openai:scripted", options, script.url)
        answer = generate(casebook, model, question, options=options)
        after = casebook.ask(question)
    assert before == after
    sent = [json.loads(line.partition(" ")[2]) for line in evidence_lines(script.prompt())]
    assert sent
    assert [one["text"] for one in sent if gives_orders(one["text"])] == []
    assert answer.status == before.status == "answered"
    assert answer.engine == "openai:scripted"
    assert not _ACTIVE.search(answer.text)
    quoted = {" ".join(c.quote.split()) for c in answer.citations}
    for one in answer.checked or ():
        words = re.sub(r"\s*\[\d+\]", "", answer.text[one.start : one.end])
        assert one.verdict != "supported" or words in quoted or words == TRUE


def evidence_lines(sent: str) -> list[str]:
    return [line for line in sent.splitlines() if re.match(r"\[\d+\] \{", line)]

"""The page over a small real library: what it shows, what opens, what it must never show."""

from __future__ import annotations

import html
import logging
import os
import re
import signal
import socket
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from places import ROOT
from serving import Serving, free_port

from rag.chat import Casebook
from rag.errors import CasebookError, ConfigError, LibraryMissing
from rag.index import index
from rag.library import Library
from rag.schema import Answer, Citation, Report, Section

streamlit = pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest  # noqa: E402

from ui import answer_view, cli, evidence_view, proof  # noqa: E402
from ui.escape import as_html, as_markdown  # noqa: E402
from ui.proof import Exchange  # noqa: E402

APP = ROOT / "ui" / "app.py"
DAPSONE = "Did dapsone help the rash?"
FOLLOW_UP = "How long did it take?"
PIZZA = "How long should pizza dough rest in the fridge?"

HOSTILE = """---
title: "<script>alert(1)</script> and **bold**"
authors: ["<b>Ng</b> K"]
doi: '10.1000/x"onmouseover=alert(6)'
---

## Case <i>one</i>

Dapsone 100 mg daily cleared the rash <script>alert("rash")</script> within 3 weeks, and
![picture](http://192.0.2.1/x.png) <img src=x onerror=alert(3)> [it](javascript:alert(2)) stayed.
"""
# What the page itself is made of; anything else came out of a document.
OURS = {
    "h2", "div", "p", "a", "details", "summary", "b", "span", "mark", "cite", "dl", "dt", "dd",
}  # fmt: skip


class Elements(HTMLParser):
    """The elements that a browser would make of some HTML, each with its attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def text_of(source: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", source))


def marked(source: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"<mark[^>]*>(.*?)</mark>", source, re.S)]


def body(page: AppTest) -> str:
    """All HTML of the page but its style sheet."""
    ours = ("<style>", "<script>")
    return "".join(e.value for e in page.get("html") if not e.value.startswith(ours))


def asked(page: AppTest, question: str) -> AppTest:
    page.chat_input[0].set_value(question)
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    (button,) = (b for b in page.button if b.label == label)
    button.click().run()
    return page


def last(page: AppTest) -> Exchange:
    return page.session_state["exchanges"][-1]


@pytest.fixture
def page(small_library, monkeypatch):
    """A fresh visit to the page over the small library."""
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(small_library))
    visit = AppTest.from_file(str(APP), default_timeout=120).run()
    assert not visit.exception
    return visit


def test_the_page_opens_with_the_size_of_the_library_and_a_box(page):
    """A visitor sees what is behind the page, that it does not advise, and where to ask."""
    assert page.title[0].value == "What do the reports say?"
    assert "Answers from 6 reports" in page.markdown[0].value
    assert "does not advise" in page.markdown[0].value
    assert len(page.chat_input) == 1


def test_an_answer_shows_its_sentences_under_whose_words_they_are(page):
    """The page says word for word what `Answer.text` says, and what kind of evidence it is."""
    asked(page, DAPSONE)
    answer = last(page).answer
    assert answer.status == "answered"
    words = " ".join(text_of(body(page)).split())
    assert " ".join(answer.text.split()).replace(": ", ":", 1) in words.replace(": ", ":", 1)
    assert answer.notice in words


def test_each_mark_leads_to_its_passage_with_the_quotation_highlighted(page):
    """The links [1], [2] … and the highlighted spans belong together, in order, and are exact."""
    asked(page, DAPSONE)
    citations = last(page).answer.citations
    assert citations
    elements = Elements(body(page)).found
    links = [a["href"] for tag, a in elements if tag == "a" and a.get("class") == "cb-mark"]
    spans = [a["id"] for tag, a in elements if tag == "mark"]
    assert links == [f"#{name}" for name in spans]
    assert marked(body(page)) == [citation.quote for citation in citations]
    assert "Cutaneous involvement of dermatomyositis can respond to Dapsone" in body(page)


def test_a_question_that_nothing_answers_shows_the_nearest_passages(page):
    """Declining is said in a sentence, cites nothing, and offers what came near."""
    asked(page, PIZZA)
    given = last(page).answer
    assert given.status == "abstained"
    assert given.text in text_of(body(page))
    assert "cb-mark" not in body(page)
    assert marked(body(page)) == [hit.text for hit in given.hits[:3]]


def test_a_follow_up_is_read_after_the_question_before_it(page):
    """The conversation reaches the answer: the page shows how the question was completed."""
    asked(page, DAPSONE)
    asked(page, FOLLOW_UP)
    answer = last(page).answer
    assert answer.query != FOLLOW_UP
    assert f"Read as: {answer.query}" in text_of(body(page))
    assert answer.hits[0].passage.report_id == "cohen-nd-dapsone-two-patients"
    assert {c.report_id for c in answer.citations} <= {"cohen-nd-dapsone-two-patients"}
    assert text_of(body(page)).index(DAPSONE) < text_of(body(page)).index(FOLLOW_UP)


def test_a_new_conversation_forgets_the_old_one(page):
    """After the button, nothing of the old answers stands, and nothing is carried on."""
    asked(page, DAPSONE)
    press(page, "New conversation")
    assert body(page) == ""
    asked(page, FOLLOW_UP)
    assert last(page).answer.query == FOLLOW_UP


def test_how_words_were_understood_is_shown(page):
    """An abbreviation that was completed is no secret."""
    asked(page, "What was the CK in patients given MTX for the skin?")
    readings = last(page).answer.readings
    assert readings
    shown = "; ".join(f"{r.text} = {r.name}" for r in readings)
    assert f"Understood: {shown}" in text_of(body(page))


def test_an_error_of_ours_is_one_line(page):
    """A question too long to be one is refused with its reason; the page goes on."""
    asked(page, "dapsone " * 3_000)
    assert len(page.error) == 1
    assert "24\\,000 characters" in page.error[0].value
    assert not page.exception
    asked(page, DAPSONE)
    assert not page.error
    assert last(page).answer.citations


def test_any_other_error_shows_and_logs_neither_traceback_nor_question(page, monkeypatch, caplog):
    """A fault of ours must not carry the question into a log or a path onto the page."""

    def fail(*_, **__):
        raise RuntimeError(f"while reading {DAPSONE}")

    monkeypatch.setattr(Casebook, "ask", fail)
    with caplog.at_level(logging.INFO):
        asked(page, DAPSONE)
    assert [e.value for e in page.error] == [
        as_markdown("Something went wrong inside Casebook. The page still works: ask again.")
    ]
    assert not page.exception
    logged = [record.getMessage() for record in caplog.records]
    assert [line for line in logged if "RuntimeError" in line]
    assert not [line for line in logged if DAPSONE in line]
    assert not any(record.exc_info for record in caplog.records)


def test_a_report_replaced_during_the_question_is_noticed(page, monkeypatch):
    """Another process may write between answer and display: no stale span is ever shown."""
    given = last(asked(page, DAPSONE)).answer
    moved = replace(given.citations[0], start=given.citations[0].start + 1)
    monkeypatch.setattr(Casebook, "ask", lambda *_, **__: replace(given, citations=(moved,)))
    asked(page, DAPSONE)
    assert "was replaced just now" in page.error[0].value
    assert len(page.session_state["exchanges"]) == 1


def test_a_missing_library_is_one_line(monkeypatch, tmp_path):
    """The page says what to do instead of failing."""
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(tmp_path / "none"))
    visit = AppTest.from_file(str(APP), default_timeout=120).run()
    assert visit.title[0].value == "The library cannot be opened"
    assert "There is no library in" in visit.error[0].value
    assert not visit.exception
    assert not visit.chat_input


@pytest.fixture
def hostile_library(encoder, tmp_path):
    """One report whose every field tries to be markup."""
    source = tmp_path / "hostile.md"
    source.write_text(HOSTILE, "utf-8")
    with Library(tmp_path / "hostile", create=True) as library:
        assert [o.status for o in index([source], library, encoder)] == ["added"]
    return tmp_path / "hostile"


def test_documents_and_questions_are_shown_as_text(hostile_library, monkeypatch):
    """Scripts, images and links of a document or a question never become elements."""
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(hostile_library))
    page = AppTest.from_file(str(APP), default_timeout=120).run()
    asked(page, "Did dapsone clear the rash? <script>alert(5)</script> ![x](http://192.0.2.1/y)")
    assert not page.exception
    assert not page.error
    elements = Elements(body(page)).found
    assert {tag for tag, _ in elements} <= OURS
    assert all(not name.startswith("on") for _, attributes in elements for name in attributes)
    links = [a["href"] for tag, a in elements if tag == "a"]
    assert links
    ours = ("#cb-", "https://doi.org/10.1000/x%22", "library?report=hostile&start=")
    assert all(link.startswith(ours) for link in links)
    assert "alert(5)" in text_of(body(page))
    assert '<script>alert("rash")</script>' in text_of(body(page))
    assert not any("alert" in one.value for one in page.markdown)


# -- the parts, without the page -------------------------------------------------------------------


def report(text: str, **changes) -> Report:
    made = Report(
        id="ng-2020",
        title="A title.",
        text=text,
        sections=(Section("case", "Case", "case", 0, len(text)),),
        source="ng.md",
        source_kind="digest",
        basis="abstract",
        authors=("Ng K",),
        year=2020,
    )
    return replace(made, **changes)


def citation(of: Report, quote: str, **changes) -> Citation:
    start = of.text.index(quote)
    made = Citation(
        number=1,
        report_id=of.id,
        title=of.title,
        authors=of.authors,
        journal=None,
        year=of.year,
        doi=None,
        pmid=None,
        source_kind=of.source_kind,
        basis=of.basis,
        section="Case",
        page=None,
        start=start,
        end=start + len(quote),
        quote=quote,
    )
    return replace(made, **changes)


def exchange(of: Report, *citations: Citation, **changes) -> Exchange:
    answer = Answer(
        question="Q?",
        query="Q?",
        status="answered",
        text="",
        short_answer=None,
        citations=citations,
        hits=(),
        engine="extractive",
        notice="",
    )
    made = replace(answer, **changes)
    return Exchange(made, tuple(proof.proof(c, of, {}) for c in made.citations))


@pytest.mark.parametrize(("kind", "shown"), [("digest", "She healed."), ("paper", '"She healed."')])
def test_only_authors_own_words_stand_in_quotation_marks(kind, shown):
    """A digest is Casebook's wording; quotation marks would put it into the authors' mouths."""
    of = report("She healed.", source_kind=kind)
    said = text_of(answer_view.exchange(exchange(of, citation(of, "She healed.")), 0))
    assert f"{shown} [1]" in said
    assert ('"' in said) == (kind == "paper")


def test_counted_patients_are_shown_as_counted_with_a_row_for_each():
    """The first line says of how many; each row and each mark leads to its proof, as text."""
    of = report("She healed.")
    table = {
        "report_id": [of.id, "<b>x</b>"], "patient": [1, None], "age": [46, None],
        "features": ["hidden", ""], "citations": [[1], [7]],
    }  # fmt: skip
    shown = exchange(
        of, citation(of, "She healed."), text="1 of 2 patients improved [1].", table=table
    )
    page = answer_view.exchange(shown, 3)
    assert "1 of 2 patients improved" in text_of(page)
    assert page.count('href="#cb-3-1"') == 2
    assert "hidden" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "[7]" in text_of(page)  # a number without a citation is no link


def test_the_short_answer_comes_first():
    """The reader in a hurry reads one line."""
    of = report("She was given 100 mg.")
    shown = exchange(of, citation(of, "She was given 100 mg."), short_answer="100 mg")
    assert text_of(answer_view.exchange(shown, 0)).startswith(
        "Q?Short answer 100 mgCasebook digest of Ng 2020"
    )


def test_anchors_of_two_exchanges_differ():
    """The [1] of one answer never opens the passage of another."""
    of = report("She healed.")
    shown = exchange(of, citation(of, "She healed."))
    one, other = (answer_view.exchange(shown, number) for number in (0, 1))
    assert re.findall('id="(.*?)"', one) != re.findall('id="(.*?)"', other)


def test_a_span_that_is_not_the_quotation_is_never_highlighted():
    """Better no passage than words that the report does not say there."""
    of = report("She healed. He did not.")
    wrong = replace(citation(of, "She healed."), start=12, end=23)
    with pytest.raises(ValueError, match="is not the quotation"):
        proof.proof(wrong, of, {})


@pytest.mark.parametrize("length", [100, 800, 5_000])
def test_a_long_section_is_cut_at_sentences_around_the_span(length):
    """The passage around the span is bounded, and begins and ends with whole sentences."""
    filler = "One more sentence here. " * (length // 24)
    of = report(f"{filler}She healed. {filler.rstrip()}")
    shown = text_of(evidence_view.passage(proof.proof(citation(of, "She healed."), of, {}), "a"))
    assert len(shown) <= 2 * proof.AROUND + 30
    before, after = shown.split("She healed.")
    assert before.removeprefix("… ").startswith("One more")
    assert after.removesuffix(" …").endswith("here.")
    assert ("…" in before) == ("…" in after) == (length > proof.AROUND)


def test_line_breaks_survive_as_character_references():
    """Streamlit dedents the lines of a body; a quotation's spaces must stay as they are."""
    assert as_html('  a\n    \n "b" <') == "  a&#10;    &#10; &quot;b&quot; &lt;"


def test_markdown_of_an_error_is_one_line_of_plain_characters():
    """Every character that Markdown could read as markup is escaped."""
    assert as_markdown("a_b\n![x](y) :red[z]") == r"a\_b \!\[x\]\(y\) \:red\[z\]"


# -- the command -----------------------------------------------------------------------------------


def test_the_command_passes_every_shipped_setting_as_a_flag():
    """No config.toml of the user can turn telemetry or tracebacks on."""
    argv = cli.command("127.0.0.1", 8502)
    assert argv[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(argv[4]) == APP
    assert {
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
        "--server.headless=true",
        "--server.maxUploadSize=20",
        "--server.address=127.0.0.1",
        "--server.port=8502",
        "--server.enableXsrfProtection=true",
        "--theme.light.primaryColor=#1f5f8b",
    } <= set(argv)


def test_the_library_travels_in_the_environment(tmp_path, monkeypatch):
    """The page finds the library of `--library` as an absolute path; without it, nothing is set."""
    monkeypatch.chdir(tmp_path)
    assert cli.environment(Path("mine"))["CASEBOOK_LIBRARY"] == str(tmp_path / "mine")
    assert "CASEBOOK_LIBRARY" not in cli.environment(None)
    assert cli.SHARED not in cli.environment(None)
    assert cli.environment(None, shared=True)[cli.SHARED] == "yes"


def test_a_missing_library_ends_the_command_before_the_server(tmp_path):
    """The user reads one line in the terminal, not an error in the browser."""
    with pytest.raises(LibraryMissing, match="There is no library in"):
        cli.ui(library=tmp_path / "none", port=8501, host="127.0.0.1", shared=False)


def test_a_taken_port_is_an_error_with_advice():
    """The line names the place and the option that mends it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port} \([\w ]+\).*--port"):
            cli.require_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        ("0.0.0.0", "http://127.0.0.1:8501"),
        ("::", "http://[::1]:8501"),
    ],
    ids=["loopback", "every interface", "every interface, IPv6"],
)
def test_the_printed_address_works_in_a_browser_of_this_machine(host, expected):
    """A wildcard is nothing to type into a browser."""
    assert cli.address(host, 8501) == expected


@pytest.mark.parametrize(
    "sent",
    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP],
    ids=["Ctrl-C", "service stopped", "terminal closed"],
)
def test_a_signal_ends_the_page_and_its_server(small_library, sent):
    """Nothing is left listening, the exit status is 0, and two plain lines were all it said."""
    port = free_port()
    with Serving(small_library, port) as page:
        assert page.address == f"http://127.0.0.1:{port}"
        if sent == signal.SIGINT:
            os.killpg(page.process.pid, sent)  # a terminal tells the whole group
        else:
            page.process.send_signal(sent)  # a service manager tells only the command
        assert page.process.wait(timeout=60) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert page.said == [
        f"Casebook is at http://127.0.0.1:{port} (Ctrl-C ends it)\n",
        "Casebook has ended.\n",
    ]


def test_a_server_that_ends_by_itself_is_an_error():
    """A page that cannot start is no success; its exit status is named."""
    with pytest.raises(CasebookError, match="exit status 3"):
        cli.serve([sys.executable, "-c", "raise SystemExit(3)"], {}, "127.0.0.1", free_port())

"""The page Library: reports found, read at a span, added and removed."""

from __future__ import annotations

import re

import pytest
from europe_pmc import serving
from places import ROOT
from serving import free_port
from visiting import OGAWA, PIZZA, Elements, asked, body, labels, last, opened_page, press, text_of

from rag.config import Patience, Settings
from rag.fetch.transport import Service
from rag.index import index
from rag.library import Library
from rag.works.standing import Standing
from ui import adding, reports_view
from ui.opened import Opened

pytest.importorskip("streamlit")

REPORTS = ROOT / "corpus" / "reports"
METHOTREXATE = "kasteler-1997-methotrexate-skin"


def test_the_library_lists_searches_and_opens_a_report(visit):
    """A title leads to the text."""
    page = visit("library")
    assert "6 of 6 reports" in [c.value for c in page.caption]
    page.text_input[0].set_value("ogawa 2017").run()
    assert "1 of 6 reports" in [c.value for c in page.caption]
    (title,) = (b for b in page.button if b.key == f"read {OGAWA}")
    title.click().run()
    assert "Rituximab" in page.title[0].value
    assert "Patients (1)" in [tab.label for tab in page.tabs]
    assert "rituximab" in text_of(body(page))


def test_an_address_opens_a_report_at_its_span(visit, casebook):
    """What [n] leads to in another tab."""
    report = casebook.library.report(OGAWA)
    start = report.text.index("rituximab")
    page = visit("library", report=report.id, start=str(start), end=str(start + 6))
    assert '<mark id="cb-span">rituxi</mark>' in body(page)


def test_a_report_that_is_not_there_is_one_line(visit):
    """With the nearest ids."""
    page = visit("library", report="ogawa-2017")
    assert "No report has the id" in page.error[0].value


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
    with Library(tmp_path / "own", create=True) as library:
        paths = [REPORTS / "cohen-nd-dapsone-two-patients.md"]
        assert {o.status for o in index(paths, library, encoder)} == {"added"}
        yield Opened(casebook, Settings(), library.folder, library, Standing(library, ""))


def test_a_doubt_leads_to_the_reports_that_it_is_about():
    """Each named report is a link; what stands in it is text."""
    shown = reports_view.doubts([("", [("a", "A <b>"), ("b&c", "B")], "both 56 years")])
    links = [a["href"] for tag, a in Elements(shown).found if tag == "a"]
    assert links == ["library?report=a", "library?report=b%26c"]
    assert text_of(shown) == "A <b> and B: both 56 years"


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


# -- Europe PMC -----------------------------------------------------------------------------------


def test_articles_are_looked_up_chosen_and_fetched(own_library, one_user, monkeypatch):
    """First what there is, with its licence; then those that were ticked, once."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with serving() as service:
        service.add(1)
        service.add(2, open_access=False)
        monkeypatch.setenv("CASEBOOK_EUROPE_PMC", service.address)
        page = opened_page("library")
        assert service.asked == []
        (words,) = (t for t in page.text_input if t.key == "fetch_words")
        words.set_value("dermatomyositis")
        press(page, "Search Europe PMC")
        full, abstract = page.checkbox
        assert "full text" in full.label
        assert "abstract" in abstract.label
        assert "Fetch 0 into the library" in labels(page)
        full.check().run()
        press(page, "Fetch 1 into the library")
        (said,) = (s.value for s in page.success)
        assert "added" in said
        assert "7 of 7 reports" in [c.value for c in page.caption]
        (words,) = (t for t in page.text_input if t.key == "fetch_words")
        words.set_value("PMC7000001")
        press(page, "Search Europe PMC")
        assert [c.value for c in page.caption if "is stored already" in c.value] or [
            c.label for c in page.checkbox if "stored already" in c.label and c.disabled
        ]


def test_a_service_that_is_down_is_one_line(own_library, one_user, monkeypatch):
    """With what to do; the other tabs stand."""
    monkeypatch.setenv("CASEBOOK_EUROPE_PMC", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr("ui.fetching.Service", lambda settings: Service(
        settings, Patience(attempts=1), sleep=lambda _: None
    ))  # fmt: skip
    page = opened_page("library")
    (words,) = (t for t in page.text_input if t.key == "fetch_words")
    words.set_value("dermatomyositis")
    press(page, "Search Europe PMC")
    assert len(page.error) == 1
    assert "127" in page.error[0].value
    assert "6 of 6 reports" in [c.value for c in page.caption]


# -- retractions ----------------------------------------------------------------------------------


def test_a_retracted_report_answers_only_when_the_switch_is_on(own_library, tmp_path, monkeypatch):
    """Left out and told so; with the switch it answers, marked, and the answer says so."""
    listed = tmp_path / "retractions.csv"
    listed.write_text(
        "OriginalPaperDOI,OriginalPaperPubMedID,RetractionDOI,RetractionDate,RetractionNature,"
        "Reason\n10.1016/s0190-9622(97)70327-x,8996263,,3/14/2021 0:00,Retraction,+Error in Data\n",
        "utf-8",
    )
    monkeypatch.setenv("CASEBOOK_RETRACTIONS", str(listed))
    question = "Was weekly methotrexate corticosteroid-sparing for the skin?"
    page = asked(opened_page("ask"), question)
    assert METHOTREXATE not in {c.report_id for c in last(page).answer.citations}
    (switch,) = page.toggle
    switch.set_value(True).run()
    assert "retracted reports, too ✕" in labels(page)
    asked(page, question)
    assert METHOTREXATE in {c.report_id for c in last(page).answer.citations}
    said = body(page)
    assert "Retracted reports were asked, too" in text_of(said)
    assert '<span class="cb-warned">RETRACTED' in said
    assert 'class="cb-fallback" role="status">RETRACTED: Kasteler 1997' in said
    press(page, "retracted reports, too ✕")
    assert not page.toggle[0].value
    page = opened_page("library")
    link = f'<a href="library?report={METHOTREXATE}" target="_blank">'
    assert f'<span class="cb-warned">RETRACTED 2021-03-14</span> {link}' in body(page)


def test_a_refusal_points_to_the_switch_of_the_page(own_library, tmp_path, monkeypatch):
    """Not to an option of the command line."""
    listed = tmp_path / "retractions.csv"
    listed.write_text(
        "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n,8996263,Retraction\n", "utf-8"
    )
    monkeypatch.setenv("CASEBOOK_RETRACTIONS", str(listed))
    said = text_of(body(asked(opened_page("ask"), PIZZA)))
    assert "1 retracted report was left out; the switch under Filters" in said
    assert "--include-retracted" not in said


def test_without_retracted_reports_there_is_no_switch(visit):
    """It would do nothing."""
    assert not visit("ask").toggle

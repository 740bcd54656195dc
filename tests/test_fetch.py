"""Asking a service that speaks Europe PMC's interface over a real socket, on good and bad days."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from europe_pmc import WEB_PAGE, EuropePmc, Reply, full_text, serving

from rag.config import Patience, Settings
from rag.errors import (
    ConfigError,
    FetchError,
    NotThere,
    ServiceUnavailable,
    TooLarge,
    UnusableAnswer,
)
from rag.fetch.identifiers import identify
from rag.fetch.record import record
from rag.fetch.search import look_up, narrowed, search
from rag.fetch.texts import text_of
from rag.fetch.transport import Service

PATIENCE = Patience(connect=60, total=60, bytes=200_000, attempts=3)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def pmc(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with serving() as service:
        yield service


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def service(pmc, time):
    with connected(pmc, time) as opened:
        yield opened


def connected(pmc: EuropePmc, time: Time, patience: Patience = PATIENCE, **settings) -> Service:
    chosen = Settings(**{"europe_pmc": pmc.address, "fetch_rate": 10, **settings})
    return Service(chosen, patience, clock=time.clock, sleep=time.sleep, jitter=lambda: 1.0)


def always(pmc: EuropePmc, place: str, reply: Reply) -> None:
    pmc.replies[place] = [reply]
    pmc.for_ever.add(place)


# -- transport ------------------------------------------------------------------------------------


def test_the_program_names_itself_and_asks_for_gzip_alone(pmc, time):
    """The service can see who asks, and a contact only where the user gave one."""
    pmc.add(1)
    with connected(pmc, time) as silent, connected(pmc, time, contact="me@example.org") as named:
        search(silent, "ulcers", 1)
        search(named, "ulcers", 1)
    first, second = (asked.headers for asked in pmc.asked)
    assert first["User-Agent"].startswith("casebook/")
    assert "(" not in first["User-Agent"]
    assert second["User-Agent"].endswith(" (me@example.org)")
    assert first["Accept-Encoding"] == "gzip"


def test_requests_keep_their_distance(pmc, time):
    """Two a second: the second and third request wait for their turn."""
    pmc.add(1)
    with connected(pmc, time, fetch_rate=2) as service:
        for _ in range(3):
            service.get("search", {"query": "x", "cursorMark": "*", "pageSize": "1"})
    assert time.slept == [0.5, 0.5]


@pytest.mark.parametrize(
    "settings",
    [
        {"europe_pmc": "ftp://example.org/rest"},
        {"europe_pmc": "https://"},
        {"europe_pmc": "https://me:secret@example.org/rest"},
        {"europe_pmc": "https://example.org/rest?key=1"},
        {"europe_pmc": "https://exa mple.org/rest"},
        {"europe_pmc": "file:///etc/passwd"},
        {"fetch_rate": 0},
        {"fetch_rate": 11},
        {"contact": "me@example.org\r\nX-Other: 1"},
    ],
)
def test_settings_that_are_none_are_refused_before_anything_is_sent(settings):
    """An address of another kind, an impolite rate, a contact that would be a header."""
    with pytest.raises(ConfigError, match="mend"):
        Service(Settings(**settings))


def test_a_passing_fault_is_asked_again_with_growing_pauses(pmc, service, time):
    """500 and 503, then the answer."""
    pmc.add(1)
    pmc.replies["search"] = [Reply(500), Reply(503)]
    assert search(service, "ulcers", 5).hits == 1
    assert [slept for slept in time.slept if slept > 0.5] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("said", "pause"), [("7", 7.0), ("Thu, 01 Jan 2015 00:00:00 GMT", 1.0), ("soon", 1.0)]
)
def test_retry_after_is_obeyed(pmc, service, time, said, pause):
    """429 with seconds; a date that is past and a word that is none leave the usual pause."""
    pmc.add(1)
    pmc.replies["search"] = [Reply(429, headers={"Retry-After": said})]
    assert search(service, "ulcers", 5).hits == 1
    assert max(time.slept) == pause


def test_a_service_that_wants_an_hour_gets_it(pmc, service, time):
    """Nobody waits for that; the message says when to come again."""
    always(pmc, "search", Reply(429, headers={"Retry-After": "3600"}))
    with pytest.raises(ServiceUnavailable, match="3600 s"):
        search(service, "ulcers", 5)
    assert len(pmc.asked) == 1


def test_a_fault_that_stays_ends_after_the_last_attempt(pmc, service):
    """500 for ever: three attempts, then what to do."""
    always(pmc, "search", Reply(500))
    with pytest.raises(ServiceUnavailable, match=r"500 \(3 attempts\); run the same command"):
        search(service, "ulcers", 5)
    assert len(pmc.asked) == 3


def test_a_fault_that_does_not_pass_is_not_repeated(pmc, service):
    """400 and 403 are answers."""
    always(pmc, "search", Reply(403))
    with pytest.raises(UnusableAnswer, match="403"):
        search(service, "ulcers", 5)
    assert len(pmc.asked) == 1


def test_a_cut_connection_is_asked_again(pmc, service):
    """The whole body or nothing: half of one is never taken for an answer."""
    pmcid = pmc.add(1)
    pmc.replies[f"{pmcid}/fullTextXML"] = [Reply(200, full_text(1), "text/xml", cut=True)]
    assert service.get(f"{pmcid}/fullTextXML").body == full_text(1)
    assert len(pmc.asked) == 2


def test_a_service_that_drips_is_not_listened_to_for_ever(pmc, time):
    """Every byte comes in time, the answer does not: the limit holds for the whole request."""
    always(pmc, "search", Reply(200, b'{"hitCount": 0, ' * 100, drip=0.02))
    with (
        connected(pmc, time, replace(PATIENCE, total=0.15, attempts=2)) as service,
        pytest.raises(ServiceUnavailable, match=r"within 0\.15 s \(2 attempts\)"),
    ):
        search(service, "ulcers", 5)


def test_nothing_listens_there(time):
    """A port without a service: asked again, then told."""
    chosen = Settings(europe_pmc="http://127.0.0.1:9", fetch_rate=10)
    with (
        Service(chosen, PATIENCE, clock=time.clock, sleep=time.sleep) as service,
        pytest.raises(ServiceUnavailable, match="connection failed"),
    ):
        search(service, "ulcers", 5)


def test_an_answer_that_is_too_large_is_not_read(pmc, service):
    """Also when it is small on the line and grows as it is unpacked."""
    always(pmc, "search", Reply(200, b" " * 300_000))
    with pytest.raises(TooLarge, match="more than 0.2 MB"):
        search(service, "ulcers", 5)
    pmc.packed = True
    with pytest.raises(TooLarge):
        search(service, "ulcers", 5)


def test_gzip_is_unpacked(pmc, service):
    """As the real service packs its answers."""
    pmcid = pmc.add(1)
    pmc.packed = True
    assert service.get(f"{pmcid}/fullTextXML").body == full_text(1)


def test_a_redirect_is_followed_on_the_same_host_alone(pmc, service):
    """Another host, and a circle, are refused."""
    pmcid = pmc.add(1)
    place = f"{pmcid}/fullTextXML"
    pmc.replies["old"] = [Reply(301, headers={"Location": place})]
    assert service.get("old").body == full_text(1)
    port = pmc.address.split(":")[2].split("/")[0]
    for target in (f"http://localhost:{port}/{place}", "https://example.org/", "http://["):
        pmc.replies["moved"] = [Reply(302, headers={"Location": target})]
        with pytest.raises(UnusableAnswer, match="redirects to"):
            service.get("moved")
    always(pmc, "round", Reply(302, headers={"Location": "round"}))
    with pytest.raises(UnusableAnswer, match="circle"):
        service.get("round")


def test_what_is_not_there_is_told_apart(pmc, service):
    """404 is an answer about one document."""
    with pytest.raises(NotThere):
        service.get("PMC1/fullTextXML")


# -- search ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("repeat", [True, False])
def test_all_pages_are_read_to_the_last(pmc, service, repeat):
    """The last page repeats its cursor, or names none: either ends the search."""
    for number in range(250):
        pmc.add(number, text=False)
    pmc.repeat_cursor = repeat
    found = search(service, "dermatomyositis", 1000)
    assert [one.pmcid for one in found.records] == [r["pmcid"] for r in pmc.records]
    assert found.hits == 250
    assert [asked.parameters["cursorMark"] for asked in pmc.asked] == ["*", "AoJ100", "AoJ200"]


def test_no_more_is_asked_for_than_is_wanted(pmc, service):
    """--max 3 is a page of three; the query goes as it was given."""
    for number in range(9):
        pmc.add(number, text=False)
    found = search(service, '"skin ulcers" AND IVIG', 3)
    assert (len(found.records), found.hits, len(pmc.asked)) == (3, 9, 1)
    assert pmc.asked[0].parameters["query"] == '"skin ulcers" AND IVIG'
    assert pmc.asked[0].parameters["resultType"] == "core"


def test_options_stand_beside_the_query():
    """OR in a query must not swallow them."""
    assert narrowed("a OR b") == "a OR b"
    assert narrowed("a OR b", 2015, open_access=True) == (
        "(a OR b) AND PUB_YEAR:[2015 TO 3000] AND OPEN_ACCESS:Y"
    )


def test_a_search_that_breaks_off_keeps_what_it_has(pmc, service):
    """The first page counts, and the failure of the second is told."""
    for number in range(150):
        pmc.add(number, text=False)
    first = pmc._search({"query": "x", "cursorMark": "*", "pageSize": "100"})
    pmc.replies["search"] = [Reply(body=json.dumps(first).encode()), Reply(500)]
    pmc.for_ever.add("search")
    found = search(service, "x", 150)
    assert len(found.records) == 100
    assert "500" in found.stopped


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "no list of results"),
        (b"[]", "no list of results"),
        (b'{"hitCount": 3}', "no list of results"),
        (WEB_PAGE, "no list of results"),
        (b"[" * 100_000, "no list of results"),
        (b'{"errCode": 400, "errMsg": "Unbalanced <b>brackets</b>"}', "Unbalanced brackets"),
    ],
)
def test_what_is_no_list_of_results_is_named(pmc, service, body, message):
    """Wrong JSON, a web page, an error in words; no traceback."""
    always(pmc, "search", Reply(200, body))
    with pytest.raises(UnusableAnswer, match=message):
        search(service, "ulcers", 5)


def test_results_that_are_none_are_passed_over(pmc, service):
    """Nonsense between two records costs nothing."""
    pmc.add(1)
    pmc.records += [7, {}, {"title": "No number"}, {"id": "1", "source": "MED"}]
    pmc.add(2)
    pmc._search = lambda _: {"hitCount": "many", "resultList": {"result": pmc.records}}
    found = search(service, "ulcers", 50)
    assert [one.report_id for one in found.records] == ["pmc7000001", "pmc7000002"]


def test_an_identifier_finds_its_own_record_alone(pmc, service):
    """A service that answers with something else does not decide what is stored."""
    pmc.add(1)
    for text in ("PMC7000001", "PMID:30000001", "10.1234/MADE.1"):
        assert look_up(service, identify(text)).report_id == "pmc7000001"
    assert look_up(service, identify("PMID:5")) is None
    pmc._search = lambda _: {"hitCount": 1, "resultList": {"result": pmc.records}}
    assert look_up(service, identify("PMC9")) is None


# -- texts ----------------------------------------------------------------------------------------


def test_an_open_article_is_its_full_text_with_its_licence(pmc, service):
    """The bytes are the service's; the file's own licence comes before the record's."""
    pmc.add(1)
    text = text_of(record(pmc.records[0]), service)
    assert text.original == full_text(1)
    assert (text.report.id, text.name) == ("pmc7000001", "pmc7000001.xml")
    assert (text.report.basis, text.report.licence) == ("full text", "CC BY 4.0")
    assert "A 41-year-old man had skin ulcers." in text.report.text
    pmc.texts["PMC7000001"] = full_text(1).replace(b"<license", b"<licence")
    assert text_of(record(pmc.records[0]), service).report.licence == "CC BY-NC"


def test_an_article_that_is_not_open_is_its_abstract(pmc, service):
    """No full text is asked for; the abstract keeps its parts, the report its metadata."""
    pmc.add(2, open_access=False)
    report = text_of(record(pmc.records[0]), service).report
    assert pmc.asked == []
    assert (report.basis, report.source_kind, report.licence) == ("abstract", "paper", None)
    assert report.title == "Made report 2 of dermatomyositis"
    assert report.authors == ("Jane Roe", "Doe A")
    assert (report.journal, report.year) == ("Journal of Made Cases", 2012)
    assert (report.doi, report.pmid) == ("10.1234/Made.2", "30000002")
    body = next(s for s in report.sections if s.kind == "summary")
    said = report.text[body.start : body.end]
    assert "Background: Report 2 is made." in said
    assert "(P<0.05)" in said.replace(" < ", "<")


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (Reply(404, b"", "text/plain"), "no full text"),
        (Reply(200, WEB_PAGE, "text/html"), "web page"),
        (Reply(200, WEB_PAGE, "text/xml"), "web page"),
        (Reply(200, b"", "text/xml"), "empty"),
        (Reply(200, b"<article><front>", "text/xml"), "no sound XML"),
        (Reply(200, b"<error>none</error>", "text/xml"), "no article"),
        (Reply(200, full_text(9), "text/xml"), "another article"),
        (Reply(200, b"<article>" + b" " * 300_000, "text/xml"), "larger"),
    ],
)
def test_a_full_text_that_is_none_leaves_the_abstract(pmc, service, reply, note):
    """Missing, a web page, broken, another article: the abstract is stored, and why is told."""
    pmcid = pmc.add(1)
    pmc.replies[f"{pmcid}/fullTextXML"] = [reply]
    text = text_of(record(pmc.records[0]), service)
    assert text.report.basis == "abstract"
    assert note in text.note
    assert text.report.licence == "CC BY-NC"


def test_a_record_without_a_body_is_an_abstract(pmc, service):
    """What an embargo or a publisher holds back: the service's XML has front matter alone."""
    pmcid = pmc.add(1)
    whole = full_text(1)
    start, end = whole.index(b"<body>"), whole.index(b"</body>")
    pmc.texts[pmcid] = whole[:start] + b"<body>" + whole[end:]
    text = text_of(record(pmc.records[0]), service)
    assert text.report.basis == "abstract"
    assert "We describe patient 1." in text.report.text
    assert "abstract alone" in text.note


def test_a_failing_service_is_no_reason_to_keep_less(pmc, service):
    """500 for ever: the abstract must not stand where the full text will come."""
    pmcid = pmc.add(1)
    always(pmc, f"{pmcid}/fullTextXML", Reply(500))
    with pytest.raises(ServiceUnavailable):
        text_of(record(pmc.records[0]), service)


def test_neither_text_nor_abstract_is_told(pmc, service):
    """There is nothing to store."""
    pmc.add(1, open_access=False, abstractText="<h4> </h4>")
    with pytest.raises(FetchError, match="not open, and it has no abstract"):
        text_of(record(pmc.records[0]), service)

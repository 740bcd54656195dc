"""Words of a command line → identifiers and a query; the service's JSON → records and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from europe_pmc import article

from rag.fetch.abstract import abstract_file
from rag.fetch.identifiers import identify, parse
from rag.fetch.markup import parts, words
from rag.fetch.plan import Shelf, Stored
from rag.fetch.record import record
from rag.formats.jats import read_jats


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("PMC3162266", "PMC3162266"),
        ("pmcid: pmc3162266.2", "PMC3162266"),
        ("PMID:021862738", "PMID:21862738"),
        ("pmid 21862738", "PMID:21862738"),
        ("10.1001/Archderm.142.1.65.", "10.1001/archderm.142.1.65"),
        ("doi:10.1016/S0190-9622(06)01234-5", "10.1016/s0190-9622(06)01234-5"),
        ("https://doi.org/10.1111%2Fjdv.12345", "10.1111/jdv.12345"),
        ("http://dx.doi.org/10.1111/jdv.12345", "10.1111/jdv.12345"),
        ("21862738", None),
        ("PMC", None),
        ("10.1/x", None),
        ('10.1234/a"b', None),
        ("https://example.org/10.1234/x", None),
        ("dermatomyositis", None),
    ],
)
def test_an_identifier_is_known_in_every_way_it_is_written(text, read):
    """A number alone, and an address of another kind, are words of a query."""
    found = identify(text)
    assert (str(found) if found else None) == read


def test_identifiers_and_a_query_in_one_command_line():
    """Each identifier once, in order; what is left is one query, as it was given."""
    found, query = parse(["skin  ulcers", "PMC5", "AND", "pmc5", "PMID:7", '"IVIG"'])
    assert [str(one) for one in found] == ["PMC5", "PMID:7"]
    assert query == 'skin  ulcers AND "IVIG"'


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, "pmc7000003"),
        ({"pmcid": None}, "pmid30000003"),
        ({"pmcid": None, "pmid": None}, "10-1234-made-3"),
        ({"pmcid": None, "pmid": None, "doi": None}, "med-30000003"),
        ({"pmcid": "PMC1/../../x"}, "pmid30000003"),
        ({"pmcid": None, "pmid": "1; DROP", "doi": "no doi"}, "med-30000003"),
    ],
)
def test_the_id_is_the_best_number(changes, named):
    """PMCID, else PMID, else DOI, else the service's own; a value of another form is none."""
    assert record(article(3) | changes).report_id == named


def test_a_long_doi_still_makes_an_id():
    """At most 120 characters, as every id."""
    doi = "10.1234/" + "very-long-" * 18
    assert len(record(article(3) | {"pmcid": None, "pmid": None, "doi": doi}).report_id) <= 120


@pytest.mark.parametrize("key", ["authorList", "journalInfo", "pubTypeList", "title", "pubYear"])
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [[{}]], {"author": 3, "pubType": 3}])
def test_any_shape_of_a_value_is_survived(key, value):
    """The service's JSON is data of strangers: a wrong value is a missing one."""
    found = record(article(3) | {key: value, "commentCorrectionList": value})
    assert found is None or found.report_id == "pmc7000003"


@pytest.mark.parametrize("said", [None, 3, "x", [], {}, {"title": "T"}, {"title": " ", "id": "1"}])
def test_what_is_no_record_is_none(said):
    """No title or no number at all."""
    assert record(said) is None


@pytest.mark.parametrize(
    ("changes", "retracted"),
    [
        ({}, False),
        ({"pubTypeList": {"pubType": ["Retracted Publication"]}}, True),
        ({"pubTypeList": {"pubType": "retracted publication"}}, True),
        ({"pubTypeList": {"pubType": ["Retraction of Publication"]}}, False),
        ({"commentCorrectionList": {"commentCorrection": [{"type": "Retraction in"}]}}, True),
        ({"commentCorrectionList": {"commentCorrection": [{"type": "Retraction of"}]}}, False),
    ],
)
def test_a_retracted_article_is_told_from_the_notice(changes, retracted):
    """The notice that takes another article back was not taken back itself."""
    assert record(article(3) | changes).retracted is retracted


def test_only_an_open_article_has_a_full_text():
    """Also a preprint, under the service's own id; being in PMC is not being open."""
    assert record(article(3)).full_text == "PMC7000003"
    assert record(article(3, open_access=False)).full_text is None
    preprint = {"pmcid": None, "pmid": None, "id": "PPR12345", "source": "PPR"}
    assert record(article(3) | preprint).full_text == "PPR12345"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Anti-<i>MDA5</i> in two <b>men</b>", "Anti-MDA5 in two men"),
        ("P &lt; 0.05 &amp; n<b and c> d", "P < 0.05 & n<b and c> d"),
        ("10<sup>9</sup>/l<br/>next", "109/l next"),
        ('<span class="x">word</span> <unknown>', "word <unknown>"),
        ("a\x1b[31mred\x07", "a [31mred"),
    ],
)
def test_words_lose_only_what_is_a_tag_beyond_doubt(text, read):
    """'<' is mostly a sign in medicine; what steers a terminal goes."""
    assert words(text) == read


@pytest.mark.parametrize(
    "abstract",
    [
        "<h4>Case</h4>One <i>two <b>three</i> four.<p>Five & six <x> < y</p>",
        "<i>never closed",
        "</i></b>only ends",
        "<h4>Heading that is never closed. And a text.",
        "No markup at all, CD4<sup>+</sup> and 2 < 3 > 1.",
        "]]><!-- --> &#0; &#x1F; \ud800 end",
    ],
)
def test_any_abstract_becomes_a_file_that_is_read(abstract):
    """Unbalanced tags, controls, an unclosed heading: sound XML, and no word is lost."""
    found = record(article(3) | {"abstractText": abstract})
    report = read_jats(abstract_file(found), Path("x.xml"))
    assert report.basis == "abstract"
    expected = {word.strip(".:") for word in words(abstract).split() if word.strip(".:").isalpha()}
    assert expected <= {word.strip(".:") for word in report.text.split()}


def test_parts_keep_their_labels():
    """Background and Case of a structured abstract; the label without its colon."""
    found = parts("Opening.<h4>Background: </h4>One.<h4>Case</h4><p>Two.</p><p>Three.</p>")
    assert [(part.label, part.paragraphs) for part in found] == [
        ("", ("Opening.",)),
        ("Background", ("One.",)),
        ("Case", ("Two.", "Three.")),
    ]


def test_the_file_of_an_abstract_is_the_same_each_time():
    """So that fetching again finds that nothing changed."""
    assert abstract_file(record(article(3))) == abstract_file(record(article(3)))
    assert abstract_file(record(article(3) | {"abstractText": None})) is None


def test_the_file_of_an_abstract_says_its_licence():
    """Read again by a later version, the report keeps it."""
    assert read_jats(abstract_file(record(article(3))), Path("x.xml")).licence == "CC BY-NC"


def test_what_the_library_has_is_known_by_every_number():
    """A fetched report by PMCID, PMID and DOI; a digest of the same article is not it."""
    shelf = Shelf(
        [
            Stored("pmc7000003", "pmc7000003.xml", "10.1234/made.3", "30000003"),
            Stored("roe-2014", "roe-2014.md", "10.1234/made.4", "30000004"),
            Stored("pmc7000005", "pmc7000005.pdf", None, None),
            Stored("pmc7000006", "pmc7000006.xml", "10.9999/other", None),
        ]
    )
    for text in ("PMC7000003", "PMID:30000003", "https://doi.org/10.1234/Made.3"):
        assert shelf.asked(identify(text)) == "pmc7000003"
    assert shelf.asked(identify("PMID:30000004")) is None
    assert [shelf.known(record(article(n))) for n in (3, 4, 5, 6)] == [
        "pmc7000003", None, "pmc7000005", None,
    ]  # fmt: skip
    assert [shelf.was_fetched(f"pmc700000{n}") for n in (3, 5)] == [True, False]
    assert "casebook remove pmc7000006" in shelf.taken(record(article(6)))

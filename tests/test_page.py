"""The report as page and as Markdown: what it shows, that data stay data, and the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.headline import MEASURES
from eval.markdown import Headline, breakdown, cell, interval, probability, signed, to_markdown
from eval.meanings import MEANING
from eval.measure import ALL_FACTS
from eval.page import Ablation, Report, changes, slowest, to_html
from eval.records import Cited, Record, Run

ATTACK = "<script>alert('x')</script> & \"quoted\""
CONDITIONS = {"code": "9f2c41d07be3", "model": "MiniLM", "system": "casebook"}


def record(name: str = "dose-001", right: float = 1.0, **change: object) -> Record:
    made = Record(
        id=name,
        gold="digests",
        verdict="answerable",
        kind="dose",
        style="terse",
        form="cold",
        status="answered",
        probability=0.8,
        passages=(),
        cited=(Cited("dapsone-1993", 12, 40, "a quote of the report"),),
        text="the text of the answer",
        short_answer=None,
        elapsed_ms=10.0,
        figures={ALL_FACTS: right},
        question=("the words of the question",),
    )
    return replace(made, **change)  # type: ignore[arg-type]


def report(*records: Record, before: tuple[Record, ...] | None = None, **change: object) -> Report:
    made = Report(
        title="Casebook evaluation",
        run=Run(CONDITIONS, records, {"peak memory MB": 800.4}),
        headline=(Headline(ALL_FACTS, 200, 0.64, 0.57, 0.7, 0.58, 0.0004),),
        before=None if before is None else Run({**CONDITIONS, "code": "77aa03c19e21"}, before),
    )
    return replace(made, **change)  # type: ignore[arg-type]


class Seen(HTMLParser):
    """The elements of a page, those left open, and its text outside of the style."""

    VOID = ("meta", "line", "circle", "polyline")

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += f"{data} "


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


# -- the page -----------------------------------------------------------------------------------


def test_all_parts_are_there() -> None:
    """Conditions, headline against the baseline, groups, plots, ablation, failures, change."""
    page = to_html(
        report(
            record(right=0.0),
            before=(record(),),
            ablation=Ablation(("AURC",), (("without the reader", (0.345,)), ("BM25", (None,)))),
            failures={"wrongly abstained": ["dose-001"], "forbidden fact": []},
            written="2026-02-11",
        )
    )
    text = " ".join(seen(page).text.split())
    for part in (
        "9f2c41d07be3 baseline: 77aa03c19e21",
        "digests 1",
        "2026-02-11",
        "0.640 0.570 to 0.700 0.580 better ↑ 0.060 <0.001",
        "By form",
        "Measure without the reader BM25 AURC 0.345 –",
        "What the measures say",
        "facts in answer, right report share of questions whose facts ALL stand in the sentences",
        "This run Baseline time of a question, p50 10 ms 10 ms",
        "words of an answer, p50 5 words 5 words",
        "peak memory 800 MB –",
        "wrongly abstained 1 dose-001",
        "For the worse 1",
        "dapsone-1993 12–40",
        "a quote of the report",
    ):
        assert part in text, part
    assert page.count("<svg") == 2
    assert re.findall("<details[^>]*>", page) == ["<details>", "<details>"]


def test_data_never_become_markup() -> None:
    """Whatever a question, an answer, a quote or a name holds, it is shown as it was written."""
    bad = record(
        question=(ATTACK, ATTACK),
        text=ATTACK,
        short_answer=ATTACK,
        cited=(Cited(ATTACK, 0, 5, ATTACK),),
        kind=ATTACK,
        style=ATTACK,
        form=ATTACK,
        gold=ATTACK,
        figures={ALL_FACTS: 0.0, ATTACK: 1.0},
    )
    page = to_html(
        report(
            bad,
            before=(record(),),
            title=ATTACK,
            headline=(Headline(ATTACK, 1, 0.5, None, None),),
            ablation=Ablation((ATTACK,), ((ATTACK, (0.5,)),)),
            failures={ATTACK: [ATTACK]},
            measures=(ATTACK,),
            written=ATTACK,
        )
    )
    found = seen(page)
    assert "script" not in found.tags
    assert found.text.count(ATTACK) >= 20


def test_nothing_is_fetched() -> None:
    """Links stay on the page; no script, image, font or style is named, and none would load."""
    page = to_html(report(record(right=0.0), before=(record(),)))
    found = seen(page)
    assert all(link.startswith("#") for link in found.links)
    assert not {"script", "img", "link", "iframe", "object"} & set(found.tags)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_a_release_question_is_known_by_its_id_only() -> None:
    """Its answer and quotes would tell what was asked; neither stands on the page."""
    hidden = record("rel-001", right=0.0, question=())
    page = to_html(report(hidden, before=(replace(hidden, figures={ALL_FACTS: 1.0}),)))
    assert page.count("rel-001") >= 2
    assert "not shown (release)" in page
    for words in ("a quote of the report", "the text of the answer", "dapsone-1993"):
        assert words not in page


def test_the_same_input_gives_the_same_bytes() -> None:
    """No time of writing, no order of a set."""
    records = tuple(record(f"dose-{n:03d}", right=n % 2, kind=f"k{n % 7}") for n in range(60))
    before = tuple(replace(r, text="another text") for r in records)
    pages = {to_html(report(*records, before=before)) for _ in range(3)}
    assert len(pages) == 1


@pytest.mark.parametrize("records", [(), (record(probability=None),)], ids=["none", "unsure"])
def test_a_run_without_figures_has_a_page(records: tuple[Record, ...]) -> None:
    """No question, or a system that gives no probability: dashes, and no column to compare."""
    page = to_html(report(*records, headline=()))
    seen(page)
    assert "Adjusted p" not in page
    assert "polyline" in page


def test_half_a_character_can_be_written() -> None:
    """JSON may hold half of a surrogate pair; the page is still UTF-8."""
    to_html(report(record(question=("a \ud83d b",), elapsed_ms=1.0))).encode("utf-8")


def test_an_ablation_row_has_a_value_for_each_measure() -> None:
    """A short row would put figures under the wrong heading."""
    with pytest.raises(ValueError, match="BM25: 1 values for 2 columns"):
        Ablation(("a", "b"), (("BM25", (0.5,)),))


def test_every_headline_measure_is_explained() -> None:
    """A reader of the page has no other place to look."""
    assert set(MEASURES) <= set(MEANING)


def test_what_an_accepted_run_does_not_keep_is_not_shown_as_nothing() -> None:
    """Its times are 0 and its texts empty: a dash, not '0 ms'."""
    page = to_html(report(record(), before=(record(elapsed_ms=0.0, text=""),)))
    text = " ".join(seen(page).text.split())
    assert "p50 10 ms – time of a question, p95 10 ms –" in text
    assert "words of an answer, p50 5 words –" in text


# -- what changed, what was slow ----------------------------------------------------------------


def test_changes_for_the_worse_come_first() -> None:
    """Only what a user saw or what decides counts; another probability or order does not."""
    before = [record(name) for name in ("a-001", "a-002", "a-003", "a-004")]
    refuse = replace(before[0], id="a-005", verdict="unanswerable", figures={})
    after = [
        replace(before[0], text="other words"),
        replace(before[1], figures={ALL_FACTS: 0.0, "passage Success@1": 1.0}),
        replace(before[2], probability=0.1, passages=("p",), elapsed_ms=99.0),
        replace(before[3], figures={ALL_FACTS: 1.0, "passage Success@1": 1.0}),
        replace(refuse, status="abstained", cited=()),
        record("a-006"),
    ]
    found = changes(Run({}, (*before, refuse)), Run({}, tuple(after)))
    assert [(c.after.id, c.outcome) for c in found] == [
        ("a-002", "worse"),
        ("a-005", "better"),
        ("a-001", "other"),
    ]
    assert found[0].figures == ((ALL_FACTS, 1.0, 0.0), ("passage Success@1", None, 1.0))


def test_the_slowest_ten() -> None:
    """Slowest first, ties by id."""
    records = [record(f"q-{n:03d}", elapsed_ms=float(n // 2)) for n in range(30)]
    assert [r.id for r in slowest(records)][:3] == ["q-028", "q-029", "q-026"]
    assert len(slowest(records)) == 10


# -- figures in words, and Markdown ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("headline", "change", "trend"),
    [
        (Headline("a", 9, 0.5, 0.4, 0.6, 0.4, 0.049), "↑ 0.100", "better"),
        (Headline("a", 9, 0.5, 0.4, 0.6, 0.4, 0.05), "↑ 0.100", "unclear"),
        (Headline("a", 9, 0.4, 0.4, 0.6, 0.5, 0.01), "↓ 0.100", "worse"),
        (Headline("a", 9, 0.4, 0.4, 0.6, 0.5, 0.01, lower_is_better=True), "↓ 0.100", "better"),
        (Headline("a", 9, 1500, 1, 2, 250, 0.01, True, "ms"), "↑ 1,250 ms", "worse"),
        (Headline("a", 9, 0.5, 0.4, 0.6, 0.5, 1.0), "= 0.000", "unclear"),
        (Headline("a", 9, 0.5, 0.4, 0.6), "–", "unclear"),
    ],
)
def test_a_change_has_a_direction_and_a_meaning(
    headline: Headline, change: str, trend: str
) -> None:
    """The arrow says where the figure went, the word whether that is good and not chance."""
    assert (signed(headline), headline.trend) == (change, trend)


def test_figures_have_their_units() -> None:
    """A unit is named once; what is not known is a dash."""
    assert interval(Headline("a", 9, 1500, 1400, 1612, unit="ms")) == "1,400 to 1,612 ms"
    assert interval(Headline("a", 9, 0.5, 0.41, 0.6)) == "0.410 to 0.600"
    assert interval(Headline("a", 9, None, None, None)) == "–"
    assert [probability(p) for p in (None, 0.0004, 0.0314)] == ["–", "<0.001", "0.031"]


def test_groups_are_of_answerable_questions() -> None:
    """The largest group first, ties by name; a mean is over the questions that have the figure."""
    records = [
        record("a-001", kind="dose", figures={"x": 1.0}),
        record("a-002", kind="dose", figures={}, status="abstained"),
        record("a-003", kind="timing", figures={"x": 0.5}),
        record("a-004", kind="class", figures={"x": 0.0}),
        record("a-005", kind="class", verdict="unanswerable", figures={"y": 1.0}),
    ]
    table = breakdown(records, "kind", ("x", "y"))
    assert table.measures == ("x",)
    assert [(g.name, g.n, g.answered, g.cells) for g in table.groups] == [
        ("dose", 2, 1, ((1.0, 1),)),
        ("class", 1, 1, ((0.0, 1),)),
        ("timing", 1, 1, ((0.5, 1),)),
    ]
    verdicts = breakdown(records, "verdict", ())
    assert [(g.name, g.n) for g in verdicts.groups] == [("answerable", 4), ("unanswerable", 1)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("a\nb\r\n\u2028c", "a b c"),
        ("a\\|b", r"a\\\|b"),
        ("<b> & *c* [d](e) `f`", r"&lt;b\> &amp; \*c\* \[d\](e) \`f\`"),
        ("seed_papers _x_", r"seed_papers \_x\_"),
        ("passage Success@8, right report", "passage Success@8, right report"),
    ],
)
def test_a_cell_holds_text_only(text: str, shown: str) -> None:
    """Pipes, line breaks and markup cannot break a table or out of it."""
    assert cell(text) == shown


def test_markdown_tables_are_whole() -> None:
    """Every row has its table's number of cells, whatever the names hold, and stands in line."""
    bad = "a|b\n| c | `d"
    records = [record("a-001", kind=bad, style=bad, figures={bad: 1.0})]
    headline = [Headline(bad, 9, 0.5, 0.4, 0.6, 0.4, 0.0004)]
    text = to_markdown(
        headline, records, {bad: ["a-001", bad], "forbidden fact": []}, measures=[bad]
    )
    tables = [part.split("\n") for part in text.strip().split("\n\n") if part.startswith("|")]
    assert len(tables) == 4
    for lines in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    for lines in tables[:3]:
        assert len({len(line) for line in lines}) == 1
    assert "| ↑ 0.100 better |     <0.001 |" in text
    assert "| none |" in text
    assert text.endswith("\n")


def test_markdown_has_no_text_of_questions_or_answers() -> None:
    """It goes into logs and the README, release gold included."""
    text = to_markdown([], [record()], {"wrongly abstained": ["dose-001"]}, level=3)
    assert re.findall("^#+ ", text, re.MULTILINE) == ["### "] * 4
    for words in ("words of the question", "text of the answer", "a quote of the report"):
        assert words not in text

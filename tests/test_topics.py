"""A question that only names a thing gets a line for each report that tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag.chat import Casebook
from rag.config import Settings
from rag.index import index
from rag.library import Library
from rag.reader.question.asked_in_general import DoseAsked, general_dose
from rag.schema import Answer
from rag.topics.dosing import doses_in
from rag.topics.side_by_side import REMARK, compares_reports
from rag.topics.topic import Item, dose_asked, relation_asked, thing_asked, topic_of

REPORTS = {
    "statin-fatal": """---
id: statin-fatal
title: Dermatomyositis after simvastatin
source_kind: paper
article_type: case report
---
## Summary
A 69-year-old man developed a rash and weakness soon after simvastatin was begun.

## Case
Simvastatin 20 mg daily was stopped. He was given prednisone 60 mg daily. He died of pneumonia.
""",
    "statin-passing": """---
id: statin-passing
title: Calcinosis in a girl of nine
source_kind: paper
article_type: case report
---
## Summary
A girl of nine had calcinosis. It was removed by surgery.

## Case
Her father took atorvastatin. She was given prednisone 1 mg/kg/day and methotrexate 10 mg/week.

## Discussion
Methotrexate 25 mg weekly is usual elsewhere.
""",
    "clot": """---
id: clot
title: Immunoglobulin for ulcers
source_kind: paper
article_type: case report
---
## Summary
A woman of 50 with skin ulcers was given intravenous immunoglobulin 2 g/kg every month.

## Case
A deep vein thrombosis was blamed on intravenous immunoglobulin. Methotrexate was given, too, and
creatine kinase fell to 290 U/L. Before that she had prednisone; on mycophenolate 500 mg twice
daily she had a fever.
""",
}


@pytest.fixture(scope="module")
def casebook(encoder, tmp_path_factory) -> Iterator[Casebook]:
    folder = tmp_path_factory.mktemp("topics")
    for name, text in REPORTS.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    with Library(folder / "library", create=True) as library:
        outcomes = list(index([folder], library, encoder))
        assert [outcome.status for outcome in outcomes] == ["added"] * 3
    with Casebook(folder / "library", Settings(), encoder=encoder) as opened:
        yield opened


def cited(answer: Answer) -> list[str]:
    return list(dict.fromkeys(citation.report_id for citation in answer.citations))


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("ECMO", ["ECMO"]),
        ("statins and DM", ["statin"]),
        ("statins?", ["statin"]),
        ("COVID vaccine flare", ["COVID-19 vaccine", "relapse"]),
        ("vaccine induced dermatomyositis cases", ["vaccine"]),
        ("checkpoint-inhibitor-induced DM", ["immune checkpoint inhibitor"]),
        ("drug-induced dermatomyositis", ["drug-induced dermatomyositis"]),
        ("which drugs can cause dermatomyositis?", ["drug-induced dermatomyositis"]),
        ("infections during immunosuppression", ["infection", "immunosuppressant"]),
        ("anything on retinal vasculopathy?", ["vasculopathy", "retinal"]),
        ("who wrote about pneumomediastinum?", ["pneumomediastinum"]),
        ("what is known about ECMO?", ["ECMO"]),
        ("papers on serum ferritin", ["ferritin"]),
        ("belimumab for DM rash - any cases?", ["belimumab", "rash"]),
    ],
)
def test_what_a_topic_names(question: str, items: list[str]) -> None:
    """The names of things, with or without a frame that asks for reports on them."""
    topic = topic_of(question)
    assert topic is not None
    assert [item.said for item in topic.items] == items


@pytest.mark.parametrize(
    "question",
    [
        "CK?",
        "ferritin",
        "steroids needed?",
        "IVIG dose",
        "MDA5 mortality",
        "calcinosis treatment",
        "ILD without weakness",
        "tacrolimus for the 43-year-old woman",
        "her rash",
        "CDASI in the French CADM case",
        "CEA in TIF1 colon ca DM?",
        "% on HCQ?",
        "PF-06823859 = ?",
        "pregnant, on IVIG - parity?",
        "point of the report",
        "tell me about the ACTH gel series",
        "retinal vasculopathy",
        "dermatomyositis",
        "side effects",
        "relapse",
        "",
        "Did dapsone help the rash?",
        "rash and fever and itch and weakness and ulcers and cough",
    ],
)
def test_what_asks_is_no_topic(question: str) -> None:
    """An aspect, a person, a value or an unknown word makes a question of it."""
    assert topic_of(question) is None


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Can IVIG cause thrombosis?", ["intravenous immunoglobulin", "thromboembolism"]),
        (
            "is calcinosis associated with NXP2 antibodies?",
            ["calcinosis", "anti-NXP2"],
        ),
        ("can a rash be triggered by statins in DM?", ["rash", "statin"]),
        ("is there a link between statins and weakness?", ["statin", "muscle weakness"]),
    ],
)
def test_whether_one_comes_of_the_other(question: str, items: list[str]) -> None:
    topic = relation_asked(question)
    assert topic is not None
    assert topic.together
    assert [item.said for item in topic.items] == items


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("What is anti-TIF1 gamma associated with?", "anti-TIF1-γ"),
        ("role of ferritin in DM", ""),
        ("what is the significance of calcinosis", "calcinosis"),
        ("what is it associated with?", ""),
    ],
)
def test_what_goes_with_a_thing(question: str, item: str) -> None:
    """Of a thing that makes a topic by itself."""
    topic = thing_asked(question)
    assert [one.said for one in topic.items] == [item] if topic else not item


@pytest.mark.parametrize(
    "question", ["Did IVIG cause thrombosis?", "Does it help?", "Can she be given IVIG?"]
)
def test_what_happened_to_somebody_is_no_relation(question: str) -> None:
    assert relation_asked(question) is None


@pytest.mark.parametrize(
    ("question", "drug", "purposes"),
    [
        ("IVIG dose", "intravenous immunoglobulin", ()),
        ("what is the usual starting dose of prednisone?", "prednisone", ()),
        ("cyclophosphamide dose for ILD", "cyclophosphamide", ("interstitial lung disease",)),
        ("methotrexate dose used", "methotrexate", ()),
        ("at what dose is tacrolimus given", "tacrolimus", ()),
        ("how much IVIG is given for the skin", "intravenous immunoglobulin", ()),
        (
            "tofacitinib dose used in MDA5 ILD",
            "tofacitinib",
            ("anti-MDA5", "interstitial lung disease"),
        ),
        ("what steroid dose in juvenile DM?", "corticosteroid", ("juvenile dermatomyositis",)),
        ("dose of tacrolimus for the woman", "", ()),
        ("what was the dose of tacrolimus?", "", ()),
        ("tacrolimus dose, then methotrexate", "", ()),
        ("methotrexate dose reduction", "", ()),
        ("her dose", "", ()),
    ],
)
def test_whose_dose_is_asked_for(question: str, drug: str, purposes: tuple[str, ...]) -> None:
    """Of a drug, for purposes that the lexicon knows, and of nobody."""
    assert general_dose(question) == (DoseAsked(drug, purposes) if drug else None)
    topic = dose_asked(question)
    names = [item.said for item in topic.items] if topic else []
    assert names == [name for name in (drug, *purposes) if name]


def test_the_report_about_it_comes_first(casebook: Casebook) -> None:
    """Title before passing mention; each report has a line, and it is said how many there are."""
    answer = casebook.ask("statins")
    assert cited(answer) == ["statin-fatal", "statin-passing"]
    assert answer.status == "answered"
    assert answer.short_answer is None
    assert '"Her father took atorvastatin."' in answer.text
    assert answer.text.endswith("2 reports tell of statin.")
    assert answer.notice.startswith("Evidence: 2 case reports")


def test_what_stands_together_in_one_report(casebook: Casebook) -> None:
    """All that is named must be told of by the same report; where it is not, that is said."""
    answer = casebook.ask("calcinosis surgery")
    assert cited(answer) == ["statin-passing"]
    assert answer.text.endswith("One report tells of calcinosis and surgery.")
    answer = casebook.ask("calcinosis and pneumonia")
    assert answer.text.endswith("One report tells of calcinosis; none tells of pneumonia with it.")


def test_a_drug_that_no_report_has_is_named_as_missing(casebook: Casebook) -> None:
    """Nothing of the rest is told in its place."""
    answer = casebook.ask("belimumab for calcinosis")
    assert (answer.status, answer.citations) == ("abstained", ())
    assert answer.text.startswith("No report in this library mentions belimumab.")


def test_one_thing_of_the_other_in_one_sentence(casebook: Casebook) -> None:
    """'Can X cause Y?' is answered by the sentences that name both; none is none."""
    answer = casebook.ask("Can immunoglobulin cause thrombosis?")
    assert answer.status == "answered"
    assert "A deep vein thrombosis was blamed on intravenous immunoglobulin." in answer.text
    assert casebook.ask("Can simvastatin cause thrombosis?").status == "abstained"


def test_each_report_gives_its_dose(casebook: Casebook) -> None:
    """Of that drug: neither the dose of the drug beside it, nor a value, nor what others gave."""
    answer = casebook.ask("prednisone dose")
    assert sorted(cited(answer)) == ["statin-fatal", "statin-passing"]
    assert answer.short_answer is None
    assert answer.text.endswith("2 reports give a dose of prednisone. That is no recommendation.")
    one = casebook.ask("methotrexate dose")
    assert cited(one) == ["statin-passing"]
    assert "25 mg" not in one.text
    assert "290" not in one.text


def test_what_others_gave_is_no_dose_of_a_report(casebook: Casebook) -> None:
    """A discussion tells of elsewhere; a value that was measured behind a drug is none either."""
    report = casebook.library.report("statin-passing")
    drug = Item("methotrexate", frozenset({"methotrexate"}))
    assert [item.text for item in doses_in(drug, report)] == [
        "She was given prednisone 1 mg/kg/day and methotrexate 10 mg/week."
    ]
    assert doses_in(drug, casebook.library.report("clot")) == []
    only_elsewhere = replace(report, text=report.text.replace("10 mg/week", "by mouth     "[:10]))
    assert doses_in(drug, only_elsewhere) == []


def test_a_dose_for_a_purpose(casebook: Casebook) -> None:
    """Only reports that name it give theirs."""
    answer = casebook.ask("prednisone dose for calcinosis")
    assert cited(answer) == ["statin-passing"]


def test_a_dose_for_more_than_any_report_names(casebook: Casebook) -> None:
    """What part of the purpose has is quoted, and what no report names with it is said."""
    answer = casebook.ask("methotrexate dose for calcinosis and pneumonia")
    assert cited(answer) == ["statin-passing"]
    assert answer.text.endswith(
        "One report gives a dose of methotrexate; it does not name pneumonia. "
        "That is no recommendation."
    )


def test_an_effect_in_general_that_no_patient_tells(casebook: Casebook) -> None:
    """The reports that name drug and sign are quoted, where nobody is counted."""
    answer = casebook.ask("does surgery work for calcinosis?")
    assert cited(answer) == ["statin-passing"]
    assert answer.text.endswith("One report tells of surgery and calcinosis.")


def test_a_topic_within_filters(casebook: Casebook) -> None:
    """A report that is named is read; filters narrow the reports that may be told of."""
    answer = casebook.ask("statins", filters={"report": ["statin-passing"]})
    assert {citation.report_id for citation in answer.citations} <= {"statin-passing"}
    assert "2 reports" not in answer.text


def test_a_topic_in_a_conversation_is_a_follow_up(casebook: Casebook) -> None:
    """After a question about one report a thing that is named is asked of that report."""
    answer = casebook.converse(["How did the girl with calcinosis do?", "prednisone dose?"])
    assert cited(answer) == ["statin-passing"]


def test_the_same_bytes_again(casebook: Casebook) -> None:
    assert casebook.ask("statins") == casebook.ask("statins")


def test_reports_of_named_authors_side_by_side() -> None:
    """Named, compared, and nothing else asked."""
    two = ("Kuwano", "Müller")
    assert compares_reports("compare Kuwano 2006 and Müller 2025", two, 2)
    assert compares_reports("Kuwano vs Müller", two, 2)
    assert not compares_reports("compare the dose in Kuwano and Müller", two, 2)
    assert not compares_reports("Kuwano and Müller", two, 2)
    assert not compares_reports("compare Kuwano 2006 and Müller 2025", two, 1)


def test_each_of_two_reports_in_short(shelf: Casebook) -> None:
    """Its own summary on its own line; nothing stands for both."""
    answer = shelf.ask("compare Adams 2001 and Brown 2002")
    assert sorted(cited(answer)) == ["burnt", "calcified"]
    assert answer.text.endswith(REMARK)
    assert '"A boy of five had calcinosis."' in answer.text
    assert '"A woman of sixty had a rash."' in answer.text
    later = shelf.converse(["Which patients had calcinosis?", "compare Adams 2001 and Brown 2002"])
    assert (later.text, later.query) == (answer.text, answer.query)


@pytest.fixture(scope="module")
def shelf(encoder, tmp_path_factory) -> Iterator[Casebook]:
    folder = tmp_path_factory.mktemp("authors")
    for name, author, year, text in (
        ("calcified", "Adams A", 2001, "A boy of five had calcinosis. He was given diltiazem."),
        ("burnt", "Brown B", 2002, "A woman of sixty had a rash. She was given dapsone."),
    ):
        head = f"id: {name}\ntitle: {name}\nauthors: [{author}]\nyear: {year}\nsource_kind: paper"
        (folder / f"{name}.md").write_text(f"---\n{head}\n---\n## Summary\n{text}\n", "utf-8")
    with Library(folder / "library", create=True) as library:
        assert [one.status for one in index([folder], library, encoder)] == ["added"] * 2
    with Casebook(folder / "library", Settings(), encoder=encoder) as opened:
        yield opened

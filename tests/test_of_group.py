"""What is asked of children is answered by reports that speak of children."""

from __future__ import annotations

import pytest

from rag.chat import Casebook
from rag.config import Settings
from rag.index import add
from rag.library import Library
from rag.reader.question.of_group import group_asked, group_missing, speaking_of
from rag.schema import Report, Section

ADULTS = "Methotrexate 25 mg once a week was given to thirteen women with dermatomyositis."
CHILD = "A 9-year-old girl was given methotrexate 12.5 mg once a week for her rash."


def report(report_id: str, text: str) -> Report:
    """A report of one section."""
    sections = (Section("case", "Case", "case", 0, len(text)),)
    name = f"{report_id}.txt"
    return Report(report_id, "Methotrexate", text, sections, name, "user file", "full text")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("methotrexate dose in children", "children"),
        ("Can children take tofacitinib?", "children"),
        ("pediatric dose of methotrexate?", "children"),
        ("max dose given to a child", "children"),
        ("IVIG in pregnancy", "pregnancy"),
        ("dose for the child with calcinosis", None),
        ("What did the girl get?", None),
        ("Which dose of methotrexate was given?", None),
        ("Was the woman with two children treated?", None),
        ("Did she have children?", None),
        ("and in children?", "children"),
    ],
)
def test_who_is_asked_about_in_general(question: str, name: str | None) -> None:
    """One child of a report is none in general."""
    found = group_asked(question)
    assert (found and found.name) == name


def test_a_report_speaks_of_children_by_its_words() -> None:
    """An age below eighteen will do; that of a disease's duration will not."""
    texts = {
        "a": ADULTS,
        "b": CHILD,
        "c": "He was 45 years old.",
        "d": "Juvenile disease.",
        "e": "A woman of 56.",
    }
    reports = {key: report(key, text) for key, text in texts.items()}
    group = group_asked("in children")
    assert group is not None
    assert speaking_of(group, reports) == {"b", "d"}
    assert group_missing("in children", [reports["a"]]) == "children"
    assert group_missing("in children", reports.values()) == ""


def test_an_adults_dose_is_no_dose_for_children(tmp_path, encoder) -> None:
    """The child's is quoted; where no report has a child, that is said."""
    question = "methotrexate dose in children?"
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "adults.txt").write_text(f"Methotrexate in adults\n\n{ADULTS}\n", "utf-8")
    (reports / "more.txt").write_text("Methotrexate again\n\nShe was 60. It failed.\n", "utf-8")
    with Library(tmp_path / "library", create=True) as library:
        list(add([reports], library, encoder))
    with Casebook(tmp_path / "library", Settings(), encoder=encoder) as casebook:
        answer = casebook.ask(question)
        assert answer.status == "abstained"
        assert "No report that was found speaks of children." in answer.text
        assert "25 mg" not in answer.text
    (reports / "girl.txt").write_text(f"Methotrexate for a rash\n\n{CHILD}\n", "utf-8")
    with Library(tmp_path / "library") as library:
        list(add([reports], library, encoder))
    with Casebook(tmp_path / "library", Settings(), encoder=encoder) as casebook:
        answer = casebook.ask(question)
        assert {c.quote for c in answer.citations} == {CHILD}


def test_and_in_children_is_asked_of_the_whole_library(tmp_path, encoder) -> None:
    """After a report about adults; a report about a child goes on being asked."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "adults.txt").write_text(f"Methotrexate in adults\n\n{ADULTS}\n", "utf-8")
    (reports / "girl.txt").write_text(f"Methotrexate for a rash\n\n{CHILD}\n", "utf-8")
    with Library(tmp_path / "library", create=True) as library:
        list(add([reports], library, encoder))
    with Casebook(tmp_path / "library", Settings(), encoder=encoder) as casebook:
        talk = ["Which dose of methotrexate did the women take?"]
        assert {c.report_id for c in casebook.converse(talk).citations} == {"adults"}
        answer = casebook.converse([*talk, "and in children?"])
    assert {hit.passage.report_id for hit in answer.hits} == {"girl"}
    assert answer.query.endswith("the women take in children?")

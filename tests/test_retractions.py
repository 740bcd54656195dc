"""The list of retractions: read, joined, told, and left out of answers."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from test_editions import HEAD, STORY, files, grouped, put, report

from rag.errors import RetractionsError
from rag.index import add
from rag.library import Library
from rag.schema import EditorialNotice
from rag.works.editions import Record
from rag.works.retractions import read_retractions
from rag.works.standing import Standing, retracted, said_of, told

COLUMNS = (
    "Record ID,Title,OriginalPaperDOI,OriginalPaperPubMedID,RetractionDOI,RetractionDate,"
    "RetractionNature,Reason"
)


def table(folder: Path, *rows: str, columns: str = COLUMNS, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((columns, *rows, "")), "utf-8")
    return path


def row(
    nature: str, doi: str = "10.1000/a", pmid: str = "0", day: str = "3/14/2021 0:00", id: str = "1"
) -> str:
    return f'{id},"Title, with comma",{doi},{pmid},10.1000/r,{day},{nature},+Error in Data;+Fraud;'


def standing(path: Path, **known: str) -> EditorialNotice | None:
    """What the list says of one report that is known by these identifiers."""
    one = Record("a", **({"doi": "10.1000/a"} | known))
    return read_retractions(path).of([one], {}).get("a")


def test_a_retraction_is_joined_by_doi_or_pmid(tmp_path):
    """Whatever the spelling; 'unavailable' and 0 are no identifiers."""
    path = table(
        tmp_path,
        row("Retraction", doi="HTTPS://doi.org/10.1000/A"),
        row("Retraction", doi="unavailable", pmid="77"),
        row("Retraction", doi="unavailable", pmid="0"),
    )
    notice = EditorialNotice("Retraction", "2021-03-14", "Error in Data; Fraud", "10.1000/r")
    assert standing(path) == notice
    assert standing(path, doi="10.1000/b") is None
    assert standing(path, doi="10.1000/b", pmid="77") == notice
    assert standing(path, doi="", pmid="") is None


@pytest.mark.parametrize(
    ("rows", "nature"),
    [
        ([row("Correction")], "Correction"),
        ([row("Correction", day="1/1/2022"), row("Retraction")], "Retraction"),
        ([row("Expression of Concern"), row("correction")], "Expression of concern"),
        ([row("Retraction"), row("Reinstatement", day="1/1/2022 0:00")], None),
        ([row("Reinstatement", day="1/1/2022 0:00"), row("Retraction")], None),
        (
            [
                row("Retraction"),
                row("Reinstatement", day="1/1/2022"),
                row("Retraction", day="2/1/2022"),
            ],
            "Retraction",
        ),
        ([row("Retraction", day="12/31/2020"), row("Reinstatement", day="2/1/2021")], None),
        ([row("Retraction", day="some day")], "Retraction"),
    ],
)  # fmt: skip
def test_the_gravest_notice_that_still_stands_counts(tmp_path, rows, nature):
    """By date, not by place in the file; months come first in Retraction Watch's dates."""
    found = standing(table(tmp_path, *rows))
    assert (found.nature if found else None) == nature


def test_what_is_said_of_one_edition_holds_for_the_others(tmp_path):
    """The PDF without a DOI is retracted with the digest that has one; a notice of it is not."""
    with Library(tmp_path / "library", create=True) as library:
        put(
            library,
            report("a", doi="10.1000/a"),
            report("b"),
            report("c", "Another title of four"),
            report("d", "Retraction: Tofacitinib for refractory dermatomyositis", doi="10.1000/a"),
        )
        assert grouped(library)[0] == {"a", "b"}
        now = Standing(library, str(table(tmp_path, row("Retraction")))).now()
        assert retracted(now) == ["a", "b"]


def test_a_changed_list_counts_at_the_next_question(tmp_path, caplog):
    """And so does a changed library; an unchanged one is not read again."""
    path = table(tmp_path, row("Retraction", doi="10.1000/b"))
    with Library(tmp_path / "library", create=True) as library:
        put(library, report("a", doi="10.1000/a"))
        known = Standing(library, str(path))
        assert known.now() == {}
        table(tmp_path, row("Retraction"), row("Retraction", doi="10.1000/b"))
        assert retracted(known.now()) == ["a"]
        put(library, report("b", "Another title of four", doi="10.1000/b"))
        assert retracted(known.now()) == ["a", "b"]
        assert read_retractions(path) is read_retractions(path)
        path.unlink()
        with caplog.at_level(logging.WARNING):
            assert known.now() == {}
            assert known.now() == {}
    assert [str(path) in message for message in caplog.messages] == [True]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"", "no column 'OriginalPaperDOI'"),
        (b"Title,OriginalPaperDOI,RetractionNature\n", "no column 'OriginalPaperPubMedID'"),
        (b"\x00\x01\x02\xff" * 100, "no column"),
        (COLUMNS.encode() + b'\n1,"' + b"x" * 200_000, "no CSV"),
    ],
)
def test_a_bad_list_is_refused_with_file_and_column(tmp_path, content, says):
    """One line that says what to do."""
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RetractionsError, match=says) as caught:
        read_retractions(path)
    assert str(path) in str(caught.value)
    assert "CASEBOOK_RETRACTIONS" in str(caught.value)


def test_bad_rows_are_named_and_the_others_count(tmp_path):
    """A short row, an unknown nature, a row of an old encoding, an empty line."""
    path = table(tmp_path, "1,Short", row("Retrcation"), "", row("Retraction"))
    path.write_bytes(path.read_bytes().replace(b"with comma", b"with \xe9"))
    found = read_retractions(path)
    assert standing(path) is not None
    assert len(found.problems) == 2
    assert "row 2" in found.problems[0]
    assert "'RetractionNature'" in found.problems[1]
    assert "Retrcation" in found.problems[1]


def test_what_is_said_of_a_report_names_it():
    """Who, when, why, as far as it is known."""
    one = report("chen-2024")
    notice = EditorialNotice("Retraction", "2021-03-14", "Fraud")
    assert told({"chen-2024": notice}, [one, one]) == (
        "RETRACTED: Chen 2024 (chen-2024) was retracted on 2021-03-14 (Fraud)."
    )
    assert told({}, [one]) == ""
    concern = EditorialNotice("Expression of concern")
    assert said_of({"x": None}, concern) == "An expression of concern about x was published."


# -- as a user meets it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelf(tmp_path_factory, encoder) -> Path:
    """A library of two reports on tofacitinib; the first is known by DOI."""
    folder = tmp_path_factory.mktemp("shelf")
    paths = files(
        folder / "in",
        chen=HEAD.format(title="Tofacitinib for refractory rash", doi="10.1000/a") + STORY,
        other="# Baricitinib in one man\n\nA 61-year-old man with dermatomyositis took "
        "baricitinib 4 mg daily. His rash faded within nine weeks.\n",
    )
    with Library(folder / "library", create=True) as library:
        list(add(paths, library, encoder))
    return folder


QUESTION = "How long until the rash faded on tofacitinib?"


@pytest.fixture
def opened(shelf, encoder, request):
    """The library, open, with a list of one row of this nature."""
    from rag.chat import Casebook
    from rag.config import Settings

    path = table(shelf, row(request.param), name=f"{request.param}.csv")
    with Casebook(shelf / "library", Settings(retractions=str(path)), encoder=encoder) as casebook:
        yield casebook


def shown(answer) -> set[str]:
    return {hit.passage.report_id for hit in answer.hits}


@pytest.mark.parametrize("opened", ["Retraction"], indirect=True)
def test_a_retracted_report_answers_only_when_asked_for(opened):
    """Left out of passages and answers; named or asked for, it answers under its mark."""
    from rag.render import to_json, to_text

    answer = opened.ask(QUESTION)
    assert "chen" not in shown(answer) | {c.report_id for c in answer.citations}
    assert "chen" not in {hit.passage.report_id for hit in opened.find(QUESTION)}
    for how in ({"include_retracted": True}, {"filters": {"report": ["chen"]}}):
        answer = opened.ask(QUESTION, **how)
        assert "six weeks" in answer.text
        assert answer.notice.startswith("RETRACTED: Chen 2024 (chen) was retracted on 2021-03-14")
        found = to_json(answer)
        assert found["citations"][0]["retracted"] is True
        assert found["citations"][0]["editorial"]["reason"] == "Error in Data; Fraud"
        assert {p["report_id"] for p in found["passages"] if p["retracted"]} == {"chen"}
        assert "Chen 2024, RETRACTED" in to_text(answer)


@pytest.mark.parametrize("opened", ["Retraction"], indirect=True)
def test_a_refusal_says_that_something_was_left_out(opened):
    """Silence would look like absence."""
    assert "1 retracted report was left out" in opened.ask("What is the capital of France?").notice
    asked = opened.ask("What is the capital of France?", include_retracted=True)
    assert "left out" not in asked.notice


@pytest.mark.parametrize("opened", ["Expression of concern", "Correction"], indirect=True)
def test_a_concern_or_correction_is_marked_and_still_answers(opened):
    """With a sentence before the kind of evidence."""
    answer = opened.ask(QUESTION)
    assert answer.citations[0].report_id == "chen"
    assert answer.citations[0].editorial.nature in answer.notice.replace("A c", "C").replace(
        "An e", "E"
    )
    assert "RETRACTED" not in answer.notice
    assert "Evidence: " in answer.notice


def test_the_command_line_marks_what_is_retracted_and_survives_a_bad_list(shelf):
    """list, show, ask and doctor; a bad list is a line on stderr and the question is answered."""
    from test_cli import run

    path = table(shelf, row("Retraction"), name="cli.csv")
    library = shelf / "library"
    known = {"CASEBOOK_RETRACTIONS": str(path), "CASEBOOK_LIBRARY": str(library)}
    rows = json.loads(run("list", "--json", **known).stdout)
    assert [(r["report_id"], r["retracted"]) for r in rows] == [("chen", True), ("other", False)]
    assert b"RETRACTED 2021-03-14" in run("show", "chen", **known).stdout
    asked = run("ask", QUESTION, "--include-retracted", **known)
    assert asked.returncode == 0, asked.stderr
    assert b"six weeks" in asked.stdout
    assert b"RETRACTED: Chen 2024" in asked.stdout
    path.write_text("Title\nx\n", "utf-8")
    asked = run("ask", QUESTION, "--json", **known)
    assert asked.returncode == 0, asked.stderr
    assert b"six weeks" in asked.stdout
    assert f"{path} has no column 'OriginalPaperDOI'".encode() in asked.stderr
    assert b"Traceback" not in asked.stderr
    looked = run("doctor", **known)
    assert looked.returncode == 1
    assert b"OriginalPaperDOI" in looked.stdout

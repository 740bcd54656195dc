"""The head of a digest is typed and strict: every fault is named, with file and key, at once."""

from __future__ import annotations

import pytest

from rag.errors import InvalidReport
from rag.formats.front_matter import DigestHead, Head, cases, parse_head, split_head
from rag.schema import Treatment

HEAD = """\
id: a-1
title: "A title"
authors: ["Kim A"]
journal: "J"
year: 2017
doi: "10.1000/x(97)1"
pmid: "123"
url: ""
article_type: case report
basis: abstract
cases:
  - age: 56
    sex: female
    subtype: classic DM
    antibodies: ["anti-Mi-2"]
    features: []
    prior_treatments: [{drug: prednisolone, dose: not stated, route: Unknown}]
    treatment: [{drug: dapsone, dose: "100 mg", route: oral}]
    response: complete
    time_to_response: not stated
    follow_up: "1 year"
    adverse_events: not given
not_in_source: [dose, follow-up]
"""


def changed(old: str, new: str) -> str:
    assert HEAD.count(old) == 1
    return HEAD.replace(old, new)


def complaint(yaml_text: str) -> str:
    with pytest.raises(InvalidReport) as caught:
        parse_head(yaml_text, "a-1.md")
    message = str(caught.value)
    assert message.startswith("a-1.md: ")
    assert "\n" not in message
    return message


def test_a_digest_head_is_read() -> None:
    """Values keep their types, and 'not stated' and its like become empty."""
    head = parse_head(HEAD, "a-1.md")
    assert isinstance(head, DigestHead)
    assert (head.id, head.year, head.basis, head.not_in_source) == (
        "a-1", 2017, "abstract", ["dose", "follow-up"],
    )  # fmt: skip
    (case,) = cases(head)
    assert (case.number, case.age, case.sex, case.antibodies) == (1, 56, "female", ("anti-Mi-2",))
    assert case.prior_treatments == (Treatment("prednisolone"),)
    assert case.treatment == (Treatment("dapsone", "100 mg", "oral"),)
    assert (case.response, case.time_to_response, case.follow_up, case.adverse_events) == (
        "complete", "", "1 year", "",
    )  # fmt: skip


LEGAL = {
    "no year": ("year: 2017", "year: null"),
    "no authors": ('["Kim A"]', "[]"),
    "no journal": ('journal: "J"', 'journal: ""'),
    "no DOI": ('"10.1000/x(97)1"', '""'),
    "half a year": ("age: 56", "age: 0.5"),
    "unknown age": ("age: 56", "age: null"),
    "unknown sex": ("sex: female", "sex: null"),
    "nothing missing": ("[dose, follow-up]", "[]"),
}


@pytest.mark.parametrize(("old", "new"), LEGAL.values(), ids=LEGAL)
def test_what_is_not_known_may_be_empty(old: str, new: str) -> None:
    """A report may lack its year, authors and more; that is no fault of the file."""
    parse_head(changed(old, new), "a-1.md")


WRONG = {
    "year as text": ("year: 2017", 'year: "2017"', "'year' is '2017'"),
    "year of another age": ("year: 2017", "year: 17", "'year' is 17"),
    "date": ("year: 2017", "year: 2017-01-02", "'year' is"),
    "bare no as sex": ("sex: female", "sex: no", "'cases.1.sex' is False"),
    "other sex": ("sex: female", "sex: woman", "'cases.1.sex' is 'woman'"),
    "response": ("response: complete", "response: gradual", "'cases.1.response' is 'gradual'"),
    "subtype": ("classic DM", "cutaneous", "'cases.1.subtype' is 'cutaneous'"),
    "article type": ("case report", "letter", "'article_type' is 'letter'"),
    "basis": ("basis: abstract", "basis: title", "'basis' is 'title'"),
    "missing word": ("[dose, follow-up]", "[dose, colour]", "'not_in_source.2' is 'colour'"),
    "key": ("url:", "link:", "unknown key 'link' (remove it)"),
    "key of a case": ("features:", "feature:", "unknown key 'cases.1.feature' (remove it)"),
    "key of a drug": ("100 mg", '100 mg", freq: "daily', "unknown key 'cases.1.treatment.1.freq'"),
    "no id": ("id: a-1\n", "", "key 'id' is missing"),
    "no year key": ("year: 2017\n", "", "key 'year' is missing"),
    "no drug": ("{drug: dapsone, ", "{", "key 'cases.1.treatment.1.drug' is missing"),
    "id with a slash": ("id: a-1", "id: a/../b", "'id' is 'a/../b'"),
    "id with capitals": ("id: a-1", "id: A-1", "'id' is 'A-1'"),
    "authors as text": ('["Kim A"]', '"Kim A"', "'authors' is 'Kim A'"),
    "author as number": ('["Kim A"]', "[7]", "'authors.1' is 7"),
    "empty title": ('"A title"', '""', "'title' is ''"),
    "blank title": ('"A title"', '"  "', "'title' is ''"),
    "age as text": ("age: 56", 'age: "56"', "'cases.1.age"),
    "age of a tree": ("age: 56", "age: 560", "'cases.1.age' is 560"),
    "age as yes": ("age: 56", "age: yes", "'cases.1.age"),
    "address as DOI": ("10.1000/x(97)1", "https://doi.org/10.1000/x", "'doi' is 'https://doi.org"),
    "number as PMID": ('"123"', "123", "'pmid' is 123"),
}


@pytest.mark.parametrize(("old", "new", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_key_or_value_is_refused_by_name(old: str, new: str, words: str) -> None:
    """The complaint says which key holds what, and what it may hold."""
    assert words in complaint(changed(old, new))


def test_all_faults_are_named_at_once() -> None:
    """A file with four faults is mended in one go."""
    text = changed("response: complete", "response: gradual")
    text = (
        text.replace("url:", "link:").replace("year: 2017", 'year: "2017"').replace("id: a-1\n", "")
    )
    message = complaint(text)
    for words in ("key 'id' is missing", "'link'", "'year' is '2017'", "'gradual'"):
        assert words in message


BROKEN = {
    "open list": ('["Kim A"]', '["Kim A"', "line 5"),
    "colon in a value": ('"A title"', "A: title", "line 3"),
    "tab": ("    sex:", "\tsex:", "line 14"),
    "object of Python": ('"A title"', "!!python/object/apply:os.system [id]", "line 3"),
    "impossible date": ("year: 2017", "year: 2017-13-45", "month"),
    "impossible number": ("year: 2017", "year: " + "9" * 5000, "digits"),
    "alias": ('"A title"', "&a [*a]", "alias in line 3"),
    "nested without end": ('"A title"', "[" * 100_000, "line 3"),
    "nested in dashes": ('"A title"', "\n  " + "- " * 100_000, "line 4"),
    "control character": ('"A title"', "A\x07", "control"),
}


@pytest.mark.parametrize(("old", "new", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_yaml_is_refused_with_its_line(old: str, new: str, words: str) -> None:
    """What is no YAML, or more than data, is one line of complaint; the line is the file's."""
    message = complaint(changed(old, new))
    assert words in message
    assert len(message) < 400


def test_a_head_that_is_no_mapping_is_refused() -> None:
    """A list or a bare word between the lines of dashes says nothing about a report."""
    assert "key: value" in complaint("- a\n- b\n")
    assert "key: value" in complaint("word\n")


def test_a_head_without_basis_is_a_users_own() -> None:
    """There every key may be missing, but unknown ones and wrong types are refused all the same."""
    head = parse_head("title: My notes\nyear: 2020\n", "n.md")
    assert type(head) is Head
    assert (head.id, head.title, head.basis) == (None, "My notes", None)
    with pytest.raises(InvalidReport, match="unknown key 'tags'"):
        parse_head("tags: [a]\n", "n.md")


def test_texts_of_the_head_are_spelled_as_the_body_is() -> None:
    """Curly quotes, odd blanks and invisible signs of a title go, as they do in the text."""
    head = parse_head(changed('"A title"', '"Gottron’s\\_sign\\e\\x9b\\u202e"'), "a-1.md")
    assert head.title == "Gottron's sign"


HEADS = {
    "head": ("---\nid: x\n---\nbody", ("id: x\n", "body")),
    "Windows": ("---\r\nid: x\r\n---\r\nbody\r\n", ("id: x\n", "body\n")),
    "blanks after the dashes": ("--- \nid: x\n---\t\nbody", ("id: x\n", "body")),
    "end of file": ("---\nid: x\n---", ("id: x\n", "")),
    "dashes in the body": ("---\nid: x\n---\na\n---\nb", ("id: x\n", "a\n---\nb")),
    "none": ("body", (None, "body")),
    "a rule above a text": ("---\nNote: x\nbody", (None, "---\nNote: x\nbody")),
    "not at the top": ("a\n---\nid: x\n---\nb", (None, "a\n---\nid: x\n---\nb")),
}


@pytest.mark.parametrize(("text", "parts"), HEADS.values(), ids=HEADS)
def test_the_head_stands_between_two_lines_of_dashes(text: str, parts: tuple) -> None:
    """Only the first line can open it; without it all is body."""
    assert split_head(text) == parts


@pytest.mark.parametrize("text", ["---\nid: x\nbody", "---\r\ntitle : x\r\n", "---\nyear: 2001"])
def test_a_head_without_end_is_refused(text: str) -> None:
    """Its keys would be taken for the report's words."""
    with pytest.raises(InvalidReport, match="has no end; put a line '---'"):
        split_head(text, "note.md")


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ("year: 2017\n", "year: 2017\nyear: 2018\n", "year", 7),
        ("    sex: female\n", "    sex: female\n    age: 57\n", "age", 15),
    ],
    ids=["of the report", "of a patient"],
)
def test_a_key_given_twice_is_refused(old, new, key, line) -> None:
    """YAML keeps the last of two; which of two ages is right only the author knows."""
    assert f"the key '{key}' twice in line {line};" in complaint(changed(old, new))

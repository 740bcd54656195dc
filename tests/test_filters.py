"""Filters let through the passages of the reports and patients that have the values asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.chunk import split
from rag.errors import FilterError
from rag.filters import KEYS, allowed_rows, check_filters, parse_filters
from rag.formats import read_bytes
from rag.library import Entry, Facet, Library
from rag.search_text import facets

TWO = """---
id: two-patients
title: "Two"
authors: []
journal: ""
year: 2010
article_type: case series
basis: abstract
cases:
  - {age: 9, sex: female, subtype: juvenile DM, treatment: [{drug: dapsone}]}
  - age: 70
    sex: male
    subtype: anti-MDA5 DM
    antibodies: [anti-MDA5]
    treatment: [{drug: prednisolone}, {drug: tofacitinib}]
---
## Summary
Two patients.
## Case 1
The girl.
## Case 2
The man.
"""
ONE = """---
id: one-patient
title: "One"
authors: []
journal: ""
year: 2017
article_type: case report
basis: abstract
cases:
  - {age: 40, sex: female, subtype: classic DM, prior_treatments: [{drug: Plaquenil}]}
---
## Summary
One patient.
## Case
The woman.
"""
COHORT = """---
id: cohort
title: "Juvenile dermatomyositis and HCQ"
authors: []
journal: ""
year: null
article_type: retrospective review
basis: abstract
---
## Summary
Children took methotrexate; some had anti-NXP2 antibodies.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("filters"), create=True) as opened:
        for name, text in {"two-patients": TWO, "one-patient": ONE, "cohort": COHORT}.items():
            report = read_bytes(text.encode(), Path(f"{name}.md"))
            passages = split(report, lambda texts: [len(t.split()) for t in texts])
            entries = [Entry(p, "", np.zeros(2, dtype=np.float32)) for p in passages]
            with opened.transaction():
                opened.put(report, b"", entries, [Facet(*facet) for facet in facets(report)])
        yield opened


def passing(library: Library, **filters: list[str]) -> list[str]:
    rows = allowed_rows(library, filters)
    assert rows == sorted(rows)
    return sorted(place.removesuffix("/1") for place in library.places(rows).values())


ALL_TWO = ["two-patients#case-1", "two-patients#case-2", "two-patients#summary"]
FIRST = ["two-patients#case-1", "two-patients#summary"]
SECOND = ["two-patients#case-2", "two-patients#summary"]
ALL_ONE = ["one-patient#case", "one-patient#summary"]
ALL_COHORT = ["cohort#summary"]

PASSING = {
    "report": ({"report": ["one-patient"]}, ALL_ONE),
    "report in capitals": ({"report": ["One-Patient"]}, ALL_ONE),
    "year": ({"year": ["2017"]}, ALL_ONE),
    "span of years": ({"year": ["2009-2016"]}, ALL_TWO),
    "from a year on": ({"year": ["2011-"]}, ALL_ONE),
    "until a year": ({"year": ["-2010"]}, ALL_TWO),
    "dash of print": ({"year": ["2009–2016"]}, ALL_TWO),
    "all years leave out the undated": ({"year": ["1900-2100"]}, sorted(ALL_ONE + ALL_TWO)),
    "article type": ({"article_type": ["case series"]}, ALL_TWO),
    "article type with underscore": ({"article_type": ["case_report"]}, ALL_ONE),
    "drug of one of two patients": ({"drug": ["dapsone"]}, FIRST),
    "drug of the other": ({"drug": ["tofacitinib"]}, SECOND),
    "abbreviation": ({"drug": ["HCQ"]}, sorted(ALL_ONE + ALL_COHORT)),
    "brand": ({"drug": ["xeljanz"]}, SECOND),
    "class": ({"drug": ["JAK inhibitor"]}, SECOND),
    "class of a class": ({"drug": ["corticosteroid"]}, SECOND),
    "drug of a cohort": ({"drug": ["MTX"]}, ALL_COHORT),
    "antibody": ({"antibody": ["MDA5"]}, SECOND),
    "antibody of a cohort": ({"antibody": ["anti-NXP2"]}, ALL_COHORT),
    "subtype": ({"subtype": ["anti-MDA5 DM"]}, SECOND),
    "subtype in short": ({"subtype": ["classic"]}, ALL_ONE),
    "subtype as an antibody": ({"subtype": ["MDA5"]}, SECOND),
    "subtype of a patient and a cohort": ({"subtype": ["juvenile"]}, sorted(FIRST + ALL_COHORT)),
    "subtype spelled out": (
        {"subtype": ["juvenile dermatomyositis"]},
        sorted(FIRST + ALL_COHORT),
    ),
    "age group": ({"age_group": ["elderly"]}, SECOND),
    "sex": ({"sex": ["Female"]}, sorted(ALL_ONE + FIRST)),
    "two values are joined by or": (
        {"drug": ["dapsone", "hydroxychloroquine"]},
        sorted(ALL_ONE + FIRST + ALL_COHORT),
    ),
    "two keys are joined by and": ({"sex": ["female"], "year": ["2010"]}, FIRST),
    "both of the same patient": ({"drug": ["dapsone"], "sex": ["female"]}, FIRST),
    "never of two patients": ({"drug": ["dapsone"], "sex": ["male"]}, []),
    "three keys": (
        {"report": ["two-patients"], "age_group": ["child", "elderly"], "antibody": ["mda5"]},
        SECOND,
    ),
    "report and cohort drug": ({"report": ["cohort"], "drug": ["hcq"]}, ALL_COHORT),
    "nothing has it": ({"drug": ["blorptinib"]}, []),
    "undecodable byte": ({"drug": ["\udcf6"], "report": ["\udcf6"]}, []),
    "odd blanks": ({"drug": ["JAK\u00a0inhibitor"]}, SECOND),
    "quotes are no SQL": ({"drug": ["' OR 1=1 --"]}, []),
}


@pytest.mark.parametrize(("filters", "expected"), PASSING.values(), ids=PASSING)
def test_a_filter_lets_through_what_has_the_value(library, filters, expected) -> None:
    """Synonyms and classes count, and a patient's passages need that patient's values."""
    assert passing(library, **filters) == expected


def test_every_key_is_tested_above() -> None:
    """A new filter must come with its case."""
    assert {key for filters, _ in PASSING.values() for key in filters} == set(KEYS)


@pytest.mark.parametrize("key", ["report", "drug"])
def test_a_value_that_is_no_text_matches_nothing(library, key) -> None:
    """A byte that is no UTF-8 on the command line is a name that nothing has."""
    assert allowed_rows(library, {key: ["r\udcf6ntgen"]}) == []


def test_without_filters_everything_may_be_ranked(library) -> None:
    """None, not an empty list, stands for 'all'."""
    assert allowed_rows(library, {}) is None


def test_pairs_are_parsed() -> None:
    """Keys ignore case and hyphens, values of one key are gathered, '=' may stand in a value."""
    pairs = ["drug=dapsone", "Drug= HCQ ", "age-group=child", "report=a=b"]
    assert parse_filters(pairs) == {
        "drug": ["dapsone", "HCQ"], "age_group": ["child"], "report": ["a=b"],
    }  # fmt: skip


BAD_PAIRS = {
    "no equals": ("dapsone", "key=value"),
    "no value": ("drug=", "key=value"),
    "blank value": ("drug=  ", "key=value"),
    "no key": ("=dapsone", "Unknown filter ''"),
    "unknown key": ("colour=red", "Unknown filter 'colour'; known: report, year"),
    "year in words": ("year=last", "year=last: write a year"),
    "only a dash": ("year=-", "year=-: write a year"),
    "short year": ("year=17", "write a year"),
    "endless year": ("year=" + "9" * 40, "write a year"),
    "two dashes": ("year=2010-2012-2014", "write a year"),
    "half a span": ("year=2010-x", "write a year"),
}


@pytest.mark.parametrize(("pair", "words"), BAD_PAIRS.values(), ids=BAD_PAIRS)
def test_a_filter_that_is_none_is_refused(pair: str, words: str) -> None:
    """The complaint says what a filter looks like or which keys there are."""
    with pytest.raises(FilterError) as caught:
        parse_filters([pair])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "filters", [{"drug": []}, {"year": []}, {"drug": "dapsone"}, {"colour": ["red"]}], ids=str
)
def test_filters_from_code_are_checked_too(library, filters) -> None:
    """An empty list, a bare text or an unknown key is an error, not an empty result."""
    with pytest.raises(FilterError):
        check_filters(filters)
    with pytest.raises(FilterError):
        allowed_rows(library, filters)

"""Counts and records in words: what is counted, of whom, and a line for each report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.cases.facets import has_died
from rag.cases.table import outcome_words
from rag.cases.wish import Wish
from rag.records.culprits import MARK
from rag.records.drugs import is_supportive
from rag.records.harm import denies_harm
from rag.records.record import CaseRecord, GroupRecord

SELECTED = "Evidence: these are selected published cases, not rates."


def counted(number: int, one: str, many: str | None = None) -> str:
    """'1 patient', '3 patients'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def whom(wishes: Sequence[Wish]) -> str:
    """Conditions after a noun: ' (female), given rituximab, with anti-MDA5'; '' for none."""
    said = [_whom(one) for one in wishes]
    in_brackets = [words for words in said if words.startswith("(")]
    others = [words for words in said if words not in in_brackets]
    return "".join(f" {words}" for words in in_brackets) + "".join(
        f"{',' if number or in_brackets else ''} {words}" for number, words in enumerate(others)
    )


def what(wishes: Sequence[Wish]) -> str:
    """Conditions as a list: 'complete response', 'skin ulcer and cancer'."""
    return " and ".join(_what(one) for one in wishes)


def _whom(one: Wish) -> str:
    if one.key in ("treatment", "drug"):
        return f"{'not ' if one.absent else ''}given {one.said}"
    if one.key == "prior":
        return f"{'not ' if one.absent else ''}given {one.said} before"
    if one.key == "sex":
        return f"({one.said})"
    if one.key == "age":
        return f"aged {_years(one.said)}"
    if one.key == "age group":
        return f"({one.said})"
    if one.key == "response":
        return "who died" if one.said == "died" else f"with {one.said}"
    return f"{'stated to be without' if one.absent else 'with'} {_named(one)}"


def _years(said: str) -> str:
    """'61- years' → '61 or older', '-17 years' → '17 or younger', '20-40 years' → '20 to 40'."""
    low, dash, high = (part.strip() for part in said.removesuffix(" years").partition("-"))
    if not dash:
        return said
    return (
        f"{low} to {high}" if low and high else f"{low} or older" if low else f"{high} or younger"
    )


def _what(one: Wish) -> str:
    if one.key in ("treatment", "prior", "drug", "sex", "age", "age group"):
        return _whom(one).strip("()")
    if one.key == "response":
        return one.said
    return f"no {_named(one)} (stated)" if one.absent else _named(one)


_AS_PEOPLE_SAY = {"skin sign": "skin disease"}


def _named(one: Wish) -> str:
    """A finding as a reader knows it: the widest ones have names that only the lexicon uses."""
    return _AS_PEOPLE_SAY.get(one.said, one.said)


def group_words(record: GroupRecord, effect: str = "") -> str:
    """A group in a few words: 'group of 13: 4 of 13 cleared', and not how many of them were girls,
    where anything is told of how they fared.
    """
    size = f"group of {record.size.value}" if record.size else "group, size not stated"
    told = [shortened(outcome_words(field), 12) for field in record.outcomes]
    fared = [words for words in told if _FARED.search(words)]
    return ": ".join([size, effect] if effect else [size, *(fared or told)[:1]])


_FARED = re.compile(
    r"\b(?:improv\w+|responded|responders?|(?:complete|partial|good) response|cleared|clearance|"
    r"remission|resol\w+|healed|better|recover\w+|relaps\w+|died|deaths?|surviv\w+|alive)\b",
    re.IGNORECASE,
)


def case_words(record: CaseRecord, wishes: Sequence[Wish]) -> str:
    """A patient in a few words: what was given, then the response; 'not reported' where silent."""
    given = _given(record)
    shown = ", ".join(given[:2]) + (f" and {len(given) - 2} more" if len(given) > 2 else "")
    response = record.response.value if record.response else "not stated"
    said = "response not reported" if response == "not stated" else _RESPONSES[response]
    if response != "died" and has_died(record):
        said = "died" if response == "not stated" else f"{said}, later died"
    features = [
        _harm(record) if _asks_for_any_harm(one) else f"{'no ' * one.absent}{_named(one)}"
        for one in wishes
        if one.key in ("feature", "adverse", "relapse")
    ]
    features += _blamed(record, wishes)
    words = "; ".join(part for part in (", ".join(features), shown, said) if part)
    return shortened(words, 16)


def _given(record: CaseRecord) -> list[str]:
    """The reported drugs; of those read from a text what is for something else comes last."""
    told = [one.drug for one in record.therapies if not one.prior]
    beside = {one.value for one in told if one.origin == "extracted" and is_supportive(one.value)}
    return sorted(dict.fromkeys(one.value for one in told), key=lambda name: name in beside)


def _blamed(record: CaseRecord, wishes: Sequence[Wish]) -> list[str]:
    """The drugs asked for that a text blames for the disease: 'adalimumab (suspected cause)'."""
    asked = {v for one in wishes if one.key in ("drug", "treatment", "prior") for v in one.values}
    return [
        one.drug.value
        for one in record.therapies
        if one.drug.origin == "extracted"
        and one.drug.value.endswith(MARK)
        and one.drug.value.removesuffix(MARK).lower() in asked
    ]


def _asks_for_any_harm(one: Wish) -> bool:
    """Whether any adverse event will do, alone or beside one that is named."""
    return any(w.key == "adverse" and "any" in w.values for w in (one, *one.either))


def _harm(record: CaseRecord) -> str:
    """The adverse events of a patient, where it was asked who had any."""
    told = (field.value for field in record.adverse_events if not denies_harm(field.value))
    return ", ".join(told) or "no adverse event told"


_RESPONSES = {
    "complete": "complete response",
    "partial": "partial response",
    "none": "no response",
    "worsened": "worsened",
    "died": "died",
}


UNKNOWN = "patient"
"""Who somebody is of whom neither age nor sex is known."""


def who_words(record: CaseRecord) -> str:
    """'56-year-old woman', 'female patient' (who may be a child), 'patient'."""
    sex = record.sex.value if record.sex else ""
    if record.age is None:
        return f"{sex} {UNKNOWN}".strip()
    age = record.age.value
    nouns = ("girl", "boy") if age < 18 else ("woman", "man")
    noun = dict(zip(("female", "male"), nouns, strict=True)).get(sex, UNKNOWN)
    return f"{age:g}-year-old {noun}"


def groups_words(groups: Iterable[GroupRecord]) -> str:
    """'3 series with 31 patients, described as groups'; reviews that count others' cases apart."""
    own = [group for group in groups if not group.cited]
    reports = len({group.report_id for group in own})
    if not own:
        return ""
    sizes = [group.size.value for group in own if group.size]
    with_size = f" with {counted(sum(sizes), 'patient')}" if sizes else ""
    unsaid = reports - len({group.report_id for group in own if group.size})
    without = f" (size not stated in {unsaid})" if unsaid and sizes else ""
    return f"{counted(reports, 'series', 'series')}{with_size}{without}, described as groups"


def reviews_words(groups: Iterable[GroupRecord]) -> str:
    """'1 review that counts published cases again'."""
    reports = {group.report_id for group in groups if group.cited}
    if not reports:
        return ""
    counts = "counts" if len(reports) == 1 else "count"
    return f"{counted(len(reports), 'review')} that {counts} published cases again"


def shortened(text: str, most: int) -> str:
    """The first `most` words."""
    words = text.split()
    return " ".join(words) if len(words) <= most else " ".join(words[:most]) + " …"

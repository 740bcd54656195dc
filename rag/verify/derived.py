"""Numbers that the spans do not write but that follow from theirs: shares, differences, what is
listed, weeks as months. A reader who can count accepts them; nothing here takes a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.equality import ends, is_percent
from rag.verify.grounds import Grounds
from rag.verify.names import named, wider
from rag.verify.number_words import NUMBER, value_of
from rag.verify.quantity import Quantity

_SHARE = re.compile(
    rf"(?P<part>{NUMBER})\s(?:in|out\sof|in\severy|out\sof\severy|of\severy)\s"
    r"(?P<whole>two|three|four|five|six|eight|ten|[2-68]|10)\b(?!\s?%)",
    re.IGNORECASE,
)
_OVER = re.compile(r"\b(?:over|more than|above)\s$", re.IGNORECASE)
_UNDER = re.compile(r"\b(?:under|less than|fewer than|below|nearly|almost)\s$", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|around|roughly|approximately|some|close to)\s$", re.IGNORECASE)
_JUST, _ABOUT_AS_MUCH, _WITHIN = 0.006, 0.045, 0.1
"""How far a share may lie from the spans': a third is 33 %; 'about a third' 31 %; 'over nine in
ten' is not said of all."""

_BUT = re.compile(r"\ball\s(?:but|except(?:\sfor)?)\s$", re.IGNORECASE)
_BY = re.compile(r"\bby\s$", re.IGNORECASE)
_THINGS = re.compile(
    r"\s(?:\w+\s)?(?:drugs|treatments|medicines|medications|agents|immunosuppressants|biologics|"
    r"therapies|antimalarials|immunosuppressive)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b(?:the|these|those|both|its|their)\s$", re.IGNORECASE)
_OF_A_PAIR = re.compile(
    r"\s(?:other\s)?(?:diseases?|conditions?|diagnoses|illnesses|disorders|groups?|drugs|"
    r"treatments|cases|outcomes|reports?|papers?|pair|methods?|tests?|measures?)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\s(?:drug|agent|antimalarial|tumour|tumor|time|attempt|try|go|occasion)\b")
_AGAIN = re.compile(
    r"\b(?:re\w{4,}|second\w*|again|another|other|combin\w*|pair\w*|back|two|twice|later)\b", re.I
)
_PERSON = re.compile(r"\s?(?:[,;.]|(?:the|his|her|was|had|has|who|did|died|kept|lost|got)\b)")
_MONTH = 365.25 / 12  # days
_ROUNDED = 0.09
"""Weeks said as months: 4, 8, 12, 26 and 52 weeks are one, two, three, six and twelve months."""
_LEAST_WEEKS = 28  # days; a month is not said of less


def shares(claim: str, grounds: Grounds, theirs: Sequence[Quantity]) -> list[tuple[int, int]]:
    """Where a claim says 'nine in ten' and its spans 90 %: the places of both numbers."""
    found = []
    for match in _SHARE.finditer(claim):
        part, whole = value_of(match["part"]), value_of(match["whole"])
        if 0 < part < whole and _is_share(part / whole, claim[: match.start()], grounds, theirs):
            found.append(match.span())
    return found


def _is_share(share: float, before: str, grounds: Grounds, theirs: Sequence[Quantity]) -> bool:
    parts = [(q.value, q.of) for q in theirs if q.of]
    parts += [(q.value, 100.0) for q in theirs if q.unit == "%"]
    parts += [(q.value, 1.0) for q in theirs if q.unit == "fraction"]
    counts = [q.value for q in theirs if q.kind == "count"]
    parts += [(value, size) for value in counts for size in grounds.group]
    low, high = -_JUST, _JUST
    if _OVER.search(before):
        low, high = 0.0, _WITHIN
    elif _UNDER.search(before):
        low, high = -_WITHIN, 0.0
    elif _ABOUT.search(before):
        low, high = -_ABOUT_AS_MUCH, _ABOUT_AS_MUCH
    return any(low <= value / whole - share <= high for value, whole in parts if whole)


def follows(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """Whether a number that the spans do not write follows from those that they do."""
    before, after = claim[: one.start], claim[one.end :]
    if one.kind == "time":
        return (
            _in_weeks(one, theirs)
            or _in_hours(one, theirs)
            or _is_about(one, before, theirs)
            or _is_bounded(one, before, theirs)
        )
    if one.unit == "%":
        return _is_percentage(one, theirs) or _is_fraction(one, theirs)
    if one.kind == "measure" and one.unit != "fraction" and _BY.search(before):
        return _is_difference(one, [q for q in theirs if q.unit == one.unit])
    if one.kind == "measure" and _is_multiple(one, theirs, grounds.text):
        return True
    if one.kind == "ordinal":
        return _is_person(one, before, after, grounds) or (
            one.value == 2 and bool(_OTHER.match(after)) and bool(_AGAIN.search(grounds.text))
        )
    if one.kind == "count" and one.of is not None and _BUT.search(before):
        return any(q.of == one.of and one.of - q.value == one.value for q in theirs)
    if one.kind != "count" or one.high is not None or one.of is not None:
        return False
    return (
        (bool(_BUT.search(before)) and _is_rest(one, theirs, grounds))
        or _is_whole(one, before, theirs)
        or (bool(_BY.search(before)) and _is_difference(one, theirs))
        or _are_listed(one, after, claim, grounds)
        or (one.value == 2 and bool(_PAIR.search(before)) and bool(_OF_A_PAIR.match(after)))
    )


def _in_weeks(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'Two months' where the spans say eight weeks, and the other way round."""
    if one.unit not in ("month", "day") or one.high is not None or one.kind != "time":
        return False
    others = [q for q in theirs if q.kind == "time" and q.high is None and q.unit != one.unit]
    return any(_is_as_long(one, q) or (one.value % 7 == 0 and _is_as_long(q, one)) for q in others)


def _in_hours(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'Three days' where the spans say 72 hours, and the other way round."""
    days = {"hour": 1 / 24, "day": 1.0}
    if one.unit not in days or one.high is not None:
        return False
    own = one.value * days[one.unit]
    others = [q for q in theirs if q.unit in days and q.unit != one.unit and q.high is None]
    return any(abs(q.value * days[q.unit] - own) < _EXACT for q in others)


def _is_bounded(one: Quantity, before: str, theirs: Sequence[Quantity]) -> bool:
    """'More than a month' where the spans say five weeks, 'less than three months' for ten: never
    one number of the same unit for another.
    """
    found = _NEARLY_SO.search(before)
    if not found or not _COMPARED.search(before) or one.unit not in _DAYS or one.high is not None:
        return False
    low, high = _ALLOWED[found.lastgroup or ""]
    others = [q for q in theirs if q.unit in _DAYS and q.unit != one.unit and q.high is None]
    shares = [q.value * _DAYS[q.unit] / (one.value * _DAYS[one.unit]) for q in others]
    return any(low <= share <= high for share in shares)


_COMPARED = re.compile(
    r"\b(?:more than|less than|over|under|almost|nearly|not two)\s$", re.IGNORECASE
)
_DAYS = {"day": 1.0, "month": 365.25 / 12}
_EXACT = 1e-6


def _is_multiple(one: Quantity, theirs: Sequence[Quantity], text: str) -> bool:
    """'50 mg, later 100 mg' where the spans say that 50 mg were doubled."""
    factors = [factor for pattern, factor in _MULTIPLES if pattern.search(text)]
    ends_of_one = ends(one)
    told = [q.value for q in theirs if q.unit == one.unit and q.high is None]
    reached = {*told, *(value * factor for value in told for factor in factors)}
    return bool(factors) and all(
        any(abs(end - value) < _EXACT * max(1.0, value) for value in reached) for end in ends_of_one
    )


_MULTIPLES = (
    (re.compile(r"\b(?:doubl\w+|twice (?:that|the) dose)\b", re.IGNORECASE), 2.0),
    (re.compile(r"\b(?:halv\w+|half (?:that|the|of that) dose)\b", re.IGNORECASE), 0.5),
    (re.compile(r"\b(?:tripl\w+|trebl\w+)\b", re.IGNORECASE), 3.0),
)


def _is_fraction(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'20 %' where the spans say one fifth, '33 %' where they say a third."""
    parts = [100 * q.value for q in theirs if q.unit == "fraction"]
    return one.high is None and any(abs(part - one.value) <= 100 * _JUST for part in parts)


def _is_as_long(months: Quantity, weeks: Quantity) -> bool:
    if months.unit != "month" or weeks.unit != "day" or weeks.value < _LEAST_WEEKS:
        return False
    days = months.value * _MONTH
    return abs(weeks.value - days) <= _ROUNDED * days


def _is_about(one: Quantity, before: str, theirs: Sequence[Quantity]) -> bool:
    """'Little more than two weeks' where the spans say 16 days, 'a little over a year' for 13
    months; never one number of weeks, or of years, for another.
    """
    found = _NEARLY_SO.search(before)
    whole = _WHOLES.get(one.unit)
    if not found or whole is None or one.value % whole or one.high is not None:
        return False
    low, high = _ALLOWED[found.lastgroup or ""]
    others = [ends(q) for q in theirs if q.unit == one.unit and any(v % whole for v in ends(q))]
    # 'Nine to eleven days' is less than two weeks by its longer end, more than one by its shorter.
    told = [min(both) if found["over"] else max(both) for both in others]
    return any(low <= value / one.value <= high for value in told)


_WHOLES = {"day": 7, "month": 12}  # days of a week, months of a year


_NEARLY_SO = re.compile(
    r"\b(?:(?P<over>(?:a\s)?little (?:more than|over)|just over|slightly (?:more than|over)|"
    r"more than|over)|"
    r"(?P<under>almost|nearly|just under|(?:a\s)?little under|not quite|less than|under|within|"
    r"inside|not|no more than|at most)|"
    r"(?P<about>about|around|roughly|approximately|some))\s$",
    re.IGNORECASE,
)
_ALLOWED = {"over": (1.0, 1.25), "under": (0.75, 1.0), "about": (0.85, 1.15)}
"""Of the weeks that are said, how many days those of the spans may be."""


def _is_percentage(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'31%', or 'under 3%', of what the spans say as 'twelve of 39', or '9 of 331'."""
    if one.high is not None:
        return False
    whole = one.value == int(one.value)
    for other in theirs:
        if not other.of or other.high is not None:
            continue
        apart = one.value - 100 * other.value / other.of
        signed = {"down": 0 < apart <= 1, "up": -1 <= apart < 0}
        if signed.get(one.bound, abs(apart) <= (0.5 if whole else 0.0501)):
            return True
    return False


def _is_person(one: Quantity, before: str, after: str, grounds: Grounds) -> bool:
    """'In the second, antibodies stayed high': of the second patient, and the spans are."""
    named_so = re.search(r"\b[Tt]he\s$", before) and _PERSON.match(after)
    return bool(named_so) and grounds.patients is not None and int(one.value) in grounds.patients


def _is_rest(one: Quantity, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """'All but three' where the spans say 39 of 42."""
    counts = [q.value for q in theirs if q.kind == "count"]
    wholes = [*counts, *(q.of for q in theirs if q.of), *grounds.group]
    return any(whole - part == one.value for part in counts for whole in wholes if part > one.value)


def _is_whole(one: Quantity, before: str, theirs: Sequence[Quantity]) -> bool:
    """The 23 of '14 of 23' where the spans say 'fourteen (60.9%)'."""
    found = _PART_OF.search(before)
    part = value_of(found["part"]) if found else 0.0
    told = any(q.value == part for q in theirs if q.kind == "count")
    return told and any(is_percent(part / one.value, q) for q in theirs)


_PART_OF = re.compile(rf"\b(?P<part>{NUMBER})\s(?:out\s)?of\s(?:the\s|their\s)?$", re.IGNORECASE)


def _is_difference(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'By nine points' where the spans say from 19.0 to 10.0."""
    return any(q.high is not None and abs(abs(q.high - q.value) - one.value) < 1e-6 for q in theirs)


def _are_listed(one: Quantity, after: str, claim: str, grounds: Grounds) -> bool:
    """'Three drugs' where the spans name three, or three beside those that the claim names; 'two
    antimalarials' where two of those that they name are.
    """
    things = _THINGS.match(after)
    if not things:
        return False
    drugs = {n.name for n in named(grounds.text) if n.kind == "drug"}
    own = {n.name for n in named(claim) if n.kind == "drug"}
    sort = things.group().split()[-1].lower().removesuffix("s")
    of_sort = {name for name in drugs if sort in wider(name)}
    counts = {len(drugs), len(drugs - own), len(of_sort) if of_sort else 0}
    return one.value > 1 and one.value in counts

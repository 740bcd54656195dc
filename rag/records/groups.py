"""Report of a series, a cohort, a trial or a review → its group: size, treatment, k of n."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.records.numbers import CARDINAL, number
from rag.records.record import Field, GroupRecord, Share, Span
from rag.records.story import Sentence, Story
from rag.records.therapies import therapies
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans

_TOLD: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "other")
_N = rf"\d{{1,5}}|\d{{1,3}}(?:,\d{{3}})+|{CARDINAL}"
_WHO = (
    r"patients?|cases|adults|children|women|men|people|persons|participants|subjects|girls|boys|"
    r"individuals|outpatients|infants|adolescents|families"
)
_SIZE = re.compile(
    rf"(?<![\d.,/-])\b(?P<n>{_N}) (?P<who>(?!of\b|were\b|was\b|weeks|months|years|mg\b)(?:[\w'’/()+-]+ ){{0,5}}?(?:{_WHO}))\b"
    r"(?P<what>(?: \([^)]*\))?,? (?:with|who|whose|in whom|from|having|treated|of|affected)\b[^.;,]{3,90})?"
    r"|\b[nN] ?= ?(?P<n2>\d{1,5})\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(r"\b(?:of|among|in|and|or|per|than|about|every) $", re.IGNORECASE)
_K_OF = re.compile(rf"\b(?:{_N}) of (?:the |these )?$", re.IGNORECASE)
_K_OF_N = re.compile(
    rf"\b(?P<k>{_N}|none|all|both) (?:\([\d.,]+ ?%\) )?(?:of|out of) (?:the |these |our |its |all )?(?P<n>{_N})\b(?! ?(?:mg|weeks?|months?|days?|years?|points?|%|(?:\w+ ){0, 4}criteria))"
    r"|(?<![\d/.-])(?P<k2>\d{1,4}) ?/ ?(?P<n2>\d{1,4})\b(?![/.-]\d|[ -]?(?:mg|kg|week|month|day|mm|9\b))"
    r"|(?<![\d.,-])\b(?P<k3>\d{1,4}) (?:(?:patients|women|men|children|cases) )?\((?P<percent>\d{1,3}(?:\.\d+)?) ?%\)"
    rf"|: (?P<k4>{_N}|none)(?: patients?)?(?=[;,]|\.(?!\d)|$)",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\b(?:score\w*|rated|scale|points?|MMT\S*|grade|titre|titer|week|month|day|cycle|age[ds]?|strength|visits?|ratio|stage)\b[^,;]{0,25}$",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\b(?:published|reported|literature|previously (?:reported|published|described)) (?:cases|patients|reports)\b|"
    r"\b(?:cases|patients|reports) (?:published|reported|in the literature|from the literature|were collected from)\b|"
    r"\bsystematic review\b|\bmeta-analysis\b|\bliterature (?:review|search)\b|\breview of the literature\b",
    re.IGNORECASE,
)
_PART = re.compile(r"[;•\n]|, (?:and|but|while|whereas|with|which|of whom)\b|\. ")


def groups(report: Report) -> tuple[GroupRecord, ...]:
    """The group that a report without single patients describes; none where it counts nobody.

    A review counts cases of other reports, and so does a report that collected published ones:
    their group is `cited`.
    """
    told = [
        Sentence(a, b, report.text[a:b], section.kind, own=True)
        for section in report.sections
        if section.kind in _TOLD
        for a, b in sentence_spans(report.text, section.start, section.end)
    ]
    size, population = _size(told)
    story = Story(1, tuple(told), (), report.title)
    given = therapies(story)
    outcomes = tuple(_outcomes(told, size.value if size else None))
    if size is None and not outcomes:
        return ()
    cited = report.article_type == "review" or _collected(report, told)
    return (GroupRecord(report.id, 1, size, population, given, outcomes=outcomes, cited=cited),)


def _collected(report: Report, told: list[Sentence]) -> bool:
    early = " ".join(
        (report.title, *(one.text for one in told if one.kind in ("summary", "methods")))
    )
    return bool(_CITED.search(early))


def _size(told: list[Sentence]) -> tuple[Field[int] | None, Field[str] | None]:
    """How many, and who: of the first sentence that counts patients, the methods' if none did."""
    for sentence in told:
        for match in _SIZE.finditer(sentence.text):
            value = number(match["n"] or match["n2"])
            if value is None or value < 2 or value != int(value):
                continue
            before = sentence.text[: match.start()]
            # 'Of 152 patients' and 'eight of 38 children' count the group, 'in 6 patients' a part.
            whole = re.match(r"^(?:Of|Among|In)\b", before) or _K_OF.search(before)
            if _NOT_ALL.search(before) and not whole:
                continue
            span = sentence.at(*match.span("n" if match["n"] else "n2"))
            return Field(int(value), (span,), "extracted", 0.8), _population(sentence, match)
    return None, None


def _population(sentence: Sentence, match: re.Match[str]) -> Field[str] | None:
    if not match["who"]:
        return None
    start, end = match.start("who"), match.end("what") if match["what"] else match.end("who")
    return Field(sentence.text[start:end], (sentence.at(start, end),), "extracted", 0.75)


def _outcomes(told: list[Sentence], size: int | None) -> Iterator[Field[Share]]:
    for sentence in told:
        for match in _K_OF_N.finditer(sentence.text):
            share = _share(sentence.text, match, size)
            if share is not None:
                start, end = _part(sentence.text, match.start(), match.end())
                what = sentence.text[start:end]
                yield Field(
                    Share(what, share[0], share[1]), (sentence.at(start, end),), "extracted", 0.8
                )


def _share(text: str, match: re.Match[str], size: int | None) -> tuple[int, int | None] | None:
    """(k, n) of a match, n None where it is not said; None for a score, a ratio, a date."""
    words = match["k"] or match["k2"] or match["k3"] or match["k4"]
    out_of = match["n"] or match["n2"]
    n = number(out_of) if out_of else None
    in_words = {"all": n, "both": n, "none": 0.0}
    k = in_words[words.lower()] if words.lower() in in_words else number(words)
    if k is None or (n is not None and k > n) or _SCALE.search(text[: match.start()]):
        return None
    if match["k4"] and not _counts(text, match, k, size):
        return None
    if match["k3"] and size and size >= k:
        # The share tells of how many: it is the whole group when the percentage fits.
        n = size if round(100 * k / size) == round(float(match["percent"])) else None
    return int(k), None if n is None else int(n)


def _counts(text: str, match: re.Match[str], k: float, size: int | None) -> bool:
    """Whether 'Leg ulcers: 2' counts patients: it says so, or a list does and the group is known."""
    if re.search(r"\bpatients?$", match.group()):
        return True
    return size is not None and k <= size and not re.search(r"\d", text[: match.start()])


def _part(text: str, start: int, end: int) -> Span:
    begin, stop = 0, len(text)
    for match in _PART.finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    piece = text[begin:stop]
    begin += len(piece) - len(piece.lstrip(" -"))
    return begin, begin + len(piece.strip(" -").rstrip("."))

"""A time in a patient's story → whether it is the time to response, or the follow-up.

Each time is described by plain features (the words around it, what its clause says of the course,
where it stands, which drug it follows). A model weighs the times of the story against each other
and against none of them for the time to response, and judges each by itself for the follow-up.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rag.records.around import about, around, shown
from rag.records.duration import DATE, Time, in_days, parse_time, times
from rag.records.frequency import FREQUENCY
from rag.records.linear import Question, Weights, chances, likelihood, models
from rag.records.outcome import by_rule
from rag.records.record import Therapy
from rag.records.story import Sentence, Story

THRESHOLD: dict[Question, float] = {"time to response": 0.72, "follow-up": 0.45}
"""Below it nothing is said: a wrong time is worse than none. In cross-validation by text (342
patients) these give a precision of .90 and .89 at a recall of .48 and .78. On 324 of them, at .5,
the time to response had .82 and .64."""

_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 360,
         "decade": 3600}  # fmt: skip
_LONGEST = 40 * 360
"""Days beyond which a time is an age: nobody is reported after forty years of follow-up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A time or a date: ``[start, end)`` of its sentence, with the features that hold for it.

    `treated` are those that tell of the treatment: the drug before it, what the report is about,
    how the patient fared. Who was watched how long has nothing to do with them.
    """

    sentence: Sentence
    start: int
    end: int
    features: frozenset[str]
    treated: frozenset[str] = frozenset()

    def known(self, question: Question) -> frozenset[str]:
        """The features by which a question is answered."""
        return self.features if question == "follow-up" else self.features | self.treated

    @property
    def said(self) -> str:
        """Its words."""
        return self.sentence.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Found:
    sentence: Sentence
    start: int
    end: int
    features: set[str]
    treated: set[str]
    long: float | None
    """Days; None for a date and for what is counted ('three infusions')."""


def candidates(story: Story, given: Sequence[Therapy]) -> tuple[Candidate, ...]:
    """All times and dates of a story that may be when something of the course happened."""
    begin, drugs = _begin(given), _Drugs.of(given)
    topics = {
        "title": shown(story.title),
        "opening": shown(" ".join(one.text for one in story.sentences[:_OPENING])),
    }
    found: list[_Found] = []
    starts = [one.start for one in story.sentences]
    for at, sentence in enumerate(_told(story)):
        if _TO_COME.match(sentence.text):
            continue
        place = _place(at, sentence, len(story.sentences), begin)
        for start, end, core, time in _times(sentence.text):
            long = time.number * _DAYS[time.unit] if time and time.unit in _DAYS else None
            if long is not None and long > _LONGEST:
                continue  # 'she died at 82 years'
            features = place | around(sentence.text, *core)
            features |= _of_time(time, long) if time else {"date"}
            treated = about(sentence.text, *core, topics)
            treated |= drugs.before(sentence.start + start, sentence, starts)
            found.append(_Found(sentence, start, end, features, treated, long))
    return tuple(_ranked(found, by_rule(story, given)))


_OPENING = 3
# 'If no better in three months, …', 'Plan: …', 'Review in six weeks': what has not happened yet.
_TO_COME = re.compile(
    r"(?:If|Should)\b(?=[^.]*,)|(?:Plan|Suggestions?|Recommendations?)\b[^.:]*:|Review in\b"
)


def _told(story: Story) -> list[Sentence]:
    return [one for one in (*story.sentences, *story.summary) if not one.cited]


def _times(text: str) -> list[tuple[int, int, tuple[int, int], Time | None]]:
    """(start, end, its core, the time; None for a date): times first, dates behind them."""
    often = [m.span() for m in FREQUENCY.finditer(text)]
    found: list[tuple[int, int, tuple[int, int], Time | None]] = [
        (time.start, time.end, time.core, time)
        for time in times(text)
        if _leads(time, text) or not any(a < time.core[1] and time.core[0] < b for a, b in often)
    ]
    return [*found, *((*m.span(), m.span(), None) for m in DATE.finditer(text))]


def _leads(time: Time, text: str) -> bool:
    """Whether 'a month' is a time for its preposition: 'within a month', 'a week later'."""
    single = text[time.core[0] : time.core[1]].lower() in ("a day", "a week", "a month")
    return single and (time.start, time.end) != time.core


def _begin(given: Sequence[Therapy]) -> int | None:
    reported = sorted(place for t in given if not t.prior for place, _ in t.drug.spans)
    prior = [t.drug.spans[0][0] for t in given if t.prior and t.drug.spans]
    later = [place for place in reported if not prior or place > max(prior)]
    return min(later or reported, default=None)


def _place(at: int, sentence: Sentence, told: int, begin: int | None) -> set[str]:
    first = begin is not None and sentence.start <= begin < sentence.end
    found = {
        "in summary" if sentence.kind == "summary" else "told",
        f"part {min(3, 4 * at // max(1, told))}",
        "before treatment" if begin is None or sentence.end <= begin else "under treatment",
    }
    found |= {"last sentence"} if at >= told - 1 else set()
    return found | ({"first under treatment"} if first else set())


@dataclass(frozen=True, slots=True)
class _Drugs:
    """Where the drugs of a story are named: (place, name, whether before the reported one)."""

    named: tuple[tuple[int, str, bool], ...]
    reported: tuple[str, ...]
    """Those of the reported treatment, in the order in which they are first named."""

    @classmethod
    def of(cls, given: Sequence[Therapy]) -> _Drugs:
        named = sorted(
            (place, therapy.drug.value, therapy.prior)
            for therapy in given
            for place, _ in therapy.drug.spans
        )
        return cls(
            tuple(named), tuple(dict.fromkeys(name for _, name, prior in named if not prior))
        )

    def before(self, place: int, sentence: Sentence, starts: Sequence[int]) -> set[str]:
        """Features of a time at `place`: the drug named last before it, and how far before."""
        found = set()
        if any(place < one < sentence.end for one, _, _ in self.named):
            found.add("drug behind")
        last = next((one for one in reversed(self.named) if one[0] < place), None)
        if last is None:
            return found
        at, name, prior = last
        found.add("drug prior" if prior else "drug reported")
        found.add("drug in sentence" if at >= sentence.start else "drug before")
        found.add(f"since drug {min(4, sum(at < start <= place for start in starts))}")
        if name in self.reported:
            found.add("drug last" if name == self.reported[-1] else "drug not last")
            found.add("drug first" if name == self.reported[0] else "drug not first")
        return found


def _of_time(time: Time, long: float | None) -> set[str]:
    found = {f"unit {time.unit}" if time.unit in _DAYS else "counted"}
    if long is not None:
        found.add("long " + next((n for n, most in _LENGTHS if long <= most), "years"))
    return found


_LENGTHS = (
    ("fortnight", 14),
    ("two months", 62),
    ("half a year", 185),
    ("year", 400),
    ("two years", 800),
)
_WATCHED = {
    f"clause {one}" for one in ("remained", "no relapse", "last visit", "follow-up", "well")
}


_GOOD = ("complete", "partial")


def _ranked(found: Sequence[_Found], rule: str) -> list[Candidate]:
    """The candidates with features that compare them: the first that improved, the longest."""
    improved = [
        at for at, one in enumerate(found) if {"clause improved", "under treatment"} <= one.features
    ]
    watched = [at for at, one in enumerate(found) if one.features & _WATCHED]
    longest = max((one.long for one in found if one.long is not None), default=None)
    ranked = []
    for at, one in enumerate(found):
        order = "none"
        if at in improved:
            order = ("first", "second", "later")[min(2, improved.index(at))]
        more = {
            f"{order} improved" if order != "none" else "",
            "last watched" if at in watched[-1:] else "",
            "last time" if at == len(found) - 1 else "",
            "last three" if at >= len(found) - 3 else "",
            "longest" if one.long is not None and one.long == longest else "",
        }
        # Who recovered is noted with the recovery, or with its first sign.
        treated = {f"rule {rule}, {order} improved"}
        treated |= {f"rule {rule}, {k}" for k in _GOOD if f"clause {k}" in one.features}
        features = frozenset({*one.features, *more} - {""})
        treated |= one.treated
        ranked.append(Candidate(one.sentence, one.start, one.end, features, frozenset(treated)))
    return ranked


def _value(said: str) -> Hashable:
    """What a time or date says: equal for 'at week 8' and 'within 8 weeks'."""
    time = parse_time(said)
    return " ".join(said.split()[-2:]) if time is None else in_days(time)


def chosen(found: Sequence[Candidate], question: Question) -> tuple[Candidate, float] | None:
    """The likeliest time with its likelihood; None when none is likelier than the threshold."""
    best = likeliest(found, models(question)["yes"], question)
    return None if best is None or best[1] < THRESHOLD[question] else best


def likeliest(
    found: Sequence[Candidate], weights: Weights, question: Question
) -> tuple[Candidate, float] | None:
    """The likeliest time with its likelihood, from 0 to 1; None where there is no time at all.

    Times to response compete with each other, and one that is told twice ('at week 8', 'within 8
    weeks') is as likely as both together. The follow-up is judged by itself: competing was no
    better in cross-validation (290 patients: .89 at a recall of .76), surer of a history told last.
    """
    compete = question == "time to response"
    known = [one.known(question) for one in found]
    judged = chances(known, weights) if compete else [likelihood(one, weights) for one in known]
    together: dict[Hashable, list[tuple[float, int]]] = defaultdict(list)
    for at, (one, sure) in enumerate(zip(found, judged, strict=True)):
        together[_value(one.said)].append((sure, -at))
    best: tuple[float, int] | None = None
    for same in together.values():
        sure, at = max(same)
        pooled = math.fsum(one for one, _ in same) if compete else sure
        best = max(best or (0.0, at), (pooled, at))
    return None if best is None else (found[-best[1]], best[0])

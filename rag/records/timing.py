"""A time in a patient's story → whether it is the time to response, or the follow-up.

Each time is described by plain features (the words around it, what its clause says of the course,
where it stands); a logistic model judges them.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records.duration import DATE, Time, times
from rag.records.frequency import FREQUENCY
from rag.records.linear import Question, likelihood, models
from rag.records.record import Therapy
from rag.records.story import Sentence, Story
from rag.records.words_of_course import COMPLETE, DIED, ELSE, FELL, NONE, PARTIAL, TARGET, WORSE

THRESHOLD: dict[Question, float] = {"time to response": 0.65, "follow-up": 0.45}
"""Below it nothing is said: a wrong time is worse than none. In cross-validation by text (260
patients) these give a precision of .88 and .90 at a recall of .36 and .75; where a whole source of
texts is left out of the fit, .85 at .45 for the time to response (.72 at .73 with .25). What the evidence reader thinks of the sentence, asked how long it took, changed
no precision above .80 (.84 to .84, .92 to .91)."""

_WORDS_BEFORE, _WORDS_BEHIND = 8, 6

_CLAUSE = re.compile(
    r"[;:]|, (?:and|but|which|who|whereas|while|although|when|so that)\b|\b(?:but|whereas|although|while)\b|"
    r", (?=(?:she|he|the|her|his|it|a|an|then)\b)|\band (?=(?:[\w-]+ ){1,4}?(?:was|were|had|did|has|rose|fell|improved)\b)"
)
_CUES: dict[str, str] = {
    "for": r"\bfor (?:the )?(?:\w+ )?$", "within": r"\bwithin (?:the )?$", "after": r"\bafter (?:the )?(?:only )?$",
    "by": r"\bby (?:the )?$", "in": r"\b[Ii]n (?:the )?$", "at": r"\b[Aa]t (?:the )?$", "from": r"\b(?:from|since) (?:the )?$",
    "on": r"\b[Oo]n (?:the )?$", "over": r"\b(?:over|during|throughout) (?:the )?(?:subsequent |following |next |past |last )?$",
    "until": r"\b(?:until|up to|to) (?:the )?$", "every": r"\bevery (?:other )?$", "of": r"\bof (?:the )?$",
    "another": r"\b(?:another|further|first|last|next|following) $",
}  # fmt: skip
_BEHIND: dict[str, str] = {
    "later": r"^ (?:later|thereafter|afterwards?|on\b)", "ago": r"^ (?:ago|earlier|before|previously|prior)",
    "after the start": r"^ (?:after|following|from|of|since|into) (?:the |her |his )?(?:start|treatment|therapy|first|last|initiat\w+|begin\w+|change|operation|diagnosis|admission|surgery|onset)",
    "of age": r"^ (?:old|of age)", "history": r"^(?:'|’)?s?(?:-| )(?:history|duration|standing|course)", "of drug": r"^ of (?:[a-z]+(?:ine|one|ate|ib|ab|id)\b|treatment|therapy|both|IV\w+)",
    "comma": r"^,", "stop": r"^\.$",
}  # fmt: skip
_SAID: dict[str, str] = {
    "last visit": r"\b(?:last|latest|final|most recent) (?:visit|review|examination|seen|follow-?up|attendance|contact|appointment|consultation|control)|\bwhen last\b|\blast (?:seen|reviewed|examined)",
    "follow-up": r"\bfollow(?:ed)?[- ]?up\b|\bfollowed for\b|\bobserv(?:ed|ation)\b|\bfollowed\b|\breview\b",
    "remained": r"\bremain(?:s|ed)?\b|\bstayed\b|\bstill\b|\bcontinues?\b", "has": r"\bhas (?:now |since |not |had |been |remained )|\bhave been\b", "is": r"\b(?:is|lives|works|plays|takes|are)\b",
    "no relapse": r"\b(?:no|without|not|never|nor|free of)\b[^.;]{0,20}\b(?:relaps|recur|flare)", "relapse": r"\b(?:relaps|recur|flare|return(?:ed|s)?\b|came back|reappear)",
    "remission": r"\bremission\b", "well": r"\bwell\b|\bfree (?:of|from)\b|\bhealthy\b|\balive\b|\bsymptom-free\b", "since": r"\bsince\b|\bto date\b|\bnow\b",
    "stopped": r"\b(?:stopped|discontinued|withdrawn|tapered|reduced|lowered|abandoned|ceased to|given up|cancelled|halved)\b",
    "begun": r"\b(?:started|begun|began|given|added|received|introduced|commenced|prescribed|administered|infused|treated|took|taken)\b",
    "had had": r"\bhad (?:had|been|begun|noticed|suffered|taken|received|developed)\b", "history": r"\bhistory\b|\bduration\b|\bpreceded\b|\bbefore (?:admission|presentation|referral)\b",
    "adverse": r"\b(?:because of|zoster|infection|pneumonia|nausea|fever|thrombosis|toxicity|side effect|complicat\w+|neuropathy|cytopenia)\b",
    "score": r"\b(?:CDASI|CMAS|MMT|DLQI|score|FVC|capacity|ferritin|CK|enzymes?|creatine)\b", "was figure": r"\b(?:was|were|to) \d", "strength": r"\b(?:strength|power|weak\w*|walk\w*|climb\w*|swallow\w*|stand|rise|ate|eat)\b",
    "skin": r"\b(?:rash|skin|erythema|papules|ulcers?|lesions?|itch\w*|prurit\w*|eyelids|chest|face|hands|scalp|plaques|nodules|calcinosis|deposits|hair)\b",
    "could": r"\b(?:could|able to|again)\b", "oxygen": r"\b(?:oxygen|ventilat\w+|extubated|intensive care|discharged|tube)\b",
    "drug": r"\d ?(?:mg|g|mcg|IU)\b", "pregnancy": r"\b(?:deliver\w*|born|birth|pregnan\w+)\b", "tumour": r"\b(?:tumou?r|carcinoma|cancer|metasta\w+|chemotherapy|radiotherapy|resect\w+)\b",
    "unchanged": r"\b(?:unchanged|persist\w*|same)\b", "gone": r"\b(?:gone|ceased|abated|closed|paled|slept|relieved|faded|flat|soft\w*)\b", "age": r"\b(?:age[ds]?|old)\b",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
_COMPILED = {
    "before": {name: re.compile(p) for name, p in _CUES.items()},
    "behind": {name: re.compile(p) for name, p in _BEHIND.items()},
    "said": {name: re.compile(p) for name, p in _SAID.items()},
}
_DAYS = {
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "fortnight": 14,
    "month": 30,
    "year": 360,
    "decade": 3600,
}


_LONGEST = 40 * 360
"""Days beyond which a time is an age: nobody is reported after forty years of follow-up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A time or a date: ``[start, end)`` of its sentence, with the features that hold for it."""

    sentence: Sentence
    start: int
    end: int
    features: frozenset[str]

    @property
    def said(self) -> str:
        """Its words."""
        return self.sentence.text[self.start : self.end]


def candidates(story: Story, given: Sequence[Therapy]) -> tuple[Candidate, ...]:
    """All times and dates of a story that may be when something of the course happened."""
    begin = _begin(given)
    found: list[tuple[Sentence, int, int, set[str], float | None]] = []
    told = [one for one in (*story.sentences, *story.summary) if not one.cited]
    for at, sentence in enumerate(told):
        place = {
            "in summary" if sentence.kind == "summary" else "told",
            f"part {min(3, 4 * at // max(1, len(story.sentences)))}",
            "last sentence" if at >= len(story.sentences) - 1 else "",
            "before treatment" if begin is None or sentence.end <= begin else "under treatment",
            "first under treatment"
            if begin is not None and sentence.start <= begin < sentence.end
            else "",
        }
        often = [m.span() for m in FREQUENCY.finditer(sentence.text)]
        for time in times(sentence.text):
            if any(a < time.core[1] and time.core[0] < b for a, b in often):
                continue
            long = time.number * _DAYS[time.unit] if time.unit in _DAYS else None
            if long is not None and long > _LONGEST:
                continue  # 'she died at 82 years'
            found.append(
                (sentence, time.start, time.end, place | _of_time(sentence.text, time, long), long)
            )
        for match in DATE.finditer(sentence.text):
            around = _around(sentence.text, *match.span())
            found.append((sentence, *match.span(), place | {"date"} | around, None))
    return tuple(_ranked(found))


def _begin(given: Sequence[Therapy]) -> int | None:
    reported = sorted(place for t in given if not t.prior for place, _ in t.drug.spans)
    prior = [t.drug.spans[0][0] for t in given if t.prior and t.drug.spans]
    later = [place for place in reported if not prior or place > max(prior)]
    return min(later or reported, default=None)


def _of_time(text: str, time: Time, long: float | None) -> set[str]:
    found = {f"unit {time.unit}" if time.unit in _DAYS else "counted"}
    if long is not None:
        found.add("long " + next((n for n, most in _LENGTHS if long <= most), "years"))
    return found | _around(text, time.start, time.end, time.core)


_LENGTHS = (
    ("fortnight", 14),
    ("two months", 62),
    ("half a year", 185),
    ("year", 400),
    ("two years", 800),
)


def _around(text: str, start: int, end: int, core: tuple[int, int] | None = None) -> set[str]:
    inner = core or (start, end)
    before, behind = text[: inner[0]], text[inner[1] :]
    begin, stop = _clause(text, inner[0], inner[1])
    clause = text[begin:stop]
    found = {f"before {name}" for name, p in _COMPILED["before"].items() if p.search(before)}
    found |= {f"behind {name}" for name, p in _COMPILED["behind"].items() if p.search(behind)}
    found |= {f"clause {name}" for name, p in _COMPILED["said"].items() if p.search(clause)}
    found |= {f"sentence {name}" for name, p in _COMPILED["said"].items() if p.search(text)}
    found |= {f"clause {name}" for name in course(clause)}
    found |= {f"sentence {name}" for name in course(text)}
    lead, trail = before[-60:].lower(), behind[:50].lower()
    found |= {f"< {word}" for word in _WORD.findall(lead)[-_WORDS_BEFORE:]}
    found |= {f"> {word}" for word in _WORD.findall(trail)[:_WORDS_BEHIND]}
    if not before.strip(" ,.") or len(before.strip()) < 8:
        found.add("opens sentence")
    return found


def course(clause: str) -> set[str]:
    """What a clause says of the course: complete, partial, none, worse, died, of the disease."""
    said = NONE.sub(" ", clause)
    found = {
        "complete": COMPLETE.search(said), "partial": PARTIAL.search(said),
        "none": NONE.search(clause), "worse": WORSE.search(clause), "died": DIED.search(clause),
        "target": TARGET.search(clause), "else": ELSE.search(clause), "fell": FELL.search(clause),
    }  # fmt: skip
    names = {name for name, match in found.items() if match}
    if names & {"complete", "partial", "fell"} and "target" in names:
        names.add("improved")
    return names


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    begin, stop = 0, len(text)
    for match in _CLAUSE.finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    return begin, stop


def _ranked(
    found: Sequence[tuple[Sentence, int, int, set[str], float | None]],
) -> list[Candidate]:
    """The candidates with features that compare them: the first that improved, the longest."""
    improved = [
        at
        for at, one in enumerate(found)
        if "clause improved" in one[3] and "under treatment" in one[3]
    ]
    remains = [
        at
        for at, one in enumerate(found)
        if one[3]
        & {
            "clause remained",
            "clause no relapse",
            "clause last visit",
            "clause follow-up",
            "clause well",
        }
    ]
    longest = max((one[4] for one in found if one[4] is not None), default=None)
    ranked = []
    for at, (sentence, start, end, features, long) in enumerate(found):
        more = {
            "first improved" if at in improved[:1] else "",
            "second improved" if at in improved[1:2] else "",
            "later improved" if at in improved[2:] else "",
            "last watched" if at in remains[-1:] else "",
            "last time" if at == len(found) - 1 else "",
            "last three" if at >= len(found) - 3 else "",
            "longest" if long is not None and long == longest else "",
        }
        ranked.append(Candidate(sentence, start, end, frozenset({*features, *more} - {""})))
    return ranked


def chosen(found: Sequence[Candidate], question: Question) -> tuple[Candidate, float] | None:
    """The likeliest time with its likelihood; None when none is likelier than the threshold."""
    weights = models(question)["yes"]
    judged = [(likelihood(one.features, weights), -at) for at, one in enumerate(found)]
    best = max(judged, default=None)
    if best is None or best[0] < THRESHOLD[question]:
        return None
    return found[-best[1]], best[0]

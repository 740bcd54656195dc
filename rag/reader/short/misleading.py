"""A stretch of a sentence that would be wrong as a short answer, however likely it looks.

A short answer is read before its sentence, or instead of it. One that says again what the question
says, counts those of whom the question asks for a part, belongs to the other side ('9 of 17' that
had a partial response, where a complete one is asked for), or gives one of two stages misleads; so
does the length of a course where it is asked how long the drug took to work.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from functools import lru_cache

from rag.reader.question.ask import asked_part
from rag.reader.question.asked import DOSE, TIME, asked, is_yes_no
from rag.reader.short.clauses import clause_of
from rag.reader.short.off_the_point import CHOICE, off_the_point
from rag.reader.short.several_doses import is_one_of_several_doses
from rag.reader.words import concept_names, mentions, stems


def misleads(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether ``sentence[start:end]`` alone would answer something else than what is asked."""
    return (
        _says_again(question, sentence[start:end])
        or _counts_the_whole(question, sentence, end)
        or _of_the_other_side(question, sentence, start, end)
        or _leaves_the_choice(question, sentence[start:end])
        or _one_of_two(question, sentence, start, end)
        or _is_somebody(question, sentence[start:end])
        or _of_the_evidence(question, sentence)
        or off_the_point(question, sentence[start:end])
        or _is_length(question, sentence, start, end)
        or _is_one_stage(question, sentence, start, end)
        or _of_another_kind(question, sentence[start:end])
        or _is_an_age(question, sentence[start:end])
        or is_one_of_several_doses(question, sentence, start, end)
    )


# Words that say how something was given, not what.
_DEGREE = frozenset(stems("high low dose oral systemic intravenous therapy treatment added drug"))


def _says_again(question: str, words: str) -> bool:
    """Whether a stretch names only what the question names: 'high-dose corticosteroid' of 'pred'.

    Of alternatives ('IVIg or rituximab?') it names the one that is meant, and a yes is its own.
    """
    if is_yes_no(asked_part(question)) or CHOICE.search(question) or re.search(r"\d", words):
        return False
    told, named = mentions(words), _named(question)
    if not told or not all(any(name in m.concept.name for name in named) for m in told):
        return False
    known = {*stems(question), *_DEGREE, *(s for m in told for s in stems(m.text))}
    return all(stem in known for stem in stems(words))


@lru_cache(maxsize=256)
def _named(question: str) -> frozenset[str]:
    return concept_names(question, typos=True, shorthand=True)


_HOW_MANY = re.compile(
    r"\bhow (?:many|often|common|frequent\w*)\b|\b(?:proportion|number|share|rate) of\b", re.I
)
_OF_WHOM = re.compile(
    r"^[\s,;(]*(?:of (?:whom|which|these|them)|among (?:whom|them))\b(?P<part>[^.;]*)", re.I
)


def _counts_the_whole(question: str, sentence: str, end: int) -> bool:
    """Whether a number counts all where a part of them is asked for: '4, of whom 2 reacted'."""
    behind = _OF_WHOM.match(sentence[end:])
    if not behind or not _HOW_MANY.search(question):
        return False
    return bool(_short_stems(behind["part"]) & _short_stems(question))


def _short_stems(text: str) -> frozenset[str]:
    """The beginnings of a text's words, so that 'react' and 'reaction' are one."""
    return frozenset(stem[:5] for stem in stems(text))


# What is of one side cannot be of the other. The second of each may hold the first's letters.
_SIDES = tuple(
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        (r"complete(?:ly)?|full|total", r"partial(?:ly)?|incomplete(?:ly)?|near(?:ly)?[- ]complete"),
        (r"responders?", r"non-?responders?"),
        (r"surviv\w+|alive", r"died|deaths?|dead|fatal\w*|mortality"),
        (r"women|woman|females?|girls?", r"men|man|males?|boys?"),
        (r"adults?", r"child(?:ren)?|juvenile|paediatric|pediatric|infants?|adolescents?"),
        (r"deep", r"superficial"),
        (r"oral(?:ly)?|by mouth", r"intraven\w+|iv|subcutan\w+|topical\w*"),
        (r"initial(?:ly)?|starting|first", r"maintenance|final|last|second|third"),
        (r"highest|peak|maxim\w+", r"lowest|minim\w+|nadir"),
        (r"left", r"right"),
        (r"positive", r"negative"),
    )
)  # fmt: skip


_LABEL = re.compile(r"([^.;:]{2,60}):\s*$")


def _of_the_other_side(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether the statement is of the opposite of what the question names, and not of that, too.

    Where the stretch itself names the opposite it sets a wrong question right.
    """
    left, right = clause_of(sentence, start, end)
    clause = sentence[left:right]
    label = _LABEL.search(sentence[:left])
    clause = f"{label.group(1)}: {clause}" if label else clause
    for one, other in _SIDES:
        for mine, opposite in ((one, other), (other, one)):
            without = opposite.sub(" ", question)
            if not mine.search(without) or opposite.search(question):
                continue
            if opposite.search(sentence, start, end):
                continue
            if opposite.search(clause) and not mine.search(opposite.sub(" ", clause)):
                return True
    return False


_WHICH_ONE = re.compile(
    r"\b(?:which|what|who)\b.*\b(?:better|best|more|most|less|least|faster|fastest|stronger|strongest|worse|worst|higher|highest|lower|lowest|superior)\b",
    re.IGNORECASE,
)


def _leaves_the_choice(question: str, words: str) -> bool:
    """Whether a stretch names both where it is asked which of them: '600 mg or 150 mg'."""
    return bool(_WHICH_ONE.search(question)) and bool(re.search(r"\b(?:or|versus|vs)\b", words))


def _one_of_two(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether a stretch names the drugs of one side of an 'or': 'either X or Y' is answered by both.

    Not a figure, and not where the question itself leaves the choice.
    """
    words = sentence[start:end]
    if re.search(r"\d", words) or CHOICE.search(question) or not _drugs_in(words):
        return False
    left = max(sentence.rfind(mark, 0, start) for mark in ".;:")
    ends = [place for mark in ".;" if (place := sentence.find(mark, end)) >= 0]
    before, behind = sentence[left + 1 : start], sentence[end : min(ends, default=len(sentence))]
    return bool(
        (_OR_BEFORE.search(before) and _drugs_in(before))
        or (_OR_BEHIND.search(behind) and _drugs_in(behind))
    )


_EVIDENCE = re.compile(
    r"^(?:[-–•*]\s*)?(?:the |published |good )*(?:evidence|data|literature|experience|little|few (?:data|reports|studies))\b",
    re.IGNORECASE,
)
_OF_EVIDENCE = re.compile(
    r"\b(?:evidence|data|literature|known|published|reported|experience|limit\w*|studies)\b", re.I
)


def _of_the_evidence(question: str, sentence: str) -> bool:
    """Whether a sentence only says how much is known: 'Evidence is limited' of 'is it safe?'."""
    return bool(_EVIDENCE.match(sentence)) and not _OF_EVIDENCE.search(question)


# So near that the stretch belongs to one of the two.
_OR_BEFORE = re.compile(r"\bor\b(?: [\w'-]+){0,4} ?$", re.IGNORECASE)
_OR_BEHIND = re.compile(r"^,?(?: [\w'-]+){0,3},? or\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b\d{1,3}[- ](?:year|month)s?[- ]old\b|\b(?:man|woman|girl|boy) of \d", re.IGNORECASE
)
_WHO = re.compile(
    r"\b(?:who|whom|whose|ages?|aged|old|sex|gender|youngest|oldest|patients?|pts?|cases?|describe\w*)\b",
    re.IGNORECASE,
)


def _is_somebody(question: str, words: str) -> bool:
    """Whether a stretch says who it was, and that is not asked: '71-year-old woman' of 'CK?'."""
    return bool(_SOMEBODY.search(words)) and not _WHO.search(question)


def _drugs_in(text: str) -> bool:
    return any(m.concept.kind == "drug" for m in mentions(text))


_TO_WORK = re.compile(
    r"\b(?:work\w*|respon[ds]\w*|improv\w*|effect\w*|better|heal\w*|clear\w*|kick in|resol\w*|recover\w*|relief|benefit|onset|fad\w+|remission|normal\w*)\b",
    re.IGNORECASE,
)
_LENGTH_ASKED = re.compile(
    r"\bhow (?:long|soon|quick\w*|fast|many (?:days|weeks|months|years))\b|\btime to\b|\bafter how\b|\bwhen\b",
    re.IGNORECASE,
)
_GAP = 25  # characters between a dose and how long it was given


def _is_length(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether a time says how long a drug was given where it is asked how soon it worked."""
    if not (_LENGTH_ASKED.search(question) and _TO_WORK.search(question)):
        return False
    return bool(TIME.search(sentence[start:end])) and is_a_course(sentence, start, end)


def is_a_course(sentence: str, start: int, end: int) -> bool:
    """Whether the time ``sentence[start:end]`` is that of a course: '400 mg/kg a day over 5 days'.

    The days belong to the dose before them.
    """
    before = list(DOSE.finditer(sentence[:end]))
    if not before:
        return False
    if before[-1].end() >= end:
        return True  # the time is within the dose
    gap = sentence[before[-1].end() : start]
    return len(gap) <= _GAP and not re.search(r"[.;:,()]|\b(?:and|then|within|after|by)\b", gap)


_STAGE = re.compile(
    rf"\b(?:after|at|within|by|in)\s+(?:about\s+|nearly\s+|approximately\s+)?"
    rf"(?:{TIME.pattern}|\d+\b(?!\s*(?:of\b|%|mg|/|\.\d)))",
    re.IGNORECASE,
)


def _is_one_stage(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether a time is one of several stages, and nothing says that it is the one asked about.

    'Soft food after about 2 years and full oral intake after about 3': to 'when did he eat
    normally?' neither is the answer by itself. What came stands before its time, or behind one
    that opens the sentence.
    """
    if "time" not in asked(question) or not TIME.search(sentence[start:end]):
        return False
    stages = list(_STAGE.finditer(sentence))
    own = next((i for i, m in enumerate(stages) if m.start() < end and m.end() > start), None)
    if own is None or len(stages) < 2:
        return False
    before = sentence[stages[own - 1].end() if own else 0 : stages[own].start()]
    behind = sentence[
        stages[own].end() : stages[own + 1].start() if own + 1 < len(stages) else None
    ]
    words = before.split()[-_CAME:] if stems(before) else behind.split()[:_CAME]
    came = " ".join(words)
    return not (
        _short_stems(came) & _short_stems(question) or concept_names(came) & _named(question)
    )


_CAME = 5  # words beside a time that say what came then


def _is_an_age(question: str, words: str) -> bool:
    """Whether a stretch says how old somebody is where it is asked how long, or how much."""
    wanted = asked(question)
    return "age" not in wanted and bool(wanted & {"time", "dose"}) and bool(_ONLY_AGE.search(words))


_ONLY_AGE = re.compile(r"^(?:an? )?\d{1,3}-year-old\b", re.IGNORECASE)
_WHERE = re.compile(
    r"\bwhere\b|\b(?:which|what) (?:\w+ )?(?:joints?|muscles?|organs?|sites?|parts?|fingers?|limbs?|areas?|regions?|side)\b",
    re.IGNORECASE,
)


def _of_another_kind(question: str, words: str) -> bool:
    """Whether a stretch names drugs where a place is asked for."""
    kinds = {m.concept.kind for m in mentions(words)}
    return kinds == {"drug"} and bool(_WHERE.search(question))

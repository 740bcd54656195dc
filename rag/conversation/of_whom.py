"""'And the lawyer?' after 'Infections?' → 'Infections?', asked of the lawyer.

A follow-up that says whom it means, and by a calling ('bus inspector?', 'and in the man with
NXP2?'), asks what was asked before. `rag.reader.question.ask.filled_in` knows the words that may
be said of any patient; this knows those of one report's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.conversation.elliptic import OF_WHOM
from rag.conversation.someone_else import asked_of
from rag.lexicon import lexicon
from rag.reader.question.ask import asked_before, filled_in, only_points
from rag.reader.whom.person_words import Introductions, PersonWords, person_words, words_said
from rag.reader.whom.pointing import describes
from rag.reader.words import WORD, stem
from rag.schema import Case

_HOW_OLD = re.compile(r"\bhow (?:old|young)\b", re.IGNORECASE)
# 'In patient 3', 'of case 1': who was asked about before.
_OF_NUMBERED = re.compile(
    r"\s*\b(?:in|of|for|to|with|about) (?:the )?(?:patient|case|pt|twin) (?:no\.? ?)?"
    r"(?:\d|[A-F])\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\b[A-F]\b")  # 'Twin B'
_BEFORE_PERSON = frozenset(("the", "that", "our", "a", "an", "old", "young", "retired", "former"))
_OF = frozenset(("in", "of", "for", "to", "with", "about", "on"))
_GOES_ON_WORDS = """
did does do was is were are has had have get got take took who when how what which why and or in of
for to at by from on with after before until during then as since if not
"""
_GOES_ON = frozenset(_GOES_ON_WORDS.split())
_MOST_BEHIND = 2
"""Words behind a calling that may belong to it: 'the dried fish seller'."""


def asked_of_anybody(question: str, query: str) -> str:
    """The question to be answered where nobody alone is meant; 'how old?' says what it asks."""
    return question if _HOW_OLD.search(question) else filled_in(question, query)


def asked_of_patient(question: str, query: str, case: Case, callings: Introductions) -> str:
    """The question to be answered, of the patient `case`; as it is where it says what it asks.

    `query` is the question with its conversation, `callings` what the report calls each patient.
    """
    words = person_words(callings)
    before = asked_before(query)
    rest = _without_calling(question, callings.get(case.number, ""), words)
    if _HOW_OLD.search(question) or not before or not only_points(rest or "the"):
        return question
    if only_points(question) and not _names_others(before, words, case.number):
        return filled_in(question, query)
    told = _OF_NUMBERED.sub("", OF_WHOM.sub("", _with_pronouns(before, callings, words, case)))
    return f"{asked_of(case.sex, told).strip().rstrip('?.! ')}?"


def _names_others(before: str, words: PersonWords, number: int) -> bool:
    """Whether the question before was of somebody else by number or by a calling."""
    said: Mapping[int, frozenset[str]] = words_said(before, words)
    return bool(_OF_NUMBERED.search(before)) or any(other != number for other in said)


def _without_calling(question: str, calling: str, words: PersonWords) -> str:
    """A question without the words that the report says of the patient, and without antibodies."""
    for found in reversed(lexicon().find(question, typos=True)):
        if found.concept.kind == "antibody" and describes(question, found):
            question = f"{question[: found.start]} {question[found.end :]}"
    if not words_said(question, words):
        return _LETTER.sub(" ", question) if _LETTER.search(calling) else question
    own = {stem(word) for word in WORD.findall(calling.lower())}
    said = {word for one in words_said(question, words).values() for word in one}
    kept = [
        word
        for word in WORD.findall(question)
        if stem(word.lower()) not in own
        and not any(stem(word.lower()) in one or one in stem(word.lower()) for one in said)
    ]
    return " ".join(kept)


def _with_pronouns(text: str, callings: Introductions, words: PersonWords, case: Case) -> str:
    """A question with 'he', 'she' or nothing where it calls a patient: 'dose in the librarian'."""
    tokens = list(WORD.finditer(text))
    said = words_said(text, words)
    own = {word: number for number, found in said.items() for word in found}
    at = [i for i, token in enumerate(tokens) if stem(token.group().lower()) in own]
    if not at:
        return text
    called = {stem(w) for n in said for w in WORD.findall(callings.get(n, "").lower())}
    first, last = at[0], at[0]
    while first and _belongs(tokens[first - 1].group().lower(), called):
        first -= 1
    while last + 1 < len(tokens) and stem(tokens[last + 1].group().lower()) in called:
        last += 1
    start, end = tokens[first].start(), tokens[last].end()
    owns = re.match(r"['\u2019]s\b", text[end:])
    if first and tokens[first - 1].group().lower() in _OF:
        start = tokens[first - 1].start()
        for token in tokens[last + 1 : last + 1 + _MOST_BEHIND]:
            if token.group().lower() in _GOES_ON or text[end : token.start()].strip():
                break
            end = token.end()
        return f"{text[:start].rstrip()}{text[end:]}"
    if not first and (apart := re.match(r"\s*(?:[,:]|[-–—])\s+", text[end:])):
        return text[end + apart.end() :]
    her = {"female": ("she", "her"), "male": ("he", "his")}.get(case.sex or "", ("they", "their"))
    return f"{text[:start]}{her[1] if owns else her[0]}{text[end + (owns.end() if owns else 0) :]}"


def _belongs(word: str, called: set[str]) -> bool:
    return word in _BEFORE_PERSON or (stem(word) in called and word not in _OF)

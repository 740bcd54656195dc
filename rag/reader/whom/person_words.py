"""The passages of a report → the words by which it introduces each of its patients.

'A 61-year-old male baker', 'the second patient was a retired beekeeper', 'Elif, the sister': nobody
else is called so, and a question may say 'the baker' and nothing more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rag.lexicon import lexicon
from rag.reader.words import WORD, stem, stems
from rag.schema import Passage

PersonWords = Mapping[int, frozenset[str]]
"""Patient number → stems of the words that introduce this patient and no other."""

Introductions = Mapping[int, str]
"""Patient number → the words that introduce this patient, as they stand in the text."""

# Where the introduction ends and the story begins. 'was' alone does not end it: 'was a beekeeper'.
_ENDS = re.compile(
    r"[;:(.]\s|\b(?:had|has|have|presented|noticed|developed|fell|differed|complained|suffered|with|"
    r"because|who|whose|whom|which|when|since|for|began|came|attended|consulted|sought|died|"
    r"underwent|received|started|reported|described|"
    r"(?:was|were|is) (?!(?:an?|the|our|also an?|also the)\b)(?!\d))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*\w+(?: \w+)?:\s")  # 'Presentation: '
_LONGEST = 220  # characters: beyond it nobody is being introduced
_GENERAL_WORDS = """
patient patients case cases woman women man men girl boy child lady gentleman female male person
first second third fourth fifth sixth last other another aged years year months month old older
one two three four five six seven eight nine ten both these those them their oldest youngest eldest
younger elder also former formerly same next final previously otherwise healthy unrelated
white black asian caucasian call called named shall finally story quite fellow keeps kept works
worked runs owns sells drives brought seen that this
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
_SHORTEST = 4
_COMPOUND = 6  # letters of a word that may be a part of another
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
)
# As `_ENDS`, by whole words; 'who keeps a tea shop' and 'was his neighbour, a cook' go on.
_CALLED_ENDS = re.compile(
    r"[;:(.]\s|\b(?:had|has|have|presented|noticed|noted|developed|fell|differed|complained|suffered|with|"
    r"because|whose|whom|which|when|since|for|began|came|attended|consulted|sought|died|underwent|"
    r"received|started|stopped|reported|described|became|needed|got|took|not)\b|"
    r"\bin \w+ \d{4}\b|"
    r"\bwho\b(?! (?:was|is|keeps?|kept|works?|worked|runs?|ran|owns?|owned|sells?|sold|drives?|"
    r"drove|teach(?:es)?|taught|grows?|grew) )|"
    r"\b(?:was|were|is) (?!(?:an?|the|our|his|her|their|that of|also an?|also the)\b)(?!\d)"
    rf"(?!(?:only )?(?:{_NUMBER})\b)",
    re.IGNORECASE,
)
# Somebody else than the one introduced: 'younger than Emre', 'the seamstress's uncle'.
_KIN_OF_STRANGER = r"(?:brother|sister|cousin|mother|father|son|daughter|aunt|uncle) of an? \w+"
_SOMEBODY_ELSE = re.compile(
    r"\bthan \w+|\bof (?:the|our) \w+|\b(?:the|our|his|her) (?:[\w-]+ ){0,2}[\w-]+['\u2019]s\b|"
    rf"\b{_KIN_OF_STRANGER}",
    re.IGNORECASE,
)
_KINDRED = (
    "brother", "sister", "cousin", "mother", "father", "son", "daughter", "aunt", "uncle",
    "niece", "nephew", "twin", "sibling",
)  # fmt: skip
_KIN_STEMS = frozenset(stem(word) for word in _KINDRED)
# What introduces somebody: 'the same drugs, ECMO and transplantation' introduces nobody.
_SOMEBODY = re.compile(
    r"\b(?:patient|case|wom[ae]n|m[ae]n|girl|boy|child|infant|baby|lady|gentleman|(?:fe)?male|person|"
    r"widow(?:er)?|teenager|adolescent|aged|years?|first|second|third|fourth|fifth|sixth|last|"
    rf"{'|'.join(_KINDRED)})\b|\d{{1,3}}-year|\b(?:of|was) \d{{1,3}}\b|,? \ban? \w|"
    r"^\s*(?:Our|My|Mrs?\b|Ms\b|He|She)\b|^\s*The \w+\s*$",
    re.IGNORECASE,
)
_PLAIN = {
    "mum": "mother", "mom": "mother", "mam": "mother", "dad": "father", "grandma": "grandmother",
    "granny": "grandmother", "gran": "grandmother", "grandpa": "grandfather", "sis": "sister",
}  # fmt: skip
_HOMELY = re.compile(rf"\b(?:{'|'.join(_PLAIN)})\b", re.IGNORECASE)
# 'Cilla, the youngest', 'Ada was six'.
_NAMED = re.compile(rf"[A-Z][^\W\d_]+(?=, (?:the|her|his|our)\b| was (?:only )?(?:{_NUMBER}|\d)\b)")
_RELATIVES = re.compile(rf"\b(?:{'|'.join(f'{word}s' for word in _KINDRED)})\b", re.IGNORECASE)


def person_words(introduced: Introductions) -> PersonWords:
    """The words of each patient's introduction that are nobody else's in the report."""
    own = {number: _introducing(words) for number, words in introduced.items()}
    counts = Counter(word for words in own.values() for word in words)
    return {
        number: frozenset(word for word in words if counts[word] == 1)
        for number, words in own.items()
    }


def introductions(passages: Iterable[tuple[Passage, str]]) -> Introductions:
    """Where the story of each patient begins: 'The first patient, a retired beekeeper,'.

    `passages` of one report with their texts, in reading order; a patient's first passage
    introduces them.
    """
    own: dict[int, str] = {}
    for passage, text in passages:
        if passage.patient is not None and passage.patient not in own:
            label = _LABEL.match(text)
            start = text[label.end() if label else 0 :][:_LONGEST]
            ends = _ENDS.search(start)
            own[passage.patient] = start[: ends.start()] if ends else start
    return own


def callings(stories: Mapping[int, str]) -> Introductions:
    """What the story of each patient says first of who it is, for `person_words`.

    It goes further than `introductions`, whose words a network was fitted to read: 'who keeps a
    tea shop' is said, and 'former' is no 'for'. Whom else it names is left out.
    """
    return {number: _called(story) for number, story in sorted(stories.items())}


def _called(story: str) -> str:
    start = " ".join(story[:_LONGEST].split())
    label = _LABEL.match(start)
    start = start[label.end() :] if label else start
    ends = _CALLED_ENDS.search(start)
    return _SOMEBODY_ELSE.sub(" ", start[: ends.start()] if ends else start)


def words_for_one(question: str) -> frozenset[str]:
    """The stems of a question's words that may be said of one patient, by whom they may be known.

    'Two sisters' are no sister, and 'mum' is a mother.
    """
    own = _RELATIVES.sub(" ", question)
    own = _HOMELY.sub(lambda found: _PLAIN[found.group().lower()], own)
    return frozenset(stems(own))


def words_said(question: str, words: PersonWords) -> dict[int, frozenset[str]]:
    """The words of a question by which patients are known, by patient; only those who are named.

    For a word that no patient is called by, a part of a compound will do: the schoolteacher is
    the teacher.
    """
    asked = words_for_one(question)
    rest = sorted(asked.difference(*words.values()))
    found = {
        number: (own & asked) | {word for word in own if any(_in_compound(word, r) for r in rest)}
        for number, own in words.items()
    }
    return {number: said for number, said in found.items() if said}


def _in_compound(word: str, said: str) -> bool:
    """Whether one of two words is the beginning or the end of the other: fisher, fisherman."""
    short, whole = sorted((word, said), key=len)
    return len(short) >= _COMPOUND and (whole.startswith(short) or whole.endswith(short))


def only_kin(words: frozenset[str], question: str) -> bool:
    """Whether a patient is known by one of several relatives alone: 'a brother and a sister'."""
    named = frozenset(stems(question)) & _KIN_STEMS
    return words <= _KIN_STEMS and len(named) > 1


def _introducing(words: str) -> frozenset[str]:
    named = _NAMED.match(words)
    if not (named or _SOMEBODY.search(words)):
        return frozenset()
    known = [m for m in lexicon().find(words) if m.concept.kind != "shorthand"]
    return frozenset(
        stem(match.group())
        for match in WORD.finditer(words.lower())
        if match.group().isalpha()
        and (len(match.group()) >= _SHORTEST or (named is not None and match.end() <= named.end()))
        and match.group() not in _GENERAL
        and not any(m.start <= match.start() < m.end for m in known)
    )

"""'Who died?' + a sentence → whether the death in it is that of a patient's relative alone.

'A hairdresser, whose mother had died of lupus, presented with ulcers' answers no question about
who died.
"""

from __future__ import annotations

import re

_DEATH = re.compile(r"\b(?:died|dies|dying|dead|deaths?|deceased|perished)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:die[ds]?|dying|dead|deaths?|deceased|fatal\w*|mortality|kill\w*|surviv\w*|"
    r"pass(?:ed)? away)\b",
    re.IGNORECASE,
)
# Sisters and cousins may be patients themselves: 'Her sister died on day 3' begins a sentence.
_KIN = re.compile(
    r"(?:\b(?:mother|father|parents?|son|daughter|aunt|uncle|niece|nephew|grandmother|grandfather|"
    r"grandparents?|husband|wife|partner|donor)|\w+[ ,]+(?:whose|his|her|their|an?|one) (?:\w+ )?"
    r"(?:sister|brother|siblings?|cousin|twin))\b[^.;,:]{0,40}$",
    re.IGNORECASE,
)


def death_of_a_relative(question: str, sentence: str) -> bool:
    """Whether it is asked about a death, and all deaths of the sentence are those of relatives.

    A relative whom the question itself names may be asked about.
    """
    if not _ASKS.search(question) or _KIN_ASKED.search(question):
        return False
    deaths = [match.start() for match in _DEATH.finditer(sentence)]
    return bool(deaths) and all(_KIN.search(sentence[:at]) for at in deaths)


def own_death(story: str) -> bool:
    """Whether the story of a patient tells that the patient died."""
    return bool(told_death(story))


def told_death(story: str) -> str:
    """The sentences of a patient's story that tell of the patient's own death."""
    return " ".join(
        sentence
        for sentence in _SENTENCE.split(story)
        if any(
            not _KIN.search(sentence[: match.start()])
            and not _DENIED.search(sentence[: match.start()])
            for match in _DEATH.finditer(sentence)
        )
    )


_SENTENCE = re.compile(r"(?<=[.;])\s+")
_DENIED = re.compile(
    r"\b(?:not|never|no|nobody|fear(?:ed)? of|risk of|cause of)\b[^,;]{0,20}$", re.I
)


_KIN_ASKED = re.compile(
    r"\b(?:mother|father|parents?|son|daughter|aunt|uncle|husband|wife|family|relatives?)\b", re.I
)

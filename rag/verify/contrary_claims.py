"""A claim → what it would be if it said the contrary: a 'not' less or more, 'rose' for 'fell'.

An encoder does not see that 'improved' and 'did not improve' exclude each other, but it sees which
of the two is nearer to a span. So a claim is compared with what would contradict it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_MOST = 4  # contraries of one claim

_DENIED = re.compile(
    r"\b(?:(?P<aux>(?:did|do|does|was|were|is|are|had|has|have|could|can|may|would|should|need)"
    r"(?:\snot\b|n't\b|\snever\b))|(?P<no>no|without|never|nobody|nothing|none|neither|not|nor|"
    r"cannot)\b)",
    re.IGNORECASE,
)
_AFFIRMED = re.compile(
    r"\b(?P<aux>was|were|is|are|had|has|have|could|can|may|would|should|did)\s(?!not\b|no\b|never\b)",
    re.IGNORECASE,
)
_PLAIN = {"no": "some", "without": "with", "never": "always", "nobody": "everybody",
          "nothing": "something", "none": "all", "neither": "both", "not": "", "nor": "and",
          "cannot": "can"}  # fmt: skip
_PAIRS = """
improved/worsened improvement/deterioration better/worse died/survived recovered/died
complete/partial completely/partially cleared/persisted clear/persistent resolved/persisted
relapse/remission relapsed/recovered responded/failed failed/succeeded healed/worsened
flared/subsided tolerated/intolerable effective/ineffective successful/unsuccessful
progressed/regressed unchanged/improved stable/unstable eased/worsened rose/fell
increased/decreased increase/decrease reduced/increased lowered/raised dropped/climbed
elevated/reduced before/after higher/lower high/low positive/negative less/more fewer/more
older/younger started/stopped began/ended begun/ended discontinued/continued withdrawn/continued
stronger/weaker strong/weak normal/abnormal good/bad well/badly mild/severe rare/common
rarely/often seldom/often uncommon/common early/late earlier/later first/last with/without
present/absent found/missing helped/harmed worked/failed useful/useless safe/dangerous
disappeared/appeared vanished/appeared gone/back returned/disappeared up/down above/below
over/under all/none everyone/nobody most/few many/few always/never still/no-longer
"""


@cache
def _opposites() -> dict[str, str]:
    """Each word and what stands for its contrary; of several the first."""
    found: dict[str, str] = {}
    for pair in _PAIRS.split():
        left, right = pair.replace("-", " ").split("/")
        found.setdefault(left, right)
        found.setdefault(right, left)
    return found


@cache
def _opposed() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _opposites()), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=4_000)
def contraries(text: str) -> tuple[str, ...]:
    """At most four texts that say the contrary of some of it, first those without its 'not's; a
    claim that denies nothing and has none of the words gets one with a 'not', where it has a verb
    to put it behind; else none.
    """
    found = [_affirmed(text, match) for match in _DENIED.finditer(text)]
    for match in _opposed().finditer(text):
        new = _opposites()[match.group().lower()]
        found.append(text[: match.start()] + new + text[match.end() :])
    if not any(True for _ in _DENIED.finditer(text)):
        verb = _AFFIRMED.search(text)
        if verb:
            found.insert(0, f"{text[: verb.end()]}not {text[verb.end() :]}")
    return tuple(dict.fromkeys(" ".join(one.split()) for one in found))[:_MOST]


def _affirmed(text: str, match: re.Match[str]) -> str:
    """The text without one of its denials."""
    if match["aux"]:
        kept = re.sub(r"(?:\snot|n't|\snever)$", "", match["aux"])
        kept = kept if kept else match["aux"]
    else:
        kept = _PLAIN[match["no"].lower()]
    return text[: match.start()] + kept + text[match.end() :]

"""Words of a text that deny: what each denies, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.verify.names import Named, named
from rag.verify.number_words import WORDS, value_of
from rag.verify.poles import KEY, key
from rag.verify.words import Word, cues, stem, words

_DENYING = (
    r"un(?:known|clear|chang|affect|able|success|respons|control|likely|necess|common|remark|"
    r"suit|treat|help|involv|impair|event|support|proven|certain|avail|alter|touch|detect|measur|"
    r"determin|explain|improv|import|satisf|sustain|bearab|toler|safe|usual|resolv|reliab|relat|"
    r"us(?:able|ed))\w*|dis(?:satisf|appoint|appear)\w*|"
    r"in(?:sufficient|distinguish|separab|effective|efficac|adequate|conclusive|active|toleran|ability|capable)\w*|"
    r"impossib\w*|irrevers\w*|irrespect\w*|fail\w*|lack\w*|free(?= of| from|[.,;]|$)|(?<=-)free|"
    r"useless|futile|"
    r"fruitless|in vain|harmless|painless|benign|spared|(?<!-)sparing|exclud\w*|too|hardly|"
    r"scarcely|"
    r"barely|rarely|rare|seldom|badly|empty|(?:stay\w*|kept|keep\w*) away|"
    r"seronegative|withst\w*|resist\w*|refractory|recalcitrant|absen\w+|"
    r"missing|(?:advis|counsel|recommend)\w* against|lost|loss|poor|little|few|no longer|"
    r"rule[sd]? out|ruling out|asymptomatic|"
    r"afebrile|amyopathic(?!\s(?:dermato|DM))|"
    r"negative|omit\w*|contraindicat\w*|contra-indicat\w*|"
    r"rather than|instead of|c[ao]mes? to nothing"
)
_LOOSE = (
    r"discontinu\w*|declin\w*|refus\w*|stopp?\w*|withdr\w*|withh\w*|abandon\w*|"
    r"(?<!upper )(?<!lower )limit\w*|"
    r"clean|prevent\w*|normal(?!,?\s?(?:[<>≤≥]|\d))|avoid\w*|hard|disput\w*|debat\w*|silent|despite|spite|rather|instead|"
    r"beyond|anecdotal|difficult\w*|remain\w*|stayed|still|throughout|constant|alone|only|solely|"
    r"gave up|given up|ceas\w*|off|persist\w*|stable|outside|separate|differ\w*|"
    r"exception\w*|minimal|sparse|scarce|insignificant|nonsignificant|idiopathic|question\w*|"
    r"skipp\w*|miss(?:ed|es)|independent\w*|healthy|clear|regardless|quiescent|dormant"
)
_SOFT = re.compile(rf"\b(?:(?P<denying>{_DENYING})|{_LOOSE})\b", re.IGNORECASE)
_HEAD = 3
_SOFT_REACH = 5  # content words on either side of a word like 'useless'
_OF_USE = ("drug", "antibody")
DONE = frozenset(stem(word) for word in ("use", "give", "show", "describe", "treatment"))
_OCCURS = """occur happen appear develop arise emerge involve affect relapse exist need find detect
repeat return come seen present"""
OCCURS = frozenset(stem(word) for word in _OCCURS.split())
"""What is said of a thing that is there: 'X did not occur' says the same as 'no X'."""
NOTS = ("not", "never", "cannot")
_OTHER_CLAUSE = re.compile(r"\s(?:after|before|because|although|while|whereas|when|until)\s", re.I)
OF_NOUNS = ("no", "without", "none", "neither", "absence", "absent", "nobody", "lack", "lacking")


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies. `kind` is 'hard' for a 'not', 'denying' for 'useless', 'loose' for what
    may only stand for a denial ('refused'). `reach` is what it denies, `around` what stands in
    its clause, `names` where drugs and antibodies begin; `inner` says that it denies a denial;
    `before` is the verb of 'had taken no steroids', `subject` what stands before a 'not', `base`
    the key of what 'insufficient' and 'unusable' deny in one word.
    """

    start: int
    kind: str
    word: str
    reach: tuple[Word, ...]
    keys: frozenset[str]
    around: frozenset[str]
    names: frozenset[int]
    inner: bool = False
    before: tuple[Word, ...] = ()
    subject: frozenset[str] = frozenset()
    base: str = ""

    @property
    def hard(self) -> bool:
        """Whether the word itself denies."""
        return self.kind == "hard"

    @property
    def head(self) -> tuple[Word, ...]:
        """The first telling words of what is denied."""
        telling = tuple(w for w in self.reach if w.telling)[:_HEAD]
        return telling or self.reach[:_HEAD]

    @property
    def occurs(self) -> bool:
        """Whether it says of its subject that it was not there: 'muscle was never involved'."""
        return self.word in NOTS and any(w.stem in OCCURS for w in self.reach[:3])

    @property
    def verbs(self) -> tuple[Word, ...]:
        """What is denied of a drug or an antibody: the first words that are no names."""
        telling = [w for w in self.reach if w.telling or w.stem in DONE] or self.reach
        return tuple(w for w in telling if w.start not in self.names and w.text not in WORDS)[:2]


@lru_cache(maxsize=4_000)
def denials(text: str) -> tuple[Denial, ...]:
    """What a text denies: its 'not's first, then the words that amount to one."""
    said, hard = words(text), cues(text)
    found: list[Denial] = []
    for number, at in enumerate(hard):
        cue = said[at]
        if cue.text == "nor" and number and said[hard[number - 1]].text in ("neither", "nor"):
            continue
        following = (said[h].start for h in hard[number + 1 :] if said[h].text != "nor")
        until = next(following, len(text))
        clause = [w for w in said if w.clause == cue.clause or cue.text == "neither"]
        reach = [w for w in clause if w.negated and w.content and cue.start < w.start < until]
        if not reach:
            reach = [w for w in clause if w.negated and w.content and w is not cue]
        if not reach:  # 'Adverse effects: none.'
            reach = [w for w in said if w.clause == cue.clause - 1 and w.negated and w.content]
        found.append(_denial(text, said, cue, "hard", cue.text, reach))
    places = {said[at].start for at in hard}
    for match in _SOFT.finditer(text):
        word = next((w for w in said if w.start <= match.start() < w.end), None)
        if word and word.start not in places and not _is_lifted(word, said):
            clause = [w for w in said if w.clause == word.clause and (w.content or w is word)]
            at = clause.index(word)
            if text[word.start - 1 : word.start] == "-":  # 'factor-negative arthritis'
                clause = clause[max(0, at - 1) : at + 1]
                at = clause.index(word)
            reach = [*clause[max(0, at - _SOFT_REACH) : at], *clause[at + 1 : at + _SOFT_REACH]]
            mark = _OTHER_CLAUSE.search(text, word.end)
            reach = [w for w in reach if not mark or w.start < mark.start()]
            if _CONTRAST.match(match.group()):  # 'prednisone rather than methotrexate'
                reach = [w for w in reach if w.start >= match.end()]
            kind = "denying" if match["denying"] and not _attributive(text, match) else "loose"
            found.append(_denial(text, said, word, kind, word.stem, reach))
    soft = {d.start for d in found if d.kind == "denying"}
    twice = {d.start for d in found if d.hard and _TWICE.match(text, d.start)}
    return tuple(
        replace(d, inner=d.hard and (d.start in twice or any(w.start in soft for w in d.reach)))
        for d in found
    )


_TWICE = re.compile(
    r"(?:not|never|cannot|no)\s(?:\w+\s)?(?:(?:do|done|be|been|go|gone|manage|live|get by)\s)?"
    r"(?:without|unable|absent|lacking|free of|free from|kept out of|keep out of|"
    r"(?:to )?leave\s[\w-]+\salone)\b",
    re.IGNORECASE,
)
"""'Could not do without a transfusion': two denials, so that there was one."""


_CONTRAST = re.compile(r"(?:rather than|instead of)$", re.IGNORECASE)


def _is_lifted(word: Word, said: Sequence[Word]) -> bool:
    """'Without difficulty' denies no ability: what denies is denied by the word right before it."""
    at = said.index(word)
    return at > 0 and said[at - 1].text in _LIFTS and word.negated


_LIFTS = ("no", "without")
_BASE = re.compile(r"(?:un|in|im|dis)(?P<of>\w{5,})")
_ABLE = re.compile(r"(?<=\w\w)[ai]ble$")
_PREFIXED = re.compile(r"(?:un|in|dis)\w", re.IGNORECASE)
_SAID_OF = re.compile(
    r"\b(?:is|was|were|are|be|been|being|remain\w*|stayed|left|and|or|proved|became|not|had|has|have)"
    r"\s(?:\w+ly\s|still\s|now\s|so\s|very\s|quite\s|as yet\s)?$",
    re.I,
)


def _attributive(text: str, match: re.Match[str]) -> bool:
    """'Untreated papules' denies nothing of what the papules did."""
    return bool(_PREFIXED.match(match.group())) and not _SAID_OF.search(text[: match.start()])


def _denial(
    text: str, said: Sequence[Word], cue: Word, kind: str, word: str, reach: Sequence[Word]
) -> Denial:
    concepts = named(text)
    places = {w.start for w in reach}
    telling = [w for w in reach if w.telling or w.text[0].isdecimal() or w.stem in DONE]
    keys = {_number(w) for w in telling} | {n.name for n in concepts if n.start in places}
    base = ""
    if kind != "hard" and (prefixed := _BASE.fullmatch(cue.text)):
        base = stem(_ABLE.sub("", prefixed["of"]))[:KEY]
        keys |= {stem(prefixed["of"])[:KEY], base, f"{base}e"}  # 'uncontrolled' says 'no control'
    names = {w.start for w in reach if _is_thing(w, concepts)}
    at = said.index(cue)
    verb = [w for w in said[max(0, at - 2) : at] if w.clause == cue.clause and w.content]
    before = tuple(verb) if word in OF_NOUNS and word != "without" else ()
    return Denial(cue.start, kind, word, tuple(reach), frozenset(keys), around_of(said, cue),
                   frozenset(names), before=before, subject=around_of(said[:at], cue),
                   base=base)  # fmt: skip


def _number(word: Word) -> str:
    """The key of a word, or '#5' for 'five' and '5'."""
    plain = word.text in WORDS or word.text.isdecimal()
    return f"#{value_of(word.text):g}" if plain else key(word)


def around_of(said: Sequence[Word], cue: Word) -> frozenset[str]:
    """The keys of the telling words of a word's clause."""
    return frozenset(key(w) for w in said if w.clause == cue.clause and w.telling)


def _is_thing(word: Word, found: Sequence[Named]) -> bool:
    return any(n.start <= word.start < n.end and n.kind in _OF_USE for n in found)

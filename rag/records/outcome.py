"""A patient's story → response, time to response, follow-up and relapse, with their sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records.context import of_relative
from rag.records.duration import DATE, Time, times
from rag.records.frequency import FREQUENCY
from rag.records.record import Field, Therapy
from rag.records.story import Sentence, Story
from rag.schema import Response

_COMPLETE = re.compile(
    r"\b(?:complete(?:ly)? (?:remission|response|resolution|resol\w+|clear\w*|healing|healed|recover\w*|disappear\w*|"
    r"clinical|cutaneous|regress\w*|relief|gone|free|normal\w*|remitted)|(?:resolved|cleared|healed|disappeared|recovered|"
    r"vanished|faded|subsided|regressed|remitted) (?:completely|entirely|fully|totally)|full recovery|full strength|"
    r"(?:in|into|achieved|sustained|entered|reached|complete|lasting|clinical|drug-free) remission|"
    r"free (?:of|from) (?:all |any |both )?(?:disease|symptoms?|lesions?|ulcers?|rash|relapse|pain|complaints)|"
    r"symptom-free|disease-free|asymptomatic|cleared|cleared up|resolved|disappeared|vanished|healed|has gone|"
    r"(?:was|were|had|is) gone|had gone|normali[sz]ed|(?:became|was|were|is|returned to|had become) normal|normal again|full again|"
    r"strong again|ceased|closed|no (?:active )?(?:skin )?lesions?|was clear|were clear|are clear|is clear|strength (?:was|is|had become) (?:full|normal)|"
    r"well without|no (?:sign|evidence|trace)s? of (?:active|disease)|flat(?:tened)?|clear skin|without (?:any )?symptoms)\b",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"\b(?:partial\w*|improv\w+|amelior\w+|fell|decreas\w+|declin\w+|reduc\w+ (?:in|of) (?:the )?(?:rash|itch\w*|pain|score|activity)|"
    r"diminish\w*|less\b|lessen\w*|faded?|fading|pal(?:er|ed)|subsid\w+|abat\w+|better|eased?|reliev\w+|relief|"
    r"respon(?:ded|se|ds)|benefit\w*|recover\w*|regain\w*|softened|shrank|smaller|settl\w+|return of strength|strength returned|"
    r"reced\w+|regress\w+|could (?:again )?(?:walk|swallow|climb|rise|lift|eat|raise)|able to|walked|regrew|calmed|controlled|flatten\w+|dropped|rose to)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no (?:\w+ )?(?:effect|improvement|benefit|response|change|relief|help|success|avail)|(?:without|little) (?:\w+ )?(?:effect|benefit|"
    r"improvement|success|change|relief|response)|unchanged|not (?:improve|respond|help|change|benefit|better)\w*|"
    r"did not (?:\w+ )?(?:improve|respond|help|change|alter|yield|benefit|influence)|ineffective|failed|failure|useless|"
    r"unaltered|unaffected|refractory|unresponsive|to no avail|in vain|of no (?:use|avail))\b",
    re.IGNORECASE,
)
_WORSE = re.compile(
    r"\b(?:worsen\w*|deteriorat\w*|progress(?:ed|ion|ive)\b|got worse|became worse|spread\b|aggravat\w*|exacerbat\w*|"
    r"further extension|enlarged|increased in size)\b",
    re.IGNORECASE,
)
_DIED = re.compile(
    r"\b(?:(?:she|he|the (?:patient|woman|man|boy|girl|child)|patient \d|and|who|had|but) (?:\w+ ){0,3}?died\b|"
    r"(?:her|his) death\b|\bdied (?:of|from|in|on|at|after|\w+ (?:days|weeks|months|years))|succumbed|passed away|"
    r"(?:was|with) fatal|fatal (?:outcome|course)|expired\b|death occurred|was found dead|lethal outcome)",
    re.IGNORECASE,
)
_RESIDUE = re.compile(
    r"\b(?:but|although|though|whereas|while|except|apart from|save|yet|however|only)\b[^.;]{0,80}\b(?:remain\w*|persist\w*|"
    r"unchanged|unaltered|not (?:change|respond|improve|clear|yield|affect)\w*|left|residual|same|still|continued|recur\w*|return\w*)\b"
    r"|\b(?:remained|persisted|persists|remains|residual)\b|\bpartial\w*\b|\bexcept(?:ing)? (?:for|the|at)?|\bnot (?:completely|entirely|fully)\b"
    r"|\bmoderate(?:ly)?\b|\bbarely\b|\bsome (?:improvement|relief|benefit)\b|\balmost\b|\bnear(?:ly)?(?:-| )(?:complete|clear)\b",
    re.IGNORECASE,
)
_FELL = re.compile(r"\bfrom (\d[\d.,]*)(?: [\w%/]+){0,2} to (\d[\d.,]*)", re.IGNORECASE)

RELAPSE = re.compile(
    r"\b(?:relaps\w*|recur(?!rent|rence of (?:the )?(?:tumou?r|cancer))\w*|recrudesc\w*|flar(?:e|ed|es|ing)\b(?!-)|reappear\w*|"
    r"(?:rash|itch|weakness|lesions?|papules?|erythema|eruption|ulcers?|disease|pain|calcinosis|symptoms|complaint|pruritus)\b[^.;]{0,40}?\b(?:returned|came back|was back|recurred|reappeared)|"
    r"return of (?:the |her |his )?(?:\w+ ){0,2}(?:rash|itch\w*|weakness|lesions?|papules?|pruritus|symptoms|eruption|disease))\b",
    re.IGNORECASE,
)
_TUMOUR = re.compile(r"\b(?:tumou?r|carcinoma|cancer|metasta\w+|melanoma|malignan\w+|nodal)\b", re.IGNORECASE)
_NOT_RELAPSE = re.compile(r"\brelapsing\b|\brecurrent\b", re.IGNORECASE)

_FOLLOW_UP = re.compile(
    r"\bfollow(?:ed)?[- ]?up\b|\blast (?:seen|visit|review|examination|attendance|appointment|contact|consultation)\b|"
    r"\blatest (?:visit|review)\b|\bwhen (?:last )?(?:seen|reviewed)\b|\bat (?:her|his|the) (?:last|latest|final|most recent)\b|"
    r"\bfollowed for\b|\bup to (?=[A-Z])|\bat review\b|\bobservation\b",
    re.IGNORECASE,
)
_STAYED = re.compile(
    r"\b(?:has|have|had) (?:\w+ )?(?:remained|been|stayed|kept|not|had|continued|taken|since)\b|\bremain(?:s|ed)\b|\bsince\b|\bis (?:now )?(?:well|alive|free|in)\b|"
    r"\bis still\b|\b(?:no|not|never|without) (?:\w+ )?(?:relaps|recur|flare)\w*|\b(?:later|thereafter|afterwards)\b|\bin remission\b",
    re.IGNORECASE,
)
_AT = re.compile(r"(?:^|\b(?:up )?(?:at|to|after|by)\b )(?:At|After)?[^,.;]{0,12}\b(?:months?|years?|weeks?)\b", re.IGNORECASE)
_HISTORY = re.compile(r"\bhistory of\b|\bhad (?:had|been) (?!(?:no|well|free))[^.]*\bfor\b|\bduration\b|\bbefore\b|\bearlier\b|\bago\b")


@dataclass(frozen=True, slots=True)
class _Judged:
    sentence: Sentence
    complete: bool
    partial: bool
    none: bool
    worse: bool
    residue: bool


def response(story: Story, given: Sequence[Therapy]) -> Field[Response] | None:
    """How the patient fared under the reported treatment; the span is the sentence judged from."""
    if died := death(story):
        return died
    judged = [_judge(one) for one in _after(story, given) if not one.cited]
    good = [one for one in judged if one.complete or one.partial]
    bad = [one for one in judged if one.worse and not (one.complete or one.partial)]
    none = [one for one in judged if one.none and not (one.complete or one.partial)]
    if good:
        return _best(good, judged)
    if bad and len(bad) >= len(none):
        return _response("worsened", bad[-1].sentence, 0.5)
    if none:
        return _response("none", none[-1].sentence, 0.6)
    return None


def _best(good: list[_Judged], judged: list[_Judged]) -> Field[Response]:
    complete = [one for one in good if one.complete and not one.residue]
    residue = any(one.residue or one.none for one in judged)
    last = judged[-1] if judged else None
    if complete and (not residue or _outweighs(complete, judged, last)):
        return _response("complete", complete[-1].sentence, 0.7 if not residue else 0.55)
    return _response("partial", good[0].sentence, 0.65)


def _outweighs(complete: list[_Judged], judged: list[_Judged], last: _Judged | None) -> bool:
    """Whether the last word on the patient is a complete response after all."""
    held = [one for one in judged if one.residue or one.none]
    return judged.index(complete[-1]) > max(judged.index(one) for one in held) and last is not None


def _response(value: Response, sentence: Sentence, sure: float) -> Field[Response]:
    return Field(value, (sentence.span,), "extracted", sure)


def _judge(sentence: Sentence) -> _Judged:
    text = sentence.text
    none = bool(_NONE.search(text))
    clean = _NONE.sub(" ", text)
    fell = any(_number(m[2]) < _number(m[1]) for m in _FELL.finditer(clean))
    return _Judged(
        sentence,
        bool(_COMPLETE.search(clean)),
        bool(_PARTIAL.search(clean)) or fell,
        none,
        bool(_WORSE.search(text)),
        bool(_RESIDUE.search(text)),
    )


def _number(words: str) -> float:
    try:
        return float(words.strip(".,").replace(",", ""))
    except ValueError:
        return 0.0


def death(story: Story) -> Field[Response] | None:
    """'died' with its sentence, when the patient (and not a relative) did."""
    for sentence in reversed(story.everything):
        for match in _DIED.finditer(sentence.text):
            at = match.start() + match.group().lower().find("d")
            if not of_relative(sentence.text, at) and not sentence.cited and not _other_died(sentence.text[: match.start()]):
                return _response("died", sentence, 0.9)
    return None


def _other_died(before: str) -> bool:
    return bool(re.search(r"\b(?:mother|father|sister|brother|wife|husband|aunt|uncle|grand\w+)\b(?:[^,;.]*)$", before, re.I))


def _after(story: Story, given: Sequence[Therapy]) -> list[Sentence]:
    """The sentences from the first one on the reported treatment; all where none is reported."""
    reported = sorted(place for t in given if not t.prior for place, _ in t.drug.spans)
    prior = [t.drug.spans[0][0] for t in given if t.prior and t.drug.spans]
    later = [place for place in reported if not prior or place > max(prior)]
    begin = min(later or reported, default=0)
    return [one for one in story.sentences if one.end > begin]


def time_to_response(story: Story, given: Sequence[Therapy]) -> Field[str] | None:
    """When improvement was first seen under the reported treatment, as the text says it."""
    for sentence in _after(story, given):
        if sentence.cited or RELAPSE.search(sentence.text):
            pass
        found = _improved_at(sentence)
        if found is not None:
            text = sentence.text[found.start : found.end]
            return Field(text, (sentence.at(found.start, found.end),), "extracted", 0.7)
    return None


_REACH = 70  # characters between a word of improvement and its time
_UNTIL = re.compile(r"^(?:for|over a total|since|every|of|the last|up to|until)\b", re.IGNORECASE)


def _improved_at(sentence: Sentence) -> Time | None:
    """The time that stands nearest to a word of improvement, in the same part of the sentence."""
    text = _NONE.sub(lambda m: "~" * len(m.group()), sentence.text)
    signs = [m.span() for p in (_COMPLETE, _PARTIAL) for m in p.finditer(text)]
    often = [m.span() for m in FREQUENCY.finditer(sentence.text)]
    for time in times(sentence.text):
        if any(a < time.core[1] and time.core[0] < b for a, b in often):
            continue
        said = sentence.text[time.start : time.end]
        if _UNTIL.match(said) or re.match(r"^\s?(?:-|history)", sentence.text[time.end :]):
            continue
        for start, end in signs:
            between = text[min(end, time.start) : max(start, time.end)] if end <= time.start else text[time.end : start]
            if re.search(r"[;:]|\bmg\b|\b(?:stopped|withdrawn|tapered|discontinued|relaps\w*|recur\w*|returned)\b", between):
                continue
            away = max(start - time.end, time.start - end, 0)
            if away <= _REACH:
                return time
    return None


def follow_up(story: Story) -> Field[str] | None:
    """How long the patient was watched, or the date of the last visit, as the text says it."""
    explicit = [one for one in story.sentences if _FOLLOW_UP.search(one.text) and not one.cited]
    for sentence in reversed(explicit):
        match = _FOLLOW_UP.search(sentence.text)
        near = _nearest(sentence, match.start() if match else 0)
        if near:
            return near
    tail = story.sentences[len(story.sentences) // 2 :]
    for sentence in reversed(tail):
        if _STAYED.search(sentence.text) or _DIED.search(sentence.text) or _AT.search(sentence.text):
            found = [t for t in times(sentence.text) if t.unit in ("week", "month", "year")]
            found = [t for t in found if not _HISTORY.search(sentence.text[max(0, t.start - 40) : t.start])]
            if found:
                longest = max(found, key=lambda t: (t.number * {"week": 7, "month": 30, "year": 360}[t.unit], -t.start))
                span = sentence.at(longest.start, longest.end)
                return Field(sentence.text[longest.start : longest.end], (span,), "extracted", 0.65)
    return None


def _nearest(sentence: Sentence, place: int) -> Field[str] | None:
    found = [(abs(t.start - place), t.start, t.end) for t in times(sentence.text) if t.unit in ("day", "week", "month", "year")]
    found = [one for one in found if not re.match(r"^\s?(?:-|old)", sentence.text[one[2] :])]
    dates = [(abs(m.start() - place) + 15, *m.span()) for m in DATE.finditer(sentence.text)]
    if not found and not dates:
        return None
    _, start, end = min(found or dates) if found and min(found)[0] < 60 else min([*dates, *found])
    return Field(sentence.text[start:end], (sentence.at(start, end),), "extracted", 0.8)


def relapse(story: Story) -> Field[str] | None:
    """The words on a relapse, or on there having been none, in the order of the text's first."""
    for sentence in story.sentences:
        match = RELAPSE.search(sentence.text)
        if not match or sentence.cited or _NOT_RELAPSE.search(match.group()):
            continue
        start, end = _part(sentence.text, match.start(), match.end())
        if _TUMOUR.search(sentence.text[start:end]):
            continue
        return Field(sentence.text[start:end], (sentence.at(start, end),), "extracted", 0.75)
    return None


_PART = re.compile(r"[;:]|, (?:but|and|which|who|although|whereas|while)\b|\bbut\b")


def _part(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence around a place, between semicolons and conjunctions."""
    begin, stop = 0, len(text)
    for match in _PART.finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    piece = text[begin:stop]
    begin += len(piece) - len(piece.lstrip())
    return begin, begin + len(piece.strip().rstrip("."))

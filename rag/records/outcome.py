"""A patient's story → response, time to response, follow-up and relapse, with their sentences."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records.context import of_relative
from rag.records.record import Field, Therapy
from rag.records.story import Sentence, Story
from rag.schema import Response

COMPLETE = re.compile(
    r"\b(?:complete(?:ly)? (?:remission|response|resolution|resol\w+|clear\w*|healing|healed|recover\w*|disappear\w*|"
    r"clinical|cutaneous|regress\w*|relief|gone|free|normal\w*|remitted)|(?:resolved|cleared|healed|disappeared|recovered|"
    r"vanished|faded|subsided|regressed|remitted) (?:completely|entirely|fully|totally)|full recovery|full strength|"
    r"(?:in|into|achieved|sustained|entered|reached|complete|lasting|clinical|drug-free) remission|remission of|resolution of the (?:disease|rash|skin|lesions|symptoms)|"
    r"free (?:of|from) (?:all |any |both )?(?:disease(?! for)|symptoms?|lesions?|ulcers?|rash|relapse|pain|complaints)|"
    r"symptom-free|disease-free|asymptomatic|followed by healing|(?:not|never) (?:yet |since )?(?:returned|relapsed)|(?:no|not|never) (?:\w+ )?recur\w*|no (?:\w+ )?relapse|controlled|(?:became|was) full|cleared|cleared up|resolved|disappeared|vanished|healed|has gone|"
    r"(?:was|were|had|is) gone|had gone|normali[sz]ed|(?:became|returned to|had become|back to) normal|(?:swallow\w*|walk\w*|ate) normally|swallowing was normal|normal again|full again|"
    r"strong again|ceased(?! to)|closed|no (?:active )?(?:skin )?lesions?|was clear|were clear|are clear|is clear|strength (?:was|is|had become) (?:full|normal)|"
    r"well without|no (?:sign|evidence|trace)s? of (?:active|disease)|clear skin|without (?:any )?symptoms)\b",
    re.IGNORECASE,
)
PARTIAL = re.compile(
    r"\b(?:partial\w*|improv\w+|amelior\w+|fell|decreas\w+|declin\w+|reduc\w+ (?:in|of) (?:the )?(?:rash|itch\w*|pain|score|activity)|"
    r"diminish\w*|less\b|lessen\w*|faded?|fading|no new|without difficulty|shrunk|clear(?!ly|ance|ed)|disappear(?!ed)|healing|pal(?:er|ed)|subsid\w+|abat\w+|better|eased?|reliev\w+|relief|"
    r"respon(?:ded|se|ds)|benefit\w*|recover\w*|regain\w*|softened|shrank|smaller|settl\w+|return of strength|strength returned|"
    r"reced\w+|regress\w+|could (?:again )?(?:walk|swallow|climb|rise|lift|eat|raise)|able to|walked|regrew|calmed|flatten\w+|dropped|rose to)\b",
    re.IGNORECASE,
)
NONE = re.compile(
    r"\b(?:no (?:\w+ )?(?:effect|improvement|benefit|response|change|relief|help|success|avail)|(?:without|little) (?:\w+ )?(?:effect|benefit|"
    r"improvement|success|change|relief|response)|unchanged|not (?:improve|respond|help|change|benefit|better)\w*|"
    r"did not (?:\w+ )?(?:improve|respond|help|change|alter|yield|benefit|influence)|no (?:smaller|better)|ineffective|failed|failure|useless|"
    r"unaltered|unaffected|refractory|unresponsive|to no avail|in vain|of no (?:use|avail))\b",
    re.IGNORECASE,
)
_WORSE = re.compile(
    r"\b(?:worsen\w*|deteriorat\w*|progress(?:ed|ion|ive)\b|got worse|became worse|spread\b|aggravat\w*|exacerbat\w*|"
    r"further extension|enlarged|increased in size)\b",
    re.IGNORECASE,
)
DIED = re.compile(
    r"\b(?:(?:she|he|the (?:patient|woman|man|boy|girl|child)|patient \d|and|who|had|but) (?:\w+ ){0,3}?died\b|"
    r"(?:her|his) death\b|\bdied (?:of|from|in|on|at|after|\w+ (?:days|weeks|months|years))|succumbed|passed away|"
    r"(?:was|with) fatal|fatal (?:outcome|course)|expired\b|death occurred|was found dead|lethal outcome)",
    re.IGNORECASE,
)
_RESIDUE = re.compile(
    r"\b(?:but|although|though|whereas|while|except|apart from|save|yet|however|only)\b[^.;]{0,80}\b(?:remain\w*|persist\w*|flared?|"
    r"unchanged|unaltered|not (?:change|respond|improve|clear|yield|affect)\w*|left|residual|same|still|continued|recur\w*|return\w*)\b"
    r"|\b(?:remained|persisted|persists|remains|residual)\b|\bpartial\w*\b|\bexcept(?:ing)? (?:for|the|at)?|\bnot (?:completely|entirely|fully)\b"
    r"|\bmoderate(?:ly)?\b|\bbarely\b|\bsome (?:improvement|relief|benefit)\b|\balmost\b|\bnear(?:ly)?(?:-| )(?:complete|clear)\b",
    re.IGNORECASE,
)
_FELL = re.compile(r"\bfrom (\d[\d.,]*)(?: [\w%/]+){0,2} to (\d[\d.,]*)", re.IGNORECASE)

# What the disease shows itself by: an improvement of anything else is none of the disease.
TARGET = re.compile(
    r"\b(?:rash\w*|skin|lesions?|papules?|plaques?|erythema\w*|eruptions?|itch\w*|prurit\w*|ulcers?|ulcerations?|eyelids?|lids|face|"
    r"facial|knuckles|scalp|chest|back|elbows?|knees?|fingers?|fingertips?|hands?|palms?|thighs?|neck|ears?|weakness|"
    r"strength|power|muscles?|myositis|dysphagia|swallow\w*|voice|walk\w*|climb\w*|rise|lift\w*|arthritis|joints?|arthralgia|pain|"
    r"calcinosis|deposits?|nodules?|lung function|vital capacity|FVC|opacities|CDASI(?:-A)?|CMAS|MMT\w*|DLQI|score|disease|"
    r"remission|symptoms?|signs|hair|burning|poikiloderma|oedema|edema|swelling|recurrence|relapse\w*|recurred|healing|failed|throat|heliotrope|Gottron\w*|redness|dyspn\w+|cough|"
    r"photosensitivity|blisters?|bullae|scal(?:e|es|ing)|condition|response|responded|improved|clinical\w*)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:haemoglobin|hemoglobin|platelets?|neutrophil\w*|white cell|creatinine|transaminases?|ALT|AST|cholesterol|glucose|"
    r"diabetes|headaches?|nausea|vomiting|diarrh\w+|thrombosis|pneumonia|zoster|wound|mood|neuropath\w*|soles|"
    r"mammogra\w+|tomogra\w+|radiograph|gastroscopy|colonoscopy|antigen|phosphate|calcium|acne|graft|infection|fever|"
    r"hypertension|blood pressure|declined surgery)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:Response|Outcome|Course|Result|Effect)s?: ")
"""A digest's label: what follows it is the course of the disease and nothing else."""

_SPLIT = re.compile(r"[;:]|,? \b(?:but|whereas|although|though|while|yet)\b|, (?:and )?")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one sentence says of the course of the disease."""

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
    told = [one for one in after(story, given) if not one.cited] if given else []
    labelled = [one for one in story.sentences if _LABEL.match(one.text)]
    judged = [judge(one) for one in labelled or told]
    if not any(one.complete or one.partial or one.none or one.worse for one in judged):
        judged = [judge(one) for one in story.summary]
    good = [one for one in judged if one.complete or one.partial]
    bad = [one for one in judged if one.worse]
    none = [one for one in judged if one.none]
    if good:
        return _best(good, judged)
    if bad and len(bad) >= len(none):
        return _response("worsened", bad[-1].sentence, 0.5)
    if none:
        return _response("none", none[-1].sentence, 0.6)
    return None


def says(sentence: Sentence, value: Response) -> bool:
    """Whether a sentence can be the one that a response was judged from."""
    if value == "died":
        return bool(DIED.search(sentence.text))
    judged = judge(sentence)
    good = judged.complete or judged.partial
    return {"complete": judged.complete, "partial": good, "none": judged.none,
            "worsened": judged.worse}.get(value, False)  # fmt: skip


def _best(good: list[Judged], judged: list[Judged]) -> Field[Response]:
    complete = [one for one in good if one.complete]
    held = [one for one in judged if one.residue]
    if complete and not held:
        return _response("complete", complete[-1].sentence, 0.65)
    if complete and judged.index(complete[-1]) > judged.index(held[-1]):
        return _response("complete", complete[-1].sentence, 0.55)
    return _response("partial", good[0].sentence, 0.6)


def _response(value: Response, sentence: Sentence, sure: float) -> Field[Response]:
    return Field(value, (sentence.span,), "extracted", sure)


def judge(sentence: Sentence) -> Judged:
    """What the clauses of a sentence that speak of the disease say of its course."""
    text = _LABEL.sub("", sentence.text)
    clauses = [part for part in _SPLIT.split(text) if part and _of_disease(part)]
    said = [NONE.sub(" ", clause) for clause in clauses]
    fell = any(_number(m[2]) < _number(m[1]) for clause in said for m in _FELL.finditer(clause))
    return Judged(
        sentence,
        any(COMPLETE.search(clause) and not _only_felt(clause) for clause in said),
        fell or any(PARTIAL.search(clause) or COMPLETE.search(clause) for clause in said),
        any(NONE.search(clause) for clause in clauses),
        any(_WORSE.search(clause) for clause in clauses),
        bool(clauses) and bool(_RESIDUE.search(sentence.text)),
    )


_FELT = re.compile(r"\b(?:itch\w*|prurit\w*|burning|pain|tenderness|stinging)\b", re.IGNORECASE)


def _only_felt(clause: str) -> bool:
    """'The itch was gone' tells of one complaint, not of the disease."""
    rest = _FELT.sub(" ", clause)
    return bool(_FELT.search(clause)) and not TARGET.search(rest)


def _of_disease(clause: str) -> bool:
    return bool(TARGET.search(clause)) and not _ELSE.search(clause)


def _number(words: str) -> float:
    try:
        return float(words.strip(".,").replace(",", ""))
    except ValueError:
        return 0.0


def death(story: Story) -> Field[Response] | None:
    """'died' with its sentence, when the patient (and not a relative) did."""
    for sentence in reversed(story.everything):
        for match in DIED.finditer(sentence.text):
            at = match.start() + match.group().lower().find("d")
            if (
                not of_relative(sentence.text, at)
                and not sentence.cited
                and not _other_died(sentence.text[: match.start()])
            ):
                return _response("died", sentence, 0.9)
    return None


def _other_died(before: str) -> bool:
    return bool(
        re.search(
            r"\b(?:mother|father|sister|brother|wife|husband|aunt|uncle|grand\w+)\b(?:[^,;.]*)$",
            before,
            re.I,
        )
    )


def after(story: Story, given: Sequence[Therapy]) -> list[Sentence]:
    """The sentences from the first one on the reported treatment; all where none is reported."""
    reported = sorted(place for t in given if not t.prior for place, _ in t.drug.spans)
    prior = [t.drug.spans[0][0] for t in given if t.prior and t.drug.spans]
    later = [place for place in reported if not prior or place > max(prior)]
    begin = min(later or reported, default=0)
    return [one for one in story.sentences if one.end > begin]

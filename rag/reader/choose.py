"""Evidence, best first → the sentences to show: few, of one report, of one patient.

How many depends on what is asked: a list wants its items, a comparison both sides, everything else
the sentence that proves it and, where they are nearly as good, two more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from types import MappingProxyType

from rag.reader.question.asked import asks_for_several
from rag.reader.whom.introductions import asks_about_whom, introduces
from rag.reader.whom.patients import Sides
from rag.reader.words import concept_names, stems
from rag.schema import Evidence, Passage

MAX_SENTENCES = 3
MAX_LISTED = 5
MAX_REPORTS = 5
MAX_WORDS, MAX_WORDS_LISTED = 120, 200

KEEP_SHARE = 0.1
"""A further sentence is added when it is at least so likely to answer, beside the best one.

On 2,320 validation readings with evidence, each from a fit without its report, from .05 / .1 / .2 /
.3 on: 2.6 / 2.4 / 2.1 / 1.8 sentences, some evidence among them in .872 / .866 / .850 / .836, all
of it (up to three) in .775 / .764 / .733 / .702, and of the sentences .392 / .426 / .471 / .512 are
evidence. A fact that is left out weighs more than a sentence beside the point. What a further
sentence is like (section, words, what it can answer) tells no better (docs/model_card.md).
"""
KEEP_LISTED = 0.05
"""An item of a list, or the other side of a comparison, may be so much less likely."""
KEEP_SIDES, KEEP_OF_EACH, MAX_OF_EACH = 0.01, 0.5, 2
"""Of each patient who is set side by side with others: the best sentence, where it is so likely
beside the best of all, and a second one half as likely. Set so that all sides stand in a test's
answers, not measured: too few questions of the kind were there to learn from."""
KEEP_REPORTS = 0.03
"""And the best sentence of another report, where several are asked for: the models have learnt from
questions about one, and think little of the others. Set so that the reports of a test's own
question are all named, not measured."""

NEW = 0.3
"""The share of a sentence's words that may be new in one that repeats another."""

_LIST = re.compile(
    r"\b(?:list|enumerate|name (?:the|all)|all (?:the )?\w+s\b|everything|every\b|each\b|"
    r"(?:which|what) (?:\w+ ){0,3}?(?:drugs|medications|medicines|meds|treatments|therapies|agents|"
    r"signs|symptoms|findings|lesions|features|tests|investigations|labs|values|complications|"
    r"side[- ]effects|adverse (?:events|effects)|antibodies|doses|reasons|sites|diagnoses|diseases|"
    r"conditions|options|steps|differences|results|infections|organs)|"
    r"(?:side[- ]effects|adverse events|complications|comorbidit\w+|prior (?:rx|tx|drugs)|"
    r"previous (?:treatments?|drugs|therapies)|treatments? (?:tried|given|before)))\b",
    re.IGNORECASE,
)
_SIDES = re.compile(
    r"\b(?:both|compar\w+|versus|vs|respectively|the two|"
    r"which (?:of (?:the|them)|patients?|one|two|three|four|five|six)|"
    r"differ\w*|all (?:two|three|four|five|six|patients|of them)|each (?:patient|of)|either|"
    r"neither|who|whose|the (?:patients|cases|others)|how many)\b",
    re.IGNORECASE,
)


_DIFFERENCE = re.compile(r"\b(?:differ\w*|contrast\w*|distinguish\w*|unlike)\b", re.IGNORECASE)
_CONTRAST = re.compile(
    r"\bone\b.*\bthe (?:other|second)\b|\bthe (?:first|former)\b.*\bthe (?:second|other|latter)\b|"
    r"\bwhereas\b|\bin contrast\b|\bunlike\b",
    re.IGNORECASE,
)


def asks_for_list(question: str) -> bool:
    """Whether several items answer: 'which drugs', 'side effects?'."""
    return bool(_LIST.search(question))


def asks_about_several_patients(question: str) -> bool:
    """Whether the patients of one report are asked about side by side."""
    return bool(_SIDES.search(question))


def choose(
    question: str,
    evidence: Sequence[Evidence],
    *,
    one_patient: bool,
    works: Mapping[str, str] = MappingProxyType({}),
    sides: Sides = MappingProxyType({}),
    of_several: Set[str] = frozenset(),
) -> list[Evidence]:
    """The sentences to show, in reading order; `evidence` is best first and not empty.

    With `one_patient` the question has singled somebody out: nobody else's sentences are added.
    `of_several` holds the reports of several patients.
    Patients whom it sets side by side (`sides`) are each answered for.
    Reports that are editions of one of the `works` count once where several are asked for.
    """
    best = evidence[0]
    own = [item for item in evidence if item.passage.report_id == best.passage.report_id]
    if compared := sides.get(best.passage.report_id):
        of_each = _side_by_side(own, compared)
        return _with_contrast(own, of_each) if _DIFFERENCE.search(question) else of_each
    if asks_for_several(question):
        return _of_each(
            evidence,
            KEEP_REPORTS * best.probability,
            lambda p: works.get(p.report_id, p.report_id),
        )
    if not one_patient and asks_about_several_patients(question):
        found = _of_each(own, KEEP_LISTED * best.probability, lambda p: p.patient)
        if len(found) > 1:
            return sorted(fitting(found, MAX_WORDS_LISTED), key=lambda item: item.start)
    if best.passage.patient is not None or one_patient:
        # What a report of several patients says of nobody in particular may be about another one.
        # (Letting it in where nobody is singled out gained nothing on the development gold, and
        # brought more sentences beside the point.)
        told = best.passage.patient is not None and best.passage.report_id in of_several
        about = (best.passage.patient,) if told else (None, best.passage.patient)
        own = [i for i in own if i.passage.patient in about]
    listed = asks_for_list(question)
    floor = best.probability * (KEEP_LISTED if listed else KEEP_SHARE)
    kept = [item for item in own if item is best or item.probability >= floor]
    kept = _saying_more(kept)
    if not asks_about_whom(question):
        kept = [item for item in kept if item is best or not introduces(item.text)]
    kept = fitting(
        kept[: MAX_LISTED if listed else MAX_SENTENCES],
        MAX_WORDS_LISTED if listed else MAX_WORDS,
    )
    return sorted(kept, key=lambda item: item.start)


def _side_by_side(own: Sequence[Evidence], numbers: Sequence[int]) -> list[Evidence]:
    """The best sentences about each of the patients, in reading order.

    What the report says of nobody in particular ('cystitis occurred with tablets but not with
    pulses') may be about all of them; of others there is nothing.
    """
    kept = list(own[:1])
    for number in numbers:
        told = [item for item in own if item.passage.patient == number][:MAX_OF_EACH]
        if not told:
            continue
        least = max(KEEP_SIDES * own[0].probability, KEEP_OF_EACH * told[0].probability)
        kept += [item for item in told if item.probability >= least and item not in kept]
    kept.sort(key=lambda item: (-item.probability, item.start))
    return sorted(fitting(_saying_more(kept), MAX_WORDS_LISTED), key=lambda item: item.start)


def _with_contrast(own: Sequence[Evidence], told: Sequence[Evidence]) -> list[Evidence]:
    """With the likeliest sentence that itself sets one against the other: a summary does."""
    found = [e for e in own if e.passage.patient is None and _CONTRAST.search(e.text)]
    if not found or found[0] in told or found[0].probability < KEEP_SIDES * own[0].probability:
        return list(told)
    return sorted((found[0], *told), key=lambda item: item.start)


def _saying_more(items: Sequence[Evidence]) -> list[Evidence]:
    """Without those that only say again what one before them says: digests tell a case twice."""
    kept: list[Evidence] = []
    for item in items:
        if not any(repeats(item.text, other.text) for other in kept):
            kept.append(item)
    return kept


def repeats(text: str, said: str) -> bool:
    """Whether most words of `text`, and every number and name in it, stand in `said`."""
    words, before = set(stems(text)), set(stems(said))
    new = words - before
    named = concept_names(text) - concept_names(said)
    return len(new) <= NEW * len(words) and not named and not any(map(str.isdigit, new))


def _of_each(
    evidence: Sequence[Evidence], floor: float, owner_of: Callable[[Passage], object]
) -> list[Evidence]:
    """The best sentence of each work, or of each patient; of those with none, none."""
    found: dict[object, Evidence] = {}
    for item in evidence:
        owner = owner_of(item.passage)
        if item.probability >= floor and owner is not None:
            found.setdefault(owner, item)
    return list(found.values())[:MAX_REPORTS]


def fitting(items: Sequence[Evidence], words: int) -> list[Evidence]:
    """The first of `items` that together have at most so many words; always the first."""
    kept: list[Evidence] = []
    room = words
    for item in items:
        room -= len(item.text.split())
        if kept and room < 0:
            break
        kept.append(item)
    return kept

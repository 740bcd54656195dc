"""A patient's story → how the patient fared, with the sentence that it is judged from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from rag.records.context import of_relative
from rag.records.fared import features, tells
from rag.records.linear import shares
from rag.records.organs import parts_features
from rag.records.record import Field, Therapy
from rag.records.scores import score_features
from rag.records.story import Sentence, Story
from rag.records.telling import telling_features
from rag.records.words_of_course import (
    COMPLETE,
    DIED,
    ELSE,
    FELL,
    LABEL,
    NONE,
    PARTIAL,
    RESIDUE,
    SPLIT,
    TARGET,
    WORSE,
)
from rag.schema import Response


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
    """How the patient fared under the reported treatment; the span is the sentence judged from.

    A fitted model weighs the story and what its sentences say; a value without a sentence that can
    say it is not given, and a patient who died of the disease or under its treatment is 'died'.
    """
    told, judged = _judged(story, given)
    ranked = shares(course_features(story, given), sentence_features(story, given))
    alone = len(judged) == 1 and (len(told) <= _SHORT or not judged[0].partial)
    if alone and not death(story):
        # One sentence that tells of no gain, or nothing besides, is no matter of weight: it counts.
        ranked.insert(0, (_ALONE, _by_rule(judged), ()))
    for share, value, parts in ranked:
        if value == "not stated" or share < _LEAST:
            return None
        if sentence := _said(story, told, judged, value, parts):
            return Field(cast(Response, value), (sentence.span,), "extracted", round(share, 2))
    return None


def course_features(story: Story, given: Sequence[Therapy]) -> frozenset[str]:
    """What the response is judged from (see `rag.records.fared`, `organs` and `scores`)."""
    told, judged = _judged(story, given)
    before = ["given" if given else "nothing given"]
    before += ["death"] if death(story) else []
    before += ["labelled"] if any(LABEL.match(one.text) for one in story.sentences) else []
    before.append(f"rule {_by_rule(judged)}")
    before += parts_features(story.sentences[:_OPENING], told)
    before += score_features(told)
    kinds = [(one.sentence, _kinds(one)) for one in judged]
    return features(told, story.summary, kinds, before)


def sentence_features(story: Story, given: Sequence[Therapy]) -> list[frozenset[str]]:
    """What each sentence under treatment says of the course (see `rag.records.telling`)."""
    told, _ = _judged(story, given)
    return telling_features(told, [_kinds(judge(one)) for one in told])


_OPENING = 2  # sentences that say what the patient came with


def _kinds(one: Judged) -> frozenset[str]:
    return frozenset(name for name in _KINDS if getattr(one, name))


def by_rule(story: Story, given: Sequence[Therapy]) -> str:
    """The response by the order of the sentences alone: a feature of what is weighed."""
    return _by_rule(_judged(story, given)[1])


_KINDS = ("complete", "partial", "none", "worse", "residue")
_SHORT = 2  # sentences: the treatment, and what came of it
_ALONE = 0.6  # how sure the judgement of one sentence is
_LEAST = 0.2  # six responses: what is no likelier than this was not judged, but left over


def _judged(story: Story, given: Sequence[Therapy]) -> tuple[list[Sentence], list[Judged]]:
    """The sentences on the time under treatment, and those that say something of the course."""
    told = [one for one in (after(story, given) if given else story.sentences) if not one.cited]
    told = told or list(story.summary)
    labelled = [one for one in story.sentences if LABEL.match(one.text)]
    judged = [judge(one) for one in labelled or told]
    return told, [one for one in judged if one.complete or one.partial or one.none or one.worse]


def _said(
    story: Story,
    told: Sequence[Sentence],
    judged: Sequence[Judged],
    value: str,
    parts: Sequence[float],
) -> Sentence | None:
    """The sentence that says a response: the last that does by rule, for the end counts.

    Where none does, the one that the model takes it from, if it speaks of the patient's course;
    one that names what the disease shows itself by goes before all others.
    """
    if value == "died":
        return death(story)
    said = [one.sentence for one in judged or map(judge, story.summary) if _is(one, value)]
    if said or not parts:
        return said[-1] if said else None
    telling = [(part, one) for part, one in zip(parts, told, strict=True) if _tells(one)]
    named = [(part, one) for part, one in telling if TARGET.search(one.text)]
    return max(named or telling, key=lambda one: (one[0], one[1].start), default=(0, None))[1]


def _tells(sentence: Sentence) -> bool:
    """Whether a sentence can tell of the course without the words that a rule knows."""
    text = sentence.text
    if ELSE.search(text) or of_relative(text, len(text)):
        return False
    named = any(mention.concept.kind == "drug" for mention in sentence.mentions)
    return not named or bool(TARGET.search(text)) or tells(text)


def _is(one: Judged, value: str) -> bool:
    good = one.complete or one.partial
    return {"complete": one.complete, "partial": good, "none": one.none,
            "worsened": one.worse}.get(value, False)  # fmt: skip


def _by_rule(judged: Sequence[Judged]) -> str:
    """The response by the order of the sentences alone, one of the features."""
    good = [one for one in judged if one.complete or one.partial]
    bad, none = [one for one in judged if one.worse], [one for one in judged if one.none]
    if not good:
        return "worsened" if bad and len(bad) >= len(none) else "none" if none else "not stated"
    complete = [at for at, one in enumerate(judged) if one.complete]
    held = [at for at, one in enumerate(judged) if one.residue]
    return "complete" if complete and (not held or complete[-1] > held[-1]) else "partial"


def says(sentence: Sentence, value: Response) -> bool:
    """Whether a sentence can be the one that a response was judged from."""
    if value == "died":
        return bool(DIED.search(sentence.text))
    return _is(judge(sentence), value)


def judge(sentence: Sentence) -> Judged:
    """What the clauses of a sentence that speak of the disease say of its course."""
    text = LABEL.sub("", sentence.text)
    clauses = [part for part in SPLIT.split(text) if part and _of_disease(part)]
    said = [NONE.sub(" ", clause) for clause in clauses]
    fell = any(_number(m[2]) < _number(m[1]) for clause in said for m in FELL.finditer(clause))
    return Judged(
        sentence,
        any(COMPLETE.search(clause) and not _only_felt(clause) for clause in said),
        fell or any(PARTIAL.search(clause) or COMPLETE.search(clause) for clause in said),
        any(NONE.search(clause) for clause in clauses),
        any(WORSE.search(clause) for clause in clauses),
        bool(clauses) and bool(RESIDUE.search(sentence.text)),
    )


_FELT = re.compile(r"\b(?:itch\w*|prurit\w*|burning|pain|tenderness|stinging)\b", re.IGNORECASE)


def _only_felt(clause: str) -> bool:
    """'The itch was gone' tells of one complaint, not of the disease."""
    rest = _FELT.sub(" ", clause)
    return bool(_FELT.search(clause)) and not TARGET.search(rest)


def _of_disease(clause: str) -> bool:
    return bool(TARGET.search(clause)) and not ELSE.search(clause)


def _number(words: str) -> float:
    try:
        return float(words.strip(".,").replace(",", ""))
    except ValueError:
        return 0.0


def death(story: Story) -> Sentence | None:
    """The last sentence that says that the patient (and not a relative) died."""
    for sentence in reversed(story.everything):
        for match in DIED.finditer(sentence.text):
            at = match.start() + match.group().lower().find("d")
            if (
                not of_relative(sentence.text, at)
                and not sentence.cited
                and not _other_died(sentence.text[: match.start()])
            ):
                return sentence
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

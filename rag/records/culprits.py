"""A patient's drugs → those that the report holds to have brought the disease on.

Who fell ill on nivolumab was not treated with it: such a drug came before, and is marked as
digests mark it, 'nivolumab (suspected cause)'. It is one where the words say so, or where a drug
that is known to provoke dermatomyositis, and treats nobody's, was stopped.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.lexicon import lexicon
from rag.records.drugs import covers
from rag.records.record import Therapy
from rag.records.story import Sentence, Story

MARK = " (suspected cause)"

_STOPPED_FOR_IT = ("immune checkpoint inhibitor", "hydroxyurea", "D-penicillamine")
"""Drugs that provoke dermatomyositis and are no treatment of it: reports of each are on file."""
_PRONE = (*_STOPPED_FOR_IT, "TNF inhibitor", "statin")
"""Drugs of which a report says that they were 'suspected', without saying of what."""

_ILL = r"(?:dermatomyositis|(?-i:DM)|myositis|(?:the |her |his )?(?:disease|eruption|rash|illness|condition|lesions|weakness))"
_INDUCED = re.compile(
    rf"-(?:induced|associated|related|triggered|provoked) (?:[\w-]+ ){{0,3}}?{_ILL}\b", re.I
)
_BY = re.compile(
    rf"\b{_ILL}\b[^.;:]{{0,60}}?\b(?:(?:induced|caused|triggered|provoked|precipitated|unmasked|brought on|set off) by|(?:attributed|ascribed) to|blamed on|due to)"
    r"(?: (?:the|his|her|long-term|treatment with|therapy with|intake of|use of))*(?: [\w-]+(?:,| and| or))* $",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|neither|nor|no|unlikely|rather than|unrelated|ruled out|seemed|turned out|mistaken|initially|at first)\b",
    re.I,
)
_SUSPECTED_BEFORE = re.compile(
    r"\b(?:suspected|blamed|incriminated|implicated|accused)(?: (?:the|his|her|that|it was))* $",
    re.I,
)
_SUSPECTED_AFTER = re.compile(
    r"^(?: and [\w-]+)? (?:was|were) (?:(?:therefore|then|first|also|strongly) )?(?:suspected|blamed|incriminated|implicated|held responsible|thought (?:to be )?responsible|considered the (?:cause|trigger|culprit)|the (?:culprit|suspect|trigger))\b",
    re.IGNORECASE,
)
_ENDED = r"(?:stopped|withdrawn|discontinued|withheld|suspended|interrupted|ended|replaced|exchanged|abandoned|(?:not|never) (?:given again|resumed|restarted))"
_STOPPED_AFTER = re.compile(
    rf"^[^.;]{{0,60}}?\b(?:was|were|had been|has been) (?:[\w-]+ ){{0,3}}?{_ENDED}\b", re.I
)
_STOPPED_BEFORE = re.compile(
    r"\b(?:stopp(?:ed|ing)|withdr(?:ew|awal of|awing)|discontinu(?:ed|ing|ation of)|withh(?:eld|olding)|exchanged|replaced|suspended|cessation of|removal of)(?: (?:the|his|her))? $",
    re.IGNORECASE,
)
_ALL_STOPPED = re.compile(
    rf"\b(?:the|both|all|this|immunotherapy)(?: (?:two|monoclonal|immune|checkpoint))* (?:drugs?|antibod(?:y|ies)|inhibitors?|ICIs?|agents?|infusions)? ?(?:was|were) (?:[\w-]+ ){{0,2}}?{_ENDED}\b",
    re.IGNORECASE,
)
_IN_TITLE = re.compile(
    r"\b(?:after|following|induced by|triggered by|caused by|provoked by|due to|under|during|associated with)\b[^:.;]*$",
    re.IGNORECASE,
)


def marked(story: Story, given: Sequence[Therapy]) -> tuple[Therapy, ...]:
    """The therapies, those that are blamed for the disease as prior and with `MARK`."""
    return tuple(_marked(story, one) for one in given)


def _marked(story: Story, one: Therapy) -> Therapy:
    name = one.drug.value
    if _is_blamed(story, name):
        return replace(one, drug=replace(one.drug, value=f"{name}{MARK}"), prior=True)
    if _is(name, "statin") and any(
        _STOPPED_BEFORE.search(sentence.text[:a]) or _STOPPED_AFTER.match(sentence.text[b:])
        for sentence in story.everything
        for a, b in _named(sentence, name)
    ):
        return replace(one, prior=True)  # stopped to be on the safe side, and no treatment
    return one


def _is_blamed(story: Story, name: str) -> bool:
    stopped = any(_is(name, one) for one in _STOPPED_FOR_IT)
    prone = any(_is(name, one) for one in _PRONE)
    told = [*story.everything, *([story.heading] if story.heading else [])]
    for sentence in told:
        if sentence.cited:
            continue
        if any(_is(name, drug) for drug in _in_names(sentence)):
            return not _DENIED.search(sentence.text)
        if any(_says(sentence.text, a, b, prone, stopped) for a, b in _named(sentence, name)):
            return True
        # 'Ipilimumab and nivolumab … Both antibodies were stopped.'
        if stopped and _ALL_STOPPED.search(sentence.text):
            return True
    return stopped and _in_title(story, name)


def _says(text: str, start: int, end: int, prone: bool, stopped: bool) -> bool:
    before, after = text[:start], text[end:]
    if _INDUCED.match(after) or _BY.search(before):
        return not _DENIED.search(before[-60:])
    if prone and (_SUSPECTED_BEFORE.search(before) or _SUSPECTED_AFTER.match(after)):
        return not _DENIED.search(before[-30:])
    return stopped and bool(_STOPPED_BEFORE.search(before) or _STOPPED_AFTER.match(after))


def _in_title(story: Story, name: str) -> bool:
    """'Dermatomyositis after pembrolizumab': the title tells what came before the disease."""
    return "paraneoplastic" not in story.title.lower() and any(
        _is(name, mention.concept.name) and _IN_TITLE.search(story.title[: mention.start])
        for mention in lexicon().find(story.title)
        if mention.concept.kind == "drug"
    )


def _named(sentence: Sentence, name: str) -> Iterator[tuple[int, int]]:
    """Where a sentence names the drug or a class of it."""
    for mention in sentence.mentions:
        if mention.concept.kind == "drug" and _is(name, mention.concept.name):
            yield mention.start, mention.end


def _in_names(sentence: Sentence) -> Iterator[str]:
    """The drugs in names of forms of the disease: 'etanercept-induced dermatomyositis'."""
    for mention in sentence.mentions:
        head, induced, _ = mention.text.partition("-induced")
        concept = lexicon().concept(head) if induced and mention.concept.kind == "subtype" else None
        if concept is not None and concept.kind == "drug":
            yield concept.name


def _is(name: str, broad: str) -> bool:
    return name == broad or covers(broad, name)

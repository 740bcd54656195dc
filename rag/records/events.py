"""A patient's story → adverse events of the treatment, in the words of the text."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.records.context import context
from rag.records.harm import reaction_before
from rag.records.record import Field, Span
from rag.records.story import Sentence, Story

_NONE = re.compile(
    r"\b(?:no|without(?: any)?|nor any|free of) (?:\w+ ){0,2}?(?:adverse (?:events?|effects?|reactions?)|side[- ]effects?|toxicit\w+|complications?)\b"
    r"|\b(?:was|were|is) (?:\w+ )?well tolerated\b|\btolerated (?:it |them )?well\b",
    re.IGNORECASE,
)
_STOPPED = (
    r"(?:stopped|discontinued|withdrawn|abandoned|interrupted|withheld|replaced|left off|given up|"
    r"reduced|halved|lowered|restricted|suspended)"
)
_REASON = r"(?:because of|due to|owing to|on account of|in view of|after she developed|after he developed|following)"
_EVENT = (
    re.compile(
        rf"\b{_STOPPED}\b[^.;]{{0,40}}?\b{_REASON} (?P<event>[^.;]{{3,80}}?)(?=[.;]|, (?:and|but|which|when|so)\b| and (?:was|were|she|he|the)\b|$)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:caused|provoked|induced|complicated by|brought out|led to|produced|resulted in|gave rise to)(?: only)? (?P<event>(?:an? |her |his |the |transient |mild |severe )?"
        r"[\w' -]{3,70}?)(?=[.;,]| and (?:was|were|she|he|had)\b| which\b| that\b| on day\b| when\b|$)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:side[- ]effects?|adverse (?:events?|effects?|reactions?)|toxicity) (?:were|was|included|consisted of|noted were|apart from|:)\s*(?P<event>[^.;]{3,80})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:[Aa]part from|[Ee]xcept for) (?P<event>[^.;,]{3,60}),? (?:there were no|(?:she|he) (?:had|noticed|reported) no) (?:side|adverse)"
    ),
)
_WITHDREW = re.compile(
    r"\b(?:dose|lack of|effect|improvement|wish|pregnan\w+|remission|cost|insur\w+|surgery|benefit|inefficacy|failure)\b",
    re.I,
)
# Signs that a drug does and the disease does not.
_TOXIC = frozenset(
    [
        "neutropenia",
        "leukopenia",
        "pancytopenia",
        "methaemoglobinaemia",
        "haemolytic anaemia",
        "hepatotoxicity",
        "herpes zoster",
        "deep vein thrombosis",
        "pulmonary embolism",
        "thromboembolism",
        "aseptic meningitis",
        "peripheral neuropathy",
        "retinopathy",
        "infusion reaction",
        "anaphylaxis",
        "hypersensitivity reaction",
        "Cushing's syndrome",
        "steroid-induced diabetes",
        "osteonecrosis",
        "cataract",
        "steroid myopathy",
        "drug reaction with eosinophilia and systemic symptoms",
        "Pneumocystis jirovecii pneumonia",
        "cytokine storm",
        "immune effector cell-associated neurotoxicity syndrome",
        "vertebral fracture",
        "thrombocytopenia",
        "urticaria",
        "headache",
        "nausea",
        "vomiting",
        "diarrhoea",
        "hypertension",
        "hyperglycaemia",
        "weight gain",
        "oral ulcer",
    ]
)


def adverse_events(story: Story, start: int | None) -> tuple[Field[str], ...]:
    """What went wrong under treatment, each once, in the order of the text.

    `start` is where the first therapy stands in the report's text; None when there was none, and
    then there are no adverse events. 'No adverse events' is said as the text says it.
    """
    if start is None:
        return ()
    found: list[tuple[Span, str, float]] = []
    for sentence in story.sentences:
        if sentence.cited or sentence.end <= start:
            continue
        found += _stated(sentence)
        found += _reactions(sentence, found)
        found += _toxic(sentence, found)
    return tuple(Field(text, (span,), "extracted", sure) for span, text, sure in sorted(found))


def _stated(sentence: Sentence) -> list[tuple[Span, str, float]]:
    found = []
    for pattern in _EVENT:
        for match in pattern.finditer(sentence.text):
            if not _WITHDREW.search(match["event"]):
                a, b = match.span("event")
                if sentence.text[a:b].endswith(")") and "(" not in sentence.text[a:b]:
                    b -= 1  # '(stopped because of raised ALT)'
                found.append((sentence.at(a, b), sentence.text[a:b], 0.7))
    for match in _NONE.finditer(sentence.text):
        found.append((sentence.at(*match.span()), match.group(), 0.8))
    return found


def _reactions(
    sentence: Sentence, known: list[tuple[Span, str, float]]
) -> list[tuple[Span, str, float]]:
    """'An allergic reaction to hydroxychloroquine', in the words of the text."""
    found = []
    for mention in sentence.mentions:
        start = reaction_before(sentence.text, mention.start)
        if start is None or mention.concept.kind != "drug":
            continue
        said = context(sentence.text, start, mention.end)
        span = sentence.at(start, mention.end)
        apart = all(b <= span[0] or span[1] <= a for (a, b), _, _ in known)
        if said.asserted and not said.denied and apart:
            found.append((span, sentence.text[start : mention.end], 0.7))
    return found


def _toxic(
    sentence: Sentence, known: list[tuple[Span, str, float]]
) -> list[tuple[Span, str, float]]:
    found = []
    for mention in sentence.mentions:
        if mention.concept.name not in _TOXIC or mention.corrected:
            continue
        said = context(sentence.text, mention.start, mention.end)
        span = sentence.at(mention.start, mention.end)
        inside = any(a <= span[0] and span[1] <= b for (a, b), _, _ in known)
        if said.asserted and not said.denied and not inside:
            found.append((span, mention.text, 0.6))
    return found

"""The sentences of an answer → its short answer: a stretch of one of them, or none.

Small networks weigh the proposed stretches (`rag.reader.short.proposals`,
`rag.reader.short.span_features`) and say how probable it is that the best one answers;
`rag.training.short` makes them. Below the
threshold there is no short answer: a wrong one is worse than none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from rag.reader.networks.evidence import EvidenceReader, Place, shipped_reader
from rag.reader.networks.spans import ReadSentence
from rag.reader.networks.text import Text
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import DOSE
from rag.reader.question.subject import named_drugs
from rag.reader.short.denials import denied
from rag.reader.short.kind import is_of_kind, kind_asked
from rag.reader.short.misleading import misleads
from rag.reader.short.polarity import Polarity, affirmed, polarity
from rag.reader.short.proposals import Candidate, Sentence, candidates
from rag.reader.short.replies import is_no_reply, names_others
from rag.reader.short.shorten import whole_dose
from rag.reader.short.span_features import FEATURES, features, of_other_drug
from rag.reader.short.survival import asks_for_survival
from rag.reader.short.values import is_no_time
from rag.reader.weighing.model import Networks, load_networks, sigmoid
from rag.schema import Evidence

WEIGHTS = "short.json"
_DOSED = frozenset({"dose", "drug", "how"})
"""Kinds of question that want a dose as a whole; how long a drug was given is but part of it."""
_LEAD = re.compile(r"(Yes|No)(?:: |$)")


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words shown, the number of the sentence that they stand in, and how probable they are.

    `words` is ``sentence[start:end]``, after 'Yes: ' or 'No: ' where that is sure; 'Yes' or 'No'
    alone where the stretch names other things than the question does.
    """

    words: str
    sentence: int
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """The small networks that weigh candidates, and the least probability that is shown.

    `thresholds` are those of single kinds of question (`rag.reader.short.kind`), `threshold` that
    of all others.
    """

    networks: Networks
    threshold: float
    thresholds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def least(self, question: str) -> float:
        """The least probability at which a short answer to `question` is shown."""
        return self.thresholds.get(kind_asked(question), self.threshold)


@cache
def shipped_weighing() -> Weighing | None:
    """The weights that come with Casebook; None when they are missing."""
    path = files("rag.reader").joinpath(WEIGHTS)
    return weighing(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def weighing(stored: Mapping[str, Any]) -> Weighing:
    """The networks as short.json holds them. Raises ValueError for other features."""
    networks = load_networks(stored, "short", FEATURES)
    return Weighing(networks, float(stored["threshold"]), stored.get("thresholds", {}))


def briefly(
    question: str, query: str, sentences: Sequence[Sentence], weighing: Weighing
) -> ShortAnswer | None:
    """The short answer to `question`, read as `query`, in the sentences that are shown."""
    proposed = proposals(question, sentences)
    if not proposed:
        return None
    rows = features(question, query, sentences, proposed)
    logits = weighing.networks.logits(rows)
    best = max(range(len(proposed)), key=lambda i: (round(float(logits[i]), 6), -i))
    probability = round(sigmoid(float(logits[best])), 4)
    one = proposed[best]
    text = sentences[one.sentence].text
    if probability < weighing.least(question) or refused(question, query, text, one.start, one.end):
        return None  # what comes second is no better for it
    start, end = one.start, one.end
    if kind_asked(question) in _DOSED and DOSE.search(text[start:end]):
        start, end = whole_dose(text, start, end)
    words = text[start:end]
    if said := _yes_or_no(question, text, one.start, one.end):
        words = said if names_others(question, words) else f"{said}: {words}"
    return ShortAnswer(words, one.sentence, start, end, probability)


def proposals(question: str, sentences: Sequence[Sentence]) -> list[Candidate]:
    """The stretches that are weighed: those that may answer, but for other things than the time
    that is asked for.
    """
    return [
        one
        for one in candidates(question, sentences)
        if not is_no_time(question, sentences[one.sentence].text[one.start : one.end])
    ]


def refused(question: str, query: str, sentence: str, start: int, end: int) -> bool:
    """Whether ``sentence[start:end]`` can be no short answer to `question`, read as `query`.

    It is the dose of another drug, it misleads, is not of the kind that is asked for, or is no
    reply to a question of yes or no.
    """
    # Of the drugs of a conversation the question may mean one: 'how much azathioprine?'
    drugs = named_drugs(question) or named_drugs(query)
    words = sentence[start:end]
    return (
        of_other_drug(sentence, start, end, drugs)
        or misleads(question, sentence, start, end)
        or not is_of_kind(question, words)
        or (is_no_reply(question, words) and not _yes_or_no(question, sentence, start, end))
    )


def _yes_or_no(question: str, sentence: str, start: int, end: int) -> Polarity | None:
    said = polarity(question, sentence, start, end)
    return said or denied(question, sentence, start, end)


def short_of(
    question: str, query: str, read: Mapping[Place, ReadSentence], told: Sequence[Evidence]
) -> str | None:
    """The short answer to `question`, read as `query`, in sentences of one report, best first.

    `read` holds the sentences that were read already. 'Yes' or 'No' alone where the best sentence
    says so and no stretch of it is sure to answer. None where nothing is sure enough, or where the
    weights are missing. Raises ModelError.
    """
    reader, weighing = shipped_reader(), shipped_weighing()
    if reader is None or weighing is None:
        return None
    found = briefly(question, query, as_read(query, told, read, reader), weighing)
    said = [affirmed(question, item.text) for item in told]
    lead = _LEAD.match(found.words) if found else None
    leads = {lead[1], *said} if lead else {*said}
    if {"Yes", "No"} <= leads:
        # Of two patients, or of two times: neither is the answer.
        return None if found is None or lead else found.words
    if found:
        return found.words
    # Whether somebody lived stands in any of them; else the best sentence alone is sure enough.
    sure = said if asks_for_survival(asked_part(question)) else said[:1]
    return next((one for one in sure if one), None)


def as_read(
    query: str,
    told: Sequence[Evidence],
    read: Mapping[Place, ReadSentence],
    reader: EvidenceReader,
) -> list[Sentence]:
    """The sentences told, each as it was read; those that were not are read now."""
    known = [read.get((item.passage.report_id, item.start)) for item in told]
    new = [Text("", item.text) for item, one in zip(told, known, strict=True) if one is None]
    now = iter(reader.read(query, new).read)
    return [
        Sentence(item.text, item.probability, one or next(now))
        for item, one in zip(told, known, strict=True)
    ]

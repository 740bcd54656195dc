"""Validation questions read twice → how both readings are weighed, and when to be silent.

The evidence reader has learnt from the train split and knows its questions too well; the few
numbers here are fitted on the validation split, and every figure and the threshold come from
questions of reports that a fit did not see (cross-validation by report).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rag.reader.networks.again import (
    AGAIN_FEATURES,
    ANSWERABLE_FEATURES,
    again_features,
    answerable_features,
    rows_to_read_again,
    texts_of,
    with_the_rest,
)
from rag.reader.networks.reading_again import Reads
from rag.training.listwise import fit_networks, stored_networks
from rag.training.reader import (
    Asked,
    Example,
    Logits,
    Say,
    answers,
    asked_features,
    counts,
    fitted_apart,
    group,
    say_hits,
    say_silence,
)
from rag.training.silence import fit_silence


@dataclass(frozen=True, slots=True)
class Again:
    """A question after both readings.

    `example` with the features and labels of what was read again in place of its own, `first`
    as it was, with the log-odds of the first reading; `rows` are the places that were read again.
    """

    example: Example
    first: Example
    logits: Logits
    rows: list[int]
    relevance: Logits


def read_again(
    read: Sequence[Example],
    logits: Sequence[Logits],
    asked: Asked,
    evidence: Reads,
) -> Iterator[Again]:
    """The best sentences of each question by `logits`, read by the network."""
    for example, own in zip(read, logits, strict=True):
        rows = rows_to_read_again(own)
        texts = texts_of(rows, example.candidates, asked.reports, asked.introduced)
        relevance = evidence.read(example.question.text, texts).relevance
        yield again(example, own, rows, relevance)


def again(example: Example, logits: Logits, rows: list[int], relevance: Logits) -> Again:
    """One question with what the network said of its sentences at `rows`."""
    features = again_features(example.features, logits, rows, relevance)
    small = replace(
        example,
        candidates=[example.candidates[row] for row in rows],
        features=features,
        labels=example.labels[rows],
    )
    return Again(small, example, logits, rows, relevance)


def fit_again(
    read: Sequence[Again], off_topic: Sequence[Again], say: Say = print
) -> dict[str, Any]:
    """The networks of the second reading and its threshold, as written to weights.json."""
    own = [one.example for one in read]
    parts, fold = fitted_apart(own, lambda e: e.features, lambda e: e.labels)
    taught = [e for e in own if e.question.answerable and e.labels.any()]
    last = fit_networks([e.features for e in taught], [e.labels for e in taught])
    final = [parts[fold[group(e)]].logits(e.features) for e in own]
    final += [last.logits(one.example.features) for one in off_topic]
    every = list(zip([*read, *off_topic], final, strict=True))
    whole = [(one.first, with_the_rest(one.logits, one.rows, x)) for one, x in every]
    asked = [(e, x) for e, x in whole[: len(read)] if e.question.answerable]
    say_hits(asked, say, "both readings")
    kept = [
        (e, answerable_features(asked_features(e, x), one.relevance, y))
        for (one, y), (e, x) in zip(every, whole, strict=True)
        if counts(e)
    ]
    rows = np.vstack([row for _, row in kept])
    labels = np.asarray([answers(e.question) for e, _ in kept])
    threshold = say_silence([e for e, _ in kept], rows, labels, say)
    return {
        "again": stored_networks(last, AGAIN_FEATURES),
        "answerable": stored_networks(fit_silence(rows, labels), ANSWERABLE_FEATURES)
        | {"threshold": round(threshold, 4)},
    }

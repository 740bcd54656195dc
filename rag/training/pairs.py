"""Questions with evidence → pairs to learn from: a query, what answers it, what nearly does.

A pair is drawn anew in every epoch: the query bare, with its abbreviations spelled out, or with
words that say which patient is meant; the answer as a sentence or as a whole passage. The wrong
answers come from the same report, because that is where a clinician's terse question goes wrong:
'the IVIG ulcer patient: LDH?' is about the report in every sentence, and about LDH in one.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed import SentenceEncoder
from rag.held import is_held
from rag.schema import Case, Report
from rag.search import expanded_query, searched_expansions
from rag.sentences import sentence_spans
from rag.training.questions import Question

HARD_SENTENCES, HARD_PASSAGES = 8, 4
"""Of the wrong answers, how many count as looking like the question."""

_MYOSITIS = re.compile(r"myositis|myopath|MDA-?5|TIF1|Jo-1|calcinosis|Gottron", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to learn; `negatives` are of the same form and the same document as `positive`."""

    query: str
    positive: str
    negatives: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Source:
    """A question with everything that a pair can be drawn from.

    `right` and `wrong` are sentences, `right_passages` and `wrong_passages` search texts; `hard`
    and `hard_passages` are the wrong ones that look most like the question.
    """

    question: str
    expanded: str
    subject: tuple[str, ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    right_passages: tuple[str, ...]
    wrong_passages: tuple[str, ...]
    group: str
    hard: tuple[str, ...] = ()
    hard_passages: tuple[str, ...] = ()


def draw(source: Source, dice: random.Random, *, passages: bool, hard: bool = False) -> Pair:
    """One pair of `source`: sentences, or `passages` where it has them.

    With `hard` there is a second wrong answer, one of those that look like the question if they
    are known; with few wrong answers it may be the first again.
    """
    by_passage = passages and bool(source.right_passages and source.wrong_passages)
    right = source.right_passages if by_passage else source.right
    wrong = source.wrong_passages if by_passage else source.wrong
    query = source.expanded if dice.random() < 0.7 else source.question
    if source.subject and dice.random() < 0.5:
        query = with_subject(query, source.subject, dice)
    positive, negatives = dice.choice(right), [dice.choice(wrong)]
    if hard:
        negatives.append(
            dice.choice((source.hard_passages if by_passage else source.hard) or wrong)
        )
    return Pair(query, positive, tuple(negatives), source.group)


def with_subject(query: str, subject: Sequence[str], dice: random.Random) -> str:
    """`query` with one to three words of who is meant, as clinicians put them."""
    said = dice.sample(list(subject), min(len(subject), dice.choice((1, 2, 2, 3))))
    before = " ".join(said)
    return dice.choice(
        (
            f"{before}: {query}",
            f"{before} - {query}",
            f"In the patient with {', '.join(said)}, {query[:1].lower()}{query[1:]}",
            f"{query} ({before})",
        )
    )


def subject_words(cases: Sequence[Case]) -> tuple[str, ...]:
    """Words by which a report's only patient may be named: age and sex, drug, antibody, sign."""
    if len(cases) != 1:
        return ()
    case = cases[0]
    words: list[str] = []
    if case.age is not None and case.sex:
        noun = "F" if case.sex == "female" else "M"
        words += [f"{case.age:g}{noun}", f"{case.age:g}-year-old {case.sex}", f"{case.age:g}yo"]
    words += [t.drug for t in (*case.treatment, *case.prior_treatments) if len(t.drug) < 40]
    words += [*case.antibodies, *(f for f in case.features if len(f) < 40)]
    if case.subtype:
        words.append(case.subtype)
    return tuple(dict.fromkeys(words))


def domain_sources(
    asked: Sequence[Question], report: Report, passages: Sequence[tuple[int, int, str]]
) -> list[Source]:
    """Sources from the questions about one report; `passages` are (start, end, search text)."""
    spans = [span for start, end, _ in passages for span in sentence_spans(report.text, start, end)]
    subject = subject_words(report.cases)
    found = []
    for question in asked:
        if not question.answerable or not question.spans:
            continue
        right = [report.text[a:b] for a, b in spans if question.holds(a, b)]
        wrong = [report.text[a:b] for a, b in spans if not question.holds(a, b)]
        if not right or not wrong:
            continue
        found.append(
            Source(
                question.text,
                expanded_query(question.text, searched_expansions(question.text)),
                subject,
                tuple(right),
                tuple(wrong),
                tuple(text for a, b, text in passages if question.held_by(a, b)),
                tuple(text for a, b, text in passages if not question.held_by(a, b)),
                report.id,
            )
        )
    return found


def with_hard_ones(sources: Sequence[Source], encoder: SentenceEncoder) -> list[Source]:
    """The sources with the wrong answers that `encoder` finds nearest to their question."""
    texts = [text for s in sources for text in (s.expanded, *s.wrong, *s.wrong_passages)]
    every = sorted(dict.fromkeys(texts), key=lambda text: (len(text), text))
    vectors = dict(zip(every, encoder.encode(every), strict=True))

    def nearest(question: str, wrong: Sequence[str], count: int) -> tuple[str, ...]:
        if not wrong:
            return ()
        cosines = np.stack([vectors[text] for text in wrong]) @ vectors[question]
        return tuple(wrong[i] for i in np.argsort(-cosines, kind="stable")[:count])

    return [
        replace(
            s,
            hard=nearest(s.expanded, s.wrong, HARD_SENTENCES),
            hard_passages=nearest(s.expanded, s.wrong_passages, HARD_PASSAGES),
        )
        for s in sources
    ]


def squad_sources(folder: Path) -> list[Source]:
    """SQuAD 2.0 questions of the trained four fifths: the sentence with the answer."""
    paragraphs = {d["id"]: d for d in lines(folder / "docs.jsonl")}
    found = []
    for item in lines(folder / "queries.jsonl"):
        paragraph = paragraphs[item["para"]]
        if item["impossible"] or is_held(paragraph["title"]):
            continue
        at = item["answers"][0][1]
        text = paragraph["text"]
        spans = sentence_spans(text, 0, len(text))
        right = tuple(text[a:b] for a, b in spans if a <= at < b)
        wrong = tuple(text[a:b] for a, b in spans if not a <= at < b)
        if right and wrong:
            found.append(Source(item["text"], item["text"], (), right, wrong, (), (), item["para"]))
    return found


def trained_snippets(
    folder: Path,
) -> Iterator[tuple[dict[str, Any], list[tuple[dict[str, Any], list[str]]]]]:
    """Each BioASQ question with the documents of the trained four fifths, and their snippets.

    Documents are in the order of their ids.
    """
    documents = {d["id"]: d for d in lines(folder / "docs.jsonl")}
    for item in lines(folder / "queries.jsonl"):
        by_document: dict[str, list[str]] = defaultdict(list)
        for snippet in item["snippets"]:
            document = documents.get(snippet["doc"])
            if document and not is_held(document["title"], document["id"]):
                by_document[document["id"]].append(snippet["text"])
        yield item, [(documents[name], texts) for name, texts in sorted(by_document.items())]


def bioasq_sources(folder: Path) -> list[Source]:
    """BioASQ questions with snippets of the trained four fifths, and their abstracts."""
    found = []
    for item, by_document in trained_snippets(folder):
        # Six: a question with forty abstracts must not outweigh one with two.
        for document, snippets in by_document[:6]:
            text = document["text"]
            sentences = [text[a:b] for a, b in sentence_spans(text, 0, len(text))]
            wrong = tuple(s for s in sentences if not any(s in t or t in s for t in snippets))
            if wrong:
                found.append(
                    Source(
                        item["text"], item["text"], (), tuple(snippets), wrong, (), (), item["id"]
                    )
                )
    return found


def off_topic_questions(data: Path) -> list[str]:
    """Questions that no case report about myositis answers: everyday ones, and medical ones.

    The medical ones (BioASQ) matter: 'which antibiotic treats typhoid fever?' looks much like what
    clinicians ask of these reports.
    """
    titles = {d["id"]: d["title"] for d in lines(data / "squad2dev" / "docs.jsonl")}
    everyday = [
        item["text"]
        for item in lines(data / "squad2dev" / "queries.jsonl")
        if not is_held(titles[item["para"]])
    ]
    medical = [
        item["text"]
        for item in lines(data / "bioasq" / "queries.jsonl")
        if not is_held("", item["id"]) and not _MYOSITIS.search(item["text"])
    ]
    return everyday[::20] + medical


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON lines file."""
    # Not splitlines: a text may hold U+2028, which JSON does not escape.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]

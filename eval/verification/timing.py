"""`python -m eval.verification.timing`: processor time of checking an answer of four sentences.

Answers are made of development samples, true and false, four of one report each, drawn by a seed.
All are checked as `rag.llm` does, with the shipped encoder on one thread. What is read once in a
process (lexicon, stems) is read before, and the vectors of the cited sentences are there, as a
library has stored them; each report is checked for the first time.
"""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

from eval.verification.answers import Sample, Span, citations, load, report
from eval.verification.measure import HALVES
from rag.embed import SentenceEncoder
from rag.schema import Citation
from rag.verify.check import verify
from rag.verify.likeness import likeness
from rag.verify.support import support
from rag.verify.vectors import Vectors

SEED = 20261122
SENTENCES = 4
ANSWERS = 100
_MARK = re.compile(r"\[(\d+)\]")


def answers(samples: Sequence[Sample]) -> Iterator[tuple[str, tuple[Citation, ...]]]:
    """Answers of `SENTENCES` sentences about one report, with their citations numbered through."""
    rng = random.Random(SEED)
    of: dict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        if one.half == HALVES[0] and one.kind != "citation":
            of[one.report].append(one)
    for name in rng.choices(sorted(of), k=ANSWERS):
        yield _joined(rng.sample(of[name], min(SENTENCES, len(of[name]))))


def _joined(samples: Sequence[Sample]) -> tuple[str, tuple[Citation, ...]]:
    """One answer of several samples; equal spans have one number."""
    spans = list(dict.fromkeys(span for one in samples for span in one.spans))
    texts = [_renumbered(one, spans) for one in samples]
    every = Sample("", samples[0].report, "", "", True, " ".join(texts), tuple(spans))
    return every.text, citations(every, {r: report(r) for r, _, _ in spans})


def _renumbered(one: Sample, spans: Sequence[Span]) -> str:
    """A sample's text with its numbers as they are in `spans`; one that it has not stays."""

    def told(mark: re.Match[str]) -> str:
        at = int(mark[1]) - 1
        return f"[{spans.index(one.spans[at]) + 1}]" if at < len(one.spans) else mark.group()

    return _MARK.sub(told, one.text)


def main() -> None:
    """Prints the median and the 95th percentile, in milliseconds of processor time."""
    encoder = SentenceEncoder(threads=1).reading
    calls: list[int] = []

    def encode(texts: list[str]) -> object:
        calls.append(len(texts))
        return encoder.encode(texts)

    made = list(answers(load()))
    reports = {c.report_id: report(c.report_id) for _, cited in made for c in cited}
    verify(*made[0], reports, support(Vectors(encode)), likeness(Vectors(encode).of))
    spent: list[float] = []
    asked: list[tuple[int, int]] = []
    for text, cited in made:
        quotes = [" ".join(one.quote.split()) for one in cited]
        vectors = Vectors(encode, dict(zip(quotes, encoder.encode(quotes), strict=True)))
        calls.clear()
        since = time.process_time()
        verify(text, cited, reports, support(vectors), likeness(vectors.of))
        spent.append((time.process_time() - since) * 1000)
        asked.append((len(calls), sum(calls)))
    order = sorted(spent)
    print(
        f"median {order[len(order) // 2]:.0f} ms, 95 % within {order[int(len(order) * 0.95)]:.0f} "
        f"ms, most {order[-1]:.0f} ms (n = {len(order)})"
    )
    print(
        f"calls of the encoder: mean {sum(c for c, _ in asked) / len(asked):.1f}, most "
        f"{max(c for c, _ in asked)}; texts: mean {sum(t for _, t in asked) / len(asked):.1f}"
    )


if __name__ == "__main__":
    main()

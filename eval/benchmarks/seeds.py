"""The acceptance figures: two published papers as OCR text, asked cold among the digests.

    python -m eval.benchmarks.seeds --seeds ../shared/seeds

Measured is the share of answerable gold questions whose facts *all* stand in the top k: passages of
the whole library (the digests that retell the two papers left out), and sentences of the two papers
alone, as the reader ranks them and as plain cosine does. Nothing is tuned on these questions.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, cast

import numpy as np
import typer

from eval.benchmarks.arms import opened, warm
from eval.benchmarks.cache import CachedEncoder
from eval.benchmarks.tables import figure, machine, table
from eval.gold import Item, load, work
from eval.metrics import facts_found
from rag.chat import Casebook
from rag.config import PASSAGE_TOKENS
from rag.conversation.resolve import resolve
from rag.embed import SentenceEncoder
from rag.index import index
from rag.library import Library
from rag.search import Weights
from rag.sentences import sentence_spans

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "corpus" / "reports"
GOLD = ROOT / "eval" / "gold" / "development" / "seed_papers.yaml"
RETOLD = ("kim-2011-topical-pimecrolimus", "kuwano-2006-ivig-ulcers")
SEEDS = ("ivig-2006", "pimecrolimus-2011")
DEPTHS = (1, 3, 8)
ARMS_ALONE = {"dense alone": Weights(1.0, 0.0, 0.0), "BM25 alone": Weights(0.0, 1.0, 0.0)}

Ranking = Callable[[str], Sequence[str]]
"""Question → texts, best first."""


def main(
    seeds: Annotated[Path, typer.Option(help="Folder of the two papers as text.")],
    missed: Annotated[bool, typer.Option(help="Name the questions missed in the top 8.")] = False,
) -> None:
    """Measure both figures and print Markdown tables."""
    encoder = CachedEncoder(SentenceEncoder())
    items = [item for item in load(GOLD) if item.verdict == "answerable"]
    warm(encoder, [question(item) for item in items])
    papers = [seeds / f"{name}.txt" for name in SEEDS]
    digests = [path for path in sorted(REPORTS.glob("*.md")) if path.stem not in RETOLD]
    print(f"{machine()}; {len(items)} questions\n")
    with library_of([*digests, *papers], encoder) as casebook:
        print(_passages(casebook, items, missed=missed), flush=True)
    with library_of(papers, encoder) as casebook:
        print(_sentences(casebook, items, missed=missed))


def question(item: Item) -> str:
    """The question of an item; the seed questions are all asked cold."""
    return item.asked[-1]


def met(item: Item, texts: Sequence[str]) -> bool:
    """Whether every required fact stands in one of the texts."""
    return facts_found(texts, item.facts) == len(item.facts)


@contextmanager
def library_of(paths: Sequence[Path], encoder: CachedEncoder) -> Iterator[Casebook]:
    """A Casebook over a new library of these files. Raises ValueError when one is refused."""
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as name:
        with Library(name, create=True) as library:
            outcomes = index(paths, library, cast("SentenceEncoder", encoder))
            refused = [outcome for outcome in outcomes if outcome.status != "added"]
        if refused:
            raise ValueError(f"not added: {refused}")
        with opened(Path(name), encoder) as casebook:
            yield casebook


def _passages(casebook: Casebook, items: Sequence[Item], *, missed: bool) -> str:
    k, searcher = DEPTHS[-1], casebook.searcher
    read = {i.id: casebook.ask(question(i), k=k).hits for i in items}
    found = {i.id: tuple(casebook.find(question(i), k=k)) for i in items}
    orders = {"product: searched, then read": read, "product: searched only": found}
    for name, weights in ARMS_ALONE.items():
        searcher.weights = weights
        orders[name] = {i.id: tuple(casebook.find(question(i), k=k)) for i in items}
    rows = []
    for name, hits in orders.items():
        texts = {key: [hit.text for hit in ranked] for key, ranked in hits.items()}
        first = [work(hits[item.id][0].passage.report_id) in item.works for item in items]
        rows.append([name, *_shares(items, texts), figure(float(np.mean(first)))])
        if missed and hits is read:
            _print_missed(items, texts)
    size = casebook.library.count_passages()
    count = f"{size:,} passages of at most {PASSAGE_TOKENS} tokens, n = {len(items)}"
    head = [f"All facts in the top passages ({count})", *(f"@{k}" for k in DEPTHS)]
    return table([*head, "right report first"], rows) + "\n"


def _sentences(casebook: Casebook, items: Sequence[Item], *, missed: bool) -> str:
    reports = {report.id: report for report in casebook.library.reports()}
    sentences = [
        reports[report_id].text[start:end]
        for report_id in sorted(reports)
        for passage, _ in casebook.library.report_passages(report_id)
        for start, end in sentence_spans(reports[report_id].text, passage.start, passage.end)
    ]
    vectors = casebook.encoder.reading.encode(sentences)

    def cosine(asked: str) -> list[str]:
        scores = vectors @ casebook.encoder.reading.encode([asked])[0]
        return [sentences[i] for i in np.argsort(-scores, kind="stable")]

    def read(asked: str) -> list[str]:
        resolved = resolve(asked, ())
        hits = casebook.search(resolved, DEPTHS[-1])
        reading = casebook.reader.read(asked, hits, reports, query=resolved.query)
        return [evidence.text for evidence in reading.evidence]

    systems: dict[str, Ranking] = {
        "the reader, as the product reads": read,
        "cosine over all sentences": cosine,
    }
    rows = []
    for name, ranking in systems.items():
        texts = {item.id: ranking(question(item)) for item in items}
        rows.append([name, *_shares(items, texts)])
        if missed and ranking is read:
            _print_missed(items, texts)
    count = f"{len(sentences)} sentences, n = {len(items)}"
    return table([f"All facts in the top sentences ({count})", *(f"@{k}" for k in DEPTHS)], rows)


def _print_missed(items: Sequence[Item], texts: Mapping[str, Sequence[str]]) -> None:
    ids = (item.id for item in items if not met(item, texts[item.id][: DEPTHS[-1]]))
    print(f"missed @{DEPTHS[-1]}:", ", ".join(ids), "\n")


def _shares(items: Sequence[Item], texts: Mapping[str, Sequence[str]]) -> list[str]:
    return [
        figure(float(np.mean([met(item, texts[item.id][:k]) for item in items]))) for k in DEPTHS
    ]


if __name__ == "__main__":
    typer.run(main)

"""`python -m rag.training`: from the training questions to the weights that ship.

    python -m rag.training --data ../shared/data

writes `rag/adapter.safetensors` and `rag/reader/weights.json`. Without --data it learns from the
questions about case reports alone, and says so. The reader must not see how well the encoder knows
the questions that it was trained on: half of the train split is read with an encoder that learnt
from the other half (cross-fitting), and the other way round.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.embed import SentenceEncoder
from rag.index import add
from rag.library import Library
from rag.schema import Report
from rag.search_text import contexts, embedded
from rag.training.encoder import Mixture, adapt
from rag.training.pairs import (
    Source,
    bioasq_sources,
    domain_sources,
    off_topic_questions,
    squad_sources,
    subject_words,
    with_subject,
)
from rag.training.questions import Question, questions, read_splits
from rag.training.reader import CachedEncoder, examples, fit, opened, other_topics

ROOT = Path(__file__).parents[2]
PASSAGE_SHARE, SQUAD_SHARE = 0.5, 0.3
SEED = 11


def main() -> None:
    """Train both stages and write the weights; figures go to stdout."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with bioasq/ and squad2dev/")
    parser.add_argument("--stage", choices=("encoder", "reader", "both"), default="both")
    parser.add_argument(
        "--encoders", nargs="+", choices=("base", "adapted"), default=("base", "adapted"),
        help="for which encoders the reader is trained",
    )  # fmt: skip
    parser.add_argument("--work", type=Path, help="keep the encoders of the halves here")
    arguments = parser.parse_args()
    splits = read_splits(ROOT / "eval" / "splits.yaml")
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        general = general_mixtures(arguments.data)
        if arguments.stage != "reader":
            mixtures = [*domain_mixtures(splits["train"]), *general]
            adapt(mixtures, ROOT / "rag" / "adapter.safetensors")
        if arguments.stage != "encoder":
            path = ROOT / "rag" / "reader" / "weights.json"
            made = reader_weights(splits, general, arguments.data, work, arguments.encoders)
            weights = json.loads(path.read_text("utf-8")) | made
            path.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")


def general_mixtures(data: Path | None) -> list[Mixture]:
    """What keeps the encoder good at other questions; nothing without `data`."""
    if data is None:
        print("no --data: trained on the questions about case reports alone", flush=True)
        return []
    return [
        Mixture(squad_sources(data / "squad2dev"), SQUAD_SHARE, passages=False),
        Mixture(bioasq_sources(data / "bioasq"), 1.0, passages=False),
    ]


def domain_mixtures(report_ids: Sequence[str]) -> list[Mixture]:
    """The training questions about these reports, by sentence and by passage."""
    sources: list[Source] = []
    encoder = SentenceEncoder("base")
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        list(add(_paths(report_ids), library, encoder))
        for report_id in sorted(report_ids):
            report = library.report(report_id)
            passages = [p for p, _ in library.report_passages(report_id)]
            texts = [
                embedded(c, report.text[p.start : p.end], encoder.count_tokens, encoder.max_tokens)
                for c, p in zip(contexts(report, passages), passages, strict=True)
            ]
            read = [
                (p.start, p.end, text)
                for p, text in zip(passages, texts, strict=True)
                if p.kind != "front"
            ]
            sources += domain_sources(_questions(report), report, read)
    return [Mixture(sources, 1.0, passages=False), Mixture(sources, PASSAGE_SHARE, passages=True)]


def reader_weights(
    splits: dict[str, list[str]],
    general: Sequence[Mixture],
    data: Path | None,
    work: Path,
    kinds: Sequence[str],
) -> dict[str, Any]:
    """A set of weights for each of `kinds`: 'base', the packaged encoder alone, and 'adapted'."""
    off_topic = off_topic_questions(data) if data else []
    every = [*splits["train"], *splits["validation"]]
    weights = {}
    for kind in kinds:
        train: list[Any] = []
        # Whole reports go to one half, so that no question's neighbour is learnt.
        halves = (splits["train"][0::2], splits["train"][1::2])
        for number, half in enumerate(halves):
            encoder = _other_half(kind, number, halves[1 - number], general, work)
            with opened(_paths(every), encoder) as asked:
                train += examples(_asked_about(half, asked.reports), asked)
        with opened(_paths(every), CachedEncoder("base" if kind == "base" else "")) as asked:
            validation = list(examples(_asked_about(splits["validation"], asked.reports), asked))
            weights[kind] = fit(train, validation, list(other_topics(off_topic, asked)))
    return weights


def _other_half(
    kind: str, number: int, reports: Sequence[str], general: Sequence[Mixture], work: Path
) -> CachedEncoder:
    if kind == "base":
        return CachedEncoder("base")
    path = work / f"half-{number}.safetensors"
    if not path.exists():
        adapt([*domain_mixtures(reports), *general], path)
    return CachedEncoder(adapter=path)


def _asked_about(report_ids: Sequence[str], reports: dict[str, Report]) -> list[Question]:
    """The questions as they are, and once more with words that say which patient is meant."""
    dice = random.Random(SEED)
    found = []
    for report_id in sorted(report_ids):
        subject = subject_words(reports[report_id].cases)
        for question in _questions(reports[report_id]):
            found.append(question)
            if subject:
                found.append(replace(question, text=with_subject(question.text, subject, dice)))
    return found


def _questions(report: Report) -> list[Question]:
    return list(questions(ROOT / "corpus" / "training", report))


def _paths(report_ids: Sequence[str]) -> list[Path]:
    return [ROOT / "corpus" / "reports" / f"{i}.md" for i in sorted(report_ids)]


if __name__ == "__main__":
    main()

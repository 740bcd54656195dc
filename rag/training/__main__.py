"""`python -m rag.training`: from the training questions to the weights that ship.

    python -m rag.training --data ../shared/data

writes `rag/reading.safetensors` (the encoder that reads), `rag/reader/lacking.json` (which missing
words speak for silence) and `rag/reader/weights.json` (how all that it sees is weighed). Further
stages are trained when they are named: `finding`, the encoder that finds
(`rag/adapter.safetensors`); `evidence`, the network that is off by default
(`rag/reader/evidence.safetensors`); `short`, which begins from it and finds short answers
(`rag/reader/short.safetensors`), and `weighing`, when these are shown (`rag/reader/short.json`).
Without --data the encoders learn from the questions about case reports alone, and say so. All of
them learn from the train split; weights.json and short.json are fitted on the validation split,
whose questions none of them has seen.
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

from rag.adapter import FILE, READING_FILE, apply_adapter
from rag.embed import SentenceEncoder, packaged_network
from rag.index import add
from rag.library import Library
from rag.reader.briefly import WEIGHTS as SHORT_WEIGHTS_FILE
from rag.reader.evidence import FILE as EVIDENCE_FILE
from rag.reader.evidence import EvidenceReader, save_network
from rag.reader.lacking import FILE as LACKING_FILE
from rag.reader.network import EvidenceNetwork, Tokeniser
from rag.reader.reader import Reader
from rag.reader.spans import FILE as SHORT_FILE
from rag.reader.spans import SpanReader
from rag.schema import Report
from rag.search_text import contexts, embedded
from rag.training import exercises
from rag.training.encoder import FINDING, READING, Mixture, Recipe, adapt
from rag.training.evidence import RANK, Stage, train
from rag.training.final import fit_final, read_all
from rag.training.lacking import fit_lacking
from rag.training.pairs import (
    Source,
    bioasq_sources,
    domain_sources,
    off_topic_questions,
    squad_sources,
    subject_words,
    with_hard_ones,
    with_subject,
)
from rag.training.questions import Question, questions, read_splits
from rag.training.reader import CachedEncoder, examples, fit, opened, other_topics
from rag.training.short import sources as short_sources
from rag.training.short import train_spans
from rag.training.weighing import fit_weighing, proposed

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "corpus" / "training" / "texts"
ADAPTER = ROOT / "rag" / FILE
ADAPTED_READING = ROOT / "rag" / READING_FILE
EVIDENCE = ROOT / "rag" / "reader" / EVIDENCE_FILE
WEIGHTS = ROOT / "rag" / "reader" / "weights.json"
LACKING = ROOT / "rag" / "reader" / LACKING_FILE
SHORT = ROOT / "rag" / "reader" / SHORT_FILE
SHORT_WEIGHTS = ROOT / "rag" / "reader" / SHORT_WEIGHTS_FILE

PASSAGE_SHARE, SQUAD_SHARE = 0.35, 0.3
GENERAL_EPOCHS, CASE_EPOCHS = 2, 2
CASE_SHARE, GENERAL_SHARE = 0.8, 0.1
"""Of the sources, drawn in each epoch on case reports."""

ALIKE = 12
"""Passages of other reports that look most like a question: the hardest wrong ones."""

OFF_TOPIC = 600
SEED = 11


STAGES = ("finding", "reading", "lacking", "evidence", "weights", "short", "weighing")


def main() -> None:
    """Train what is asked for and write the weights; figures go to stdout."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with bioasq/ and squad2dev/")
    parser.add_argument(
        "--stages", nargs="+", choices=STAGES,
        default=("reading", "lacking", "weights"), help="what is trained; the rest stays",
    )  # fmt: skip
    parser.add_argument("--general", type=Path, help="begin the evidence reader from this file")
    parser.add_argument("--keep-general", type=Path, help="write it after general reading, too")
    arguments = parser.parse_args()
    splits = read_splits(ROOT / "eval" / "splits.yaml")
    if arguments.data is None:
        print("no --data: trained on the questions about case reports alone", flush=True)
    for stage, recipe, out in (
        ("finding", FINDING, ADAPTER),
        ("reading", READING, ADAPTED_READING),
    ):
        if stage in arguments.stages:
            domain = domain_mixtures(train_paths(splits), recipe)
            adapt([*domain, *general_mixtures(arguments.data)], out, recipe)
    if "evidence" in arguments.stages:
        train_evidence(
            train_paths(splits), arguments.data, arguments.general, arguments.keep_general
        )
    if "lacking" in arguments.stages:
        LACKING.write_text(json.dumps(train_lacking(train_paths(splits))) + "\n", "utf-8")
    if "weights" in arguments.stages:
        made = weights(splits, arguments.data, both="evidence" in arguments.stages)
        WEIGHTS.write_text(json.dumps(made) + "\n", "utf-8")
    if "short" in arguments.stages:
        train_spans(short_sources(train_paths(splits), _questions), SHORT)
    if "weighing" in arguments.stages:
        SHORT_WEIGHTS.write_text(json.dumps(short_weights(splits)) + "\n", "utf-8")


def train_paths(splits: dict[str, list[str]]) -> list[Path]:
    """The digests of the train split, and the case texts written for training."""
    kept = (path for path in TEXTS.glob("*.txt") if path.stem not in splits["validation_texts"])
    return [*_paths(splits["train"]), *sorted(kept)]


def general_mixtures(data: Path | None) -> list[Mixture]:
    """What keeps the encoder good at other questions; nothing without `data`."""
    if data is None:
        return []
    return [
        Mixture(squad_sources(data / "squad2dev"), SQUAD_SHARE, passages=False),
        Mixture(bioasq_sources(data / "bioasq"), 1.0, passages=False),
    ]


def domain_mixtures(paths: Sequence[Path], recipe: Recipe) -> list[Mixture]:
    """The training questions about these reports, by sentence and by passage."""
    sources: list[Source] = []
    encoder = SentenceEncoder("base")
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        list(add(paths, library, encoder))
        for report in library.reports():
            passages = [p for p, _ in library.report_passages(report.id)]
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
    if recipe.hard:
        sources = with_hard_ones(sources, SentenceEncoder())
    return [Mixture(sources, 1.0, passages=False), Mixture(sources, PASSAGE_SHARE, passages=True)]


def train_lacking(paths: Sequence[Path]) -> dict[str, Any]:
    """How much each word that is missing from these reports speaks for silence about it."""
    read = []
    encoder = SentenceEncoder("base")
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        list(add(paths, library, encoder))
        for report in library.reports():
            passages = library.report_passages(report.id)
            for question in _questions(report):
                about = {None, *question.patients}
                whole = not question.patients or len(report.cases) < 2
                own = [text for p, text in passages if whole or p.patient in about]
                read.append((question, " ".join(own)))
    return fit_lacking(read, lambda line: print(line, flush=True))


def train_evidence(
    paths: Sequence[Path], data: Path | None, begin: Path | None, keep: Path | None
) -> None:
    """Train the evidence reader: general reading (unless `begin` has it), then case reports."""
    import torch

    body, tokenizer, base_hash = packaged_network()
    before = {name: p.detach().clone() for name, p in body.named_parameters()}
    # The adapted encoder already knows that 'water pill' is a diuretic.
    apply_adapter(body, ADAPTER, base_hash)
    torch.manual_seed(SEED)
    network = EvidenceNetwork(body)
    general: list[tuple[Sequence[exercises.Source], float]] = []
    if data:
        general = [
            (exercises.squad_sources(data / "squad2dev"), 1.0),
            (exercises.bioasq_sources(data / "bioasq"), 1.0),
        ]
    if begin:
        network.load_state_dict(torch.load(begin, weights_only=True))
    stages = [] if begin or not data else [Stage(GENERAL_EPOCHS, general)]
    some = [(sources, GENERAL_SHARE) for sources, _ in general]
    stages.append(Stage(CASE_EPOCHS, [(case_sources(paths), CASE_SHARE), *some]))

    def after(number: int) -> None:
        if keep and number + 1 < len(stages):
            torch.save(network.state_dict(), keep)

    train(network, Tokeniser(tokenizer), stages, after_stage=after)
    save_network(network, before, EVIDENCE, base_hash, RANK)


def case_sources(paths: Sequence[Path]) -> list[exercises.Source]:
    """The training questions about these reports, as exercises for the evidence reader."""
    encoder = SentenceEncoder()
    shelf = exercises.Shelf()
    found: list[exercises.Source] = []
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        list(add(paths, library, encoder))
        reports = list(library.reports())
        for report in reports:
            shelf.add(report, [p for p, _ in library.report_passages(report.id)])
        asked = {report.id: _questions(report) for report in reports}
        alike = exercises.alike(asked, shelf, encoder, ALIKE)
        for report in reports:
            found += exercises.case_sources(asked[report.id], report, shelf, alike)
    return found


def weights(
    splits: dict[str, list[str]], data: Path | None, *, both: bool = False
) -> dict[str, Any]:
    """The reader's small models: for the packaged encoder alone ('base') and the adapted ones.

    With `both`, how the evidence reader is put together with them, too. Without it, it is brought
    to their scale and counts as much.
    """
    off_topic = off_topic_questions(data) if data else []
    off_topic = off_topic[:: max(1, len(off_topic) // OFF_TOPIC)]
    library = [*_paths([*splits["train"], *splits["validation"]]), *sorted(TEXTS.glob("*.txt"))]
    unseen = [*splits["validation"], *splits["validation_texts"]]
    made: dict[str, Any] = {}
    for kind in ("base", "adapted"):
        encoder = CachedEncoder("base" if kind == "base" else "")
        with opened(library, encoder) as asked:
            read = list(examples(_asked_about(unseen, asked.reports), asked))
            made[kind] = fit(read, list(other_topics(off_topic, asked)))
            if both and kind == "adapted":
                reader = Reader(encoder, EvidenceReader(EVIDENCE), made[kind])
                others = [Question(text, "", "off-topic", False, ()) for text in off_topic]
                asked_again = _asked_about(unseen, asked.reports)[::3]  # a second for each
                made[kind] |= fit_final(
                    list(read_all(asked_again, asked, reader)),
                    list(read_all(others, asked, reader)),
                )
    return made


def short_weights(splits: dict[str, list[str]]) -> dict[str, Any]:
    """How proposed short answers are weighed, from the validation split."""
    texts = [TEXTS / f"{report_id}.txt" for report_id in splits["validation_texts"]]
    encoder = CachedEncoder("")
    with opened([*_paths(splits["validation"]), *texts], encoder) as asked:
        questions = [q for i in sorted(asked.reports) for q in _questions(asked.reports[i])]
        return fit_weighing(
            list(proposed(questions, asked, Reader(encoder, None), SpanReader(SHORT)))
        )


def _asked_about(report_ids: Sequence[str], reports: dict[str, Report]) -> list[Question]:
    """The questions as they are, and once more with words that say which patient is meant."""
    dice = random.Random(SEED)
    found = []
    for report_id in sorted(report_ids):
        subject = subject_words(reports[report_id].cases)
        for question in _questions(reports[report_id]):
            found.append(question)
            if subject and not question.alone:
                text = with_subject(question.text, subject, dice)
                found.append(replace(question, text=text, alone=True))
    return found


def _questions(report: Report) -> list[Question]:
    return list(questions(ROOT / "corpus" / "training", report))


def _paths(report_ids: Sequence[str]) -> list[Path]:
    return [ROOT / "corpus" / "reports" / f"{i}.md" for i in sorted(report_ids)]


if __name__ == "__main__":
    main()

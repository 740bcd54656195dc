"""`python -m rag.training`: from the training questions to the weights that ship.

    python -m rag.training --data ../shared/data

writes `rag/reading.safetensors` (the encoder that reads), `rag/reader/lacking.json` (which missing
words speak for silence), `rag/reader/evidence.safetensors` (the network that reads the best
sentences again), `rag/reader/weights.json` (how all that is weighed),
`rag/reader/whom/which_report.json` (what says which report is meant) and `rag/reader/short.json`
(when a short answer is shown). `finding`, the encoder that finds (`rag/adapter.safetensors`), is
trained when it is named. Without --data the networks learn from the questions about case reports
alone, and say so. All of them learn from the train split; the last three files are fitted on the
validation split, whose questions none of them has seen.
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

from rag.adapter import FILE, READING_FILE
from rag.embed import SentenceEncoder
from rag.index import add
from rag.library import Library
from rag.reader.networks.evidence import FILE as EVIDENCE_FILE
from rag.reader.networks.evidence import EvidenceReader
from rag.reader.reader import Reader
from rag.reader.short.briefly import WEIGHTS as SHORT_WEIGHTS_FILE
from rag.reader.weighing.lacking import FILE as LACKING_FILE
from rag.schema import Report
from rag.search_text import contexts, embedded
from rag.training.again import fit_again, read_again
from rag.training.encoder import FINDING, READING, Mixture, Recipe, adapt
from rag.training.evidence import train_evidence
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
from rag.training.sentences import Source as GeneralSource
from rag.training.sentences import case_sources, general_sources
from rag.training.weighing import fit_weighing, proposed
from rag.training.which_report import choices, common_words, fit_which_report

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "corpus" / "training" / "texts"
ADAPTER = ROOT / "rag" / FILE
ADAPTED_READING = ROOT / "rag" / READING_FILE
EVIDENCE = ROOT / "rag" / "reader" / EVIDENCE_FILE
WEIGHTS = ROOT / "rag" / "reader" / "weights.json"
LACKING = ROOT / "rag" / "reader" / LACKING_FILE
WHICH_REPORT = ROOT / "rag" / "reader" / "whom" / "which_report.json"
SHORT_WEIGHTS = ROOT / "rag" / "reader" / SHORT_WEIGHTS_FILE

PASSAGE_SHARE, SQUAD_SHARE = 0.35, 0.3
OFF_TOPIC = 600
SEED = 11


STAGES = ("finding", "reading", "lacking", "evidence", "weights", "which", "weighing")


def main() -> None:
    """Train what is asked for and write the weights; figures go to stdout."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with bioasq/ and squad2dev/")
    parser.add_argument(
        "--stages", nargs="+", choices=STAGES,
        default=STAGES[1:], help="what is trained; the rest stays",
    )  # fmt: skip
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
        cases = case_sources(train_paths(splits), _questions)
        train_evidence(general(arguments.data), cases, EVIDENCE)
    if "lacking" in arguments.stages:
        LACKING.write_text(json.dumps(train_lacking(train_paths(splits))) + "\n", "utf-8")
    if "weights" in arguments.stages:
        made = weights(splits, arguments.data)
        WEIGHTS.write_text(json.dumps(made) + "\n", "utf-8")
    if "which" in arguments.stages:
        WHICH_REPORT.write_text(json.dumps(which_report(splits)) + "\n", "utf-8")
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


def general(data: Path | None) -> list[GeneralSource]:
    """Questions about anything, with their right and wrong sentences; nothing without `data`."""
    if data is None:
        return []
    return general_sources([*squad_sources(data / "squad2dev"), *bioasq_sources(data / "bioasq")])


def weights(splits: dict[str, list[str]], data: Path | None) -> dict[str, Any]:
    """The reader's small models: for the packaged encoder alone ('base') and the adapted ones."""
    off_topic = off_topic_questions(data) if data else []
    off_topic = off_topic[:: max(1, len(off_topic) // OFF_TOPIC)]
    library = [*_paths([*splits["train"], *splits["validation"]]), *sorted(TEXTS.glob("*.txt"))]
    unseen = [*splits["validation"], *splits["validation_texts"]]
    made: dict[str, Any] = {}
    for kind in ("base", "adapted"):
        encoder = CachedEncoder("base" if kind == "base" else "")
        with opened(library, encoder) as asked:
            read = list(examples(_asked_about(unseen, asked.reports), asked))
            others = list(other_topics(off_topic, asked))
            made[kind], logits = fit(read, others)
            if kind == "base":
                continue  # it does without the second reading
            evidence = EvidenceReader(EVIDENCE)
            again = list(read_again([*read, *others], logits, asked, evidence))
            made[kind] |= fit_again(again[: len(read)], again[len(read) :])
    return made


def which_report(splits: dict[str, list[str]]) -> dict[str, Any]:
    """What the marks of a report count, from the validation split; common words from the rest."""
    library = [*_paths([*splits["train"], *splits["validation"]]), *sorted(TEXTS.glob("*.txt"))]
    unseen = sorted([*splits["validation"], *splits["validation_texts"]])
    encoder = CachedEncoder("")
    with opened(library, encoder) as asked:
        others = [report for one, report in sorted(asked.reports.items()) if one not in unseen]
        common = common_words(q for report in others for q in _questions(report))
        reader = Reader(encoder, EvidenceReader(EVIDENCE))
        questions = [q for one in unseen for q in _questions(asked.reports[one])]
        read = list(choices(questions, asked, reader, frozenset(common)))
    return fit_which_report(read, common, lambda line: print(line, flush=True))


def short_weights(splits: dict[str, list[str]]) -> dict[str, Any]:
    """How proposed short answers are weighed, from the validation split."""
    texts = [TEXTS / f"{report_id}.txt" for report_id in splits["validation_texts"]]
    encoder, evidence = CachedEncoder(""), EvidenceReader(EVIDENCE)
    with opened([*_paths(splits["validation"]), *texts], encoder) as asked:
        questions = [q for i in sorted(asked.reports) for q in _questions(asked.reports[i])]
        return fit_weighing(list(proposed(questions, asked, Reader(encoder, evidence), evidence)))


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

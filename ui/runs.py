"""The evaluation's files → what the page Quality shows: data are read, `eval` is not imported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from rag.errors import CasebookError

ACCEPTED, RECORDS, CONDITIONS = "accepted.jsonl", "records.jsonl", "conditions.json"

MEASURES = {
    "facts in answer, right report": "All facts asked for stand in the quoted sentences, and these "
    "come from a right report.",
    "fact recall": "The share of the facts asked for that the answer quotes.",
    "citation precision": "The share of the quotations that touch the evidence noted before.",
    "citation recall": "The share of the facts for which a quotation holds them.",
    "citations exact": "Every quotation is, letter for letter, the text of the stored report.",
    "right patient": "No quotation is about another patient than the one asked for.",
    "follow-up right report": "A follow-up question stays with its report.",
    "passage nDCG@10": "How high the right passages stand among the ten best.",
    "report Success@1": "The first report found is a right one.",
    "answered when answerable": "It answers where the reports answer.",
    "declined when unanswerable": "It declines where the reports are silent.",
    "declined out of domain": "It declines what is not about dermatomyositis.",
    "false premise handled": "It corrects or declines a question that takes something wrong for "
    "granted.",
    "advice handled": "It declines to decide for a patient.",
    "exhaustive precision": "Of the reports named where all are asked for, the share that belongs.",
    "exhaustive recall": "Where all reports are asked for, the share of them that is named.",
    "facts in top 3, right report": "All facts asked for stand in the first three passages found.",
    "facts in top 8, right report": "All facts asked for stand in the first eight passages found.",
    "short answer F1": "How many words the short answer has in common with the expected one.",
    "no forbidden fact": "Nothing is said that holds only of another patient or drug.",
}
"""The measures that are explained, in words."""

DECISIVE = "facts in answer, right report"


class RunsError(CasebookError):
    """A file of the evaluation cannot be read."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted run: measure → (number of questions, mean)."""

    date: str
    reason: str
    code: str
    headline: dict[str, tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one question; `question` is '' where its text is not to be read."""

    id: str
    gold: str
    kind: str
    verdict: str
    form: str
    status: str
    question: str
    figures: dict[str, float]
    cited: tuple[str, ...]

    @property
    def good(self) -> bool | None:
        """Whether it went as it should; None where no figure says so."""
        if self.verdict in ("unanswerable", "out of domain"):
            return self.status == "abstained"
        for name in (DECISIVE, "false premise handled", "advice handled", "exhaustive recall"):
            if name in self.figures:
                return self.figures[name] == 1.0
        return None


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder: under which conditions, and each question in the order asked."""

    conditions: dict[str, Any]
    asked: tuple[Asked, ...]


def shipped() -> Path:
    """The folder of the accepted baseline."""
    return Path(str(files("eval") / "baseline"))


def accepted(folder: Path) -> list[Accepted]:
    """The accepted runs, the oldest first. Raises RunsError."""
    return [
        Accepted(
            str(row["date"]),
            str(row["reason"]),
            str(row["code"]),
            {name: (int(n), float(mean)) for name, (n, mean) in row["headline"].items()},
        )
        for row in _rows(folder / ACCEPTED)
    ]


def run(folder: Path) -> Run:
    """The run in a folder, with the texts of development questions. Raises RunsError."""
    questions = development_questions()
    path = folder / CONDITIONS
    try:
        conditions = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunsError(
            f"{path}: cannot be read ({error}); run: casebook eval run --out DIR"
        ) from error
    return Run(conditions, tuple(_asked(row, questions) for row in _rows(folder / RECORDS)))


def _asked(row: dict[str, Any], questions: dict[str, str]) -> Asked:
    return Asked(
        str(row["id"]),
        str(row["gold"]),
        str(row["kind"]),
        str(row["verdict"]),
        str(row["form"]),
        str(row["status"]),
        questions.get(str(row["id"]), ""),
        {name: float(value) for name, value in row["figures"].items()},
        tuple(dict.fromkeys(str(cited["report_id"]) for cited in row["cited"])),
    )


def development_questions() -> dict[str, str]:
    """Id → words of the questions that may be read; release questions are not among them."""
    found: dict[str, str] = {}
    folder = Path(str(files("eval") / "gold" / "development"))
    for path in sorted(folder.glob("*.yaml")):
        for item in yaml.safe_load(path.read_text("utf-8")) or []:
            turns = item.get("turns") or [item.get("question") or ""]
            found[str(item["id"])] = " → ".join(str(turn) for turn in turns)
    return found


def means(asked: Sequence[Asked]) -> dict[str, tuple[int, float]]:
    """Measure → (number of questions that have it, mean), in the order of MEASURES."""
    found = {}
    for name in MEASURES:
        values = [one.figures[name] for one in asked if name in one.figures]
        if values:
            found[name] = (len(values), sum(values) / len(values))
    return found


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    except (OSError, ValueError) as error:
        raise RunsError(f"{path}: cannot be read ({error}); restore it or run again") from error

"""Questions about all patients, answered from the records: reports named, and counts.

The gold was made by hand.

``python -m eval.benchmarks.case_questions [-v]`` reads eval/cases_questions.yaml, then the second
set (cases_questions_b.yaml: lay, clipped and abbreviated wordings), and the train and validation
digests; no model and no library is needed. For each question:

* precision: of the reports that are cited, the share that should be, or may be, named;
* recall: of the reports that should be named, the share that is;
* counts: whether the number of single patients, and of how many, is exactly the expected one.

A question that is not recognised, or that the records do not answer, names nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rag.cases.answering import tell
from rag.cases.asking import Asked, asked_of_records
from rag.cases.keeping import rows_of
from rag.cases.shelf import Shelf, count
from rag.cases.told import Told
from rag.formats import read_file
from rag.library import CaseRows
from rag.records.make import records_of
from rag.schema import Report

GOLD = Path(__file__).parents[1] / "cases_questions.yaml"
LATER = [GOLD.with_name(f"cases_questions_{letter}.yaml") for letter in "bcdefghijkl"]
"""Each was written after the one before it had been mended for; only first runs are unseen."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one question; `counts` is None where no count is given to compare.

    `said` is the first line of the answer, `words` the length of all of it.
    """

    id: str
    precision: float
    recall: float
    counts: bool | None
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    said: str
    words: int


def shelf_of(reports: Mapping[str, Report]) -> Shelf:
    """The records of reports, in memory."""
    rows = [row for report in reports.values() for row in rows_of(records_of(report), report)]
    return Shelf(CaseRows.in_memory(rows))


def score(item: Mapping[str, Any], shelf: Shelf, reports: Mapping[str, Report]) -> Score:
    """How one question is answered."""
    asked = asked_of_records(item["question"])
    told = tell(asked, shelf, reports) if asked else None
    named = {citation.report_id for citation in told.citations} if told else set()
    wanted = {*item.get("reports", ()), *item.get("series", ())}
    allowed = wanted | set(item.get("also", ()))
    return Score(
        item["id"],
        len(named & allowed) / len(named) if named else float(not wanted),
        len(named & wanted) / len(wanted) if wanted else 1.0,
        _counts(item, asked, told, shelf),
        tuple(sorted(wanted - named)),
        tuple(sorted(named - allowed)),
        told.text.splitlines()[0] if told else f"no answer from the records ({asked})",
        len(told.text.split()) if told else 0,
    )


def _counts(
    item: Mapping[str, Any], asked: Asked | None, told: Told | None, shelf: Shelf
) -> bool | None:
    if "found" not in item:
        return None
    if asked is None or told is None:
        return False
    if asked.kind in ("groups", "compare"):
        patients = [number for number in told.table["patient"] if number is not None]
        return len(patients) == item["found"]
    result = count(shelf, asked.population, () if asked.kind == "responses" else asked.asked)
    right = len(result.found) == item["found"]
    return right and ("of" not in item or len(result.population) == item["of"])


def digests() -> dict[str, Report]:
    """The train and validation digests."""
    root = Path(__file__).parents[2]
    split = yaml.safe_load((root / "eval" / "splits.yaml").read_text("utf-8"))
    ids = sorted([*split["train"], *split["validation"]])
    found = (read_file(root / "corpus" / "reports" / f"{name}.md")[0] for name in ids)
    return {report.id: report for report in found}


def main(arguments: Sequence[str]) -> None:
    """Print the figures; with -v what is missed, too."""
    reports = digests()
    shelf = shelf_of(reports)
    for path in (GOLD, *LATER):
        items = yaml.safe_load(path.read_text("utf-8"))
        scores = [score(item, shelf, reports) for item in items]
        for one in scores:
            if "-v" in arguments and (one.missed or one.wrong or one.counts is False):
                print(one.id, one.said, "missed", one.missed, "wrong", one.wrong, one.counts)
        _print(path.name, scores)


def _print(name: str, scores: Sequence[Score]) -> None:
    counted = [one.counts for one in scores if one.counts is not None]
    print(f"{name}: questions {len(scores)}")
    print(f"set precision {sum(one.precision for one in scores) / len(scores):.3f}")
    print(f"set recall {sum(one.recall for one in scores) / len(scores):.3f}")
    print(f"counts exactly right {sum(counted)} of {len(counted)}")


if __name__ == "__main__":
    main(sys.argv[1:])

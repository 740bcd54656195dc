"""How long checking takes, and how soon the first checked sentence is there.

PYTHONPATH=. python tests/time_llm.py LIBRARY [NUMBER]    # training questions, scripted server

The server says the first sentences of the evidence word for word, one with a changed number, at
once: what is measured is Casebook, not a model. 'First sentence' counts from the moment at which
the model is asked. Repair is off.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from places import ROOT
from scripted_llm import Says, scripted

from rag.chat import Casebook
from rag.config import load_settings
from rag.llm.calling import Line
from rag.llm.chain import Wish, consult, tell
from rag.llm.checking import Checker
from rag.llm.events import Done, Sentence
from rag.llm.models import open_model
from rag.llm.options import Options

OPTIONS = Options(repair=False)


def questions(number: int, known: set[str]) -> list[str]:
    """The first questions of each report that the library holds."""
    found = []
    for path in sorted((ROOT / "corpus" / "training").glob("*.jsonl")):
        if path.stem in known:
            lines = path.read_text("utf-8").splitlines()[:20]
            found += [json.loads(line)["question"] for line in lines]
    return found[:number]


def timed(checker: type[Checker]) -> list[float]:
    """The seconds of each later call of `check`."""
    spent: list[float] = []
    check = checker.check

    def measured(self, group):
        since = time.perf_counter()
        try:
            return check(self, group)
        finally:
            spent.append(time.perf_counter() - since)

    checker.check = measured
    return spent


def main(folder: str, number: int = 100) -> None:
    checking, first, sentences = [], [], 0
    spent = timed(Checker)
    with Casebook(Path(folder), load_settings()) as casebook:
        for question in questions(number, set(casebook.library.report_ids())):
            told = consult(casebook, Wish(question))
            if not told.evidence.citations or told.consulted.answer.engine != "extractive":
                continue
            said = [f"{c.quote} [{c.number}]" for c in told.evidence.citations[:4]]
            said.append(f"It was given at 987 mg daily [{len(said)}].")
            with scripted(Says(" ".join(said), 20)) as script:
                model = open_model("openai:scripted", OPTIONS, script.url)
                since = time.perf_counter()
                seen = 0.0
                for event in tell(casebook, told, model, Line(model, OPTIONS), OPTIONS):
                    if isinstance(event, Sentence) and not seen:
                        seen = time.perf_counter() - since
                    if isinstance(event, Done):
                        sentences += len(event.answer.checked or ())
            first.append(seen * 1000)
            checking.append(sum(spent) * 1000)
            spent.clear()
    for name, found in (("checking an answer", checking[1:]), ("first sentence", first[1:])):
        cuts = statistics.quantiles(found, n=20)
        print(f"{name}: median {statistics.median(found):.0f} ms, p95 {cuts[18]:.0f} ms")
    print(f"n = {len(checking) - 1} answers, {sentences} sentences; first of all {first[0]:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100)

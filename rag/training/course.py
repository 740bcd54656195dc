"""Case texts and digests for training → the weights by which response and times are judged.

`python -m rag.training.course` fits them, writes `rag/records/course.json` and prints the figures
of a cross-validation by text: what is right in texts that a fit did not see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from rag.formats import read_file
from rag.formats.front_matter import split_head
from rag.formats.text import read_text
from rag.records.duration import DATE, parse_time, same_time
from rag.records.linear import Question
from rag.records.outcome import course_features
from rag.records.story import Story, stories
from rag.records.therapies import therapies
from rag.records.timing import THRESHOLD, Candidate, candidates

ROOT = Path(__file__).parents[2]
TEXTS = (ROOT / "corpus" / "training" / "texts", ROOT / "corpus" / "training" / "stories")
WEIGHTS = ROOT / "rag" / "records" / "course.json"
FOLDS = 11
STRENGTH: dict[Question, float] = {"response": 0.1, "time to response": 0.1, "follow-up": 0.3}
"""The inverse of the penalty, the best of .03, .1, .3 and 1 in cross-validation."""
_SEEN = 2
"""A feature that holds for fewer is left out: it would learn one text by heart."""


Labels = np.ndarray[Any, Any]
Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Noted:
    """A patient of a text with what somebody noted; empty is not in the text."""

    text: str
    story: Story
    response: str
    times: dict[Question, str]


def main() -> None:
    """Fit, validate and write."""
    noted = list(patients())
    print(f"{len(noted)} patients", flush=True)
    WEIGHTS.write_text(json.dumps(fitted(noted, say=print), sort_keys=True) + "\n", "utf-8")


def fitted(
    noted: Sequence[Noted], say: Callable[[str], None]
) -> dict[str, dict[str, dict[str, float]]]:
    """Question → value → feature → weight. `say` gets a line of figures per question."""
    given = [therapies(one.story) for one in noted]
    whole = [course_features(one.story, drugs) for one, drugs in zip(noted, given, strict=True)]
    found = [candidates(one.story, drugs) for one, drugs in zip(noted, given, strict=True)]
    values = np.array([one.response for one in noted])
    texts = [one.text for one in noted]
    told = _crossed(whole, values, texts, STRENGTH["response"])
    guessed = np.array([model.predict(rows) for model, rows in told], dtype=object)
    say(f"response: accuracy {np.mean([g[0] for g in guessed] == values):.3f}")
    made: dict[str, dict[str, dict[str, float]]] = {
        "response": _weights(whole, values, STRENGTH["response"])
    }
    for question in ("time to response", "follow-up"):
        made[question] = _times(noted, found, question, say)
    return made


def _times(
    noted: Sequence[Noted],
    found: Sequence[tuple[Candidate, ...]],
    question: Question,
    say: Callable[[str], None],
) -> dict[str, dict[str, float]]:
    rows = [(at, one) for at, several in enumerate(found) for one in several]
    features = [one.features for _, one in rows]
    labels = np.array([is_noted(noted[at].times[question], one.said) for at, one in rows])
    told = _crossed(features, labels, [noted[at].text for at, _ in rows], STRENGTH[question])
    sure = [float(model.predict_proba(row)[0, 1]) for model, row in told]
    right = given = 0
    for at in range(len(noted)):
        own = [n for n, (patient, _) in enumerate(rows) if patient == at]
        best = max(own, key=lambda n: sure[n], default=None)
        if best is not None and sure[best] >= THRESHOLD[question]:
            given, right = given + 1, right + bool(labels[best])
    wanted = sum(_has_time(one.times[question]) for one in noted)
    say(f"{question}: precision {right}/{given}, recall {right}/{wanted}")
    return _weights(features, labels, STRENGTH[question])


def is_noted(noted: str, said: str) -> bool:
    """Whether a time of the text is the noted one: number and unit, or month and year, equal."""
    if same_time(parse_time(noted), parse_time(said)):
        return True
    dates = DATE.findall(noted), DATE.findall(said)
    both = bool(dates[0] and dates[1])
    return both and dates[0][-1].split()[-2:] == dates[1][-1].split()[-2:]


def _has_time(noted: str) -> bool:
    return parse_time(noted) is not None or bool(DATE.search(noted))


def _crossed(
    features: Sequence[frozenset[str]], labels: Labels, texts: Sequence[str], strength: float
) -> list[tuple[Any, Any]]:
    """For each row a model that didn't see its text, and the row."""
    from sklearn.linear_model import LogisticRegression

    names = _names(features)
    matrix = _matrix(features, names)
    fold = {text: n % FOLDS for n, text in enumerate(sorted(set(texts)))}
    folds = np.array([fold[text] for text in texts])
    models = [
        LogisticRegression(C=strength, max_iter=3000).fit(matrix[folds != n], labels[folds != n])
        for n in range(FOLDS)
    ]
    return [(models[n], matrix[at : at + 1]) for at, n in enumerate(folds)]


def _weights(
    features: Sequence[frozenset[str]], labels: Labels, strength: float
) -> dict[str, dict[str, float]]:
    from sklearn.linear_model import LogisticRegression

    names = _names(features)
    model = LogisticRegression(C=strength, max_iter=3000).fit(_matrix(features, names), labels)
    values = [str(value) for value in model.classes_] if len(model.coef_) > 1 else ["yes"]
    return {
        value: {"": round(float(constant), 3)}
        | {n: round(float(w), 3) for n, w in zip(names, row, strict=True) if abs(w) > 0.01}
        for value, row, constant in zip(values, model.coef_, model.intercept_, strict=True)
    }


def _names(features: Sequence[frozenset[str]]) -> list[str]:
    counts: dict[str, int] = {}
    for row in features:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= _SEEN)


def _matrix(features: Sequence[frozenset[str]], names: Sequence[str]) -> Matrix:
    place = {name: n for n, name in enumerate(names)}
    matrix = np.zeros((len(features), len(names)))
    for at, row in enumerate(features):
        for name in row & place.keys():
            matrix[at, place[name]] = 1
    return matrix


def patients() -> Iterator[Noted]:
    """The noted patients of the case texts and of the digests of the train split."""
    for folder in TEXTS:
        for path in sorted(folder.glob("*.txt")):
            told = {one.number: one for one in stories(read_file(path)[0])}
            notes = path.with_name(f"{path.stem}.patients.yaml").read_text("utf-8")
            for entry in yaml.safe_load(notes):
                if entry["number"] in told:
                    times = (entry["time_to_response"] or "", entry["follow_up"] or "")
                    yield _noted(path.stem, told[entry["number"]], entry["response"], times)
    splits = yaml.safe_load((ROOT / "eval" / "splits.yaml").read_text("utf-8"))
    for name in splits["train"]:
        path = ROOT / "corpus" / "reports" / f"{name}.md"
        report, _ = read_file(path)
        _, body = split_head(path.read_text("utf-8"))
        bare = read_text(f"{report.title}\n\n{body}", f"{name}.txt")
        told = {one.number: one for one in stories(bare)} if report.cases else {}
        for case in report.cases:
            if case.number in told:
                times = (case.time_to_response, case.follow_up)
                yield _noted(name, told[case.number], case.response, times)


def _noted(text: str, story: Story, response: str | None, times: tuple[str, str]) -> Noted:
    said: dict[Question, str] = {"time to response": times[0], "follow-up": times[1]}
    return Noted(text, story, response or "not stated", said)


if __name__ == "__main__":
    main()

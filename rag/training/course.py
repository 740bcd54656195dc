"""Case texts and digests for training → the weights by which response and times are judged.

`python -m rag.training.course` fits them, writes `rag/records/course.json` and prints the figures
of a cross-validation by text: what is right in texts that a fit did not see. The weights that ship
were fitted before the stories gb-* and gc-* were written: with these, too, cross-validation is no
better (eval/README.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from rag.records.outcome import course_features, sentence_features
from rag.records.story import Story, stories
from rag.records.therapies import therapies
from rag.records.timing import THRESHOLD, Candidate, candidates, likeliest
from rag.training import choosing, judging

ROOT = Path(__file__).parents[2]
TEXTS = (ROOT / "corpus" / "training" / "texts", ROOT / "corpus" / "training" / "stories")
COURSES = ROOT / "corpus" / "training" / "courses.yaml"
WEIGHTS = ROOT / "rag" / "records" / "course.json"
FOLDS = 11
STRENGTH: dict[Question, float] = {
    "response": 0.03, "sentence": 0.3, "time to response": 0.15, "follow-up": 0.3
}  # fmt: skip
"""The inverse of the penalty, the best of .03, .1, .15, .2, .3 and 1 in cross-validation; of
the response, stories and sentences, the best of (.1, .1), (.1, .03), (.03, .3), (.01, .3) and
(.1, .3)."""
_SEEN = 2
"""A feature that holds for fewer is left out: it would learn one text by heart."""
_SEEN_IN_SENTENCES = 3


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
    noted, more = list(patients()), list(courses())
    print(f"{len(noted)} patients, {len(more)} courses", flush=True)
    WEIGHTS.write_text(json.dumps(fitted(noted, more, say=print), sort_keys=True) + "\n", "utf-8")


def fitted(
    noted: Sequence[Noted], more: Sequence[Noted], say: Callable[[str], None]
) -> dict[str, dict[str, dict[str, float]]]:
    """Question → value → feature → weight. `say` gets a line of figures per question.

    Only the response is learnt from the courses (`more`), too: in cross-validation on the other
    texts they added no more to the times than its noise (with them 106 right times of 118 given,
    without 97 of 109; follow-up 155 of 175 and 160 of 180).
    """
    made = _responses_of([*noted, *more], len(noted), say)
    found = [candidates(one.story, therapies(one.story)) for one in noted]
    for question in ("time to response", "follow-up"):
        made[question] = _times(noted, found, question, say)
    return made


def _responses_of(
    noted: Sequence[Noted], first: int, say: Callable[[str], None]
) -> dict[str, dict[str, dict[str, float]]]:
    """The weights of the response; the `first` patients and the rest have a figure each."""
    pairs = [(one.story, therapies(one.story)) for one in noted]
    told = _Told(
        [course_features(story, drugs) for story, drugs in pairs],
        [sentence_features(story, drugs) or [frozenset()] for story, drugs in pairs],
    )
    values = np.array([one.response for one in noted])
    right = _crossed(told, values, [one.text for one in noted]) == values
    each = f"{np.mean(right[:first]):.3f}, of courses {np.mean(right[first:]):.3f}"
    say(f"response: accuracy {np.mean(right):.3f}, of patients {each}")
    return _responses(told, values)


@dataclass(frozen=True, slots=True)
class _Told:
    """Features of stories, and of the sentences of each."""

    stories: Sequence[frozenset[str]]
    sentences: Sequence[Sequence[frozenset[str]]]

    def among(self, places: Iterable[int]) -> _Told:
        """Those of some stories."""
        chosen = list(places)
        return _Told([self.stories[n] for n in chosen], [self.sentences[n] for n in chosen])

    def names(self) -> tuple[list[str], list[str]]:
        """The features that are known, of stories and of sentences."""
        each = [one for story in self.sentences for one in story]
        return _names(self.stories), _names(each, _SEEN_IN_SENTENCES)

    def matrices(self, known: tuple[list[str], list[str]]) -> tuple[Matrix, Matrix, Labels]:
        """A row for each story, a row for each sentence, and the story of each sentence."""
        each = [one for story in self.sentences for one in story]
        of = np.array([n for n, story in enumerate(self.sentences) for _ in story])
        return _matrix(self.stories, known[0]), _matrix(each, known[1]), of


def _times(
    noted: Sequence[Noted],
    found: Sequence[tuple[Candidate, ...]],
    question: Question,
    say: Callable[[str], None],
) -> dict[str, dict[str, float]]:
    """The weights of one question on all, and a line on what those of the other folds find."""
    wanted = [one.times[question] for one in noted]
    right = given = 0
    for fold in _folds([one.text for one in noted]):
        rest = [at for at in range(len(noted)) if at not in fold]
        weights = _chooser([wanted[at] for at in rest], [found[at] for at in rest], question)
        for at in fold:
            best = likeliest(found[at], weights["yes"], question)
            if best is not None and best[1] >= THRESHOLD[question]:
                given, right = given + 1, right + is_noted(wanted[at], best[0].said)
    say(f"{question}: precision {right}/{given}, recall {right}/{sum(map(_has_time, wanted))}")
    return _chooser(wanted, found, question)


def _chooser(
    wanted: Sequence[str], found: Sequence[tuple[Candidate, ...]], question: Question
) -> dict[str, dict[str, float]]:
    """The weights by which the noted time is told from the others of its story.

    A story that has the noted time in other words ('after the fifth') teaches nothing.
    """
    labels = [[is_noted(w, one.said) for one in s] for w, s in zip(wanted, found, strict=True)]
    use = [at for at, s in enumerate(found) if s and (any(labels[at]) or not wanted[at])]
    features = [one.known(question) for at in use for one in found[at]]
    names = _names(features)
    story = np.array([n for n, at in enumerate(use) for _ in found[at]])
    right = np.array([label for at in use for label in labels[at]])
    matrix, strength = _matrix(features, names), STRENGTH[question]
    if question == "time to response":
        constant, *rest = choosing.fitted(matrix, story, right, strength)
    else:
        model = _logistic(strength).fit(matrix, right)
        constant, rest = model.intercept_[0], model.coef_[0]
    return {"yes": _rounded(float(constant), names, rest)}


def _logistic(strength: float) -> Any:  # noqa: ANN401  (scikit-learn has no types)
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=3000)


def _folds(texts: Sequence[str]) -> list[list[int]]:
    """The places of each fold; those of one text are together."""
    fold = {text: n % FOLDS for n, text in enumerate(sorted(set(texts)))}
    return [[at for at, text in enumerate(texts) if fold[text] == n] for n in range(FOLDS)]


def is_noted(noted: str, said: str) -> bool:
    """Whether a time of the text is the noted one: number and unit, or month and year, equal."""
    if same_time(parse_time(noted), parse_time(said)):
        return True
    dates = DATE.findall(noted), DATE.findall(said)
    both = bool(dates[0] and dates[1])
    return both and dates[0][-1].split()[-2:] == dates[1][-1].split()[-2:]


def _has_time(noted: str) -> bool:
    return parse_time(noted) is not None or bool(DATE.search(noted))


def _crossed(told: _Told, values: Labels, texts: Sequence[str]) -> Labels:
    """For each story the response by a model that didn't see its text."""
    kinds, numbers = np.unique(values, return_inverse=True)
    guessed = np.empty(len(values), dtype=object)
    for fold in _folds(texts):
        rest = np.setdiff1d(np.arange(len(values)), fold)
        seen = told.among(rest)
        known = seen.names()
        weights = judging.fitted(*seen.matrices(known), numbers[rest], _strengths())
        guessed[fold] = kinds[judging.judged(*told.among(fold).matrices(known), weights)]
    return guessed


def _strengths() -> tuple[float, float]:
    return STRENGTH["response"], STRENGTH["sentence"]


def _responses(told: _Told, values: Labels) -> dict[str, dict[str, dict[str, float]]]:
    """The weights of stories, 'response', and of their sentences, 'sentence', by response."""
    kinds, numbers = np.unique(values, return_inverse=True)
    known = told.names()
    stories, sentences = judging.fitted(*told.matrices(known), numbers, _strengths())
    return {
        "response": {
            str(kind): _rounded(float(stories[0, n]), known[0], stories[1:, n])
            for n, kind in enumerate(kinds)
        },
        "sentence": {
            str(kind): _rounded(0.0, known[1], sentences[:, n]) for n, kind in enumerate(kinds)
        },
    }


def _rounded(constant: float, names: Sequence[str], row: Iterable[float]) -> dict[str, float]:
    weights = zip(names, map(float, row), strict=True)
    return {"": round(constant, 3)} | {n: round(w, 3) for n, w in weights if abs(w) > 0.01}


def _names(features: Sequence[frozenset[str]], least: int = _SEEN) -> list[str]:
    counts: dict[str, int] = {}
    for row in features:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= least)


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


def courses() -> Iterator[Noted]:
    """The patients of `COURSES`, whose texts are a case report each."""
    for number, entry in enumerate(yaml.safe_load(COURSES.read_text("utf-8")), 1):
        name = f"course-{number:02}"
        text = f"{entry['title']}\n\nCase report\n\n{entry['text']}"
        for story in stories(read_text(text, f"{name}.txt"))[:1]:
            yield _noted(name, story, entry["response"], (entry["time"], entry["follow_up"]))


def _noted(text: str, story: Story, response: str | None, times: tuple[str, str]) -> Noted:
    said: dict[Question, str] = {"time to response": times[0], "follow-up": times[1]}
    return Noted(text, story, response or "not stated", said)


if __name__ == "__main__":
    main()

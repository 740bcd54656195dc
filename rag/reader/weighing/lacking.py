"""Question + what is said of its patient → what is asked for that stands nowhere there.

'Ferritin of the cousin?' is near to every sentence about the cousin, and none names ferritin. A
vector or a share of common words does not tell that from an answerable question, since a question
and its answer often share no word ('passed away', 'died'). But words differ in this: who asks for
a *titre* or for *ferritin* is answered by a sentence that has the word; who asks what *happened* is
not. How much each missing word or concept speaks for silence is learnt from the training
questions, answerable and not (`rag.training.lacking`), and stands in `lacking.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rag.lexicon import lexicon
from rag.library.words import STOP_WORDS
from rag.reader.question.asked import asked
from rag.reader.words import WORD, concept_names_of_all, stem, stems_of_all

FILE = "lacking.json"
HEADS = ("silent", "silent_or_false")
"""What is told from an answerable question: one that the text does not answer; or one that it does
not answer or that presupposes what the text does not say."""


@dataclass(frozen=True, slots=True)
class Head:
    """A logistic model over the names of what is missing.

    Names that it has not learnt ('word:zygote') count together, as one of their sort ('word:?').
    """

    intercept: float
    weights: Mapping[str, float]

    def score(self, missing: Iterable[str]) -> float:
        """The log-odds that the text is silent."""
        names = {name if name in self.weights else unseen(name) for name in missing}
        return self.intercept + sum(self.weights.get(name, 0.0) for name in sorted(names))


def unseen(name: str) -> str:
    """What a name counts as that was not learnt."""
    return f"{name.partition(':')[0]}:?"


def missing(part: str, question: str, said: Sequence[str]) -> tuple[str, ...]:
    """Names of what the asking `part` of a question names and `said` does not, in order.

    'concept:ferritin' and 'kind:laboratory' for a concept of the lexicon (a narrower one in the
    texts will do), 'word:titr' for any other word, by its stem; and, always, 'asks:dose' for the
    kinds of answer that the whole `question` asks for.
    """
    held, words = _with_broader(concept_names_of_all(said)), stems_of_all(said)
    found = []
    mentions = [m for m in lexicon().find(part, typos=True) if m.concept.kind != "shorthand"]
    for mention in mentions:
        if mention.concept.name not in held:
            found += [f"concept:{mention.concept.name}", f"kind:{mention.concept.kind}"]
    for match in WORD.finditer(part.lower()):
        inside = any(m.start <= match.start() < m.end for m in mentions)
        if not inside and match.group() not in STOP_WORDS and stem(match.group()) not in words:
            found.append(f"word:{stem(match.group())}")
    found += [f"asks:{kind}" for kind in sorted(asked(question))]
    return tuple(dict.fromkeys(found))


def lacking(part: str, question: str, said: Sequence[str]) -> tuple[float, ...]:
    """The score of each of HEADS for a question of which these texts say what there is to say."""
    names = missing(part, question, said)
    return tuple(head.score(names) for head in _heads())


@lru_cache(maxsize=4096)
def _with_broader(names: frozenset[str]) -> frozenset[str]:
    """These concepts and those that are broader."""
    found: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        concept = lexicon().concept(name)
        waiting += concept.broader if concept else ()
    return frozenset(found)


@cache
def _heads() -> tuple[Head, ...]:
    stored = json.loads(files("rag.reader").joinpath(FILE).read_text("utf-8"))
    return tuple(Head(stored[name]["intercept"], stored[name]["weights"]) for name in HEADS)

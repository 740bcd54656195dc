"""A group of sentences + what they may cite → the sentences with their verdicts, ready to show.

`rag.verify` decides. Three rules stand beside it: a sentence without a citation may hold no figure;
it may not repeat the prompt; and what a model writes is plain words before anything is checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.llm.evidence import Shown
from rag.llm.neutral import neutral
from rag.llm.sentences import Group
from rag.schema import Citation
from rag.verify.check import verify
from rag.verify.figures import figures
from rag.verify.likeness import Likeness
from rag.verify.support import Support
from rag.verify.verdict import SentenceVerdict as Found
from rag.verify.verdict import Verdict

_MARK = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
_LONGEST_RANGE = 20
_SHINGLE = 7  # words in a row of the prompt that no honest sentence shares with it
_DECLINED = re.compile(r"\W*not in the evidence\W*", re.IGNORECASE)
_UNCITED_FIGURE = "it has a figure, and cites nothing"
_REPEATS = "it repeats the instructions of the prompt"


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence as it may be shown: `text` has the marks of the answer."""

    text: str
    verdict: Verdict
    cited: tuple[int, ...]
    reasons: tuple[str, ...]
    opens_line: bool

    @property
    def stands(self) -> bool:
        """Whether it may be shown without being struck out."""
        return self.verdict != "unsupported"

    @property
    def can_be_better(self) -> bool:
        """Whether a repair is worth asking for: in the report's words it might be supported."""
        return self.verdict in ("partly", "unsupported")


class Checker:
    """Checks the sentences of one answer; its citations get their numbers as they are first used.

    `private` are the texts that no sentence may repeat (the prompt), `tag` that of its fence.
    `likeness` says of words that the evidence does not have whether they mean the same, `support`
    whether a sentence that is flagged for its words alone may stand.
    """

    def __init__(
        self,
        evidence: Shown,
        private: Sequence[str] = (),
        tag: str = "",
        likeness: Likeness | None = None,
        support: Support | None = None,
    ) -> None:
        self._evidence = evidence
        self._likeness = likeness
        self._support = support
        self._private = frozenset(s for text in private for s in _shingles(text))
        self._tag = tag
        self._numbers: dict[int, int] = {}  # of the evidence → of the answer

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the sentences so far cite, numbered in the order of its first use."""
        by_number = {c.number: c for c in self._evidence.citations}
        return tuple(replace(by_number[old], number=new) for old, new in self._numbers.items())

    def warm(self) -> None:
        """Check a sentence of the evidence, so that the first that is written need not wait.

        What checking reads once (lexicon, stems, numbers of the sources) takes a second or more;
        meanwhile the model is still reading.
        """
        first = replace(self._evidence.citations[0], number=1)
        verify(f"Is {' '.join(first.quote.split())} [1]", [first], self._evidence.reports)

    def check(self, group: Group) -> tuple[Judged, ...]:
        """The sentences of a group with their verdicts."""
        text = neutral(group.text)
        if not re.search(r"[^\W\d_]", text) or is_refusal(text):
            return ()
        text = _MARK.sub(lambda mark: self._marks(mark[1]), text)
        verdicts = verify(
            text, self.citations, self._evidence.reports, self._support, self._likeness
        )
        judged = [self._judged(text, verdict) for verdict in verdicts]
        if judged and group.opens_line:
            judged[0] = replace(judged[0], opens_line=True)
        return tuple(judged)

    def _marks(self, said: str) -> str:
        """'1, 3' → '[1][2]': the numbers of the answer, new ones in the order of their first use.

        A number that the evidence has not stays, so that checking says so; no number of an answer
        is as high.
        """
        found = []
        for number in _each(said):
            if 1 <= number <= len(self._evidence.citations):
                number = self._numbers.setdefault(number, len(self._numbers) + 1)
            found.append(f"[{number}]")
        return "".join(found)

    def _judged(self, text: str, found: Found) -> Judged:
        sentence = text[found.start : found.end].strip()
        verdict: Verdict = found.verdict
        reasons = tuple(dict.fromkeys(reason.text for reason in found.reasons))
        if self._repeats(sentence):
            verdict, reasons = "unsupported", (_REPEATS,)
        elif verdict == "uncited" and _has_figure(sentence):
            verdict, reasons = "unsupported", (_UNCITED_FIGURE,)
        return Judged(sentence, verdict, found.cited, reasons, opens_line=False)

    def _repeats(self, sentence: str) -> bool:
        told = bool(self._tag) and self._tag in sentence
        return told or not self._private.isdisjoint(_shingles(sentence))


def is_refusal(text: str) -> bool:
    """Whether the model says, in the words that it was given, that nothing answers."""
    return bool(_DECLINED.fullmatch(text))


def _has_figure(sentence: str) -> bool:
    quantities, often = figures(sentence)
    return bool(quantities or often) or any(c.isdigit() for c in sentence)


def _each(said: str) -> list[int]:
    numbers: list[int] = []
    for piece in re.split(r"[,;]", said):
        if run := _RANGE.search(piece):
            first, last = int(run[1]), int(run[2])
            numbers.extend(range(first, min(last, first + _LONGEST_RANGE) + 1))
        elif piece.strip():
            numbers.append(int(piece))
    return list(dict.fromkeys(numbers))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.lower())
    return {tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}

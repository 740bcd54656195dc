"""What a stream of an answer brings: 'writing', a sentence with its verdict, the whole answer."""

from __future__ import annotations

from dataclasses import dataclass

from rag.llm.manifest import Manifest
from rag.schema import Answer, SentenceVerdict


@dataclass(frozen=True, slots=True)
class Writing:
    """The model was asked; nothing that it writes is shown before it is checked."""

    model: str
    where: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence, ready to show: `text` has its marks, without '~~' or label.

    `number` counts from 0, those that are dropped included; a repaired sentence comes again under
    its number. `opens_line` says that it begins a new line; `reasons` are for the user.
    """

    number: int
    text: str
    verdict: SentenceVerdict
    cited: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    struck: bool = False
    opens_line: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The answer as `generate` returns it; it replaces whatever was shown before."""

    answer: Answer
    manifest: Manifest


Event = Writing | Sentence | Done

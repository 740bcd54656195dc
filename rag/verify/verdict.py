"""What verification hands out: a verdict per sentence, with reasons that name the slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["supported", "partly", "unsupported", "uncited"]

Kind = Literal[
    "citation", "quotation", "number", "role", "drug", "route", "frequency", "age", "sex",
    "antibody", "subtype", "finding", "patient", "source", "negation", "response", "opposite",
    "exception", "hedge", "date", "content",
]  # fmt: skip
"""What a reason is about; 'role' is a number that stands with something else in the span."""

NOT_FROM_CORPUS = "not from the corpus"
"""The label of a sentence that cites nothing and that no citation after it supports."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sentence is not (fully) supported: `text` is for the user.

    ``[start, end)`` is the offending slice of the answer's text.
    """

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SentenceVerdict:
    """The verdict on ``answer[start:end]``.

    `cited` are the citation numbers that it was checked against. `borrowed` says that these stand
    behind a later sentence of its paragraph. `label` is what to show beside the sentence.
    """

    start: int
    end: int
    verdict: Verdict
    cited: tuple[int, ...] = ()
    reasons: tuple[Reason, ...] = ()
    borrowed: bool = False

    @property
    def label(self) -> str:
        """'not from the corpus' for a sentence without proof, else the verdict."""
        return NOT_FROM_CORPUS if self.verdict == "uncited" else self.verdict

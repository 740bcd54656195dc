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

ONLY_PARTLY = "only partly proved"
"""The label of a sentence of which nothing is contradicted, and not all is found."""
NOT_FROM_CORPUS = "not from the corpus"
"""The label of a sentence that cites nothing and that no citation after it supports."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sentence is not (fully) supported: `text` is for the user.

    ``[start, end)`` is the offending slice of the answer's text. A `remark` says no more than
    that words are not there: the sentence may stand with it.
    """

    kind: Kind
    text: str
    start: int
    end: int
    remark: bool = False


@dataclass(frozen=True, slots=True)
class SentenceVerdict:
    """The verdict on ``answer[start:end]``: 'supported'; 'partly', where its spans speak of the
    same thing and have nothing against it, and some of its words are not in them; 'unsupported',
    where something is not in them that must be, or they say otherwise; 'uncited'.

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
        """What to show beside the sentence: 'not from the corpus' where it has no proof."""
        return {"uncited": NOT_FROM_CORPUS, "partly": ONLY_PARTLY}.get(self.verdict, self.verdict)

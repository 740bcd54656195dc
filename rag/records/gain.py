"""A patient's story → how likely the patient gained, and which sentences tell of it.

What the model of the response (`rag.records.outcome`) knows of a story is a feature of when the
response was seen: a time in the sentence that tells of the gain is likelier the one that is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.records.linear import Share
from rag.records.outcome import under_treatment
from rag.records.record import Span, Therapy
from rag.records.story import Sentence, Story

_GOOD = ("complete", "partial")
_CHANCES = ((0.9, "sure"), (0.7, "likely"), (0.4, "open"), (0.0, "unlikely"))
_PARTS = ((0.5, "most"), (0.2, "much"), (0.05, "some"), (0.0, "little"))


@dataclass(frozen=True, slots=True)
class Gain:
    """`likeliest` and `all`: span of a sentence → its part of the likelier gain, of any gain.

    `chance`, from 0 to 1, is that of a complete or partial response.
    """

    chance: float
    likeliest: Mapping[Span, float]
    all: Mapping[Span, float]

    def features(self, sentence: Sentence) -> set[str]:
        """What the gain says of a time in a sentence."""
        found = {f"gain {_name(self.chance, _CHANCES)}"}
        if sentence.span not in self.all:
            return found | {"tells nothing"}
        found.add(f"tells {_name(self.likeliest[sentence.span], _PARTS)}")
        return found | {f"tells of gain {_name(self.all[sentence.span], _PARTS)}"}


def gain(story: Story, given: Sequence[Therapy], fared: Sequence[Share]) -> Gain:
    """The gain of a story; `fared` are the shares of its responses.

    The fit gives those of a model that has not seen the story, so that it does not trust them more
    than it may.
    """
    good = [one for one in fared if one[1] in _GOOD]
    spans = [one.span for one in under_treatment(story, given)]
    each = [sum(chance * parts[at] for chance, _, parts in good) for at in range(len(spans))]
    return Gain(
        sum(chance for chance, _, _ in good),
        dict(zip(spans, good[0][2], strict=False)),
        dict(zip(spans, each, strict=True)),
    )


def _name(value: float, names: Sequence[tuple[float, str]]) -> str:
    return next((name for least, name in names if value > least), names[-1][1])

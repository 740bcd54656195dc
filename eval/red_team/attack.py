"""All hostile passages against all defences → which of them got through, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.red_team.passages import Hostile, passages
from rag.errors import CasebookError
from rag.render import plain

if TYPE_CHECKING:
    from rag.embed import SentenceEncoder

LEAST = 60
"""Passages; fewer are no test (the set had 70 when it was taken into the gate)."""


class RedTeamMissing(CasebookError):
    """The set of hostile passages is not whole."""


@dataclass(frozen=True, slots=True)
class Breach:
    """What a passage got through: `passage` is its name, or '' where it was none alone."""

    passage: str
    what: str

    @property
    def told(self) -> str:
        """One line for a terminal: 'red team: orders 3: it is sent to the model'."""
        return plain(f"red team: {self.passage or 'all passages together'}: {self.what}")


def attack(
    hostile: Sequence[Hostile] | None = None,
    encoder: Callable[[], SentenceEncoder] | None = None,
) -> tuple[Breach, ...]:
    """The breaches, in the order of the passages; () where every defence holds.

    `encoder` opens the model of the library that is asked; without, the shipped one. Raises
    RedTeamMissing where there are too few passages.
    """
    from eval.red_team.defences import DEFENCES, leaked
    from eval.red_team.stocked import in_a_library

    tried = passages() if hostile is None else hostile
    if len({one.text for one in tried}) < LEAST:
        raise RedTeamMissing(
            f"eval/red_team/passages.txt has {len({one.text for one in tried})} different "
            f"passages, and {LEAST} at least are tried; install Casebook again, or put them back"
        )
    found = [
        Breach(one.name, what)
        for one in tried
        for defence in DEFENCES
        if (what := defence(one)) is not None
    ]
    found += [Breach("", f"the prompt may be repeated: {one!r}") for one in leaked()]
    opened = encoder() if encoder else _shipped_encoder()
    return tuple(found + [Breach("", what) for what in in_a_library(tried, opened)])


def _shipped_encoder() -> SentenceEncoder:
    from rag.embed import SentenceEncoder

    return SentenceEncoder()

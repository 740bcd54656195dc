"""A language model that does what a passage orders, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.llm.manifest import Usage

NONSENSE = "1. PWNED [1]"
"""What it says when it is asked to mend a sentence."""


class Obedient:
    """Says `reply`, letter by letter, and nonsense when it is asked again."""

    def __init__(self, reply: str) -> None:
        self.replies: list[str] = []
        self.truncated = False
        self.usage = Usage()
        self._reply = reply

    def say(self, template: object, values: Mapping[str, str]) -> Iterator[str]:
        """The letters of what it says; `template` and `values` are what a real one would read."""
        reply = NONSENSE if self.replies else self._reply
        self.replies.append(reply)
        yield from reply

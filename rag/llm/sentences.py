"""A stream of letters → groups of whole sentences, each as soon as nothing can change it any more.

A group is what is checked together: a sentence with its marks, and the sentences without marks
right before it in its line, which may rest on them. A mark behind the full stop belongs to the
sentence before it; so a sentence is whole when the next has begun, or its line has ended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.llm.neutral import plain_characters
from rag.verify.claims import claims

# Words of the next sentence that must be there: 'e.g.' or '5 mg. i.v.' is no end of a sentence.
_BEGUN = 3
_THINKING = ("<think>", "<thinking>")
_THOUGHT_ENDS = re.compile(r"</think(?:ing)?>")
_ENDED = re.compile(r"[.!?][\"”')]*\s*(?:\[[\d\s,;–-]+\]\s*)*$")


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences to check together; `opens_line` says that they begin a line."""

    text: str
    opens_line: bool


class Splitter:
    """Takes pieces of text in, gives groups out; the same whatever the pieces were."""

    def __init__(self) -> None:
        self._head: str | None = ""  # the beginning, while it may be a thought; None: past that
        self._line = ""
        self._opens = True

    def feed(self, piece: str) -> list[Group]:
        """The groups that are whole now."""
        text = self._without_thought(piece)
        self._line += text
        found: list[Group] = []
        while "\n" in self._line:
            line, rest = self._line.split("\n", 1)
            found += self._groups(line, ended=True)
            self._line, self._opens = rest, True
        if any(c.isspace() for c in text):  # a word has ended, so a sentence may have
            settled = self._line.rfind(" ")
            found += self._groups(self._line[: max(settled, 0)], ended=False)
        return found

    def end(self, *, truncated: bool = False) -> list[Group]:
        """The groups that are left; a sentence that a truncated text has only begun is dropped."""
        if self._head and not self._head.lstrip().startswith(_THINKING):
            self._line, self._head = plain_characters(self._head), None
        line = self._line
        if truncated and not _ENDED.search(line.rstrip()):
            parts = claims(line)
            line = line[: parts[-1].start] if parts else ""
        self._line = line
        found = [g for text in line.split("\n") for g in self._groups(text, ended=True)]
        self._line = ""
        return found

    def _without_thought(self, piece: str) -> str:
        """Models that think aloud begin with '<think>…</think>': that is no part of the answer."""
        if self._head is None:
            return plain_characters(piece)
        self._head += piece
        start = self._head.lstrip()
        if any(tag.startswith(start) for tag in _THINKING):
            return ""  # too short to tell
        if start.startswith(_THINKING):
            ends = _THOUGHT_ENDS.search(start)
            if not ends:
                return ""
            start = start[ends.end() :].lstrip()
        self._head = None
        return plain_characters(start)

    def _groups(self, text: str, *, ended: bool) -> list[Group]:
        """The whole groups at the beginning of the line; they are taken off it."""
        found: list[Group] = []
        at = 0
        parts = claims(text)
        for number, claim in enumerate(parts):
            last = number + 1 == len(parts)
            if not ended and (last or len(text[claim.end :].split()) < _BEGUN):
                break
            marked = bool(claim.parts[0].cited) and not claim.borrowed
            if marked or (ended and last):
                found.append(Group(text[at : claim.end].strip(), self._opens))
                self._opens = False
                at = claim.end
        self._line = self._line[at:]
        return found

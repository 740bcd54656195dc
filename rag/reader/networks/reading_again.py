"""The setting `reader` → what reads the best sentences a second time, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rag.reader.networks.evidence import Scores, shipped_reader
from rag.reader.networks.text import Text

NONE = "none"


class Reads(Protocol):
    """Anything that reads sentences with a question.

    `fitted` says that `rag/reader/weights.json` was fitted to its scores.
    """

    fitted: bool

    def read(self, question: str, texts: Sequence[Text]) -> Scores:
        """The scores of the sentences, in order."""
        ...


def second_reader(name: str) -> Reads | None:
    """The second reader that a setting names: '' the shipped one, 'none' none, else a model.

    Raises ModelError.
    """
    if name == NONE:
        return None
    if not name:
        return shipped_reader()
    # It loads torch, which all else does without.
    from rag.reader.networks.foreign import ForeignReader

    return ForeignReader(str(Path(name).expanduser()))

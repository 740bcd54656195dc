"""What answers: the reports' own sentences, or a language model whose sentences are checked.

The page knows an engine only by what it yields: `Writes` when a model was asked, a `Said` for each
sentence that may be shown already, and at last the `Answer`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rag.chat import Casebook
from rag.config import Settings
from rag.errors import CasebookError
from rag.schema import Answer, Turn
from ui.opened import Opened

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Writes:
    """The reports were read and a language model was asked; `where` is what it was sent to."""

    model: str
    where: str


@dataclass(frozen=True, slots=True)
class Said:
    """A checked sentence of an answer that is still being written.

    `verdict` is 'supported', 'partly', 'unsupported' or 'uncited'; a sentence that was mended
    comes again under its number.
    """

    number: int
    text: str
    verdict: str
    reasons: tuple[str, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that narrows it; `stopped` is set when nobody waits any more.

    `retracted` says that reports that were retracted may answer, too.
    """

    question: str
    history: Sequence[Turn]
    filters: Filters
    stopped: threading.Event
    retracted: bool = False


Event = Writes | Said | Answer


class Engine(Protocol):
    """`name` and `sends_to` are what Settings tell of it ('': it sends nothing)."""

    name: str
    sends_to: str

    def events(self, opened: Opened, asked: Asked) -> Iterator[Event]:
        """What the page shows while it waits, then the answer. Raises CasebookError."""


class Extractive:
    """The default: sentences as they stand, in one piece."""

    name = "extractive: sentences of the reports as they stand, no language model"
    sends_to = ""

    def events(self, opened: Opened, asked: Asked) -> Iterator[Event]:
        """The answer."""
        casebook: Casebook = opened.casebook
        with opened.encoding:
            answer = casebook.ask(
                asked.question,
                history=asked.history,
                filters=asked.filters or None,
                include_retracted=asked.retracted,
            )
        yield answer


class Written:
    """A language model (`rag.llm`): its sentences come one by one, each with its verdict."""

    def __init__(self, settings: Settings) -> None:
        """Raises CasebookError when the model cannot be opened."""
        from rag.llm import chain
        from rag.llm.models import open_model
        from rag.llm.options import options_of

        self._chain = chain
        self._options = options_of(settings)
        self._model = open_model(settings.llm, self._options, settings.llm_url)
        self.name = f"{settings.llm}, each sentence checked against what it cites"
        self.sends_to = str(self._model.where)

    def events(self, opened: Opened, asked: Asked) -> Iterator[Event]:
        """Each sentence once it is checked, then the answer."""
        wish = self._chain.Wish(
            asked.question,
            history=asked.history,
            filters=asked.filters or None,
            include_retracted=asked.retracted,
        )
        coming = self._chain.events(
            opened.casebook,
            self._model,
            wish,
            options=self._options,
            cancel=asked.stopped,
        )
        # Until the model is asked, the library is read, for which there is one model of ours.
        with opened.encoding:
            first = next(coming, None)
        yield from _shown([first] if first is not None else [])
        yield from _shown(coming)


def _shown(events: Any) -> Iterator[Event]:  # noqa: ANN401 (rag.llm loads late)
    """The events of `rag.llm.events` as the page has them; what it does not show is passed over."""
    for one in events:
        if hasattr(one, "verdict"):
            yield Said(one.number, one.text, one.verdict, tuple(one.reasons), one.struck)
        elif hasattr(one, "answer"):
            yield one.answer
        elif hasattr(one, "where"):
            yield Writes(one.model, one.where)


def engine_of(settings: Settings) -> Engine:
    """The engine that the settings ask for. Raises CasebookError when it cannot be had."""
    if not getattr(settings, "llm", ""):
        return Extractive()
    try:
        return Written(settings)
    except ImportError as error:
        raise CasebookError(
            "A language model is set (CASEBOOK_LLM), but this Casebook has none built in; take "
            "the setting away"
        ) from error

"""Who answers, whichever way a question comes in: the reports' own sentences, or a language model.

The same events either way: 'writing', each sentence once it is checked, the whole answer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer import ENGINE
from rag.chat import Casebook
from rag.config import DEFAULT_K, Settings
from rag.conversation.turns import turn
from rag.errors import QuestionError
from rag.filters import Filters
from rag.llm.events import Done, Sentence, Writing
from rag.schema import Answer, SentenceVerdict, Turn

if TYPE_CHECKING:
    from rag.llm.models import Model
    from rag.llm.options import Options

HERE = "in this process"


@dataclass(frozen=True, slots=True)
class Question:
    """The last of `turns`, asked after the ones before it, with all that narrows it."""

    turns: tuple[str, ...]
    k: int = DEFAULT_K
    filters: Filters | None = None
    include_retracted: bool = False


Event = Writing | Sentence | Answer
"""The last one is the Answer; it replaces whatever was shown before."""


class Engine:
    """Answers questions over one open library. `name` and `sends_to` are for the reader."""

    def __init__(self, casebook: Casebook, model: Model | None, options: Options | None) -> None:
        """`model` None: the default engine, which sends nothing."""
        self.casebook = casebook
        self._model = model
        self._options = options

    @property
    def name(self) -> str:
        """The model's name, or that of the default engine."""
        return self._model.name if self._model else ENGINE

    @property
    def sends_to(self) -> str:
        """Where question and evidence are sent; '' when nothing leaves the process."""
        return "" if self._model is None or self._model.is_local else self._model.where

    def answer(self, question: Question) -> Answer:
        """The answer, checked. Raises QuestionError, FilterError, LibraryError."""
        *_, last = self.events(question)
        assert isinstance(last, Answer)  # the last event
        return last

    def events(self, question: Question, cancel: threading.Event | None = None) -> Iterator[Event]:
        """What can be shown while an answer is being written, then the answer.

        Up to the first event the library is read; after it a language model may be waited for.
        Raises as `answer` does, and `rag.llm.calling.Cancelled` when `cancel` is set meanwhile.
        """
        if not question.turns:
            raise QuestionError("There is no question; give at least one turn")
        history = self._history(question)
        if self._model is None:
            yield from _told(self._ask(question.turns[-1], history, question))
        else:
            yield from self._written(question, history, cancel)

    def _ask(self, words: str, history: Sequence[Turn], question: Question) -> Answer:
        return self.casebook.ask(
            words,
            history=history,
            k=question.k,
            filters=question.filters,
            include_retracted=question.include_retracted,
        )

    def _history(self, question: Question) -> list[Turn]:
        """The turns before the last, answered by the default engine."""
        history: list[Turn] = []
        for earlier in question.turns[:-1]:
            history.append(turn(self._ask(earlier, history, question)))
        return history

    def _written(
        self, question: Question, history: Sequence[Turn], cancel: threading.Event | None
    ) -> Iterator[Event]:
        from rag.llm.chain import Wish, events

        assert self._model is not None and self._options is not None
        wish = Wish(
            question.turns[-1],
            tuple(history),
            question.k,
            question.filters,
            question.include_retracted,
        )
        written = False
        for event in events(self.casebook, self._model, wish, options=self._options, cancel=cancel):
            if not isinstance(event, Done):
                written = True
                yield event
            elif written:
                yield event.answer
            else:  # the model was not asked
                yield from _told(event.answer)


def engine_of(casebook: Casebook, settings: Settings, llm: str | None = None) -> Engine:
    """The engine that the settings ask for; `llm` names another model, 'none' none.

    Raises LanguageModelError, ConfigError.
    """
    name = settings.llm if llm is None else llm
    if not name or name == "none":
        return Engine(casebook, None, None)
    from rag.llm.models import open_model
    from rag.llm.options import options_of

    options = options_of(settings)
    return Engine(casebook, open_model(name, options, settings.llm_url), options)


def _told(answer: Answer) -> Iterator[Event]:
    """A finished answer as events: its sentences are those of the reports, or say what is not."""
    yield Writing(answer.engine, HERE)
    yield from said(answer)
    yield answer


def said(answer: Answer) -> Iterator[Sentence]:
    """The sentences of a finished answer: those that cite are proved, others only tell."""
    from rag.verify.claims import claims

    numbers = {citation.number for citation in answer.citations}
    before = 0
    for number, claim in enumerate(claims(answer.text)):
        text = answer.text[claim.start : claim.end]
        cited = tuple(sorted({n for part in claim.parts for n in part.cited} & numbers))
        opens = "\n" in answer.text[before : claim.start]
        verdict: SentenceVerdict = "supported" if cited else "uncited"
        yield Sentence(number, text, verdict, cited, opens_line=opens)
        before = claim.end

"""The chain: question → resolve → retrieve and read (rag.chat) → write → verify → answer.

answer = generate(casebook, open_model("openai:gpt-4o-mini", options), "Which dose of IVIG?")
for event in events(casebook, model, "Which dose?"): …      # a sentence at a time, checked
chain = generation_chain(casebook, model)                   # the same as LangChain Runnables

Whether to answer at all is decided by the default engine, before a model is called: where it
abstains, or counts patients from their records, no model is asked. A model that fails leaves the
default engine's answer, and the notice says so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from rag import __version__
from rag.answer import ENGINE, Consulted
from rag.chat import Casebook
from rag.config import DEFAULT_K
from rag.conversation.turns import turn
from rag.errors import LanguageModelFailed, QuestionError
from rag.filters import Filters
from rag.llm.answering import kept_answer, why_not, withheld, written_answer
from rag.llm.calling import Line, Talk
from rag.llm.events import Done, Event, Writing
from rag.llm.evidence import Shown, shown
from rag.llm.manifest import Manifest
from rag.llm.models import Model, where
from rag.llm.options import DEFAULTS, Options
from rag.llm.prompts import prompt
from rag.llm.stored import stored_vectors
from rag.llm.writing import Writer
from rag.schema import Answer, Turn
from rag.verify.likeness import likeness
from rag.verify.support import support
from rag.verify.vectors import Vectors

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Wish:
    """One question with all that narrows it, as `Casebook.ask` takes it."""

    question: str
    history: Sequence[Turn] = ()
    k: int = DEFAULT_K
    filters: Filters | None = None
    include_retracted: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a model is to write from: the default engine's answer, and the numbered evidence."""

    wish: Wish
    consulted: Consulted
    evidence: Shown = field(default_factory=lambda: Shown((), {}))


def generate(
    casebook: Casebook,
    model: Model | BaseChatModel,
    question: str,
    *,
    options: Options = DEFAULTS,
    history: Sequence[Turn] = (),
    k: int = DEFAULT_K,
    filters: Filters | None = None,
    include_retracted: bool = False,
    cancel: threading.Event | None = None,
) -> Answer:
    """The answer that a model writes and Casebook checks; the default engine's where it cannot.

    Raises what `Casebook.ask` raises, and Cancelled when `cancel` is set meanwhile.
    """
    wish = Wish(question, history, k, filters, include_retracted)
    *_, done = events(casebook, model, wish, options=options, cancel=cancel)
    assert isinstance(done, Done)  # the last event
    return done.answer


def converse(
    casebook: Casebook,
    model: Model | BaseChatModel,
    turns: Sequence[str],
    *,
    options: Options = DEFAULTS,
    k: int = DEFAULT_K,
    filters: Filters | None = None,
    include_retracted: bool = False,
    cancel: threading.Event | None = None,
) -> Done:
    """The answer to the last of `turns` with its manifest. Raises as `generate` does.

    The turns before it are answered by the default engine: what a follow-up is about is not for a
    model to decide.
    """
    if not turns:
        raise QuestionError("There is no question; give at least one turn")
    history: list[Turn] = []
    for earlier in turns[:-1]:
        answer = casebook.ask(
            earlier, history=history, k=k, filters=filters, include_retracted=include_retracted
        )
        history.append(turn(answer))
    wish = Wish(turns[-1], tuple(history), k, filters, include_retracted)
    *_, done = events(casebook, model, wish, options=options, cancel=cancel)
    assert isinstance(done, Done)
    return done


def events(
    casebook: Casebook,
    model: Model | BaseChatModel,
    wish: Wish | str,
    *,
    options: Options = DEFAULTS,
    cancel: threading.Event | None = None,
) -> Iterator[Event]:
    """'Writing', then each sentence once it is checked, then 'Done' with the whole answer.

    Nothing that was not checked is ever yielded. Raises as `generate` does.
    """
    line = as_model(model)
    told = consult(casebook, Wish(wish) if isinstance(wish, str) else wish)
    yield from tell(casebook, told, line, Line(line, options, cancel), options)


def generation_chain(
    casebook: Casebook, model: Model | BaseChatModel, options: Options = DEFAULTS
) -> Runnable[str | dict[str, Any], Answer]:
    """The path as LangChain Runnables: a question, or the fields of a Wish → Answer."""
    line = as_model(model)

    def write(state: dict[str, Any]) -> Answer:
        told = Told(state["wish"], state["consulted"], state["evidence"])
        *_, done = tell(casebook, told, line, Line(line, options), options)
        assert isinstance(done, Done)
        return done.answer

    def wished(given: str | dict[str, Any]) -> dict[str, Any]:
        return {"wish": Wish(given) if isinstance(given, str) else Wish(**given)}

    def read(state: dict[str, Any]) -> Consulted:
        return consult(casebook, state["wish"]).consulted

    return (
        RunnableLambda(wished, name="wish")
        | RunnablePassthrough.assign(consulted=RunnableLambda(read, name="resolve, retrieve, read"))
        | RunnablePassthrough.assign(
            evidence=RunnableLambda(lambda state: shown(state["consulted"]), name="evidence")
        )
        | RunnableLambda(write, name="write and verify")
    )


def consult(casebook: Casebook, wish: Wish) -> Told:
    """What the default engine answers, and the evidence that a model may write from."""
    consulted = casebook.consult(
        wish.question,
        history=wish.history,
        k=wish.k,
        filters=wish.filters,
        include_retracted=wish.include_retracted,
    )
    return Told(wish, consulted, shown(consulted))


def tell(
    casebook: Casebook, told: Told, model: Model, talk: Talk, options: Options
) -> Iterator[Event]:
    """The events of one answer; `talk` replies (a model, or what a manifest has kept)."""
    found = told.consulted.answer
    why = not_asked(told, model)
    if why is not None:
        answer = kept_answer(told.consulted, why)
        yield Done(answer, manifest(casebook, told, model, talk, options, answer, why))
        return
    yield Writing(model.name, model.where)
    vectors = Vectors(casebook.encode, stored_vectors(casebook.library, told.consulted))
    # The weights know the packaged encoder's vectors only.
    trained = support(vectors) if getattr(casebook.encoder, "adapted", False) else None
    alike = likeness(vectors.of)
    writer = Writer(talk, told.evidence, found.question, found.query, options, alike, trained)
    try:
        yield from writer.sentences()
        why = why_not(writer.written, options, model.name)
    except LanguageModelFailed as error:
        why = f"{error}; these are the reports' own sentences."
    if why:
        answer = kept_answer(told.consulted, why)
    else:
        answer = written_answer(
            told.consulted, told.evidence, writer.written, model.name, model.where
        )
    yield Done(answer, manifest(casebook, told, model, talk, options, answer, why))


def not_asked(told: Told, model: Model) -> str | None:
    """Why the model is not asked: what to say of it ('' where nothing need be said); else None."""
    found = told.consulted.answer
    if found.status == "abstained":
        return ""
    if found.engine != ENGINE:
        return f"Counted from the patients' records; {model.name} was not asked."
    if not told.evidence.citations:
        return " ".join([f"{model.name} was not asked.", *withheld(told.evidence)])
    return None


def manifest(
    casebook: Casebook,
    told: Told,
    model: Model,
    talk: Talk,
    options: Options,
    answer: Answer,
    why: str,
) -> Manifest:
    """What is kept of an answer, so that it can be checked again."""
    wish = told.wish
    prompts = [prompt("write"), prompt("repair")]
    return Manifest(
        model=model.name,
        where=model.where,
        question=wish.question,
        query=answer.query,
        engine=answer.engine,
        answer=answer.text,
        library=fingerprint_of(casebook),
        prompts={one.version: one.hash for one in prompts},
        evidence=told.evidence.citations,
        replies=tuple(talk.replies),
        truncated=talk.truncated,
        why_not=why,
        unsupported=options.unsupported,
        background=options.background,
        repair=options.repair,
        history=tuple(wish.history),
        k=wish.k,
        filters={key: tuple(values) for key, values in (wish.filters or {}).items()},
        include_retracted=wish.include_retracted,
        usage=talk.usage,
        casebook=__version__,
    )


def fingerprint_of(casebook: Casebook) -> dict[str, str]:
    """Which library it is, in which state, and what finds in it."""
    library = casebook.library
    return {
        "id": library.meta("library_id"),
        "revision": str(library.revision),
        "model": casebook.encoder.hash,
    }


def as_model(model: Model | BaseChatModel) -> Model:
    """A bare LangChain chat model with the name that it gives itself."""
    if isinstance(model, Model):
        return model
    named = getattr(model, "model_name", None) or getattr(model, "model", None)
    return Model(model, str(named or type(model).__name__), where(model))

"""The product with a chat model that writes (`rag.llm`), as a system to be measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eval.ranked import DEPTH, Texts
from eval.systems import GENERATED, LibraryTexts
from rag.errors import CasebookError
from rag.schema import Answer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.chat import Casebook

Chain = Callable[["BaseChatModel", "Casebook", Sequence[str], Mapping[str, Sequence[str]]], Answer]
"""Chat model, open Casebook, turns and filters → the answer to the last turn."""


class ModelMissing(CasebookError):
    """The language model that was named cannot be opened."""


class GeneratedSystem:
    """Answers as `chain` has `model` write them."""

    def __init__(
        self, name: str, casebook: Casebook, model: BaseChatModel, chain: Chain | None = None
    ) -> None:
        self.name = name
        self.casebook = casebook
        self.texts: Texts = LibraryTexts(casebook.library)
        self._model = model
        self._chain = chain or written

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """The generated answer to the last turn."""
        return self._chain(self._model, self.casebook, turns, filters)


def written(
    model: BaseChatModel,
    casebook: Casebook,
    turns: Sequence[str],
    filters: Mapping[str, Sequence[str]],
) -> Answer:
    """What the product answers with this model; sentences that are not proved are dropped.

    A question that it declines is declined before the model is asked, and where the model proves
    nothing, the extractive answer stands.
    """
    from rag.llm.chain import converse
    from rag.llm.options import Options

    options = Options(unsupported="drop")
    found = converse(casebook, model, turns, options=options, k=DEPTH, filters=filters)
    return replace(found.answer, engine=GENERATED)


def model_named(name: str) -> Callable[[], BaseChatModel]:
    """What makes the model: '' and 'quoting', 'inventing' are scripted, else 'provider:model'.

    Raises ModelMissing when it is made and LangChain or the provider's package is not there.
    """

    def make() -> BaseChatModel:
        from eval import scripted

        if name in ("", "quoting"):
            return scripted.quoting()
        if name == "inventing":
            return scripted.inventing()
        try:
            from langchain.chat_models import init_chat_model

            return init_chat_model(name, temperature=0)
        except (ImportError, ValueError) as error:
            raise ModelMissing(
                f"the language model '{name}' cannot be opened ({error}); write generated:PROVIDER:"
                "MODEL and install the provider's package, for example langchain-openai"
            ) from None

    return make

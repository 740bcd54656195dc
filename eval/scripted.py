"""Chat models without a model: one that quotes the evidence it is given, one that invents.

They are LangChain chat models, so that what is measured with them is the chain that a real model
gets; what they say follows from the prompt alone. Evidence is a line '[3] The words' or
'[3] {"from": …, "text": "The words"}' (JSON).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

_NUMBERED = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
QUOTED = 3
"""Sentences that are said: about as many as the product quotes."""


class Scripted(BaseChatModel):
    """Says what `words` makes of the numbered sentences in the last message."""

    name_: str
    words: Callable[[Sequence[tuple[int, str]]], str]

    @property
    def _llm_type(self) -> str:
        return f"scripted-{self.name_}"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 — LangChain's signature
    ) -> ChatResult:
        said = str(messages[-1].content)
        given = [(int(number), _words(text)) for number, text in _NUMBERED.findall(said)]
        message = AIMessage(content=self.words(given))
        return ChatResult(generations=[ChatGeneration(message=message)])


def quoting() -> Scripted:
    """A model that repeats the first sentences of the evidence, each with its number."""
    return Scripted(name_="quoting", words=_quoted)


def inventing() -> Scripted:
    """A model that cites what does not say so, changes figures, and adds what nobody wrote."""
    return Scripted(name_="inventing", words=_invented)


def _words(line: str) -> str:
    try:
        return str(json.loads(line)["text"])
    except (ValueError, TypeError, KeyError):  # no JSON: the words themselves
        return line


def _quoted(given: Sequence[tuple[int, str]]) -> str:
    return "\n".join(f"{text} [{number}]" for number, text in given[:QUOTED])


def _invented(given: Sequence[tuple[int, str]]) -> str:
    lines = ["Infliximab 7 mg/kg cured every patient within 11 days [1]."]
    lines += [f"{_FIGURE.sub(_other, text)} [{number}]" for number, text in given[:QUOTED]]
    lines.append(f"Nobody relapsed in 17 years [{len(given) + 5}].")
    lines.append("This treatment is safe in pregnancy.")
    return "\n".join(lines)


def _other(figure: re.Match[str]) -> str:
    """Another figure of the same kind: 60 becomes 67."""
    return f"{float(figure[0]) + 7:g}"

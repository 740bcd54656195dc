"""What clients of OpenAI's chat completions send, and what they get: the part that Casebook knows.

Further fields (temperature, tools …) are allowed and have no effect: answers are deterministic.
Fields that may be left out may also be null, as clients in other languages send them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.config import MAX_QUESTION_CHARACTERS
from rag.errors import QuestionError
from rag.serve.requests import MOST_TURNS


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str | None = None


class Message(BaseModel):
    """One message of the history; the questions are those of the user."""

    model_config = ConfigDict(extra="allow")

    role: str
    content: str | list[Part] | None = None

    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.text).strip()


class StreamOptions(BaseModel):
    """What a stream brings beside the text."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool | None = None


class ChatBody(BaseModel):
    """A conversation, of which the last question is answered."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "model": "casebook",
                    "messages": [
                        {"role": "user", "content": "Which dose of IVIG healed the skin ulcers?"}
                    ],
                }
            ]
        },
    )

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with the count of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def turns(self) -> tuple[str, ...]:
        """The user's questions, oldest first, the last MOST_TURNS of them.

        What assistants or a system message said is no question, and nothing that Casebook would
        obey. Raises QuestionError where the user said nothing.
        """
        said = [one.words() for one in self.messages if one.role == "user"]
        turns = [words for words in said if words.strip()][-MOST_TURNS:]
        if not turns:
            raise QuestionError("No message of the role 'user' has text; ask a question")
        # Something long was pasted earlier: it was refused then, and does not spoil what follows.
        asked = [words for words in turns[:-1] if len(words) <= MAX_QUESTION_CHARACTERS]
        return (*asked, turns[-1])


class ModelReply(BaseModel):
    """A way to answer, as a model of OpenAI's list."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsReply(BaseModel):
    """The models of this server."""

    object: Literal["list"]
    data: list[ModelReply]


class ChatMessage(BaseModel):
    """The answer; `annotations` lead from each mark [n] to its source."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[dict[str, Any]]


class Choice(BaseModel):
    """The only choice."""

    index: int
    message: ChatMessage
    finish_reason: Literal["stop"]
    logprobs: None


class Usage(BaseModel):
    """Tokens of the questions that were read, and of the message, as the shipped encoder counts.

    Not what a language model behind Casebook read and wrote.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatReply(BaseModel):
    """A chat completion; `casebook` is the object of `/ask`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    casebook: dict[str, Any]

"""'provider:model' → a LangChain chat model, its name, and where what it is told goes.

Any model of `langchain.chat_models.init_chat_model`; the provider's package is an extra.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import LanguageModelError, LanguageModelMissing
from rag.llm.options import Options

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Extras of pyproject.toml, by provider.
EXTRAS = {
    "openai": "openai",
    "azure_openai": "openai",
    "anthropic": "anthropic",
    "ollama": "ollama",
    "huggingface": "huggingface",
    "google_genai": "google",
    "mistralai": "mistral",
}

_THINKS = re.compile(r"o\d")
_HERE = "in this process"


@dataclass(frozen=True, slots=True)
class Model:
    """A chat model with the name that answers carry, and where the evidence is sent to."""

    chat: BaseChatModel
    name: str
    where: str
    provider: str = ""

    @property
    def is_local(self) -> bool:
        """Whether nothing leaves the process."""
        return self.where == _HERE


def open_model(name: str, options: Options, url: str = "") -> Model:
    """The chat model `provider:model`, its service at `url` if given. Nothing is sent yet.

    Raises LanguageModelMissing (with the pip line) and LanguageModelError.
    """
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise LanguageModelError(
            f"'{name}' is no language model; write provider:model, for example "
            "openai:gpt-4o-mini, anthropic:claude-sonnet-4-5 or ollama:llama3.1"
        )
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(
            model, model_provider=provider, **_arguments(provider, model, options, url)
        )
    except ImportError as error:
        raise LanguageModelMissing(_install(provider, error)) from error
    except Exception as error:  # what providers raise for a bad key or address has no common root
        raise LanguageModelError(f"{name} cannot be opened: {first_line(error)}") from error
    return Model(chat, name, where(chat, provider, url), provider)


def _arguments(provider: str, model: str, options: Options, url: str) -> dict[str, Any]:
    """What each provider's class calls the same things. Repeating is our own (`calling`)."""
    if provider == "huggingface":
        kwargs = {"max_new_tokens": options.max_tokens, "do_sample": False}
        return {"pipeline_kwargs": {**kwargs, "return_full_text": False}}
    if provider == "ollama":
        given: dict[str, Any] = {
            "temperature": 0,
            "num_predict": options.max_tokens,
            "client_kwargs": {"timeout": options.timeout},
        }
    else:
        given = {
            "temperature": 0,
            "max_tokens": options.max_tokens,
            "timeout": options.timeout,
            "max_retries": 0,
        }
    if provider == "openai":
        given["stream_usage"] = True
        if _THINKS.match(model):
            del given["temperature"]  # these refuse any
        if url and not os.environ.get("OPENAI_API_KEY"):
            given["api_key"] = "none"  # servers of one's own ask for none, the class does
    if url:
        given["base_url"] = url
    return given


def _install(provider: str, error: ImportError) -> str:
    extra = EXTRAS.get(provider)
    if extra:
        line = f"pip install 'casebook[{extra}]'"
    else:
        said = str(error)
        line = said[said.rindex("pip install") :].strip("`. ") if "pip install" in said else ""
    return (
        f"Language models of '{provider}' need a package that is not installed: "
        f"{line or first_line(error)}"
    )


def where(chat: BaseChatModel, provider: str = "", url: str = "") -> str:
    """Where what a model is told goes: an address without credentials, or 'in this process'."""
    if provider == "huggingface":
        return _HERE
    client = getattr(chat, "root_client", None)
    for found in (
        getattr(client, "base_url", None),
        getattr(chat, "anthropic_api_url", None),
        getattr(chat, "base_url", None),
        url,
        os.environ.get("OLLAMA_HOST") if provider == "ollama" else None,
        "http://127.0.0.1:11434" if provider == "ollama" else None,
    ):
        if found:
            return _address(str(found))
    return f"the service of {provider}" if provider else _HERE


def _address(url: str) -> str:
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme or 'http'}://{host}{parts.path}".rstrip("/")


def first_line(error: BaseException) -> str:
    """The first line of an error's message, shortened: messages of services may be pages."""
    said = str(error).strip().splitlines()
    return (said[0][:200] if said else "") or type(error).__name__

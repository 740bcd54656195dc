"""Prompt files → LangChain templates, with the version and hash that manifests name.

`{name}` stands for a value; values are put in as they are, braces in them mean nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

NAMES = ("write", "repair", "records")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: its version, the hash of its text, and what it tells the model."""

    version: str
    hash: str
    system: str
    human: str

    def template(self) -> ChatPromptTemplate:
        """The prompt as a Runnable: values → messages."""
        from langchain_core.prompts import ChatPromptTemplate

        return ChatPromptTemplate.from_messages([("system", self.system), ("human", self.human)])


@cache
def prompt(name: str) -> Prompt:
    """The shipped prompt of one of NAMES."""
    text = (files("rag.llm.prompts") / f"{name}.yaml").read_text("utf-8")
    read = yaml.safe_load(text)
    digest = hashlib.sha256((read["system"] + read["human"]).encode()).hexdigest()[:12]
    return Prompt(read["version"], digest, read["system"], read["human"])

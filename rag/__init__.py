"""Casebook: cited answers from case reports. Importing this package loads nothing heavy.

from rag import Casebook

with Casebook.open() as casebook:
    print(casebook.ask("Which dose of IVIG healed the skin ulcers?").text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.casebook import Casebook

__version__ = "0.1.0"
__all__ = ["Casebook"]


def __getattr__(name: str) -> object:
    """`Casebook`, imported when somebody asks for it: it brings torch and Chroma with it."""
    if name != "Casebook":
        raise AttributeError(f"module 'rag' has no attribute '{name}'")
    from importlib import import_module

    return import_module("rag.casebook").Casebook

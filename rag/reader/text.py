"""A passage as the evidence reader takes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What is known of a passage (title, patient, section), and its sentences in order."""

    header: str
    sentences: tuple[str, ...]

"""A sentence as the networks that read it with a question take it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, behind what is known of it: its patient, section, and the sentence before."""

    header: str
    sentence: str

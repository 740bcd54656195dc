"""Which documents of the public sets are never trained on: one rule for training and evaluation."""

from __future__ import annotations

import hashlib

HELD_FIFTH = 0
"""Documents whose sha1(title) mod 5 is this are never trained on; figures are given for them."""


def is_held(title: str) -> bool:
    """Whether a document with this title belongs to the fifth that is never trained on.

    All documents without a title are held.
    """
    return int(hashlib.sha1(title.encode()).hexdigest(), 16) % 5 == HELD_FIFTH

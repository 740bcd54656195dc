"""The one thing that can go wrong with a derived index: it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class DenseUnavailable(Exception):
    """The generation cannot be queried. Callers search exactly instead; users never see this."""


@contextmanager
def unavailable() -> Iterator[None]:
    """Within the block, whatever Chroma raises (it has many kinds) becomes DenseUnavailable."""
    try:
        yield
    except DenseUnavailable:
        raise
    except Exception as error:
        raise DenseUnavailable(str(error) or type(error).__name__) from error

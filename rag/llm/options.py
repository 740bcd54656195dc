"""Settings → what may be asked of a language model, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from rag.config import Settings
from rag.errors import ConfigError

Unsupported = Literal["strike", "drop"]
Background = Literal["label", "hide"]

# Seconds before the first repetition of a call, doubled before each further one.
FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is asked, and what becomes of what it writes.

    timeout: seconds for one answer, retries and repair included. retries: repetitions of a call
    that failed for a passing reason. unsupported, background: what becomes of sentences that their
    citations do not support, and of those that cite nothing. prices: of a million tokens, read and
    written.
    """

    timeout: float = 60.0
    retries: int = 2
    max_tokens: int = 800
    unsupported: Unsupported = "strike"
    background: Background = "label"
    repair: bool = True
    prices: tuple[float, float] | None = None
    first_pause: float = FIRST_PAUSE


DEFAULTS = Options()


def options_of(settings: Settings) -> Options:
    """The options that the settings ask for. Raises ConfigError for a value that is none."""
    if settings.llm_unsupported not in ("strike", "drop"):
        raise ConfigError(
            f"'llm_unsupported' must be strike or drop, not {settings.llm_unsupported!r}"
        )
    if settings.llm_background not in ("label", "hide"):
        raise ConfigError(
            f"'llm_background' must be label or hide, not {settings.llm_background!r}"
        )
    if settings.llm_repair not in ("on", "off"):
        raise ConfigError(f"'llm_repair' must be on or off, not {settings.llm_repair!r}")
    if settings.llm_timeout < 1 or settings.llm_max_tokens < 1:
        raise ConfigError("'llm_timeout' and 'llm_max_tokens' must be at least 1")
    return Options(
        timeout=float(settings.llm_timeout),
        retries=settings.llm_retries,
        max_tokens=settings.llm_max_tokens,
        unsupported=cast("Unsupported", settings.llm_unsupported),
        background=cast("Background", settings.llm_background),
        repair=settings.llm_repair == "on",
        prices=_prices(settings.llm_price),
    )


def _prices(said: str) -> tuple[float, float] | None:
    if not said:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)\s*", said)
    if not found:
        raise ConfigError(
            f"'llm_price' must be INPUT/OUTPUT per million tokens, as in 0.15/0.60, not {said!r}"
        )
    return float(found[1]), float(found[2])

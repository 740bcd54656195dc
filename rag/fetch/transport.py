"""A service at a base address: asked politely, and asked again where that may help."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from urllib.parse import urlsplit

from rag import __version__
from rag.config import Patience, Settings
from rag.errors import ConfigError, FetchError, ServiceUnavailable
from rag.fetch.request import Answer, Passing, Requests

log = logging.getLogger(__name__)

_FASTEST = 10
_CONTACT = re.compile(r"[!-'*-~]{1,200}")  # one word, no brackets: it stands in a header's comment
_ADDRESS = re.compile(r"[!-~]+")


class Service:
    """The service at one base address. Close it, or use it as a context manager.

    One request at a time, `settings.fetch_rate` a second at most. `clock` and `sleep` count
    seconds, `jitter` gives 0 to 1; they are replaced in tests.
    """

    def __init__(
        self,
        settings: Settings,
        patience: Patience | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Nothing is sent yet. Raises ConfigError for an address, rate or contact that is none."""
        self.base = _base(settings.europe_pmc)
        self._gap = 1 / _rate(settings.fetch_rate)
        self._patience = patience or Patience()
        self._requests = Requests(_agent(settings.contact), self._patience)
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._next = clock()
        self._loop = asyncio.Runner()

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a further request is an error."""
        self._loop.run(self._requests.close())
        self._loop.close()

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """The document at `path` below the base address, asked for again where that may help.

        Raises NotThere, ServiceUnavailable, TooLarge, UnusableAnswer.
        """
        attempt = 0
        while True:
            attempt += 1
            self._wait_for_turn()
            try:
                return self._loop.run(self._requests.get(f"{self.base}/{path}", parameters))
            except Passing as failed:
                pause = self._pause(attempt, failed)
                log.warning("%s: %s; asking again in %.0f s", self.base, failed, pause)
            self._sleep(pause)

    def size(self, path: str) -> int | None:
        """The bytes that the document at `path` has, where the service tells; asked once."""
        self._wait_for_turn()
        try:
            return self._loop.run(self._requests.size(f"{self.base}/{path}"))
        except FetchError:
            return None

    def _wait_for_turn(self) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(self._next, now) + self._gap

    def _pause(self, attempt: int, failed: Passing) -> float:
        """Seconds until the next attempt. Raises ServiceUnavailable after the last one."""
        limits = self._patience
        if attempt >= limits.attempts:
            raise ServiceUnavailable(
                f"{self.base}: {failed} ({attempt} attempts); run the same command again later, it "
                "goes on where it stopped"
            ) from failed
        if failed.pause is not None and failed.pause > limits.longest_pause:
            raise ServiceUnavailable(
                f"{self.base}: {failed} and asks to be left alone for {failed.pause:.0f} s; run "
                "the same command again then, it goes on where it stopped"
            ) from failed
        grown = min(limits.first_pause * 2.0 ** (attempt - 1), limits.longest_pause)
        # Half of it at random, so that many programs that failed together do not come together.
        return max(failed.pause or 0.0, grown * (0.5 + self._jitter() / 2))


def _base(address: str) -> str:
    """The base address without a slash at its end. Raises ConfigError."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    plain = _ADDRESS.fullmatch(address) and "@" not in address
    if not sound or not plain or "?" in address or "#" in address:
        raise ConfigError(
            f"'europe_pmc' is {address!r}: an address like https://host/path is needed, without a "
            "user name, a question mark or '#'; mend CASEBOOK_EUROPE_PMC or config.toml"
        )
    return address.rstrip("/")


def _rate(rate: int) -> int:
    if not 1 <= rate <= _FASTEST:
        raise ConfigError(
            f"'fetch_rate' is {rate}: from 1 to {_FASTEST} requests per second are polite; mend "
            "CASEBOOK_FETCH_RATE or config.toml"
        )
    return rate


def _agent(contact: str) -> str:
    if contact and not _CONTACT.fullmatch(contact):
        raise ConfigError(
            f"'contact' is {contact!r}: one e-mail address or web address is needed; mend "
            "CASEBOOK_CONTACT or config.toml"
        )
    return f"casebook/{__version__}" + (f" ({contact})" if contact else "")

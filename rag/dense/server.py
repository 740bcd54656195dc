"""A running Chroma server: one collection per library and generation."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from rag.dense.errors import DenseUnavailable
from rag.errors import ConfigError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

log = logging.getLogger(__name__)

REACH_SECONDS = 2.0
"""How long a server may take to say that it is there."""
ANSWER_SECONDS = 60.0
"""How long it may take to answer a request (a batch of vectors is one, too)."""
RETRY_SECONDS = 30.0
"""How long a server that was not there is left alone: no question shall wait for it each time."""


class Server:
    """The generations of one library on a Chroma server."""

    def __init__(self, url: str, library_id: str) -> None:
        """`url`: e.g. ``http://127.0.0.1:8000``. Raises ConfigError for what is no address."""
        self._host, self._port, self._ssl = _address(url)
        self._prefix = f"casebook-{library_id}-"
        self._not_before = 0.0

    def name(self, number: int) -> str:
        """The collection of a generation."""
        return f"{self._prefix}{number:06d}"

    def make(self, number: int) -> ClientAPI:
        """A client, and no collection yet: what a killed build left is removed.

        Raises DenseUnavailable.
        """
        self._not_before = 0.0  # building is asked for seldom, and must know
        client = self.open(number)
        self._delete(client, range(number, number + 1))
        return client

    def open(self, number: int) -> ClientAPI:
        """A client. Raises DenseUnavailable when nobody answers soon."""
        self._reach()
        import chromadb
        from chromadb.config import Settings

        client = chromadb.HttpClient(
            host=self._host,
            port=self._port,
            ssl=self._ssl,
            settings=Settings(anonymized_telemetry=False),
        )
        # Chroma's own session would wait for ever, and no setting changes that.
        session = getattr(getattr(client, "_server", None), "_session", None)
        if session is not None:
            session.timeout = ANSWER_SECONDS
        return client

    def settle(self, number: int) -> None:
        """The server keeps its own files."""

    def discard(self, number: int) -> None:
        """Remove what a failed build left."""
        self._tidy(range(number, number + 1))

    def prune(self, oldest: int, newest: int) -> None:
        """Remove this library's generations before `oldest`.

        Later ones stay: they may be those of a copy of the library folder.
        """
        self._tidy(range(oldest))

    def _tidy(self, numbers: range) -> None:
        try:
            client = self.open(numbers.start)
            try:
                self._delete(client, numbers)
            finally:
                client.close()  # type: ignore[attr-defined]  # the class has it, its base not
        except Exception as error:  # must not fail the change that it comes after
            log.debug("nothing removed from the Chroma server: %s", error)

    def _delete(self, client: ClientAPI, numbers: range) -> None:
        for name in [collection.name for collection in client.list_collections()]:
            number = name.removeprefix(self._prefix)
            if number != name and number.isdigit() and int(number) in numbers:
                client.delete_collection(name)

    def _reach(self) -> None:
        """Raises DenseUnavailable when nobody answers soon."""
        where = f"{f'[{self._host}]' if ':' in self._host else self._host}:{self._port}"
        if time.monotonic() < self._not_before:
            raise DenseUnavailable(f"the Chroma server at {where} did not answer a moment ago")
        try:
            url = f"{'https' if self._ssl else 'http'}://{where}/api/v2/heartbeat"
            with urlopen(url, timeout=REACH_SECONDS):
                return
        except HTTPError:
            return  # somebody is there; Chroma's client will say more
        except OSError as error:
            self._not_before = time.monotonic() + RETRY_SECONDS
            reason = getattr(error, "reason", error)
            raise DenseUnavailable(
                f"the Chroma server at {where} does not answer: {reason}"
            ) from error


def _address(url: str) -> tuple[str, int, bool]:
    """Host, port and whether it is https. Raises ConfigError."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("", "http", "https"):
        raise ConfigError(
            f"CASEBOOK_CHROMA_URL: '{url}' is not an address such as http://127.0.0.1:8000"
        )
    ssl = parts.scheme == "https"
    return host, port or (443 if ssl else 8000), ssl

"""One request over HTTP, within limits: an Answer, or why there is none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from rag.config import Patience
from rag.errors import ConfigError, NotThere, TooLarge, UnusableAnswer

if TYPE_CHECKING:
    import httpx

# What an answer says that is worth asking again: too many requests, or a fault that may pass.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back with status 200: the body, unpacked, and its type ('application/json')."""

    body: bytes
    kind: str


class Passing(Exception):
    """An attempt that failed in a way that may pass; `pause` is what the service asks for."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class Requests:
    """Requests that name the program in `agent`, within `patience`; connections are kept open.

    Proxies and certificates are those of the environment, as httpx finds them.
    """

    def __init__(self, agent: str, patience: Patience) -> None:
        """Nothing is sent yet."""
        self._agent, self._patience = agent, patience
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def get(self, url: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """One attempt. Raises Passing, NotThere, TooLarge, UnusableAnswer."""
        import httpx

        try:
            # httpx limits each read; a service that drips would be listened to for ever.
            async with asyncio.timeout(self._patience.total):
                return await self._received(httpx.URL(url, params=dict(parameters or {})))
        except TimeoutError:
            raise Passing(f"no whole answer within {self._patience.total:g} s") from None
        except httpx.TimeoutException:
            raise Passing(f"no connection within {self._patience.connect:g} s") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise Passing(f"the connection failed ({said[:200]})") from None

    async def _received(self, url: httpx.URL) -> Answer:
        """The answer to a request, wherever on its host it was sent on to."""
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._http().stream("GET", url) as response:
                if not response.has_redirect_location:
                    _check(response)
                    body = await self._body(response)
                    return Answer(body, response.headers.get("content-type", "").split(";")[0])
                url = _redirected(url, response)
        raise UnusableAnswer(f"{url} redirects in a circle; check CASEBOOK_EUROPE_PMC")

    async def size(self, url: str) -> int | None:
        """The bytes that a document has, where the service tells without sending it."""
        import httpx

        try:
            async with asyncio.timeout(self._patience.total):
                response = await self._http().head(url, headers={"accept-encoding": "identity"})
        except (TimeoutError, httpx.TransportError):
            return None
        said = response.headers.get("content-length", "")
        return int(said) if response.status_code == 200 and said.isdigit() and int(said) else None

    async def _body(self, response: httpx.Response) -> bytes:
        """The whole body. Raises TooLarge as soon as it is."""
        if response.headers.get("content-encoding", "identity") not in ("identity", "gzip", ""):
            raise UnusableAnswer(
                f"{response.url} is packed in a way that was not asked for; check "
                "CASEBOOK_EUROPE_PMC"
            )
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > self._patience.bytes:
                raise TooLarge(
                    f"{response.url} has more than {self._patience.bytes / 1e6:g} MB, which no "
                    "article has; it was not read"
                )
            parts.append(part)
        return b"".join(parts)

    def _http(self) -> httpx.AsyncClient:
        """The client, made at the first request. Raises ConfigError for a proxy that is none."""
        if self._client is None:
            import httpx

            try:
                self._client = httpx.AsyncClient(
                    headers={"user-agent": self._agent, "accept-encoding": "gzip"},
                    # The whole request has its own limit; see `get`.
                    timeout=httpx.Timeout(None, connect=self._patience.connect),
                    follow_redirects=False,
                )
            except (ImportError, ValueError) as error:
                raise ConfigError(
                    f"The proxy that the environment names cannot be used ({error}); mend "
                    "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
                ) from error
        return self._client


def _check(response: httpx.Response) -> None:
    """Raises what a status other than 200 means."""
    status = response.status_code
    if status in _PASSING:
        raise Passing(f"the service answers {status}", _asked_pause(response))
    if status == 404:
        raise NotThere(
            f"{response.url}: nothing is there (404); check the base address in CASEBOOK_EUROPE_PMC"
        )
    if status != 200:
        raise UnusableAnswer(
            f"{response.url} answers {status} {response.reason_phrase}; check the query, or the "
            "base address in CASEBOOK_EUROPE_PMC"
        )


def _redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Where a redirect points, on the same host. Raises UnusableAnswer."""
    import httpx

    try:
        target = url.join(response.headers["location"])
    except (httpx.InvalidURL, ValueError) as error:
        raise UnusableAnswer(
            f"{url} redirects to no address ({error}); check CASEBOOK_EUROPE_PMC"
        ) from None
    if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
        raise UnusableAnswer(
            f"{url} redirects to another host ({target.scheme}://{target.host}), which is not "
            "followed; if it is the right one, set CASEBOOK_EUROPE_PMC to it"
        )
    return target


def _asked_pause(response: httpx.Response) -> float | None:
    """The seconds of Retry-After (RFC 9110, 10.2.3: a number or a date), None without it.

    A date is counted from the service's own Date: this machine's clock may be years away from it.
    """
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said[:9])
    try:
        then = parsedate_to_datetime(said)
        theirs = response.headers.get("date")
        now = parsedate_to_datetime(theirs).timestamp() if theirs else time.time()
        return max(0.0, then.timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None

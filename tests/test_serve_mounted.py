"""rag.serve.mounted: a library that is opened when somebody asks, and asked while it is opened."""

from __future__ import annotations

import asyncio
import threading

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette

from rag.errors import LibraryMissing, ServiceBusy
from rag.serve.mounted import Later, mounted
from rag.serve.options import Options

TOKEN = "a-token-of-some-length"
PATIENCE = 300


def test_a_library_that_cannot_be_opened_is_told_as_every_error(service):
    """One shape, whatever server is around it; nobody without the token makes it open."""
    made = []

    def opening():
        made.append(len(made))
        if made == [0]:
            raise LibraryMissing("There is no library")
        return service

    app = Starlette(routes=[mounted(opening, Options(token=TOKEN))])
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        assert client.get("/api/reports", headers={"Authorization": "no"}).status_code == 401
        assert made == []
        reply = client.get("/api/reports")
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert reply.json()["error"]["message"] == "There is no library"
        assert client.get("/api/reports").json()["total"] == 6
        assert client.get("/reports").status_code == 404


def test_the_library_is_opened_once_and_again_after_a_failure():
    """Who comes while it is opened waits for the same; what failed is told, and tried anew."""
    service = object()
    made = []

    def opening():
        made.append(len(made))
        if made == [0]:
            raise LibraryMissing("There is no library")
        return service

    async def ask() -> None:
        later = Later(opening, patience=PATIENCE)
        with pytest.raises(LibraryMissing):
            await later.service()
        found = await asyncio.gather(*(later.service() for _ in range(5)))
        assert found == [service] * 5
        assert await later.service() is service

    asyncio.run(ask())
    assert made == [0, 1]


def test_who_waits_too_long_for_the_library_is_told_so():
    """The opening goes on for those who come later."""
    go, service = threading.Event(), object()

    def opening():
        assert go.wait(PATIENCE)
        return service

    async def ask() -> None:
        later = Later(opening, patience=0.05)
        with pytest.raises(ServiceBusy, match="still being opened"):
            await later.service()
        go.set()
        later._patience = PATIENCE
        assert await later.service() is service

    asyncio.run(ask())

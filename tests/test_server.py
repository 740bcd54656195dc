"""A real Chroma server on loopback: built into, asked, pruned, gone, and back."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import chromadb
import pytest
from fakes import WordEncoder
from shelves import NOTES, best, dense_of, note, searching, stocked

from rag.dense import DenseUnavailable, server
from rag.index import add, refresh_dense, remove
from rag.library import Library

ATTEMPTS = 300


class ChromaServer:
    """A `chroma run` of our own."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = data
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = shutil.which("chroma", path=Path(sys.executable).parent) or shutil.which("chroma")
        assert program, "the executable `chroma` comes with chromadb"
        self.process = subprocess.Popen(
            [program, "run", "--path", self.data, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
        for _ in range(ATTEMPTS):
            assert self.process.poll() is None, "the server ended"
            try:
                with urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                    return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError("the server never answered")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def collections(self) -> list[str]:
        client = chromadb.HttpClient(host="127.0.0.1", port=self.port)
        try:
            return sorted(collection.name for collection in client.list_collections())
        finally:
            client.close()


@pytest.fixture(scope="module", autouse=True)
def no_proxy() -> Iterator[None]:
    """Loopback is not to be reached through somebody's proxy."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[ChromaServer]:
    started = ChromaServer(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def stopped(tmp_path) -> ChromaServer:
    """A server that was there and is gone."""
    once = ChromaServer(tmp_path / "server")
    once.stop()
    return once


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """No test waits for a server to be left alone long enough."""
    monkeypatch.setattr(server, "RETRY_SECONDS", 0.0)


def rebuilt(folder: Path, url: str) -> bool:
    with Library(folder) as library:
        dense = dense_of(library, url)
        try:
            return refresh_dense(library, dense, force=True)
        finally:
            dense.close()


def name_of(folder: Path, number: int) -> str:
    with Library(folder) as library:
        return f"casebook-{library.meta('library_id')}-{number:06d}"


def scores(folder: Path, url: str = "") -> list[tuple[str, float]]:
    with searching(folder, url) as searcher:
        hits = searcher.search("What healed the ulcers of the men?", 5)
        assert searcher.dense_problem == ""
        return [(hit.passage.id, hit.score) for hit in hits]


def test_the_server_gives_what_the_folder_gives(running, tmp_path):
    """One collection per library and generation; nothing of it lies in the library's folder."""
    folder = stocked(tmp_path / "library", dense=True)
    embedded = scores(folder)
    assert rebuilt(folder, running.url)
    assert name_of(folder, 2) in running.collections()
    assert not (folder / "chroma" / "generation-000002").exists()
    assert scores(folder, running.url) == embedded


def test_filters_and_newer_reports_work_beside_the_server(running, tmp_path):
    """What is newer than the collection is searched exactly, also under a filter."""
    folder = stocked(tmp_path / "library")
    assert rebuilt(folder, running.url)
    with Library(folder) as library:
        list(add([note(tmp_path, "new", "Rituximab for stiff hands.")], library, WordEncoder()))
    with searching(folder, running.url) as searcher:
        assert best(searcher, "stiff hands")[0] == "new"
        assert best(searcher, "ulcers", report="ivig") == ["ivig"]
        assert best(searcher, "stiff hands", report="new") == ["new"]
        assert searcher.dense_problem == ""


def test_old_collections_of_this_library_alone_are_pruned(running, tmp_path):
    """Two generations stay, as in a folder; other libraries and other programs keep theirs."""
    mine = stocked(tmp_path / "mine")
    other = stocked(tmp_path / "other")
    client = chromadb.HttpClient(host="127.0.0.1", port=running.port)
    for name in ("somebody-else", "000001"):
        client.get_or_create_collection(name, embedding_function=None)
    client.get_or_create_collection(f"{name_of(mine, 1)}-notes", embedding_function=None)
    client.close()
    assert rebuilt(other, running.url)
    for _ in range(4):
        assert rebuilt(mine, running.url)
    left = running.collections()
    assert [name_of(mine, n) in left for n in (1, 2, 3, 4)] == [False, False, True, True]
    assert {name_of(other, 1), "somebody-else", "000001", f"{name_of(mine, 1)}-notes"} <= set(left)


def test_what_a_killed_build_left_on_the_server_is_replaced(running, tmp_path):
    """A half collection under the next number."""
    folder = stocked(tmp_path / "library")
    client = chromadb.HttpClient(host="127.0.0.1", port=running.port)
    client.create_collection(name_of(folder, 1), embedding_function=None)
    client.close()
    assert rebuilt(folder, running.url)
    assert scores(folder, running.url)


def test_a_collection_that_the_server_lost_is_built_again(running, tmp_path, caplog):
    """Another process notices, says so, and answers exactly until then."""
    folder = stocked(tmp_path / "library")
    assert rebuilt(folder, running.url)
    client = chromadb.HttpClient(host="127.0.0.1", port=running.port)
    client.delete_collection(name_of(folder, 1))
    client.close()
    with searching(folder, running.url) as searcher:
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert "search is exact" in caplog.text
        assert refresh_dense(searcher.library, searcher.dense)
        assert "built again" in caplog.text
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert searcher.dense_problem == ""


def test_without_the_server_the_search_is_exact(stopped, tmp_path, caplog):
    """A notice, once, and the same hits; adding and removing go on as well."""
    folder = stocked(tmp_path / "library", dense=True)
    expected = scores(folder)
    with caplog.at_level(logging.WARNING), searching(folder, stopped.url) as searcher:
        for _ in range(3):
            hits = searcher.search("What healed the ulcers of the men?", 5)
            assert [(hit.passage.id, hit.score) for hit in hits] == expected
        assert caplog.text.count("search is exact") == 1
        assert f"127.0.0.1:{stopped.port}" in caplog.text
        more = note(tmp_path, "more", "Rituximab for stiff hands.")
        assert [o.status for o in add([more], searcher.library, WordEncoder())] == ["added"]
        remove("ivig", searcher.library)
        assert not refresh_dense(searcher.library, searcher.dense, force=True)
        assert best(searcher, "stiff hands")[0] == "more"
        assert "ivig" not in best(searcher, "ulcers of two men")


def test_a_server_that_dies_and_returns_is_used_again(tmp_path, caplog):
    """Between two questions of one open searcher."""
    chroma = ChromaServer(tmp_path / "server")
    try:
        folder = stocked(tmp_path / "library")
        assert rebuilt(folder, chroma.url)
        with searching(folder, chroma.url) as searcher:
            assert best(searcher, "ulcers of two men")[0] == "ivig"
            assert caplog.text == ""
            chroma.stop()
            assert best(searcher, "ulcers of two men")[0] == "ivig"
            assert "search is exact" in caplog.text
            chroma.start()
            assert best(searcher, "ulcers of two men")[0] == "ivig"
            assert searcher.dense_problem == ""
    finally:
        chroma.stop()


def test_a_server_that_never_answers_is_not_waited_for(tmp_path, monkeypatch):
    """A socket that listens and says nothing: Chroma's own client would wait for ever."""
    monkeypatch.setattr(server, "REACH_SECONDS", 0.2)
    folder = stocked(tmp_path / "library", dense=True)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with searching(folder, f"http://127.0.0.1:{silent.getsockname()[1]}") as searcher:
            assert best(searcher, "ulcers of two men")[0] == "ivig"
            assert "does not answer" in searcher.dense_problem


def test_a_server_that_was_away_is_left_alone_for_a_while(stopped, tmp_path, monkeypatch):
    """The next questions do not try it again; a build does."""
    monkeypatch.setattr(server, "RETRY_SECONDS", 3600.0)
    tried = []
    real = server.urlopen

    def spy(url, **options):
        tried.append(url)
        return real(url, **options)

    monkeypatch.setattr(server, "urlopen", spy)
    folder = stocked(tmp_path / "library", dense=True)
    with searching(folder, stopped.url) as searcher:
        for _ in range(5):
            assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert len(tried) == 1
        assert not refresh_dense(searcher.library, searcher.dense, force=True)
        assert len(tried) == 2


def test_every_request_has_an_end(running, tmp_path):
    """The client of the server gets a time limit, which Chroma does not offer."""
    client = server.Server(running.url, "id").open(1)
    assert client._server._session.timeout.read == server.ANSWER_SECONDS
    client.close()


def test_something_else_at_the_address_is_no_chroma(tmp_path):
    """Another web server answers, but not as Chroma does."""
    import http.server
    import threading

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        place = server.Server(f"http://127.0.0.1:{web.server_address[1]}", "id")
        folder = stocked(tmp_path / "library", NOTES, dense=True)
        with searching(folder, f"http://127.0.0.1:{web.server_address[1]}") as searcher:
            assert best(searcher, "ulcers of two men")[0] == "ivig"
            assert searcher.dense_problem
        with pytest.raises(Exception):  # noqa: B017 (whichever Chroma raises)
            place.open(1)
        web.shutdown()


def test_unavailable_names_host_and_port(stopped):
    """So that the notice can be acted on."""
    with pytest.raises(DenseUnavailable, match=rf"127\.0\.0\.1:{stopped.port} does not answer"):
        server.Server(stopped.url, "id").open(1)

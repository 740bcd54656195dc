"""Shared by the tests: a home of their own, and one small real library per session."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from places import ROOT, SMALL, STOCK

from eval.benchmarks.browsing import CHROMIUM, DESKTOP, PATIENCE_MS, launched, settled

# How fast the machine is must not decide: no deadlines, and the same examples in every run.
settings.register_profile(
    "casebook", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("casebook")


@pytest.fixture(autouse=True, scope="session")
def own_cache() -> Iterator[None]:
    """Networks kept between processes lie in a folder of the tests, one for the whole session."""
    with (
        tempfile.TemporaryDirectory(prefix="casebook-cache-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv("XDG_CACHE_HOME", folder)
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the user's own library, settings or network."""
    for name in [name for name in os.environ if name.startswith("CASEBOOK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def encoder():
    """The real packaged model, loaded once."""
    from rag.embed import SentenceEncoder

    return SentenceEncoder()


@pytest.fixture(scope="session")
def small_library(encoder, tmp_path_factory) -> Iterator[Path]:
    """A library of the SMALL digests with a dense generation; tests must not change it."""
    from rag.dense import DenseIndex
    from rag.index import index, refresh_dense
    from rag.library import Library

    folder = tmp_path_factory.mktemp("small")
    with Library(folder, create=True) as library:
        paths = [ROOT / "corpus" / "reports" / f"{name}.md" for name in SMALL]
        outcomes = list(index(paths, library, encoder))
        assert [o.status for o in outcomes] == ["added"] * len(SMALL)
        dense = DenseIndex(folder, library.meta("library_id"))
        assert refresh_dense(library, dense, force=True)
        dense.close()
    yield folder


@pytest.fixture(scope="session")
def casebook(small_library, encoder):
    """The small library, open and ready to answer."""
    from rag.chat import Casebook
    from rag.config import Settings

    with Casebook(small_library, Settings(), encoder=encoder) as opened:
        yield opened


@pytest.fixture(scope="session")
def stocked(encoder, tmp_path_factory):
    """A library with enough patients for a quiz, and the reports that the suggestions need."""
    from rag.chat import Casebook
    from rag.config import Settings
    from rag.index import index
    from rag.library import Library

    folder = tmp_path_factory.mktemp("stocked")
    paths = [ROOT / "corpus" / "reports" / f"{name}.md" for name in STOCK]
    with Library(folder, create=True) as library:
        assert {o.status for o in index(paths, library, encoder)} == {"added"}
    with Casebook(folder, Settings(), encoder=encoder) as ready:
        yield ready


@pytest.fixture(scope="session")
def opened(stocked):
    """That library as the pages have it."""
    from rag.config import Settings
    from rag.library import Library
    from rag.works.standing import Standing
    from ui.opened import Opened

    with Library(stocked.library.folder) as library:
        yield Opened(stocked, Settings(), library.folder, library, Standing(library, ""))


# -- the pages without a browser -------------------------------------------------------------------


@pytest.fixture
def visit(small_library, monkeypatch) -> Callable[..., Any]:
    """Opens a page over the small library by its name, with what its address asks for."""
    from visiting import opened_page

    monkeypatch.setenv("CASEBOOK_LIBRARY", str(small_library))
    return opened_page


@pytest.fixture
def one_model(encoder, monkeypatch) -> None:
    """Pages over other libraries use the model that is loaded already."""
    from rag.chat import Casebook

    def opened(folder: Path, settings: Any, encoder: Any = encoder) -> Casebook:
        return Casebook(folder, settings, encoder=encoder)

    monkeypatch.setattr("ui.opened.Casebook", opened)


@pytest.fixture
def own_library(small_library, one_model, tmp_path, monkeypatch) -> Path:
    """A copy of the small library that the pages open and a test may change."""
    folder = Path(shutil.copytree(small_library, tmp_path / "own"))
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(folder))
    return folder


@pytest.fixture
def one_user(monkeypatch) -> None:
    """As on a loopback address: the visitor is the only user of this machine."""
    monkeypatch.setattr("ui.visitor.single_user", lambda: True)


# -- the pages in a browser ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One headless Chromium for a module: its loop must not outlive the module."""
    if not CHROMIUM:
        pytest.skip("no Chromium here: apt-get install chromium")
    reason = "no playwright here: pip install playwright"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    with playwright.sync_playwright() as driver:
        started = launched(driver)
        yield started
        started.close()


@pytest.fixture
def browse(chromium) -> Iterator[Callable[..., Any]]:
    """Opens pages of a server, each in a browser of its own; none may ask another machine."""
    contexts = []
    asked_of: set[str | None] = set()

    def open_page(
        address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light", wait: bool = True
    ) -> Any:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        context.on("request", lambda sent: asked_of.add(urlsplit(sent.url).hostname))
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        if wait:
            settled(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert asked_of - {None, ""} <= {"127.0.0.1"}


@pytest.fixture(scope="module")
def served(encoder, tmp_path_factory) -> Iterator[str]:
    """The address of a running `casebook ui` over the small library and one hostile report."""
    from places import HOSTILE
    from serving import Serving, free_port

    from rag.index import index
    from rag.library import Library

    folder = tmp_path_factory.mktemp("browser")
    hostile = folder / "hostile.md"
    hostile.write_text(HOSTILE, "utf-8")
    with Library(folder / "library", create=True) as library:
        paths = [hostile, *(ROOT / "corpus" / "reports" / f"{name}.md" for name in SMALL)]
        assert {o.status for o in index(paths, library, encoder)} == {"added"}
    with Serving(folder / "library", free_port(), home=folder / "home") as page:
        yield page.address


@pytest.fixture
def visitor(browse, served) -> Callable[..., Any]:
    """Opens pages of that server, each in a browser of its own."""
    return lambda path="", **look: browse(f"{served}/{path}", **look)


@pytest.fixture(scope="session")
def service(small_library, encoder):
    """The small library as REST, MCP and OpenAI's protocol offer it; tests must not change it."""
    from rag.casebook import Casebook
    from rag.config import Settings
    from rag.service import open_service

    with Casebook(small_library, Settings(), encoder=encoder) as opened:
        yield open_service(opened, opened.settings)

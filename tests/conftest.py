"""Shared by the tests: a home of their own, and one small real library per session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from places import ROOT, SMALL

# How fast the machine is must not decide: no deadlines, and the same examples in every run.
settings.register_profile(
    "casebook", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("casebook")


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

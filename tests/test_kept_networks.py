"""Networks kept between processes: the same bits, sooner, and never a reason to fail."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from rag.adapter import shipped_adapter
from rag.embed import kept, onnx_network
from rag.embed.onnx_network import OnnxNetwork

TEXTS = ["IVIG healed the ulcers within one month.", "She was 56.", "dose " * 200]


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """An empty cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CASEBOOK_CACHE", str(folder))
    return folder


@pytest.fixture
def made(monkeypatch) -> list[int]:
    """How often a session was made from the package's weights."""
    calls: list[int] = []
    real = onnx_network._session

    def counted(*given: object) -> object:
        calls.append(1)
        return real(*given)

    monkeypatch.setattr(onnx_network, "_session", counted)
    return calls


def _place(cache: Path) -> Path:
    (place,) = (cache / kept.NETWORKS).iterdir()
    return place


def test_the_second_process_opens_what_the_first_one_kept(cache, made) -> None:
    """Bit for bit the same vectors, with one thread or two, and nothing is made again."""
    first = OnnxNetwork(shipped_adapter()).encode(TEXTS)
    assert len(made) == 2  # to be used, and to be written
    for threads in (1, 2):
        assert np.array_equal(OnnxNetwork(shipped_adapter(), threads).encode(TEXTS), first)
    assert len(made) == 2
    assert {path.name for path in _place(cache).iterdir()} == {
        kept.NETWORK, kept.WEIGHTS, kept.STATES, kept.CHECKED
    }  # fmt: skip


def test_networks_with_other_adapters_are_kept_apart(cache) -> None:
    """The packaged one alone is not the adapted one."""
    adapted, alone = OnnxNetwork(shipped_adapter()), OnnxNetwork()
    assert len(list((cache / kept.NETWORKS).iterdir())) == 2
    again = OnnxNetwork()
    assert np.array_equal(again.encode(TEXTS), alone.encode(TEXTS))
    assert not np.allclose(again.encode(TEXTS), adapted.encode(TEXTS), atol=1e-3)


@pytest.mark.parametrize("damage", ["cut weights", "other weights", "torn graph", "torn states"])
def test_a_damaged_one_is_made_again(damage, cache, made) -> None:
    """What is cut, torn or altered is found when it is opened, and gives no vector."""
    first = OnnxNetwork().encode(TEXTS)
    place = _place(cache)
    weights = place / kept.WEIGHTS
    if damage == "cut weights":
        os.truncate(weights, weights.stat().st_size // 2)
    elif damage == "other weights":
        weights.write_bytes(bytes(weights.stat().st_size))
    elif damage == "torn graph":
        (place / kept.NETWORK).write_bytes(b"torn")
    else:
        (place / kept.STATES).write_bytes(b"\x93NUMPY torn")
    assert np.array_equal(OnnxNetwork().encode(TEXTS), first)
    assert len(made) == 4
    assert np.array_equal(OnnxNetwork().encode(TEXTS), first)
    assert len(made) == 4


def test_the_probe_is_read_once_a_day(cache, monkeypatch) -> None:
    """And again on the next one, in case the disk has let a bit fall."""
    OnnxNetwork()
    read: list[int] = []
    real = kept._states

    def counted(*given: object) -> object:
        read.append(1)
        return real(*given)

    monkeypatch.setattr(kept, "_states", counted)
    for _ in range(3):
        OnnxNetwork()
    assert len(read) == 1
    today = kept.time.time()
    monkeypatch.setattr(kept.time, "time", lambda: today + 86_400)
    for _ in range(2):
        OnnxNetwork()
    assert len(read) == 2


def test_a_network_that_was_touched_since_is_read_again(cache, made) -> None:
    """Its time and size may be put back; when its place on the disk was changed cannot be."""
    first = OnnxNetwork().encode(TEXTS)
    OnnxNetwork()
    weights = _place(cache) / kept.WEIGHTS
    about = weights.stat()
    weights.write_bytes(bytes(about.st_size))
    os.utime(weights, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert np.array_equal(OnnxNetwork().encode(TEXTS), first)
    assert len(made) == 4


def test_another_processor_or_version_has_its_own(cache, made, monkeypatch) -> None:
    """Packed weights fit one kind of processor and one version of ONNX Runtime."""
    OnnxNetwork()
    monkeypatch.setattr(kept, "_processor", lambda: "another one")
    OnnxNetwork()
    monkeypatch.setattr("onnxruntime.__version__", "0.0")
    OnnxNetwork()
    assert len(made) == 6
    assert len(list((cache / kept.NETWORKS).iterdir())) == 3


def test_without_a_folder_to_write_to_it_goes_on(tmp_path, monkeypatch) -> None:
    """A folder that cannot be made, and 'none', cost the time of before and nothing else."""
    (tmp_path / "file").write_text("in the way")
    for named in (str(tmp_path / "file" / "cache"), "none"):
        monkeypatch.setenv("CASEBOOK_CACHE", named)
        assert OnnxNetwork().encode(TEXTS).shape == (3, 384)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing(cache, monkeypatch) -> None:
    """What could not be written whole is not there, and the vectors are."""

    def full(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert OnnxNetwork().encode(TEXTS).shape == (3, 384)
    assert list((cache / kept.NETWORKS).iterdir()) == []


def test_what_nobody_opens_is_taken_away(cache) -> None:
    """After STALE_DAYS, when another one is kept; drafts of processes that ended after a day."""
    folder = cache / kept.NETWORKS
    days = {"old": kept.STALE_DAYS + 1, "recent": kept.STALE_DAYS - 1, "making-x": 2, "making-y": 0}
    for name, age in days.items():
        (folder / name).mkdir(parents=True)
        then = (folder / name).stat().st_mtime - age * 86_400
        os.utime(folder / name, (then, then))
    OnnxNetwork()
    left = {path.name for path in folder.iterdir()}
    assert left & set(days) == {"recent", "making-y"}
    assert len(left) == 3


def test_the_hash_of_a_model_is_remembered_while_its_files_stay(cache, tmp_path) -> None:
    """It is worked out again once a file is touched, and where the note is damaged."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    asked: list[Path] = []

    def computed(path: Path) -> str:
        asked.append(path)
        return f"{len(asked):016x}"

    assert [kept.hash_of(folder, computed) for _ in range(3)] == [f"{1:016x}"] * 3
    (folder / "config.json").write_text("[]")
    assert kept.hash_of(folder, computed) == f"{2:016x}"
    for note in (cache / kept.HASHES).iterdir():
        note.write_text("damaged")
    assert kept.hash_of(folder, computed) == f"{3:016x}"
    assert len(asked) == 3

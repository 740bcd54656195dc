"""Chroma's generations: built apart, proved, never changed, thrown away when old."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from rag.dense import DenseIndex, DenseUnavailable, Slice, folders, generations
from rag.errors import ConfigError

SIZE = 300


def unit(size: int, seed: int = 0, dimensions: int = 48) -> np.ndarray:
    """Vectors in loose clusters, as those of texts are."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(20, dimensions))
    vectors = centres[random.integers(20, size=size)] + random.normal(size=(size, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def places(size: int) -> list[str]:
    return [f"r{number}#s/1" for number in range(size)]


def built(folder: Path, vectors: np.ndarray, number: int = 1) -> DenseIndex:
    index = DenseIndex(folder, "id")
    index.build(number, len(vectors), slices(vectors, 70))
    return index


def slices(vectors: np.ndarray, size: int) -> Iterator[Slice]:
    ids = places(len(vectors))
    for at in range(0, len(ids), size):
        own = ids[at : at + size]
        yield Slice(own, vectors[at : at + size], [{"report_id": p} for p in own])


def nearest(vectors: np.ndarray, query: np.ndarray, limit: int) -> list[str]:
    order = np.argsort(-(vectors @ query), kind="stable")[:limit]
    return [f"r{i}#s/1" for i in order]


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return unit(SIZE)


@pytest.fixture(scope="module")
def generation(vectors, tmp_path_factory) -> Path:
    """A library folder with one finished generation; tests must not change it."""
    folder = tmp_path_factory.mktemp("dense")
    built(folder, vectors).close()
    return folder


@pytest.fixture
def copied(generation, tmp_path) -> Path:
    """The same, to be damaged."""
    shutil.copytree(generation / "chroma", tmp_path / "copy" / "chroma")
    return tmp_path / "copy"


@pytest.fixture
def index(generation):
    opened = DenseIndex(generation, "id")
    yield opened
    opened.close()


def test_the_nearest_come_back_nearest_first(index, vectors):
    """In a generation of this size HNSW is as good as exact."""
    for query in vectors[::60]:
        assert index.query(1, query, 10) == nearest(vectors, query, 10)
    assert index.count(1) == SIZE


def test_twice_the_candidates_hold_the_exact_ones(tmp_path):
    """The search asks for 400 and keeps the exact best 200: HNSW must not lose any of them."""
    vectors = unit(2500, seed=1)
    index = built(tmp_path, vectors)
    for query in unit(12, seed=2):
        assert set(nearest(vectors, query, 200)) <= set(index.query(1, query, 400))
    index.close()


def test_no_more_come_back_than_there_are(index, vectors):
    """A limit beyond the generation, or beyond the ids, is no error."""
    assert len(index.query(1, vectors[0], 10 * SIZE)) == SIZE
    assert index.query(1, vectors[0], 10, ["r5#s/1"]) == ["r5#s/1"]
    assert index.query(1, vectors[0], 10, []) == []
    assert index.query(1, vectors[0], 0) == []


@pytest.mark.parametrize("step", [2, 30], ids=["half", "few"])
def test_only_the_given_ids_are_ranked(index, vectors, step):
    """Filters are decided before; Chroma ranks what passes them, all of it."""
    some = places(SIZE)[::step]
    expected = [p for p in nearest(vectors, vectors[7], SIZE) if p in some]
    assert index.query(1, vectors[7], SIZE, some) == expected


def test_an_id_that_is_not_there_is_an_error_of_the_generation(index, vectors):
    """Chroma refuses it, which is why newer passages must not be asked of it."""
    with pytest.raises(DenseUnavailable):
        index.query(1, vectors[0], 5, ["r1#s/1", "newer#s/1"])
    assert index.query(1, vectors[0], 1) == ["r0#s/1"]  # and the next question is answered


@pytest.mark.parametrize("size", [0, 1, 2, 1001])
def test_any_number_of_vectors_makes_a_generation(tmp_path, size):
    """None, one (which Chroma does not save), and one more than a batch; another process can read
    it, twice.
    """
    built(tmp_path, unit(size)).close()
    for _ in range(2):
        other = DenseIndex(tmp_path, "id")
        found = other.query(1, unit(1)[0], 3)
        assert len(found) == min(size, 3)
        assert other.count(1) == size
        other.close()


def test_reading_changes_nothing_of_the_vector_index(copied, vectors):
    """Chroma saves everything at the last vector; else each reader would index the rest anew."""
    before = folders._checksums(copied / "chroma" / "generation-000001")
    assert len(before) == 5
    index = DenseIndex(copied, "id")
    index.query(1, vectors[0], 50)
    index.close()
    assert folders._checksums(copied / "chroma" / "generation-000001") == before


VECTOR_FILES = ("data_level0.bin", "header.bin", "length.bin", "link_lists.bin",
                "index_metadata.pickle")  # fmt: skip


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scrambled(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


@pytest.mark.parametrize("damage", [cut, scrambled, Path.unlink], ids=["cut", "scrambled", "gone"])
@pytest.mark.parametrize("name", [*VECTOR_FILES, folders.SEAL])
def test_a_torn_file_is_noticed_before_chroma_reads_it(copied, vectors, name, damage):
    """Chroma itself would answer from it, wrongly or not at all, or end the process."""
    (path,) = (copied / "chroma").rglob(name)
    damage(path)
    index = DenseIndex(copied, "id")
    with pytest.raises(DenseUnavailable, match="checksums|not as they were"):
        index.query(1, vectors[0], 5)


@pytest.mark.parametrize("damage", [cut, scrambled, Path.unlink], ids=["cut", "scrambled", "gone"])
def test_a_torn_database_of_chroma_is_noticed(copied, vectors, damage):
    """Chroma's SQLite file looks after itself."""
    damage(copied / "chroma" / "generation-000001" / "chroma.sqlite3")
    index = DenseIndex(copied, "id")
    with pytest.raises(DenseUnavailable):
        index.query(1, vectors[0], 5)


def test_a_generation_that_holds_too_few_is_not_used(copied, vectors, monkeypatch):
    """A collection says how many it was made with."""
    index = DenseIndex(copied, "id")
    collection = index._collection(1)
    collection.delete(ids=["r0#s/1"])
    index.close()
    monkeypatch.setattr(folders, "_check_seal", lambda folder: None)
    with pytest.raises(DenseUnavailable, match=f"{SIZE - 1} of {SIZE}"):
        index.query(1, vectors[0], 5)


def test_a_missing_generation_is_unavailable(tmp_path, vectors):
    """Nothing is created by asking."""
    index = DenseIndex(tmp_path, "id")
    with pytest.raises(DenseUnavailable, match="missing"):
        index.query(3, vectors[0], 5)
    assert list(tmp_path.iterdir()) == []


def test_vectors_that_are_not_its_own_do_not_verify(index, vectors):
    """The check can fail: other vectors under the same ids are not found."""
    index.verify(1, places(SIZE)[:5], vectors[:5])
    with pytest.raises(DenseUnavailable, match="not found by its own vector"):
        index.verify(1, places(SIZE)[:5], -vectors[:5])


def test_equal_vectors_verify_each_other(tmp_path):
    """Twenty equal texts: each finds some of the others, at distance 0."""
    vectors = np.repeat(unit(2), 20, axis=0)
    index = built(tmp_path, vectors)
    index.verify(1, places(40), vectors)
    index.close()


def test_a_generation_that_fails_its_proof_is_removed(tmp_path, vectors, monkeypatch):
    """Nobody can point to it, and it takes no room."""

    def refuse(*_: object) -> None:
        raise DenseUnavailable("not found")

    monkeypatch.setattr(DenseIndex, "verify", refuse)
    with pytest.raises(DenseUnavailable, match="not found"):
        built(tmp_path, vectors)
    assert list((tmp_path / "chroma").iterdir()) == []


def test_any_failure_of_chroma_is_unavailable(tmp_path, vectors, monkeypatch):
    """Its exceptions are of many kinds, and none may lose the library."""

    def broken(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(folders.Folders, "_client", broken)
    with pytest.raises(DenseUnavailable, match="disk full"):
        built(tmp_path, vectors)


def test_what_a_killed_build_left_is_replaced(tmp_path, vectors):
    """Half a generation under the next number."""
    left = tmp_path / "chroma" / "generation-000001" / "0815"
    left.mkdir(parents=True)
    (left / "data_level0.bin").write_bytes(b"half")
    index = built(tmp_path, vectors)
    assert index.query(1, vectors[0], 1) == ["r0#s/1"]
    assert not left.exists()
    index.close()


def test_two_generations_are_kept_and_other_files_left_alone(tmp_path):
    """The one before may still be asked by another process; what is not ours is not touched."""
    root = tmp_path / "chroma"
    for name in ("generation-000001", "generation-000004", "generation-000005",
                 "generation-000006", "generation-notes", "photos"):  # fmt: skip
        (root / name).mkdir(parents=True)
    (root / "generation-000002").write_text("a file")
    DenseIndex(tmp_path, "id").prune(5)
    assert sorted(path.name for path in root.iterdir()) == [
        "generation-000002", "generation-000004", "generation-000005", "generation-notes",
        "photos",
    ]  # fmt: skip


def test_an_open_generation_answers_after_it_was_pruned(tmp_path, vectors):
    """A question under way gets the right answer or none, and the next the new generation.

    None, when Chroma has let go of its idle connection to the files by then: search is exact then.
    """
    reader = built(tmp_path, vectors)
    assert reader.query(1, vectors[0], 1) == ["r0#s/1"]
    writer = built(tmp_path, vectors[::-1].copy(), number=3)
    writer.prune(3)
    assert not (tmp_path / "chroma" / "generation-000001").exists()
    with suppress(DenseUnavailable):
        assert reader.query(1, vectors[1], 1) == ["r1#s/1"]
    assert reader.query(3, vectors[0], 1) == [f"r{SIZE - 1}#s/1"]
    reader.close()
    writer.close()


def test_no_embedding_model_of_chroma_takes_part(tmp_path, vectors, monkeypatch):
    """Its default one would be fetched from the network at the first text."""
    from chromadb.api.client import Client

    given = []
    for method in ("create_collection", "get_collection"):
        real = getattr(Client, method)

        def spy(self, *args, real=real, **kwargs):
            given.append(kwargs.get("embedding_function", "Chroma's own"))
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Client, method, spy)
    built(tmp_path, vectors).close()
    assert given == [None, None]


def test_chroma_gets_what_helps_those_who_open_it_otherwise(copied):
    """Report, section and offsets stand beside each vector; the library does not need them."""
    index = DenseIndex(copied, "id")
    kept = index._collection(1).get(ids=["r7#s/1"], include=["metadatas"])
    assert kept["metadatas"] == [{"report_id": "r7#s/1"}]
    index.close()


def test_the_settings_of_the_index_are_ours(copied):
    """And the whole index is saved at once."""
    index = DenseIndex(copied, "id")
    stored = index._collection(1).configuration["hnsw"]
    index.close()
    assert {key: stored[key] for key in generations.HNSW} == generations.HNSW
    assert stored["sync_threshold"] == SIZE


def test_the_seal_lists_every_file_of_the_vector_index(generation):
    """A file that is added later breaks it as well."""
    folder = generation / "chroma" / "generation-000001"
    names = {name.partition("/")[2] for name in json.loads((folder / folders.SEAL).read_text())}
    assert names == set(VECTOR_FILES)


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1:8000", "http://", "http://host:port", "http://host:99999", "//", "a b://c"],
)
def test_a_wrong_server_address_is_told_at_once(tmp_path, url):
    """It is the user's setting, not a server that is down."""
    with pytest.raises(ConfigError, match="CASEBOOK_CHROMA_URL.*http://127.0.0.1:8000"):
        DenseIndex(tmp_path, "id", url)

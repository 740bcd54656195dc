"""The wheel carries all that an answer needs, and nothing of the training data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from places import ROOT

pytest.importorskip("build")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return next(out.glob("casebook-*.whl"))


def test_the_wheel_holds_the_corpus_and_no_training_data(wheel):
    """120 digests, vocabulary, weights and the page are inside; questions to train on are not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert sum(n.startswith("corpus/reports/") and n.endswith(".md") for n in names) == 120
    assert {"rag/adapter.safetensors", "rag/reading.safetensors", "rag/reader/weights.json"} <= set(
        names
    )
    assert {"rag/reader/evidence.safetensors", "rag/reader/short.json"} <= set(names)
    assert "rag/lexicon/drugs.yaml" in names
    assert "ui/app.py" in names
    assert "ui/.streamlit/config.toml" in names
    assert not [n for n in names if "training" in n or n.startswith("tests/")]


def test_an_installed_wheel_answers_without_the_checkout(wheel, tmp_path):
    """Unpacked elsewhere, away from the checkout, it builds its library and answers."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import rag, sys; sys.argv = ['casebook', 'ask', '--json', "
            "'How did the rash respond to dapsone?']; print(rag.__file__, file=sys.stderr); "
            "from rag.cli.main import main; main()",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site), "XDG_DATA_HOME": str(tmp_path / "data")},
    )
    assert str(site) in done.stderr, done.stderr
    assert "120 reports" in done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert "dapsone" in " ".join(c["quote"].lower() for c in answer["citations"])

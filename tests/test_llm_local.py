"""A tiny model with random weights, in this process, through LangChain's Hugging Face path."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("langchain_huggingface", reason="pip install 'casebook[huggingface]'")

from rag.llm.chain import generate
from rag.llm.models import open_model
from rag.llm.options import Options

WORDS = ("the", "skin", "cleared", "after", "dapsone", "was", "given", "to", "both", "patients")
TEMPLATE = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}assistant "


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """GPT-2 of 2 layers of width 16 with a vocabulary of words, saved as any model is."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, set_seed

    set_seed(7)
    vocabulary = {word: n for n, word in enumerate(["<unk>", "<pad>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>")
    fast.chat_template = TEMPLATE
    config = GPT2Config(
        vocab_size=len(vocabulary), n_positions=2048, n_embd=16, n_layer=2, n_head=2,
        # Without an end token it speaks until it is stopped, whatever its weights are.
        bos_token_id=1, eos_token_id=None, pad_token_id=1,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tiny")
    model = GPT2LMHeadModel(config)
    model.generation_config.suppress_tokens = [0, 1]  # these are not words, and not shown
    model.save_pretrained(path)
    fast.save_pretrained(path)
    return path


@pytest.mark.filterwarnings("ignore")
def test_a_model_in_this_process_loads_and_streams(folder, casebook):
    """It says what random weights say: nothing is proved by it, and the answer says so."""
    options = Options(timeout=120, max_tokens=12, repair=False)
    model = open_model(f"huggingface:{folder}", options)
    assert model.is_local
    assert model.where == "in this process"
    pieces = [str(chunk.text) for chunk in model.chat.stream("the skin")]
    assert len([p for p in pieces if p.strip()]) > 1
    assert set("".join(pieces).split()) <= set(WORDS)
    answer = generate(casebook, model, "How did the skin respond to dapsone?", options=options)
    assert answer.status == "answered"
    assert "in this process" in answer.notice or str(folder) in answer.notice

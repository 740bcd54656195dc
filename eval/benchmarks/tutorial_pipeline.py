"""The pipeline of the LangChain tutorials: split by characters, embed, keep in Chroma, take four.

Run in a process of its own by `eval.benchmarks.tutorial`; the model is Casebook's packaged one.
langchain-chroma and langchain-text-splitters are needed by this file alone and are no dependency.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.tutorial_system import CHUNK_CHARACTERS, OVERLAP
from rag.embed import packaged_folder

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

TOP = 4  # similarity_search's own default


def build(files: list[Path], folder: Path) -> int:
    """Index the files into `folder`; the number of chunks."""
    from langchain_core.documents import Document

    splitter = _needed("langchain_text_splitters").RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP
    )
    documents = [
        Document(page_content=path.read_text("utf-8"), metadata={"source": path.name})
        for path in files
    ]
    chunks = splitter.split_documents(documents)
    _store(folder).add_documents(chunks)
    return len(chunks)


def asker(folder: Path) -> Callable[[str], list[str]]:
    """A function from a question to the best chunks' texts."""
    store = _store(folder)
    return lambda question: [
        found.page_content for found in store.similarity_search(question, k=TOP)
    ]


def timed(ask: Callable[[str], object], questions: list[str]) -> list[float]:
    """Seconds for each question; one question before them warms up and does not count."""
    ask(questions[-1])
    seconds = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        seconds.append(time.perf_counter() - started)
    return seconds


def p50(seconds: list[float]) -> float:
    """The median."""
    return statistics.median(seconds)


def _store(folder: Path) -> Any:  # noqa: ANN401  (the class comes from an optional package)
    return _needed("langchain_chroma").Chroma(
        collection_name="tutorial",
        embedding_function=_embeddings(),
        persist_directory=str(folder),
    )


def _embeddings() -> Embeddings:
    """The packaged model as the tutorials use one: sentence-transformers with its defaults."""
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_folder()), device="cpu", local_files_only=True)

    class Plain(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = model.encode(texts).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Plain()


def _needed(module: str) -> Any:  # noqa: ANN401
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        sys.exit(
            f"This benchmark compares with {module}, which is not installed; run: "
            "pip install langchain-chroma langchain-text-splitters"
        )


def main() -> None:
    """``index FOLDER FILE…`` · ``first FOLDER`` · ``next FOLDER``, questions as JSON on stdin."""
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    task, folder, *rest = sys.argv[1:]
    if task == "index":
        print(json.dumps({"chunks": build([Path(name) for name in rest], Path(folder))}))
        return
    questions: list[str] = json.load(sys.stdin)
    ask = asker(Path(folder))
    if task == "first":
        print(json.dumps({"chunks": ask(questions[0])}))
    else:
        print(json.dumps({"p50": p50(timed(ask, questions))}))


if __name__ == "__main__":
    main()

"""The same short texts made into an index by Casebook, by a LangChain tutorial and by txtai.

    python -m eval.benchmarks.builds --docs FOLDER/pubmedqa/docs.jsonl --texts 300
    python -m eval.benchmarks.builds --texts 300 --txtai PYTHON

Each in a process of its own, one after the other in each round, with the same packaged model.
Without `--docs`, the texts are synthetic reports (`eval.benchmarks.synthetic`), which are longer.
txtai is measured where `--txtai` names a Python that has it (pip install txtai); it is no
dependency. It, like the tutorial, embeds passages alone; Casebook each sentence besides, reads who
the patients are and what became of them, and checks that its index answers.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from eval.benchmarks import synthetic
from eval.benchmarks.tables import machine, table
from eval.benchmarks.tutorial import CASEBOOK, PIPELINE, Run, megabytes, run
from rag.embed import packaged_folder

BY_TXTAI = """
import json, sys
from pathlib import Path
from txtai import Embeddings
model, folder, names = sys.argv[1], sys.argv[2], json.loads(Path(sys.argv[3]).read_text("utf-8"))
index = Embeddings(path=model, content=True, hybrid=True, gpu=False)
index.index((name, Path(name).read_text("utf-8"), None) for name in names)
index.save(folder)
print(json.dumps({"texts": index.count()}))
"""
"""txtai's own example of a hybrid index, with the packaged model from its folder."""


def main(
    texts: Annotated[int, typer.Option(min=1, help="How many.")] = 300,
    docs: Annotated[Path | None, typer.Option(help="A docs.jsonl with 'id' and 'text'.")] = None,
    txtai: Annotated[Path | None, typer.Option(help="A Python that has txtai.")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 1,
) -> None:
    """Build with each in turn and print a table."""
    with tempfile.TemporaryDirectory(prefix="casebook-builds-") as name:
        files = written(Path(name) / "texts", texts, docs)
        size = sum(len(path.read_text("utf-8")) for path in files) / len(files)
        print(f"{machine()}; {len(files)} texts of {size:.0f} characters on average, {rounds} "
              f"round(s), OMP_NUM_THREADS {os.environ.get('OMP_NUM_THREADS', 'unset')}\n",
              flush=True)  # fmt: skip
        results = [_round(files, Path(name) / str(number), txtai) for number in range(rounds)]
    print(_compared(results))


def written(folder: Path, count: int, docs: Path | None) -> list[Path]:
    """`count` text files in a new `folder`: abstracts of `docs`, or synthetic reports."""
    if docs is None:
        return synthetic.write(folder, count)
    folder.mkdir()
    files = []
    for number, line in enumerate(docs.read_text("utf-8").splitlines()[:count]):
        text = str(json.loads(line)["text"]).strip()
        path = folder / f"text-{number:05d}.txt"
        path.write_text(f"Abstract {number}\n\n{text}\n", "utf-8")
        files.append(path)
    return files


def _round(files: list[Path], folder: Path, txtai: Path | None) -> dict[str, tuple[Run, float]]:
    """Each builder's run, and the megabytes that it left on disk."""
    folder.mkdir()
    names = [str(path) for path in files]
    listed = folder / "names.json"
    listed.write_text(json.dumps(names), "utf-8")
    commands = {
        "Casebook": [*CASEBOOK, "index", *names, "--library", str(folder / "Casebook")],
        "LangChain tutorial": [*PIPELINE, "index", str(folder / "LangChain tutorial"), *names],
    }
    if txtai:
        own = [str(packaged_folder()), str(folder / "txtai"), str(listed)]
        commands["txtai"] = [str(txtai), "-c", BY_TXTAI, *own]
    found = {}
    for name, command in commands.items():
        found[name] = run(command), megabytes(folder / name)
        print(f"{name}: done", flush=True)
    return found


def _compared(results: list[dict[str, tuple[Run, float]]]) -> str:
    rows = []
    for name in results[0]:
        own = [result[name] for result in results]
        ratio = statistics.median(
            result[name][0].processor / result["Casebook"][0].processor for result in results
        )
        rows.append([
            name, f"{statistics.median(one.processor for one, _ in own):.1f}", f"{ratio:.2f}",
            f"{statistics.median(one.seconds for one, _ in own):.0f}",
            f"{max(one.megabytes for one, _ in own):.0f}", f"{own[0][1]:.1f}",
        ])  # fmt: skip
    head = ["", "s of processor", "x Casebook", "s", "peak memory, MB", "disk, MB"]
    return table(head, rows)


if __name__ == "__main__":
    typer.run(main)

"""Other readers of PDF on the same made files: how much of the text comes back, and in order.

    PYTHONPATH=.:tests python tests/make_formats.py FOLDER
    python -m venv /tmp/readers && /tmp/readers/bin/pip install pypdf pdfplumber PyMuPDF
    python -m eval.benchmarks.pdf_readers FOLDER --python /tmp/readers/bin/python

They are for comparison only, never a dependency (PyMuPDF is AGPL), so they run in that other
Python. What they give is plain text; Casebook's is the report's text. Neither running heads nor
page numbers are held against anybody: measured is what of the body is there, in reading order.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rapidfuzz.distance import LCSseq

from eval.benchmarks.tables import figure, machine, table
from rag.sentences import sentence_spans

READ = {
    "Casebook": "from pathlib import Path; from rag.formats.pdf import read_pdf\n"
    "def text(path): return read_pdf(Path(path).read_bytes(), Path(path)).text",
    "pypdf": "import pypdf\n"
    "def text(path): return '\\n'.join(p.extract_text() for p in pypdf.PdfReader(path).pages)",
    "pdfplumber": "import pdfplumber\n"
    "def text(path):\n"
    "    with pdfplumber.open(path) as f:\n"
    "        return '\\n'.join(p.extract_text() or '' for p in f.pages)",
    "PyMuPDF": "import pymupdf\n"
    "def text(path): return '\\n'.join(p.get_text() for p in pymupdf.open(path))",
    "PyMuPDF, sorted": "import pymupdf\n"
    "def text(path): return '\\n'.join(p.get_text(sort=True) for p in pymupdf.open(path))",
}
"""Reader → code that defines text(path)."""
LOOP = """
import json, re, sys, time
for path in sys.stdin.read().split('\\n'):
    began = time.process_time()
    said = text(path)
    print(json.dumps([said, time.process_time() - began]), flush=True)
"""
_PAGE = re.compile(rb"/Type\s*/Page\b")


def main(
    made: Annotated[Path, typer.Argument(help="What tests/make_formats.py wrote.")],
    python: Annotated[Path, typer.Option(help="A Python that has the other readers.")],
    every: Annotated[int, typer.Option(help="Read every n-th file only.")] = 1,
) -> None:
    """Read all PDFs with each reader, and print a table."""
    files = sorted((made / "pdf").glob("*.pdf"))[::every]
    pages = sum(len(_PAGE.findall(path.read_bytes())) for path in files)
    truths = [(made / "truth" / f"{path.stem}.txt").read_text("utf-8") for path in files]
    print(f"{machine()}; {len(files)} files, {pages} pages\n", flush=True)
    rows = []
    for name, code in READ.items():
        interpreter = Path(sys.executable) if name == "Casebook" else python
        said, seconds = _read(interpreter, code, files)
        rows.append([name, *_measured(truths, said), f"{1000 * seconds / pages:.0f}"])
        print(f"{name}: read", file=sys.stderr, flush=True)
    head = ["Reader", "characters in order", "sentences broken", "of", "CPU ms per page"]
    print(table(head, rows))


def _read(python: Path, code: str, files: Sequence[Path]) -> tuple[list[str], float]:
    """The text of each file, and the processor seconds of all."""
    done = subprocess.run(
        [python, "-c", code + "\n" + LOOP],
        input="\n".join(map(str, files)),
        capture_output=True,
        text=True,
        check=True,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [text for text, _ in found], sum(seconds for _, seconds in found)


def _measured(truths: Sequence[str], said: Sequence[str]) -> list[str]:
    """Share of the body's characters in order; sentences that are not there whole, of how many."""
    same = wanted = broken = total = 0
    for truth, text in zip(truths, said, strict=True):
        want, got = _plain(truth), _plain(text)
        same += LCSseq.similarity(want, got)
        wanted += len(want)
        lines = [line for line in truth.split("\n") if line.strip()]
        for line in lines:
            for start, end in sentence_spans(line, 0, len(line)):
                total += 1
                broken += _plain(line[start:end]) not in got
    return [figure(same / wanted, 4), figure(broken / total), str(total)]


def _plain(text: str) -> str:
    """Letters, digits and signs in one spelling, blanks as one blank."""
    spelled = text.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0xB5: "μ"})
    for pair, letters in {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}.items():
        spelled = spelled.replace(pair, letters)
    return re.sub(r"\s+", " ", spelled.casefold()).strip()


if __name__ == "__main__":
    typer.run(main)

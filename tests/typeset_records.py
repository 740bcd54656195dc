"""A folder of case texts with records → the same as PDFs, to score the extraction through them.

    python tests/typeset_records.py TEXTS OUT
    casebook eval extraction --texts OUT --pdf

The designs are dealt in turn; the record is copied beside each PDF.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from designs import DESIGNS
from make_pdf import make
from typeset_papers import load


def typeset(texts: Path, out: Path) -> int:
    """Write a PDF for every text that has a record; how many there were."""
    out.mkdir(parents=True, exist_ok=True)
    designs = list(DESIGNS.values())
    records = sorted(texts.glob("*.patients.yaml"))
    for number, record in enumerate(records):
        name = record.name.removesuffix(".patients.yaml")
        design = designs[number % len(designs)]
        (out / f"{name}.pdf").write_bytes(make(load(texts / f"{name}.txt"), design))
        shutil.copy(record, out / record.name)
    return len(records)


if __name__ == "__main__":
    print(typeset(Path(sys.argv[1]), Path(sys.argv[2])))  # noqa: T201

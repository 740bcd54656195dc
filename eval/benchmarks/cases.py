"""How fast filters on patients are: ``python -m eval.benchmarks.cases [PATIENTS]`` (10,000).

Synthetic patients, two to a report, with values drawn in fixed proportions. Each filter is asked
40 times of a library file; printed are the median and the 95th percentile of what it takes to find
and count the patients, and, apart, to read the records of those who are found.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from rag.cases.keeping import rows_of
from rag.cases.shelf import Shelf, count
from rag.cases.wish import Wish, wish
from rag.derivation import remember_records
from rag.library import Library
from rag.records.record import CaseRecord, Dose, Field, Finding, Records, Therapy
from rag.schema import Report

_DRUGS = (
    "prednisolone", "methotrexate", "intravenous immunoglobulin", "rituximab", "tofacitinib",
    "ciclosporin", "tacrolimus", "hydroxychloroquine", "dapsone", "mycophenolate mofetil",
)  # fmt: skip
_SIGNS = (
    "skin ulcer", "calcinosis", "Gottron's papules", "heliotrope rash", "dysphagia",
    "interstitial lung disease", "muscle weakness", "ovarian cancer", "panniculitis", "pruritus",
)  # fmt: skip
_ANTIBODIES = ("anti-MDA5", "anti-TIF1-γ", "anti-NXP2", "anti-Mi-2", "anti-Jo-1")
_FORMS = ("classic DM", "clinically amyopathic DM", "juvenile DM", "anti-MDA5 DM")
_RESPONSES = ("complete", "partial", "none", "worsened", "died", "not stated")

FILTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "one drug": (("treatment", "IVIg"),),
    "a class of drugs": (("drug", "immunosuppressant"),),
    "a feature": (("feature", "ulcer"),),
    "an antibody": (("antibody", "MDA5"),),
    "children": (("age", "0-17"),),
    "women (half of all)": (("sex", "female"),),
    "a response": (("response", "complete"),),
    "five at once": (
        ("treatment", "IVIg"), ("feature", "ulcer"), ("sex", "female"), ("age", "18-60"),
        ("response", "improved"),
    ),
    "nothing (everybody)": (),
}  # fmt: skip


def patient(report_id: str, number: int, draw: random.Random) -> CaseRecord:
    """A patient with two to five findings and one to four drugs."""
    span = ((10, 60),)
    findings = [
        Finding(name, "sign", Field("present" if draw.random() < 0.8 else "absent", span))
        for name in draw.sample(_SIGNS, draw.randint(2, 5))
    ]
    findings.append(Finding(draw.choice(_ANTIBODIES), "antibody", Field("present", span)))
    drugs = draw.sample(_DRUGS, draw.randint(1, 4))
    therapies = [
        Therapy(Field(name, span), prior=place > 0, dose=Field(Dose("10 mg"), span))
        for place, name in enumerate(drugs)
    ]
    return CaseRecord(
        report_id,
        number,
        Field(float(draw.randint(1, 90)), span),
        Field(draw.choice(("female", "male")), span),
        Field(draw.choice(_FORMS), span),
        tuple(findings),
        therapies=tuple(therapies),
        response=Field(draw.choice(_RESPONSES), span),
    )


def fill(library: Library, patients: int) -> None:
    """Store synthetic reports of two patients each."""
    draw = random.Random(1)
    rows = library.case_rows()
    assert rows is not None
    with library.transaction():
        for at in range(patients // 2):
            name = f"synthetic-{at:05}"
            report = Report(name, "Synthetic", "x", (), "x.md", "user file", "full text")
            library.put(report, b"", [], [])
            known = Records(name, (patient(name, 1, draw), patient(name, 2, draw)))
            rows.put(rows_of(known, report))
        remember_records(library)


def timed(work: Callable[[], object], times: int = 40) -> tuple[float, float]:
    """Median and 95th percentile of the processor time, in milliseconds.

    Not of the wall clock: on a machine that others use, that measures the others.
    """
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append((time.process_time() - started) * 1000)
    return median(taken), sorted(taken)[int(times * 0.95)]


def main(arguments: Sequence[str]) -> None:
    """Print a line for each filter."""
    patients = int(arguments[0]) if arguments else 10_000
    with tempfile.TemporaryDirectory() as name, Library(Path(name) / "l", create=True) as library:
        fill(library, patients)
        shelf = Shelf.of(library)
        print(f"{patients:,} patients; ms of processor time to find and count them, p50 / p95")
        print("(after the bar: to read the records of all who were found, p50)")
        for title, pairs in FILTERS.items():
            wishes = [wish(key, said) for key, said in pairs]  # type: ignore[arg-type]
            _one(title, shelf, wishes)


def _one(title: str, shelf: Shelf, wishes: Sequence[Wish]) -> None:
    # A new shelf each time: it remembers the rows of a condition.
    middle, slow = timed(lambda: count(Shelf(shelf.rows), (), wishes))
    found = count(shelf, (), wishes).found
    reading, _ = timed(lambda: shelf.cases(found), 3)
    print(f"{title}: {len(found):,} found; {middle:.1f} / {slow:.1f} | {reading:.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])

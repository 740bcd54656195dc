"""The case texts' records → whom a stretch of a text is about, as their writers noted it.

Independent of what Casebook's own parser makes of the text: that is what is being judged.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from eval.gold import shipped_texts

Span = tuple[int, int]


@cache
def sentences_of_patients(report_id: str) -> tuple[tuple[str, frozenset[int]], ...]:
    """Each sentence of a case text with the numbers of the patients it is about; else nothing."""
    path = shipped_texts() / f"{report_id}.patients.yaml"
    if not path.is_file():
        return ()
    owners: dict[str, set[int]] = {}
    for patient in _records(path):
        for sentence in patient["sentences"]:
            owners.setdefault(sentence, set()).add(patient["number"])
    return tuple((sentence, frozenset(numbers)) for sentence, numbers in owners.items())


def patients_at(report_id: str, text: str, span: Span) -> frozenset[int]:
    """The patients whom the sentences in a stretch of `text` are about; empty for nobody's."""
    found: set[int] = set()
    for sentence, numbers in sentences_of_patients(report_id):
        at = text.find(sentence)
        if at >= 0 and min(span[1], at + len(sentence)) - max(span[0], at) > 0:
            found |= numbers
    return frozenset(found)


def right_patient(
    report_id: str, text: str, gold: Collection[Span], cited: Collection[Span]
) -> float | None:
    """1 when nothing cited is about other patients alone, 0 when something is.

    None where it cannot be said: no record of the patients, or the gold is about nobody or
    everybody.
    """
    wanted = frozenset().union(*(patients_at(report_id, text, span) for span in gold))
    everybody = {n for _, numbers in sentences_of_patients(report_id) for n in numbers}
    if not wanted or wanted == everybody or not cited:
        return None
    owners = [patients_at(report_id, text, span) for span in cited]
    return float(all(not own or own & wanted for own in owners))


def _records(path: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return records

"""Hand-made case reports of a few sentences, read as a user's plain text would be."""

from __future__ import annotations

from rag.formats.text import read_text
from rag.records.make import records_of
from rag.records.record import CaseRecord, Therapy
from rag.schema import Report

WOMAN = "A 61-year-old woman with dermatomyositis presented with a rash and weakness. "


def report(story: str, title: str = "Dermatomyositis: a case") -> Report:
    """A report with one patient, whose story this is."""
    return read_text(f"{title}\n\nA. Author\n\nCase report\n\n{story}\n", "case.txt")


def record(story: str, title: str = "Dermatomyositis: a case") -> CaseRecord:
    """The record of the only patient of such a report."""
    (found,) = records_of(report(story, title)).cases
    return found


def drugs(story: str, title: str = "Dermatomyositis: a case") -> dict[str, Therapy]:
    """The therapies of the only patient by the name of their drug."""
    return {one.drug.value: one for one in record(story, title).therapies}

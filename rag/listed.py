"""A report as lists show it, and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rag.library import Library
from rag.schema import EditorialNotice, Report


@dataclass(frozen=True, slots=True)
class Listed:
    """A report with what the library knows around it; `editions` are those of its work."""

    report: Report
    passages: int
    editions: tuple[str, ...]
    editorial: EditorialNotice | None

    def to_json(self) -> dict[str, Any]:
        """Without its text."""
        report, notice = self.report, self.editorial
        return {
            "report_id": report.id,
            "title": report.title,
            "authors": list(report.authors),
            "journal": report.journal,
            "year": report.year,
            "doi": report.doi,
            "pmid": report.pmid,
            "article_type": report.article_type,
            "source": report.source,
            "source_kind": report.source_kind,
            "basis": report.basis,
            "licence": report.licence,
            "passages": self.passages,
            "patients": report.patients,
            "editions": list(self.editions),
            "retracted": bool(notice and notice.retracts),
            "editorial": asdict(notice) if notice else None,
        }

    def to_full_json(self) -> dict[str, Any]:
        """With its sections and its canonical text, which offsets count in."""
        sections = [asdict(section) for section in self.report.sections]
        return self.to_json() | {"sections": sections, "text": self.report.text}


def listed(
    report_id: str,
    library: Library,
    counts: dict[str, int],
    standing: dict[str, EditorialNotice],
) -> Listed:
    """One report; `counts` are the library's passage counts. Raises ReportNotFound."""
    report = library.report(report_id)
    editions = tuple(library.editions(library.work_of(report_id)))
    return Listed(report, counts.get(report_id, 0), editions, standing.get(report_id))

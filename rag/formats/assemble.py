"""Canonical text, sections and metadata, from whatever format → the report, with its patients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.formats.patients import described
from rag.formats.running_prose import split_patients
from rag.schema import ArticleType, Basis, Case, Report, Section, SourceKind

# A report of several patients says so in its heading, even where it does not number them.
_PLURAL = re.compile(
    r"\b(?:cases|reports|presentations|descriptions|histories|summaries|studies|vignettes|series)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself; what it does not say is None or empty."""

    title: str
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    licence: str | None = None


def assemble(
    id: str,
    source: str,
    text: str,
    sections: tuple[Section, ...],
    metadata: Metadata,
    *,
    source_kind: SourceKind,
    unnumbered: Sequence[str] = (),
    basis: Basis = "full text",
) -> Report:
    """The report of a file named `source`, which holds as much of the publication as `basis` says.

    `unnumbered` are the headings of case sections that name no patient ('Case report'): a single
    one is about patient 1, unless it is in the plural.
    """
    sections, cases = _with_cases(text, sections, unnumbered)
    return Report(
        id=id,
        title=metadata.title,
        text=text,
        sections=sections,
        source=source,
        source_kind=source_kind,
        basis=basis,
        article_type=_article_type(unnumbered, cases),
        authors=metadata.authors,
        journal=metadata.journal,
        year=metadata.year,
        doi=metadata.doi,
        pmid=metadata.pmid,
        cases=cases,
        licence=metadata.licence,
    )


def _with_cases(
    text: str, sections: tuple[Section, ...], unnumbered: Sequence[str]
) -> tuple[tuple[Section, ...], tuple[Case, ...]]:
    numbered = any(section.patient is not None for section in sections)
    if not numbered and len(unnumbered) == 1 and not _PLURAL.search(unnumbered[0]):
        sections = tuple(replace(s, patient=1) if s.kind == "case" else s for s in sections)
    elif not numbered:
        sections = split_patients(text, sections)
    return sections, described(text, sections)


def _article_type(unnumbered: Sequence[str], cases: tuple[Case, ...]) -> ArticleType:
    if len(cases) > 1 or (len(unnumbered) > 1 and not cases):
        return "case series"
    if cases:
        return "case report"
    return "case series" if unnumbered else "unknown"

"""Markdown with or without front matter → Report: our digests, and users' own notes."""

from __future__ import annotations

from dataclasses import replace

from rag.errors import InvalidReport
from rag.formats.front_matter import DigestHead, Head, cases, parse_head, split_head
from rag.formats.text import read_body, read_text, report_slug
from rag.schema import Case, Report, Section


def read_markdown(text: str, name: str) -> Report:
    """The report in a Markdown file; `name` is the file's base name.

    With a digest's front matter the body is taken as it stands. Without one, the file is read as
    plain text (title, sections and cases are found where they stand), then what the head says is
    put over it. Raises InvalidReport.
    """
    yaml_text, body = split_head(text, name)
    if yaml_text is None:
        return read_text(text, name)
    head = parse_head(yaml_text, name)
    if not any(character.isalpha() for character in body):
        raise InvalidReport(name, "there is no text below the front matter; add the report's text")
    if isinstance(head, DigestHead):
        return _digest(head, body, name)
    return _own(head, read_text(body, name))


def _digest(head: DigestHead, body: str, name: str) -> Report:
    text, sections = read_body(body)
    found = cases(head)
    return Report(
        id=head.id,
        title=head.title,
        text=text,
        sections=_with_patients(sections, found),
        source=name,
        source_kind="digest",
        basis=head.basis,
        article_type=head.article_type,
        authors=tuple(head.authors),
        journal=head.journal or None,
        year=head.year,
        doi=head.doi or None,
        pmid=head.pmid or None,
        cases=found,
        not_in_source=tuple(head.not_in_source),
    )


def _with_patients(sections: tuple[Section, ...], found: tuple[Case, ...]) -> tuple[Section, ...]:
    """A 'Case' section belongs to the only patient, if there is only one."""
    if len(found) != 1:
        return sections
    return tuple(
        replace(s, patient=1) if s.kind == "case" and s.patient is None else s for s in sections
    )


def _own(head: Head, report: Report) -> Report:
    found = cases(head) or report.cases
    return replace(
        report,
        id=head.id or report_slug(report.source),
        title=head.title or report.title,
        source_kind=head.source_kind or report.source_kind,
        basis=head.basis or report.basis,
        article_type=head.article_type if head.article_type != "unknown" else report.article_type,
        authors=tuple(head.authors) or report.authors,
        journal=head.journal or report.journal,
        year=head.year or report.year,
        doi=head.doi or report.doi,
        pmid=head.pmid or report.pmid,
        cases=found,
        sections=_with_patients(report.sections, found),
        not_in_source=tuple(head.not_in_source),
    )

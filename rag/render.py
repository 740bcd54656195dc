"""Answer → JSON object or plain text; the CLI, the UI and the exports share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from rag.cite import source_phrase
from rag.reader.short.polarity import affirmed
from rag.schema import Answer, Case, Citation, EditorialNotice, Hit, Report
from rag.works.editions import edition_name


def to_json(
    answer: Answer,
    *,
    id: str | int | None = None,
    elapsed_ms: int = 0,
) -> dict[str, Any]:
    """The answer as the object of `ask --json` (README, 'JSON'); absent values are None."""
    return {
        "id": id,
        "question": answer.question,
        "query": answer.query,
        "status": answer.status,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [hit_json(hit) for hit in answer.hits],
        "table": _table(answer.table),
        "engine": answer.engine,
        "notice": answer.notice,
        "readings": [
            {"text": r.text, "name": r.name, "corrected": r.corrected} for r in answer.readings
        ],
        "verdicts": _verdicts(answer),
        "elapsed_ms": elapsed_ms,
    }


def _verdicts(answer: Answer) -> list[dict[str, Any]] | None:
    """What checking said of each sentence; None where no language model wrote."""
    if answer.checked is None:
        return None
    return [
        {
            "start": one.start,
            "end": one.end,
            "sentence": answer.text[one.start : one.end],
            "verdict": one.verdict,
            "cited": list(one.cited),
            "reasons": list(one.reasons),
            "struck": one.struck,
        }
        for one in answer.checked
    ]


def _table(table: dict[str, list[object]] | None) -> dict[str, Any] | None:
    """Columns of cells → the columns' names, and a row of named cells for each patient or group."""
    if table is None:
        return None
    rows = [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
    return {"columns": list(table), "rows": rows}


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "report_id": citation.report_id,
        "title": citation.title,
        "authors": list(citation.authors),
        "journal": citation.journal,
        "year": citation.year,
        "doi": citation.doi,
        "source_kind": citation.source_kind,
        "basis": citation.basis,
        "section": citation.section,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "work": citation.of_work,
        "edition": citation.edition,
        **_editorial(citation.editorial),
    }


def _editorial(notice: EditorialNotice | None) -> dict[str, Any]:
    """The marks of a report of which its journal said something afterwards, or of another one."""
    return {"retracted": bool(notice and notice.retracts), "editorial": notice and asdict(notice)}


def hit_json(hit: Hit) -> dict[str, Any]:
    """A passage as `ask --json` has it (README, 'JSON')."""
    return {
        "report_id": hit.passage.report_id,
        "section": hit.passage.section,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.text,
        "score": hit.score,
        "ranks": hit.ranks,
        "work": hit.of_work,
        **_editorial(hit.editorial),
    }


def to_text(answer: Answer, *, nearest: int = 3) -> str:
    """The answer for a terminal: what was found, where it stands, what kind of evidence it is.

    An abstention shows the `nearest` passages. No line holds control characters of a document.
    """
    lines: list[str] = []
    if answer.short_answer:
        lines += [f"Short answer: {answer.short_answer}{proof_mark(answer)}", ""]
    lines += answer.text.splitlines()
    if struck := [one for one in answer.checked or () if one.struck]:
        lines += ["", "Struck out (~~), because the sources do not say so"]
        lines += [f"- {answer.text[s.start : s.end]} ({'; '.join(s.reasons)})" for s in struck]
    if partly := [
        one for one in answer.checked or () if one.verdict == "partly" and not one.struck
    ]:
        lines += ["", "Only partly proved: nothing found against it, and not all of its words"]
        lines += [f"- {answer.text[s.start : s.end]} ({'; '.join(s.reasons)})" for s in partly]
    if answer.query.strip() != answer.question.strip():
        lines += ["", f"Read as: {answer.query}"]
    if answer.readings:
        read = "; ".join(f"{r.text} = {r.name}" for r in answer.readings)
        lines += ["", f"Understood: {read}"]
    if answer.citations:
        lines += ["", "Sources"]
        lines += [f"[{c.number}] {source_line(c)}" for c in answer.citations]
    elif answer.hits and nearest:
        lines += ["", "Nearest passages"]
        lines += [f"- {_nearest(hit)}" for hit in answer.hits[:nearest]]
    if answer.notice:
        lines += ["", answer.notice]
    return "\n".join(plain(line) for line in lines)


def proof_mark(answer: Answer) -> str:
    """' [2]': the citation whose quotation holds the short answer; '' where none does.

    Of a 'Yes' or 'No' alone, the one that says so.
    """
    words = _YES_NO.sub("", answer.short_answer or "")
    if words in ("Yes", "No"):
        holding = [
            c.number for c in answer.citations if affirmed(answer.question, c.quote) == words
        ]
    else:
        holding = [c.number for c in answer.citations if words and words in c.quote]
    return f" [{holding[0]}]" if holding else ""


_YES_NO = re.compile(r"^(?:Yes|No): ")


def source_line(citation: Citation) -> str:
    """One line that leads to the source: whose words, title, journal, DOI or PMID, place."""
    published = ", ".join(
        part for part in (citation.journal, str(citation.year) if citation.year else None) if part
    )
    link = link_of(citation)
    parts = [
        source_phrase(citation),
        f"{citation.title.rstrip('.')}.",
        published,
        link or "",
        f"one of {citation.editions} editions: {citation.edition}" if citation.editions > 1 else "",
        editorial_mark(citation.editorial),
        f"{citation.report_id}, {citation.section}"
        + (f", p. {citation.page}" if citation.page else "")
        + f", characters {citation.start}-{citation.end}",
    ]
    return " · ".join(part for part in parts if part)


def editorial_mark(notice: EditorialNotice | None) -> str:
    """'RETRACTED 2021-03-04', 'expression of concern' …; '' when nothing was said."""
    if notice is None:
        return ""
    word = "RETRACTED" if notice.retracts else notice.nature.lower()
    return f"{word} {notice.date}".strip()


def link_of(citation: Citation | Report) -> str | None:
    """The address by DOI, else by PMID, else None; other addresses of a report are never shown."""
    if citation.doi:
        # '<' or '"' in an odd DOI must not leave the address; brackets belong to many good ones.
        return "https://doi.org/" + quote(citation.doi, safe="/:;().,_-@!$&'*+=~")
    if citation.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{citation.pmid}/"
    return None


def report_card(
    report: Report,
    passages: int,
    *,
    others: Mapping[str, str] = MappingProxyType({}),
    editorial: EditorialNotice | None = None,
) -> str:
    """A report in a few lines: title, source, sections, patients.

    `others` are the other editions of its work: report id → what kind of edition it is.
    """
    authors = ", ".join(report.authors) or "authors not known"
    published = ", ".join(str(part) for part in (report.journal, report.year) if part)
    link = f"doi {report.doi}" if report.doi else (f"PMID {report.pmid}" if report.pmid else "")
    licence = [f"licence: {report.licence}"] if report.licence else []
    lines = [
        report.id,
        report.title,
        " · ".join(part for part in (authors, published, link) if part),
        f"{report.article_type} · {report.source_kind} · read: {report.basis} · "
        f"from {report.source} · {passages} passages",
        *licence,
    ]
    if editorial:
        link = f"doi {editorial.doi}" if editorial.doi else ""
        said = (editorial_mark(editorial), editorial.reason, link)
        lines.append(" · ".join(part for part in said if part))
    if others:
        named = ", ".join(f"{report_id} ({edition})" for report_id, edition in others.items())
        lines.append(f"this is the {edition_name(report)}; other editions: {named}")
    if report.not_in_source:
        lines.append(f"not in the source as read: {', '.join(report.not_in_source)}")
    lines += [f"section {s.slug} ({s.start}-{s.end}): {s.heading}" for s in report.sections]
    lines += [f"patient {c.number}: {patient_line(c)}" for c in report.cases]
    return "\n".join(plain(line) for line in lines)


def patient_line(case: Case) -> str:
    """A patient in one line: who, what was given, how it went."""
    who = [f"{case.age} years" if case.age is not None else "", case.sex or "", case.subtype]
    given = "; ".join(
        " ".join(part for part in (t.drug, t.dose, t.route) if part) for t in case.treatment
    )
    return " · ".join(
        part
        for part in (", ".join(w for w in who if w), given, f"response: {case.response}")
        if part
    )


def _nearest(hit: Hit, width: int = 300) -> str:
    """The passage; a long one from its likeliest sentence on, where its beginning lacks that."""
    text = " ".join(hit.text.split())
    start, end = (place - hit.passage.start for place in hit.nearest or (hit.passage.start,) * 2)
    if len(" ".join(hit.text[:end].split())) > width:
        text = f"… {' '.join(hit.text[start:].split())}"
    shortened = text if len(text) <= width else text[:width].rsplit(" ", 1)[0] + " …"
    mark = editorial_mark(hit.editorial)
    return f"{hit.passage.id}{f' ({mark})' if mark else ''}: {shortened}"


def plain(line: str) -> str:
    """A line without control characters: a document must not steer the reader's terminal.

    Other white space than a tab becomes a blank, so that no words are glued.
    """
    return "".join(c if c.isprintable() or c == "\t" else " " if c.isspace() else "" for c in line)

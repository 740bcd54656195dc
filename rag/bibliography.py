"""Citations → BibTeX, RIS and CSL-JSON: one entry for each report, its quotations as notes.

bibtexparser and rispy write the first two; CSL-JSON is plain JSON with the variables of CSL 1.0.2
(https://docs.citationstyles.org). Only what the library knows stands in an entry: nothing is
looked up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from rag.cite import source_phrase
from rag.errors import QuestionError
from rag.render import link_of, plain
from rag.schema import Citation, Report

Format = Literal["bibtex", "ris", "csl-json"]
FORMATS: tuple[str, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reference manager is told of one report; `notes` are quotations with their places."""

    key: str
    title: str
    authors: tuple[str, ...]
    journal: str
    year: int | None
    doi: str
    url: str
    notes: tuple[str, ...]


def entries(citations: Iterable[Citation]) -> list[Entry]:
    """One entry for each report that is cited, in the order of the citations."""
    by_report: dict[str, list[Citation]] = {}
    for citation in citations:
        by_report.setdefault(citation.report_id, []).append(citation)
    return [
        _entry(found[0], tuple(_note(citation) for citation in found))
        for found in by_report.values()
    ]


def entries_of(reports: Iterable[Report]) -> list[Entry]:
    """One entry for each report, without quotations."""
    return [_entry(report, ()) for report in reports]


def written(found: Sequence[Entry], form: str) -> str:
    """The entries as text in one of `FORMATS`. Raises QuestionError for another one."""
    if form == "bibtex":
        return to_bibtex(found)
    if form == "ris":
        return to_ris(found)
    if form == "csl-json":
        return to_csl(found)
    raise QuestionError(f"--format {form}: not known; use {', '.join(FORMATS)}")


def to_bibtex(found: Sequence[Entry]) -> str:
    """BibTeX: `@article` with a journal, else `@misc`; accents and special signs as LaTeX."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.middlewares import LatexEncodingMiddleware
    from bibtexparser.model import Entry as BibEntry
    from bibtexparser.model import Field

    library = Library()
    for entry in found:
        fields = {
            "title": entry.title,
            "author": " and ".join(_family_first(name) for name in entry.authors),
            "journal": entry.journal,
            "year": str(entry.year or ""),
            "doi": entry.doi,
            "url": entry.url,
            "note": " ".join(_balanced(note) for note in entry.notes),
        }
        kind = "article" if entry.journal else "misc"
        library.add(BibEntry(kind, entry.key, [Field(k, v) for k, v in fields.items() if v]))
    plain_fields = [LatexEncodingMiddleware(allow_inplace_modification=True)]
    return str(write_string(library, prepend_middleware=plain_fields))


def to_ris(found: Sequence[Entry]) -> str:
    """RIS: type JOUR with a journal, else GEN; each quotation is a note (N1)."""
    import rispy

    class Unnumbered(rispy.RisWriter):  # type: ignore[misc]
        """Without rispy's line '1.' before a record: a line of RIS begins with a tag."""

        def set_header(self, count: int) -> str:
            return ""

    return str(rispy.dumps([_ris(entry) for entry in found], implementation=Unnumbered))


def _ris(entry: Entry) -> dict[str, Any]:
    known: dict[str, Any] = {
        "type_of_reference": "JOUR" if entry.journal else "GEN",
        "id": entry.key,
        "title": entry.title,
        "authors": [_family_first(name) for name in entry.authors],
        "journal_name": entry.journal,
        "year": str(entry.year or ""),
        "doi": entry.doi,
        "urls": [entry.url] if entry.url else [],
        "notes": list(entry.notes),
    }
    return {name: value for name, value in known.items() if value}


def to_csl(found: Sequence[Entry]) -> str:
    """CSL-JSON: a list of items, quotations in `note`."""
    return json.dumps([_csl(entry) for entry in found], ensure_ascii=False, indent=1) + "\n"


def _csl(entry: Entry) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": entry.key,
        "type": "article-journal" if entry.journal else "article",
        "title": entry.title,
        "author": [_csl_name(name) for name in entry.authors],
        "container-title": entry.journal,
        "issued": {"date-parts": [[entry.year]]} if entry.year else None,
        "DOI": entry.doi,
        "URL": entry.url,
        "note": "\n".join(entry.notes),
    }
    return {name: value for name, value in known.items() if value}


def _entry(source: Citation | Report, notes: tuple[str, ...]) -> Entry:
    key = source.report_id if isinstance(source, Citation) else source.id
    url = link_of(source) or ""
    return Entry(
        re.sub(r"[^\w:.-]", "-", key),
        _line(source.title),
        tuple(_line(name) for name in source.authors),
        _line(source.journal or ""),
        source.year,
        _line(source.doi or ""),
        "" if source.doi else url,
        notes,
    )


def _note(citation: Citation) -> str:
    """'[1] "words" (Casebook digest of Ogawa 2017 …; Case, characters 10-90)'."""
    place = f"{citation.section}, characters {citation.start}-{citation.end}"
    words = _line(citation.quote)
    # A digest's words are Casebook's own: they never stand in quotation marks.
    shown = words if citation.source_kind == "digest" else f'"{words}"'
    return f"[{citation.number}] {shown} ({source_phrase(citation)}; {_line(place)})"


def _line(text: str) -> str:
    """On one line: a line break in a title or quotation would end a field of RIS."""
    return plain(" ".join(text.split()))


def _balanced(text: str) -> str:
    """Without braces, which BibTeX counts."""
    return text.replace("{", "(").replace("}", ")")


_INITIALS = re.compile(r"[A-Z]{1,3}(?:-[A-Z])?")


def _parts(name: str) -> tuple[str, str]:
    """'Kuwano Y' and 'Yoshihiro Kuwano' → family and given name; one word is a family name."""
    words = name.split()
    if "," in name:
        family, _, given = name.partition(",")
        return family.strip(), given.strip()
    if len(words) < 2:
        return name, ""
    if _INITIALS.fullmatch(words[-1]):
        initials = " ".join(f"{letter}." for letter in words[-1].replace("-", ""))
        return " ".join(words[:-1]), initials
    return words[-1], " ".join(words[:-1])


def _family_first(name: str) -> str:
    family, given = _parts(name)
    return f"{family}, {given}" if given else family


def _csl_name(name: str) -> Mapping[str, str]:
    family, given = _parts(name)
    return {"family": family, "given": given} if given else {"literal": family}

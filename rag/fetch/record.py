"""What Europe PMC says of an article (JSON of ``resultType=core``) → Record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.fetch.identifiers import Identifier
from rag.fetch.markup import words
from rag.formats.layout import slugify

_LONGEST_ID = 120
_LONGEST_LICENCE = 80


@dataclass(frozen=True, slots=True)
class Record:
    """An article as the service knows it; absent values are None or empty.

    `abstract` keeps its few HTML tags. `licence` is in the short form of the reports ('CC BY-NC').
    `full_text` is the id under which the service has the open full text, else None.
    """

    report_id: str
    title: str
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    abstract: str = ""
    open_access: bool = False
    licence: str | None = None
    full_text: str | None = None
    retracted: bool = False

    def answers(self, identifier: Identifier) -> bool:
        """Whether this is the article of the identifier, not only one that mentions it."""
        said = getattr(self, identifier.kind)
        return said is not None and said.lower() == identifier.value.lower()


def record(said: object) -> Record | None:
    """The record in one result of a search; None when it is none (no title, no number)."""
    if not isinstance(said, Mapping):
        return None
    title = words(_text(said, "title")).rstrip().removesuffix(".")
    pmcid = _matching(said, "pmcid", r"PMC\d{1,9}")
    pmid = _matching(said, "pmid", r"\d{1,9}")
    doi = _matching(said, "doi", r"10\.\d{4,9}/\S{1,200}")
    named = _report_id(said, pmcid, pmid, doi)
    if not title or not named:
        return None
    open_access = _text(said, "isOpenAccess").upper() == "Y"
    # Preprints whose text Europe PMC keeps have an id of its own kind and no PMCID.
    own = pmcid or _matching(said, "id", r"PPR\d{1,9}")
    return Record(
        report_id=named,
        title=title,
        authors=_authors(said),
        journal=_journal(said),
        year=_year(said),
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        abstract=_text(said, "abstractText"),
        open_access=open_access,
        licence=_licence(_text(said, "license")),
        full_text=own if open_access else None,
        retracted=_is_retracted(said),
    )


def _report_id(
    said: Mapping[str, Any], pmcid: str | None, pmid: str | None, doi: str | None
) -> str:
    """'pmc3162266', else 'pmid21862738', else the DOI as a slug, else the service's own id."""
    if pmcid:
        return pmcid.lower()
    if pmid:
        return f"pmid{pmid}"
    return slugify(doi or f"{_text(said, 'source')} {_text(said, 'id')}")[:_LONGEST_ID].strip("-")


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    return value.strip() if isinstance(value, str) else ""


def _matching(said: Mapping[str, Any], key: str, form: str) -> str | None:
    """A value that has the form it must have: it becomes part of an address or of an id."""
    value = _text(said, key)
    return value if re.fullmatch(form, value) else None


def _below(said: Mapping[str, Any], *keys: str) -> Any:  # noqa: ANN401 (JSON)
    """What stands under a path of keys, else None."""
    found: Any = said
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _listed(said: Mapping[str, Any], *keys: str) -> list[Any]:
    """The list under a path of keys; one value alone counts as a list of one."""
    found = _below(said, *keys)
    return found if isinstance(found, list) else [found] if found is not None else []


def _authors(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Names as 'Given Family' where both are known, else as the service writes them ('Roe J')."""
    names = []
    for author in _listed(said, "authorList", "author"):
        if isinstance(author, Mapping):
            both = _text(author, "firstName"), _text(author, "lastName")
            name = " ".join(both) if all(both) else _text(author, "fullName")
            names.append(name or _text(author, "collectiveName"))
    if not any(names):
        names = _text(said, "authorString").removesuffix(".").split(", ")
    return tuple(name for name in map(words, names) if name)


def _journal(said: Mapping[str, Any]) -> str | None:
    for value in (
        _below(said, "journalInfo", "journal", "title"),
        said.get("journalTitle"),
        _below(said, "bookOrReportDetails", "publisher"),
    ):
        if isinstance(value, str) and value.strip():
            return words(value)
    return None


def _year(said: Mapping[str, Any]) -> int | None:
    for value in (said.get("pubYear"), said.get("firstPublicationDate")):
        match = re.match(r"(?:1[89]|20)\d\d", str(value or ""))
        if match:
            return int(match[0])
    return None


def _licence(said: str) -> str | None:
    """'cc by-nc' → 'CC BY-NC'; other words as they are."""
    said = words(said)[:_LONGEST_LICENCE]
    return said.upper() if said.lower().startswith("cc") else said or None


def _is_retracted(said: Mapping[str, Any]) -> bool:
    """Whether the article was taken back; the notice that says so of another one was not."""
    kinds = [str(kind).lower() for kind in _listed(said, "pubTypeList", "pubType")]
    notes = [
        _text(note, "type").lower()
        for note in _listed(said, "commentCorrectionList", "commentCorrection")
        if isinstance(note, Mapping)
    ]
    return "retracted publication" in kinds or any(n.startswith("retraction in") for n in notes)

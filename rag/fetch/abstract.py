"""Record → a JATS file with its metadata and abstract, for articles whose text is not open.

The words are the authors' own. As a file of a format that Casebook reads, the abstract takes the
same way as any paper, and can be read again by later versions.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from rag.fetch.markup import Part, parts
from rag.fetch.record import Record


def abstract_file(record: Record) -> bytes | None:
    """UTF-8 bytes of the JATS file, the same for the same record; None without an abstract."""
    found = parts(record.abstract)
    if not found:
        return None
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- Metadata and abstract from Europe PMC, written by Casebook; not the full text. -->\n"
        f"<article><front>{_journal(record)}<article-meta>{_ids(record)}"
        f"<title-group><article-title>{escape(record.title)}</article-title></title-group>"
        f"{_authors(record)}{_year(record)}{_licence(record)}"
        f"<abstract>{''.join(map(_part, found))}</abstract></article-meta></front></article>\n"
    )
    return text.encode("utf-8")


def _journal(record: Record) -> str:
    if not record.journal:
        return ""
    title = f"<journal-title>{escape(record.journal)}</journal-title>"
    return f"<journal-meta><journal-title-group>{title}</journal-title-group></journal-meta>"


def _ids(record: Record) -> str:
    ids = (("pmid", record.pmid), ("pmc", record.pmcid), ("doi", record.doi))
    return "".join(
        f"<article-id pub-id-type={quoteattr(kind)}>{escape(said)}</article-id>"
        for kind, said in ids
        if said
    )


def _authors(record: Record) -> str:
    named = "".join(
        f'<contrib contrib-type="author"><collab>{escape(name)}</collab></contrib>'
        for name in record.authors
    )
    return f"<contrib-group>{named}</contrib-group>" if named else ""


def _year(record: Record) -> str:
    return f"<pub-date><year>{record.year}</year></pub-date>" if record.year else ""


def _licence(record: Record) -> str:
    said = f"<license-p>{escape(record.licence)}</license-p>" if record.licence else ""
    return f"<permissions><license>{said}</license></permissions>" if said else ""


def _part(part: Part) -> str:
    inner = "".join(f"<p>{paragraph}</p>" for paragraph in part.paragraphs)
    # The label is escaped already, as the paragraphs are.
    return f"<sec><title>{part.label}</title>{inner}</sec>" if part.label else inner

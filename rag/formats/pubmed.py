"""An abstract in the text format of PubMed ('Save: Abstract (text)') → Report.

Its blocks stand in a fixed order: where it was printed, title, authors, their addresses, the
abstract, notes, and the identifiers, of which 'PMID: …' is always there.
"""

from __future__ import annotations

import re

from rag.clean import normalise_characters
from rag.errors import InvalidReport
from rag.formats.assemble import Metadata, assemble
from rag.formats.front import doi
from rag.formats.layout import Layout
from rag.formats.people import names
from rag.schema import Report

_PMID = re.compile(r"^PMID: (\d{1,9})\b", re.MULTILINE)
_PLACE = re.compile(r"(?:\d{1,4}\. )?(?P<journal>[^.]{2,120})\. (?P<year>(?:19|20)\d\d)\b.*[;.].*")
_MARK = re.compile(r"\(\d{1,2}\)")
_LABEL = re.compile(r"\n(?=[A-Z][A-Z ,/&-]{3,60}: )")
_NO_ABSTRACT = re.compile(
    r"Author information:|Collaborators?:|Contributed equally|Comment (?:in|on)\b|Erratum in\b"
    r"|Republished|Update (?:in|of)\b|Copyright\b|©|Conflict of interest|Publisher:|\[Article in "
    r"|(?:DOI|PMID|PMCID): "
)
_FEWEST_BLOCKS = 4


def read_pubmed(text: str, name: str, id: str) -> Report | None:
    """The report in such a text, under `id`; None for any other text.

    Raises InvalidReport for the records of several papers, which are as many reports.
    """
    found = _PMID.findall(text)
    blocks = [block.strip() for block in re.split(r"\n[ \t]*\n", normalise_characters(text))]
    blocks = [block for block in blocks if block]
    place = _PLACE.fullmatch(_line(blocks[0])) if blocks else None
    if not found or not place or len(blocks) < _FEWEST_BLOCKS:
        return None
    if len(found) > 1:
        raise InvalidReport(
            name, f"there are {len(found)} abstracts in this file; save each as a file of its own"
        )
    title = _line(blocks[1]).strip("[]").removesuffix(".")
    authors = names([_MARK.sub("", _line(blocks[2])).removesuffix(".")])
    told = [block for block in blocks[2 + bool(authors) :] if not _NO_ABSTRACT.match(block)]
    if not told:
        return None
    front = Metadata(
        title=title,
        authors=authors,
        journal=place["journal"],
        year=int(place["year"]),
        doi=doi(text),
        pmid=found[0],
    )
    return _report(front, told, _line(blocks[0]), name, id)


def _report(front: Metadata, told: list[str], place: str, name: str, id: str) -> Report:
    layout = Layout()
    for line in (front.title, ", ".join(front.authors), f"{place} PMID: {front.pmid}"):
        layout.paragraph(line)
    layout.heading("Abstract", "summary")
    for block in told:
        for part in _LABEL.split(block):
            layout.paragraph(_line(part))
    text, sections = layout.build()
    return assemble(id, name, text, sections, front, source_kind="paper", basis="abstract")


def _line(block: str) -> str:
    return " ".join(block.split())

"""The words of a command line → identifiers of articles, and a query of what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

_PMCID = re.compile(r"(?:PMCID:? ?)?(PMC\d{1,9})(?:\.\d{1,3})?", re.IGNORECASE)
_PMID = re.compile(r"PMID:? ?(\d{1,9})", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:? ?)?(10\.\d{4,9}/[^\s\"]{1,200})", re.IGNORECASE)
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One article by its number: 'PMC3162266', '21862738' or a DOI in lower case."""

    kind: Literal["pmcid", "pmid", "doi"]
    value: str

    def __str__(self) -> str:
        return f"PMID:{self.value}" if self.kind == "pmid" else self.value

    @property
    def query(self) -> str:
        """The search that finds this article alone (Europe PMC's search syntax)."""
        if self.kind == "pmid":
            return f"EXT_ID:{self.value} AND SRC:MED"
        return f"PMCID:{self.value}" if self.kind == "pmcid" else f'DOI:"{self.value}"'


def parse(arguments: Sequence[str]) -> tuple[list[Identifier], str]:
    """The identifiers among the arguments, each once and in order, and the rest as one query.

    A number alone is no identifier: it may be a word of the query.
    """
    found: dict[Identifier, None] = {}
    words: list[str] = []
    for argument in arguments:
        identifier = identify(argument.strip())
        if identifier is None:
            words.append(argument)
        else:
            found[identifier] = None
    return list(found), " ".join(words).strip()


def identify(text: str) -> Identifier | None:
    """The identifier that `text` is, else None."""
    if match := _PMCID.fullmatch(text):
        return Identifier("pmcid", match[1].upper())
    if match := _PMID.fullmatch(text):
        return Identifier("pmid", match[1].lstrip("0") or "0")
    if address := _DOI_ADDRESS.match(text):
        text = unquote(text[address.end() :])
    # A DOI at the end of a sentence is copied with its full stop.
    if match := _DOI.fullmatch(text.rstrip(".,;")):
        return Identifier("doi", match[1].lower())
    return None

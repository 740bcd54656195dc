"""What is known of reports → which of them are editions of one work, and which is the fullest.

An *edition* is a report as one file gave it: a digest, an abstract, a PDF, XML. A *work* is the
publication behind them. Two editions belong together by DOI or PMID, or by title, first author's
family name and year together. Text that is alike proves nothing here (`rag.works.alike` proposes).

The grouping depends on the reports and the decisions by hand alone, never on the order of adding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from rag.schema import Report

_ADDRESS = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s*(?=10\.))", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,40}>")
_NO_WORD = re.compile(r"[\W_]+")
# What is no letter with an accent to Unicode, and what papers spell out as often as not.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
    | {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"}
)
_RETRACTED = re.compile(r"^\W*(?:retracted(?: article)?|withdrawn)\W+", re.IGNORECASE)
# A piece about another paper carries that paper's title, often its authors and sometimes its DOI.
_NOTES = (
    ("correction", r"(?:author |publisher |editorial )?(?:erratum|errata|corrigend\w+|corrections?)"
     r"(?:\s+(?:to|for)\b|\s*[:.\u2013\u2014-]|$)"),
    ("retraction", r"(?:(?:notice of )?retraction|retraction (?:notice|note)|expression of concern|"
     r"editorial expression of concern)(?:\s+(?:of|to|for)\b|\s*[:.\u2013\u2014-]|$)"),
    ("comment", r"(?:comments?|commentary|letter(?: to the editor)?) (?:on|to|regarding|about)\b|"
     r"(?:comments?|commentary|re)\s*:"),
    ("reply", r"(?:author'?s?'? |the authors' )?(?:reply|response|rejoinder)"
     r"(?:\s+(?:to|from)\b|\s*[:.\u2013\u2014-]|$)"),
)  # fmt: skip
_NOTE = [(kind, re.compile(rf"^\W*(?:{words})", re.IGNORECASE)) for kind, words in _NOTES]

_PARTICLES = frozenset({
    "van", "der", "den", "de", "la", "von", "zu", "di", "da", "do", "dos", "del", "della", "el",
    "al", "ben", "bin", "ter", "ten", "le", "du", "st",
})  # fmt: skip
_TITLES = frozenset({"jr", "sr", "ii", "iii", "phd", "mbbs", "mph", "msc", "bsc", "frcp", "facp"})

LEAST_TITLE_WORDS = 3
"""'Letter' or 'Dermatomyositis' by the same author in the same year may be two papers."""

_BASIS = ("full text", "excerpt", "abstract")
_FORMATS = {
    ".pdf": "PDF", ".xml": "JATS", ".nxml": "JATS", ".html": "HTML", ".htm": "HTML",
    ".xhtml": "HTML", ".docx": "Word", ".docm": "Word",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """What matching looks at. `doi` and `pmid` are normalised, '' when unknown."""

    id: str
    title: str = ""
    family: str = ""
    year: int | None = None
    doi: str = ""
    pmid: str = ""
    note: str = ""


def record(
    id: str, title: str, authors: Sequence[str], year: int | None, doi: str | None, pmid: str | None
) -> Record:
    """A stored report as matching sees it."""
    return Record(
        id=id,
        title=normal_title(title),
        family=family_name(authors[0]) if authors else "",
        year=year,
        doi=normal_doi(doi),
        pmid=normal_pmid(pmid),
        note=note_kind(title),
    )


def normal_doi(doi: str | None) -> str:
    """'https://doi.org/10.1000/ABC.' → '10.1000/abc'; '' when it is none ('unavailable')."""
    bare = _ADDRESS.sub("", unicodedata.normalize("NFKC", doi or "").strip())
    # Closing brackets belong to some DOIs (10.1016/0140-6736(91)90001-X), when they were opened.
    bare = bare.rstrip(".,;:'\"").casefold()
    while bare.endswith((")", "]")) and bare.count(bare[-1]) > bare.count("(["[bare[-1] == "]"]):
        bare = bare[:-1].rstrip(".,;:")
    return bare if _DOI.fullmatch(bare) else ""


def normal_pmid(pmid: str | None) -> str:
    """'PMID: 012345' → '12345'; '' when it is none ('0')."""
    match = re.fullmatch(r"(?:PMID\s*:?\s*)?0*([1-9]\d{0,8})", (pmid or "").strip(), re.IGNORECASE)
    return match[1] if match else ""


def plain_words(text: str) -> str:
    """Words in small letters without accents, punctuation and markup, one blank between them."""
    split = unicodedata.normalize("NFKD", _MARKUP.sub("", text)).casefold()
    kept = "".join(c for c in split if not unicodedata.combining(c)).translate(_LETTERS)
    return _NO_WORD.sub(" ", kept).strip()


def normal_title(title: str) -> str:
    """A title as titles are compared, without a publisher's 'RETRACTED:' in front of it."""
    return plain_words(_RETRACTED.sub("", title))


def note_kind(title: str) -> str:
    """'correction', 'retraction', 'comment' or 'reply' for a piece about a paper; else ''."""
    return next((kind for kind, pattern in _NOTE if pattern.match(title)), "")


def family_name(author: str) -> str:
    """The family name of 'Ogawa Y', 'Yuki Ogawa' or 'Ogawa, Yuki', as names are compared."""
    before, comma, _ = author.partition(",")
    if comma and plain_words(before):
        return plain_words(before)
    parts = [part for part in author.split() if plain_words(part) not in _TITLES]
    if not parts:
        return ""
    last = parts[-1].replace(".", "").replace("-", "")
    if len(parts) > 1 and last.isupper() and len(last) <= 3:
        return plain_words(" ".join(p for p in parts[:-1] if len(p.strip(".")) > 1) or parts[0])
    begin = len(parts) - 1
    while begin > 1 and parts[begin - 1].casefold() in _PARTICLES:
        begin -= 1
    return plain_words(" ".join(parts[begin:]))


def keys(one: Record) -> tuple[str, ...]:
    """What a record shares with the other editions of its work, each to be looked up.

    A correction, comment or reply shares an identifier only together with its own title: the
    DOI that was found in it may be that of the paper which it is about.
    """
    own = f"{one.note} {one.title}|" if one.note else ""
    found = [f"{kind}:{own}{value}" for kind, value in (("doi", one.doi), ("pmid", one.pmid))
             if value]  # fmt: skip
    if one.family and one.year and len(one.title.split()) >= LEAST_TITLE_WORDS:
        found.append(f"title:{own}{one.title}|{one.family}|{one.year}")
    return tuple(found)


def near_key(one: Record) -> str:
    """Title and first author without the year: enough to propose a merge, not to make one."""
    enough = one.family and len(one.title.split()) >= LEAST_TITLE_WORDS
    return f"near:{one.note}|{one.title}|{one.family}" if enough else ""


def grouping(
    records: Iterable[Record],
    same: Iterable[tuple[str, str]] = (),
    apart: Container[str] = frozenset(),
) -> tuple[tuple[str, ...], ...]:
    """The works as tuples of report ids, all sorted.

    `same` are pairs joined by hand, `apart` the reports that are matched by hand only. Equal DOIs
    or PMIDs join. An equal title (with author and year) joins what has no two different DOIs or
    PMIDs; where it does, the reports without either stand apart from those: nobody can tell whose
    edition they are.
    """
    known = {one.id: one for one in sorted(records, key=lambda one: one.id)}
    groups = _Groups(known)
    for a, b in same:
        if a in known and b in known:
            groups.join(a, b)
    by_key: dict[str, list[str]] = {}
    for one in known.values():
        for key in keys(one) if one.id not in apart else ():
            by_key.setdefault(key, []).append(one.id)
    titles = sorted(key for key in by_key if key.startswith("title:"))
    for key in sorted(set(by_key) - set(titles)):
        for other in by_key[key][1:]:
            groups.join(by_key[key][0], other)
    for key in titles:
        _join_by_title(groups, by_key[key], known, apart)
    return groups.all()


def _join_by_title(
    groups: _Groups, ids: Sequence[str], known: dict[str, Record], apart: Container[str]
) -> None:
    parts = list(dict.fromkeys(groups.of(id) for id in ids))
    named = {
        part: [
            {value for id in groups.members(part) if id not in apart
             if (value := getattr(known[id], kind))}
            for kind in ("doi", "pmid")
        ]
        for part in parts
    }  # fmt: skip
    conflict = any(
        a and b and not a & b
        for at, first in enumerate(parts)
        for second in parts[at + 1 :]
        for a, b in zip(named[first], named[second], strict=True)
    )
    joined = [part for part in parts if not (conflict and any(named[part]))]
    for other in joined[1:]:
        groups.join(joined[0], other)


class _Groups:
    """Disjoint sets of ids (union-find)."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {id: id for id in ids}

    def of(self, id: str) -> str:
        """The id that stands for the group; the same for all its members."""
        while self._parent[id] != id:
            id = self._parent[id]
        return id

    def join(self, a: str, b: str) -> None:
        first, second = sorted((self.of(a), self.of(b)))
        self._parent[second] = first

    def members(self, part: str) -> list[str]:
        return [id for id in self._parent if self.of(id) == part]

    def all(self) -> tuple[tuple[str, ...], ...]:
        found: dict[str, list[str]] = {}
        for id in sorted(self._parent):
            found.setdefault(self.of(id), []).append(id)
        return tuple(tuple(ids) for _, ids in sorted(found.items()))


def fullness(basis: str, source_kind: str, characters: int, id: str) -> tuple[int, bool, int, str]:
    """A sort key, the fullest edition first: full text before excerpt before abstract; at the
    same basis the source's own words before a digest's, then the longer text, then the id.
    """
    place = _BASIS.index(basis) if basis in _BASIS else len(_BASIS)
    return place, source_kind == "digest", -characters, id


def edition_name(report: Report) -> str:
    """What kind of edition a report is: 'digest', 'abstract', 'excerpt', 'PDF', 'JATS' …"""
    if report.source_kind == "digest":
        return "digest"
    if report.basis != "full text":
        return report.basis
    suffix = f".{report.source.rpartition('.')[2].lower()}" if "." in report.source else ""
    return _FORMATS.get(suffix, "full text")

"""A question that names an author or a report → the reports that it means.

'Kuwano 2006: dose?' is about that report alone: what another one says of the same drug is no
answer, however near. A name that no report has is told apart from a word by what stands behind it
('Smith 2015', 'Smith et al.').
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.cite import family_name
from rag.lexicon import lexicon
from rag.lexicon.typos import ordinary
from rag.library import Library
from rag.library.cache import Revision
from rag.library.words import is_said, match_expression

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|(?<=\w)['’-](?=[^\W\d_]))+")
_BEFORE_MARK = re.compile(r"\s+([?.!,;:])")
_GENITIVE = re.compile(r"['’]s$")
_YEAR = re.compile(
    r"^['’]?s?\s*(?:et al\.?|and (?:colleagues|co-?workers))?,?\s*\(?((?:19|20)\d\d)\b"
)
# What makes a word behind which it stands the name of an author.
_OF_AUTHORS = re.compile(
    r"^(?:['’]s?)?\s*(?:et al\b|and (?:colleagues|co-?workers)\b|,?\s*\(?(?:19|20)\d\d\b)"
)
_AS_OF_AN_AUTHOR = re.compile(
    r"^(?:['’]s?)?\s*(?:(?:19|20)\d\d|et al|and (?:colleagues|co-?workers)|report\w*|paper|case|"
    r"series|study|trial|cohort|review|article|digest|patients?|describe\w*|publish\w*|find|found|say|said|"
    r"conclude\w*|use\w*|give|gave|treat\w*)\b|^\s*[:?–]|^\s-\s|^['’]s\b",
    re.IGNORECASE,
)
_MONTHS = frozenset(
    {
        "january", "february", "march", "april", "may", "june", "july", "august",
        "september", "october", "november", "december", "spring", "summer", "autumn",
        "winter", "since", "until", "before", "after", "during", "from", "about",
        "around", "between",
    }
)  # fmt: skip
"""And other words that stand before a year."""
_SHORT = 4
"""Letters of a name that small letters never stand for: 'long', 'ang', 'woo'."""


@dataclass(frozen=True, slots=True)
class Named:
    """The reports that a question names by author or id; `unknown` are authors without a report.

    `words` are the authors' names as the question has them.
    """

    report_ids: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Authors:
    """The authors of a library's reports, read again whenever it has changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._revision = Revision(library)
        self._lock = threading.Lock()
        self._first: dict[str, list[tuple[str, int | None]]] = {}
        self._other: dict[str, list[tuple[str, int | None]]] = {}
        self._ids: frozenset[str] = frozenset()

    def named(self, question: str) -> Named:
        """The reports of the authors whom a question names; a year narrows them to its own.

        First authors count before others: 'Wang' means the reports whose first author is a Wang,
        where there are any. Raises LibraryError.
        """
        self._follow()
        found: dict[str, None] = {}
        unknown: list[str] = []
        words: list[str] = []
        taken = [(m.start, m.end) for m in lexicon().find(question)]
        for match in _WORD.finditer(question):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            behind = question[match.end() :]
            name = folded(match.group())
            known = self._first.get(name) or self._other.get(name)
            if known and _is_name(question, match, behind) and not self._is_word(match, behind):
                found |= dict.fromkeys(_of_year(known, behind))
                words.append(match.group())
            elif not known and _OF_AUTHORS.match(behind) and self._is_nobody(match.group(), name):
                unknown.append(match.group())
        found |= {i: None for i in self._ids if "-" in i and i in question.lower()}
        return Named(tuple(sorted(found)), tuple(dict.fromkeys(unknown)), tuple(words))

    def _is_word(self, match: re.Match[str], behind: str) -> bool:
        """Whether small letters spell a word of the reports: a kidney stone, not Dr Stone."""
        if not match.group().islower() or _AS_OF_AN_AUTHOR.match(behind):
            return False
        return is_said(self._library.db, match_expression((), [match.group()]))

    def _is_nobody(self, word: str, name: str) -> bool:
        """Whether a capitalised word before a year or 'et al.' is no word of any report either."""
        if not word[0].isupper() or word.isupper() or name in _MONTHS:
            return False
        return not is_said(self._library.db, match_expression((), [word]))

    def _follow(self) -> None:
        """Read the bylines again after a change; threads that ask meanwhile wait."""
        with self._lock:
            if self._revision.changed():
                self._read()

    def _read(self) -> None:
        self._first, self._other, ids = {}, {}, []
        for report_id, authors, year in self._library.bylines():
            ids.append(report_id)
            for place, author in enumerate(authors):
                names = self._other if place else self._first
                for name in {folded(part) for part in _asked_as(author)}:
                    names.setdefault(name, []).append((report_id, year))
        self._ids = frozenset(ids)


_BESIDE_NAME = (
    r"(?:['’]s?)?(?:\s+et al\b\.?|\s+and (?:colleagues|co-?workers)\b)?"
    r"(?:,?\s*\(?(?:19|20)\d\d\)?)?(?:['’]s?)?"
)
_DOES = (
    r"(?!\w*\s+(?:say|said|report|find|found|conclu|descri|show|give|gave|use|treat|see|think|"
    r"suggest|do|did)\w*)"
)
_TO_NAME = r"(?:\b(?:by|in|from|of|to|per) )?"


def without_names(question: str, words: Sequence[str]) -> str:
    """A question to an author's reports without the author: no sentence of them says the name.

    One whose subject is the author ('what did Woo conclude?'), or that is little but a name, stays
    as it is.
    """
    text = question
    for word in words:
        name = (
            rf"(?:\b(?:by|in|from|of|to|per) )?\b{re.escape(word)}\b{_DOES}{_BESIDE_NAME}\s*[:,–-]?"
        )
        text = re.sub(name, " ", text)
    text = _BEFORE_MARK.sub(r"\1", " ".join(text.split())).strip(" ,;:-–")
    return text if len(_WORD.findall(text)) > 1 else question


def _asked_as(author: str) -> tuple[str, ...]:
    """The words that may stand for an author: of 'de Vries' the last."""
    return tuple(family_name(author).split()[-1:])


def folded(name: str) -> str:
    """A name without accents, capitals and the 's of the genitive: 'Müller's' → 'muller'."""
    plain = unicodedata.normalize("NFKD", _GENITIVE.sub("", name).replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _is_name(question: str, match: re.Match[str], behind: str) -> bool:
    """Whether a word that is somebody's name is meant as one."""
    word = match.group()
    as_of_an_author = bool(_AS_OF_AN_AUTHOR.match(behind))
    if len(word) <= _SHORT or word.lower() in ordinary():
        # 'Long', 'Kim': a capital inside the question, or what stands behind it.
        inside = bool(question[: match.start()].strip()) and word[0].isupper()
        return word[0].isupper() and not word.isupper() and (as_of_an_author or inside)
    return True


def _of_year(known: list[tuple[str, int | None]], behind: str) -> list[str]:
    said = _YEAR.match(behind)
    own = [i for i, year in known if said and year == int(said.group(1))]
    return own or [report_id for report_id, _ in known]

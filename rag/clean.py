"""Text as a file gives it → the same words in one spelling: str → str, no file and no format.

`clean` is the whole of it; the readers of `rag.formats` call the parts, because they must look at
the lines of a page before these become paragraphs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

CLEANING_VERSION = "2"

# NFC would leave all of these as they are, and NFKC would turn m² into m2: hence this table.
_SPELLINGS: dict[str, Iterable[str]] = {
    # PDF fonts draw these pairs as one glyph; nobody types them into a question.
    "ff": "\ufb00",
    "fi": "\ufb01",
    "fl": "\ufb02",
    "ffi": "\ufb03",
    "ffl": "\ufb04",
    "st": "\ufb05\ufb06",
    # Quotation compares characters: one apostrophe, one quotation mark. ´ and primes stand for
    # apostrophes in OCR ('Gottron´s') far more often than for minutes or feet.
    "'": "\u2018\u2019\u201a\u201b\u2032\u02b9\u02bc\u00b4\uff07",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02",
    # Hyphens that only differ in where a line may break; dashes and the minus sign stay.
    "-": "\u2010\u2011",
    # The micro sign and the Greek letter look alike and are typed at random; NFKC's choice.
    "\u03bc": "\u00b5",
    " ": "\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))),
    "\n": "\v\x85\u2028",
    "\n\n": "\f\u2029",
    # Invisible: control characters, soft hyphen, joiners, direction marks, byte order mark,
    # selectors, tags (which can hide whole sentences from a reader) and lone surrogates.
    "": [
        *(chr(c) for c in (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85))),
        *map(chr, range(0x86, 0xA0)),
        *"\u00ad\u034f\u061c\u180e\ufeff\ufff9\ufffa\ufffb",
        *map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))),
        *map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080), *range(0xD800, 0xE000))),
    ],
}
_TABLE = {ord(odd): plain for plain, odds in _SPELLINGS.items() for odd in odds}

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_BULLET = re.compile(r" ?[-*•‣▪] (?=\S)")
_LONE_BULLET = re.compile(r"^ ?([-*•‣▪])\n[ \t]*(?=\S)", re.MULTILINE)
_NUMBERED = re.compile(r" ?(\d{1,2})[.)] (?=\S)")
_LAST_WORD = re.compile(r"[\w-]{0,60}$")
_FIRST_WORD = re.compile(r"[^\W_]+")

# Longer than any run of accents in print: Unicode's stream-safe limit (UAX #15), and the reason
# that a file of nothing but accents does not take hours to sort.
_ACCENT = (
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0730-\u074a"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"
)
_ACCENTS = re.compile(rf"({_ACCENT}{{30}}){_ACCENT}+")

# Hyphens to keep where the document itself does not tell: (first half, second half).
_KEPT_FIRST = re.compile(
    r"anti|non|self|high|low|long|short|well|whole|follow|full|half|cross|[a-z]"
)
_KEPT_SECOND = re.compile(
    r"(?:dose[ds]?|term|up|like|positive|negative|induced|associated|related|based|free|specific"
    r"|dependent|resistant|refractory|onset|daily|weekly|blind|label|controlled|mediated|treated"
    r"|stranded|modulated|weighted|enhanced|guided|assisted|threatening|saving|sparing|limiting"
    r"|emission|inducing|bearing|containing|confirmed|proven|deficient|intolerant|limited|acting"
    r"|na[iï]ve|known|shaped|sided|years?|months?|weeks?|days?)"
)
_KEPT_PAIR = re.compile(
    r"(?:one|two|six|ten)-(?:year|month|week|day|hour|fold)s?|co-trimoxazole|ground-glass|veno-venous|trimethoprim-sulf[a-z]+"
    r"|(?:year|month|week|day)s?-old|(?:first|second|third)-line|(?:punched|wash|rule|drop)-out"
)
# The same beginnings and endings inside one word: 'anti-|bodies', 'low-|ered', 'over-|dose'.
_ONE_WORD = re.compile(
    r"anti-(?:bod|gen|biotic|cip|dot|hist|sept|nuclear|coag|pyret|thes|que|pod)\w*"
    r"|non-sense\w*"
    r"|(?:\w+)-(?:er|ers|est|ed|en|ened|ening|ered|ering|ing|ings|ish|ly|ness|y|age|light\w*|way)"
    r"|(?:holi|birth|every|week|mid)-days?|(?:over|under|inter|with|through|sero|cardio|photo)-\w+"
)
_SUSPENDED = re.compile(r"(?:and|or|to|und|y)\b")

_MARKS = re.compile(r"['\"®©°*>]+")
_QUOTES = "'\""
_MARKED_WORD = re.compile(r"(?:\bet al\.|[^\W_]+(?:-[^\W_]+)*)$")


def clean(text: str) -> str:
    """The paragraphs of `text`, one line each, separated by a blank line; lists keep their lines.

    Cleaning twice equals cleaning once. A blank text gives ''.
    """
    words = vocabulary(text := normalise_characters(text))
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n\n".join(drop_marks(join_lines(part, words)) for part in paragraphs if part.strip())


# 'skin.[1,2] In', 'therapy[3–5],', but not '[18F]', 'benzo[a]pyrene' or 'x[1]y'.
_CITED = re.compile(
    r"\[\^[\w-]{1,20}\](?!:)"  # Markdown's mark of a footnote
    r"|(?<=[a-z)%.,;:])\[\d{1,3}(?:(?:, ?| ?[-–] ?)\d{1,3}){0,30}\](?=[\s.,;:)]|$)",
    re.MULTILINE,
)


_LINE_END = re.compile(r"\r\n?")
_SOFT_BREAK = re.compile(r"\u00ad[ \t]*\n[ \t]*(?=\w)")
_BACKTICK = re.compile(r"(?<=[^\W\d_])`(?=[^\W\d_])")
_BLANKS = re.compile(r" {2,}")
_BLANK_END = re.compile(r" +(?=\n|\Z)")


def normalise_characters(text: str) -> str:
    """`text` with one spelling per character: NFC, plain quotes and spaces, nothing invisible.

    Lines stay lines, but runs of blanks shrink to one and those at line ends go. Dashes, Greek,
    superscripts and signs stay. A soft hyphen at a line end joins its word.
    """
    text = _LINE_END.sub("\n", text)
    text = _SOFT_BREAK.sub("", text)
    text = unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", text)).translate(_TABLE)
    text = unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", text))
    text = _BACKTICK.sub("'", text)
    return _BLANK_END.sub("", _BLANKS.sub(" ", text))


def vocabulary(text: str) -> frozenset[str]:
    """The words of a document in lower case, hyphenated ones whole; `join_lines` looks here."""
    return frozenset(_WORD.findall(text.lower()))


def join_lines(text: str, words: frozenset[str] = frozenset(), *, mend: bool = True) -> str:
    """One paragraph's lines as one line, list items on lines of their own ('- item', '2. item').

    A hyphen at a line end goes when the two halves are one word, judged by `words` (the document's
    vocabulary) and by habit; with `mend` False every hyphen stays.
    """
    joined: list[list[str]] = []
    previous = ""
    item = 0
    text = _LONE_BULLET.sub(r"\1 ", text)
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        number = _item_number(line, previous, item)
        if number or not joined:
            item = number
            joined.append(["- " + line[2:].lstrip() if number == -1 else line])
        else:
            gap = _gap(previous, line, words)
            if gap is None and mend:
                joined[-1][-1] = joined[-1][-1][:-1]
            joined[-1] += [gap or "", line]
        previous = line
    return "\n".join("".join(parts) for parts in joined)


def is_item(line: str) -> bool:
    """Whether `line` looks like an item of a bulleted list."""
    return _BULLET.match(line) is not None


def drop_citations(text: str) -> str:
    """`text` without bracketed reference numbers that touch a word or a stop ("skin.[1,2] In").

    Those with a blank before them stay: they may be words of the sentence ('as in [3]').
    """
    return _CITED.sub("", text)


def drop_marks(text: str) -> str:
    """`text` without what OCR makes of superscript reference marks ("weakness'*." → "weakness.").

    A mark that can be a quotation, a possessive, a trademark or a unit stays: it goes only at the
    end of a clause, after a lower-case word, an acronym or a year, and where no quotation is open.
    """
    while (fewer := "\n".join(_drop_marks(line) for line in text.split("\n"))) != text:
        text = fewer  # 'al'.”' needs a second look; every round is shorter, three at most
    return text


def _item_number(line: str, previous: str, item: int) -> int:
    """-1 for a bullet, the number of a numbered item that continues the list, else 0."""
    if _BULLET.match(line):
        # '5⏎- 7 mg' is a range that the line end cut, unless the line before is an item itself.
        cut = not item and previous[-1:].isdigit() and re.match(r"- \d", line)
        return 0 if cut else -1
    numbered = _NUMBERED.match(line)
    expected = item + 1 if item > 0 else 1
    if numbered and not previous:
        return int(numbered[1])
    # '… was reduced to⏎1. Later …' is prose, so a list begins where a sentence has ended.
    begins = item > 0 or previous[-1:] in tuple(".:;!?")
    return expected if numbered and begins and int(numbered[1]) == expected else 0


def _gap(left: str, right: str, words: frozenset[str]) -> str | None:
    """What stands between two lines: a space, nothing, or None where the hyphen before it goes."""
    if re.search(r"\w[–—/]$", left) and re.match(r"\w", right):
        return ""
    if not re.search(r"\w-$", left) or not re.match(r"\w", right):
        return " "
    first = "".join(_LAST_WORD.findall(left[-61:-1]))
    second = "".join(_FIRST_WORD.findall(right[:60])[:1])
    if (one_word := _known(first, second, words)) is None:
        if _SUSPENDED.match(right):
            return " "
        one_word = not _keeps_hyphen(first, second)
    return None if one_word else ""


def _known(first: str, second: str, words: frozenset[str]) -> bool | None:
    """Whether the document writes the two halves as one word; None when it does not tell."""
    first, second = first.lower(), second.lower()
    tail = first.rsplit("-", 1)[-1]
    one = f"{first}{second}" in words or (tail != first and f"{tail}{second}" in words)
    two = f"{first}-{second}" in words
    return one if one != two else None


def _keeps_hyphen(first: str, second: str) -> bool:
    """Whether 'first-second' is a compound by its look (the document did not tell)."""
    if not second or not second[0].islower() or "-" in first or not first[-1:].islower():
        return True
    if any(c.isupper() or c.isdigit() for c in first[1:]):
        return True
    pair = f"{first.lower()}-{second}"
    if _KEPT_PAIR.fullmatch(pair):
        return True
    if _ONE_WORD.fullmatch(pair):
        return False
    # Four letters, or 'un-|related' and 'cor-|related' would pass for compounds.
    compound = len(first) >= 4 and _KEPT_SECOND.fullmatch(second)
    return bool(compound or _KEPT_FIRST.fullmatch(first.lower()))


def _drop_marks(line: str) -> str:
    kept, end = [], 0
    opened = dict.fromkeys(_QUOTES, 0)
    for match in _MARKS.finditer(line):
        (start, stop), run = match.span(), match[0]
        before, after = line[max(0, start - 60) : start], line[stop : stop + 1]
        if (not before or before[-1] in " ([{/-") and after.strip():
            for mark in run:
                opened[mark] = opened.get(mark, 0) + 1
            continue
        closes = [mark for mark in run if mark in _QUOTES and opened[mark]]
        possessive = run == "'" and before.endswith("s") and after == " "
        for mark in () if possessive else closes:
            opened[mark] -= 1
        if not closes and _stray(run, before, after):
            kept.append(line[end:start])
            end = stop
    return "".join(kept) + line[end:] if kept else line


def _stray(run: str, before: str, after: str) -> bool:
    """Whether a run of marks with no quotation open can only be a reference mark."""
    match = _MARKED_WORD.search(before)
    if not match or after not in ("", *" .,;:)]") or set(run) in ({"*"}, {">"}):
        return False
    if (word := match[0]) == "et al.":
        return True
    clause_end = after != "" and after in ".,;:"
    if re.fullmatch(r"(?:19|20)\d\d", word):
        return run[0] in _QUOTES and (len(run) > 1 or clause_end)  # 2000° may be a temperature
    if re.fullmatch(r"[A-Z]{2,}", word):
        return clause_end and set(run) <= set(_QUOTES) and not word.endswith("S")
    tail = word.rsplit("-", 1)[-1]
    if not tail.islower() or (len(tail) == 1 and len(run) == 1):  # 'Elidel®', "Dawkins'", "x'"
        return False
    if run == "'":
        # "patients'," may be a plural possessive, "weakness'," and "lupus'," may not.
        plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
        return clause_end and not plural
    return True

"""Superscripts and links to a list of references in marked-up text → plain text without them.

A reader writes what it finds with `superscript` and `reference`, which set the words between
noncharacters; `settle` looks at what stands around each, once the sentence is whole: a citation
number goes with its brackets, an exponent and a mass number stay.
"""

from __future__ import annotations

import re

from rag.formats.superscripts import power

_RAISED, _RAISED_MARK, _MARK, _END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_TOKENS = _RAISED + _RAISED_MARK + _MARK + _END
_FORBIDDEN = dict.fromkeys(map(ord, _TOKENS))

_ONE = r"(?:[A-Z]{0,2}\d{1,3}[a-z]?|[a-z]|[*†‡§¶#‖]+)"
# One way to match each blank, here and below: a hostile page must not make the search take hours.
_BETWEEN = r"(?: ?(?:[,;–—‒-]|and|to) ?| )"
_NUMBERS = re.compile(
    rf"[\[(]? ?{_ONE}(?:{_BETWEEN}{_ONE})*[*†‡§¶#‖]*[,;.]?[\])]?|[ ,;.:()\[\]–—-]+"
)
_LONGEST = 80
_CHARGE = re.compile(r"[\d/]*[+−–-]+(?:/[+−–-]+)?")
_RAISED_FORM = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")

_GAS = re.compile(r"(?:^|[\W_]|Sp|Pa|p|Fi|Sa|[HNC])O$")
_ISOTOPE = re.compile(r"(?:F|Tc|I|Y|Lu|Ga|H|C|N|O|In|Tl|Xe|Ra|Sr|P|Cu|Zr|Sm|Cr|Ac|At)(?![a-z])")

_CITED = rf"[{_RAISED_MARK}{_MARK}][^{_TOKENS}]*{_END}"
_RUN = rf"{_CITED}(?:(?:{_BETWEEN})?{_CITED})*"
_LEAD = (
    r"(?:(?:see(?: also)?|e\.g\.,?|cf\.|for (?:a )?reviews?,?(?: see)?|reviewed (?:in|by)"
    r"|as in|refs?\.?|references?|also) ){0,3}"
)
_BRACKET = rf"[(\[]{_LEAD}{_RUN}(?: and references therein)?[,;]? ?[)\]]"
_MARKS = re.compile(
    rf"(?P<bracket> ?{_BRACKET}(?:(?:{_BETWEEN})?{_BRACKET})*)"
    rf"|(?P<first>(?<=[(\[]){_RUN} ?[,;] ?)"
    rf"|(?P<last> ?[,;] ?(?:and )?{_RUN}(?= ?[)\]]))"
    rf"|(?P<bare> ?{_RUN})"
)
# What would be left without its object: 'as shown in [3]', 'Fig. 2' whose number is a link.
_ASKS = re.compile(r"\b(?:in|by|see|from|refs?\.?|references?|nos?\.?)$", re.IGNORECASE)
_COUNTS = re.compile(
    r"\b(?:[Ff]igs?\.?|[Ff]igures?|[Tt]ables?|Eqs?\.|Sections?|Appendix|Case|Patient|[Vv]ideo|Box|Panel"
    r"|File)(?: ?S?\d+[A-Za-z]?(?: ?(?:,|and|to|&|[–-]))?)*$"
)


def literal(text: str) -> str:
    """Text of the source, without the characters that this module uses itself."""
    return text.translate(_FORBIDDEN)


def superscript(inner: str) -> str:
    """`inner` (as these functions give it) as a superscript; `settle` decides what it is."""
    bare = " ".join(_bare(inner).split())
    if not bare:
        return ""
    cites = _RAISED_MARK in inner or _MARK in inner
    return f"{_RAISED_MARK if cites and _is_mark(bare) else _RAISED}{bare}{_END}"


def reference(inner: str) -> str:
    """`inner` as a link to a reference or footnote; words ('Roe et al.', '2010') stay words."""
    bare = " ".join(_bare(inner).split())
    if not _is_mark(bare):
        return inner
    return f"{_RAISED_MARK if _RAISED in inner else _MARK}{bare}{_END}"


def settle(text: str) -> str:
    """One paragraph without citation marks and the brackets around them; one blank between words.

    'weakness<3>.' → 'weakness.', '(<3>, <4>)' → '', 'm<2>' → 'm²', '10<9>' → '10⁹'.
    """
    text = " ".join(text.split())
    if _END not in text:
        return text
    text = re.sub(rf"{_RAISED}([^{_TOKENS}]*){_END}", _raised, text)
    return " ".join(_bare(_MARKS.sub(_dropped, text)).split())


def _is_mark(text: str) -> bool:
    return len(text) <= _LONGEST and _NUMBERS.fullmatch(text) is not None


def _bare(text: str) -> str:
    return text.translate(_FORBIDDEN)


def _raised(match: re.Match[str]) -> str:
    """A superscript as the character it is, or as the mark that it must be."""
    said = match[1].strip()
    before = _bare(match.string[max(0, match.start() - 24) : match.start()])
    after = match.string[match.end() : match.end() + 4]
    if exponent := power(before, said, after):
        return exponent
    if said == "2" and _GAS.search(before):
        return said
    if re.fullmatch(r"\d{1,3}m?", said) and before[-1:] in " ([-/" and _ISOTOPE.match(after):
        return said
    if _CHARGE.fullmatch(said):
        return said
    if after[:1].isalnum() and before[-1:].isalnum() and said.isdecimal():
        return said.translate(_RAISED_FORM)  # 'mc²155', a strain
    glued = after[:1].isalnum() and (said == "*" or said.isalpha())
    if not glued and _is_mark(said):
        return f"{_RAISED_MARK}{said}{_END}"
    return match[1]


def _dropped(match: re.Match[str]) -> str:
    """What stands in the place of marks: nothing, a blank, or their words where a word asks."""
    found = match[0]
    if match.lastgroup in ("bare", "bracket") and _RAISED_MARK not in found:
        before = _bare(match.string[max(0, match.start() - 40) : match.start()]).rstrip()
        if _ASKS.search(before) or (match.lastgroup == "bare" and _COUNTS.search(before)):
            return found
    after = match.string[match.end() : match.end() + 1]
    if match.lastgroup in ("first", "last"):
        return ""
    return " " if after.isalnum() or after in tuple("([{") else ""

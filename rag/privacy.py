"""Does a text seem to hold what identifies a patient? Names, birth dates, numbers, addresses.

Patterns in the spirit of the HIPAA Safe Harbor list (45 CFR 164.514(b)(2)): what can be told by
form alone. A warning is all that comes of it; nothing is changed, sent or stored.
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = r"[A-Z][a-zà-öø-ÿ'’-]+"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mister|Herr|Frau|Mme|Señora?|Sra?)\b\.?"
# Capitalised words that follow 'patient' without being a name.
_NO_NAME = (
    r"(?:Case|Patient|Health|Global|Reported|Characteristics|History|Report|Presentation|With|Who|And|"
    r"Had|Has|Was|Is|The|In|On|At|After|Before|Group|Population|No|Number|Summary|Outcome|Outcomes|"
    r"Treatment|Therapy|Gottron|Raynaud|Sj(?:ö|o)gren|Wong|Jo|Mi|Ro|Anti|DM|JDM|CADM|ILD|IVIg|Age|Sex)"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\.?,?\s+\d{{2,4}}|"
    rf"{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)

_PATTERNS: tuple[tuple[str, str, int], ...] = (
    ("a name", rf"\b{_TITLE}\s+(?:[A-Z]\.?\s+)?{_NAME}", 0),
    (
        "a name",
        rf"\b(?:[Pp]atient|[Pp]t\.?|[Mm]y (?:mother|father|wife|husband|son|daughter|sister|brother|"
        rf"child|patient))(?:'s name is|,| is called| named| called|:)?\s+(?!{_NO_NAME}\b){_NAME}\s+"
        rf"(?:(?!{_NO_NAME}\b){_NAME}|[A-Z]\.)",
        0,
    ),
    (
        "a name",
        rf"\b(?:[Nn]amed?|[Pp]atient name|[Ss]urname|[Nn]ame of (?:the )?patient)\s*(?::|is)\s*{_NAME}",
        0,
    ),
    (
        "a name",
        rf"\b(?:called|named)\s+(?!{_NO_NAME}\b){_NAME}\s+(?!{_NO_NAME}\b){_NAME}",
        0,
    ),
    (
        "a date of birth",
        rf"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|birthday)(?!\w)[\s:]*(?:is\s+)?{_DATE}",
        re.IGNORECASE,
    ),
    ("a date of birth", r"\bborn (?:on|in) (?:\w+ )?(?:\d{1,2},? )?(?:19|20)\d\d\b", re.IGNORECASE),
    (
        "a record number",
        r"\b(?:MRN|NHS(?: (?:no|number))?|SSN|hospital (?:no|number|id)|(?:medical )?record (?:no|number|#)|"
        r"patient (?:id|identifier|no|number)|case (?:file )?(?:id|identifier)|chart (?:no|number)|"
        r"insurance (?:no|number|id)|accession (?:no|number))\b\.?[\s:#]*(?:is\s+)?[A-Z]{0,3}[- ]?\d[\d -]{3,}",
        re.IGNORECASE,
    ),
    ("a social security number", r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])", 0),
    ("an e-mail address", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", 0),
    (
        "a telephone number",
        r"\b(?:tel(?:ephone)?|phone|mobile|cell|fax|call)\b\.?[\s:]*(?:(?:no|number)\.?\s*)?(?:is\s+)?"
        r"\+?\(?\d[\d ()/.-]{6,}\d|(?<!\w)\+\d{1,3}[ (-][\d ()-]{7,}\d|(?<![\d.-])\(\d{3}\) ?\d{3}-\d{4}\b|"
        r"(?<![\d.-])\d{3}-\d{3}-\d{4}(?![\d-])",
        re.IGNORECASE,
    ),
    (
        "an address",
        rf"\b\d{{1,5}}\s+(?:{_NAME}\s+){{1,3}}(?:Street|St\.|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Boulevard|"
        r"Blvd\.?|Court|Square|Terrace|Close)(?!\w)|\b(?:[A-Z][a-zäöüß]+(?:straße|strasse|weg|gasse|platz))"
        r"\s+\d{1,4}\b|\blives (?:at|on) \d{1,5}\b",
        0,
    ),
)  # fmt: skip
_COMPILED = tuple((what, re.compile(pattern, flags)) for what, pattern, flags in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Identifier:
    """``[start, end)`` of a text that seems to identify somebody, and as what."""

    what: str
    start: int
    end: int


def identifiers(text: str) -> tuple[Identifier, ...]:
    """What seems to identify a patient, sorted by place; none overlap."""
    found: list[Identifier] = []
    for what, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if not any(match.start() < one.end and one.start < match.end() for one in found):
                found.append(Identifier(what, *match.span()))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def warning(text: str) -> str:
    """One sentence for whoever typed the text; '' when nothing seems to identify anybody.

    It does not repeat what it found: a log would then hold it.
    """
    kinds = list(dict.fromkeys(one.what for one in identifiers(text)))
    if not kinds:
        return ""
    return (
        f"This seems to hold {' and '.join(kinds)}. Casebook sends it "
        "nowhere and does not store it; still, please leave out what identifies a patient."
    )

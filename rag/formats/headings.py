"""A line of a paper → what it announces: a section (and its patient), a figure legend, or nothing.

Only the words of a line are judged here; whether it stands where a heading can stand (after a
blank line, not inside a sentence) is for the reader to see.
"""

from __future__ import annotations

import re

from rag.number_words import ORDINALS, spelt
from rag.schema import SectionKind

_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_CARDINALS = spelt(1, 10)
_ORDINALS = tuple(ORDINALS)[:10]
_SCANNED = {"l": 1, "ll": 2, "il": 2, "lll": 3}
"""Roman numerals as a scanner reads them: 'CASE l', 'CASE ll'."""
_NUMBERS = _SCANNED | {
    word: number
    for names in (_NUMERALS, _CARDINALS, _ORDINALS)
    for number, word in enumerate(names, 1)
}

_NAMES: dict[SectionKind, str] = {
    "summary": r"(?:structured |extended )?abstract|summary|synopsis",
    "background": r"introduction|background|introduction and background|background and aims?",
    "case": (
        r"(?:(?:our|clinical|illustrative|index) )?"
        r"(?:cases?|case (?:reports?|presentations?|descriptions?|histor(?:y|ies)|summar(?:y|ies)"
        r"|stud(?:y|ies)|series|details|vignettes?|synopsis))"
        r"|(?:reports?|presentations?|descriptions?) of (?:\w+ )?(?:cases?|patients?)"
        r"|patient (?:report|presentation|description|history|information)|cases? reported"
    ),
    "methods": (
        r"(?:(?:patients?|materials?|subjects?|participants|cases|data) (?:and|&) )?methods?"
        r"(?: and (?:materials?|patients|subjects))?|methodology|patients|study design"
        r"|statistic(?:s|al (?:analysis|analyses|methods))"
    ),
    "results": r"results?|findings|results? (?:and|&) discussions?",
    "discussion": (
        r"discussions?|comments?|commentary|conclusions?|concluding remarks|final remarks"
        r"|discussions? (?:and|&) (?:conclusions?|(?:literature )?review(?: of the literature)?)"
        r"|(?:review of the )?literature review|review of (?:the )?literature"
    ),
    "legend": r"(?:figures? )?legends?(?: (?:to|for|of) (?:the )?figures?)?|figure captions?",
    "references": r"references?(?: list)?|bibliography|literature(?: cited)?|works cited|citations",
    "other": (
        r"acknowledge?ments?|(?:potential )?conflicts? of interests?"
        r"|declarations? of (?:competing |conflicting )?interests?|competing interests?"
        r"|funding(?: sources?| statement)?|financial support|disclosures?"
        r"|(?:informed |patient )?consent(?: statement)?|ethic(?:s|al approval)(?: statement)?"
        r"|author(?:s'|s|'s)? contributions?|data availability(?: statement)?|abbreviations"
        r"|supplementary materials?|appendix"
    ),
}
# What follows 'Case presentation' on its own level, as CARE and some journals have it.
_WAY = r"(?:clinical|hospital|disease|subsequent|further|medical|initial|final)"
_DONE = r"(?:treatments?|therap(?:y|ies)|management)"
_EXAMINED = (
    r"(?:clinical|physical|diagnostic|laborator(?:y|ies)|radiolog(?:y|ical)|imaging|serolog(?:y|ical)"
    r"|histopatholog(?:y|ical)|histolog(?:y|ical)|patholog(?:y|ical)|autopsy|muscle|skin)"
)
_ONE_STEP = (
    rf"(?:{_WAY} )?course(?: of (?:the )?disease)?|(?:{_WAY} )?{_DONE}"
    rf"|(?:{_EXAMINED} )?(?:examinations?|investigations?|assessments?|evaluations?|work-?ups?)"
    rf"|(?:{_EXAMINED} )?biops(?:y|ies)|imaging|(?:histo)?pathology|histology"
    rf"|{_EXAMINED} (?:findings?|tests?|data|results?|values|studies)"
    r"|(?:(?:differential|final|provisional|initial|working) )?diagnos[ie]s"
    r"|(?:therapeutic )?interventions?|outcomes?|follow-?ups?|progress|prognosis|timeline|relapses?"
    r"|(?:(?:past|family|medical|past medical|clinical|drug|social|personal) )?history"
    r"|history of (?:the )?present(?:ing)? illness|(?:initial |clinical )?presentation"
    r"|(?:patient|presenting|chief) (?:concerns?|complaints?)|(?:patient|clinical) information"
    r"|patient'?s?'? perspective"
)
_STEP = re.compile(rf"(?:{_ONE_STEP})(?:(?:,| and| &|, and) (?:{_ONE_STEP})){{0,2}}")
_KNOWN = {kind: re.compile(names) for kind, names in _NAMES.items()}
_LONGEST = 80

_ONE = r"(?:case|patient|pt|observation|vignette|sibling|twin)"
_NUMBERED_CASE = re.compile(
    rf"(?:clinical |index )?{_ONE}(?: report| presentation)?[ .]?"
    r"(?:no\.? ?|number |nr\.? ?|# ?)?"
    rf"(?P<number>[1-9]\d?|{'|'.join((*_NUMERALS, *_SCANNED, *_CARDINALS))}|[a-h])"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)}) (?:{_ONE}|history)(?: report)?"
)
# 'Case 1: periungual ulcers', 'Discussion and review …': the heading goes on behind its name.
_GOES_ON = re.compile(r" ?[:.–—(-] ?| (?:and|with|of|in|&) ")

# '2. ', '2.1 ', 'II. ', 'IV) '; a bare 'I' or 'V' needs its mark, or 'I discuss' would lose a word.
_NUMBERING = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|(?:[IVX]{1,4}|[ivx]{1,4})[.)])\s+(?=[^\W\d_])"
)
_NAMED_CASE = re.compile(
    r"((?:case|patient) (?:no\.? ?)?\w{1,5})(?: ?\([^()]{1,50}\)|: [^.:]{1,50})"
)
_HASHES = re.compile(r"^#{1,6} +|(?<=\S) #{1,6}$")

_LEGEND = re.compile(
    r"\s*\[?[*_]{0,3}(?=[A-Z])(?i:supplementary )?"
    r"(?i:fig(?:ure)?s?\b\.?|tables?\b|plates?\b|scheme\b)"
    r"\s*(?i:s?\d{1,2}|[ivx]{1,4}\b)(?:[A-Za-z]\b|[-–]\d)?"
    # 'Fig. 1.' and then no sentence that goes on in small letters, or '(A)', or a dash.
    r"(?:\s*[.:|]\s*[*_]{0,3}(?=\s*[^\W_a-z]|\s*\(|\s*$)|[*_]{0,3}\s*$|\s+\([A-Z]\)\s|\s+[–—-]\s)"
)
_RUN_IN = re.compile(
    r"(?P<name>(?:Case|Patient|CASE|PATIENT)\s+(?:[Nn]o\.?\s*)?"
    r"(?:\d{1,2}|[IVX]{1,4}|l|[A-Z]?[a-z]{2,4})|P[Tt]\.?\s+(?:\d{1,2}|[A-H]))"
    r"\s*(?:[.:]|\s[–—-]|[.:]\s?[–—-])\s*(?<=[\s–—-])(?=[\"'(]?[A-Z\d])"
)


def classify(heading: str) -> tuple[SectionKind, int | None]:
    """What a heading announces and the number of its patient, as in ('case', 2) for 'Case II'.

    Numbering, Markdown marks, a colon and the case of the letters do not matter. An unknown or
    empty heading gives ('other', None).
    """
    name = _bare(heading)
    whole = _exactly(name)
    if whole:
        return whole
    for end in _GOES_ON.finditer(name):
        start = _exactly(name[: end.start()])
        # 'Patients with ulcers' or 'Cases of cancer' are topics, not methods or a case report.
        if start and (start[1] is not None or name[: end.start()] not in ("patients", "cases")):
            return start
    return "other", None


def goes_on_with_case(heading: str) -> bool:
    """Whether a heading names a step of a patient's story ('Investigations', 'Follow-up').

    Right behind a case section of the same level it is about the same patient; anywhere else it may
    be about the disease.
    """
    return _STEP.fullmatch(_bare(heading).replace("\u2019", "'")) is not None


def is_heading(line: str) -> bool:
    """Whether a line consists of nothing but the name of a section ('Case 1', 'II. DISCUSSION').

    False for a sentence that begins with such a name, and for the lower-case end of a sentence
    ('discussion.').
    """
    if len(line) > _LONGEST:
        return False
    shown = _NUMBERING.sub("", _unmarked(line))
    if not shown or (shown[0].islower() and shown.endswith((".", ","))):
        return False
    bare = _bare(line)
    return _exactly(bare) is not None or _is_named_case(bare)


def is_shouted(line: str) -> bool:
    """Whether a line is all in capitals ('FAMILY HISTORY'): a heading, where it stands alone."""
    words = re.findall(r"[^\W\d_]+", line)
    long = any(len(word) > 3 for word in words)
    return (
        long and line.isupper() and len(line) <= _LONGEST and not re.search(r"[\d.;:,]$|\d", line)
    )


def _is_named_case(name: str) -> bool:
    """'Case 1 (the elder brother)', 'patient 2: a relapse'."""
    match = _NAMED_CASE.fullmatch(name)
    start = match and _exactly(match[1])
    return bool(start and start[1] is not None)


def is_marked(line: str) -> bool:
    """Whether a line is a Markdown heading, whatever it says."""
    return re.match(r"\s{0,3}#{1,6}\s+\S", line) is not None


def level(line: str) -> int:
    """The number of '#' before a Markdown heading; 0 for any other line."""
    return len(line.lstrip()) - len(line.lstrip().lstrip("#")) if is_marked(line) else 0


def title_of(line: str) -> str:
    """The words of a heading line without '#', emphasis marks and a closing colon."""
    return _unmarked(line).rstrip(":").rstrip()


def unnumbered(heading: str) -> str:
    """A heading without the number in front of it ('2.1 Course' → 'Course')."""
    return _NUMBERING.sub("", heading)


def run_in(line: str) -> tuple[str, str] | None:
    """('Case 1', 'A 33-year-old …') for a line that opens with a heading; None for any other.

    Only numbered patients count: 'METHODS: …' is a label inside an abstract.
    """
    match = _RUN_IN.match(line)
    if not match:
        return None
    return (match["name"], line[match.end() :]) if _exactly(_bare(match["name"])) else None


def is_legend(line: str) -> bool:
    """Whether a line begins a figure's or table's legend ('Fig. 2. (A) …', 'Table 1').

    A reference in running text does not ('Fig. 1B). She …', 'Table 2 shows …').
    """
    return _LEGEND.match(line) is not None


def _unmarked(line: str) -> str:
    text = _HASHES.sub("", line.strip())
    inner = text.rstrip(" :.")
    return inner.strip("*_ ") if inner[:1] + inner[-1:] in ("**", "__") else text


def _bare(heading: str) -> str:
    text = _NUMBERING.sub("", _unmarked(heading))
    return re.sub(r"\s+", " ", text).strip(" .:").lower()


def patient_number(word: str) -> int:
    """'2', 'ii', 'second' or 'b' → 2; a Roman numeral before a letter of the alphabet."""
    return _NUMBERS.get(word) or (int(word) if word.isdigit() else ord(word) - ord("a") + 1)


def _exactly(name: str) -> tuple[SectionKind, int | None] | None:
    match = _NUMBERED_CASE.fullmatch(name)
    if match:
        word = match["number"] or match["ordinal"]
        return "case", patient_number(word)
    for kind, names in _KNOWN.items():
        if names.fullmatch(name):
            return kind, None
    return None

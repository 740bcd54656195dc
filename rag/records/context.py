"""A mention in a sentence → what is said of it: denied, of a relative, of the literature, supposed.

The idea of NegEx (Chapman et al., J Biomed Inform 2001) and ConText (Harkema et al., J Biomed
Inform 2009): trigger words before or after a mention, whose reach ends at certain words. The
lists are our own.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass

# Words behind which a denial before them no longer holds, and before which one after them does not.
_END = re.compile(
    r"[;:.()]|,? \b(?:but|however|although|though|whereas|while|yet|except|apart from|other than|"
    r"because|since|despite|which|who|when|until|so that|until|nevertheless|only)\b"
    r"|, (?:and |or )?(?:she|he|her|his|the|a|an|with|whose|they|we|it|then|both|on|at|in)\b"
    r"|\band (?:she|he|they|we|it)\b|\band (?:the |her |his |a |an )?[\w-]+ (?:was|were|had|has|showed|revealed)\b",
    re.IGNORECASE,
)
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|nor|neither|never|without|none|denied|denies|denying|lacked|lacking|absence of|"
    r"lack of|free (?:of|from)|negative for|excluded?|ruled out|rather than|nothing|failed to show|"
    r"instead of|absent|freedom from|spared|nobody|normal)\b",
    re.IGNORECASE,
)
# Denials of something else than the finding: 'no change of the rash', 'without effect on the itch'.
_PSEUDO = re.compile(
    r"\b(?:no|not|without|never|neither|nor)\s+(?:(?:any|further|much|significant|clear|the|her|his|"
    r"been|be|have|had|its|yet|an?|definite|lasting|real)\s+)*(?:only|effects?|effective|benefit|"
    r"improve\w*|change\w*|chang\w+|increas\w+|decreas\w+|response|respond\w*|relief|reliev\w+|influence"
    r"|longer|reduc\w*|resolv\w*|disappear\w*|clear\w*|yield\w*|help\w*|alter\w*|all|treat\w*|control\w*"
    r"|heal\w*|success|avail|uncommon\w*|certain|until|because|explain\w*|due|related|caused|notice"
    r"|better|smaller|surpris\w*|stop\w*|tolerat\w*|affect\w*|shrink\w*|influenced|touch\w*)\b"
    r"|\bnormal (?:in|at|before|since)\b|\bnormalis|\bnormaliz|\bnot infrequent\w*",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^;:.]{0,60}?\b(?:(?:was|were|is|are|had been|has been|have been|remained|being)\s+"
    r"(?:\w+\s+){0,2}?(?:absent|negative|lacking|excluded|ruled out|unremarkable|undetectable|normal)"
    r"|(?:was|were|is|are|had|has|have|did|could)\s+(?:not|never|no longer)\s+(?:been\s+|be\s+)?"
    r"(?:\w+ly\s+)?(?:found|detect\w*|seen|present|noted|observed|identified|demonstrat\w+|prov\w+|"
    r"reveal\w*|record\w*|occur\w*|develop\w*|show\w*|positive|evident|apparent|reported|appear\w*|"
    r"a feature|felt)"
    r"|(?:was|were) not$|never (?:occurred|developed|appeared)|negative\b|absent\b|excluded by)",
    re.IGNORECASE,
)
# 'Mi-2 positive, Jo-1 absent'; 'Jo-1 antibodies, absent at first, were now found'.
_AFFIRMED_AFTER = re.compile(
    r"^ (?:(?:auto)?antibod(?:y|ies) )?(?:(?:was|were) )?(?:\w+ly )?(?:positive|present)\b(?! (?:in|for) (?:no|none|neither)\b)"
    r"|^(?: (?:auto)?antibod(?:y|ies))?, (?:absent|negative)\b[^,;.]{0,40}, (?:was|were|had become) (?:now |then |later )?"
    r"(?:found|present|positive|detected)\b",
    re.IGNORECASE,
)
_STOP_AFTER = re.compile(
    r"[;:.]|,? \b(?:but|however|although|though|whereas|while|yet|except|because|which|who|with|"
    r"until|when|after|before|and (?:the |her |his )?(?!anti)(?-i:[a-z])[\w-]* (?:was|were))\b"
    r"|, and (?!anti|antibod|[A-Z])",
    re.IGNORECASE,
)
_KIN = (
    r"mother|father|sister|brother|sibling|aunt|uncle|cousin|(?:great-?)?grand\w+|twin|daughter|son|"
    r"wife|husband|spouse|parents?|relatives?|family|nephew|niece|child(?:ren)?"
)
_RELATIVE = re.compile(
    rf"\b(?:his|her|whose|their|a|an|one|no|maternal|paternal|elder|younger|(?:the )?family history|in the family)\b"
    rf"(?:\s[\w-]+){{0,2}}?\s(?:{_KIN})\b(?! of\b)(?!\s+(?:doctor|physician|practitioner|of (?:two|three|four|five|twins|a)))"
    r"|\bfamily history\b|\bfamilial\b|^The (?:newborn|neonate|baby)\b|^The (?:boy|girl),? [\d,.]+ ?k?g\b",
    re.IGNORECASE,
)
_BACK_TO_PATIENT = re.compile(
    r"[;.]|\b(?:she|he|patient|patient's|(?-i:I)(?!-\d)|we|herself|himself)\b|, (?:but|while|whereas)",
    re.I,
)
_SUPPOSED = re.compile(
    r"\b(?:if|should|may|might|could (?:not )?be (?:due|explained)|to exclude|to rule out|screening|screen|search(?:ed)? for|"
    r"suspected|suspicion|risk of|risk factors? for|prophyla\w+|work-?up|vaccinat\w+|mistaken for|"
    r"misdiagnosed|taken for|thought to be|differential|question of|fear(?:ed)? (?:of|for)|in case of|"
    r"treated for|mimic\w*|resembl\w*|diagnosed as|looked like|prevent\w*)\b",
    re.IGNORECASE,
)
LITERATURE = re.compile(
    r"\bet al\b|\b(?:and|&) (?:colleagues|co-?workers|associates)\b|\b(?:reported|described|treated|"
    r"reviewed|published|advocated|recorded|used|observed|found|studied|said) by (?!Western|Doppler|Immuno|Line|Positron|Magnetic|Computed)(?:[A-Z][a-z][\w'-]*|others)"
    r"|\bof whom [A-Z][a-z]+ (?:wrote|told|reported|speaks|writes)\b"
    r"|\b[Ii]n (?:the|a) (?:\w+ ){0,2}(?:literature|series|study|survey|trial|review|registry)\b"
    r"|\b[Ii]n (?!May['’])[A-Z][a-z]+['’]s? (?:series|cohort|patients?|cases?|reports?|review|study|experience)\b"
    r"|\b(?:[Ss]ome|[Aa]bout|[Nn]early|[Oo]ver|[Mm]ore than|[Aa]t least) (?:[\w-]+ ){1,2}(?:cases|patients|reports) (?:have|of)\b"
    r"|\b[Oo]thers (?:use|give|prefer|recommend|have|used|gave|advise|advocate)\b"
    r"|\b[A-Z][a-z]+ and [A-Z][a-z]+ (?:used|saw|found|observed|preferred|recommend\w*|advocate\w*|noted|employed|studied)\b"
    r"|\b(?:cases|disease) (?:has|have) been (?:attributed|ascribed|linked)\b|\bhave been blamed\b"
    r"|\b(?:was|were|is|are) (?:\w+ )?reported to\b"
    r"|\bhas been (?:\w+ )?(?:reported|described|used|advocated|tried|recommended|shown)\b"
    r"|\bhave been (?:\w+ )?(?:reported|described|advocated|recommended|shown|published)\b"
    r"|\b(?:is|are) (?:\w+ )?(?:thought|believed|said|known|considered) to\b|\bit is (?:thought|believed|known)\b"
    r"|\b(?!We\b|She\b|He\b|It\b|They\b|Biopsy\b|Treatment\b|The\b)[A-Z][a-z]+(?:-[A-Z]\w+)? "
    r"(?:treated|gave|reported|described|reviewed|changed)\b"
    r"|\b[Ww]e (?:would(?! (?:\w+ )?have)|believe|recommend|suggest|now (?:prefer|check|give|start))\b"
    r"|\b(?:Unlike|Like|In contrast to|Contrary to) (?!Patient|Case|Ms|Mr|Her|His)[A-Z][a-z]+(?:,| and [A-Z]| et al)"
    r"|\b(?:mean|median|average) (?:\w+ )?age\b|\bages? ranged\b|\b(?:[Aa]mong|[Oo]f|[Ii]n) (?:the |our |their |these )?(?:\d{2,}|[4-9]) (?:\w+ ){0,2}?(?:patients|cases|pregnancies|women|men|children|adults|reports)\b"
    r"|\bamong \d+ patients\b|\bof \d+ patients\b|\bpreviously (?:reported|published|described) cases\b",
)
"""A sentence on other people's work, whoever's patients they are."""


_NEAR = 1000
"""Characters around a mention that can say something of it; a sentence may be as long as a page."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence says about one mention in it, beside naming it."""

    denied: bool = False
    relative: bool = False
    supposed: bool = False

    @property
    def asserted(self) -> bool:
        """Whether it is said of the patient, either way."""
        return not (self.relative or self.supposed)


def context(sentence: str, start: int, end: int) -> Context:
    """What is said of ``sentence[start:end]``."""
    return Context(
        denied=denied(sentence, start, end),
        relative=of_relative(sentence, start),
        supposed=_before(sentence, start, _SUPPOSED, reach=60),
    )


def denied(sentence: str, start: int, end: int) -> bool:
    """Whether a mention is denied, by words before or after it."""
    scope = _reach(sentence, start)
    clean = _PSEUDO.sub(lambda m: "~" * len(m.group()), scope)
    found = [m for m in _DENIED_BEFORE.finditer(clean)]
    if found:
        word = found[-1].group().lower()
        if word == "not" and "," in clean[found[-1].end() :]:  # 'was not weak, CK was 88'
            return False
        # 'normal CK' denies what follows at once; 'normal, dysphagia' does not.
        behind = clean[found[-1].end() :]
        if word not in ("normal", "absent", "only") or (len(behind) <= 2 and "," not in behind):
            return True
    after = sentence[end : end + _NEAR]
    if _AFFIRMED_AFTER.match(after):
        return False
    if sentence[end : end + 9].lower().strip(" -").startswith("negative"):
        return True
    stop = _STOP_AFTER.search(after)
    tail = after[: stop.start()] if stop else after
    found_after = _DENIED_AFTER.match(tail.rstrip())
    if not found_after or _PSEUDO.search(tail):
        return False
    return not re.search(
        r"\b(?:were|was) (?:\w+ )?(?<!not )(?<!never )(?:positive|present|detected|found)\b",
        found_after.group(),
    )


def of_relative(sentence: str, start: int) -> bool:
    """Whether the clause that leads to a place speaks of the patient's family."""
    last = None
    for match in _RELATIVE.finditer(sentence, max(0, start - _NEAR), start):
        last = match
    return last is not None and not _BACK_TO_PATIENT.search(sentence, last.end(), start)


def _reach(sentence: str, start: int) -> str:
    """What stands before a place, back to the last word that ends a denial."""
    begin = max(0, start - _NEAR)
    for match in _END.finditer(sentence, begin, start):
        # A match that runs into the mention is part of its own clause.
        if match.end() <= start:
            begin = match.end() if not match.group().startswith((", ", "and ")) else match.start()
    return sentence[begin:start]


def _before(sentence: str, start: int, pattern: re.Pattern[str], reach: int) -> bool:
    scope = _reach(sentence, start)[-reach:]
    return bool(pattern.search(scope))

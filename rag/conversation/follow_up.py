"""Whether a question goes on with the one before it, told from what it leaves out.

'And the dose?', 'did he relapse?', 'side effects?' do; one with a subject of its own does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.lexicon import Mention, lexicon
from rag.reader.whom.patients import described, told_by_age
from rag.schema import Sex

_OPENS = re.compile(
    r"^\s*(?:and|but|so|also|then|what about|how about|why|any(?:thing)? else|same|ok|"
    r"in that case)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\s*(?:and|but|so|also|then|what about|how about|ok)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|it|its|this|these|same|"
    r"the (?:patient|woman|man|girl|boy|child|case|report|paper|authors?|drug|dose|treatment|lady|"
    r"other|others|second|first|third|two|three|men|women|girls|boys|sisters|brothers)|"
    r"both|neither|in (?:t?here)|all of (?:them|these|those))\b",
    re.IGNORECASE,
)
# 'Is that drug safe?' points back, 'patients that took methotrexate' does not.
_POINTS_UNLESS_NAMED = re.compile(r"\b(?:that|those)\b", re.IGNORECASE)
OTHER = re.compile(
    r"\b(?:other|another|else|elsewhere|different) (?:report|case|patient|paper)s?\b", re.I
)
"""Another report, case or patient than the one that was spoken of."""

# A change of topic that says so, and questions about the library as a whole.
_TURNS = re.compile(
    r"^\W*(?:(?:ok|okay|so|now|and|one|a|an|on|to)[ ,]+)*(?:different|another|other|new) thing\b|"
    r"\b(?:(?:different|another|other|separate|unrelated|next|new) "
    r"(?:matter|topic|question|subject)|new patient|something (?:else|different)|moving on|"
    r"(?:chang|switch)(?:e|ing)? (?:the |of )?(?:topic|subject)s?|"
    r"do (?:we|you) have (?:any|some)\w*|"
    r"(?:is|are) there (?:an?|any)\b[^.?]{0,30}\b(?:reports?|cases?|papers?|trials?)|"
    r"which (?:\w+ )?(?:reports?|papers?|studies|publications)|has any(?:one|body)|"
    r"in the literature|"
    r"(?:paper|report|series|cohort|study|article) (?:of|on|about|from|by|with)|"
    r"define)\b",
    re.IGNORECASE,
)
# 'How much of the IVIG?' is of the one that was spoken of, 'the IVIG trial' another subject.
_HEADS = re.compile(
    r"\s*[-\w]*\s*(?:trials?|stud(?:y|ies)|papers?|reports?|series|cohort|patients?|pts?|cases?|group|"
    r"arm|review|guy|lady|wom[ae]n|m[ae]n|girls?|boys?|child(?:ren)?|kids?|one|users?|responders)\b",
    re.IGNORECASE,
)
# A question that begins with its pronoun: 'did she have DM before?', 'how long had he had it?'.
_OF_SOMEBODY = re.compile(
    r"^\W*(?:[\w'\u2019]+ ){1,4}?(?:he|she|her|his|him)\b(?! (?:who|with)\b)", re.IGNORECASE
)
# One that says first of whom it is: 'Now the rituximab man from Oslo, did he react?'.
_SETS_OUT = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|now|so|and|then|but)\W+)*(?:the|that|an?) (?:[\w-]+ ){2,8}?[\w-]+[,:;] "
    r"(?:did|does|do|was|were|is|are|has|had|how|what|when|why|which|where|any)\b",
    re.IGNORECASE,
)
DISEASE = "dermatomyositis"
"""What all is about here; to name it names no subject."""
_SHORT = 5  # words


@dataclass(frozen=True, slots=True)
class Told:
    """What the report of the last answer speaks of: names of concepts, and its patients' ages.

    `names` has with each concept the wider ones that it is a kind of. `patients` is how many the
    report describes singly, None when nothing is known of it; `persons` are the sexes of those of
    whom it speaks, `words` the beginnings of its words (`rag.conversation.someone_else.prefixes`).
    """

    names: frozenset[str] = frozenset()
    ages: frozenset[int] = frozenset()
    patients: int | None = None
    persons: frozenset[Sex] = frozenset()
    words: frozenset[str] = frozenset()


NOTHING_TOLD = Told()


def is_follow_up(question: str, told: Told) -> bool:
    """Whether a question is about what the conversation is about.

    One that names its own subject is none, whatever word it opens with; one that names nothing is,
    and so is one that names only what the last report speaks of.
    """
    mentions = lexicon().find(question, typos=True)
    found = [m.concept for m in mentions]
    names = {c.name for c in found if c.kind in ("drug", "antibody", "subtype")} - {DISEASE}
    findings = {c.name for c in found if c.kind in ("sign", "laboratory")}
    # 'Is there another report of that kind?' names nothing that it could be about.
    if _TURNS.search(question) and (names or findings or not OTHER.search(question)):
        return False
    age = told_by_age(question).age
    if age is not None and age not in told.ages:
        return False
    # In the middle of a talk nobody says what disease it is about.
    # But 'how long had he had DM?' says of whom.
    goes_on = _GOES_ON.search(question) or _OF_SOMEBODY.search(question)
    if DISEASE in {c.name for c in found} and not goes_on:
        return False
    if names - told.names and told.names and _SETS_OUT.search(question):
        return False
    if (names or findings) and names | findings <= told.names:
        return True
    # A sign alone ('side effects?') may be asked of anybody; with a drug it names a subject.
    if age is None and (len(names) >= 2 or (names and findings)):
        return False
    if age is None and not findings and any(_is_the_one(question, m) for m in mentions):
        return True
    points = _OPENS.search(question) or _POINTS.search(question)
    if points or described(question).number is not None or age is not None:
        return True
    if not names and _POINTS_UNLESS_NAMED.search(question):
        return True
    return not names and (not findings or len(question.split()) <= _SHORT)


def _is_the_one(question: str, mention: Mention) -> bool:
    """Whether a drug is 'the' drug, which has been spoken of."""
    before, behind = question[: mention.start].lower(), question[mention.end :]
    return (
        mention.concept.kind == "drug"
        and re.search(r"\bthe $", before) is not None
        and not _HEADS.match(behind)
    )

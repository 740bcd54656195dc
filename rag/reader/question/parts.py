"""A question that asks two things → these, each as it would be asked alone.

'Did she have ILD, and did it progress?' is read as one question by neither vectors nor networks:
one sentence seldom answers both, and the half that the report does not give makes all of it look
unanswered.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.reader.question.ask import asked_before, only_points
from rag.reader.words import stems

MOST = 3
"""Parts that are asked; who asks more things at once gets the first."""

_QUESTION_WORD = r"(?:what|which|how|why|when|where|who|whom|whose)(?:['’]?s)?\b"
_VERB = r"(?:was|were|is|are|has|have|had|will|would)"
# 'And was it severe' asks; 'and was withdrawn', 'and is associated with' go on with a statement.
_SOMETHING = r"(?:he|she|it|they|there|the|this|that|these|those|any\w*|some\w*|his|her|its|their|all|both|either|you|one)\b"
_ASKS = (
    rf"(?:(?:for|after|in|to|at|on|with|by|from|until|since) )?{_QUESTION_WORD}|(?:did|does|do|could|can)\b(?! not\b)|"
    rf"{_VERB} {_SOMETHING}|any \w+"
)
_IF_SO = r"(?:(?:also|then|if so|if yes|if not|so|pls|please)\b,? *)?"
_SENTENCE = re.compile(r"(?<=\?)\s+")
_JOINT = re.compile(
    rf"(?:[,;]? (?:and|but|plus) |[,;]? ?[&+] ?){_IF_SO}(?={_ASKS})|"
    rf"[,;] (?=how (?:many|long|much|soon|often|fast|old|quick\w*)\b|(?:what|when|why|where|how|who) (?:did|does|do|{_VERB})\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^(?:(?:and|but|or|so|also|then|if so|if yes|if not)\b,? *)+", re.IGNORECASE)
# Behind the words that say of whom: 'MMF: how long', 'after ritux, did', 'rash on enbrel - did'.
_BEGINS = re.compile(
    rf"^(?:pls |please )?(?:{_ASKS}|{_VERB}\b)|[:,;.–-] ?{_IF_SO}(?:and |but )?(?:{_ASKS})|"
    r"\b(?:any (?:good|use|benefit|help)|worth (?:it|while|trying)|safe|ok(?:ay)?|effective|useful|helpful|bad sign)$",
    re.IGNORECASE,
)
# 'Prednisone dose in the man …', 'CK?': what is asked without a question word.
_TERSE = re.compile(
    r"(?:^|[:,;.–-] )(?:(?!the |with |after |in |on |of )[\w'’/-]+ ){0,3}?(?:dos(?:e|es|age|ing)|duration|outcome|response|age|sex|level|titre|mortality|survival|prognosis|"
    r"side[- ]effects?|cause|frequency|prevalence|risk|histology|biopsy|antibod(?:y|ies)|treatment|definition|mechanism|time to|[mg]?g/kg|mg|CK|CPK|LDH|ferritin)\b",
    re.IGNORECASE,
)
# 'When it aggravates the rash, how soon?', 'what about the children, how many?' say of what.
_SETTING = re.compile(
    rf"(?:^|[.;:] )(?:(?:when|while|where|once|after|if|as) (?!did\b|does\b|do\b|could\b|can\b|{_VERB}\b)[^?]*|(?:what|how) about\b[^?]*)$",
    re.IGNORECASE,
)
# One question after all: which is better, who of all patients, 'which steroid, and how much, was …'.
_ONE = re.compile(
    r"\b(?:versus|vs|compar\w+|differ\w*|better|respectively|(?:in )?which not|which (?:patients|cases|reports|ones))\b|"
    r", and how (?:much|many|long|often), ",
    re.IGNORECASE,
)


def parts(question: str) -> tuple[str, ...]:
    """The parts of a question, as it words them; none where it asks one thing.

    What stands before the first of them ('MMF for the rash: how long …') stays with that. A
    question that compares is one.
    """
    text = " ".join(question.split())
    if _ONE.search(text):
        return ()
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        for piece in (_GOES_ON.sub("", one).strip(" ,;?.!–-") for one in _JOINT.split(sentence)):
            if not piece:
                continue
            if found and not _asks(found[-1]):
                found[-1] = f"{found[-1]}, {piece}"  # it only said of whom
            else:
                found.append(piece)
    if len(found) > 1 and not (_asks(found[-1]) or text.endswith("?")):
        return ()  # what stands behind a question explains it
    asked = tuple(found[:MOST])
    if len(asked) < 2 or any(only_points(part) or not stems(part) for part in asked):
        return ()
    return asked


def in_context(asked: tuple[str, ...], query: str) -> list[str]:
    """Each part as the question of a conversation, in which the first one came before the others.

    `query` is the whole question with the conversation before it, as `rag.conversation.resolve` words it.
    """
    opened = query.partition(_ABOUT)[2].rstrip(")") if asked_before(query) else ""
    first, *others = asked
    about = f"{opened.split('; ')[0]}; {first}" if opened else first
    return [
        f"{first}?{f'{_ABOUT}{opened})' if opened else ''}",
        *(f"{part}?{_ABOUT}{about})" for part in others),
    ]


_ABOUT = " (about: "


def _asks(part: str) -> bool:
    return not _SETTING.search(part) and bool(_BEGINS.search(part) or _TERSE.search(part))

"""'Why …?' + the sentence likeliest to answer → whether it gives a reason at all.

The sentence nearest to a question for a reason often tells what was done and not why, and nothing
else that silence is told by sees the difference: of 312 validation questions of the kind (138
answered, the rest unanswerable or on a false premise) the probability that the reports answer told
the two apart with an AUROC of .55; with this beside it .73.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.reader.asked import asked

# By form, and by the words in which the evidence of train questions for a reason gives it.
_GIVES = re.compile(
    r"\b(?:because|due to|owing to|on account of|since|as (?:she|he|it|the|they|her|his)|so (?:that|as|the|she|he)|"
    r"therefore|hence|reason\w*|explain\w*|caus\w*|mechanism|led to|lead\w* to|given (?:the|that|her|his)|in view of|"
    r"secondary to|result(?:s|ed)? (?:of|from|in)|aris(?:es?|ing)|arose|trigger\w*|provok\w*|induc\w*|depend\w* on|rests? on|"
    r"to (?:avoid|prevent|reduce|spare|limit)|for (?:fear|lack|want)|fear\w*|risk of|declin\w*|refus\w*|stopped|withdrawn|"
    r"contraindicat\w*|intoler\w*|not (?:possible|tolerated|available)|unable|could not|cannot|lack\w*|deficien\w*|limit\w*|"
    r"thought to|suppos\w*|propos\w*|hypothes\w*|believ\w*|regard\w*|consider\w*|suggest\w*|attribut\w*|ascrib\w*|suspect\w*|"
    r"inhibit\w*|block\w*|bind\w*|target\w*|through)\b",
    re.IGNORECASE,
)


def reason_told(question: str, sentence: str) -> float:
    """1 where a question for a reason meets a sentence that gives one, -1 where it does not.

    0 where no reason is asked for.
    """
    if "reason" not in asked(question):
        return 0.0
    return 1.0 if _GIVES.search(sentence) else -1.0

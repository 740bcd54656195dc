"""Question → whether it asks for what Casebook never does: advise, work out a dose, write a text.

Answers say what was given to whom; what is to be done is for the reader to decide.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

_DEED = r"(?:give|start|use|prescribe|treat|dose|increase|raise|lower|stop|switch|add|take|try|choose|do|taper|reduce|inject|combine|avoid|order|continue|skip|miss|quit|drop|halve|double|wean|discontinue|cut|leave|forgo|manage without|come off|go off)"
# Somebody of the user's own: what is asked about them is asked for them.
_OWN = (
    r"(?:my|our) (?:\w+[- ]){0,3}?(?:patients?|pts?|mother|mum|mom|father|dad|child|kid|son|"
    r"daughter|wife|husband|partner|niece|nephew|sister|brother|parents?|friend|doctor)"
)
_WEIGHT = r"\b\d+(?:[.,]\d+)?\s*-?(?:kg|kgs|kilos?|kilograms?|lbs?|pounds?)\b"
_HOW_MANY = r"how many (?:mg|g|gr?ams?|milligrams?|ml|millilit(?:er|re)s?|vials?|ampoules?|bottles?|tablets?|pills?|capsules?|units?)"
_ADVICE = re.compile(
    # 'should I start', 'would you take her off', 'can we stop', 'do I need'
    rf"\b(?:should|shall|could|can|may|must|do|would|might)\s+(?:i|we|you|my|our)\s+(?:\w+\s+){{0,3}}?{_DEED}\b|"
    rf"\b(?:should|shall|must|ought|may|can)\s+(?:i|we|she|he|they|(?:her|his|their|my|our)\s+\w+|{_OWN})\s+"
    r"(?:\w+\s+){0,3}?(?:go|get|have|be|wait|see|stay|come|receive|need|keep|eat|exercise|work|travel|"
    rf"drink|lift|{_DEED})\b|"
    r"\b(?:do|should|must) (?:i|we) (?:\w+ ){0,2}?(?:need|have to)\b|"
    r"\bis (?:it|this|that|[\w-]+) (?:\w+ ){0,2}?(?:safe|ok|okay|fine|dangerous|all right|alright|wise|worth)\b[^.?!]{0,40}\b(?:me|my|our|i|we)\b|"
    r"\bwhat (?:would|do|should) you (?:\w+ )?(?:do|give|recommend|suggest|advise|use|choose|prescribe|think)\b|"
    r"\b(?:recommend|advise|prescribe|suggest)\b[^.?!]{0,40}\b(?:me|us|my|our)\b|"
    # 'give me a taper schedule', 'dose for my patient'
    r"\b(?:give|write|make|tell|send|draw up)\s+(?:me|us|up)?\s*(?:a|an|the|my)?\s*(?:\w+\s+){0,2}?"
    r"(?:taper|schedule|plan|prescription|regimen|protocol)\b|"
    rf"\b(?:what|which|how much|how many|dose|mg)\b[^.?!]{{0,60}}\b(?:for|to|give|in) (?:{_OWN}|this pt)\b|"
    r"\bwhat(?:'s| is| would be) the (?:best|right|correct|recommended) (?:dose|treatment|drug|therapy)\b|"
    # 'how many grams will she need', 'how much must I take'
    r"\bhow (?:much|many|often)\b[^.?!]{0,40}\b(?:will|would|should|must|shall|can|may|do|does|to) "
    rf"(?:(?:i|we|you|she|he|they|{_OWN}) )?(?:need|have to|take|get|be given|receive|inject|give)\b(?![^.?!]*\b(?:did|was|were|in the)\b)|"
    # a body weight is given to have a dose worked out
    rf"{_WEIGHT}(?!\s*/)[^.]*\b(?:dos\w*|mg|ml|how much|total|units?|{_HOW_MANY})\b|"
    rf"\b(?:dos\w*|how much|total mg|{_HOW_MANY})\b[^.]*{_WEIGHT}|"
    # 'ALT up: stop it or halve it?', 'add MTX or switch to MMF?'
    rf"(?:^|[.;:!?,–-]\s+)(?:so |just |then )?{_DEED}(?: [\w/-]+){{0,3}} or (?:just |to )?{_DEED}\b[^.?!]*\?|"
    r"\bcalc(?:ulate|s)?\b",
    re.IGNORECASE,
)


# '… what should she be checked for, say the authors?' asks what a report says.
_ON_A_SOURCE = re.compile(
    r"\b(?:authors?|writers?|according to|(?:the|this) (?:\w+[- ]){0,3}(?:papers?|reports?|stud(?:y|ies)|"
    r"articles?|series|trial|cohort|guidelines?|recommendations)|(?:at or )?(?:over|under|above|below) \d+ ?kg)\b",
    re.IGNORECASE,
)

_TEXT_WANTED = re.compile(
    r"\b(?:write|compose|draft|make up|invent|sing|draw|paint|generate|tell)\b (?:\w+ ){0,5}?"
    r"(?:poems?|verses?|songs?|lyrics|jokes?|riddles?|limericks?|fairy tales?|novels?|e-?mails?|"
    r"cover letters?|speech|essays?|homework|code|scripts?|programs?|functions?|pictures?|recipes?)\b",
    re.IGNORECASE,
)


_DEED_WANTED = re.compile(
    r"\b(?:can|could|would|will) (?:you|u) (?:please |pls |also |just )?(?:book|schedule|call|phone|ring|"
    r"remind|order|buy|cancel|pay|arrange|reserve|e-?mail|text|message|refer|set up|make (?:me )?an "
    r"appointment|print|translate)\b|"
    r"^\s*(?:please |pls )?(?:book|remind|call|order|buy|cancel|reserve|e-?mail) (?:me|us|my|our|an?|the)\b",
    re.IGNORECASE,
)


def asks_for_advice(question: str) -> bool:
    """Whether the user wants to be told what to do, which Casebook never does."""
    return bool(_ADVICE.search(question)) and not _ON_A_SOURCE.search(question)


def asks_for_a_text(question: str) -> bool:
    """Whether something is to be written, drawn, told or done that no report can hold."""
    return bool(_TEXT_WANTED.search(question) or _DEED_WANTED.search(question))

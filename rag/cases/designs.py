"""'Is there any RCT?', 'which trials of tofacitinib?' → the kind of study that is asked for."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.lexicon import lexicon
from rag.schema import ArticleType


@dataclass(frozen=True, slots=True)
class Design:
    """A kind of study: its name, the types of reports that it may be, what its own words must say."""

    one: str
    many: str
    types: tuple[ArticleType, ...]
    proof: re.Pattern[str] | None = None


_RANDOMISED = re.compile(
    r"(?<!non-)(?<!non)(?<!not )(?<!without )\brandomi[sz](?:ed|ation|ly)\b", re.IGNORECASE
)
_CONTROLLED = re.compile(
    rf"{_RANDOMISED.pattern}|(?<!no )(?<!without )\bplacebo\b|(?<!un)(?<!not )\bcontrolled\b", re.I
)
_TRIAL = r"(?:clinical )?(?:trials?|stud(?:y|ies))"
_BLIND = r"(?:(?:double|single)[- ]blind(?:ed)?,? |placebo[- ]controlled,? |controlled,? |clinical |prospective )*"
# The first that a question's words match.
_DESIGNS: tuple[tuple[str, Design], ...] = (
    (
        rf"rcts?|randomi[sz]ed,? {_BLIND}{_TRIAL}|randomi[sz]ed (?:data|evidence)",
        Design("randomised trial", "randomised trials", ("trial",), _RANDOMISED),
    ),
    (
        rf"(?:placebo[- ])?controlled {_TRIAL}|{_BLIND}placebo[- ]controlled {_TRIAL}|{_BLIND}blind(?:ed)? {_TRIAL}",
        Design("controlled trial", "controlled trials", ("trial",), _CONTROLLED),
    ),
    (
        r"(?:prospective |open[- ]label |phase (?:\w+ ))?(?:clinical )?trials?",
        Design("trial", "trials", ("trial",)),
    ),
    (r"case series", Design("case series", "case series", ("case series",))),
    (r"case reports?", Design("case report", "case reports", ("case report",))),
    (
        r"(?:retrospective|cohort|observational) (?:stud(?:y|ies)|reviews?|series)|cohorts?",
        Design("retrospective study", "retrospective studies", ("retrospective review",)),
    ),
    (
        r"(?:systematic |literature |narrative )?reviews?(?: articles?)?",
        Design("review", "reviews", ("review",)),
    ),
)
_FIRST = (
    r"(?:(?:is|are|was|were) there (?:any |an? |some |published |such )*|(?:do|have) (?:you|we) (?:have |got |know (?:of )?)*(?:any |an? )?|"
    r"any |how many (?:of (?:the|these|those) )?(?:reports|papers|studies|articles)? ?(?:are |is )?|how many |"
    r"(?:which|what|list|name|show)(?: (?:me|of))?(?: (?:the|these|those|all))*(?: (?:reports|papers|studies|articles))?(?: (?:are|is|were))? ?(?:an? |the )?)"
)
_LAST = (
    r"(?: (?:are |is )?(?:there|included|available|here|in (?:the|this|your) (?:library|corpus|collection|reports)|"
    r"(?:have|has) been (?:done|published|reported)|do you have|exist|published|reported|done))*\s*[?.!]*$"
)
_ABOUT = r"(?: (?:of|on|about|for|with|in|comparing|testing) (?P<about>[^?]+?))?"
_ASKED = tuple(
    (re.compile(rf"^(?:and |so |but )?{_FIRST}(?:{words}){_ABOUT}{_LAST}", re.IGNORECASE), design)
    for words, design in _DESIGNS
)
# 'Clinical trials', 'tofacitinib RCTs', and nothing else: as in a search box.
_NAMED = tuple(
    (
        re.compile(
            rf"^(?:(?P<before>[^?:,]+?) )??(?=[\w -]*?s\b)(?:{words}){_ABOUT}\s*[?.!]*$",
            re.IGNORECASE,
        ),
        design,
    )
    for words, design in _DESIGNS
    if design.types == ("trial",)
)
_NOTHING = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "in",
        "for",
        "with",
        "on",
        "treatment",
        "therapy",
        "use",
        "patients",
        "dm",
    ]
)


_ONE_TRIAL = re.compile(r"\b(?:trial|study)\b(?!s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DesignAsked:
    """The kind of study that is asked for, and the names of what it must be about."""

    design: Design
    about: tuple[str, ...] = ()


def design_asked(question: str) -> DesignAsked | None:
    """The kind of study of which a question asks whether, which or how many there are; else None."""
    text = " ".join(question.split())
    for pattern, design in _ASKED:
        if found := pattern.match(text):
            about = _concepts(found["about"] or "")
            return None if about is None else DesignAsked(design, about)
    for pattern, design in _NAMED:
        if (found := pattern.match(text)) and not _ONE_TRIAL.search(text):
            about = _concepts(f"{found['before'] or ''} {found['about'] or ''}")
            return None if about is None else DesignAsked(design, about)
    return None


def _concepts(words: str) -> tuple[str, ...] | None:
    """The concepts that words name, the disease left out; None where they say anything else."""
    rest = words
    names = []
    for mention in reversed(lexicon().find(words, typos=True)):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
        if mention.concept.kind != "shorthand" and mention.concept.name != "dermatomyositis":
            names.append(mention.concept.name)
    left = set(re.findall(r"\w+", rest.lower())) - _NOTHING
    return None if left else tuple(reversed(names))

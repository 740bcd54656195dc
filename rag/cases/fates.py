"""What became of patients, in the words of a question: responses, deaths, relapses, harm."""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.condition import Condition
from rag.cases.wish import IMPROVED, Wish

_HEAL = r"(?:respon[ds]\w*|remi(?:ssion|t\w*)|recover\w*|resol\w+|clear\w*|heal\w*|cure\w*)"
_NOT = r"(?:did not|didn't|do not|does not|don't|had not|hadn't|has not|failed to|no|not|never|without(?: a| any)?)"
# The first pattern that fits a place counts: 'did not respond' before 'respond'.
_RESPONSES = tuple((said, values, re.compile(pattern, re.IGNORECASE)) for said, values, pattern in (
    (
        "no response",
        ("none", "worsened"),
        rf"\b{_NOT}\s+(?:(?:any|really|much|get|become|feel|do)\s+)*(?:respon[ds]\w*|improve\w*|benefit\w*|better|well)\b"
        rf"|\bnon-?respon\w+|\b(?:were|was|are)(?: not|n't) helped(?: by)?|\bin vain\b|\bwithout (?:any )?(?:success|effect)\b"
        r"|\bto no (?:avail|effect)\b|\bunresponsive to (?:all|every|any)(?:thing)?(?: treatments?| therap(?:y|ies))?\b"
        r"|\b(?:nothing|no (?:treatment|drug|therapy)) (?:helped|worked)(?: for)?\b|\b(?:was|were|is|proved) (?:no good|of no use|no use|no help|useless)\b"
        r"|\b(?:made no difference|did nothing|had no (?:luck|effect|success)|without (?:any )?luck|drew a blank|got nowhere)\b",
    ),
    (
        "died",
        ("died",),
        r"\bdied\b|\bdie\b|\bdeaths?\b|\bfatal(?:ly|ities|ity)?(?: (?:outcome|course|end)s?)?\b|\bdead\b|\bdeceased\b|\bdying\b"
        r"|\b(?:did not|didn't|do not|failed to) (?:survive|make it|live)\b|\bpassed away\b|\blethal(?:ly)?\b|\bmortality\b"
        r"|\b(?:lost|losing) (?:their|the|a) li(?:fe|ves)\b|\bsuccumbed\b|\bperished\b|\b(?:was|were|got) killed\b|\bdemise\b|\b(?:did not|didn't) pull through\b",
    ),
    (
        "worsened",
        ("worsened",),
        r"\bworsen\w*|\bdeteriorat\w*|\b(?:got|get|became|become|grew|felt|feel|(?:made|makes|make) (?:things|it|them|matters|her|him)) (?:even )?(?:worse|sicker)\b|\b(?:went|go) downhill\b|\bturn(?:ed)? for the worse\b|\bwent south\b",
    ),
    (
        "complete response",
        ("complete",),
        rf"\b(?:complete(?:ly)?|full(?:y)?|total(?:ly)?)\s+{_HEAL}|\b{_HEAL}\s+(?:completely|fully|totally|entirely)"
        r"|\b(?:in(?:to)? |(?:a )?drug-free )?remission\b|\bcured?\b|\bcomplete responders?\b|\bback to normal\b|\bsymptom-free\b|\bdisease-free\b|\beverything (?:had |has |was |is )?(?:clear\w*(?: up)?(?: completely| entirely| fully)?|gone|resolved|healed|normal\w*)\b"
        rf"|\b(?:clear(?:ed|s|ing)?|heal(?:ed|s|ing)?) up (?:completely|fully|totally|entirely)|\b(?:completely|fully|entirely|perfectly) (?:well|better|fine|normal|free|ok(?:ay)?)\b|\bas good as new\b|\bfree of (?:the )?(?:disease|symptoms|illness)\b|\ball clear\b",
    ),
    (
        "partial response",
        ("partial",),
        rf"\b(?:partial(?:ly)?|incomplete(?:ly)?)\s+(?:{_HEAL}|improve\w*)|\b(?:{_HEAL}|improve\w*)\s+(?:partially|in part|incompletely)\b|\b(?:a (?:bit|little)|somewhat|only slightly|slightly) better\b|\bsome improvement\b|\bpartial responders?\b",
    ),
    (
        "response (complete or partial)",
        IMPROVED,
        r"\brespon[ds]\w*\b|\bimprov\w*\b|\bbenefit(?:t?ed|s|ing)?\b|\b(?:got|get|getting|became|felt|feel|did|do) (?:much |any )?(?:better|well)\b"
        r"|\brecover(?:ed|y|ing|s)?\b|\b(?:success(?:es|ful(?:ly)?)?)\b|\bhelped\b|\bworked (?:for|in)\b|\bwork for\b|\beffective in\b|\b(?:healed|resolved|cleared(?: up)?|remitted|subsided|went away|disappeared|abated)\b(?! (?:completely|fully|totally|entirely))|\b(?:(?:was|were) enough|sufficed?)\b"
        r"|\b(?:learn(?:ed|t)? to|could|able to|can) (?:swallow|walk|eat|drink|climb|speak|stand|work|breathe) (?:\w+ )?again\b|\b(?:swallow|walk|eat|drink|climb)(?:s|ed|ing)? again\b",
    ),
))  # fmt: skip
# Who is known to have fared otherwise; of whom nothing is reported is not counted with them.
_SURVIVED = re.compile(
    r"\b(?:survived|survivors?|(?:are|were|was|still|stayed|kept) alive|pulled through|made it(?! (?:worse|better|to))|"
    r"(?:did not|didn't|have not|has not|not) die(?:d)?)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:did not|didn't|does not|do not|don't|has not|have not|had not|hadn't|never|not|without)\s+"
    r"(?:(?:yet|ever|reach|achieve|have|had|go|get|enter|become|be|been|into|in|a|any)\s+)*$",
    re.IGNORECASE,
)
_RELAPSE = re.compile(
    r"\b(?:relaps\w+|recurr?e\w*|recurrences?|flar(?:ed|es|ing)(?: up)?|(?:a|another|any) flare|flare[- ]?ups?|came back|come back)\b|"
    r"\b(?:disease|dermatomyositis|DM|rash|myositis|symptoms|illness) (?:then |later |always )?"
    r"(?:returned|reappeared|resurfaced)\b",
    re.IGNORECASE,
)
_ADVERSE = re.compile(
    r"\bAEs?\b|\b(?i:adverse (?:events?|effects?|reactions?)|side[- ]effects?|complications?|"
    r"toxicit(?:y|ies)|(?:un(?:wanted|toward)|bad|ill) (?:effects?|reactions?)|harm(?:s|ed)?|"
    r"reacted badly|bad(?:ly)? reactions?|(?:made|fell|became|got) (?:ill|sick|unwell) (?:from|on|with|by)|intoleran(?:ce|t)(?! (?:to|of))|(?:did not|didn't|could not|couldn't|cannot|can't|were unable to|was unable to) (?:tolerate|(?:stand|bear|stomach|take)(?= (?:it|them|the (?:drug|tablets|treatment)|this)\b))|(?:was|were|is|are) (?:not|badly|poorly|ill) tolerated|(?:not|badly|poorly) tolerated)\b"
)
# 'Who tolerated IVIG badly?': the drug stands between the two words.
_BADLY = re.compile(
    r"\b(?P<bore>tolerat\w+|took|stood|bore|handled|coped with)\b[^,;.?]{2,40}?\b(?P<badly>badly|poorly|not at all)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:no|not|without|never|free of|did not|didn't)(?:\s+\w+)?\s+$|\bno further $",
    re.IGNORECASE,
)


def fates(question: str) -> Iterator[Condition]:
    """Responses, adverse events and relapses that a question names, in the order of their kinds."""
    for match in _SURVIVED.finditer(question):
        wish = Wish("response", "no death reported", ("died",), absent=True)
        yield Condition(*match.span(), wish, "response")
    for said, values, pattern in _RESPONSES:
        for match in pattern.finditer(question):
            denied = _DENIED.search(question[: match.start()])
            start = denied.start() if denied else match.start()
            wish = Wish(
                "response",
                f"an outcome other than {said}" if denied else said,
                values,
                bool(denied),
            )
            yield Condition(start, match.end(), wish, "response")
    for match in _ADVERSE.finditer(question):
        value = "none" if _NO.search(question[: match.start()]) else "any"
        said = "no adverse event" if value == "none" else "an adverse event"
        yield Condition(*match.span(), Wish("adverse", said, (value,)), "adverse")
    for match in _BADLY.finditer(question):
        wish = Wish("adverse", "an adverse event", ("any",))
        yield Condition(*match.span("bore"), wish, "adverse")
        yield Condition(*match.span("badly"), wish, "adverse")
    for match in _RELAPSE.finditer(question):
        value = "no" if _NO.search(question[: match.start()]) else "yes"
        said = "no relapse" if value == "no" else "a relapse"
        yield Condition(*match.span(), Wish("relapse", said, (value,)), "relapse")

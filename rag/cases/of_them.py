"""'How many died?', 'which of them had ILD?', after a question about all patients → asked of those.

The records keep no conversation: the question that follows is worded anew, with the conditions of
the one before it, so that whoever reads the answer sees of whom it is.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cases.asking import Asked, asked_of_records
from rag.cases.kinds import kinds_asked
from rag.cases.wish import Wish
from rag.lexicon import lexicon
from rag.schema import Turn
from rag.topics.topic import topic_of

_SUBJECTS = ("treatment", "prior", "drug", "antibody", "subtype")
_OPENS = r"^(?:and |so |but |ok(?:ay)?,? |then |of (?:them|these|those),? |among (?:them|these|those),? )*"
_THEM = r"(?:(?:of|among|amongst|in|from) (?:them|these|those|the(?:se)? (?:patients|people|cases)|this group)|(?:the(?:se)? |those )?(?:patients|people|persons|cases|ones))"
_OUTCOMES = ("response", "adverse", "relapse")
_OF_THEM = re.compile(
    r"\b(?:of|among|amongst|in|from) (?:them|these|those)\b|\bthese patients\b", re.IGNORECASE
)
_REFERS = re.compile(
    r"\b(?:of|among|amongst|in|from) (?:them|these|those)\b|\bthey\b|\bthem\b", re.IGNORECASE
)
_OVERALL = re.compile(
    r"\b(?:all|overall|altogether|in total|library|every|whole|any report)\b", re.IGNORECASE
)
_END = r"[\s?.!]*$"
_HOW_MANY = re.compile(
    rf"{_OPENS}how many(?: {_THEM})?(?: (?:have|has))? (?P<did>\w[^?]*?){_END}", re.IGNORECASE
)
_WHICH = re.compile(
    rf"{_OPENS}(?:which|who)(?: (?:{_THEM}|all))?(?: (?:have|has))? (?P<did>(?:was|were|had|got|did|died|relapsed|responded|improved|recovered|developed|suffered|received|took|failed|needed|worsened|flared)\b[^?]*?){_END}",
    re.IGNORECASE,
)
_DID_ANY = re.compile(
    rf"{_OPENS}(?P<be>did|do|was|were|has|have|had) (?:any(?:one|body)?|some|one)(?: {_THEM})? (?P<did>\w[^?]*?){_END}",
    re.IGNORECASE,
)
_KINDS = re.compile(
    rf"{_OPENS}(?:which|what)(?: (?:kinds?|types?|sorts?) of)? (?P<what>[\w-]+s)(?: were (?:they|these|those|there)| did they have)?{_END}",
    re.IGNORECASE,
)
_ANY = re.compile(
    rf"{_OPENS}(?:(?:were|are|was) there )?any (?P<what>[\w' -]+?)(?: {_THEM})?{_END}",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    rf"{_OPENS}(?:(?:what|which (?:drugs?|treatments?|therap(?:y|ies)|medications?))(?: treatments?| drugs?)? (?:were|did|have|had) (?:they|these|those)(?: patients)?(?: all)?(?: been)? (?:given|get|got|receive|received|take|taken|treated with|have|on)|how were (?:they|these|those)(?: patients)? treated|(?:their |which |what )?(?:treatments?|therap(?:y|ies))|(?:which|what)(?: (?:of (?:them|these|those)|one|drug|treatment))? (?:works?|worked|helps?|helped|did|was|is) (?:the )?(?:best|better|most(?: effective)?)){_END}",
    re.IGNORECASE,
)
_FARED = re.compile(
    rf"{_OPENS}(?:how did (?:they|these|those)(?: patients)?(?: all)? (?:do|fare|respond|go)|what (?:happened to|became of) (?:them|these|those)(?: all| patients)?|what (?:was|were) (?:their |the )?(?:outcomes?|responses?)|did (?:they|these|those)(?: patients)?(?: all)? (?:respond|improve|get better|recover|do well)|(?:their |the )?(?:outcomes?|responses?|results?)){_END}",
    re.IGNORECASE,
)
_ANTIBODIES = re.compile(
    rf"{_OPENS}(?:(?:which|what) )?(?:auto-?)?antibod(?:y|ies)(?: did (?:they|these|those)(?: patients)? have| were (?:found|positive))?{_END}",
    re.IGNORECASE,
)
# Each line of a list says how old somebody is.
_AGES = re.compile(
    rf"{_OPENS}(?:how old (?:were|are) (?:they|these|those)(?: patients)?|(?:what (?:are|were) )?(?:their |the )?ages(?: of (?:them|these|those)(?: patients)?)?|who (?:were|are) (?:they|these|those)){_END}",
    re.IGNORECASE,
)
_PERSONS = {
    "women": "women", "females": "women", "female patients": "women", "men": "men", "males": "men",
    "male patients": "men", "children": "children", "kids": "children", "girls": "girls",
    "boys": "boys", "adults": "adults",
}  # fmt: skip
_DEATHS = re.compile(r"(?:deaths?|fatal(?:ities|ity)|died|dead)", re.IGNORECASE)
_RESPONSES = {
    ("died",): "died",
    ("complete", "partial"): "responded",
    ("complete",): "had a complete response",
    ("partial",): "had a partial response",
    ("none",): "had no response",
}


def asked_of_them(question: str, history: Sequence[Turn]) -> str:
    """The question with whom the one before it was about; '' where it is none about them."""
    if not history:
        return ""
    if _OVERALL.search(question):  # not of them alone
        return (
            question if asked_of_records(question) and asked_of_records(history[-1].query) else ""
        )
    every = bool(_OF_THEM.search(question) or _AGES.match(" ".join(question.split())))
    whom = _whom(history[-1].query, all_of_them=every)
    worded = _worded(" ".join(question.split()), whom) if whom else ""
    asked = asked_of_records(worded) if worded else None
    anew = _names_another(question, history[-1].query) and not _REFERS.search(question)
    return worded if asked is not None and not anew else ""


def _whom(query: str, *, all_of_them: bool) -> str:
    """'patients given tofacitinib with ILD': those of whom, or whom, a question asked; else ''.

    What became of them is no part of it, unless a question means `all_of_them` who were found: after
    'how many died?' 'any side effects?' is asked of the living, too.
    """
    asked = asked_of_records(query)
    wishes = (*asked.population, *asked.asked) if asked else _of_topic(query)
    if (asked and asked.extreme) or not wishes:
        return ""
    if asked and asked.kind == "compare":
        return ""
    noun, said = "patients", []
    for one in wishes:
        if one.key == "sex" or one.key == "age group":
            noun = _noun(one)
        elif one.key in _OUTCOMES and not all_of_them:
            continue
        elif words := _words(one, asked):
            said.append(words)
    return " ".join([noun, *said]) if noun and (said or noun != "patients") else ""


def _of_topic(query: str) -> tuple[Wish, ...]:
    """What a question that only names something says of patients."""
    topic = topic_of(query)
    found = []
    for item in topic.items if topic else ():
        concept = lexicon().concept(item.said)
        if concept is None:
            return ()
        values = (concept.name.lower(),)
        if concept.kind == "drug":
            found.append(Wish("treatment", concept.name, values))
        else:
            found.append(Wish("feature", concept.name, values))
    return tuple(found)


def _noun(one: Wish) -> str:
    if one.key == "sex":
        return "women" if "female" in one.values else "men"
    return "children" if "child" in one.values else ""


def _words(one: Wish, asked: Asked | None) -> str:
    """A condition behind the noun, as questions say it; '' for one that no question can say."""
    if one.key in ("treatment", "drug"):
        return f"{'not ' * one.absent}given {one.said}"
    if one.key == "prior":
        return f"given {one.said} before"
    if one.key in ("feature", "antibody", "subtype"):
        return f"{'without' if one.absent else 'with'} {one.said}"
    if one.key == "response" and not one.absent:
        # How they responded was asked of all of them: the ones who did are not those meant.
        if asked and asked.kind == "responses":
            return ""
        return f"who {_RESPONSES[one.values]}" if one.values in _RESPONSES else ""
    return ""


def _worded(question: str, whom: str) -> str:
    """A question about 'them' with the words that say who they are; '' for any other one."""
    if _GIVEN.match(question):
        return f"Which treatments were given to {whom}?"
    if _FARED.match(question):
        return f"How did {whom} respond?"
    if _ANTIBODIES.match(question):
        return f"Which antibodies did {whom} have?"
    if _AGES.match(question):
        return f"Which {whom}?"
    if found := _HOW_MANY.match(question):
        return f"How many {whom} {found['did']}?"
    if found := _WHICH.match(question):
        return f"Which {whom} {found['did']}?"
    if found := _DID_ANY.match(question):
        be = "were " if found["be"].lower() in ("was", "were") else ""
        return f"Which {whom} {be}{_past(found['did'])}?"
    if found := _KINDS.match(question):
        return _kinds_of(found["what"], whom)
    if found := _ANY.match(question):
        return _any_of(found["what"].strip(), whom)
    return ""


def _kinds_of(what: str, whom: str) -> str:
    """'Which cancers?' of those who had cancer, or of others who had one."""
    turned_up = f"Which {what} turned up?"
    concept = kinds_asked(turned_up)
    if concept is None:
        return ""
    return turned_up if whom == f"patients with {concept.name}" else f"Which {whom} had {what}?"


def _any_of(what: str, whom: str) -> str:
    """'any women?', 'any deaths?', 'any side effects?' of them."""
    if noun := _PERSONS.get(what.lower()):
        return f"Which {noun} {whom.partition(' ')[2]}?" if " " in whom else ""
    if _DEATHS.fullmatch(what):
        return f"Which {whom} died?"
    return f"Which {whom} had {what}?"


_PAST = {"die": "died", "have": "had", "get": "got", "relapse": "relapsed", "respond": "responded",
         "improve": "improved", "develop": "developed", "receive": "received", "recover": "recovered",
         "flare": "relapsed", "worsen": "worsened", "suffer": "suffered", "need": "needed"}  # fmt: skip


def _past(did: str) -> str:
    """'die of it' → 'died of it'."""
    verb, blank, rest = did.partition(" ")
    return f"{_PAST.get(verb.lower(), verb)}{blank}{rest}"


def _names_another(question: str, before: str) -> bool:
    """Whether a question names a drug, an antibody or a form where the one before it did: 'and who
    on statins?', after TNF inhibitors, begins anew; 'which were given IVIg?', after ulcers, does not.
    """
    asked = asked_of_records(before)
    wishes = (*asked.population, *asked.asked) if asked else _of_topic(before)
    if not any(one.key in _SUBJECTS for one in wishes):
        return False
    named = lexicon().find(question, typos=True)
    return any(m.concept.kind in ("drug", "antibody", "subtype") for m in named)

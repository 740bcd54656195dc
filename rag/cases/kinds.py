"""'Which cancers turned up?', 'which biologics were used?' → the class, or the kind of thing.

Only where all patients are meant: 'which infections occurred on tofacitinib?' is read. What goes
with the disease ('which cancers are associated with DM?') the patients who had it tell best.
"""
# ruff: noqa: E501  (a pattern reads best on one line)

from __future__ import annotations

import re

from rag.cases.grouping import GroupKey
from rag.lexicon import Concept, lexicon
from rag.topics.topic import topic_of

_FEWEST = 3
"""Kinds that a class has at least, so that it is worth asking which."""
_OF_ALL = (
    r"(?: (?:in|among|across|with|to|for) (?:all |any |any of |all of )?(?:the |these |those |your |our )?(?:different )?"
    r"(?:(?:dm|dermatomyositis)\b ?)?(?:in (?:these|the|those) )?(?:patients?|people|cases|reports|papers|persons|library|literature)?(?: (?:with|who had|having) (?:dm|dermatomyositis))?(?: here| overall)?"
    r"| (?:overall|altogether|in total|so far|here))?"
)
_ASKS = re.compile(
    r"^(?:and |so )?(?:(?:which|what)(?: (?:kinds?|types?|sorts?) of)?|list (?:all )?(?:of )?(?:the )?|name (?:all )?the|all (?:of )?the)\s*"
    r"(?P<name>(?:[\w-]+ )??[\w-]+s)(?: (?:have|has|had|were|are|did|do|can))?(?: been| you| they| there)? ?"
    r"(?:(?:turn|show|c[ao]me|crop)(?:ed|s)? up|turned out|found|seen|reported|described|occur(?:red|s)?|happen(?:ed|s)?|develop(?:ed)?|diagnosed|discovered|detected|there|associated|linked|co-?occur|coexist(?:ed)?|accompan(?:y|ied)|go)"
    rf"{_OF_ALL}\s*(?:[?.!,;:–-]+\s*(?:(?:please |pls )?(?:list|name|give|show)(?: me)?(?: them| all| them all)?(?: please| pls)?)?)?[?.!\s]*$",
    re.IGNORECASE,
)


_GIVEN = re.compile(
    r"^(?:and |so )?(?:(?:which|what)(?: (?:kinds?|types?|sorts?|different) of)?|list (?:all )?(?:of )?(?:the )?|name (?:all )?the|all (?:of )?the|any)?\s*(?:other |different |kinds? of )?"
    r"(?P<name>(?:[\w-]+ ){0,2}?[\w-]+s)(?: (?:have|has|had|were|was|did|are))?(?: been| you| they| there)? ?(?:ever )?"
    rf"(?:used|tried|given|prescribed|taken|administered|employed|received)(?: (?:so far|at all))?{_OF_ALL}\s*[?.!\s]*$",
    re.IGNORECASE,
)
_TREATMENTS = re.compile(
    r"(?:drugs|treatments|medications|medicines|therapies|agents)", re.IGNORECASE
)
_ANTIBODIES = re.compile(
    r"(?:(?:myositis[- ])?specific )?(?:auto-?)?antibodies|msas", re.IGNORECASE
)


def kinds_asked(question: str) -> Concept | None:
    """The class of findings of which the kinds are asked for, over all patients; else None."""
    return _class_of("sign", _ASKS.match(" ".join(question.split())))


def drugs_asked(question: str) -> Concept | None:
    """The class of drugs of which it is asked which were given, over all patients; else None.

    'JAK inhibitors', and nothing else, asks for the same; of a class that may bring the disease
    on ('statins') treatments are not all that is wanted.
    """
    topic = topic_of(question)
    if topic and len(topic.items) == 1:
        concept = lexicon().concept(topic.items[0].said)
        wanted = concept is not None and concept.kind == "drug" and not _is_a_trigger(concept)
        return concept if concept and wanted and _has_kinds(concept) else None
    return _class_of("drug", _GIVEN.match(" ".join(question.split())))


def everything_asked(question: str) -> GroupKey | None:
    """'Which treatments were tried?', 'which antibodies were found?': of all patients; else None."""
    text = " ".join(question.split())
    if (found := _GIVEN.match(text)) and _TREATMENTS.fullmatch(found["name"]):
        return "treatment"
    if (found := _ASKS.match(text)) and _ANTIBODIES.fullmatch(found["name"]):
        return "antibody"
    return None


def _class_of(kind: str, found: re.Match[str] | None) -> Concept | None:
    """The class that the words name and nothing beside, if it has kinds."""
    concept = lexicon().named_alone(found["name"], kind) if found else None
    return concept if concept and _has_kinds(concept) else None


def _is_a_trigger(concept: Concept) -> bool:
    """Whether the lexicon knows a form of the disease that a class of drugs brings on."""
    forms = (lexicon().concept(f"{term}-induced dermatomyositis") for term in concept.terms)
    return any(form is not None and form.kind == "subtype" for form in forms)


def _has_kinds(concept: Concept) -> bool:
    return len(lexicon().narrower(concept.name)) >= _FEWEST

"""Words of documents → text that a prompt may hold: one JSON value on a line, between fences.

A document cannot close the fence: its tag is a hash of all that stands inside, its text has no line
ends, and what chat templates take for the mark of a speaker is broken. Invisible characters, which
can hide an order from the reader but not from the model, are left out.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence

# '<|im_start|>', '</s>', '<evidence', '<｜User｜>': a '<' before anything but a number or a blank.
_TAG = re.compile(r"<(?=[^\s\d=.,<>≤≥~≈-])")
_BRACKETED = re.compile(r"\[(?=/?[A-Z_]{3,}\])")

# Sentences of a document that speak to a machine. None of the shipped digests has one (tested); a
# case report has no reason to. They are not sent; the rest of the defence does not rest on this.
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|overrule)\b.{0,40}\b(?:instructions?|prompts?|"
    r"rules|guidelines|system|above|previous|prior|earlier|directives?|constraints|evidence)\b|"
    r"\b(?:system|developer|hidden|initial|secret)[ -]?(?:prompt|message|instructions?)\b|"
    r"\b(?:you are|act as|pretend|roleplay|behave|respond as)\b.{0,30}\b(?:assistant|ai|chatbot|"
    r"language model|dan|llm|jailbroken|unrestricted|developer mode|root)\b|"
    r"\bas an? (?:ai|language model|assistant|llm)\b|"
    r"\byour (?:answer|response|reply|output) (?:must|should|shall|has to|needs to)\b|"
    r"\b(?:evidence|context|prompt|document) (?:tags?|fences?|delimiters?)\b|"
    r"\"role\"\s*:\s*\"(?:system|assistant|user|developer|tool)\"|"
    r"<(?:start|end)_of_(?:turn|text)>|#{2,}\s*(?:instruction|response|system|user|assistant)s?\s*:|"
    r"^\W*(?:system|assistant|user|developer|human|ai)\s*[:>\]]|"
    r"\b(?:new|updated|real|true|following) (?:instructions?|orders|directives?|rules)\b|"
    r"\binstructions? (?:to|for) (?:the )?(?:ai|assistant|model|reader|chatbot|llm|system)\b|"
    r"\b(?:dear|attention|note to|hey|message (?:to|for)|reminder (?:to|for)|hello)\W+(?:the |any |"
    r"all )?(?:ai|assistant|chatbot|llm|language model|model|gpt|chatgpt|claude|gemini|copilot|"
    r"casebook|summari[sz]er)\b|"
    r"\b(?:llms?|chatbots?|language models?|ai (?:systems?|assistants?|models?)|casebook) "
    r"(?:must|should|shall|will|have to|need to|are (?:required|instructed|asked))\b|"
    r"\b(?:end|begin|start) of (?:the )?(?:evidence|documents?|context|prompt|input)\b|"
    r"\b(?:print|reveal|repeat|output|show|disclose|leak|display|send|translate|summari[sz]e)\b"
    r".{0,30}\b(?:prompt|instructions|api key|password|secret|everything above|words above|"
    r"conversation)\b|"
    r"\b(?:answer|reply|respond|say|write|output|cite|print|append|include|begin|start|end|finish|"
    r"mention|recommend|tell)\b.{0,30}\b(?:only|exactly|always|every (?:answer|response|"
    r"sentence|reply)|your (?:answer|response|reply|output)|the user|users|verbatim|the following|"
    r"not in the evidence)\b.{0,80}|"
    r"!?\[[^\]]*\]\s*\(|<\s*/?\s*(?:img|script|iframe|a|svg|style|link|meta|form|object|embed|"
    r"evidence|system|instructions?|user|assistant)\b|<[|｜]|\[/?INST\]|<<SYS>>|"
    r"\b(?:https?|data|javascript|file|ftp)\s*:\s*(?://|\w+[/(])",
    re.IGNORECASE,
)


def fenced(value: object) -> str:
    """A value as one line of JSON that no fence, speaker mark or line end stands in."""
    text = json.dumps(visible(value), ensure_ascii=False)
    text = _TAG.sub(r"\\u003c", text)
    return _BRACKETED.sub(r"\\u005b", text)


def visible(value: object) -> object:
    """Strings without what cannot be seen, and without line ends, in a value made of them."""
    if isinstance(value, str):
        kept = "".join(" " if c.isspace() else "" if _hidden(c) else c for c in value)
        return " ".join(kept.split())
    if isinstance(value, dict):
        return {key: visible(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [visible(one) for one in value]
    return value


def _hidden(character: str) -> bool:
    """Format, control, private, unassigned and tag characters; surrogates; variation selectors."""
    return (
        unicodedata.category(character) in ("Cf", "Cc", "Co", "Cn", "Cs")
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character in "\u034f\u115f\u1160\u3164\uffa0"
    )


def tag_of(lines: Sequence[str]) -> str:
    """The tag of a fence around lines: no line can hold it, for it depends on them all."""
    tag = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    while any(tag in line for line in lines):  # one in 2^64, or a found collision
        tag = hashlib.sha256(tag.encode()).hexdigest()[:16]
    return tag


def gives_orders(text: str) -> bool:
    """Whether a sentence of a document speaks to a machine rather than of a patient."""
    return bool(_ORDER.search(unicodedata.normalize("NFKC", str(visible(text)))))

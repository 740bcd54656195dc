"""What a model wrote → plain words: nothing in it is a link, an image, markup or an order to a
terminal, and letters and digits are those that checking reads.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans({"【": "[", "】": "]", "［": "[", "］": "]", "〔": "[", "〕": "]"})
_TOLD_PLACE = re.compile(r"\[(\d{1,3})†[^\]\n]*\]")  # '[3†source]', as some models cite
_IMAGE_OR_LINK = re.compile(r"!?\[([^\]\n]*)\]\s*\([^)\n]*\)?")
_REFERENCE = re.compile(r"!?\[([^\]\n]*)\]\s*\[[^\]\n]*[^\]\d\s,;–-][^\]\n]*\]")
_DEFINITION = re.compile(r"\[([^\]\n]*)\]:\s*\S*")
_ADDRESS = re.compile(
    r"<?\b(?:(?:https?|ftp|file|wss?)\s*:\s*/{1,2}|www\.|(?:javascript|data|mailto|vbscript|blob|"
    r"intent)\s*:(?=\S))[^\s\]]*",
    re.IGNORECASE,
)
_PROTOCOL_LESS = re.compile(r"(?<![\w/])//[\w-]+\.[^\s\]]*")
_TAG = re.compile(r"</?[A-Za-z!?][^<>\n]*>")
_OPEN_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TERMINAL = re.compile(
    r"\[\d{0,3}(?:;\d{0,3})*[mKHJ](?![\w\]])|\[\d{1,3}(?:;\d{1,3})*m\b"
)  # less its Escape
_FORMAT = re.compile(r"[`\\]|~~+|\*\*+|__+|\*(?=\w)|(?<=\w)\*|\$\$?")
_REMOVED = "(address removed)"


def plain_characters(text: str) -> str:
    """Text whose letters and digits are the usual ones; nothing invisible but line ends.

    One character at a time, so that it may be done to a stream: '６０ ｍｇ' reads '60 mg', and
    '【1】' is '[1]'. A raised figure stays raised.
    """
    return "".join(_plain(c) for c in text.translate(_MARKS))


def _plain(character: str) -> str:
    if character < "\x7f":
        return character if character >= " " or character == "\n" else " "
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind in ("Cf", "Cc", "Co", "Cn", "Cs", "Mn") and not _joins(character):
        return " " if character.isspace() else ""
    if kind.startswith("Z"):
        return "\n" if character in "\u2028\u2029" else " "
    usual = unicodedata.normalize("NFKC", character)
    return usual if kind in ("Lu", "Ll", "Po", "Ps", "Pe", "Sm") and _is_ascii(usual) else character


def _joins(character: str) -> bool:
    """An accent that stands alone belongs to the letter before it; those of emoji do not."""
    return "\u0300" <= character <= "\u036f" and character != "\u034f"


def _is_ascii(text: str) -> bool:
    return len(text) == 1 and text.isascii()


def neutral(text: str) -> str:
    """A piece of a model's text without links, images, addresses, HTML and Markdown.

    The words stay, and marks such as [1]; the text of a link stays without its address.
    """
    text = _TERMINAL.sub("", text)
    text = _TOLD_PLACE.sub(r"[\1]", text)
    text = _TAG.sub(" ", text)
    text = _REFERENCE.sub(_label, text)
    text = _IMAGE_OR_LINK.sub(_label, text)
    text = _DEFINITION.sub(_label, text)
    text = _ADDRESS.sub(_REMOVED, text)
    text = _PROTOCOL_LESS.sub(_REMOVED, text)
    text = _OPEN_TAG.sub("< ", text)
    text = _ENTITY.sub("and ", text)
    text = _FORMAT.sub("", text)
    text = text.replace("![", "[").replace("](", "] (").replace("][[", "] [[")
    return re.sub(r"[ \t]+", " ", text).strip()


def _label(found: re.Match[str]) -> str:
    """A mark stays a mark, '[1](http://…)' is '[1]'; other labels lose their brackets."""
    return f"[{found[1]}]" if re.fullmatch(r"[\d\s,;–-]+", found[1]) else found[1]

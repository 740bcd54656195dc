"""Text → the abbreviations that it defines itself: 'clinically amyopathic DM (CADM)'.

The method of Schwartz & Hearst (PSB 2003): the letters of the short form must be found, from the
right, in the words before the bracket, the first one at the start of a word.
"""

from __future__ import annotations

import re

_BRACKET = re.compile(r"\(([^()\n]{2,12}?)(?:[;,][^()\n]*)?\)")
_SHORT = re.compile(r"^[A-Za-z0-9][\w./+-]*$")


def abbreviations(text: str) -> dict[str, str]:
    """Short form → long form as the text has it, in order of definition; the first one counts."""
    found: dict[str, str] = {}
    for match in _BRACKET.finditer(text):
        short = match.group(1).strip()
        if not _is_short_form(short) or short in found:
            continue
        before = re.split(r"[.;:!?]\s|\n", text[max(0, match.start() - 150) : match.start()])[-1]
        words = before.split()
        window = " ".join(words[-min(len(short) + 5, len(short) * 2) :])
        long = _long_form(short, window)
        if long is not None:
            found[short] = long
    return found


def _is_short_form(short: str) -> bool:
    letters = sum(character.isalpha() for character in short)
    return bool(_SHORT.match(short)) and letters >= 2 and any(c.isupper() for c in short)


def _long_form(short: str, window: str) -> str | None:
    """The shortest end of `window` that spells `short`, or None."""
    at = len(window) - 1
    for place in range(len(short) - 1, -1, -1):
        wanted = short[place].lower()
        if not wanted.isalnum():
            continue
        while at >= 0 and not (
            window[at].lower() == wanted and (place > 0 or at == 0 or not window[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    long = window[at + 1 :].strip(" -\"'")
    # A long form that contains its short form, or is hardly longer, defines nothing.
    if len(long) <= len(short) + 1 or short.lower() in long.lower().split():
        return None
    return long

"""Answer → a chat message: Markdown with marks [n] and the list of sources, and annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from rag.render import link_of, plain, proof_mark, source_line, to_text
from rag.schema import Answer
from rag.verify.claims import claims

# What could become markup in a front end: a picture of another machine that a report's words ask
# for would tell that machine who reads.
_MARKUP = re.compile(r"[\\`*_<>|$]|(?<=!)\[|(?<=\])\(|(?m:^[#>+-])")
_STRUCK = re.compile(r"~~")
_MARK = re.compile(r"\[(\d{1,3})\]")

Address = Callable[[str], str]
"""Report id → where this server shows the report."""


def content(answer: Answer) -> str:
    """The message: short answer, answer, sources or the nearest passages, what kind of evidence."""
    parts = []
    if answer.short_answer:
        parts.append(f"**Short answer:** {escaped(answer.short_answer)}{proof_mark(answer)}")
    keeps_strikes = bool(answer.checked)
    parts += [
        escaped(line, strikes=keeps_strikes) for line in answer.text.splitlines() if line.strip()
    ]
    if answer.citations:
        lines = [f"- [{c.number}] {escaped(source_line(c))}" for c in answer.citations]
        parts.append("\n".join(["Sources:", *lines]))
    else:
        parts += [escaped(line) for line in _nearest(answer)]
    if answer.notice:
        parts.append(escaped(answer.notice))
    return "\n\n".join(parts)


def _nearest(answer: Answer) -> list[str]:
    """The lines 'Nearest passages …' of the text for terminals."""
    lines = to_text(answer).splitlines()
    if "Nearest passages" not in lines:
        return []
    found = lines[lines.index("Nearest passages") :]
    return [line for line in found[: found.index("")] if line] if "" in found else found


def escaped(line: str, *, strikes: bool = False) -> str:
    """A line in which nothing but marks [n] (and '~~' with `strikes`) is markup."""
    safe = _MARKUP.sub(lambda found: f"\\{found[0]}", plain(line))
    return safe if strikes else _STRUCK.sub(r"\\~\\~", safe)


def annotated(text: str, answer: Answer, address: Address) -> list[dict[str, Any]]:
    """For each mark of the message, where its source is (`url_citation` of OpenAI's API)."""
    cited = {citation.number: citation for citation in answer.citations}
    found: list[dict[str, Any]] = []
    for mark in _MARK.finditer(text):
        citation = cited.get(int(mark[1]))
        if citation is not None:
            source = {
                "start_index": mark.start(),
                "end_index": mark.end(),
                "url": link_of(citation) or address(citation.report_id),
                "title": citation.title,
            }
            found.append({"type": "url_citation", "url_citation": source})
    return found


def pieces(text: str) -> Iterator[str]:
    """The message a sentence at a time; together they are the message."""
    before = 0
    for end in [claim.end for claim in claims(text)][:-1]:
        if end > before:
            yield text[before:end]
            before = end
    yield text[before:]

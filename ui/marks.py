"""[n] in the text of a page → links to the proofs behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rag.schema import Citation
from ui.escape import as_html

MARK = re.compile(r"\[(\d+)\]")


def anchor(number: int | str, citation: Citation) -> str:
    """The id of a citation's highlighted span; `number` is that of the part of the page."""
    return f"cb-{number}-{citation.number}"


def mark(citation: Citation, number: int | str) -> str:
    """[n] as a link to its highlighted span."""
    return (
        f'<a class="cb-mark" href="#{anchor(number, citation)}" '
        f'aria-label="Open the proof {citation.number}">[{citation.number}]</a>'
    )


def marks(numbers: Iterable[int], known: Mapping[int, Citation], number: int | str) -> str:
    """Several marks in a row."""
    return " ".join(mark(known[n], number) for n in numbers if n in known)


def linked(text: str, known: Mapping[int, Citation], number: int | str) -> str:
    """Text as HTML, its [n] as links to their proofs; a number without a citation is no link."""
    return MARK.sub(
        lambda m: mark(known[int(m[1])], number) if int(m[1]) in known else m[0], as_html(text)
    )

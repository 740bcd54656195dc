"""What a language model wrote → HTML: each sentence with its verdict, and why it is doubted."""

from __future__ import annotations

from collections.abc import Iterable

from rag.schema import Answer
from ui.engines import Said
from ui.escape import as_html
from ui.marks import linked

VERDICTS = {
    "supported": ("✓", "supported by what it cites"),
    "partly": ("◐", "only partly proved: nothing found against it, and not all of its words"),
    "unsupported": ("✗", "not supported by what it cites"),
    "uncited": ("○", "not from the corpus"),
}
"""How a checked sentence is marked, in a sign and in words."""


def draft(said: Iterable[Said], doing: str) -> str:
    """The sentences that have come so far, each with its verdict, and what is done meanwhile."""
    sentences = " ".join(
        _judged(as_html(one.text), one.verdict, one.reasons, struck=one.struck) for one in said
    )
    shown = f"<p>{sentences}</p>" if sentences else ""
    return (
        f'<div class="cb-draft" aria-live="polite">{shown}'
        f'<p class="cb-doing">{as_html(doing)}</p></div>'
    )


def written(given: Answer, number: int) -> str:
    """The finished text, sentence by sentence with verdicts; the remarks of the reports below."""
    known = {citation.number: citation for citation in given.citations}
    lines: list[list[str]] = [[]]
    end = 0
    for one in given.checked or ():
        if "\n" in given.text[end : one.start]:
            lines.append([])
        shown = linked(given.text[one.start : one.end], known, number)
        lines[-1].append(_judged(shown, one.verdict, one.reasons, struck=one.struck))
        end = one.end
    told = "".join(f"<p>{' '.join(line)}</p>" for line in lines if line)
    # Behind the last sentence, on its line, may stand what a sign says already.
    _, _, remarks = given.text[end:].partition("\n")
    return told + "".join(f"<p>{as_html(r)}</p>" for r in remarks.splitlines() if r.strip())


def legend(given: Answer) -> str:
    """What the signs of the verdicts mean, those that stand in the answer."""
    found = {one.verdict for one in given.checked or ()}
    shown = [f"{sign} {words}" for name, (sign, words) in VERDICTS.items() if name in found]
    return f'<p class="cb-quiet cb-legend">{" · ".join(shown)}</p>' if shown else ""


def _judged(shown: str, verdict: str, reasons: Iterable[str], *, struck: bool) -> str:
    """A sentence (HTML already) with its verdict's sign; why it is doubted stands behind it."""
    sign, words = VERDICTS.get(verdict, ("", verdict))
    told = list(reasons)
    text = f"<s>{shown}</s>" if struck else shown
    why = f' <span class="cb-reason">{as_html("; ".join(told))}</span>' if told else ""
    return (
        f'{text} <span class="cb-verdict cb-{as_html(verdict)}" role="img" '
        f'title="{as_html(words)}" aria-label="{as_html(words)}">{sign}</span>{why}'
    )

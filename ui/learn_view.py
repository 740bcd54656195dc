"""Terms and steps → HTML."""

from __future__ import annotations

from collections.abc import Sequence

from rag.lexicon import Concept, lexicon
from ui import answer_view
from ui.escape import as_html
from ui.evidence_view import passage, place
from ui.marks import marks
from ui.proof import Proof
from ui.steps import Step

SYNONYMS = 12


def term(concept: Concept, reports: int) -> str:
    """A term with its other names, what it belongs to, and its kinds."""
    narrower = lexicon().narrower(concept.name)
    lines = [
        ("Also called", ", ".join(concept.terms[1 : SYNONYMS + 1])),
        ("Belongs to", ", ".join(concept.broader)),
        ("Kinds of it", ", ".join(narrower[:SYNONYMS])),
        ("Named in", f"{reports} report{'s' if reports != 1 else ''} of this library"),
    ]
    rows = "".join(
        f"<div><dt>{label}</dt><dd>{as_html(said)}</dd></div>" for label, said in lines if said
    )
    return f'<div class="cb-evidence"><dl class="cb-card cb-wide">{rows}</dl></div>'


def quoted(proofs: Sequence[Proof], name: str) -> str:
    """Proofs laid open, one below the other."""
    return '<div class="cb-report">' + "".join(
        f'<div class="cb-evidence"><p class="cb-place">{as_html(place(one.citation))}</p>'
        f"{passage(one, f'cb-{name}-{number}')}</div>"
        for number, one in enumerate(proofs)
    ) + "</div>"  # fmt: skip


def story(steps: Sequence[Step], proofs: Sequence[Proof]) -> str:
    """The steps of a case as a list, the evidence below."""
    known = {one.citation.number: one.citation for one in proofs}
    items = "".join(
        f"<li><p class='cb-who'>{as_html(step.asked)}</p><p>"
        f"{as_html(step.said) or 'The report does not say.'} "
        f"{marks(step.numbers, known, 'step')}</p></li>"
        for step in steps
    )
    return (
        f'<div class="cb-answer"><ol class="cb-steps">{items}</ol>'
        f"{answer_view.proofs(proofs, 'step')}</div>"
    )

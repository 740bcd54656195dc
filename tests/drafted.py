"""Made-up reports, evidence in them, and the draft of an answer from both."""

from __future__ import annotations

from rag.answer import Draft, extract
from rag.formats.layout import Layout
from rag.reader.reader import Reading
from rag.reader.whom.patients import described
from rag.refusals import Unknown
from rag.schema import Evidence, Hit, Passage, Report


def report(id: str, body: dict[str, str], **fields) -> Report:
    layout = Layout()
    for heading, text in body.items():
        layout.heading(heading)
        layout.paragraph(text)
    text, sections = layout.build()
    known = {"source_kind": "digest", "basis": "abstract", "authors": ("Kim A",), "year": 2011}
    return Report(id=id, title=id, text=text, sections=sections, source=f"{id}.md",
                  **(known | fields))  # fmt: skip


def evidence(one: Report, quote: str, probability: float) -> Evidence:
    start = one.text.index(quote)
    section = next(s for s in one.sections if s.start <= start < s.end)
    passage = Passage(
        one.id, section.slug, 1, section.start, section.end, section.kind, section.patient
    )
    return Evidence(passage, start, start + len(quote), quote, probability)


def hits(*items: Evidence) -> tuple[Hit, ...]:
    return tuple(Hit(item.passage, item.text, 1.0, {}) for item in items)


def answer(
    question: str, reports: list[Report], *items: Evidence, answerable=1.0, unknown=None
) -> Draft:
    ranked = tuple(sorted(items, key=lambda item: -item.probability))
    reading = Reading(
        hits=hits(*ranked), evidence=ranked, answerable=answerable, wanted=described(question)
    )
    known = {one.id: one for one in reports}
    return extract(question, hits(*ranked), reading, known, unknown or Unknown())


FIVE = "She was well. The rash faded. Ulcers healed. CK fell. She went home."

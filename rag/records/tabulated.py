"""The cells of a patient's table → therapies, antibodies, response and times that the text lacks.

'Prednisolone | 60 mg daily' is a drug in the label and its dose in the cell; 'Other drugs |
azathioprine 100 mg' has both in the cell. What the text tells goes before what a table says.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.lexicon import lexicon
from rag.records.antibodies import GROUPS
from rag.records.columns import Cell
from rag.records.dose import doses
from rag.records.drugs import LEFT_OUT, covers, is_class, pulsed
from rag.records.duration import parse_time
from rag.records.record import Dose, Field, Finding, Therapy
from rag.records.story import Sentence, Story
from rag.records.therapies import therapies
from rag.schema import Response

_SURE = 0.85

_GIVEN = re.compile(
    r"(?:(?:previous|prior|other|further|concomitant|additional|initial|systemic|first-line|second-line|maintenance|immunosuppressive|concurrent|failed|topical|rescue|current) )*"
    r"(?:drugs?|treatments?|therap(?:y|ies)|medications?|immunosuppress\w+|agents?|regimens?)(?: (?:given|tried|used|before|at onset|at diagnosis|received|failed))?(?: \([^)]*\))?|(?:[\w-]+ )?(?:prophylaxis|premedication)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:previous|prior|before|failed|earlier|past)\b", re.IGNORECASE)
# What a label may say beside its drug: 'Initial prednisolone dose (mg/day)'.
_BESIDE_DRUG = re.compile(
    r"\b(?:initial|starting|maximum|maximal|doses?|dosage|daily|weekly|monthly|oral|iv|intravenous|subcutaneous|pulses?|therapy|treatment|use|given|cycles?|per)\b|\([^)]*\)|[,;:/]|\bmg\S*",
    re.IGNORECASE,
)
_YES = re.compile(r"(?:yes|y|\+|✓|✔|x|given|done)", re.IGNORECASE)
_UNIT = re.compile(r"[(,] ?(?P<unit>(?:mg|g|µg|mcg|IU)\b[^)]*)\)?$")
_ANTIBODY = re.compile(r"(?:\w[\w-]* )*(?:auto-?)?antibod(?:y|ies)\b|MSAs?\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:neg(?:ative)?|absent|not (?:tested|done|found|detected)|none|no)\b|[-–−]$", re.I)  # fmt: skip
_FARED = re.compile(
    r"(?:final |clinical |overall |treatment )*(?:response|outcome|result)s?\b(?! (?:of|in)\b)",
    re.I,
)
_FARED_AS: tuple[tuple[Response, re.Pattern[str]], ...] = (
    ("died", re.compile(r"(?:died|dead|deceased|death|fatal)\b", re.I)),
    ("worsened", re.compile(r"(?:worse\w*|progress\w+|deteriorat\w+)\b", re.I)),
    ("none", re.compile(r"(?:none|no(?: response| effect| change| improvement)?|NR|unchanged|fail\w+|ineffective)\b", re.I)),
    ("partial", re.compile(r"(?:partial\w*|improve\w*|PR|moderate|some|incomplete)\b", re.I)),
    ("complete", re.compile(r"(?:complete\w*|CR|remission|resol\w+|clear\w*|recover\w*|cured?|healed)\b", re.I)),
)  # fmt: skip
_TIME = re.compile(
    r"(?:time|weeks|months|days) (?:to|until|till) (?:[\w-]+ ){0,3}?(?:response|improve\w*|heal\w*|clear\w*|remission|recovery|resol\w*|normal\w*|effect)\b",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(r"(?:length of |duration of )?follow-?up\b", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?P<unit>days?|weeks?|months?|years?)\b", re.IGNORECASE)


def with_tables(story: Story, told: Sequence[Therapy]) -> tuple[Therapy, ...]:
    """The therapies of the text, with the doses that only a table gives, and the table's others."""
    found = {one.drug.value: one for one in told}
    for cell in story.cells:
        for therapy in _therapies(cell):
            name = therapy.drug.value
            if name in found:
                known = found[name]
                found[name] = replace(known, dose=known.dose or therapy.dose)
            elif not (is_class(name) and any(covers(name, other) for other in found)):
                found[name] = therapy
    return tuple(found.values())


def _therapies(cell: Cell) -> Iterator[Therapy]:
    if (name := _drug_of(cell.label)) is not None:
        dose = _dose(cell)
        if dose is not None or _YES.fullmatch(cell.text):
            prior = bool(_BEFORE.search(cell.label))
            yield Therapy(Field(name, (cell.head, cell.span), "extracted", _SURE), prior, dose)
    elif _GIVEN.fullmatch(cell.label):
        said = Sentence(cell.start, cell.end, cell.text, "legend", own=True)
        named = therapies(Story(1, (said,)))
        for one in named:
            dose = _dose(cell.dose) if cell.dose and not one.dose and len(named) == 1 else None
            prior = one.prior or bool(_BEFORE.search(cell.label))
            yield replace(one, prior=prior, dose=one.dose or dose)


def _drug_of(label: str) -> str | None:
    """The drug that is all of a label; None for 'Response to methotrexate'."""
    named = [m for m in lexicon().find(label) if m.concept.kind == "drug" and not m.corrected]
    if (pulses := pulsed(label)) is not None:
        return pulses
    if len(named) != 1 or named[0].concept.name in LEFT_OUT:
        return None
    rest = f"{label[: named[0].start]} {label[named[0].end :]}"
    return None if _BESIDE_DRUG.sub(" ", rest).strip() else named[0].concept.name


def _dose(cell: Cell) -> Field[Dose] | None:
    """The first dose of a cell; a bare figure has the unit of its label."""
    said = doses(cell.text, percent=False)
    if said:
        (start, end), dose = said[0]
        return Field(dose, ((cell.start + start, cell.start + end),), "extracted", _SURE)
    unit = _UNIT.search(cell.label)
    if unit and re.fullmatch(r"[\d.,]+", cell.text):
        found = doses(f"{cell.text} {unit['unit']}")
        return Field(found[0][1], (cell.span, cell.head), "extracted", _SURE) if found else None
    return None


def antibodies(story: Story, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The antibodies of a table's cell that no other finding speaks of."""
    known = {one.name for one in found}
    named = dict.fromkeys(
        (mention.concept.name, cell.span)
        for cell in story.cells
        if _ANTIBODY.match(cell.label) and not _NEGATIVE.search(cell.text)
        for mention in lexicon().find(cell.text)
        if mention.concept.kind == "antibody" and mention.concept.name not in {*GROUPS, *known}
    )
    return tuple(
        Finding(name, "antibody", Field("present", (span,), "extracted", _SURE))
        for name, span in named
    )


def response(story: Story) -> Field[Response] | None:
    """What the only cell on the response says; None where none or several do."""
    told = [
        (value, cell)
        for cell in story.cells
        if _FARED.match(cell.label)
        for value, words in _FARED_AS
        if words.match(cell.text)
    ]
    if len(told) != 1:
        return None
    value, cell = told[0]
    return Field(value, (cell.span,), "extracted", _SURE)


def time_to_response(story: Story) -> Field[str] | None:
    """The cell under 'Time to response' and its like."""
    return _time(story, _TIME)


def follow_up(story: Story) -> Field[str] | None:
    """The cell under 'Follow-up'."""
    return _time(story, _FOLLOWED)


def _time(story: Story, label: re.Pattern[str]) -> Field[str] | None:
    for cell in story.cells:
        if not label.match(cell.label):
            continue
        unit = _PERIOD.search(cell.label)
        bare = re.fullmatch(r"\d+(?:\.\d+)?", cell.text)
        said = f"{cell.text} {unit['unit']}" if bare and unit else cell.text
        if parse_time(said):
            return Field(said, (cell.span,), "extracted", _SURE)
    return None

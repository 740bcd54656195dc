"""A patient's story → the drugs this patient was given, with dose, route, schedule and duration."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.lexicon import lexicon
from rag.records.dose import doses
from rag.records.drugs import AMBIGUOUS, LEFT_OUT, Drug, covers, drugs, is_class, pulsed
from rag.records.given import FAILED, PRIOR, clause, given
from rag.records.labels import BEFORE, TO_COME, label
from rag.records.numbers import CARDINAL
from rag.records.record import Dose, Field, Span, Therapy
from rag.records.story import Sentence, Story

_ROUTES = (
    ("intravenous", r"intravenous(?:ly)?|\bi\.?v\.?\b|\bIVIg\b|\binfus(?:ed|ions?)\b"),
    ("subcutaneous", r"subcutaneous(?:ly)?|\bs\.?c\.(?!\w)|\bSCI[Gg]\b"),
    ("intralesional", r"intralesional(?:ly)?|\binjected into\b"),
    ("intramuscular", r"intramuscular(?:ly)?|\bi\.?m\.(?!\w)"),
    ("oral", r"\boral(?:ly)?\b|\bby mouth\b|\bp\.?o\.(?!\w)|\btablets?\b|\bcapsules?\b"),
    ("topical", r"\btopical(?:ly)?\b|\b(?:ointment|cream|lotion|foam|gel|shampoo)\b|\bapplied\b"),
    ("inhaled", r"\binhal(?:ed|ation)\b"),
)
_ROUTE = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _ROUTES)
_NEAR = 45  # characters on either side in which a route belongs to the drug
_FAR = 110  # characters between a drug and the dose that follows it

_SCHEDULE = re.compile(
    r"\b(?:for|on|over) (?:[\w-]+ )?(?:\w+ )?days? (?:of|in|out of) (?:each|every|\d+)[\w -]*?(?:cycle|days?|weeks?|month)\b"
    r"|\bon (?:\w+|\d+) (?:consecutive|successive) days\b|\b(?:over|divided over) (?:\w+|\d+)(?: consecutive)? days\b"
    r"|\bfor (?:\w+|\d+) (?:consecutive |successive )?days\b|\bin (?:two|three|four|\d) (?:divided )?doses\b"
    r"|\b(?:for )?(?:\w+|\d+) (?:monthly |weekly |daily |further )?(?:cycles|courses|infusions|pulses|injections|doses|sessions|fractions)\b"
    r"|\btaper\w*(?: (?:over|to|down to)[^,.;]{1,30})?",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\bfor (?:about |nearly |almost |more than |over |at least |a total of |the (?:first|last|past) )?"
    r"(?:\d[\d.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|eighteen|several)"
    r"(?:[ -]?(?:to|-|–)[ -]?\d+)?(?: and a half)?[ -](?:weeks?|months?|years?)\b"
    r"|\b(?:over|during) (?:\d+|\w+) (?:weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:taper\w*|reduc\w*|lower\w*|decreas\w*|down|halved|cut|below|above|exceed\w*)\b[^,;]{0,25}$",
    re.IGNORECASE,
)


# 'Paused for two weeks', 'stopping it for two months', 'the rash faded over three months'.
_PAUSED = re.compile(
    r"\b(?:paus\w+|stopp\w+|withheld|interrupt\w+|withdr\w+|suspend\w+|without|fad\w+|clear\w+|resol\w+|rash|weakness)\b",
    re.IGNORECASE,
)
_TO_BE = re.compile(r"\bto be (?:\w+ )?(?:rais|increas|escalat|titrat)\w*", re.IGNORECASE)
_RAISED_FROM = re.compile(
    r"\b(?:rais\w+|increas\w+|escalat\w+|titrat\w+|buil[dt]\w*(?: up)?|stepp\w+ up) from $", re.I
)
_TIMES = {"day", "week", "month"}
# '10 mg, building up to 30 mg twice daily': what lies between the two doses.
_RAISED = re.compile(
    r"^(?![^.;]{90})[^.;]*\b(?:rais\w+|increas\w+|escalat\w+|titrat\w+|buil[dt]\w*(?: up)?|went up|going up|stepp\w+ up|work\w+ up|doubled)\b"
    r"(?: (?!for\b|when\b|after\b)[\w-]+){0,5}? (?:up )?to (?:a maximum of |about )?$",
    re.IGNORECASE,
)


# 'Three patients were given apremilast 30 mg twice daily': said of everybody, wherever it stands.
_ALL = re.compile(
    rf"\b(?:all|each|every|both|{CARDINAL}|[2-9]|1\d) (?:of (?:them|the|these|our) )?(?:[\w-]+ ){{0,2}}?"
    r"(?:patients?|women|men|children|girls|boys|cases?)\b[^;]{0,120}\b(?:received|given|treated|took|started|had)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Use:
    """One mention of a drug that was given."""

    drug: Drug
    sentence: Sentence
    order: int
    sure: float
    prior: bool
    failed: bool
    dose: tuple[Span, Dose] | None
    tapered: bool


def therapies(story: Story) -> tuple[Therapy, ...]:
    """The drugs given to the patient, in the order in which they are first said to be given.

    One entry per drug. A class ('corticosteroids') counts only where none of its drugs is named.
    """
    uses = _by_one_name(_uses(story))
    reported = _reported(story, uses)
    names = list(dict.fromkeys(use.drug.name for use in uses))
    names = [
        name
        for name in names
        if not (is_class(name) and any(covers(name, other) for other in names if other != name))
    ]
    orders = [(use.prior, use.order) for use in uses if use.drug.name in reported]
    start = min(orders)[1] if orders else None
    return tuple(
        _therapy(
            [use for use in uses if use.drug.name == name],
            name in reported,
            start,
            _of_all(story, name),
        )
        for name in names
    )


_SHORTENED = "immunoglobulin"
"""A class that its only member in a text is called for short: 'IVIG', then 'immunoglobulin 2 g/kg'."""


def _by_one_name(uses: list[_Use]) -> list[_Use]:
    members = {use.drug.name for use in uses if covers(_SHORTENED, use.drug.name)}
    if len(members) != 1:
        return uses
    (member,) = members
    return [
        replace(use, drug=replace(use.drug, name=member)) if use.drug.name == _SHORTENED else use
        for use in uses
    ]


def _of_all(story: Story, name: str) -> Field[Dose] | None:
    """The dose that the methods give for everybody: 'drug X was infused at 300 mg every 4 weeks'."""
    for order, sentence in enumerate(story.common):
        if sentence.kind != "methods" and not _ALL.search(sentence.text):
            continue
        for use in _in_sentence(sentence, order):
            if use.drug.name == name and use.dose is not None:
                span, dose = use.dose
                return Field(dose, (sentence.at(*span),), "extracted", 0.6)
    return None


def _uses(story: Story) -> list[_Use]:
    found: list[_Use] = []
    for order, sentence in enumerate(story.sentences):
        if sentence.kind in ("summary", "discussion", "background") and not sentence.own:
            continue
        if sentence.cited:
            continue
        found += _in_sentence(sentence, order)
    # What only the summary names comes last: a digest may name a drug there alone.
    seen = {use.drug.name for use in found}
    for order, sentence in enumerate(story.summary, len(story.sentences)):
        found += [use for use in _in_sentence(sentence, order) if use.drug.name not in seen]
    return found


def _in_sentence(sentence: Sentence, order: int) -> list[_Use]:
    named = drugs(sentence)
    said = doses(sentence.text, [drug.span for drug in named], percent=False)
    owned = _owners(sentence.text, named, said)
    found = []
    for drug in named:
        sure = given(sentence.text, drug.start, drug.end)
        dose = owned.get(drug.start)
        if drug.name in LEFT_OUT or not sure:
            continue
        # A cell under 'Treatment' needs no verb of giving.
        if drug.name in AMBIGUOUS and not dose and sure < 0.9 and sentence.kind != "legend":
            continue
        under, behind = label(sentence.text, drug.start)
        if under in TO_COME:
            continue
        begin, stop = clause(sentence.text, drug.start, drug.end)
        said_here = sentence.text[begin : min(stop, behind)]
        failed = bool(FAILED.search(said_here))
        prior = failed or under in BEFORE or bool(PRIOR.search(said_here))
        tapered = bool(dose and _TO.search(sentence.text[: dose[0][0]]))
        sure = 0.95 if dose else sure
        found.append(_Use(drug, sentence, order, sure, prior, failed, dose, tapered))
    return found


def _owners(
    text: str, named: Sequence[Drug], said: Sequence[tuple[Span, Dose]]
) -> dict[int, tuple[Span, Dose]]:
    """Start of a drug → its dose: 'X 5 mg', '5 mg of X', 'X was begun at 5 mg'.

    It is the first one, or the one to which that was raised at once.
    """
    owned: dict[int, tuple[Span, Dose]] = {}
    for (start, end), dose in said:
        owner = _owner(text, named, start, end)
        if owner is None:
            continue
        first = owned.get(owner.start)
        if first is None:
            owned[owner.start] = ((start, end), dose)
        elif _reached(text, first[0], start):
            owned[owner.start] = ((start, end), _as_often(dose, first[1]))
    return owned


def _reached(text: str, first: Span, start: int) -> bool:
    """'10 mg, raised to 20', 'built up from 10 mg to 20': not 'to be raised to 20'."""
    gap = text[first[1] : start]
    if gap.strip() == "to":
        return _RAISED_FROM.search(text[: first[0]]) is not None
    return _RAISED.search(gap) is not None and not _TO_BE.search(gap)


def _as_often(dose: Dose, before: Dose) -> Dose:
    """A dose that was reached, as often as the one before it where nothing else is said."""
    if dose.frequency or set(dose.per) & _TIMES or dose.unit != before.unit:
        return dose
    often = tuple(one for one in before.per if one in _TIMES)
    weight = dose.per or tuple(one for one in before.per if one not in _TIMES)
    return replace(dose, frequency=before.frequency, per=(*weight, *often))


def _owner(text: str, named: Sequence[Drug], start: int, end: int) -> Drug | None:
    inside = [drug for drug in named if start <= drug.start and drug.end <= end]
    if inside:
        return inside[0]
    after = next((drug for drug in named if drug.start >= end), None)
    if after and re.match(
        r"^\s?(?:\)\s?)?(?:of |dose of |doses of )?(?:oral |intravenous |topical |subcutaneous )?(?:the )?$",
        text[end : after.start],
    ):
        return after
    before = [drug for drug in named if drug.end <= start]
    if not before:
        return None
    gap = text[before[-1].end : start]
    apart = len(gap) > _FAR or re.search(
        r";| \| |(?<!\b[a-z]\.[a-z])\.\s|\b(?:withheld|because|resum\w+|refus\w+|declin\w+)\b", gap
    )
    return None if apart else before[-1]


_AFTER_IN_TITLE = re.compile(
    r"\b(?:after|from|despite|failure of|refractory to|resistant to|intoleran\w+ (?:to|of)|unresponsive to|induced by|"
    r"following|without|under)\b(?! (?:discontinu|stopping|withdrawal))[^:;]*$",
    re.IGNORECASE,
)


def _reported(story: Story, uses: list[_Use]) -> frozenset[str]:
    """The drugs that the title names as what the report is about, not those that had failed."""
    title = story.title
    named = {
        m.concept.name
        for m in lexicon().find(title)
        if m.concept.kind == "drug"
        and not _AFTER_IN_TITLE.search(title[: m.start])
        and not re.match(r"-(?:resistant|refractory|dependent|induced)", title[m.end :])
    }
    every = {use.drug.name for use in uses}
    named |= {name for name in every for title in named if covers(title, name)}
    return frozenset(named & every)


def _therapy(
    uses: list[_Use], reported: bool, start: int | None, of_all: Field[Dose] | None
) -> Therapy:
    """One drug's entry from all its mentions: the first dose that is no taper, the first route."""
    doses_said = [use for use in uses if use.dose and not use.tapered] or [
        u for u in uses if u.dose
    ]
    route = next((found for use in uses if (found := _route(use))), None)
    first = doses_said[0] if doses_said else uses[0]
    spans = tuple(dict.fromkeys(use.sentence.at(*use.drug.span) for use in uses))
    return Therapy(
        drug=Field(uses[0].drug.name, spans, "extracted", max(use.sure for use in uses)),
        prior=_is_prior(uses, reported, start),
        dose=_dose(doses_said[0]) if doses_said else of_all,
        route=route,
        schedule=_near(first, _SCHEDULE) or _pulses(uses),
        duration=next((found for use in uses if (found := _near(use, _DURATION))), None),
    )


def _pulses(uses: Sequence[_Use]) -> Field[str] | None:
    """The words 'methylprednisolone pulses', whose first is the drug and whose last the schedule."""
    for use in uses:
        if pulsed(use.drug.text):
            return Field(use.drug.text, (use.sentence.at(*use.drug.span),), "extracted", 0.85)
    return None


def _is_prior(uses: list[_Use], reported: bool, start: int | None) -> bool:
    if reported:
        return False
    if start is None:
        return uses[0].prior
    # 'Not helped by X, they were given Y': one sentence can tell of before and after.
    return uses[0].order < start or (uses[0].order == start and uses[0].failed)


def _dose(use: _Use) -> Field[Dose] | None:
    if use.dose is None:
        return None
    span, dose = use.dose
    return Field(dose, (use.sentence.at(*span),), "extracted", 0.8 if use.tapered else 0.95)


_AT_INFUSION = re.compile(r"\b(?:before|during|preced\w+)(?: \w+){0,3} $", re.I)


def _route(use: _Use) -> Field[str] | None:
    text, drug = use.sentence.text, use.drug
    begin, stop = clause(text, drug.start, drug.end)
    begin, stop = max(begin, drug.start - _NEAR), min(stop, drug.end + _NEAR)
    named = [d for d in drugs(use.sentence) if d.start != drug.start]
    begin = max([begin, *(d.end for d in named if d.end <= drug.start)])
    stop = min([stop, *(d.start for d in named if d.start >= drug.end)])
    best: tuple[int, str, Span] | None = None
    for name, pattern in _ROUTE:
        for match in pattern.finditer(text, begin, stop):
            if match.group().startswith("infusion") and _AT_INFUSION.search(text[: match.start()]):
                continue  # 'before the first infusion': of another drug
            away = max(drug.start - match.end(), match.start() - drug.end, 0)
            if best is None or (away, name) < best[:2]:
                best = (away, name, match.span())
    return Field(best[1], (use.sentence.at(*best[2]),), "extracted", 0.9) if best else None


def _near(use: _Use, pattern: re.Pattern[str]) -> Field[str] | None:
    """What a pattern finds behind the drug, before the next drug and in the same clause."""
    text, drug = use.sentence.text, use.drug
    _, stop = clause(text, drug.start, drug.end)
    following = [d.start for d in drugs(use.sentence) if d.start >= drug.end]
    match = pattern.search(text, drug.end, min([stop, *following]))
    if not match or (
        pattern is _DURATION and _PAUSED.search(text, max(0, drug.start - 10), match.start())
    ):
        return None
    return Field(match.group(), (use.sentence.at(*match.span()),), "extracted", 0.85)

"""A question for a dose: whether one is wanted, of which drug, and whether a sentence gives it.

Silence about a dose answers a question for one, and another drug's dose is worse than silence.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.lexicon import lexicon
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import DOSE, is_yes_no
from rag.reader.question.subject import drug_mentions, with_narrower
from rag.reader.short.shorten import amounts, says_dose
from rag.reader.words import concept_names, concept_names_of_all, stems
from rag.schema import Evidence

# A dose itself is wanted: not 'did a lower dose help', 'low-dose naltrexone', 'after the first dose',
# 'which regimen worked', 'how much evidence'.
_DOSE_NAMED = re.compile(r"(?:(\w+)[- ])?\bdos(?:e|es|age|ages|ing)\b", re.IGNORECASE)
_NOT_WANTED = frozenset(
    {
        "high", "low", "medium", "moderate", "higher", "lower", "big", "bigger", "small",
        "smaller", "large", "larger", "different", "full", "half", "double", "single",
        "triple", "equal", "same", "former", "cumulative", "first", "second", "third",
        "fourth", "fifth", "last", "next", "final", "every", "each", "per", "any",
        "another", "more", "one", "two", "three", "four", "five", "six",
    }
)  # fmt: skip
# 'After the second AZD1222 dose', 'dose two', 'how long before the dose could be halved'.
_DOSE_TOLD = re.compile(
    r"\b(?:after|before|following|with|at|since|until|between|under|despite|on)\s+"
    r"(?:(?!what|which|how)[\w'-]+\s+){0,4}?dos(?:e|es|ing)\b|"
    r"\b(?:first|second|third|[123](?:st|nd|rd)|last|next) (?:[\w-]+ ){0,2}?doses?\b|"
    r"\bdoses? (?:one|two|three|four|[1-9])\b|"
    r"\bdos(?:e|es|ing|age)\b (?:could be |had to be |was |were |be |being )?"
    r"(?:cut|changed|reduced|halved|lowered|increased|raised|tapered|doubled)\b(?! to\b)",
    re.IGNORECASE,
)
_AMOUNT_WANTED = re.compile(
    r"\bhow much (?!evidence|more|less|better|longer|later|earlier|of|time|had|has|have|improve)\w|"
    r"\bhow many (?:mg|units?|ml)\b|(?<!\d)(?<!\d )\b(?:mg|g/kg)\b|\bmg or \d|\bposology\b|\bstrength of (?!th|her|his|their)|"
    r"\bhow often (?:\w+ ){0,5}?(?:given|injected|infused|applied|taken|dosed|repeated)\b",
    re.IGNORECASE,
)


def asks_for_dose(question: str) -> bool:
    """Whether the question wants to know a dose: silence about it is then an answer to it."""
    if is_yes_no(asked_part(question)):
        return False
    question = _DOSE_TOLD.sub(" ", question)
    before = [(m.group(1) or "").lower() for m in _DOSE_NAMED.finditer(question)]
    named = any(word not in _NOT_WANTED and not word.isdigit() for word in before)
    return named or bool(_AMOUNT_WANTED.search(question))


# 'Dose of', 'how much oral', 'strength of the'; behind the drug: 'tacrolimus ointment strength'.
_BEFORE = re.compile(
    r"\b(?:dos(?:e|es|age|ages|ing)|strength|posology|amount|how much|mg|how many (?:mg|units?|ml))"
    r"\b(?: ?(?:/|a|per) ?(?:day|week|kg|d))?(?: (?:of|for|was the|the|her|his|their|its|oral|"
    r"topical|iv|intravenous|subcutaneous|daily|weekly|initial|starting|maintenance|high|low)"
    r"[ -]?)*\s*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"^[\s-]*(?:ointment|cream|gel|infusions?|tablets?|injections?|pulses?|initial|starting|"
    r"maintenance|daily|weekly|total|cumulative|final)?[\s-]*(?:dos(?:e|es|age|ing)|strength|mg|posology)\b",
    re.IGNORECASE,
)


def dosed_drugs(question: str) -> frozenset[str]:
    """The drugs whose dose is asked for, with all that fall under them; in doubt all it names.

    In 'dose of tacrolimus after methotrexate had failed?' that is tacrolimus alone.
    """
    found = drug_mentions(question)
    dosed = [
        m.concept.name
        for m in found
        if _BEFORE.search(question[: m.start]) or _BEHIND.search(question[m.end :])
    ]
    return with_narrower(dosed or [m.concept.name for m in found])


def told_doses(question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences that give a dose of the drug, by its own name; all of them where none does.

    For questions that ask for the doses of whoever had it: subcutaneous immunoglobulin is none of
    intravenous.
    """
    named = dosed_drugs(question)
    kept = (e for e in evidence if says_dose(e.text) and named & concept_names(e.text))
    own = [e for e in kept if is_dosed(named, e.text)]
    return tuple(own) or tuple(evidence)


def is_dosed(named: frozenset[str], sentence: str) -> bool:
    """Whether an amount stands behind one of these drugs with no other thing between, or just
    before it.

    'Steroid pulses, tacrolimus 5 mg' gives no dose of steroids, 'on IVIg creatine kinase fell to
    29 U/L' none of immunoglobulin.
    """
    things = [m for m in lexicon().find(sentence) if m.concept.kind in ("drug", "laboratory")]
    for start, end in amounts(sentence):
        before = [m for m in things if m.end <= start]
        of = before[-1] if before else next((m for m in things if 0 <= m.start - end < _NEXT), None)
        if of is not None and of.concept.name in named and not _MEASURED.match(sentence, end):
            return True
    return False


_NEXT = 12  # characters between '20 mg/day' and 'of prednisone'
_MEASURED = re.compile(r"/(?:d?[lL]|m[lL])\b")


def of_dosed_drug(question: str, sentence: str) -> bool:
    """Whether a dose in the sentence can be that of the drug whose dose is asked for.

    'Steroids' may be prednisolone, 'tacrolimus' the ointment.
    """
    named = dosed_drugs(question)
    drugs = {m.concept.name for m in lexicon().find(sentence) if m.concept.kind == "drug"}
    if named and not drugs:
        return bool(says_dose(_SHARE.sub(" ", sentence)))
    if not named:
        return True
    drugs |= {narrower for name in drugs for narrower in lexicon().narrower(name)}
    return bool(drugs & named or _words(drugs) & _words(named))


def without_other_doses(
    question: str, before: str, chosen: Sequence[Evidence]
) -> Sequence[Evidence]:
    """The sentences chosen, but for those that give doses of other drugs alone.

    All of them where no dose is asked for, or none of that drug is among them. `before` is what
    was asked before a follow-up that names no drug.
    """
    if not asks_for_dose(question):
        return chosen
    naming = question if dosed_drugs(question) else before
    kept = [e for e in chosen if not DOSE.search(e.text) or _names_it(naming, e.text)]
    return kept if any(says_dose(e.text) for e in kept) else chosen


def _names_it(question: str, sentence: str) -> bool:
    """Whether a sentence names the dosed drug, a class that it belongs to, or no drug at all.

    Subcutaneous immunoglobulin is no intravenous one, though they share a word.
    """
    named = dosed_drugs(question)
    drugs = with_narrower(m.concept.name for m in drug_mentions(sentence))
    return not named or not drugs or bool(drugs & named)


# '1.5% to 8.0% of patients': the strength of an ointment stands beside its name.
_SHARE = re.compile(r"\d[\d.,]*(?:\s*(?:to|-|–)\s*\d[\d.,]*)?\s*%")


def _words(names: Iterable[str]) -> set[str]:
    """The words of drugs' names that tell them apart: 'topical tacrolimus' is a tacrolimus."""
    return {word for name in names for word in name.split() if len(word) >= _TELLING}


_TELLING = 8  # letters; 'topical' and 'oral' are shorter


def gives_the_dose(question: str, sentence: str, report: str) -> bool:
    """Whether a sentence gives the dose asked for, by the drug's own name, in the right report.

    The report's text must have all words of the question ('cumulative', 'organising' as
    'organizing'): then it is no other patient's dose, and no other one of this patient.
    """
    drugs = dosed_drugs(question)
    if not asks_for_dose(question) or not drugs & concept_names(sentence):
        return False
    if not DOSE.search(sentence):
        return False
    told = concept_names_of_all([report])
    rest = _DOSE_WORDS.sub(" ", question)
    wanted = [{n, *lexicon().narrower(n)} for n in concept_names(rest, typos=True)]
    for mention in reversed(lexicon().find(rest, typos=True)):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    begun = {stem[:_BEGINNING] for stem in stems(report)}
    plain = {stem[:_BEGINNING] for stem in stems(rest)}
    return all(names & told for names in wanted) and plain <= begun


_BEGINNING = 5  # letters by which words are alike
_DOSE_WORDS = re.compile(
    r"\bdos(?:e|es|age|ages|ing)\b|\bhow much\b|\bhow many\b|\bmg\b|\bamount\b|\bschedule\b|"
    r"\bregimen\b|\bposology\b|\bhow often\b|\bhow frequently\b|\bfrequency\b|\b(?:used|use|given|give|gave|get|got|pts?|patients?)\b|\bold\b",
    re.IGNORECASE,
)

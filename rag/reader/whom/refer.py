"""Question + the patients of a report → which of them is meant, if one is.

'And the older one?', 'the man', 'the other patient', 'she': what these words point at depends on
who there is to point at, and on whom the conversation was about (`rag.reader.whom.pointing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rag.reader.question.ask import asked_part
from rag.reader.whom.by_age import aged, compared_by_age, in_decade, the_compared
from rag.reader.whom.by_story import fated, told_of
from rag.reader.whom.patients import described
from rag.reader.whom.person_nouns import THE_PERSON, Numbers, called_alone, of_sex
from rag.reader.whom.person_words import PersonWords, only_kin, words_said
from rag.reader.whom.pointing import (
    NO_WORDS,
    People,
    lettered,
    noun,
    number_in_words,
    numbered,
    of_several,
    other,
    pronoun,
    relative,
    several,
    told_otherwise,
    with_antibody,
)
from rag.schema import Case, Report
from rag.search_text import patient_words

Kind = Callable[[str, People], Numbers | None]

# In this order; words of an introduction ('the baker') come between the two.
_SINGLING_OUT: Sequence[Kind] = (
    numbered,
    lettered,
    compared_by_age,
    other,
    aged,
    in_decade,
    fated,
    with_antibody,
    told_of,
)
_POINTING: Sequence[Kind] = (several, told_otherwise, noun, pronoun, of_several)


def patient_meant(
    question: str,
    cases: Sequence[Case],
    current: int | None = None,
    words: PersonWords = NO_WORDS,
    *,
    talk: str = "",
    said: str = "",
    related: bool = False,
    stories: Mapping[int, str] = MappingProxyType({}),
) -> int | None:
    """The number of the patient whom a question is about; None for all of them, or in doubt.

    `cases` are the patients of the report, `current` the one whom the turn before was about,
    `words` those by which the report introduces each, `talk` what was said in the conversation
    before and `said` its last question, `related` whether the report says that its patients are
    relatives, `stories` the text about each of them. The first kind of words that the question
    uses decides.
    """
    if len(cases) < 2:
        return None
    people = People(cases, current, talk, said, related, stories)
    if (found := _pointed_at(_SINGLING_OUT, question, people)) is not None:
        return found[0] if len(found) == 1 else None
    kin, introduced = relative(question, people), _introduced(question, words)
    if _asks_of_another(question, words):  # 'Grandmother and boy. Dose in the boy?'
        introduced = None
    if kin is not None and introduced not in kin:  # of two men the report may call one her uncle
        return kin[0] if len(kin) == 1 else None
    if introduced is not None:
        return introduced
    if (found := _pointed_at(_POINTING, question, people)) is not None:
        return found[0] if len(found) == 1 else None
    return current if current in people.numbers else None


def _pointed_at(kinds: Sequence[Kind], question: str, people: People) -> Numbers | None:
    """Whom the first kind of words that a question uses may mean; None if it uses none."""
    found = (kind(question, people) for kind in kinds)
    return next((numbers for numbers in found if numbers is not None), None)


def singled_out(question: str, report: Report, words: PersonWords) -> int | None:
    """The patient of a report whom a question to the whole library describes, if one.

    Only by what describes somebody: an age that the report states, exactly or by its decade,
    words of the introduction ('the beekeeper'), or a noun that only one is called by.
    """
    if len(report.cases) < 2:
        return None
    for kind in (aged, in_decade):
        found = kind(question, People(report.cases)) or ()
        if len(found) == 1:
            return found[0]
    if (number := number_in_words(question)) in {case.number for case in report.cases}:
        return number
    if (extreme := the_compared(asked_part(question), People(report.cases))) is not None:
        return extreme
    for part in dict.fromkeys((asked_part(question), question)):
        if words_said(part, words):
            return _introduced(part, words)
        alone = called_alone(part, report.cases)
        if alone is not None:
            return None if _only_one_of_the_sex(question, report.cases) else alone
    return None


def _only_one_of_the_sex(question: str, cases: Sequence[Case]) -> bool:
    """Whether the sex that a question names tells the patient already (`patients.fits`).

    To single him out as well would put a report of one man before another one of two.
    """
    sex = described(question).sex
    return sex is not None and len(of_sex(cases, sex)) == 1


def _asks_of_another(question: str, words: PersonWords) -> bool:
    """Whether a part of the question that asks has a noun for a patient, and no calling."""
    part = asked_part(question)
    return part != question and bool(THE_PERSON.search(part)) and not words_said(part, words)


def _introduced(question: str, words: PersonWords) -> int | None:
    """'The baker', 'our seamstress': whom only one of the introductions calls so.

    The part of the question that asks goes first: 'two siblings and a cousin: CK of the index boy?'
    """
    for part in (asked_part(question), question):
        if found := words_said(part, words):
            number, said = next(iter(found.items()))
            return number if len(found) == 1 and not only_kin(said, part) else None
    return None


def naming(query: str, report: Report, patient: int) -> str:
    """A resolved question with the words for the patient whom it means, as passages have them."""
    case = next(case for case in report.cases if case.number == patient)
    words = f"patient {patient}, {patient_words(case)}"
    before, about, rest = query.rpartition(" (about: ")
    if about and rest.endswith(")"):
        return f"{before}{about}{rest[:-1]}; {words})"
    return f"{query} (about: {words})"

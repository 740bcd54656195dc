"""A true sentence → false ones, each by changing exactly one thing.

Written without a look into `rag.verify`: what counts as a dose or a drug here is what these plain
patterns find, so that what verification overlooks is still changed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from rag.number_words import spelt

_NUM = r"\d+(?:[.,]\d+)*"
_WORDS = list(spelt(2, 14))
_WORD = "|".join(_WORDS)
_TIME = r"(?:day|week|month|year)s?"
_DOSE_UNIT = r"\s?(?:mg|g|U|units|ng|mL|%)(?![\w])"
_OLD = r"(?![\s-]?(?:old|of age))"

DRUGS = [
    "prednisone",
    "prednisolone",
    "methylprednisolone",
    "dexamethasone",
    "methotrexate",
    "azathioprine",
    "cyclophosphamide",
    "mycophenolate",
    "hydroxychloroquine",
    "quinacrine",
    "rituximab",
    "tofacitinib",
    "baricitinib",
    "tacrolimus",
    "pimecrolimus",
    "apremilast",
    "anifrolumab",
    "dapsone",
    "diltiazem",
    "lenalidomide",
    "colchicine",
    "alendronate",
    "leflunomide",
    "carboplatin",
    "gabapentin",
    "naltrexone",
    "minocycline",
    "infliximab",
    "adalimumab",
    "etanercept",
    "chlorambucil",
    "amlodipine",
    "aspirin",
    "enoxaparin",
    "flucloxacillin",
    "hydroxyzine",
    "clobetasol",
    "hydroxyurea",
    "chloroquine",
    "fludarabine",
    "ciclosporin",
]
ANTIBODIES = ("anti-MDA5", "anti-NXP2", "anti-TIF1-γ", "anti-SAE", "anti-Mi-2", "anti-Jo-1")
RESPONSES = (
    ("improved", "worsened"), ("improvement", "deterioration"), ("better", "worse"),
    ("died", "recovered"), ("recovered", "died"), ("survived", "died"), ("complete", "partial"),
    ("completely", "partially"), ("partial", "complete"), ("cleared", "persisted"),
    ("worsened", "improved"), ("deteriorated", "improved"), ("relapsed", "resolved"),
    ("remission", "relapse"), ("responded", "failed to respond"), ("failed", "succeeded"),
    ("persisted", "resolved"), ("healed", "worsened"), ("flared", "cleared"),
    ("well tolerated", "poorly tolerated"), ("effective", "ineffective"), ("moderate", "complete"),
    ("successful", "unsuccessful"), ("progressed", "improved"), ("unchanged", "improved"),
    ("stable", "progressive"), ("eased", "worsened"), ("flare", "remission"),
)  # fmt: skip
DIRECTIONS = (
    ("rose", "fell"), ("fell", "rose"), ("increased", "decreased"), ("reduced", "increased"),
    ("lowered", "raised"), ("raised", "lowered"), ("dropped", "climbed"), ("elevated", "reduced"),
    ("decreased", "increased"), ("before", "after"), ("higher", "lower"), ("lower", "higher"),
    ("positive", "negative"), ("less", "more"), ("older", "younger"), ("stopped", "started"),
    ("started", "stopped"), ("discontinued", "continued"), ("withdrawn", "continued"),
)  # fmt: skip
FREQUENCIES = (
    ("twice daily", "once daily"), ("twice a day", "three times a day"), (" bid", " tid"),
    (" bd", " qid"), ("once weekly", "twice weekly"), ("daily", "weekly"), ("weekly", "monthly"),
    ("once a week", "once a day"), ("a day", "a week"), ("a month", "a week"),
    ("monthly", "weekly"),
    ("every four weeks", "every two weeks"), ("every 4 weeks", "every 3 weeks"),
    ("twice a week", "twice a day"), (" qid", " bid"), (" tds", " bd"),
    ("every other day", "every day"),
)  # fmt: skip
ROUTES = (
    ("oral", "intravenous"), ("intravenous", "oral"), ("IV ", "oral "),
    ("subcutaneous", "intravenous"),
    ("orally", "subcutaneously"), ("by mouth", "intravenously"), ("ointment", "tablets"),
    ("subcutaneously", "orally"), ("topical", "oral"), ("s.c.", "i.v."),
)  # fmt: skip
SEXES = (
    ("woman", "man"), ("man", "woman"), ("girl", "boy"), ("boy", "girl"), ("women", "men"),
    ("she", "he"), ("he", "she"), ("her", "his"), ("his", "her"), ("She", "He"), ("He", "She"),
    ("Her", "His"), ("His", "Her"), ("widow", "widower"),
)  # fmt: skip
NEGATED = (
    (r"\bwas (?!not)", "was not "), (r"\bwere (?!not)", "were not "),
    (r"\bhad (?!not|no|never)", "had not "),
    (r"\bhas (?!not|no)", "has not "), (r"\bcould (?!not)", "could not "),
    (r"\bmay (?!not)", "may not "),
    (r"\bdid not improve\b", "improved"), (r"\bdid not change\b", "changed"), (r" not (?=\w)", " "),
    (r"\b[Nn]o (?=\w)", "some "), (r"\bwithout\b", "with"), (r"\bnever\b", "always"),
    (r"\bNeither\b((?:(?!\bnor\b).)*)\bnor\b(?!.*\bnor\b)", r"Both\1and"), (r"\b[Nn]one\b", "All"),
    (r"\bnobody\b", "everybody"),
    (r"\bimproved\b", "did not improve"), (r"\bfell\b", "did not fall"),
    (r"\breceived\b", "never received"),
    (r"\bis (?!not|only)", "is not "), (r"\bwith\b(?=.*\bsymptoms|.*\bfever|.*\brash)", "without"),
)  # fmt: skip

Change = tuple[str, str, str]
"""(the changed text, what it was, what it became)"""


def _free(new: str, proof: str) -> bool:
    """Whether the spans do not say the new word, so that the change makes the sentence false."""
    return not re.search(rf"(?<![\w.]){re.escape(new)}(?![\w])", proof, re.IGNORECASE)


def _swap(text: str, match: re.Match[str], group: int, new: str) -> Change:
    old = match[group]
    return text[: match.start(group)] + new + text[match.end(group) :], old, new


def _other_number(said: str, proof: str, rng: random.Random) -> str | None:
    if said.lower() in _WORDS:
        choices = [w for w in _WORDS if w != said.lower() and _free(w, proof)]
        choices = [w for w in choices if _free(str(_WORDS.index(w) + 2), proof)]
        new = rng.choice(choices) if choices else None
        return new.capitalize() if new and said[0].isupper() else new
    value = float(said.replace(",", ""))
    made = [value * 2, value / 2, value + 1, value + 10, value * 10, value - 1, value + 5]
    written = [f"{v:.10g}" for v in made if v > 0 and (v == int(v) or "." in said)]
    written = [w for w in written if _free(w, proof) and w != said]
    written = [w for w in written if not _worded(w, proof)]
    return rng.choice(written) if written else None


def _worded(said: str, proof: str) -> bool:
    """Whether the spans have a number as a word ('seven' for 7)."""
    value = float(said)
    in_words = value == int(value) and 2 <= value <= 14
    return in_words and not _free(_WORDS[int(value) - 2], proof)


def _numbers(pattern: str) -> Callable[[str, str, random.Random], Iterator[Change]]:
    def changed(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            new = _other_number(match[1], proof, rng)
            if new:
                yield _swap(text, match, 1, new)

    return changed


def _pairs(
    pairs: tuple[tuple[str, str], ...], whole: bool = True
) -> Callable[[str, str, random.Random], Iterator[Change]]:
    def changed(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
        for old, new in pairs:
            pattern = rf"(?<![\w-])({re.escape(old)})(?![\w-])" if whole else rf"({old})"
            for match in re.finditer(pattern, text):
                if not _DENIED.search(text[: match.start()]) and not _BODY.match(text, match.end()):
                    yield _swap(text, match, 1, new)
                break

    return changed


_BODY = re.compile(r"\s(?:out\b|leg|limb|arm|lobe|extremit|back|lid|eyelid)")  # 'lower legs'
_DENIED = re.compile(r"\b(?:not|never)\s$")  # 'never rose' and 'never fell' may both be true


def unit(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """'60 mg' → '60 g', '6 weeks' → '6 months'."""
    table = {"mg": "g", "g": "mg", "week": "month", "weeks": "months", "month": "week",
             "months": "weeks", "year": "month", "years": "months", "day": "week", "days": "weeks",
             "mg/kg": "g/kg", "g/kg": "mg/kg", "U/L": "U/mL", "U": "mg", "mL": "L", "%": " points",
             "mg/m2": "mg/kg", "mm": "cm"}  # fmt: skip
    said = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    for match in re.finditer(rf"(?:{_NUM}|\b(?:{_WORD}))[\s-]?({said})(?![\w/]){_OLD}", text):
        yield _swap(text, match, 1, table[match[1]])


def drug(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """One drug for another that the spans do not name."""
    for match in re.finditer(rf"\b({'|'.join(DRUGS)})\b", text, re.IGNORECASE):
        choices = [d for d in DRUGS if _free(d, proof) and d.lower() not in text.lower()]
        yield _swap(text, match, 1, rng.choice(choices))


def antibody(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """One antibody for another that the spans do not name."""
    for match in re.finditer(r"(anti-(?:MDA5|NXP2|TIF1-(?:γ|gamma)|SAE1?|Mi-2|Jo-?1))", text):
        near = (proof + text).lower().replace("-", "")
        choices = [a for a in ANTIBODIES if a[5:8].replace("-", "").lower() not in near]
        if choices:
            yield _swap(text, match, 1, rng.choice(choices))


def patient(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """'patient 2' → 'patient 5', 'the first patient' → 'the second patient'."""
    for match in re.finditer(r"[Pp]atients? (\d)\b", text):
        others = [str(n) for n in range(1, 7) if _free(str(n), proof) and str(n) != match[1]]
        if others:
            yield _swap(text, match, 1, rng.choice(others))
    order = ("first", "second", "third")
    for match in re.finditer(r"\b(first|second|third) (?:patient|woman|man)\b", text):
        yield _swap(text, match, 1, rng.choice([w for w in order if w != match[1]]))
    for match in re.finditer(r"^([A-Z]\w+ (?:19|20)\d\d)\b", text):
        yield _swap(
            text, match, 1, rng.choice(["Kuriyama 2014", "Ostrovsky 2009", "Delacroix 2019"])
        )


def negation(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """A 'not' put in or left out."""
    for pattern, new in NEGATED:
        match = re.search(pattern, text)
        if match:
            made = match.expand(new)
            yield text[: match.start()] + made + text[match.end() :], match[0], made


_MONTH = re.compile(
    r"January|February|March|April|May|June|July|August|September|October|November|December"
)


def role(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """Two numbers of one unit change places: each is in the span, of something else."""
    said = rf"(?<![\w.])({_NUM})(\s?(?:mg|%|g|weeks|months)\b|%)?(?![\w.,-]\d)"
    found = list(re.finditer(said, text))
    for left, right in zip(found, found[1:], strict=False):
        between = text[left.end() : right.start()]
        words = re.findall(r"[a-z]{4,}", between)
        dated = _MONTH.fullmatch(between.strip())  # '2018 April 9' is 9 April 2018
        if dated:
            continue
        if left[2] == right[2] and left[1] != right[1] and words and "[" not in between:
            made = text[: left.start(1)] + right[1] + text[left.end(1) : right.start(1)]
            yield made + left[1] + text[right.end(1) :], left[1], right[1]


def quotation(text: str, proof: str, rng: random.Random) -> Iterator[Change]:
    """One word inside quotation marks left out, put in, or exchanged."""
    for match in re.finditer(r'"([^"]{20,})"', text):
        words = match[1].split(" ")
        inner = [n for n in range(1, len(words) - 1) if "…" not in words[n - 1 : n + 2]]
        at = rng.choice(inner)  # beside '…', a word less is a quotation as true
        way = rng.choice(("left out", "put in", "exchanged"))
        new = {"left out": [], "put in": [words[at], "clearly"], "exchanged": ["other"]}[way]
        if way == "exchanged" and words[at] == "other":
            new = ["same"]
        made = " ".join([*words[:at], *new, *words[at + 1 :]])
        yield text[: match.start(1)] + made + text[match.end(1) :], words[at], " ".join(new)


KINDS: dict[str, Callable[[str, str, random.Random], Iterator[Change]]] = {
    "dose": _numbers(rf"(?<![\w.-])({_NUM})(?={_DOSE_UNIT})"),
    "unit": unit,
    "duration": _numbers(rf"(?<![\w.-])({_NUM}|{_WORD})(?=[\s-]{_TIME}\b{_OLD})"),
    "count": _numbers(rf"(?<![\w.-])({_NUM}|{_WORD})"
                      r"(?= (?:of|patients|children|adults|had|were|died|improved)\b)"),
    "age": _numbers(rf"(?<![\w.-])({_NUM})(?=-year-old)"),
    "age (aged)": _numbers(rf"(?:(?<=aged )|(?<=[nly] of ))({_NUM})(?![\w.])"),
    "frequency": _pairs(FREQUENCIES),
    "route": _pairs(ROUTES),
    "sex": _pairs(SEXES),
    "drug": drug,
    "antibody": antibody,
    "patient": patient,
    "negation": negation,
    "response": _pairs(RESPONSES),
    "direction": _pairs(DIRECTIONS),
    "role": role,
    "quotation": quotation,
}  # fmt: skip
"""What is changed → how; the kinds of the table, with 'citation' (`generate.py`)."""

"""A sentence → the drugs that it names, those of the lexicon and others that have a dose."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.lexicon import lexicon
from rag.records.dose import AMOUNT
from rag.records.record import Span
from rag.records.story import Sentence

# Names of drugs end like these (INN stems of the WHO, and common older endings).
_STEM = re.compile(
    r"(?:[a-z]{2,}(?:mab|nib|cept|pril|sartan|statin|azole|cillin|mycin|micin|cycline|floxacin|vir|"
    r"olol|dipine|prazole|tidine|oxin|arin|aban|gliptin|gliflozin|glutide|semide|thiazide|sone|solone|"
    r"onide|asone|olone|amine|idine|azine|apine|epam|olam|oxetine|triptan|setron|caine|curium|profen|"
    r"oxicam|fenac|formin|ide|ine|one|ate|ol|il|in|en|am|an|ic acid|bital|toin|trel|lukast|phylline|"
    r"pram|peridol|oxyl|mustine|rubicin|platin|taxel|tinib|limus|imod|retin|oin))$"
)
_NO_DRUG = frozenset({
    "medicine", "baseline", "routine", "saline", "creatine", "creatinine", "urine", "decline",
    "protein", "albumin", "haemoglobin", "hemoglobin", "ferritin", "bilirubin", "cholesterol",
    "chloride", "glucose", "combine", "determine", "examine", "nine", "fine", "mine", "alone",
    "bone", "late", "rate", "state", "plate", "moderate", "adequate", "appropriate", "one", "zone",
    "done", "than", "then", "when", "in", "begin", "within", "again", "remain", "maintain", "skin",
    "certain", "pain", "main", "contain", "obtain", "gain", "been", "seen", "taken", "given",
    "between", "often", "even", "open", "women", "children", "ten", "written", "driven", "until",
    "april", "still", "all", "till", "initial", "daily", "total", "control", "alcohol", "ate",
    "date", "donate", "estimate", "indicate", "creatin", "troponin", "insulin", "myoglobin",
    "prolactin", "urate", "phosphate", "lactate", "transferrin", "titrate", "approximate",
    "immediate", "separate", "on", "an", "plan", "mean", "urban", "human", "ran", "began",
    "line", "vitamin", "solution", "tonsil", "nail", "detail", "mail", "retail", "sodium",
    "calcium", "potassium", "plasma", "side", "inside", "outside", "beside", "decide", "provide",
    "include", "wide", "guide", "team", "cream", "program", "gram", "milligram", "exam", "aim",
    "them", "from", "him", "thrombin", "fibrin", "melanin", "mucin", "keratin", "kin", "abdomen",
    "specimen", "hydrogen", "oxygen", "nitrogen", "antigen", "chin", "pelvic", "lean", "span",
    "american", "european", "german", "swollen", "broken", "woken", "eaten", "fallen", "seven",
    "eleven", "sudden", "golden", "infusion", "course", "dose",
})  # fmt: skip
_STRONG = re.compile(
    r"(?:mab|nib|cept|pril|sartan|azole|cillin|mycin|cycline|floxacin|clovir|navir|olol|dipine|prazole|"
    r"aban|gliptin|gliflozin|semide|thiazide|asone|olone|onide|setron|formin|lukast|platin|rubicin|"
    r"taxel|limus|peridol|azepam|oxetine)$"
)
_GIVEN = re.compile(
    r"\b[A-Za-z][a-z]{5,}(?= (?:(?:was|were) (?:\w+ )?(?:prescribed|given|started|added|begun)|by mouth|for \w+ (?:days|weeks|months)))"
    r"|(?<=\bwith )[a-z]{6,}\b"
)
_WORD_BEFORE = re.compile(
    r"(?P<word>[A-Za-z][a-z]{4,}(?:[ -](?:acid|alfa|beta|sodium))?)(?P<gap>,? | (?:at|to|of|in a dose of|was given at|was started at) )$"
)

# Named as often for something else: these count only with a dose or a verb of giving.
AMBIGUOUS = frozenset({
    "insulin", "testosterone", "calcium supplement", "vitamin D", "hydrocortisone", "corticotropin",
    "levothyroxine", "immunoglobulin", "interferon", "interferon-α", "interferon-β", "interferon-γ",
    "folic acid", "heparin", "albumin infusion", "creatine supplement", "oxygen therapy", "surgery",
    "anabolic steroid", "blood transfusion", "tube feeding", "physiotherapy", "chemotherapy",
})  # fmt: skip
# Not what a therapy of the disease is meant to list.
LEFT_OUT = frozenset(
    {"vaccine", "COVID-19 vaccine", "analgesic", "topical treatment", "immunosuppressant", "biologic",
     "steroid-sparing agent", "DMARD", "B-cell depletion", "mechanical ventilation", "anticancer drug",
     "antihypertensive", "lipid-lowering drug", "emollient", "complement inhibitor",
     "combination antimalarial therapy", "interferon", "interferon-β", "interferon-γ", "interferon-α"}
)  # fmt: skip


_SUPPORTIVE = (
    "antibiotic", "antifungal", "antiviral", "antituberculous therapy", "analgesic", "NSAID",
    "opioid", "antihypertensive", "diuretic", "ACE inhibitor", "angiotensin receptor blocker",
    "beta blocker", "anticoagulant", "antiplatelet", "heparin", "proton pump inhibitor",
    "prokinetic", "statin", "fibrate", "lipid-lowering drug", "vaccine", "fluoroquinolone",
    "low-molecular-weight heparin",
)  # fmt: skip
_SUPPORTIVE_ONE = frozenset({
    "insulin", "metformin", "levothyroxine", "folic acid", "folinic acid", "vitamin D",
    "calcium supplement", "calcitriol", "sunscreen", "emollient", "oxygen therapy", "tube feeding",
    "aspirin", "paracetamol", "isoniazid", "rifampicin", "amlodipine", "enoxaparin",
    "albumin infusion", "blood transfusion", "trimethoprim-sulfamethoxazole",
    "Pneumocystis prophylaxis", "atovaquone", "pentamidine", "total parenteral nutrition",
    "mechanical ventilation", "ezetimibe", "allopurinol", "surgery",
})  # fmt: skip


@cache
def is_supportive(name: str) -> bool:
    """Whether a drug is given for something beside the disease: infection, pain, pressure, surgery.

    What the lexicon does not know counts as supportive too: it is no treatment of dermatomyositis
    that has a name there.
    """
    concept = lexicon().concept(name)
    if concept is None or concept.kind != "drug":
        return True
    broad = {concept.name, *(b for b in _SUPPORTIVE if covers(b, concept.name))}
    return bool(broad & {*_SUPPORTIVE, *_SUPPORTIVE_ONE})


@dataclass(frozen=True, slots=True)
class Drug:
    """``[start, end)`` of a sentence names the drug `name`; `known` when the lexicon has it."""

    start: int
    end: int
    text: str
    name: str
    known: bool = True

    @property
    def span(self) -> Span:
        """Its place in the sentence."""
        return self.start, self.end


_PULSE = re.compile(r"\bpuls|\bIVMP\b|\bmPSL\b", re.IGNORECASE)


def pulsed(words: str) -> str | None:
    """'Methylprednisolone pulses' → 'methylprednisolone', which the lexicon has as a way to give it.

    None for other words, and for pulses of a steroid that is not named.
    """
    named = re.search(r"methylpred|\bmPSL\b|\bIVMP\b", words, re.IGNORECASE)
    return "methylprednisolone" if named and _PULSE.search(words) else None


_NEAR = 80
"""Characters before an amount in which its drug stands."""


@lru_cache(maxsize=64)  # each drug of a sentence asks for the others: as long as a page, it has 100
def drugs(sentence: Sentence) -> tuple[Drug, ...]:
    """All drugs that a sentence names, in order; what the lexicon lacks counts with a dose only."""
    found = [
        Drug(m.start, m.end, m.text, pulsed(m.text) or m.concept.name)
        for m in sentence.mentions
        if m.concept.kind == "drug" and not m.corrected
    ]
    taken = [(m.start, m.end) for m in sentence.mentions]
    for match in _GIVEN.finditer(sentence.text):
        start, end = match.span()
        if _STRONG.search(match.group().lower()) and _free((start, end), taken):
            found.append(Drug(start, end, match.group(), match.group().lower(), known=False))
            taken.append((start, end))
    for match in AMOUNT.finditer(sentence.text):
        word = _WORD_BEFORE.search(sentence.text, max(0, match.start() - _NEAR), match.start())
        if (
            word
            and not match["rest"]
            and _is_name(word["word"])
            and not any(drug.end == word.start("word") - 1 for drug in found)  # 'insulin glargine'
            and _free(word.span("word"), taken)
        ):
            start, end = word.span("word")
            found.append(Drug(start, end, word["word"], word["word"].lower(), known=False))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _is_name(word: str) -> bool:
    word = word.lower()
    return word not in _NO_DRUG and bool(_STEM.search(word)) and len(word) > 5


def _free(span: Span, taken: list[Span]) -> bool:
    return not any(a < span[1] and span[0] < b for a, b in taken)


@cache
def is_class(name: str) -> bool:
    """Whether the lexicon has narrower drugs: a class is no therapy where one of them is named."""
    return bool(lexicon().narrower(name))


def covers(broad: str, narrow: str) -> bool:
    """Whether a drug is a kind of another."""
    return narrow in lexicon().narrower(broad)

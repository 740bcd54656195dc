"""'What dose?', 'did it work?', asked of a whole library: of which drug, in whom?

In a conversation, or of one report, such a question is clear. Of many reports it has no answer,
and the sentence that is nearest is of somebody whom the user did not mean.
"""

from __future__ import annotations

from rag.lexicon import lexicon
from rag.reader.whom.patients import described
from rag.reader.words import stems

_OF_ALL = frozenset({"dermatomyositis", "adverse event", "toxicity"})
# What is asked for, and of 'the patient', 'the drug', 'it': nothing that one report has alone.
_ASKS_ONLY = frozenset(
    stems(
        "any some side effect effects adverse event events reaction reactions dose doses dosage "
        "dosing schedule route duration long much many often soon quick quickly fast when what "
        "which how who why where outcome outcomes response result results work worked works help "
        "helped helps improve improved improvement better happen happened happens given give gave "
        "took take taken treat treated treatment treatments therapy drug drugs used use tolerated "
        "safe follow followed up patient patients pt pts case cases he she it they her him his "
        "their them this that these those there end die died survive survived relapse relapsed "
        "recover recovered before after first last next then finally eventually please pls tell me "
        "about bad good serious dangerous severe normal common "
    )
)


def names_nothing(question: str) -> bool:
    """Whether a question names no drug, sign, antibody, patient or anything else to be found by."""
    whom = described(question)
    if whom or whom.sex is not None or any(c.isdigit() for c in question):
        return False
    found = lexicon().find(question, typos=True)
    if any(m.concept.kind != "shorthand" and m.concept.name not in _OF_ALL for m in found):
        return False
    words = stems(question)
    return bool(words) and all(word in _ASKS_ONLY for word in words)

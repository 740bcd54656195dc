"""A question of yes or no gets a stretch that replies to it, or none."""

from __future__ import annotations

import pytest

from rag.reader.short.replies import is_no_reply, names_others


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Did it come back?", "weekly infusions"),
        ("Did it come back?", "one month earlier"),
        ("Did she survive?", "two of three"),
        ("Did she survive?", "significant clinical improvement"),
        ("Did the rash clear?", "Gottron's papules"),
        ("Did steroids help?", "high-dose glucocorticoids and tacrolimus"),
        ("Did it work?", "no adverse effect"),
        ("Was rituximab tried?", "abatacept"),
        ("Was there dysphagia?", "periorbital edema"),
        ("Was the MRI abnormal?", "MRI was not repeated"),
        ("Was the CK raised?", "creatine kinase"),
        ("Was the rash itchy?", "a typical rash of face and hands"),
    ],
)
def test_what_takes_up_nothing_of_the_question_is_no_reply(question: str, words: str):
    """However sure the network is of it."""
    assert is_no_reply(question, words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Did the cream help?", "partly better"),
        ("Did the weakness improve?", "nearly full recovery"),
        ("Did it come back?", "in remission for 5 years"),
        ("Was there calcinosis?", "calcinosis of both thighs"),
        ("Were steroids given?", "prednisone 60 mg daily"),
        # more than yes or no is asked, or a choice is left
        ("Any bulbar symptom?", "difficulty swallowing"),
        ("Did she get shingles, and where?", "the right T5 dermatome"),
        ("Was it oral or intravenous?", "by mouth"),
        # not a question of yes or no
        ("What came back?", "weekly infusions"),
    ],
)
def test_what_takes_it_up_is_one(question: str, words: str):
    """An effect, a return, the thing itself or a kind of it."""
    assert not is_no_reply(question, words)


@pytest.mark.parametrize(
    ("question", "words", "others"),
    [
        ("Were steroids given?", "intravenous immunoglobulin", True),
        ("Was there interstitial lung disease?", "dermatomyositis", True),
        ("Were steroids given?", "prednisone and azathioprine", False),
        ("Did it come back?", "6 months later", False),
    ],
)
def test_other_drugs_and_signs_prove_nothing(question: str, words: str, *, others: bool):
    """Behind 'Yes' they would be read as its proof."""
    assert names_others(question, words) is others

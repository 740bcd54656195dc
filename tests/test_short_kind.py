"""What kind of short answer a question asks for, and which stretches are of it."""

from __future__ import annotations

import pytest

from rag.reader.short.kind import KINDS, is_of_kind, kind_asked


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Did it come back?", "yes/no"),
        ("Why was it stopped?", "why"),
        ("Where did the rash start?", "where"),
        ("Who gave it?", "who"),
        ("How old was she?", "age"),
        ("What dose of IVIG?", "dose"),
        ("How long until she improved?", "when"),
        ("LMWH when?", "when"),
        ("How many had ulcers?", "how many"),
        ("Which antibody?", "antibody"),
        ("Which drug helped?", "drug"),
        # 'when' that asks for no time
        ("What do you do when the rash persists?", "finding"),
    ],
)
def test_the_kind_is_what_the_first_line_should_give(question: str, kind: str):
    """One of several kinds that the wording may name."""
    assert kind_asked(question) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("LMWH when?", "oral prednisone"),
        ("What dose of methotrexate?", "1 (33%)"),
        ("What dose of methotrexate?", "topical glucocorticoids"),
        ("How many had ulcers?", "topical glucocorticoids"),
        ("How old was she?", "proximal weakness"),
        ("Which antibody was found?", "a raised creatine kinase"),
        ("Which drug helped?", "after 9 months"),
        ("Why was it stopped?", "20 to 40 mg daily"),
        ("Why did he come only now?", "one month earlier"),
        ("Where did it start?", "6 months"),
    ],
)
def test_a_stretch_of_another_kind_is_none(question: str, words: str):
    """A time is no dose, a dose no reason."""
    assert not is_of_kind(question, words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("LMWH when?", "on the days of infusion"),
        ("When did it start?", "lifelong"),
        ("What dose of methotrexate?", "15 mg weekly"),
        ("What dose of steroids?", "a high dose"),
        ("How many had ulcers?", "none"),
        ("How old was she?", "in her sixties"),
        ("Which antibody was found?", "anti-MDA5"),
        ("Which drug helped?", "dapsone 100 mg daily"),
        ("Why was it stopped?", "fever after 2 weeks"),
        ("Was it 10 or 20 mg?", "the higher one"),
    ],
)
def test_a_stretch_of_the_kind_is_one(question: str, words: str):
    """In figures or in words."""
    assert is_of_kind(question, words)

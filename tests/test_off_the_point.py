"""A stretch that answers nothing of the question is no short answer to it."""

from __future__ import annotations

import pytest

from rag.reader.short.off_the_point import names_a_topic, off_the_point


@pytest.mark.parametrize(
    ("question", "words"),
    [
        # only a topic is named
        ("rituximab in children", "a monoclonal antibody"),
        ("ciclosporin for an old lady with a rash?", "two tablets"),
        ("a 30 yr old man with lung failure, IVIG", "tacrolimus"),
        # why: that it was so is no reason
        ("why wasn't the biopsy repeated?", "the biopsy was not repeated"),
        ("Why did they stop azathioprine?", "azathioprine was stopped"),
        # a figure where none is asked for
        ("Did the ferritin fall?", "1200 (300) ng/ml"),
        ("Which infections were fatal?", "12.5%"),
        ("Is the rash sun sensitive?", "307.5 nm"),
        # how it is given
        ("how is dapsone given", "approved for leprosy"),
        # other drugs than the one asked about
        ("Can tofacitinib be given to children?", "steroids and other immunosuppressants"),
        ("Did dapsone cause anaemia?", "prednisone and methotrexate"),
    ],
)
def test_what_answers_nothing_is_off_the_point(question: str, words: str):
    """Each is likely to be marked by the network, and would be read as the answer."""
    assert off_the_point(question, words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("ANA?", "positive"),
        ("deaths?", "none"),
        ("IVIG in children: dose?", "2 g/kg"),
        ("rituximab in the children, how many relapsed", "three"),
        ("side effects of dapsone in children", "haemolysis"),
        ("why wasn't the biopsy repeated?", "the enzymes were normal"),
        ("Was it long?", "6 months"),
        ("Did the ferritin fall?", "fell to 300 ng/ml"),
        ("Did the ferritin fall by how much?", "300 ng/ml"),
        ("Is there a risk of cancer?", "RR 2.1"),
        ("Which antibody was positive?", "Mi-2"),
        ("Which cytokine fell?", "IL-6"),
        ("Which years were looked at?", "2001 to 2016"),
        ("Did she need other drugs with tofacitinib?", "methotrexate"),
        ("Was she operated on?", "debulking surgery"),
        ("how is dapsone given", "by mouth"),
        ("Did a JAK inhibitor help?", "tofacitinib"),
        ("What was given with tofacitinib?", "methotrexate"),
    ],
)
def test_what_answers_stays(question: str, words: str):
    """Single words asked of a report, figures and drugs that are asked for."""
    assert not off_the_point(question, words)


def test_one_word_narrows_nothing():
    """'Rituximab' alone may be what a report is asked for; 'rituximab in children' is a topic."""
    assert names_a_topic("rituximab in children")
    assert not names_a_topic("rituximab?")

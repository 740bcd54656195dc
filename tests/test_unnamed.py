"""A member of a class, or a number of courses, is asked for and none is told."""

from __future__ import annotations

import pytest

from rag.reader.kinds.unnamed import class_unnamed, count_missing
from rag.refusals import not_given

CLASSES = [
    ("which statin?", "His statin was stopped.", "statin"),
    ("which statin?", "Atorvastatin was stopped.", None),
    ("which immunosuppressants?", "Pulses, then immunosuppressants.", "immunosuppressants"),
    ("Which immunosuppressants?", "Methotrexate was added.", None),
    ("Which cancers turned up?", "Four had a malignancy.", "cancers"),
    ("Which cancers turned up?", "Two had lymphoma and one cholangiocarcinoma.", None),
    ("which mab?", "A monoclonal antibody was given.", "mab"),
    ("63F: which autoantibody?", "It was confirmed by autoantibodies.", "autoantibody"),
    ("63F: which autoantibody?", "Autoantibodies were negative.", None),
    ("and his antibody?", "Baricitinib was given.", "antibody"),
    ("antibodies in her?", "Antibodies to cN-1A were absent.", None),
    ("antibody?", "An anti-PM75 antibody was found.", None),
    ("antibody titre?", "It fell.", None),
    # Not a member is asked for, or of all of a treatment.
    ("What statin dose?", "His statin was stopped.", None),
    ("Which immunosuppression did they share?", "Both had methylprednisolone.", None),
    ("What share of the cancers was found late?", "Half of them.", None),
    ("What did the statin do?", "His statin was stopped.", None),
    ("Which JAK inhibitor did she get?", "We preferred apremilast to a JAK inhibitor.", None),
]


@pytest.mark.parametrize(("question", "sentence", "missing"), CLASSES)
def test_a_class_is_no_member_of_it(question, sentence, missing) -> None:
    assert class_unnamed(question, [sentence]) == missing


COUNTS = [
    ("How many courses of IVIG did he get?", "He received prednisone and IVIG.", "courses"),
    ("How many courses of IVIG did he get?", "He received six courses.", None),
    ("How many courses of IVIG did he get?", "Improvement followed the third course.", None),
    ("How many exchanges were done?", "Plasma exchanges and plasma were given.", "exchanges"),
    ("How many cycles?", "In all he had eight cycles.", None),
    ("units transfused?", "Transfusion stopped it.", "units"),
    ("units transfused?", "He needed four units of red cells.", None),
    ("How many infusions of rituximab?", "Rituximab was advised, but she refused it.", None),
    ("How many patients had courses of IVIG?", "Some had IVIG.", None),
]


@pytest.mark.parametrize(("question", "sentence", "missing"), COUNTS)
def test_what_was_given_is_not_how_often(question, sentence, missing) -> None:
    assert count_missing(question, [sentence]) == missing


def test_the_refusal_says_what_is_lacking() -> None:
    assert "not named" in (not_given("which statin?", ["His statin was stopped."]) or "")
    assert "not told" in (not_given("units transfused?", ["Transfusion stopped it."]) or "")

"""`rag.verify` on sentences in the words that models and clinicians write: limits and peaks, ages
and months in short, contractions, 'respectively', denials worded otherwise; and on false ones
beside them.
"""

from __future__ import annotations

import pytest

from rag.verify.people import numbered
from rag.verify.reworded import rewordings
from tests.test_verify import judged

TRUE_AND_FALSE = [
    # claim that is true, claim that is false, what is cited
    ("CK was up to 5,410 U/L [1].", "CK was up to 5,140 U/L [1].",
     "Creatine kinase (CK) peaked at 5,410 U/L."),
    ("CK never rose above 140 U/L [1].", "CK rose above 140 U/L [1].",
     "CK never exceeded 140 U/L."),
    ("He was given six monthly IVIG courses [1].", "He was given five monthly IVIG courses [1].",
     "He was given six monthly courses of IVIG."),
    ("It was taken for 6 mo [1].", "It was taken for 7 mo [1].", "It was taken for 6 months."),
    ("A 77 y/o woman had pneumonia [1].", "A 78yo woman had pneumonia [1].",
     "A 77-year-old woman had pneumonia."),
    ("He smoked ten cigarettes daily [1].", "He smoked ten cigarettes weekly [1].",
     "He smoked ten cigarettes a day."),
    ("Cholesterol rose and wasn't treated [1].", "Cholesterol rose and was treated [1].",
     "Cholesterol rose slightly and was not treated."),
    ("The plaques relapsed after 5 weeks, the palms did not [1].",
     "The plaques relapsed after 5 weeks, the palms did [1].",
     "The plaques relapsed 5 weeks later, the palms did not."),
    ("Itch and sleep improved in one and two patients, respectively [1].",
     "Itch and sleep improved in two and one patients, respectively [1].",
     "Itch improved in one patient and sleep improved in two."),
    ("The third aspirated and required a tube [1].",
     "The second aspirated and required a tube [1].",
     "Two could eat again; the third aspirated and needed a tube."),
    ("She could not get up without help [1].", "She could get up without help [1].",
     "She needed help to get up."),
    ("Only an air cooler was needed as anaesthetic [1].",
     "An air cooler was not needed as anaesthetic [1].",
     "No anaesthetic was needed other than an air cooler."),
    ("Methotrexate alone was not enough [1].", "Methotrexate alone was enough [1].",
     "Methotrexate alone was insufficient."),
    ("Her veins could not be used [1].", "Her veins could be used [1].",
     "Her veins were unusable."),
    # What hangs in the air.
    ("The neck improved but the scalp did not [1].",
     "The drug improved the neck but the scalp [1].",
     "The drug improved the neck but not the scalp."),
    ("The ulcers did not heal until IVIG was added [1].",
     "The ulcers did heal until IVIG was added [1].",
     "The ulcers healed only when IVIG was added."),
    ("It was done before and six weeks after the injection [1].",
     "It was done after and six weeks after the injection [1].",
     "It was done before and six weeks after the injection."),
    ("Anti-MDA5 positive, anti-Jo-1 negative [1].", "Anti-MDA5 negative, anti-Jo-1 positive [1].",
     "Anti-MDA5 antibodies were detected, whereas anti-Jo-1 antibodies were not."),
    # Directions.
    ("The largest nodule had decreased to 12 mm [1].",
     "The largest nodule had increased to 12 mm [1].", "The largest nodule had shrunk to 12 mm."),
    ("Hip strength rose from 3/5 to 4/5 [1].", "Hip strength fell from 3/5 to 4/5 [1].",
     "Strength improved from 3/5 to 4/5 in the hips."),
    ("Older age is a bad sign [1].", "Younger age is a bad sign [1].",
     "Greater age is a bad sign."),
    ("Pain decreased within ten days [1].", "Pain increased within ten days [1].",
     "The pain subsided within ten days."),
    ("The authors cannot exclude spontaneous regression, although it had grown [1].",
     "The authors exclude spontaneous regression, although it had grown [1].",
     "Spontaneous regression cannot be excluded, yet it had grown."),
    ("MRI showed oedema of both thighs [1].", "MRI showed no oedema of the thighs [1].",
     "MRI without gadolinium showed oedema of both thighs."),
    ("The rash often does not respond and tends to come back [1].",
     "The rash often does not respond and tends not to come back [1].",
     "The rash is often resistant and tends to recur."),
    ("After two cycles with no effect the dose was raised [1].",
     "After two cycles with no effect the dose was not raised [1].",
     "After two cycles without effect the dose was raised."),
    ("The ulcers had resisted oral steroids [1].",
     "The ulcers had resisted intravenous steroids [1].",
     "The ulcers had resisted corticosteroid by mouth."),
    ("Oral steroids and topical treatment had failed [1].",
     "Oral steroids and radiotherapy had failed [1].",
     "Corticosteroid by mouth and local therapy had failed."),
    ("The tumour was removed, and she had radiotherapy [1].",
     "The tumour was removed, and she had chemotherapy [1].",
     "The tumour was removed and irradiated."),
]  # fmt: skip


@pytest.mark.parametrize(("true", "false", "cited"), TRUE_AND_FALSE)
def test_a_wording_stands_and_a_false_one_beside_it_does_not(true, false, cited):
    """What is true is not flagged for its words; what is changed in it is."""
    assert judged(true, cited).verdict == "supported"
    assert judged(false, cited).verdict == "unsupported"


def test_a_quotation_may_begin_a_sentence():
    """A capital is no other word; another word is."""
    cited = 'The authors propose the name "drug-induced disease".'
    assert judged('"Drug-induced disease" is the proposed name [1].', cited).verdict == "supported"
    other = judged('"Drug-caused disease" is the proposed name [1].', cited)
    assert [reason.kind for reason in other.reasons][:1] == ["quotation"]


def test_an_infusion_is_no_patient():
    """'The second one' is what was counted before it; else it is somebody."""
    assert not numbered("They healed one month after the second one")
    assert not numbered("She had two courses, the second one in May")
    assert [n.numbers for n in numbered("The second one died")] == [(2,)]


def test_a_rewording_needs_its_words_in_the_spans():
    """'Needed help' is said only where the spans speak of needing."""
    claim = "She could not walk without help."
    assert list(rewordings(claim, "She needed help to walk.")) == ["She needed help to walk."]
    assert not list(rewordings(claim, "She walked with help."))


def test_a_reason_names_the_not_of_either_side():
    """What the spans deny is not told as if they said it."""
    verdict = judged("The rash improved with it [1].", "The rash did not improve with it.")
    assert any("not … improve" in r.text or "denies" in r.text for r in verdict.reasons)

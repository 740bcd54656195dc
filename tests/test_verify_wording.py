"""`rag.verify` on free wording: numbers left bare, what is said twice, what contradicts itself,
stressed verbs, consent, and what was withheld.
"""

from __future__ import annotations

import pytest

from tests.test_verify import judged

SAID = [
    ("The gardener, 61, had a rash [1].", "A 61-year-old gardener had a rash."),
    ("She was 29 when the rash began [1].", "The rash of this woman began at the age of 29."),
    ("She died of pneumonia at the age of 82 [1].", "She died of pneumonia at 82."),
    ("The itch was 8 at two weeks and 3 after five [1].",
     "The itch was 8 after two weeks and 3 after five weeks."),
    ("The itch was 3 after five weeks [1].", "The itch was 8 after two weeks and 3 after five."),
    ("Adalimumab 40 mg was injected every two weeks [1].",
     "Adalimumab 40 mg was injected fortnightly."),
    ("Infusions were monthly [1].", "Infusions were given every four weeks."),
    ("Scans are done once a year [1].", "Scans are done yearly."),
    ("She took 2 g per kilogram [1].", "She took 2 g/kg."),
    ("He took 2 mg/kg of prednisolone a day [1].", "He took prednisolone 2 mg/kg daily."),
    ("The fever was gone in less than three weeks [1].", "The fever was gone after 18 days."),
    ("The itch took no more than ten days to go [1].", "The itch went within ten days."),
    ("Itch is rare in children, and the two are seldom seen together [1].",
     "Itch is rare in children and seldom seen together with it."),
    ("The dose was cut by half [1].", "The dose was halved."),
    ("He did not want a biopsy [1].", "He declined a biopsy."),
    ("His insurer would not pay for rituximab [1].", "Rituximab was refused by his insurer."),
    ("Dapsone did nothing for the rash [1].", "Dapsone was without effect on the rash."),
    ("Dapsone made no difference to the rash [1].", "The rash was unchanged on dapsone."),
    ("The neck did best [1].", "The neck improved most."),
]  # fmt: skip

NOT_SAID = [
    ("The gardener, 62, had a rash [1].", "A 61-year-old gardener had a rash."),
    ("The itch was 3 after five months [1].", "The itch was 8 after two weeks and 3 after five."),
    ("Adalimumab was given every three weeks [1].", "Adalimumab was given fortnightly."),
    ("Infusions were monthly [1].", "Infusions were given every two weeks."),
    ("The fever was gone in less than two weeks [1].", "The fever was gone after 18 days."),
    ("The fever was gone in less than three weeks [1].", "The fever was gone after 9 days."),
    ("The dose was cut by half [1].", "The dose was cut by 10 mg."),
    # What is said twice and stands there once.
    ("Nine took it orally and one took it orally [1].",
     "Nine took it orally and one subcutaneously."),
    ("The count is done every week at first, later once a week [1].",
     "The count is done weekly at first and monthly later."),
    ("It healed in three months and stayed so for three months [1].",
     "It healed in three months and stayed so for three years."),
    # What contradicts itself.
    ("Ferritin came down to 910 from 240 [1].", "Ferritin fell from 910 to 240."),
    ("It was given from June 2017 until March 2016 [1].",
     "It was given from June 2016 until March 2017."),
    ("The study had 39 patients, 42 of them adults [1].",
     "The study had 42 patients, 39 of them adults."),
    ("The score was 2015 out of 52 in 2015 [1].", "In 2015 the score was 19 out of 52."),
    ("Two patients responded and one relapsed [1].", "Five responded and one relapsed."),
    ("Only 1 of 6 patients improved on the 0.1% ointment [1].",
     "Of six patients on the 0.1% ointment only two improved."),
    # What was denied.
    ("He did want a biopsy [1].", "He declined a biopsy."),
    ("The skin did respond [1].", "The skin was not improved."),
    ("She agreed to the infusions [1].", "She refused the infusions."),
    ("Chloroquine was given because of his eye [1].",
     "Chloroquine was withheld because of his eye."),
    ("He was not off prednisolone in May [1].", "Prednisolone was discontinued in May."),
    ("The rash was not seen in 2007 [1].", "The rash was seen in 2007 in only one patient."),
    ("Dapsone did nothing for the rash [1].", "Dapsone cleared the rash."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text"), SAID, ids=[a for a, _ in SAID])
def test_free_wording_is_supported(answer, text):
    """Each says what its span says."""
    verdict = judged(answer, text)
    assert verdict.verdict == "supported", verdict.reasons


@pytest.mark.parametrize(("answer", "text"), NOT_SAID, ids=[f"{a} / {t}" for a, t in NOT_SAID])
def test_what_is_not_said_so_is_caught(answer, text):
    """Each differs from its span in one thing."""
    assert judged(answer, text).verdict != "supported"


def test_a_raised_figure_is_no_number_of_its_own():
    """'10⁹' in a span ended the check, and with it the answer, by an error."""
    text = "Platelets were 520 × 10⁹/L and did not fall."
    assert judged("Platelets were 520 × 10⁹/L and did not fall [1].", text).verdict == "supported"
    assert judged("Platelets fell from 520 × 10⁹/L [1].", text).verdict != "supported"
    assert judged("Platelets, 520 × 10⁹/L, stayed that high [1].", text)

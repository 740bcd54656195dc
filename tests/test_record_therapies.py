"""Drugs that this patient was given, with their own dose; and the many that were only named."""

# ruff: noqa: E501  (a case reads best on one line)

from __future__ import annotations

import pytest
from case_stories import WOMAN, drugs

from rag.formats.text import read_text
from rag.records.drugs import drugs as named_drugs
from rag.records.make import records_of
from rag.records.story import Sentence

NOT_GIVEN = [
    "Plan: rituximab 1 g.",
    "In Brun's series rituximab 1 g sufficed.",
    "Some thirty cases have been attributed to rituximab.",
    "Others use rituximab 1 g.",
    "Rose and Walton used rituximab 1 g.",
    "The boy of whom Almeida wrote got rituximab 1 g.",
    "The newborn, 2,100 g, needed rituximab.",
    "Rituximab can be given at any time.",
    "Methotrexate and rituximab lower the response to vaccines.",
    "Rituximab is paused for two weeks in many centres.",
    "Rituximab 1 g twice a year may reduce the risk.",
    "Rituximab was considered.",
    "Rituximab was discussed but she declined.",
    "She refused rituximab.",
    "She declined rituximab, which we had proposed.",
    "Rituximab was contraindicated because of hepatitis.",
    "Rituximab was planned, but it was never given.",
    "Rituximab was requested from the insurer and refused.",
    "Rituximab could not be obtained.",
    "We did not use rituximab.",
    "No rituximab was given.",
    "Her sister took rituximab for arthritis.",
    "Rituximab has been reported to help in such cases.",
    "Smith et al. gave rituximab 1 g to 12 patients.",
    "She was allergic to rituximab.",
    "Rituximab was thought of but her hepatitis stood against it.",
    "Rituximab had been applied for.",
    "Her parents asked about rituximab.",
    "Rituximab was mentioned, but nobody was keen.",
    "Rituximab was turned down by herself.",
    "Prednisone 15 mg daily was given, rituximab refused.",
    "A woman aged 70 was reported to clear on rituximab.",
    "Of 12 patients given rituximab elsewhere eight improved.",
    "Her doctor gave a cream and intended to add rituximab.",
    "Rituximab, methotrexate and dapsone were never used.",
    "A rituximab-induced pneumonitis is rare.",
    "Rituximab was withheld because of hepatitis.",
    "A request for rituximab was filed.",
    "Rituximab was ordered, but it had not yet been delivered when she recovered.",
    "Rituximab 1 g was prescribed but never dispensed.",
    "Rituximab, which her aunt had found of service in doses of 1 g, was not employed.",
    "Her doctor saw her in May and thought of rituximab, which was new.",
    "Rituximab depletes B cells.",
    "Rituximab may help.",
    "Rituximab was an option, but she drank.",
    "Rituximab was never part of her treatment.",
    "Rituximab was unobtainable.",
    "Rituximab 1 g would have been standard.",
    "Rituximab and dapsone were both weighed and found too dangerous.",
    "Rituximab 1 g was therefore shelved.",
    "None of our three patients received methotrexate, rituximab or dapsone.",
    "Unlike Abe and Bauer, who allowed rituximab, we gave none.",
    "Her grandmother (I-2) had died under rituximab.",
]


@pytest.mark.parametrize("sentence", NOT_GIVEN)
def test_a_drug_that_was_only_named_is_no_therapy(sentence):
    """Discussed, planned, refused, forbidden, somebody else's, of the literature."""
    assert "rituximab" not in drugs(f"{WOMAN}Prednisone 40 mg daily was started. {sentence}")


GIVEN = [
    "Rituximab 1 g was given twice.",
    "She received rituximab.",
    "Rituximab had no effect.",
    "Rituximab was stopped because of fever.",
    "She had failed rituximab before referral.",
    "Rituximab was given, and she refused prednisolone.",
    "Rituximab was not increased.",
    "Despite rituximab she remained weak.",
    "She was given rituximab, as tofacitinib had been refused by the insurer.",
    "The score declined after rituximab was started.",
    "Rituximab, which she tolerated well, was given again after six months.",
    "Rituximab could be lowered to 500 mg.",
    "Rituximab 1 g was therefore employed.",
    "Rituximab was held for two weeks.",
    "The drug preferred by herself, rituximab, was given.",
]


@pytest.mark.parametrize("sentence", GIVEN)
def test_a_drug_that_was_given_is_a_therapy(sentence):
    """Whether it helped, was stopped, or somebody refused another one."""
    assert "rituximab" in drugs(f"{WOMAN}{sentence}")


def test_each_drug_has_its_own_dose():
    """Two drugs of one sentence do not trade doses."""
    found = drugs(
        f"{WOMAN}Prednisone 60 mg daily and methotrexate 15 mg once weekly by subcutaneous "
        "injection were started, followed by topical tacrolimus 0.1% twice daily for 6 weeks."
    )
    said = {name: (one.dose.value.amount, one.dose.value.frequency) for name, one in found.items()}
    assert said == {
        "prednisone": (60, "daily"),
        "methotrexate": (15, "once weekly"),
        "topical tacrolimus": (0.1, "twice daily"),
    }
    assert found["methotrexate"].route.value == "subcutaneous"
    assert found["topical tacrolimus"].duration.value == "for 6 weeks"


@pytest.mark.parametrize(
    ("said", "dose"),
    [
        ("Azathioprine 50 mg daily was begun and raised to 100 mg daily.", "100 mg daily"),
        (
            "Azathioprine was started with 25 mg, building up to 75 mg twice daily.",
            "75 mg twice daily",
        ),
        ("Azathioprine was added and raised by 25 mg a week to 100 mg daily.", "100 mg daily"),
        ("Azathioprine 50 mg daily was given; methotrexate was raised to 15 mg.", "50 mg daily"),
        ("Azathioprine 50 mg daily was given after a cumulative dose of 9 g.", "50 mg daily"),
    ],
)
def test_the_dose_that_was_reached_and_no_step_on_the_way(said, dose):
    """Steps and sums are no doses, and another drug's dose is not reached."""
    assert drugs(WOMAN + said)["azathioprine"].dose.value.said == dose


def test_a_dose_that_was_reached_is_taken_as_often():
    """'10 mg weekly, increased to 17.5 mg' is 17.5 mg weekly."""
    found = drugs(f"{WOMAN}Methotrexate 10 mg weekly was started and increased to 17.5 mg.")
    dose = found["methotrexate"].dose.value
    assert (dose.amount, dose.frequency) == (17.5, "weekly")


def test_a_taper_is_not_the_dose():
    """'Tapered to 10 mg' comes after what was given."""
    found = drugs(
        f"{WOMAN}Prednisone was tapered to 10 mg daily. It had begun as prednisone 60 mg daily."
    )
    assert found["prednisone"].dose.value.amount == 60


def test_what_the_lexicon_lacks_counts_with_a_dose():
    """An unknown drug is known by its name's ending and the dose behind it; a test is not."""
    found = drugs(f"{WOMAN}Zorbatinib 20 mg daily was given. Ferritin 301 mg was a misprint.")
    assert "zorbatinib" in found
    assert "ferritin" not in found


def test_what_came_before_the_reported_drug_is_prior():
    """The title says which treatment the report is about."""
    found = drugs(
        f"{WOMAN}Methotrexate 15 mg weekly and azathioprine had failed. Rituximab 1 g was given. "
        "Later prednisone 5 mg daily was added.",
        title="Rituximab for refractory dermatomyositis",
    )
    assert {name: one.prior for name, one in found.items()} == {
        "methotrexate": True, "azathioprine": True, "rituximab": False, "prednisone": False,
    }  # fmt: skip


def test_a_class_is_dropped_where_one_of_its_drugs_is_named():
    """'Steroids' adds nothing to prednisone."""
    found = drugs(f"{WOMAN}Corticosteroids were given: prednisone 60 mg daily.")
    assert list(found) == ["prednisone"]
    assert list(drugs(f"{WOMAN}She was treated with corticosteroids.")) == ["corticosteroid"]


def test_one_sentence_can_tell_of_before_and_after():
    """'Not helped by X, was given Y': X is prior though both stand in one sentence."""
    found = drugs(
        "Dapsone for the rash of dermatomyositis\n\n"
        f"{WOMAN}Her rash had not responded to hydroxychloroquine and improved after dapsone "
        "was added."
    )
    assert (found["hydroxychloroquine"].prior, found["dapsone"].prior) == (True, False)


POSSIBLE = [
    "Rituximab, mycophenolate and IVIG were all considered but rejected.",
    "If the rash recurs, we will give rituximab.",
    "The guidelines recommend rituximab 1 g twice.",
    "There was no exposure to statins, hydroxyurea or rituximab.",
    "Approval for rituximab is pending.",
    "Plans to begin rituximab were abandoned after the rash had faded.",
    "The possibility of rituximab was raised.",
    "In contrast to rituximab, IVIG 2 g/kg helped.",
    "Because rituximab was felt to be unsafe, IVIG 2 g/kg was chosen.",
]


@pytest.mark.parametrize("sentence", POSSIBLE)
def test_a_possibility_is_no_therapy(sentence):
    """What guidelines say, what was asked for, feared or left away was not given."""
    assert "rituximab" not in drugs(f"{WOMAN}Prednisone 40 mg daily was started. {sentence}")


def test_a_side_clause_says_nothing_of_the_main_one():
    """'Because X was unsafe, Y was given': Y was."""
    found = drugs(
        f"{WOMAN}Because azathioprine was felt to be unsafe, and methotrexate is teratogenic, "
        "IVIG 1 g/kg was chosen."
    )
    assert list(found) == ["intravenous immunoglobulin"]


def test_may_is_a_month():
    """'In May 2019' is no doubt."""
    found = drugs(f"{WOMAN}In May 2019, belimumab 10 mg/kg was begun.")
    assert found["belimumab"].dose.value.said == "10 mg/kg"


def test_pulses_of_methylprednisolone_are_methylprednisolone():
    """The lexicon knows the pulse as a way of giving; the record names the drug, and the way."""
    pulses = drugs(f"{WOMAN}Methylprednisolone pulses (1 g) were given.")["methylprednisolone"]
    assert pulses.dose.value.said == "1 g"
    assert "pulses" in pulses.schedule.value


def test_what_all_got_at_one_dose():
    """The dose that a report gives once, for all its patients."""
    text = (
        "Three patients\n\nA. Author\n\nSummary\n\nThree patients were given apremilast 30 mg "
        "twice daily.\n\nCase 1\n\nA 49-year-old man had a rash. Apremilast was added.\n\n"
        "Case 2\n\nA 33-year-old woman had a rash. Apremilast was added.\n"
    )
    doses = [one.dose.value.said for case in records_of(read_text(text, "x.txt")).cases
             for one in case.therapies]  # fmt: skip
    assert doses == ["30 mg twice daily", "30 mg twice daily"]


def test_a_frequency_belongs_to_one_drug():
    """'X 15 mg weekly, Y 4 mg/kg/day': Y is not given weekly."""
    given = drugs(f"{WOMAN}She took methotrexate 15 mg weekly, ciclosporin 4 mg/kg/day.")
    assert given["methotrexate"].dose.value.frequency == "weekly"
    assert given["ciclosporin"].dose.value.frequency == ""


def test_a_daily_dose_takes_no_frequency_of_the_next_drug():
    """'2 g/day and monthly immunoglobulin': the mycophenolate is not monthly."""
    given = drugs(f"{WOMAN}She took mycophenolate mofetil 2 g/day and monthly immunoglobulin.")
    assert given["mycophenolate mofetil"].dose.value.frequency == ""
    assert given["immunoglobulin"].dose is None


def test_the_drugs_of_a_sentence_as_long_as_a_page() -> None:
    """Each by its dose and its place; they are looked for once, not once for each of them."""
    text = " and ".join(f"felzomab {amount} mg was given" for amount in range(1, 301))
    sentence = Sentence(0, len(text), text, "case", own=True)
    found = named_drugs(sentence)
    assert [text[one.start : one.end] for one in found] == ["felzomab"] * 300
    assert named_drugs(sentence) is found


@pytest.mark.parametrize(
    "sentence",
    [
        "Deucravacitinib 6 mg daily is under consideration.",
        "In a trial 300 patients will receive tofacitinib 5 mg twice daily.",
        "An attempt at getting anakinra failed because of its price.",
        "Discussion: Prednisolone at 1 to 2 mg/kg with tacrolimus 3 mg daily works fast.",
    ],
)
def test_what_is_only_thought_of_or_discussed_was_not_given(sentence):
    """Neither what others will get, nor what follows 'Discussion:' in the last paragraph."""
    assert [*drugs(f"{WOMAN}Rituximab 1 g was given twice. {sentence}")] == ["rituximab"]


def test_a_label_holds_up_to_the_next_one() -> None:
    """'Previous treatment' of a clinic letter, behind what is taken now."""
    told = (
        "Current medication: prednisolone 7.5 mg od, vitamin D. Previous treatment: "
        "methotrexate 15 mg weekly (stopped), azathioprine 100 mg. Plan: rituximab 1 g."
    )
    found = drugs(WOMAN + told)
    assert {name: one.prior for name, one in found.items()} == {
        "prednisolone": False,
        "vitamin D": False,
        "methotrexate": True,
        "azathioprine": True,
    }


@pytest.mark.parametrize(
    ("told", "drug", "dose"),
    [
        ("She took azathioprine 50 mg/day, to be raised to 150 mg/day.", "azathioprine", "50 mg/day"),
        ("Dapsone was built up from 25 mg to 100 mg daily.", "dapsone", "100 mg daily"),
        ("Prior: AZA (2 mg/kg/d), MTX (contraindicated, alcohol).", "azathioprine", "2 mg/kg/d"),
        ("Insulin glargine 12 units was given.", "insulin", "12 units"),
        ("IVIG was begun. The immunoglobulin was given at 2 g/kg.", "intravenous immunoglobulin", "2 g/kg"),
        ("Azathioprine 100 mg daily was chosen, and cabergoline was declined.", "azathioprine", "100 mg daily"),
    ],
)  # fmt: skip
def test_whose_dose_it_is(told: str, drug: str, dose: str) -> None:
    """The dose that was taken, of the drug that was."""
    found = drugs(WOMAN + told)
    assert [*found] == [drug]
    assert found[drug].dose is not None
    assert found[drug].dose.value.said == dose


def test_a_pause_is_no_duration_and_another_drugs_infusion_no_route() -> None:
    """'Paused for two weeks', 'before the first infusion'."""
    found = drugs(
        WOMAN + "Tofacitinib 5 mg daily was paused for 2 weeks. Before the first infusion "
        "prednisone 10 mg was given."
    )
    assert found["tofacitinib"].duration is None
    assert found["prednisone"].route is None

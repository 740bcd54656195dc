"""The reader: which sentence answers, about whom, and whether the reports answer at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import WordEncoder

from rag.embed import BASE, SentenceEncoder
from rag.reader.networks.again import AGAIN_FEATURES
from rag.reader.question.asked import asked, asks_for_several, is_yes_no, shown
from rag.reader.question.out_of_scope import asks_for_advice
from rag.reader.reader import Reader
from rag.reader.short.shorten import short_answer
from rag.reader.weighing.features import SENTENCE_FEATURES, word_overlap
from rag.reader.weighing.model import load_model, sigmoid, weights_for
from rag.reader.weighing.question_features import QUESTION_FEATURES
from rag.reader.whom.patients import Described, definite_patient, described, fits, passage_fits
from rag.schema import Case, Passage, Report

ASKED = {
    "What dose of methotrexate?": "dose",
    "How much prednisolone did she get?": "dose",
    "How long was she followed?": "time",
    "When did the ulcers heal?": "time",
    "How many patients had a relapse?": "number",
    "How old was he?": "age",
    "Was the patient male or female?": "sex",
    "Which drugs had failed?": "drug",
    "Which antibodies were found?": "antibody",
    "Did she improve?": "outcome",
    "Any side effects?": "adverse",
    "What did the skin look like?": "sign",
    "What did the biopsy show?": "laboratory",
    "What do the authors conclude?": "conclusion",
    "Why was it stopped?": "reason",
}


@pytest.mark.parametrize(("question", "kind"), ASKED.items(), ids=ASKED.values())
def test_a_question_says_what_it_asks_for(question: str, kind: str) -> None:
    """The kinds are read off its wording."""
    assert kind in asked(question)


SHOWN = {
    "She took 15 mg/kg a day.": "dose",
    "It healed within two weeks.": "time",
    "A 56-year-old woman was seen.": "age",
    "Anti-MDA5 was positive.": "antibody",
    "Rituximab was given.": "drug",
    "She went into remission.": "outcome",
    "The authors recommend it.": "conclusion",
    "The biopsy showed mucin.": "laboratory",
}


@pytest.mark.parametrize(("sentence", "kind"), SHOWN.items(), ids=SHOWN.values())
def test_a_sentence_says_what_it_can_answer(sentence: str, kind: str) -> None:
    """A sentence without a figure holds no dose, whatever it is about."""
    assert kind in shown(sentence)
    assert "dose" not in shown("Methotrexate was given for the rash.")


ADVICE = [
    "Should I give my patient rituximab?",
    "is that safe for my patient?",
    "is rituximab ok for my mother?",
    "40 kg child IVIG 2 g/kg how many grams?",
    "how many vials of IVIG for 154 lbs at 2 g/kg?",
    "What dose of methotrexate should we prescribe?",
    "What is the best treatment for calcinosis?",
    "Recommend a drug for my mother",
    "Can my patient stop prednisone?",
    "my son has JDM, can he skip the steroids?",
    "Could I come off methotrexate?",
    "may she halve the prednisone?",
    "Pt on MTX, ALT three times normal. Stop it or halve it?",
    "ILD worse on prednisone - add tacrolimus or start cyclophosphamide?",
    "my son weighs 15 kilos, how many grams of IVIG will he need?",
    "how much prednisone do I have to take",
    "How often does my mother need to inject methotrexate?",
]
NO_ADVICE = [
    "What do the authors recommend?",
    "How many grams of IVIG did the child receive?",
    "How many tablets of dapsone did she take?",
    "Which dose of rituximab was given?",
    "Did the patient stop prednisone?",
    "When could he come off prednisone?",
    "What should not be overlooked according to the report?",
    "Did they stop or reduce the dose?",
    "Which patients had to stop or halve methotrexate?",
    "how many infusions does it take to work?",
    "How much IVIG did she need?",
    "How often do patients need infusions?",
]


@pytest.mark.parametrize("question", ADVICE)
def test_a_wish_for_advice_is_recognised(question: str) -> None:
    """Whoever wants to be told what to do gets no dose."""
    assert asks_for_advice(question)


@pytest.mark.parametrize("question", NO_ADVICE)
def test_a_question_about_a_report_is_no_wish_for_advice(question: str) -> None:
    """What was done, or what authors recommend, can be answered."""
    assert not asks_for_advice(question)


def test_questions_for_several_and_for_yes_or_no() -> None:
    """The form of the question decides how many reports answer it."""
    assert asks_for_several("Which reports describe calcinosis?")
    assert asks_for_several("Compare dapsone with methotrexate")
    assert not asks_for_several("What was the dose of dapsone?")
    assert is_yes_no("Did she relapse?")
    assert not is_yes_no("When did she relapse?")


DESCRIBED = {
    "The 56-year-old woman with ulcers": Described(56, "female", None),
    "48 yo man": Described(48, "male", None),
    "a girl aged 9": Described(9, "female", None),
    "girl of 11 swollen all over": Described(None, "female", None),
    "the little girl, 3, whose bowel burst": Described(None, "female", None),
    "a child of 20 kg": Described(None, None, None),
    "a girl of 8 months": Described(None, "female", None),
    "33F with rash": Described(33, "female", None),
    "patient 2": Described(None, None, 2),
    "the second patient": Described(None, None, 2),
    "the two transplants, first one": Described(None, None, 1),
    "the first one to describe it": Described(None, None, None),
    "Case #1?": Described(None, None, 1),
    "What about the woman and her husband, a man of letters?": Described(None, None, None),
    "What was the dose?": Described(None, None, None),
}


@pytest.mark.parametrize(("question", "wanted"), DESCRIBED.items(), ids=DESCRIBED)
def test_the_patient_of_a_question(question: str, wanted: Described) -> None:
    """Age, sex and number are read where the question gives them."""
    assert described(question) == wanted


def test_an_askers_own_patient_need_not_be_in_the_reports() -> None:
    """'The 33-year-old woman' presupposes a report, 'my patient' and a vignette do not."""
    assert definite_patient("What was given to the 33-year-old woman?") is not None
    assert definite_patient("My patient, a 33-year-old woman, has ulcers.") is None
    assert definite_patient("A 33-year-old woman has ulcers.") is None


def test_a_case_fits_unless_something_known_contradicts() -> None:
    """Unknown age and sex fit everybody."""
    case = Case(1, 56, "female")
    assert fits(case, Described(56, "female", None))
    assert fits(case, Described(None, None, 1))
    assert fits(replace(case, age=None, sex=None), Described(9, "male", None))
    assert not fits(case, Described(57, None, None))
    assert not fits(case, Described(None, "male", None))
    assert not fits(case, Described(None, None, 2))


def test_a_passage_fits_through_its_patient() -> None:
    """A passage of the other patient never fits; one of the whole report does if anybody does."""
    report = Report("a", "A", "x", (), "a", "digest", "abstract",
                    cases=(Case(1, 56, "female"), Case(2, 40, "male")))  # fmt: skip
    passage = Passage("a", "case-2", 1, 0, 1, "case", patient=2)
    wanted = Described(56, "female", None)
    assert not passage_fits(passage, report, wanted)
    assert passage_fits(replace(passage, patient=1), report, wanted)
    assert passage_fits(replace(passage, patient=None), report, wanted)
    assert not passage_fits(replace(passage, patient=None), report, Described(9, None, None))
    assert passage_fits(passage, replace(report, cases=()), Described(9, None, None))


SHORT = {
    "one dose": ("What dose?", "She took 15 mg/day by mouth.", "15 mg/day"),
    "two doses": ("What dose?", "She took 15 mg/day, then 20 mg/day.", None),
    "no dose": ("What dose?", "She took prednisolone.", None),
    "age": ("How old was she?", "A 56-year-old woman was seen.", "56-year-old"),
    "time": ("How long was the follow-up?", "She was followed for 22 months.", "22 months"),
    "turned round": ("How long was the follow-up?", "There was no relapse for 22 months.", None),
    "antibody": ("Which antibody?", "Anti-MDA5 was positive.", "Anti-MDA5"),
    "nothing asked": ("Tell me more", "She took 15 mg/day.", None),
}


@pytest.mark.parametrize(("question", "sentence", "expected"), SHORT.values(), ids=SHORT)
def test_a_short_answer_is_the_one_thing_asked_for(question, sentence, expected) -> None:
    """Half of two doses would be a wrong answer, so two give none; else it is a slice."""
    found = short_answer(question, sentence)
    assert (found is None) == (expected is None)
    assert found is None or (expected in found and found in sentence)


def test_word_overlap_weighs_rare_words_more() -> None:
    """A text with the rare word of the question is nearer than one with the common word."""
    texts = ["the rash of dapsone", "the rash and the ulcers", "the rash again", "fever"]
    overlap = word_overlap("dapsone for the rash?", texts)
    assert overlap[0] == pytest.approx(1.0)
    assert overlap[1] == overlap[2] < 0.5
    assert overlap[3] == 0


def test_evidence_is_sentences_of_the_hits_best_first(casebook) -> None:
    """Each is a slice of its report within its passage, with a probability; order is total."""
    question = "What was the response to dapsone?"
    hits = casebook.find(question, k=12)
    reports = {i: casebook.library.report(i) for i in casebook.library.report_ids()}
    reading = Reader(casebook.encoder).read(question, hits, reports)
    assert reading.evidence
    for item in reading.evidence:
        text = reports[item.passage.report_id].text
        assert item.text == text[item.start : item.end]
        assert item.passage.start <= item.start < item.end <= item.passage.end
        assert 0 <= item.probability <= 1
    keys = [(-e.probability, e.passage.report_id, e.start) for e in reading.evidence]
    assert keys == sorted(keys)
    assert sorted(h.passage.id for h in reading.hits) == sorted(h.passage.id for h in hits)
    assert Reader(casebook.encoder).read(question, hits, reports) == reading


def test_no_hits_give_no_evidence(encoder) -> None:
    """Nothing to read is not answerable."""
    reading = Reader(encoder).read("What dose?", [], {})
    assert (reading.evidence, reading.answerable) == ((), 0.0)


def test_a_question_of_another_field_is_less_answerable(casebook) -> None:
    """Dapsone stands in the reports, the capital of France does not."""
    reports = {i: casebook.library.report(i) for i in casebook.library.report_ids()}
    reader = Reader(casebook.encoder)
    known, foreign = (
        reader.read(question, casebook.find(question, k=12), reports).answerable
        for question in ("What was the response to dapsone?", "What is the capital of France?")
    )
    assert known > reader.threshold > foreign


@pytest.mark.parametrize("adapted", [False, True])
def test_weights_belong_to_the_features_of_the_code(adapted, encoder) -> None:
    """Weights trained for other features are refused, not multiplied."""
    weights = weights_for(encoder if adapted else WordEncoder())
    for name, features in (("sentence", SENTENCE_FEATURES), ("question", QUESTION_FEATURES)):
        model = load_model(weights, name, features)
        assert model is not None and len(model.mean) == len(features)
        with pytest.raises(ValueError, match="train again"):
            load_model(weights, name, features[1:])
    assert load_model({}, "again", AGAIN_FEATURES) is None


def test_each_encoder_is_read_with_weights_of_its_own(encoder) -> None:
    """A user's own model counts as the packaged one."""
    assert weights_for(encoder) != weights_for(WordEncoder())
    assert weights_for(SentenceEncoder(BASE)) == weights_for(WordEncoder())


def test_log_odds_become_probabilities() -> None:
    """Even far out, where the exponential would overflow."""
    assert sigmoid(0) == 0.5
    assert 0 < sigmoid(-1e9) < 1e-20
    assert sigmoid(1e9) == pytest.approx(1)

"""Which questions are answered from the records, and what they ask of whom."""

from __future__ import annotations

import pytest

from rag.cases.asking import asked_of_records
from rag.cases.conditions import conditions

EXHAUSTIVE = """
    Everyone who got CAR-T cells, please.
    who was on tofacitinib and what became of them?
    pts w/ calcinosis - list
    In which reports did somebody die?
    Which kids ended up on rituximab?
    pts where HCQ was not enough - list them
    Who received tacrolimus systemically (not the ointment), across all reports?
    Which studies scored the skin with the CDASI, and how far did it fall?
    How many patients were treated with IVIg?
    How many patients given rituximab had a complete response?
    How many cases of calcinosis are there?
    How many women had anti-MDA5 antibodies?
    How many children received methotrexate?
    How many of the patients with ILD died?
    How many reports describe flagellate erythema?
    In how many reports was thalidomide used?
    how many pts on tofacitinib improved
    How many died after tacrolimus?
    How many responded to IVIg?
    How many were treated with plasma exchange?
    Of the patients with anti-MDA5, how many died?
    Among children with calcinosis, how many were given diltiazem?
    What proportion of patients given hydroxychloroquine had an adverse event?
    What percentage of anti-TIF1-gamma patients had cancer?
    What is the number of patients with dysphagia?
    How many men over 60 had cancer?
    How many patients under 18 were given rituximab?
    How many patients aged 20 to 40 years had interstitial lung disease?
    Which patients received tofacitinib?
    Which patients had skin ulcers but no muscle weakness?
    Which anti-MDA5 patients were given ciclosporin?
    Which reports mention dapsone?
    Which cases of amyopathic dermatomyositis had a malignancy?
    Which women were treated with mycophenolate mofetil?
    Which children did not respond to steroids?
    What cases of panniculitis have been reported?
    What reports are there on topical tacrolimus?
    Which juvenile cases had calcinosis?
    Which patients had failed methotrexate?
    Which patients died?
    Which patients relapsed after rituximab?
    Which patients with dysphagia were given IVIg or rituximab?
    Who was given cyclophosphamide?
    Who responded to abatacept?
    List all patients treated with JAK inhibitors.
    List the cases with Gottron's papules.
    List every report on pregnancy.
    Please list all children with juvenile dermatomyositis.
    Show all patients with anti-NXP2.
    Show me the cases of skin necrosis.
    Give me all reports of leflunomide.
    Name all patients who died.
    Find all cases with mechanic's hands.
    Tabulate the patients given apremilast.
    Can you list the patients with ovarian cancer?
    All cases with hiker's feet
    All patients given anifrolumab.
    Were any patients treated with thalidomide?
    Were any children given a JAK inhibitor?
    Was any patient given dapsone?
    Did any patients with CADM have cancer?
    Did any patient have an adverse event after IVIg?
    Have any cases of osteonecrosis been reported?
    Has anyone been treated with belimumab?
    Are there any reports of tuberculosis?
    Are there patients with psoriasis?
    Do you have any cases with pulmonary embolism?
    Any patients with gastric cancer?
    Is there any report of hydroxyurea?
    Compare IVIg and rituximab.
    Compare tofacitinib with baricitinib in children.
    Compare responses to methotrexate versus mycophenolate.
    rituximab vs IVIg in ILD
    Which treatments were given to patients with calcinosis?
    What treatments have been used for skin ulcers?
    Which drugs were tried in anti-MDA5 dermatomyositis?
    Which antibodies were found in patients with dysphagia?
    How did patients given tofacitinib respond?
    What were the outcomes of patients treated with CAR-T cells?
    Dapsone - who got it?
    Mechanic's hands: in whom?
    thalidomide, which patients were on it?
    wich pateints had calcinosis
    any caess of panniculitis?
    Calcinosis: how many children?
""".strip().splitlines()

OTHER = """
    How many mg of prednisolone did she receive?
    How many weeks until the ulcers healed?
    How many infusions of rituximab were given?
    How many courses of IVIg did he get?
    How many days was the patient on ECMO?
    How many of the six patients improved?
    How many patients were enrolled in the trial?
    How many patients smoked?
    How many patients did the authors review?
    How many of them died?
    How many patients in this series responded to methotrexate?
    How many of the 24 patients had cancer?
    How many joints were swollen?
    How often was IVIg given?
    How long was she followed?
    How did she respond to IVIg?
    How was the patient treated?
    How old was the man with flagellate erythema?
    Which drug cleared the rash?
    Which dose of IVIg was given for skin ulcers?
    Which patient died?
    Which antibody did the woman have?
    Which treatment was given to the 56-year-old woman with skin ulcers?
    Which of the two children was older?
    Which patients would benefit from rituximab most?
    Which patients should get IVIg first?
    Which biopsies were taken from the patients?
    Which patients were vegetarians?
    Which patients had children?
    Which patients in Ogawa 2017 were given rituximab?
    Which side effects did tofacitinib cause in the boy?
    Which patients travelled abroad before the rash?
    What is dermatomyositis?
    What is the dose of methotrexate?
    What was the response to dapsone?
    What did the patient receive for calcinosis?
    What was the median age of the patients?
    What are the signs of dermatomyositis?
    What happened to the woman after plasma exchange?
    What causes skin ulcers in anti-MDA5 disease?
    What were the adverse events in the trial?
    What do the authors conclude about rituximab?
    What CK level did patients with anti-MDA5 have?
    Why did the patients stop thalidomide?
    Why was tacrolimus added?
    When did the rash clear?
    Was the patient given rituximab?
    Was IVIg effective for the ulcers?
    Were the ulcers painful?
    Were steroids stopped in that patient?
    Did she have cancer?
    Did the rash improve with hydroxychloroquine?
    Did any of these patients relapse?
    Does IVIg help calcinosis?
    Is rituximab safe in pregnancy?
    Is there a link between ulcers and anti-MDA5?
    Are ulcers painful?
    Should I give my patients IVIg?
    Can I use tofacitinib in a child?
    Can patients with ILD fly?
    Tell me about Gottron's papules.
    Explain how IVIg works.
    Compare the two children.
    Compare her response to IVIg and to rituximab.
    List the side effects of hydroxychloroquine.
    List the drugs that she was given.
    Summarise the report by Kuwano.
    Show the biopsy findings.
    Who wrote the report on ulcers?
    Who discovered dermatomyositis?
    And what about the other patients?
    How did the child do on baricitinib?
    56-year-old woman with ulcers, which dose of IVIg?
    all the best
    Witch hazel for ulcers?
    Which causes of ulcers are known?
    The rash: what helped it?
    IVIg - what does it do?
    ILD
""".strip().splitlines()


def lines(block: list[str]) -> list[str]:
    return [line.strip() for line in block]


def test_there_are_enough_wordings():
    """Sixty of each kind at least, none twice."""
    assert len(set(lines(EXHAUSTIVE))) == len(EXHAUSTIVE) >= 60
    assert len(set(lines(OTHER))) == len(OTHER) >= 60


@pytest.mark.parametrize("question", lines(EXHAUSTIVE))
def test_a_question_about_all_is_taken(question):
    """However it is worded, it is answered from the records."""
    assert asked_of_records(question) is not None


@pytest.mark.parametrize("question", lines(OTHER))
def test_any_other_question_is_left_alone(question):
    """A question about one patient, one report, or what no record says is read as ever."""
    assert asked_of_records(question) is None


def said(question: str) -> tuple[list[str], list[str]]:
    """The conditions of whom, and those that are asked, as key:value."""
    asked = asked_of_records(question)
    assert asked is not None
    return tuple(
        [f"{'no ' if w.absent else ''}{w.key}:{'/'.join(w.values) or w.said}" for w in wishes]
        for wishes in (asked.population, asked.asked)
    )  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("question", "of_whom", "asked"),
    [
        (
            "How many patients given IVIg had a complete response?",
            ["treatment:intravenous immunoglobulin"],
            ["response:complete"],
        ),
        (
            "Which anti-MDA5 patients received Xeljanz?",
            ["antibody:anti-mda5"],
            ["drug:tofacitinib"],
        ),
        (
            "How many patients who were given IVIg did not improve?",
            ["treatment:intravenous immunoglobulin"],
            ["response:none/worsened"],
        ),
        ("Which patients had failed methotrexate?", [], ["prior:methotrexate"]),
        ("Which girls had no rash?", ["age group:child", "sex:female"], ["no feature:rash"]),
        (
            "Were any patients with ILD given rituximab or IVIg?",
            ["feature:interstitial lung disease"],
            ["drug:rituximab/intravenous immunoglobulin"],
        ),
        (
            "Of the patients with calcinosis, how many died?",
            ["feature:calcinosis"],
            ["response:died"],
        ),
        ("How many men over 60 had cancer?", ["sex:male", "age:61- years"], ["feature:malignancy"]),
        (
            "Which patients had etanercept-induced dermatomyositis?",
            [],
            ["drug:etanercept"],
        ),
        ("Which patients were anti-Jo-1 negative?", [], ["no antibody:anti-jo-1"]),
    ],
)
def test_of_whom_and_what(question, of_whom, asked):
    """The words before the main verb say of whom; a response is always what is asked."""
    assert said(question) == (of_whom, asked)


def test_a_comparison_names_what_is_compared():
    """The compared drugs are the groups, the rest says of whom."""
    asked = asked_of_records("Compare IVIg and rituximab in children")
    assert asked is not None
    assert (asked.kind, asked.by) == ("compare", "treatment")
    assert asked.values == ("intravenous immunoglobulin", "rituximab")
    assert [wish.values for wish in asked.population] == [("child",)]


def test_reports_rather_than_patients():
    """'Which reports …' counts reports."""
    assert asked_of_records("Which reports mention dapsone?").papers
    assert not asked_of_records("Which patients were given dapsone?").papers


def test_a_word_that_no_condition_takes_is_left_over():
    """The words that stay are what decides that a question is not understood."""
    assert "smoked" in conditions("Which patients smoked?").rest


def test_misspelt_drugs_are_understood():
    """A typo in a drug's name is read as in other questions."""
    assert said("Which patients received rituximub?") == ([], ["drug:rituximab"])

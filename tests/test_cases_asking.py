"""Which questions are answered from the records (what they ask of whom: test_cases_conditions)."""

from __future__ import annotations

import pytest

from rag.cases.asking import asked_of_records
from rag.cases.counting import begins_anew
from rag.schema import Turn

EXHAUSTIVE = """
    I'd be grateful for a list of MDA5 cases
    Point me to patients whose skin ulcers healed with IVIG
    ILD + MDA5 = who?
    How frequently was cyclophosphamide resorted to?
    Name three patients with calcinosis
    overview: JAK inhibitors
    whatever there is about hydroxyurea
    reports where patients bled
    Who had a flare after vaccination?
    Any patient in whom tacrolimus made things worse?
    Treatments used in anti-MDA5 ILD
    Any success stories with IVIG?
    How many reports do you hold?
    non-cancer patients with anti-TIF1
    twenty-somethings with DM
    Anything published on tofacitinib in juveniles?
    calcinosis: what was tried?
    Could I have a rundown of whoever was treated with a CAR-T product?
    dysphagia patients – who learned to swallow again?
    every anti-Jo1 or anti-OJ holder
    did steroid-only treatment ever suffice?
    leukaemia or cancer in the background?
    Where do I read about ovarian cancer together with dermatomyositis?
    A nurse asks: which patients had trouble swallowing?
    give me all anti TIF1γ
    list the hydroxyurea-triggered ones
    any fellas with prostate or bladder tumours?
    azathioprine: count + outcomes
    the very young ones, under 5
    what did they give to women with calcinosis?
    Do you have anything on calcinosis in boys?
    Among the women, how many had everything clear up completely?
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


VOICES = """
    Patients positive for TIF1 gamma?
    Ovarian cancer cases?
    gut perforation: cases, please
    mechanic's hands, who
    Calcineurin inhibitor patients - list
    my class needs a table of the juvenile cases with age, drug and result
    Give me a rundown of every patient on ECMO.
    What became of those who needed a lung transplant?
    Is there a patient in whom swallowing recovered completely?
    over-60s on IVIG
    Patients in their forties, please.
    Where was naltrexone tried?
    What has been tried in amyopathic disease?
    Which cases were blamed on a medicine?
    Did tacrolimus by mouth work for anyone?
    ILD + anti-Jo-1?
    Could somebody pull together the kids who were put on plasma exchange?
    whose dermatomyositis returned?
""".strip().splitlines()

OF_OTHER_THINGS = """
    What is the mean age of patients with calcinosis?
    How frequent is calcinosis among children?
    Which infections occurred in the patients on tofacitinib?
    Were they men or women?
    Did the kids take other medicines with it?
    Where on the body is the rash most often found in patients?
    A 45-year-old woman with ulcers was given IVIg: how many infusions?
    Which mild cases had calcinosis?
    Which Japanese patients had calcinosis?
""".strip().splitlines()


@pytest.mark.parametrize("question", lines(VOICES))
def test_many_voices_ask_for_all(question):
    """Fragments, requests and roundabout questions have the frames of plain ones."""
    assert asked_of_records(question) is not None


@pytest.mark.parametrize("question", lines(OF_OTHER_THINGS))
def test_a_frame_that_asks_for_another_thing_is_left(question):
    """A mean, a place or a word that narrows unseen is nothing that can be counted."""
    assert asked_of_records(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "JDM ASCT series - n?",
        "pts 1 & 2 relapsed after ASCT - rescue tx?",
        "Wong-type DM w/ TIF1γ: KL-6?",
        "What fraction of DM is amyopathic?",
    ],
)
def test_one_series_or_textbook_share_is_no_list(question):
    """They ask about one report, or about the disease at large."""
    assert asked_of_records(question) is None


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Who fell ill on TNF inhibitors?", "And statins, who fell ill on those?", True),
        ("Who fell ill on TNF inhibitors?", "How many of them died?", False),
        ("How long did the boy take IVIg?", "Which patients got tofacitinib?", False),
    ],
)
def test_a_list_may_follow_a_list(before, question, expected):
    """With a subject of its own it is not about the reports that the first one found."""
    assert begins_anew(question, [Turn(before, before)]) is expected


def test_a_not_that_belongs_to_nothing_is_left_alone():
    """Counting without it would answer the opposite; 'and in which not' asks for all."""
    assert asked_of_records("Which patients did not attend with calcinosis?") is None
    assert asked_of_records("In which cases did rituximab help the rash, and in which not?")


@pytest.mark.parametrize(
    "question",
    [
        "What did they do about the headaches?",
        "eyelid rash, n?",
        "the young ones?",
        "Any harm?",
        "Since the rash did not respond to rituximab, what was tried afterwards?",
    ],
)
def test_one_report_or_nothing_named_is_left(question):
    """These are asked of one report, or name no condition."""
    assert asked_of_records(question) is None

"""Yes and no are said only where a clause says them of the very thing."""

from __future__ import annotations

import json

import pytest
from places import ROOT

from rag.reader.short.denials import denied
from rag.reader.short.polarity import affirmed, polarity

SURE = (
    ("Did antibiotics help?", "Courses of antibiotics gave {no meaningful relief}.", "No"),
    ("Did diltiazem help?", "Diltiazem was {without benefit}.", "No"),
    ("Did dapsone work?", "On dapsone {the rash cleared}.", "Yes"),
    ("did the crem help?", "With the cream {her skin improved}.", "Yes"),
    ("Any fever?", "She had {no fever}.", "No"),
    ("Any fever?", "She had {fever}.", "Yes"),
    ("Was there a rash?", "{No rash} was seen.", "No"),
    ("Was a biopsy done?", "{A biopsy was not performed}.", "No"),
    ("Any adverse effects?", "Adverse effects: {none}.", "No"),
    ("was his ana postive?", "The {antinuclear antibody screen was positive}.", "Yes"),
    ("Was the CK raised?", "{CK was normal}.", "No"),
    ("Was the CK normal?", "{CK was normal}.", "Yes"),
    ("Was the CK normal?", "{CK was raised}.", "No"),
    ("Was the CK normal?", "{CK was not raised}.", "Yes"),
    ("Was the CK raised?", "{CK was not raised}.", "No"),
    ("Was there weakness?", "He had a rash, but {no weakness}.", "No"),
    ("Was there weakness?", "He had no rash, but {proximal weakness}.", "Yes"),
    ("Did he relapse?", "{He did not relapse}.", "No"),
    # a label and its value are one statement
    ("Were there side effects?", "{Side effects} of the drug: none.", "No"),
    ("Did dapsone help?", "{The rash cleared} on dapsone.", "Yes"),
    ("Did she survive?", "She was ventilated and {survived}.", "Yes"),
    ("Did the older man make it?", "Outcome: {death} after two weeks.", "No"),
    ("Did he die?", "He {died} at home.", "Yes"),
    ("Was IVIG given?", "{IVIG} was never given.", "No"),
    ("Did the rash itch?", "{The rash did not itch}.", "No"),
    # whom it is about need not be named again
    ("Was there weakness in the 61-year-old whose serum was positive?", "{No weakness}.", "No"),
    ("Was there a rash?", "There was {neither rash nor weakness}.", "No"),
    # a kind of what is asked about
    ("Were steroids given?", "{Prednisone 60 mg daily} was given.", "Yes"),
    ("Was there interstitial lung disease?", "There was {pulmonary fibrosis}.", "Yes"),
)
OPEN = (
    # not a question of yes or no
    ("What helped?", "Dapsone {helped}."),
    ("Was it oral or intravenous?", "It was {oral}."),
    # degree, order, doubt
    ("Did it clear entirely?", "{The rash improved}."),
    ("Did the rash still itch?", "{The rash itched}."),
    ("Did dapsone help?", "{The rash improved} slightly on dapsone."),
    ("Did dapsone help?", "The rash {partly improved} on dapsone."),
    ("Did dapsone help?", "The rash {cleared} except on the hands."),
    ("Was there a tumour?", "{A tumour was suspected}."),
    ("Any fever?", "There was {possibly fever}."),
    ("Was rituximab given?", "{Rituximab was planned}."),
    ("Was rituximab given?", "{Rituximab} would have been the next step."),
    ("Did she have arthritis?", "{Her mother had arthritis}."),
    # something else is spoken of
    ("Did he smoke?", "He kept {a cat}."),
    ("Did she have fever?", "She had {a rash}."),
    # a negation of another thing in the clause
    ("Any rash?", "She had {a rash without itching}."),
    ("Any itching?", "Neither {rash nor itching} was not seen."),
    # what was given after it, or another drug
    (
        "Did cyclophosphamide help her muscles?",
        "{Muscle strength had deteriorated}, so cyclophosphamide was given, and weakness improved.",
    ),
    ("Did dapsone help?", "{The rash cleared} on tofacitinib."),
    ("Did dapsone cause fever?", "Tofacitinib {caused fever}."),
    # a question that is itself about harm, limits or an end
    ("Did anybody fail to improve?", "{All improved}."),
    ("Was the benefit confined to the skin?", "{The benefit was seen in skin} and muscle."),
    ("Did the benefit wear off?", "The {benefit} lasted a year."),
    # 'without' denies the one, not the other
    ("Was there an adolescent?", "One had DM without weakness, one {adolescent} DM."),
    # what is asked for is not named, whatever else is
    ("Did the dapsone rash study have controls?", "{The dapsone rash study} had nine patients."),
    # other patients of the series
    ("Did the fourth patient have a rash?", "{A rash was seen} in patients 1-3."),
    # what had no effect was there
    ("Was rituximab given?", "There was {no response to rituximab}."),
    # a slip for 'where'
    ("were did the rash start?", "{The rash started} on the hands."),
    # a part of many, a cause, somebody else
    ("Did he survive?", "{Two of five survived}."),
    ("Did he die of cancer?", "{He died}."),
    ("Did she die?", "{Her mother had died}."),
    ("Was there a cancer in the woman's family?", "{A cancer} was found."),
    ("Was the death of the woman with DM caused by the rash?", "{The death} of a woman with DM."),
    ("Was there a rash in the other patient?", "There was {a rash}."),
    ("Did the rash clear?", "It cleared {neither rash nor weakness}."),
    ("Did the rash itch?", "{The rash on the palms, not the face, itched}."),
    ("Did the weakness improve?", "{Both improved} quickly."),
    ("Did she survive?", "Serious infection or {death}: none."),
    ("Was there weakness?", "Most comparable patients also have {weakness}."),
    ("Was methotrexate used?", "{Methotrexate}, which he wished for, was not used."),
    ("Was IVIG given?", "{IVIG} did nothing for her strength."),
    ("Was methotrexate used?", "Steroids and {methotrexate} had not controlled the rash."),
    ("Did the treatment work?", "{No response} to any therapy: 6 patients."),
    ("Did the rash clear?", "{Improvement} of the rash was judged by the physician."),
    # a kind of it was not there, or looked for
    ("Were steroids given?", "{Prednisone} was not given."),
    ("Was there a cancer?", "She was screened for {ovarian cancer}."),
    # a value that became so, a range in brackets, another value of the sentence
    ("Was anti-MDA5 positive?", "The {anti-MDA5 antibody} turned negative."),
    ("Was the CK raised?", "She had a {CK} of 7,000 U/L (normal below 145)."),
    ("Was the CK raised?", "Strength increased, and the {CK}, with the LDH, was measured."),
    # what came later was denied, not the thing
    ("Was methotrexate used?", "{Methotrexate} was added in May, never increased."),
    ("Was there a rash?", "There was fatigue, whether or not {a rash} was seen."),
    # in general, of some, of two
    ("Were steroids given?", "Usual treatment is {a corticosteroid}."),
    ("Did the rash clear?", "{Near-complete clearing}: 4 of 13."),
    ("Did it come back?", "One recovered; the other had {a relapse when it came back}."),
    # another sign, another cause, no harm, no drug named
    ("Did the weakness improve?", "{The rash cleared}."),
    ("Did the rash clear?", "Sunlight {worsened the rash}."),
    ("Did it work?", "There was {no adverse effect}."),
    ("Did the treatment work?", "{no progression} was seen in skin or muscle."),
    ("Did the treatment work?", "Failed treatment: {azathioprine}."),
    ("Did dapsone help?", "{The weakness was not helped}."),
    ("Did he survive?", "{Fourteen died}."),
    # both at once
    ("Did it help?", "{The rash cleared, the ulcers persisted}."),
)


def marked(text: str) -> tuple[str, int, int]:
    before, _, rest = text.partition("{")
    words, _, after = rest.partition("}")
    return before + words + after, len(before), len(before) + len(words)


@pytest.mark.parametrize(("question", "text", "said"), SURE)
def test_yes_and_no_where_the_clause_says_so(question, text, said):
    """Negation, 'none', a normal value, an effect that failed."""
    assert polarity(question, *marked(text)) == said


@pytest.mark.parametrize(("question", "text"), OPEN)
def test_neither_where_anything_is_left_open(question, text):
    """Degree, doubt, plans, other people, other things: the sentence speaks for itself."""
    assert polarity(question, *marked(text)) is None


@pytest.mark.parametrize(("question", "text", "said"), SURE)
def test_the_clause_that_names_what_is_asked_is_found(question, text, said):
    """Without being told where the answer stands: the same, or nothing, never the contrary."""
    assert affirmed(question, marked(text)[0]) in (said, None)


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        ("Any fever?", "He was tired; there was no fever.", "No"),
        ("Was there weakness?", "He had no rash, but proximal weakness was there.", "Yes"),
        ("Was the CK raised?", "The rash faded, and the CK was normal.", "No"),
        ("Did he smoke?", "He kept a cat.", None),
        ("What was raised?", "The CK was raised.", None),
    ],
)
def test_yes_and_no_of_a_sentence(question, sentence, said):
    """The clause about the thing decides, not another one."""
    assert affirmed(question, sentence) == said


def test_yes_and_no_are_rarely_wrong() -> None:
    """Over questions judged by hand (train and validation reports): said seldom, and then right."""
    rows = (ROOT / "eval" / "asked" / "yes_no.jsonl").read_text("utf-8").splitlines()
    said, right = 0, 0
    for row in map(json.loads, rows):
        found = {affirmed(row["question"], sentence) for sentence in row["evidence"]} - {None}
        if len(found) == 1:
            said += 1
            right += found == {row["says"].capitalize()}
    assert len(rows) == 563
    assert said >= 28
    assert right >= 0.93 * said


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Were his muscles hit as well?", "Strength: {not affected}."),
        ("Did the scan show a stroke?", "MRI {unremarkable}."),
        ("Did it harm anyone?", "Adverse effects: {none}."),
        ("Had she hurt herself?", "It bled {without injury}."),
        ("Is it harmless?", "{It is therefore not harmless}."),
    ],
)
def test_a_stretch_that_denies_says_no(question: str, text: str):
    """It need not share a word with the question: the network is sure that it answers."""
    assert denied(question, *marked(text)) == "No"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # the question is after something good, or after a lack
        ("Was it well tolerated?", "There were {no adverse effects}."),
        ("Was he free of rash?", "There was {no rash}."),
        ("Did anybody fail to improve?", "There was {no failure}."),
        # more than one thing, a doubt, a relative clause, another drug
        ("Was there harm?", "{no deaths, two infections}."),
        ("Was there a stroke?", "There was possibly {no stroke}."),
        ("Was there an effect on CK?", "Drugs that had {not lowered it} were these."),
        ("Did dapsone do harm?", "Rituximab: {none}."),
        ("Were there relapses on it?", "There was {no response}."),
        # that something is safe is left to the report's own words
        ("Is it safe?", "{It is safe}."),
        ("Is it safe?", "{no deaths}."),
        # nothing is denied
        ("Did it harm anyone?", "{Mild rash}."),
        # another thing is denied than the one asked about
        ("Was there dysphagia?", "He had {no headache}."),
        ("Was there a rash?", "There was {no comparison group}."),
        ("Was the rash itchy?", "{No rash} was seen."),
        ("Did the rash clear?", "{No adverse effect} was seen."),
        ("Did steroids help?", "It settled {without steroids}."),
        ("Did the weakness improve?", "Muscle involvement: {none}."),
        ("Did it come back?", "Stopping it brought {no recovery}."),
        (
            "Was anti-MDA5 positive?",
            "Anti-Jo-1 antibodies were {negative}.",
        ),
        # it was not done: what would have been found?
        ("Was the MRI abnormal?", "{MRI was not repeated}."),
        ("Did she survive?", "She had {no headache}."),
    ],
)
def test_a_denial_of_something_else_says_nothing(question: str, text: str):
    """Neither yes nor no: the sentence is quoted anyway."""
    assert denied(question, *marked(text)) is None

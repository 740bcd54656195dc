"""`rag.verify` on sentences as a model writes them near their evidence: drugs that the span calls
'it', lists of antibodies, doubled doses, what was planned and not given, and what a 'not' leaves
out.
"""

from __future__ import annotations

import pytest

from rag.verify.antecedents import drugs_meant
from rag.verify.check import verify
from rag.verify.ellipsis import completed
from rag.verify.grounds import grounds
from tests.test_verify import cite, judged, shelf

SAID = [
    # Bounds, multiples, times.
    ("CK did not exceed 140 U/L [1].", "CK never exceeded 140 U/L."),
    ("Methaemoglobin stayed at or below 3.8% [1].", "Methaemoglobin never exceeded 3.8%."),
    ("Prednisone could not be tapered below 12.5 mg [1].",
     "Prednisone 12.5 mg daily could not be lowered."),
    ("Dapsone was raised from 50 mg to 100 mg daily [1].",
     "Dapsone was begun at 50 mg daily and doubled after one week."),
    ("It settled within three days [1].", "It settled within 72 hours."),
    ("She has been well for two and a half years [1].", "She has been well for 30 months."),
    ("A tube was needed for more than a month [1].", "A tube was needed for 5 weeks."),
    ("About 20% had cancer [1].", "One fifth had cancer."),
    ("Blood pressure rose from 130/80 to 165/100 mmHg [1].",
     "Blood pressure, 130/80 mmHg before, rose to 165/100 mmHg."),
    ("At 7 years of age his score was 46 [1].", "At 7 years his score is 46."),
    ("By May 2013 the scalp was clear [1].", 
     "In May 2013, one year after surgery, the scalp was clear."),
    # Names and signs.
    ("He was positive for anti-Mi-2 and negative for anti-Jo-1 antibodies [1].",
     "Anti-Mi-2 antibodies were present; anti-Jo-1 was not found."),
    ("Lymphopenia of 0.6 without infection was noted [1].",
     "Lymphocytes dropped to 0.6, without infection."),
    ("The lump was surgically removed [1].", "The lump was excised."),
    ("Her CK was elevated at 3,260 IU/L [1].", "CK was 3,260 IU/L (normal, 26-140)."),
    # Denials.
    ("The calves were not involved [1].", "The calves were free."),
    ("She rose from a chair without help [1].", "She rose from a chair unaided."),
    ("Headache after the first infusion did not recur with slower infusion [1].",
     "Headache followed the first infusion and was prevented by a slower infusion."),
    ("She had headache, and no other adverse effects [1].",
     "There were no adverse effects apart from headache."),
    ("Tofacitinib was dropped, prednisone was not [1].",
     "Tofacitinib was stopped, and prednisone was continued."),
    ("No steroid was needed for the second remission [1].",
     "A second remission came without steroids."),
    ("Cyclosporin was tapered, and no steroid was needed for the second remission [1].",
     "Cyclosporin was tapered; the second remission needed no steroid."),
    ("She has been without prednisolone since 2019 [1].", "Prednisolone was stopped in 2019."),
    ("Her parents said no to deflazacort [1].", "Deflazacort was declined by her parents."),
    ("Not even 30 women are known [1].", "Fewer than 30 women are known."),
    ("The rash did not fade until March [1].", "The rash persisted until March."),
    # What stands in two clauses.
    ("Although strength recovered, the rash worsened [1].",
     "Strength recovered, but the rash became worse."),
    ("The authors cannot tell whether plasma exchange improved his survival [1].",
     "Whether plasma exchange contributed to his survival cannot be decided."),
]  # fmt: skip

NOT_SAID = [
    ("CK did not exceed 140 U/L [1].", "CK exceeded 140 U/L."),
    ("Dapsone was raised from 50 mg to 150 mg daily [1].",
     "Dapsone was begun at 50 mg daily and doubled after one week."),
    ("It settled within three days [1].", "It settled within 96 hours."),
    ("A tube was needed for more than a month [1].", "A tube was needed for 5 days."),
    ("Some 34% had cancer [1].", "About one third had cancer."),
    ("He was positive for anti-Jo-1 antibodies [1].",
     "Anti-Mi-2 antibodies were present; anti-Jo-1 was not found."),
    ("The calves were involved [1].", "The calves were free."),
    ("Prednisone was dropped [1].", "Tofacitinib was stopped, and prednisone was continued."),
    ("CK was not 140 U/L [1].", "CK was 140 U/L."),
    ("Surgery was not cancelled [1].", "Surgery was scheduled and called off."),
    # Thought of, refused, ended.
    ("Infliximab was given [1].", "Infliximab was considered but withheld."),
    ("Methylene blue was administered [1].", "Methylene blue was held ready but was not needed."),
    ("Rituximab was given to her [1].", "Rituximab was planned for her but never approved."),
    ("The biopsy confirmed it [1].", "The planned biopsy was omitted."),
    ("He remains on prednisolone [1].", "Prednisolone was withdrawn in 2014."),
    ("Ciclosporin was stopped because of hypertension [1].",
     "Under ciclosporin hypertension occurred and was controlled with amlodipine."),
    # What a test is said to have shown, and how it went.
    ("Colonoscopy revealed a malignancy [1].", "Mammography and colonoscopy were normal."),
    ("Coronary angiography revealed a stenosis [1].", "Coronary angiography was unremarkable."),
    ("The biopsy was normal [1].", "The biopsy showed perifascicular atrophy."),
    # In words that exclude each other.
    ("There is much evidence on screening [1].", "Evidence on screening is limited."),
    ("She walked with assistance at 4 months [1].", "She walked unaided at 4 months."),
    ("Plasma exchange contributed to his survival [1].",
     "Whether plasma exchange contributed to his survival cannot be decided."),
    ("The gynaecomastia was permanent [1].", "The gynaecomastia regressed."),
    ("Creatinine rose in both patients [1].", "Creatinine was unchanged in both patients."),
    ("The erythema cleared by month 4 [1].", "The erythema remained."),
    ("Anti-TIF1-gamma antibodies had disappeared [1].", "Anti-TIF1-gamma remained detectable."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text"), SAID, ids=[a for a, _ in SAID])
def test_a_sentence_near_its_span_is_supported(answer, text):
    """A model that keeps to its evidence is not struck out."""
    verdict = judged(answer, text)
    assert verdict.verdict == "supported", verdict.reasons


@pytest.mark.parametrize(("answer", "text"), NOT_SAID, ids=[f"{a} / {t}" for a, t in NOT_SAID])
def test_a_sentence_near_its_span_that_is_not_so_is_caught(answer, text):
    """Each has nearly all the words of its span."""
    assert judged(answer, text).verdict != "supported"


def last_of(text: str, sentence: str, answer: str):
    """The verdict on an answer that cites one sentence of a text."""
    report = shelf(text)
    start = text.index(sentence)
    whole = cite(report)
    one = type(whole)(
        *(getattr(whole, f) for f in ("number", "report_id", "title", "authors", "journal",
                                      "year", "doi", "pmid", "source_kind", "basis", "section",
                                      "page")),
        start, start + len(sentence), sentence, whole.patient, "", whole.edition,
    )  # fmt: skip
    return verify(answer, (one,), {report.id: report})[0], grounds([one], {report.id: report})


def test_it_is_the_drug_of_the_sentence_before():
    """'It was withdrawn' is said of the drug that the sentence before names, and of no other."""
    text = "Ciclosporin was introduced in May. It was withdrawn after 20 months."
    verdict, proof = last_of(text, "It was withdrawn after 20 months.",
                             "Ciclosporin was withdrawn after 20 months [1].")  # fmt: skip
    assert verdict.verdict == "supported", verdict.reasons
    assert drugs_meant(proof) == {"ciclosporin"}
    other, _ = last_of(text, "It was withdrawn after 20 months.",
                       "Methotrexate was withdrawn after 20 months [1].")  # fmt: skip
    assert {reason.kind for reason in other.reasons} == {"drug"}


def test_of_two_drugs_it_is_neither():
    """Where the sentence before names two drugs, the sentence does not tell which 'it' is."""
    text = "After prednisolone and methotrexate she was better. It was withdrawn in May."
    _, proof = last_of(text, "It was withdrawn in May.", "Methotrexate was withdrawn [1].")
    assert drugs_meant(proof) == frozenset()


def test_the_latter_is_the_last_drug():
    """'The latter' names one of several."""
    text = "She took prednisolone and IVIG. Swallowing returned after the latter."
    _, proof = last_of(text, "Swallowing returned after the latter.", "IVIG helped [1].")
    assert drugs_meant(proof) == {"intravenous immunoglobulin"}


@pytest.mark.parametrize(
    ("claim", "full"),
    [
        ("Mycophenolate was dropped, tacrolimus was not",
         "Mycophenolate was dropped, tacrolimus was not dropped"),
        ("The arms improved, but the legs did not.",
         "The arms improved, but the legs did not improved."),
        ("It was not given", "It was not given"),
        ("Nothing was said", "Nothing was said"),
    ],
)  # fmt: skip
def test_what_a_not_leaves_out_is_put_back_in(claim, full):
    """The verb of the clause before is what the last 'not' denies."""
    assert completed(claim) == full

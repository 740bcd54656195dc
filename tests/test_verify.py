"""`rag.verify`: a written sentence against its spans, for each kind of fact, both ways."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import pytest
import snowballstemmer

from rag.schema import Case, Citation, Report, Section
from rag.verify.check import verify
from rag.verify.words import plain_stem

REPORTS: dict[str, Report] = {}


@cache
def shelf(text: str, cases: tuple[Case, ...] = (), patient: int | None = None) -> Report:
    """A report of one section whose whole text is the span."""
    section = Section("case", "Case", "case", 0, len(text), patient)
    return Report(
        "roe-2019-case", "A case of dermatomyositis", text, (section,), "roe.md", "paper",
        "full text", authors=("Roe J",), year=2019, cases=cases,
    )  # fmt: skip


def cite(report: Report, number: int = 1) -> Citation:
    section = report.sections[0]
    return Citation(
        number, report.id, report.title, report.authors, None, report.year, None, None, "paper",
        "full text", "Case", None, 0, len(report.text), report.text, section.patient, "",
        report.patients > 1,
    )  # fmt: skip


def judged(answer: str, text: str, cases: tuple[Case, ...] = (), patient: int | None = None):
    report = shelf(text, cases, patient)
    (verdict,) = verify(answer, (cite(report),), {report.id: report})
    return verdict


def kinds(answer: str, text: str, **options) -> set[str]:
    return {reason.kind for reason in judged(answer, text, **options).reasons}


WOMAN = (Case(1, age=52, sex="female", subtype="anti-MDA5 DM", antibodies=("anti-MDA5",)),)

TRUE = [
    ("Prednisone was given at 60 mg a day [1].", "She received prednisone 60 mg daily."),
    ("Rituximab 1000 mg was infused twice [1].", "Two infusions of rituximab 1 g were given."),
    ("MMF 2000 mg bid controlled the rash [1].",
     "Mycophenolate mofetil 2 g twice daily controlled the rash."),
    ("After 12 months the rash cleared [1].", "The rash cleared after one year."),
    ("After two weeks the fever had gone [1].", "Within a fortnight the fever was gone."),
    ("By week 12 the ulcers had healed [1].", "The ulcers healed by the twelfth week."),
    ("Nine of 17 patients responded [1].", "Response: 9 of 17 patients responded."),
    ("The dose was 2 to 4 mg/kg per day [1].", "The dose was 2-4 mg/kg/day."),
    ("IVIG was given every other week [1].", "Intravenous immunoglobulin was given every 2 weeks."),
    ("Enbrel was stopped [1].", "Etanercept was discontinued."),
    ("Tofacitinib did not help [1].", "Tofacitinib was useless."),
    ("Side effects were not a big problem [1].", "Adverse effects were mild."),
    ("Patients were not followed for long [1].", "The follow-up of the patients was short."),
    ("Her palms were no longer tender [1].", "The tenderness of the palms subsided."),
    ("She could not come off steroids [1].", "The child depended on steroids."),
    ("Steroids did not stop the lungs from getting worse [1].",
     "The lungs got worse in spite of steroids."),
    ("Her muscles were healthy [1].", "She had no muscle disease."),
    ("Anti-MDA5 was positive but anti-TIF1-gamma and anti-ARS negative [1].",
     "Anti-MDA5 antibodies were positive, while anti-TIF1-gamma, anti-Mi-2 and anti-ARS "
     "antibodies were negative."),
    ("There was no muscle involvement [1].", "Muscle was not involved."),
    ("Anti-Mi-2 was positive and anti-NXP2 negative [1].",
     "Anti-Mi-2 antibodies were positive; anti-NXP2 antibodies were negative."),
    ("Her CDASI fell from 27 to 8 [1].", "Her CDASI decreased from 27 to 8."),
    ("Creatine kinase was 3820 U/L [1].", "The CK was 3,820 U/L."),
    ("She died of a stroke [1].", "She died of a stroke in February."),
    ("The authors suggest that it may work [1].", "This treatment may work, the authors suggest."),
    ('The rash was called "wholly resistant" [1].', "The rash was wholly resistant to treatment."),
    ('It says "the rash … to treatment" [1].', "So the rash was wholly resistant to treatment."),
    ("Not one of them had lung changes [1].", "There were no lung changes in any of them."),
    ("She was 68 and took hydroxyurea [1].", "A 68-year-old woman took hydroxyurea."),
    ("About half responded to it (9 of 17) [1].", "Response to it: 9 of 17 patients responded."),
    ("Nearly a third had an itch from dapsone [1].",
     "An itch from dapsone was seen in 12 of 39 patients (31%)."),
    ("The dysphagia has not come back in three years [1].", "Follow-up: no dysphagia for 3 years."),
    ("There were no signs of muscle disease [1].", "Muscle was not involved."),
    ("A control group was lacking [1].", "There was no control group."),
]  # fmt: skip

FALSE = [
    ("antibody", "A woman with anti-Mi-2 DM improved [1].", "A woman with anti-Jo-1 DM improved."),
    ("negation", "Side effects were not mild [1].", "Adverse effects were mild."),
    ("negation", "The pain was not severe [1].", "Pain was severe in one and mild in another."),
    ("negation", "Hydroxychloroquine was never given [1].",
     "Hydroxychloroquine was tried because she had refused steroids."),
    ("negation", "The rash was not clear at two months [1].",
     "At two months the rash was clear and the shoulders remained pink."),
    ("negation", "Neither drug was not sufficient [1].", "Both drugs were insufficient."),
    ("number", "Prednisone was given at 80 mg a day [1].", "She received prednisone 60 mg daily."),
    ("number", "Prednisone was given at 60 g a day [1].", "She received prednisone 60 mg daily."),
    ("frequency", "Prednisone 60 mg was given weekly [1].", "She received prednisone 60 mg daily."),
    ("frequency", "Colchicine 1 mg tds was given [1].", "Colchicine 1 mg twice daily was given."),
    ("number", "After 12 weeks the rash cleared [1].", "The rash cleared after 12 months."),
    ("number", "After four weeks it healed [1].", "After 4 months it healed."),
    ("number", "Eight of 17 patients responded [1].", "Of the patients, 9 of 17 responded."),
    ("number", "She needed over 20 mg of prednisone [1].", "She needed prednisone 20 mg."),
    ("drug", "Rituximab was stopped [1].", "Etanercept was stopped."),
    ("drug", "Veltozumab was stopped [1].", "Etanercept was stopped."),
    ("route", "Oral methotrexate was given [1].", "Subcutaneous methotrexate was given."),
    ("age", "A 25-year-old woman was seen [1].", "A woman of 52 was seen."),
    ("sex", "A man of 52 was seen [1].", "A 52-year-old woman was seen."),
    ("antibody", "Anti-NXP2 was positive [1].", "Anti-Mi-2 antibodies were positive."),
    ("antibody", "Anti-Mi-2 was negative [1].", "Anti-Mi-2 antibodies were positive."),
    ("response", "The rash worsened [1].", "The rash improved."),
    ("response", "The response was partial [1].", "The response was complete."),
    ("response", "She survived the stroke [1].", "She died of the stroke."),
    ("opposite", "Ferritin rose after plasma exchange [1].",
     "Ferritin fell after plasma exchange."),
    ("negation", "Muscle was involved [1].", "Muscle was not involved."),
    ("negation", "Diltiazem was not tried [1].", "Diltiazem was tried."),
    ("role", "She took prednisolone 15 mg and methotrexate 60 mg [1].",
     "She took prednisolone 60 mg and methotrexate 15 mg."),
    ("role", "She took prednisolone 15 mg [1].",
     "She took 60 mg prednisolone and 15 mg methotrexate."),
    ("number", "More than half responded to it [1].", "To it 5 of 17 patients responded."),
    ("number", "About a third responded to it [1].", "To it 9 of 17 patients responded."),
    ("number", "She was 86 and took dapsone [1].", "A 68-year-old woman took dapsone."),
    ("negation", "Muscle disease did occur [1].", "Muscle was never involved."),
    ("opposite", "CK was lower than two weeks after [1].", "CK was lower than two weeks earlier."),
    ("opposite", "Dapsone was begun at 40 mg and increased to 10 mg [1].",
     "Dapsone was given at 40 mg at first, then at 10 mg."),
    ("hedge", "Dapsone works in the skin [1].", "Dapsone may work in the skin."),
    ("exception", "All lesions cleared [1].", "All lesions cleared except those of the scalp."),
    ("quotation", 'It says "the rash was fully resistant" [1].', "The rash was wholly resistant."),
    ("quotation", 'It says "to treatment … the rash" [1].',
     "So the rash was resistant to treatment."),
    ("content", "Physiotherapy strengthened confidence and balance [1].",
     "Bladder cancer shows itself by haematuria."),
    ("source", "Ogawa 2017 saw the rash clear [1].", "The rash was clear."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "text"), TRUE, ids=[a for a, _ in TRUE])
def test_what_the_span_says_in_other_words_is_supported(answer, text):
    """Equalities, synonyms and brand names are no lies."""
    assert [r.text for r in judged(answer, text).reasons] == []
    assert judged(answer, text).verdict == "supported"


@pytest.mark.parametrize(("kind", "answer", "text"), FALSE, ids=[a for _, a, _ in FALSE])
def test_one_changed_thing_is_caught_and_named(kind, answer, text):
    """The reason says what kind of thing is wrong."""
    assert kind in kinds(answer, text)
    assert judged(answer, text).verdict in ("partly", "unsupported")


def test_a_reason_says_what_stands_there_instead_and_where_in_the_answer():
    """For the reader of the answer: the slice, and what its source says."""
    answer = "Prednisone was given at 80 mg a day [1]."
    reason = judged(answer, "She received prednisone 60 mg daily.").reasons[0]
    assert reason.text == "80 mg is not in [1], which says 60 mg"
    assert answer[reason.start : reason.end] == "80 mg"


def test_age_sex_and_antibody_may_come_from_the_patients_record():
    """The span need not repeat who the patient is; another's age is still wrong."""
    text = "Tacrolimus cleared the rash."
    right = "In this 52-year-old woman with anti-MDA5 tacrolimus cleared the rash [1]."
    assert judged(right, text, WOMAN, 1).verdict == "supported"
    assert kinds(right.replace("52", "25"), text, cases=WOMAN, patient=1) == {"age"}
    assert "sex" in kinds(right.replace("woman", "man"), text, cases=WOMAN, patient=1)


def test_the_wrong_patient_of_a_report_is_caught():
    """Patient 2's treatment is no proof of what patient 1 had."""
    cases = (Case(1, age=58, sex="female"), Case(2, age=44, sex="male"))
    text = "Lenalidomide cleared the rash."
    assert (
        judged("In patient 2 lenalidomide cleared the rash [1].", text, cases, 2).verdict
        == "supported"
    )
    assert kinds(
        "In patient 1 lenalidomide cleared the rash [1].", text, cases=cases, patient=2
    ) == {"patient"}
    assert "sex" in kinds(
        "In the woman lenalidomide cleared the rash [1].", text, cases=cases, patient=2
    )


def test_each_marker_proves_only_its_own_part():
    """Two citations that change places are seen."""
    one, two = "Gabapentin caused dizziness.", "Naltrexone 50 mg lowered the score to 6."
    text = f"{one} {two}"
    report = shelf(text)
    first = cite(report)
    cited = (
        Citation(**{**_fields(first), "end": len(one), "quote": one}),
        Citation(**{**_fields(first), "number": 2, "start": len(one) + 1, "quote": two}),
    )
    answer = "Gabapentin caused dizziness [1]; naltrexone 50 mg lowered the score to 6 [2]."
    swapped = answer.replace("[1]", "[3]").replace("[2]", "[1]").replace("[3]", "[2]")
    assert verify(answer, cited, {report.id: report})[0].verdict == "supported"
    assert verify(swapped, cited, {report.id: report})[0].verdict == "unsupported"


def _fields(citation: Citation) -> dict[str, object]:
    return {name: getattr(citation, name) for name in Citation.__dataclass_fields__}


@pytest.mark.parametrize("answer", ["The rash cleared [2].", "The rash cleared [1-3]."])
def test_a_citation_that_does_not_exist_is_a_reason(answer):
    """Invented numbers are shown as such, not taken out."""
    assert "citation" in kinds(answer, "The rash cleared.")


def test_a_span_that_is_no_longer_the_stored_text_proves_nothing():
    """A quotation that was tampered with is seen, and what to do is said."""
    report = shelf("The rash cleared.")
    forged = Citation(**{**_fields(cite(report)), "quote": "The rash relapsed."})
    (verdict,) = verify("The rash relapsed [1].", (forged,), {report.id: report})
    assert verdict.reasons[0].kind == "citation"
    assert "index the report again" in verdict.reasons[0].text
    assert verify("The rash cleared [1].", (cite(report),), {})[0].verdict == "unsupported"


def test_an_uncited_sentence_is_labelled_as_not_from_the_corpus():
    """What a model adds of its own is told apart from what the reports say."""
    report = shelf("The rash cleared.")
    answer = "Dapsone was first synthesised in 1908.\nThe rash cleared [1]."
    first, second = verify(answer, (cite(report),), {report.id: report})
    assert (first.verdict, first.label) == ("uncited", "not from the corpus")
    assert second.verdict == "supported"


def test_a_sentence_before_a_marked_one_may_rest_on_its_marker():
    """One marker behind two sentences; what it does not say stays uncited."""
    report = shelf("The rash cleared in 6 weeks and the fever ceased.")
    answer = "The rash cleared in six weeks. The fever ceased [1]."
    lent, own = verify(answer, (cite(report),), {report.id: report})
    assert (lent.verdict, lent.borrowed, own.verdict) == ("supported", True, "supported")
    lent, _ = verify(answer.replace("six", "nine"), (cite(report),), {report.id: report})
    assert lent.verdict == "uncited"


@pytest.mark.parametrize("answer", ["", "\n\n", "## Heading", "[1]", "…", '"', "((((", "x" * 5000])
def test_nothing_that_is_written_breaks_it(answer):
    """An answer of a model may be anything."""
    report = shelf("The rash cleared.")
    assert isinstance(verify(answer, (cite(report),), {report.id: report}), tuple)


def test_stems_do_not_depend_on_who_else_is_stemming():
    """Eight threads stem words that differ only at their ends, many times."""
    stems = ("hospital", "nation", "inflam", "regular", "organ")
    ends = ("ize", "ized", "ization", "ally", "ities", "fulness", "ousness")
    told = [f"{stem}{end}" for stem in stems for end in ends]
    stemmer = snowballstemmer.stemmer("english")
    expected = [stemmer.stemWord(word) for word in told]

    def stemmed(_: int) -> list[str]:
        return [plain_stem.__wrapped__(word) for word in told for _ in range(20)][::20]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(found == expected for found in pool.map(stemmed, range(40)))
    finally:
        sys.setswitchinterval(before)


def test_an_antibody_of_the_record_stands_for_none_that_the_span_names():
    """The record may know an antibody that the span does not speak of, but not instead of its."""
    claim = "Anti-MDA5 was positive and she responded [1]."
    named = "Anti-Mi-2 was positive and she responded."
    assert "antibody" in kinds(claim, named, cases=WOMAN)
    assert "antibody" not in kinds(claim, "She responded.", cases=WOMAN)


def test_the_only_patients_sex_is_that_of_the_reports_pronouns():
    """A record that took the new-born's sex for the mother's does not turn her into a man."""
    text = "She was delivered of a healthy boy. In June she was weak. Her CK was 900 U/L."
    report = shelf(text, (Case(1, sex="male"),))
    start = text.index("Her CK")
    cited = replace(cite(report), start=start, quote=text[start:])
    for claim, flagged in (("He had a CK of 900 U/L [1].", True), ("She had it [1].", False)):
        (verdict,) = verify(claim, (cited,), {report.id: report})
        assert ("sex" in {reason.kind for reason in verdict.reasons}) == flagged

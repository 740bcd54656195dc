"""What was read → an answer that quotes and cites its evidence, in the order of the text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drafted import FIVE, answer, evidence, hits, report

from rag.answer import compose, extract
from rag.cite import source_phrase
from rag.reader.choose import MAX_LISTED, MAX_REPORTS, MAX_SENTENCES
from rag.reader.reader import Reading
from rag.reader.whom.patients import described
from rag.schema import Case, Evidence, Passage, Report

WORDED = {
    "digest": ("digest", "Casebook digest of Kim 2011 (from the abstract): The rash faded. [1]"),
    "paper": ("paper", 'Kim 2011: "The rash faded." [1]'),
    "user file": ("user file", 'Kim 2011 (user file): "The rash faded." [1]'),
}


@pytest.mark.parametrize(("kind", "text"), WORDED.values(), ids=WORDED)
def test_only_the_words_of_others_stand_in_quotation_marks(kind: str, text: str) -> None:
    """A digest is Casebook's own wording, so quoting it as the authors' would be a lie."""
    one = report("a", {"Case": FIVE}, source_kind=kind)
    draft = answer("Rash?", [one], evidence(one, "The rash faded.", 0.9))
    assert (draft.status, draft.text) == ("answered", text)
    assert [(c.number, c.quote) for c in draft.citations] == [(1, "The rash faded.")]


def test_the_best_sentences_of_one_report_come_in_its_order() -> None:
    """At most three, of the best report only, and none that is much less likely."""
    one, other = report("a", {"Case": FIVE}), report("b", {"Case": "It went."})
    draft = answer(
        "Rash?",
        [one, other],
        evidence(one, "She went home.", 0.9),
        evidence(other, "It went.", 0.5),
        evidence(one, "CK fell.", 0.88),
        evidence(one, "The rash faded.", 0.87),
        evidence(one, "Ulcers healed.", 0.86),
        evidence(one, "She was well.", 0.01),
    )
    assert [c.quote for c in draft.citations] == ["The rash faded.", "CK fell.", "She went home."]
    assert len(draft.citations) == MAX_SENTENCES
    assert {c.report_id for c in draft.citations} == {"a"}
    assert draft.text.count("\n") == 0


def test_an_unlikely_second_sentence_is_left_out() -> None:
    """One good sentence is a better answer than one good and one idle one."""
    one = report("a", {"Case": FIVE})
    draft = answer(
        "Rash?", [one], evidence(one, "The rash faded.", 0.9), evidence(one, "CK fell.", 0.08)
    )
    assert [c.quote for c in draft.citations] == ["The rash faded."]


def test_beside_a_no_stands_what_says_no() -> None:
    """'No fever' is not followed by what else there was; a 'Yes' and a bare value keep the rest."""
    one = report("a", {"Case": "She had no fever. The rash itched. CK fell."})
    told = [
        evidence(one, text, share)
        for text, share in (("She had no fever.", 0.9), ("The rash itched.", 0.8))
    ]
    reading = Reading(hits=hits(*told), evidence=tuple(told), answerable=1.0, wanted=described(""))
    for short, expected in (("No", 1), ("No: no fever", 1), ("Yes", 2), ("no fever", 2), (None, 2)):
        draft = extract(
            "Any fever?", hits(*told), reading, {"a": one}, brief=lambda _, said=short: said
        )
        assert len(draft.citations) == expected
        assert draft.short_answer == short


def test_a_question_for_several_gets_a_line_of_each() -> None:
    """Each report gives its best sentence, best first, up to the limit."""
    reports = [report(f"r{n}", {"Case": FIVE}) for n in range(MAX_REPORTS + 2)]
    items = [evidence(one, "CK fell.", 0.9 - n / 100) for n, one in enumerate(reports)]
    items.append(evidence(reports[0], "The rash faded.", 0.8))
    draft = answer("Which reports describe a fall of CK?", reports, *items)
    assert [c.report_id for c in draft.citations] == [f"r{n}" for n in range(MAX_REPORTS)]
    assert len(draft.text.splitlines()) == MAX_REPORTS
    assert "The rash faded." not in draft.text


def two_patients() -> Report:
    return report(
        "a",
        {"Case 1": "She improved.", "Case 2": "He died.", "Discussion": "It is rare."},
        cases=(Case(1, 30, "female"), Case(2, 40, "male")),
    )


def test_two_patients_never_share_an_answer_line() -> None:
    """What is said of one patient does not stand beside what is said of the other."""
    one = two_patients()
    draft = answer(
        "Outcome?",
        [one],
        evidence(one, "She improved.", 0.9),
        evidence(one, "He died.", 0.89),
        evidence(one, "It is rare.", 0.88),
    )
    for line in draft.text.splitlines():
        assert not ("She improved." in line and "He died." in line)


def test_two_patients_have_no_short_answer_in_common() -> None:
    """One patient's is not the other's."""
    one = two_patients()
    both = {"She improved.": 0.8, "He died.": 0.8}
    for quotes, short in (
        ({"She improved.": 0.8}, "x"),
        (both, None),
        ({"It is rare.": 0.9, **both}, "x"),
        ({"It is rare.": 0.7, **both}, None),
    ):
        read = tuple(evidence(one, quote, sure) for quote, sure in quotes.items())
        read = tuple(sorted(read, key=lambda item: -item.probability))
        reading = Reading(hits(*read), read, 1.0, replace(described(""), sides={one.id: (1, 2)}))
        draft = extract("Both?", hits(*read), reading, {one.id: one}, brief=lambda told: "x")
        assert draft.short_answer == short


def test_a_relative_of_theirs_is_neither_of_those_who_are_compared() -> None:
    """What is said of the patients' mother is no short answer to a question about both."""
    text = "They had a rash. His mother is well. She improved. He died."
    one = replace(two_patients(), text=text)
    spans = {quote: text.index(quote) for quote in ("His mother is well.", "She improved.")}
    read = tuple(
        Evidence(
            Passage(one.id, "text", n, start, start + len(quote), "case", patient),
            start, start + len(quote), quote, 0.9 - 0.1 * n,
        )
        for n, ((quote, start), patient) in enumerate(zip(spans.items(), (None, 1), strict=True))
    )  # fmt: skip
    died = text.index("He died.")
    place = Passage(one.id, "text", 3, died, len(text), "case", 2)
    read = (*read, Evidence(place, died, len(text), "He died.", 0.7))
    reading = Reading(hits(*read), read, 1.0, replace(described(""), sides={one.id: (1, 2)}))
    draft = extract("Both?", hits(*read), reading, {one.id: one}, brief=lambda told: "well")
    assert draft.status == "answered" and draft.short_answer is None


def test_beside_those_who_are_compared_nobody_else_is_quoted() -> None:
    """Where nothing is known of them, that is said."""
    one = two_patients()
    read = (evidence(one, "She improved.", 0.9),)
    reading = Reading(hits(*read), read, 1.0, replace(described(""), sides={one.id: (2, 3)}))
    draft = extract("Patients 2 and 3?", hits(*read), reading, {one.id: one})
    assert (draft.status, draft.citations) == ("abstained", ())


def test_what_is_said_of_nobody_in_particular_is_under_no_patients_name() -> None:
    """It may be about another patient of that report."""
    one = two_patients()
    draft = answer(
        "Outcome?", [one], evidence(one, "It is rare.", 0.9), evidence(one, "She improved.", 0.8)
    )
    first, *others = draft.text.splitlines()
    assert "She improved." in first and "patient 1, 30-year-old woman" in first
    assert len(others) == 1 and "It is rare." in others[0] and "patient 1" not in others[0]


def test_lines_of_two_patients_say_whose_they_are() -> None:
    """Where both are cited, each has a line with the number of the patient."""
    one = two_patients()
    draft = answer(
        "Outcome?", [one], evidence(one, "She improved.", 0.9), evidence(one, "It is rare.", 0.8)
    )
    second = replace(
        draft.citations[0], number=3, patient=2, who="54-year-old man", quote="He died."
    )
    lines = compose([*draft.citations, second]).splitlines()
    assert [line.partition(": ")[0] for line in lines if "died" in line] == [
        f"{source_phrase(second)}, patient 2, 54-year-old man"
    ]
    assert [line.partition(": ")[0] for line in lines if "improved" in line] == [
        f"{source_phrase(second)}, patient 1, 30-year-old woman"
    ]


LEGENDS = {"Case": "She healed four months later. CK fell.", "Figure legends": "Two months later."}


def test_running_text_comes_before_a_legend() -> None:
    """Though the legend is likelier; where they give different times both are shown, and it."""
    one = report("a", LEGENDS)
    told, legend = (
        evidence(one, "She healed four months later.", 0.5),
        evidence(one, "Two months later.", 0.9),
    )
    draft = answer("How long until it healed?", [one], told, legend)
    assert [c.quote for c in draft.citations] == [
        "She healed four months later.", "Two months later.",
    ]  # fmt: skip
    assert draft.short_answer == "four months"
    alone = answer("How long until it healed?", [one], told)
    assert "legend" not in alone.text


def test_a_disagreeing_legend_is_added_and_named() -> None:
    """Also when it was not among the sentences chosen."""
    one = report("a", LEGENDS)
    items = [
        evidence(one, "She healed four months later.", 0.9),
        evidence(one, "Two months later.", 0.4),
    ]
    draft = answer("How long until it healed?", [one], *items)
    assert [c.quote for c in draft.citations] == [item.text for item in items]
    assert draft.text.endswith("The running text and a legend of this report give different times.")
    assert "different" not in answer("Did it heal?", [one], *items).text
    agreeing = report("a", LEGENDS | {"Figure legends": "About four months later."})
    items = [
        evidence(agreeing, "She healed four months later.", 0.9),
        evidence(agreeing, "About four months later.", 0.05),
    ]
    assert len(answer("How long until it healed?", [agreeing], *items).citations) == 1


def test_a_legend_alone_is_called_one() -> None:
    """It never decides in silence."""
    one = report("a", LEGENDS)
    draft = answer("How long until it healed?", [one], evidence(one, "Two months later.", 0.9))
    assert draft.text.splitlines()[1:] == ["Only the legend of a figure or table says this."]
    items = evidence(one, "CK fell.", 0.05), evidence(one, "Two months later.", 0.9)
    assert "Only the legend" in answer("How long until it healed?", [one], *items).text


def test_sentences_about_another_patient_are_no_evidence() -> None:
    """A question about the older one of two is answered from her passages, or not at all."""
    one = report(
        "a",
        {"Case 1": "She took 5 mg. She left.", "Case 2": "He took 9 mg."},
        cases=(Case(number=1, age=58, sex="female"), Case(number=2, age=44, sex="male")),
    )
    his, hers = evidence(one, "He took 9 mg.", 0.9), evidence(one, "She took 5 mg.", 0.5)
    draft = answer("Dose in the 58-year-old woman?", [one], his, hers)
    assert [c.quote for c in draft.citations] == ["She took 5 mg."]
    assert answer("Dose in the 58-year-old woman?", [one], his).status == "abstained"


def test_a_list_collects_more_items() -> None:
    """'Which drugs' may take five sentences, also less likely ones; other questions three."""
    body = " ".join(f"She took drug {n} in May." for n in range(7))
    one = report("a", {"Case": body})
    items = [evidence(one, f"She took drug {n} in May.", 0.9 - n * 0.05) for n in range(7)]
    listed = answer("Which drugs were given?", [one], *items)
    assert [c.quote for c in listed.citations] == [item.text for item in items[:MAX_LISTED]]
    assert len(answer("What was given?", [one], *items).citations) == MAX_SENTENCES
    low = [
        evidence(one, "She took drug 0 in May.", 0.9),
        evidence(one, "She took drug 1 in May.", 0.08),
    ]
    assert len(answer("Which drugs were given?", [one], *low).citations) == 2
    assert len(answer("What was given?", [one], *low).citations) == 1


def test_a_comparison_has_both_sides() -> None:
    """The best sentence about each patient, though another of the first is likelier."""
    one = report(
        "a",
        {
            "Case 1": "She took 5 mg. She took 6 mg.",
            "Case 2": "He took 9 mg.",
            "Discussion": "Rare.",
        },
        cases=(Case(number=1, age=58, sex="female"), Case(number=2, age=44, sex="male")),
    )
    items = [
        evidence(one, "She took 5 mg.", 0.9),
        evidence(one, "She took 6 mg.", 0.8),
        evidence(one, "He took 9 mg.", 0.5),
    ]
    draft = answer("What dose did each patient take?", [one], *items)
    assert [c.quote for c in draft.citations] == ["She took 5 mg.", "He took 9 mg."]
    assert [line.split(", patient ")[1][:1] for line in draft.text.splitlines()] == ["1", "2"]
    assert [c.patient for c in answer("What dose?", [one], *items).citations] == [1, 1]


def test_an_answer_stays_short() -> None:
    """Long sentences of a paper: what goes beyond 120 words is left out, the best never."""
    long = [f"She {'really ' * 70}took {n} mg." for n in range(2)]
    one = report("a", {"Case": " ".join(long)})
    draft = answer(
        "What was given?", [one], *(evidence(one, s, 0.9 - n / 9) for n, s in enumerate(long))
    )
    assert [c.quote for c in draft.citations] == long[:1]


def test_a_sentence_that_says_the_same_again_is_left_out() -> None:
    """A digest tells a case in brief and in detail; the room is for what is new."""
    body = "Her CK was 900 U/L in May. In May CK was 900 U/L. In May CK was 400 U/L."
    one = report("a", {"Case": body})
    said = ["Her CK was 900 U/L in May.", "In May CK was 900 U/L.", "In May CK was 400 U/L."]
    items = [evidence(one, text, 0.9 - 0.1 * n) for n, text in enumerate(said)]
    quoted = [c.quote for c in answer("How high was CK?", [one], *items).citations]
    assert quoted == [said[0], said[2]]


def test_a_half_answered_question_names_the_other_half() -> None:
    """The part that is there is given, though the digest says that its source lacks the other."""
    one = report("a", {"Case": "Dapsone 100 mg daily was given."}, not_in_source=("duration",))
    item = evidence(one, "Dapsone 100 mg daily was given.", 0.9)
    draft = answer("Dose and duration of dapsone?", [one], item)
    assert (draft.status, draft.short_answer) == ("answered", "100 mg daily")
    assert draft.text.splitlines()[1:] == ["Not in the abstract that was read: duration."]
    whole = answer("Dose of dapsone?", [one], item)
    assert len(whole.text.splitlines()) == 1


def test_the_half_that_is_there_is_given_when_the_dose_is_not() -> None:
    """Also where the best sentence gives neither, and the digest says that the dose is missing."""
    body = {"Case": "Dapsone was added. Both improved quickly."}
    one = report("a", body, not_in_source=("dose",))
    items = [
        evidence(one, t, p)
        for t, p in (("Dapsone was added.", 0.9), ("Both improved quickly.", 0.8))
    ]
    draft = answer("What dose of dapsone was given, and what was the response?", [one], *items)
    assert draft.status == "answered"
    assert draft.text.splitlines()[1:] == ["Not in the abstract that was read: dose."]
    assert answer("What dose of dapsone was given?", [one], *items).status == "abstained"


def test_several_reports_have_no_short_answer() -> None:
    """One of them would speak for the others."""
    both = [report("a", {"Case": "It took 4 weeks."}), report("b", {"Case": "It took 9 weeks."})]
    items = [evidence(one, one.text[-16:].strip(), 0.9) for one in both]
    several = answer("In which reports did it heal, and how long did it take?", both, *items)
    assert len(several.citations) == 2
    assert several.short_answer is None
    assert answer("How long did it take?", both[:1], items[0]).short_answer == "4 weeks"


def test_the_short_answer_is_taken_from_what_is_shown() -> None:
    """Best sentence first, without legends, and never of another drug."""
    one = report("a", {"Case": FIVE, "Figure legends": "Dapsone 9 mg."})
    seen: list[str] = []

    def brief(told) -> str | None:
        seen.extend(item.text for item in told)
        return "fell"

    ranked = (evidence(one, "CK fell.", 0.9), evidence(one, "Ulcers healed.", 0.8))
    legend = evidence(one, "Dapsone 9 mg.", 0.7)
    reading = Reading(hits(*ranked, legend), (*ranked, legend), 1.0, described("CK?"))
    draft = extract("CK?", hits(*ranked), reading, {"a": one}, brief=brief)
    assert (draft.short_answer, seen) == ("fell", ["CK fell.", "Ulcers healed."])


def test_nobody_answers_for_a_patient_of_another_age() -> None:
    """Also not what a report says of nobody in particular, when all its patients are older."""
    old = report("a", {"Case": "He died of the cancer."}, cases=(Case(number=1, age=71),))
    item = evidence(old, "He died of the cancer.", 0.9)
    refused = answer("Why did the 33-year-old man die?", [old], item)
    assert refused.status == "abstained" and "describes the patient asked about" in refused.text
    assert answer("Why did the 71-year-old man die?", [old], item).status == "answered"
    unknown = report("a", {"Case": "He died of the cancer."}, cases=(Case(number=1),))
    item = evidence(unknown, "He died of the cancer.", 0.9)
    assert answer("Why did the 33-year-old man die?", [unknown], item).status == "answered"


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("dapsone dose for panniculitis in the 40-year-old?", True),
        ("dapsone dose for calcinosis?", False),
        ("cumulative dapsone dose in panniculitis", False),
        ("dapsone dose in the 52-year-old with panniculitis", False),
        ("colchicine dose for panniculitis", False),
        ("did dapsone help panniculitis?", False),
    ],
)
def test_a_dose_that_its_sentence_gives_needs_no_more(question: str, answered: bool) -> None:
    """However unlikely an answer seemed: the report names all that the question names."""
    told = "Dapsone 100 mg a day was given."
    one = report("a", {"Case": f"A woman, 40, had panniculitis. {told} Colchicine had failed."})
    draft = answer(question, [one], evidence(one, told, 0.6), answerable=0.1)
    assert (draft.status == "answered") is answered
    unsure = answer(question, [one], evidence(one, told, 0.3), answerable=0.1)
    assert unsure.status == "abstained"

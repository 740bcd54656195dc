"""Two reports fit about as well: a line of each, and nothing of one under the name of the other."""

from __future__ import annotations

import math

import pytest
from drafted import FIVE, answer, evidence, hits, report

from rag.answer import TWO_FIT, extract
from rag.reader.another_report import CLOSE, beside, of_another_report
from rag.reader.choose import MAX_LISTED, MAX_SENTENCES, MAX_WORDS
from rag.reader.reader import Reading
from rag.reader.whom.patients import Described
from rag.schema import Case

ONE, OTHER = report("a", {"Case": FIVE}), report("b", {"Case": "It went. It came back."})
QUOTES = ("The rash faded.", "CK fell.", "She went home.")


def odds(log_odds: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + math.exp(-log_odds))


def read(*quotes: str, other: float = 0.85):
    """Sentences of the first report, from .9 down, and one of the other report."""
    own = [evidence(ONE, quote, 0.9 - n / 100) for n, quote in enumerate(quotes)]
    return [*own, evidence(OTHER, "It went.", other)]


@pytest.mark.parametrize("apart", [CLOSE - 0.1, CLOSE + 0.1])
def test_another_report_stands_beside_where_it_is_nearly_as_likely(apart) -> None:
    """Its best sentence, on a line of its own, and the reader is told how to ask of one."""
    draft = answer("Rash?", [ONE, OTHER], *read(QUOTES[0], other=odds(math.log(9) - apart)))
    cited = [c.report_id for c in draft.citations]
    assert cited == (["a", "b"] if apart < CLOSE else ["a"])
    assert (TWO_FIT in draft.remarks) == (apart < CLOSE)
    assert draft.text.count("Casebook digest of ") == len(cited)


def test_both_together_are_no_longer_than_one_alone() -> None:
    """The other's sentence takes the place of the last; the first report's keep their order."""
    draft = answer("Rash?", [ONE, OTHER], *read("She went home.", "CK fell.", "The rash faded."))
    assert [c.quote for c in draft.citations] == ["CK fell.", "She went home.", "It went."]
    assert len(draft.citations) == MAX_SENTENCES
    listed = [evidence(ONE, quote, 0.9) for quote in FIVE.replace(". ", ".|").split("|")]
    shown = beside("List all findings?", listed, evidence(OTHER, "It went.", 0.9))
    assert len(shown) == MAX_LISTED
    assert shown[-1].text == "It went."


def test_the_best_of_each_has_room_before_a_further_sentence() -> None:
    """Of long sentences the first report's second one is left out."""
    half = " ".join(["word"] * (MAX_WORDS // 2 - 2))
    long = report("long", {"Case": f"First {half}. Second {half}. Whole {half} {half}."})
    first, second = (evidence(long, f"{n} {half}.", 0.9) for n in ("First", "Second"))
    whole = evidence(long, f"Whole {half} {half}.", 0.9)
    other = evidence(OTHER, "It came back.", 0.9)
    assert beside("Rash?", [first, second], other) == [first, other]
    assert beside("Rash?", [whole], other) == [whole]


def test_what_has_no_room_beside_is_not_spoken_of() -> None:
    """One long sentence stays alone, with its short answer and no word of a second report."""
    long = report("long", {"Case": f"The rash {'slowly ' * (MAX_WORDS - 5)}faded."})
    told = [evidence(long, long.text.splitlines()[-1], 0.9), evidence(OTHER, "It went.", 0.89)]
    draft = answer("Rash?", [long, OTHER], *told)
    assert ([c.report_id for c in draft.citations], draft.remarks) == (["long"], ())


def test_there_is_no_short_answer_where_two_reports_fit() -> None:
    """One report's words would stand there for both."""
    items = tuple(read(QUOTES[0]))
    reading = Reading(hits=hits(*items), evidence=items, answerable=1.0, wanted=Described())
    both = {"a": ONE, "b": OTHER}
    for alone, short in ((False, None), (True, "faded")):
        draft = extract(
            "Rash?", hits(*items), reading, both, brief=lambda _: "faded", one_report=alone
        )
        assert draft.short_answer == short
        assert len(draft.citations) == 2 - alone


def test_what_lacks_the_figure_asked_for_does_not_stand_beside() -> None:
    """A sentence without a dose is no answer to 'what dose?', whoever's it is."""
    question = "What dose of dapsone did she take?"
    one = report("a", {"Case": "She took dapsone 100 mg daily."})
    for quote, count in (("Dapsone helped.", 1), ("Dapsone 50 mg helped.", 2)):
        other = report("b", {"Case": quote})
        told = [evidence(one, one.text.splitlines()[-1], 0.9), evidence(other, quote, 0.89)]
        assert len(answer(question, [one, other], *told).citations) == count


def test_a_patient_who_is_singled_out_is_in_one_report() -> None:
    """Who is meant is known, so that nobody else's report fits as well."""
    one = report("a", {"Case 1": "She improved.", "Case 2": "He died."},
                 cases=(Case(1, 30, "female"), Case(2, 40, "male")))  # fmt: skip
    told = [evidence(one, "He died.", 0.9), evidence(OTHER, "It went.", 0.89)]
    for among, cited in (({"a": 2}, {"a"}), ({}, {"a", "b"})):
        reading = Reading(hits(*told), tuple(told), 1.0, Described(among=among))
        draft = extract("Rash: outcome?", hits(*told), reading, {"a": one, "b": OTHER})
        assert {c.report_id for c in draft.citations} == cited


def test_editions_and_legends_are_no_other_report() -> None:
    """A paper and its digest are one report; what stands below a figure never decides."""
    told = read(QUOTES[0])
    assert of_another_report(told) is told[1]
    assert of_another_report(told, {"a": "w", "b": "w"}) is None
    figure = report("c", {"Legends": "Figure 1. It went."})
    legend = evidence(figure, "Figure 1. It went.", 0.9)
    assert (legend.passage.kind, of_another_report([told[0], legend])) == ("legend", None)
    assert of_another_report([]) is None
    sure, nothing = evidence(ONE, QUOTES[0], 1.0), evidence(OTHER, "It went.", 0.0)
    assert of_another_report([sure, nothing]) is None

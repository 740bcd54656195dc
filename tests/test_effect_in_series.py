"""What a report on a group says of a drug's effect, where that is asked of everybody."""

from __future__ import annotations

from dataclasses import replace

from rag.cases.effect_in_series import effect_in_words, effects_told
from rag.cases.told_in_series import quoted
from rag.cases.wish import Wish
from rag.records.record import GroupRecord
from rag.schema import Report, Section

APREMILAST = frozenset({"apremilast"})
GIVEN = (Wish("treatment", "apremilast", ("apremilast",)),)


def series(
    text: str, title: str = "Apremilast in dermatomyositis", kind: str = "results"
) -> Report:
    sections = (Section("Results", "results", kind, 0, len(text)),)  # type: ignore[arg-type]
    return Report("s", title, text, sections, "s.txt", "paper", "full text")


def said(text: str, **how: str) -> str:
    report = series(text, **how)
    span = effect_in_words(report, APREMILAST)
    return report.text[slice(*span)] if span else ""


def test_how_they_fared_is_quoted_and_not_who_they_were() -> None:
    text = "Eleven of 25 were girls. The rash improved in 9 of 25. Diarrhoea came in three."
    assert said(text) == "The rash improved in 9 of 25."


def test_what_led_to_the_drug_is_no_effect_of_it() -> None:
    assert not said("Apremilast was given, as methotrexate and apremilast had not worked before.")
    assert (
        said("Refractory skin improved on apremilast.") == "Refractory skin improved on apremilast."
    )


def test_who_recovered_may_have_had_an_infection() -> None:
    text = "The rash improved in nine. Two with pneumonia recovered quickly."
    assert said(text) == "The rash improved in nine."
    assert said("Two recovered. The rash improved in nine.") == "The rash improved in nine."


def test_another_drug_s_effect_is_not_quoted() -> None:
    """Where a sentence names drugs it must name this one; where none, the title must."""
    assert not said("The rash improved on methotrexate.")
    assert not said("The rash improved in nine.", title="Methotrexate in dermatomyositis")
    assert said("The rash improved in nine.") == "The rash improved in nine."


def test_what_reviews_and_backgrounds_say_is_of_others() -> None:
    assert not said("Apremilast: the rash improved in nine.", kind="background")


def test_the_whole_sentence_is_quoted_as_whose_words_it_is() -> None:
    """A paper's in quotation marks, a digest's without; the exception at its end is not cut off."""
    text = f"The rash improved in all {'of those who came back to the clinic ' * 6}except in two."
    paper = series(text)
    assert quoted(paper, (0, len(text))) == f'"{text}"'
    assert quoted(replace(paper, source_kind="digest"), (0, len(text))) == text


def test_one_sentence_for_a_report() -> None:
    """Of two groups of a report the first has it; without a drug in the question nobody has."""
    groups = [GroupRecord("s", 1), GroupRecord("s", 2)]
    reports = {"s": series("The rash improved in nine.")}
    words, span = effects_told(groups, GIVEN, reports)["s#group/1"]
    assert (words, span) == ('"The rash improved in nine."', (0, 26))
    assert set(effects_told(groups, GIVEN, reports)) == {"s#group/1"}
    assert effects_told(groups, (), reports) == {}

"""The harm of one drug is not the harm of all that its patients were given."""

from __future__ import annotations

from rag.cases.answering import Told, tell
from rag.cases.asking import asked_of_records
from rag.cases.harm_in_series import harm_in_words
from rag.cases.keeping import rows_of
from rag.cases.shelf import Shelf
from rag.library import CaseRows
from rag.records.record import CaseRecord, Field, Finding, GroupRecord, Records, Share, Therapy
from rag.schema import Report, Section

TEXTS = {
    "own-2001": "He was given methotrexate. Methotrexate brought on mouth ulcers.",
    "other-2002": "She was given methotrexate and IVIg. IVIg led to anaphylaxis.",
    "nobodys-2003": "A boy had methotrexate and prednisone. He had shingles.",
    "series-2004": "Ten patients took methotrexate. The skin cleared in six. "
    "Adverse events with earlier dapsone were many. Side effects of methotrexate: 4 of 10.",
    "rare-2005": "A girl was given methotrexate. The route has a low rate of adverse effects.",
    "apremilast-2006": "Nine patients took apremilast. Digestive side effects were mild.",
    "excised-2007": "Twenty patients had calcinosis. Diltiazem brought relief in 3 of 9.",
}
TITLES = {"apremilast-2006": "Apremilast for the skin"}


def report(name: str) -> Report:
    text = TEXTS[name]
    return Report(
        id=name, text=text, title=TITLES.get(name, f"A report of {name}"), source=f"{name}.txt",
        sections=(Section("text", "", "case", 0, len(text)),), source_kind="paper",
        basis="full text", authors=(f"{name.split('-')[0].capitalize()} A",), journal="", doi="",
        year=int(name[-4:]),
    )  # fmt: skip


def field(name: str, value: object, words: str) -> Field:
    start = TEXTS[name].index(words)
    return Field(value, ((start, start + len(words)),))


def given(name: str, drug: str) -> Therapy:
    return Therapy(field(name, drug, drug))


def patient(name: str, drugs: list[str], harm: str, words: str) -> Records:
    events = (field(name, harm, words),)
    case = CaseRecord(
        name, 1, therapies=tuple(given(name, one) for one in drugs), adverse_events=events
    )
    return Records(name, (case,))


def group(name: str, drug: str, size: int, *outcomes: Field, sign: str = "") -> Records:
    signs = (Finding(sign, "sign", field(name, "present", sign)),) if sign else ()
    one = GroupRecord(
        name, 1, size=Field(size), therapies=(given(name, drug),), outcomes=outcomes, findings=signs
    )
    return Records(name, groups=(one,))


RECORDS = {
    "own-2001": patient("own-2001", ["methotrexate"], "mouth ulcers", "mouth ulcers"),
    "other-2002": patient("other-2002", ["methotrexate", "IVIg"], "anaphylaxis", "anaphylaxis"),
    "nobodys-2003": patient("nobodys-2003", ["methotrexate", "prednisone"], "shingles", "shingles"),
    "series-2004": group("series-2004", "methotrexate", 10),
    "rare-2005": patient(
        "rare-2005", ["methotrexate"], "low rate of adverse effects", "low rate of adverse effects"
    ),
    "apremilast-2006": group("apremilast-2006", "apremilast", 9),
    "excised-2007": group(
        "excised-2007",
        "Diltiazem",
        20,
        field("excised-2007", Share("relief", 3, 9), "3 of 9"),
        sign="calcinosis",
    ),
}


def told(question: str) -> Told:
    reports = {name: report(name) for name in TEXTS}
    rows = [row for name in TEXTS for row in rows_of(RECORDS[name], reports[name])]
    asked = asked_of_records(question)
    assert asked is not None
    answer = tell(asked, Shelf(CaseRows.in_memory(rows)), reports)
    assert answer is not None
    return answer


def test_a_harm_that_is_put_down_to_another_drug_is_not_counted():
    """Nor is praise of a drug; what nobody put down to any drug is."""
    answer = told("side effects of methotrexate")
    lines = answer.text.splitlines()
    assert lines[0].startswith("2 of 4 single patients given methotrexate: an adverse event")
    assert lines[1] == "Not counted: 1 patient whose report names another drug for it."
    assert "anaphylaxis" not in answer.text
    assert "mouth ulcers" in answer.text and "shingles" in answer.text


def test_a_series_tells_of_the_harm_in_its_words():
    """Cited, and of the drug asked about: not what it says of another one."""
    answer = told("side effects of methotrexate")
    (line,) = [one for one in answer.text.splitlines() if one.startswith("Series 2004")]
    assert "Side effects of methotrexate: 4 of 10." in line
    assert "Side effects of methotrexate: 4 of 10." in [c.quote for c in answer.citations]


def test_a_drug_of_which_only_series_tell_is_answered_from_them():
    """Nobody is described alone, and that is said first."""
    answer = told("apremilast side effects")
    assert answer.text.splitlines()[0] == "No single patient given apremilast is described."
    assert '"Digestive side effects were mild." [1]' in answer.text
    assert answer.short_answer == "in 1 series only"


def test_a_series_that_says_nothing_of_harm_is_silent():
    """Neither does what it says of other drugs count."""
    assert harm_in_words(report("series-2004"), frozenset({"dapsone"})) is not None
    assert harm_in_words(report("series-2004"), frozenset({"tacrolimus"})) is None


def test_what_came_of_which_treatment_in_a_series_is_told():
    """'3 of 9' alone leaves out to what."""
    lines = told("Which treatments were given to patients with calcinosis?").text.splitlines()
    assert "Excised 2007: Diltiazem brought relief in 3 of 9. [2]" in lines or (
        "Excised 2007: Diltiazem brought relief in 3 of 9. [1]" in lines
    )

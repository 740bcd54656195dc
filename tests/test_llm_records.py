"""What a model reads of a patient is kept where the text says it, and nowhere else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")

from commands import typed
from scripted_llm import Calls, Fails, Hangs, Raw, Says, scripted

from rag.cases import keeping
from rag.errors import LanguageModelFailed
from rag.formats import read_file
from rag.lexicon import lexicon
from rag.library import Library
from rag.llm.form import Form
from rag.llm.models import open_model
from rag.llm.options import Options
from rag.llm.records import Filled, fill, read_records
from rag.records.make import records_of
from rag.records.record import CaseRecord
from rag.schema import Report

TEXT = """A case of dermatomyositis

Case report

A 54-year-old woman had heliotrope rash and Gottron papules. Prednisolone 60 mg daily was given and
methotrexate 15 mg weekly was added. Her rash cleared after eight weeks of hydroxychloroquine 200 mg
twice daily. She complained of nausea under methotrexate. At the last visit, two years later, she
was free of disease.
"""


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("OPENAI_", "LANGSMITH_")):
            monkeypatch.delenv(name)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    path = tmp_path / "case.txt"
    path.write_text(TEXT, "utf-8")
    return read_file(path)[0]


def form(**patient: object) -> str:
    return json.dumps({"patients": [{"number": 1, **patient}]})


def said(value: str, quote: str) -> dict[str, str]:
    return {"value": value, "quote": quote}


HELIOTROPE = "A 54-year-old woman had heliotrope rash and Gottron papules"
EVENT = said("nausea", "She complained of nausea under methotrexate")
INVENTED = said("alopecia", "She complained of alopecia")
NOT_SAID = said("diarrhoea", "She complained of nausea under methotrexate")


def records_in(library: Library) -> list[CaseRecord]:
    """All patients' records that a library holds."""
    rows = library.case_rows()
    assert rows is not None
    return [keeping.as_case(one) for one in rows.records(rows.rows("patient")).values()]


def bare(report: Report):
    """The records as if the rules had found nothing but the patient."""
    from dataclasses import replace

    known = records_of(report)
    (case,) = known.cases
    return replace(known, cases=(type(case)(case.report_id, case.number),))


def filled(report: Report, **patient: object) -> Filled:
    return fill(bare(report), Form.model_validate_json(form(**patient)), report)


def test_a_value_is_kept_with_the_span_that_says_it(report):
    """Its quotation is a slice of the text, and its origin is told."""
    found = filled(
        report, age=said("54", "A 54-year-old woman"), sex=said("female", "54-year-old woman")
    )
    (case,) = found.records.cases
    assert (case.age.value, case.sex.value) == (54.0, "female")
    assert case.age.origin == "language model"
    assert [report.text[a:b] for a, b in case.age.spans] == ["A 54-year-old woman"]
    assert (found.kept, found.refused) == (2, 0)


@pytest.mark.parametrize(
    "patient",
    [
        {"age": said("45", "A 54-year-old woman")},
        {"age": said("54", "A 54-year-old man")},
        {"sex": said("male", "A 54-year-old woman")},
        {"adverse_events": [INVENTED]},
        {"adverse_events": [NOT_SAID]},
        {"follow_up": said("three years", "two years later")},
        {"therapies": [{"drug": said("rituximab", "Prednisolone 60 mg daily")}]},
        {"response": said("worsened", "Her rash cleared after eight weeks")},
        {"response": said("complete", "Her rash improved partly")},
        {"relapse": said("relapse after a year", "she\nwas free of disease")},
        {"relapse": said("two years later", "two years later")},
        {"findings": [{"name": said("heliotrope rash", HELIOTROPE), "state": "absent"}]},
        {"findings": [{"name": said("calcinosis", HELIOTROPE), "state": "present"}]},
        {"findings": [{"name": said("calcinosis", "She had calcinosis"), "state": "present"}]},
    ],
)
def test_a_value_that_the_text_does_not_say_is_left_out(report, patient):
    """Invented words, a changed number, another sex, another drug: counted, and gone."""
    found = filled(report, **patient)
    assert found.records == bare(report)
    assert (found.kept, found.refused) == (0, 1)


def test_response_and_findings_are_those_of_their_quotations(report):
    """An outcome that the words say; a finding with its state; each named as the lexicon does."""
    found = filled(
        report,
        response=said("complete", "Her rash cleared after eight weeks"),
        findings=[{"name": said("Gottron's papules", HELIOTROPE), "state": "present"}],
    )
    (case,) = found.records.cases
    assert case.response.value == "complete"
    assert case.response.origin == "language model"
    (finding,) = case.findings
    assert (finding.kind, finding.state.value) == ("sign", "present")
    assert finding.name == lexicon().concept("Gottron papules").name
    assert [report.text[a:b] for a, b in finding.state.spans] == [HELIOTROPE]
    assert (found.kept, found.refused) == (2, 0)


def test_an_absent_finding_and_a_relapse_keep_their_sign(tmp_path):
    """'No dysphagia' is an absent finding; 'the rash recurred' is a relapse in its own words."""
    path = tmp_path / "case.txt"
    text = TEXT.replace(
        "She complained", "There was no dysphagia. The rash recurred. She complained"
    )
    path.write_text(text, "utf-8")
    report = read_file(path)[0]
    quote = "There was no dysphagia"
    found = filled(
        report,
        relapse=said("The rash recurred", "The rash recurred"),
        findings=[{"name": said("dysphagia", quote), "state": "absent"}],
    )
    (case,) = found.records.cases
    assert case.relapse.value == "The rash recurred"
    assert [(f.name, f.state.value) for f in case.findings] == [("dysphagia", "absent")]
    wrong = [{"name": said("dysphagia", quote), "state": "present"}]
    assert filled(report, findings=wrong).refused == 1


def test_add_with_a_model_completes_the_records(tmp_path, monkeypatch, capsys):
    """`casebook add --llm`: what the text says is kept in the library, what it does not is told
    and left out; the key of no provider is needed for a server on this machine.
    """
    path = tmp_path / "case.txt"
    quote = "For years she had drunk a herbal tea"
    path.write_text(f"{TEXT}\n{quote} of her own.\n", "utf-8")
    told = [{"drug": said(drug, words)} for drug, words in (
        ("herbal tea", quote), ("infliximab", quote), ("rituximab", "Rituximab was tried"),
    )]  # fmt: skip
    call = typed(monkeypatch, capsys)
    with scripted(Says(form(therapies=told, age=said("45", "A 54-year-old woman")))) as script:
        monkeypatch.setenv("CASEBOOK_LLM_URL", script.url)
        here = ("--library", tmp_path / "library")
        code, _, err = call("add", path, "--llm", "openai:scripted", *here)
    assert code == 0, err
    assert "1 values read by openai:scripted stand in the text; 2 do not" in err
    assert len(script.requests) == 1
    with Library(tmp_path / "library") as library:
        (row,) = records_in(library)
    added = [one for one in row.therapies if one.drug.origin == "language model"]
    assert [one.drug.value for one in added] == ["herbal tea"]
    assert row.age.value == 54  # as the rules have read it


def test_add_with_a_model_that_fails_keeps_the_rules_records(tmp_path, monkeypatch, capsys):
    """The report is stored; one line says why nothing was added to its records."""
    path = tmp_path / "case.txt"
    path.write_text(TEXT, "utf-8")
    call = typed(monkeypatch, capsys)
    with scripted(Fails(401)) as script:
        monkeypatch.setenv("CASEBOOK_LLM_URL", script.url)
        here = ("--library", tmp_path / "library")
        code, _, told = call("add", path, "--llm", "openai:scripted", *here)
    assert code == 0, told
    assert "its records are those of the rules" in told
    assert "Traceback" not in told
    with Library(tmp_path / "library") as library:
        assert [case.age.value for case in records_in(library)] == [54]


def test_a_dose_must_be_that_of_its_drug(report):
    """60 mg is said of prednisolone: it is no dose of methotrexate."""
    quote = "Prednisolone 60 mg daily was given and\nmethotrexate 15 mg weekly was added"
    for dose, kept in (("15 mg weekly", True), ("60 mg daily", False), ("51 mg weekly", False)):
        drug = {"drug": said("methotrexate", quote), "dose": said(dose, quote)}
        (case,) = filled(report, therapies=[drug]).records.cases
        (therapy,) = case.therapies
        assert therapy.drug.value == "methotrexate"
        assert (therapy.dose is not None) == kept, dose


def test_what_the_rules_read_stays(report):
    """A model fills gaps: it replaces nothing and adds no patient."""
    known = records_of(report)
    told = Form.model_validate_json(
        json.dumps({"patients": [
            {"number": 1, "age": said("2", "two years later")},
            {"number": 2, "age": said("54", "A 54-year-old woman")},
        ]})
    )  # fmt: skip
    found = fill(known, told, report)
    assert found.records == known


@pytest.mark.parametrize("way", ["schema", "tool"])
def test_the_form_comes_by_schema_or_by_tool_call(report, way):
    """A server without JSON schema is asked for a tool call."""
    reply = form(adverse_events=[EVENT], follow_up=said("two years", "two years later"))
    replies = [Says(reply)] if way == "schema" else [Fails(400), Calls("Form", reply)]
    with scripted(*replies) as script:
        model = open_model("openai:scripted", Options(), script.url)
        found = read_records(model, report, Options(timeout=20))
    assert found.records.cases
    assert ("response_format" in script.requests[0], len(script.requests)) == (True, len(replies))
    if way == "tool":
        assert script.requests[1]["tools"][0]["function"]["name"] == "Form"
    assert "Ignore" not in script.prompt()
    assert "heliotrope" in script.prompt()


@pytest.mark.parametrize(
    "reply",
    [
        Fails(500),
        Fails(401),
        Hangs(),
        Says("no JSON"),
        Says('{"patients": 5}'),
        Raw(b"{", "application/json"),
    ],
    ids=["500", "401", "hang", "prose", "another shape", "malformed"],
)
def test_a_model_that_fails_leaves_the_rules_records(report, reply):
    """One line, within the time."""
    options = Options(timeout=1)
    with scripted(reply) as script:
        model = open_model("openai:scripted", options, script.url)
        with pytest.raises(LanguageModelFailed) as failed:
            read_records(model, report, options)
    assert "\n" not in str(failed.value)
    assert script.url in str(failed.value)


OTHERS = """A case of dermatomyositis

Case report

A woman with dermatomyositis had a heliotrope rash. Her mother, aged 61, had lupus and took
azathioprine 100 mg. Prednisolone 60 mg daily was given. Zolbetuximab was left out of consideration.
Rozanolixizumab was planned. Nipocalimab was infused twice. Her rash cleared after eight weeks.
"""


def test_what_is_a_relatives_or_was_never_given_is_left_out(tmp_path):
    """The words stand in the report, but say nothing of what the patient was or got."""
    path = tmp_path / "others.txt"
    path.write_text(OTHERS, "utf-8")
    report = read_file(path)[0]
    drugs = {
        "azathioprine": "took azathioprine 100 mg",
        "zolbetuximab": "Zolbetuximab was left out of consideration",
        "rozanolixizumab": "Rozanolixizumab was planned",
        "nipocalimab": "Nipocalimab was infused twice",
    }
    told = form(
        age=said("61", "Her mother, aged 61, had lupus"),
        therapies=[{"drug": said(name, quote)} for name, quote in drugs.items()],
    )
    filled = fill(records_of(report), Form.model_validate_json(told), report)
    (case,) = filled.records.cases
    assert case.age is None
    assert [one.drug.value for one in case.therapies] == ["prednisolone", "nipocalimab"]
    assert (filled.kept, filled.refused) == (1, 4)

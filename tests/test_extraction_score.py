"""Right, given and wanted per field, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.extraction import ExtractionError, from_folder, read_patients
from eval.extraction_score import drug_names, score, to_text

TEXT = """Dapsone in dermatomyositis

A. Author

Case report

A 50-year-old man with a rash took methotrexate 15 mg weekly and isoniazid 300 mg daily. Dapsone
100 mg daily was added, and the rash cleared within 6 weeks.
"""
NOTED = """- number: 1
  sentences: []
  age: 50
  sex: female
  subtype: unspecified DM
  antibodies: []
  absent: []
  features: [rash]
  prior_treatments: [{drug: methotrexate, dose: 20 mg weekly, route: not stated, said: ''}]
  treatment:
  - {drug: dapsone, dose: 100 mg, route: oral, said: ''}
  - {drug: rituximab, dose: 1 g, route: '', said: ''}
  response: complete
  response_said: ''
  time_to_response: six weeks
  time_said: ''
  follow_up: ''
  follow_up_said: null
  relapse: ''
  adverse_events: ''
"""


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "one.txt").write_text(TEXT, "utf-8")
    (tmp_path / "one.patients.yaml").write_text(NOTED, "utf-8")
    return tmp_path


def test_the_figures_by_hand(tmp_path):
    """Drugs: 2 right of 3 given (isoniazid) and 3 wanted; doses: 1 (dapsone) of 3 and 3."""
    scores, misses = score(from_folder(_folder(tmp_path)))
    by_name = {one.name: (one.right, one.given, one.wanted) for one in scores}
    assert by_name["age"] == (1, 1, 1)
    assert by_name["sex"] == (0, 1, 1)
    assert by_name["drug"] == (2, 3, 3)
    assert by_name["drug of the disease"] == (2, 2, 3)
    assert by_name["dose"] == (1, 3, 3)
    assert by_name["response"] == (1, 1, 1)
    assert by_name["time to response"] == (1, 1, 1)
    assert by_name["follow-up"] == (0, 0, 0)
    assert {(one.name, one.noted, one.extracted) for one in misses if one.name == "sex"} == {
        ("sex", "female", "male")
    }
    assert "precision" in to_text(scores)


def test_a_patient_who_was_not_found_is_missed_in_every_field(tmp_path):
    """Precision does not suffer, recall does."""
    folder = _folder(tmp_path)
    (folder / "one.txt").write_text("A guideline\n\nUse dapsone with care.\n", "utf-8")
    scores, _ = score(from_folder(folder))
    by_name = {one.name: (one.right, one.given, one.wanted) for one in scores}
    assert by_name["patient"] == (0, 0, 1)
    assert by_name["drug"] == (0, 0, 3)


def test_names_of_drugs_do_not_depend_on_route_or_preparation():
    """'Tacrolimus ointment' is tacrolimus; two drugs of one entry are two."""
    assert drug_names("tacrolimus ointment") == drug_names("topical tacrolimus") == ("tacrolimus",)
    assert drug_names("carboplatin and paclitaxel") == ("carboplatin", "paclitaxel")


def test_what_is_wrong_with_a_folder_is_said(tmp_path):
    """An empty folder and a broken record name the place and what to do."""
    with pytest.raises(ExtractionError, match="name another folder"):
        from_folder(tmp_path)
    broken = tmp_path / "x.patients.yaml"
    broken.write_text("- age: 3\n", "utf-8")
    with pytest.raises(ExtractionError, match=r"x\.patients\.yaml.*mend"):
        read_patients(broken)

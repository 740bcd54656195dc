"""Who the patients of a stored report are, by the file and by their records together."""

from __future__ import annotations

from pathlib import Path

from shelves import stocked

from rag.library import Library
from rag.library.cache import ReportCache
from rag.library.recorded import recorded

SIBLINGS = """Case 1: the sister

The girl was 8 years old when she could no longer climb onto the bus. She had red knuckles and a
creatine kinase of 900 U/L, and prednisone 20 mg daily was given to her.

Case 2: the brother

Her brother was 6 in October 2018, when he refused to play football. He had a rash, a creatine
kinase of 700 U/L and was given prednisone 10 mg daily.
"""


def test_what_the_file_does_not_say_the_record_does(tmp_path: Path) -> None:
    """The age of 'her brother was 6' is known to all who ask for the report."""
    with Library(stocked(tmp_path, {"siblings": SIBLINGS})) as library:
        stored, known = library.report("siblings"), recorded(library, "siblings")
        assert [case.age for case in stored.cases] == [8, None]
        assert [(case.age, case.sex) for case in known.cases] == [(8, "female"), (6, "male")]
        assert ReportCache(library).reports(["siblings"])["siblings"] == known
        library.db.execute("UPDATE case_facets SET value = 'female' WHERE key = 'sex'")
        assert {case.sex for case in recorded(library, "siblings").cases} == {"female"}


def test_a_library_without_records_has_what_its_files_say(tmp_path: Path) -> None:
    """As one of an earlier version that cannot be written."""
    with Library(stocked(tmp_path, {"siblings": SIBLINGS})) as library:
        library.db.execute("DROP TABLE case_facets")
        library.db.execute("DROP TABLE cases")
        assert recorded(library, "siblings") == library.report("siblings")

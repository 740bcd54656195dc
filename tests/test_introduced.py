"""Who the patients of a library's reports are, in the words that introduce them."""

from __future__ import annotations

from rag.introduced import KEPT, IntroducedPatients
from rag.schema import Passage, Report


class Counted:
    """A library of one-patient reports that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.story = "A 61-year-old baker had a rash."

    def report_passages(self, report_id: str) -> list[tuple[Passage, str]]:
        self.asked.append(report_id)
        return [(Passage(report_id, "case", 1, 0, len(self.story), "case", 1), self.story)]


def report(name: str, text: str) -> Report:
    return Report(
        id=name, title="T", text=text, sections=(), source="a.txt", source_kind="paper",
        basis="full text",
    )  # fmt: skip


def test_a_report_is_looked_up_once_as_long_as_its_text_stays() -> None:
    """A new text under the same name is another report."""
    library = Counted()
    introduced = IntroducedPatients(library)  # type: ignore[arg-type]
    first = report("ito-2001", "one")
    assert introduced(first) == introduced(first) == {1: "A 61-year-old baker "}
    assert library.asked == ["ito-2001"]
    library.story = "A 70-year-old tailor had papules."
    assert introduced(report("ito-2001", "two")) == {1: "A 70-year-old tailor "}


def test_what_was_used_long_ago_is_forgotten_first() -> None:
    """The memory does not grow with the library."""
    library = Counted()
    introduced = IntroducedPatients(library)  # type: ignore[arg-type]
    first = report("first", "")
    for number in range(KEPT):
        introduced(report(f"r{number}", ""))
        introduced(first)
    assert library.asked.count("first") == 1
    introduced(report("r0", ""))
    assert library.asked.count("r0") == 2

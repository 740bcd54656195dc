"""'The oldest patient?', 'youngest child on tofacitinib?' → whose age stands first or last.

Only of patients who are described alone: what a series says of its ages is of nobody in particular.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.cases.ends import Extreme
from rag.cases.quoting import Cited
from rag.cases.shelf import Shelf, count
from rag.cases.table import table_of
from rag.cases.told import Told, composed, record_lines, told
from rag.cases.wish import Wish
from rag.cases.wording import counted, who_words, whom
from rag.schema import Report


def tell_extreme(
    which: Extreme,
    population: Sequence[Wish],
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None = None,
) -> Told | None:
    """The oldest or youngest of whom an age is stated, with the words that say so.

    None where no age is stated.
    """
    result = count(shelf, population, (), among)
    aged = [case for case in shelf.cases(result.found) if case.age is not None]
    if not aged:
        return None
    ages = [case.age.value for case in aged if case.age is not None]
    end = min(ages) if which == "youngest" else max(ages)
    fitting = [case for case in aged if case.age is not None and case.age.value == end]
    cited = Cited(reports)
    lines, rows = record_lines(fitting, [], [*population, _of_age(end)], cited)
    of = f"{counted(len(aged), 'single patient')}{whom(population)} whose age is stated"
    first = f"The {which} of {of}: {end:g} years. Ages in series are not compared."
    return told(composed([first], lines, []), who_words(fitting[0]), cited, table_of(rows))


def _of_age(years: float) -> Wish:
    """The condition by which the words for the age are cited."""
    return Wish("age", f"{years:g} years", ages=(years, years + 0.001))

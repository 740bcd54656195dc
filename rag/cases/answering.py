"""What is asked of the records → an answer: counts first, a line for each report, all of it cited.

Patients who are described alone are counted; groups are named apart and never added to them.
Whatever is counted stands in the table and among the citations, even where the text stops early.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rag.cases.asking import Asked
from rag.cases.besides import topical_line, worded_line, worded_reports
from rag.cases.blamed import of_the_drug
from rag.cases.by_group import tell_groups
from rag.cases.effect_in_series import effects_told
from rag.cases.extreme import tell_extreme
from rag.cases.harm_in_series import harm_lines
from rag.cases.quoting import Cited
from rag.cases.shelf import Count, Shelf, count
from rag.cases.table import table_of
from rag.cases.told import Told, apart_line, composed, record_lines, responses_words, told
from rag.cases.wish import Wish
from rag.cases.wording import counted, what, whom
from rag.records.record import Span
from rag.schema import Report

OUTCOMES = ("response", "adverse", "relapse")
"""What becomes of patients: of a group only its own words tell it."""


def tell(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None = None,
) -> Told | None:
    """The answer, over the reports `among` (all of them if None).

    None when the records know nothing of the matter: then the reports' words are read as usual.
    `reports` gives each report by its id.
    """
    if asked.extreme is not None:
        return tell_extreme(asked.extreme, asked.population, shelf, reports, among)
    if asked.kind in ("groups", "compare"):
        return tell_groups(asked, shelf, reports, among)
    wished = () if asked.kind == "responses" else asked.asked
    result = count(shelf, asked.population, wished, among)
    if not result.population:
        # Nobody had it as the treatment reported on: then whoever had it at all.
        wider = replace(asked, population=tuple(_at_all(one) for one in asked.population))
        at_all = count(shelf, wider.population, wished, among)
        asked, result = (wider, at_all) if at_all.population else (asked, result)
    if not result.population and (harm := _harm_in_series(asked, shelf, reports, among, result)):
        return harm
    about = shelf.reports(shelf.about((*asked.population, *asked.asked), among))
    topical = [reports[report_id] for report_id in about]
    words = worded_reports(asked, shelf, reports, result, [*about], among)
    fits = result.found or result.groups or words or (asked.population and result.population)
    if not fits:
        return None
    outcome = any(one.key in OUTCOMES for one in asked.asked)
    if not result.population and outcome and len(shelf.reports(result.groups)) < 2:
        return None  # the words of the one series say more than that nobody is described alone
    if _tells_nothing(asked, result):
        return None
    return _tell_count(asked, shelf, reports, among, result, topical, words)


def _tells_nothing(asked: Asked, result: Count) -> bool:
    """Whether of a number that is asked for nobody is known, and half or more are silent; of
    whether there was anybody, all.

    '0 of 1: died; 1 not reported' says less than a series' own words on how many died. Who had
    it, and which, is told: their reports are silent, and the series are named beside.
    """
    fate = any(one.key in ("response", "relapse") and not one.absent for one in asked.asked)
    if not fate or result.found or not result.silent:
        return False
    if asked.kind == "any":
        return _all_silent(result)
    if asked.kind != "count":
        return False
    return 2 * len(result.silent) >= len(result.population)


def _all_silent(result: Count) -> bool:
    """Whether the reports are silent on what was asked of everybody."""
    return not result.found and len(result.silent) == len(result.population) > 0


def _at_all(one: Wish) -> Wish:
    return replace(one, key="drug") if one.key == "treatment" else one


def _tell_count(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None,
    result: Count,
    topical: Sequence[Report],
    worded_in: Sequence[tuple[Report, Span]],
) -> Told:
    cited = Cited(reports)
    wishes = (*asked.asked, *asked.population)
    result, others = of_the_drug(wishes, shelf, reports, result)
    # Where nobody fits, those of whom it was asked prove it.
    cases = shelf.cases(result.found or result.population if asked.population else result.found)
    groups = shelf.group_records(result.groups)
    series = [] if result.found else harm_lines(asked, shelf, reports, among, result, cited)
    if series:
        cases = []  # what series say of a harm is more than who is silent on it
    # Those who were asked about and do not fit have nothing of what was asked.
    shown = wishes if result.found else asked.population
    effects = effects_told(groups, wishes, reports) if asked.kind == "responses" else {}
    lines, rows = record_lines(cases, groups, shown, cited, effects)
    if _all_silent(result) and asked.kind != "responses":
        lines = lines[len(cases) :]  # of whom nothing is known, the table holds
    before = _only_before(asked, shelf, result)
    if asked.kind == "responses":
        # How all who had it fared is asked: those who had it earlier are shown, too, last.
        earlier, more = record_lines(shelf.cases(before), [], _at_any_time(wishes), cited)
        lines, rows = [*lines, *earlier], [*rows, *more]
    lines += series or harm_lines(asked, shelf, reports, among, result, cited)
    extra = [topical_line(topical, cited)] if topical else []
    extra += [worded_line(worded_in, cited)] if worded_in else []
    first = first_line(asked, shelf, result)
    apart = [*_before_line(before), *_others_line(others), *apart_line(groups)]
    text = composed([first, *apart], lines, extra)
    in_series = len(series) or len({group.report_id for group in groups})
    short = _in_short(asked, result, in_series, bool(series))
    if asked.kind == "responses" and result.population:
        # '4 of 4' would read as if it had helped them all.
        short = responses_words(shelf.cases(result.population))
    return told(text, short, cited, table_of(rows))


def _in_short(asked: Asked, result: Count, in_series: int, series_tell: bool) -> str:
    """'2 of 9', 'yes: 2 patients'; where no single patient is known, how many series tell of it.

    None of those of whom it is told is not none of all: '0 of 18' would deny what 17 are silent on.
    """
    found, of = len(result.found), len(result.population)
    nobody = not found and (asked.kind == "any" or not of)
    if in_series and (series_tell or nobody):
        return f"in {counted(in_series, 'series', 'series')} only"
    if asked.kind == "any":
        return f"yes: {counted(found, 'patient')}" if found else "none among single patients"
    silent = 0 if found else len(result.silent)
    if silent == of > 0:
        return "not reported"
    return f"{found} of {of - silent}" + (f"; {silent} not reported" if silent else "")


def _harm_in_series(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None,
    result: Count,
) -> Told | None:
    """What series say of a drug's harm where nobody given it is described alone; None for none."""
    cited = Cited(reports)
    lines = harm_lines(asked, shelf, reports, among, result, cited)
    if not lines:
        return None
    text = composed([first_line(asked, shelf, result)], lines, [])
    return told(text, f"in {counted(len(lines), 'series', 'series')} only", cited, table_of([]))


def first_line(asked: Asked, shelf: Shelf, result: Count) -> str:
    """'7 of 23 single patients given IVIg (5 reports): complete response; 4 not reported.'"""
    of = f"{counted(len(result.population), 'single patient')}{whom(asked.population)}"
    if asked.kind == "responses" and result.population:
        return f"{of[:1].upper()}{of[1:]}: {responses_words(shelf.cases(result.population))}."
    silent = f"; {len(result.silent):,} not reported" if result.silent else ""
    where = f", in {counted(len(shelf.reports(result.found)), 'report')}" if result.found else ""
    if not result.population:
        return f"No single patient{whom(asked.population)} is described."
    if asked.papers and not asked.asked and not asked.population:
        return f"{counted(len(shelf.reports(result.found)), 'report')} with {of}."
    if asked.papers and result.found:
        in_reports = counted(len(shelf.reports(result.found)), "report")
        return f"{in_reports} with {len(result.found):,} of {of}: {what(asked.asked)}{silent}."
    if not asked.asked:
        return f"{of}{where}."
    return f"{len(result.found):,} of {of}: {what(asked.asked)}{where}{silent}."


def _only_before(asked: Asked, shelf: Shelf, result: Count) -> set[int]:
    """Who had the drug before the treatment reported on only: their response is no answer."""
    given = [one for one in asked.population if one.key == "treatment" and not one.absent]
    if not given:
        return set()
    others = [one for one in asked.population if one not in given]
    at_all = shelf.patients([*others, *_at_any_time(given)])
    return shelf.distinct(at_all) - result.population


def _before_line(before: Collection[int]) -> list[str]:
    """How many they are; nothing where there is nobody."""
    if not before:
        return []
    return [f"{counted(len(before), 'more patient')} had it only before the treatment reported on."]


def _others_line(others: int) -> list[str]:
    """How many had a harm that is another drug's; nothing where there is nobody."""
    if not others:
        return []
    return [f"Not counted: {counted(others, 'patient')} whose report names another drug for it."]


def _at_any_time(wishes: Sequence[Wish]) -> list[Wish]:
    return [_at_all(one) for one in wishes]

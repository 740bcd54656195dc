"""A topic → the reports of a library that name all of it, those first that are about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.lexicon import lexicon
from rag.library import Library
from rag.library.words import expression_of, match_phrases, search_reports
from rag.schema import Report
from rag.topics.quoting import how_many, may_name, sentences_on
from rag.topics.topic import Item, Topic

MOST_LOOKED_AT = 60
"""Reports whose text is looked at; of more, those that the search found first."""
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """The reports on a topic, best first. `about` of them tell of it in title or summary.

    `named` is how many there are; `lacking` what none of them tells of along with the rest.
    """

    reports: tuple[Report, ...]
    about: int
    named: int
    lacking: tuple[Item, ...] = ()


def reports_on(
    topic: Topic,
    library: Library,
    read: Callable[[Collection[str]], Mapping[str, Report]],
    nearest: Sequence[str],
    among: Collection[str] | None = None,
) -> Found | None:
    """The reports that name all items of a topic; None where there is none.

    Where none has them all, those that name all but one, unless they must stand together; a drug
    or an antibody that none has at all is no topic of this library. `read` gives reports by their
    ids, `nearest` are ids as the search found them, best first; `among` are those that may be
    named (None: all).
    """
    said = [_saying(item, library, among) for item in topic.items]
    if any(item.needed and not ids for item, ids in zip(topic.items, said, strict=True)):
        return None
    found = _named_by(topic.items, set.intersection(*said), read, nearest, topic.together)
    if found or topic.together:
        return found
    for left_out in reversed(range(len(topic.items))):
        kept = [n for n in range(len(topic.items)) if n != left_out]
        # A word alone, without a thing that the lexicon knows, is no topic.
        if any(topic.items[n].names for n in kept):
            items = tuple(topic.items[n] for n in kept)
            ids = set.intersection(*(said[n] for n in kept))
            if fewer := _named_by(items, ids, read, nearest, together=False):
                lacking = (topic.items[left_out],)
                return Found(fewer.reports, fewer.about, fewer.named, lacking)
    return None


def reports_naming(
    topic: Topic,
    library: Library,
    read: Callable[[Collection[str]], Mapping[str, Report]],
    nearest: Sequence[str],
    among: Collection[str] | None = None,
) -> list[Report]:
    """The reports whose text names all items of a topic, wherever; those about them first.

    The arguments are those of `reports_on`.
    """
    said = [_saying(item, library, among) for item in topic.items]
    order = _in_order(set.intersection(*said), nearest)
    reports = read(order)
    whole = [reports[one] for one in order if _all_named(topic.items, reports[one])]
    return sorted(whole, key=lambda report: _rank(topic.items, report))  # stable


def summary_of(report: Report) -> str:
    """What a report says in short; '' where it has no summary."""
    kept = [s for s in report.sections if s.kind == "summary"]
    return " ".join(report.text[s.start : s.end] for s in kept)


def _saying(item: Item, library: Library, among: Collection[str] | None) -> set[str]:
    """The ids of the reports that may name an item: those that have one of its wordings."""
    if item.names:
        concepts = [lexicon().concept(name) for name in sorted(item.names)]
        wordings = [term for concept in concepts if concept for term in concept.terms]
        expression = expression_of(match_phrases((), wordings))
    else:
        expression = f'"{item.stem}"*'
    found = set(search_reports(library.db, expression, _ALL))
    return found if among is None else found & set(among)


def _named_by(
    items: Sequence[Item],
    ids: set[str],
    read: Callable[[Collection[str]], Mapping[str, Report]],
    nearest: Sequence[str],
    together: bool,
) -> Found | None:
    order = _in_order(ids, nearest)
    reports = read(order)
    ranked: list[tuple[int, bool, int, str]] = []
    for n, report_id in enumerate(order):
        rank, one = _rank(items, reports[report_id]), _in_one_sentence(items, reports[report_id])
        if one or rank < _IN_PASSING and not together:
            ranked.append((rank, not one, n, report_id))
    if not ranked:
        return None
    ranked.sort()
    about = sum(rank < _IN_PASSING for rank, *_ in ranked)
    unseen = len(ids) - len(order)
    return Found(tuple(reports[i] for *_, i in ranked), about, len(ranked) + unseen)


def _in_order(ids: Collection[str], nearest: Sequence[str]) -> list[str]:
    """The reports to look at: as the search found them, then by id."""
    place = {report_id: n for n, report_id in enumerate(nearest)}
    return sorted(ids, key=lambda one: (place.get(one, len(place)), one))[:MOST_LOOKED_AT]


_IN_PASSING = 3


def _rank(items: Sequence[Item], report: Report) -> int:
    """0 where the title names all, 1 where title and summary do, 2 where they name some and the
    text the rest; 3 where the report is about something else.

    Of those alike the ones go first that name all in a sentence.
    """
    if how_many(items, report.title) == len(items):
        return 0
    in_short = how_many(items, f"{report.title}. {summary_of(report)}")
    if in_short == len(items):
        return 1
    return 2 if in_short and _all_named(items, report) else _IN_PASSING


def names_item(item: Item, report: Report) -> bool:
    """Whether title or text of a report has a wording of an item."""
    return may_name(item, f"{report.title}. {report.text}")


def _all_named(items: Sequence[Item], report: Report) -> bool:
    return all(names_item(item, report) for item in items)


def _in_one_sentence(items: Sequence[Item], report: Report) -> bool:
    """Whether a sentence names all: what a long text names here and there is not told together."""
    best = sentences_on(items, report)
    return bool(best) and how_many(items, best[0].text) == len(items)

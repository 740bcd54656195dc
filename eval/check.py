"""Gold items + reports → what does not fit: quotes, facts, splits; nothing for clean gold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import yaml

from eval.gold import SAME_WORK, Item, Judgement, shipped_texts
from eval.metrics import holds
from rag.formats import read_file

YES_NO = frozenset({"yes", "no"})
"""Short answers that are given in Casebook's words, not the report's."""


def problems(
    items: Iterable[Item], texts: Mapping[str, str], allowed: Collection[str]
) -> list[str]:
    """Every misfit of `items`, in their order.

    `texts` are the canonical texts of the reports at hand, by id; evidence without a quote from a
    report that is not at hand (a published paper that is not ours to ship) goes unchecked.
    """
    found: list[str] = []
    for item in items:
        # An exhaustive question is about the whole corpus, whatever split a report is in.
        may_use = {*allowed, *texts} if item.kind == "exhaustive" else allowed
        complaints = [c for j in item.evidence for c in _misfits(j, texts, may_use)]
        if item.context and item.context not in may_use:
            complaints.append(f"the context {item.context} is in neither split that gold may use")
        if not complaints:
            complaints = _missing_facts(item, texts)
        found.extend(f"{item.id}: {complaint}" for complaint in complaints)
    return found


def allowed_reports(splits: Path) -> frozenset[str]:
    """The reports that gold may be written from: test, held out, the held-out papers, the texts."""
    split = yaml.safe_load(splits.read_text("utf-8"))
    texts = (path.stem for path in shipped_texts().glob("*.txt"))
    return frozenset([*split["test"], *split["held_out"], *SAME_WORK.values(), *texts])


def canonical_texts(paths: Iterable[Path]) -> dict[str, str]:
    """Report id → canonical text of each file. Raises FileError."""
    reports = (read_file(path)[0] for path in paths)
    return {report.id: report.text for report in reports}


def _misfits(
    judgement: Judgement, texts: Mapping[str, str], allowed: Collection[str]
) -> Iterable[str]:
    if judgement.report not in allowed:
        yield f"{judgement.report} is in neither the test nor the held_out split"
    if judgement.quote is None:
        return
    if judgement.report not in texts:
        yield f"there is no report {judgement.report}"
    elif judgement.quote not in texts[judgement.report]:
        yield f"{judgement.report} does not hold the quote '{judgement.quote[:60]}…'"


def _missing_facts(item: Item, texts: Mapping[str, str]) -> list[str]:
    sources = [j.quote or texts.get(j.report) for j in item.evidence]
    if any(source is None for source in sources):
        return []
    present = [source for source in sources if source is not None]
    missing = [
        f"the fact {' / '.join(fact)} does not occur in the evidence"
        for fact in item.facts
        if not holds(present, fact)
    ]
    if item.short and not {*item.short} & YES_NO and not holds(present, item.short):
        missing.append(f"the short answer {' / '.join(item.short)} does not occur in the evidence")
    return missing

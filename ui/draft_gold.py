"""Readers' verdicts on answers → draft questions for `casebook eval`, for a person to finish."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from ui.conversations import Verdict

_HEAD = """\
# Drafts from readers' verdicts on answers; read each before it counts as gold.
# kind, style and facts are guesses. What was judged wrong stands as a comment, with what was said:
# write the right evidence and facts, and take the comment marks off.
"""


def draft_gold(verdicts: Sequence[Verdict]) -> str:
    """YAML in the form of `eval/gold`: good answers as items, the others as comments."""
    blocks = [_HEAD]
    for number, verdict in enumerate(verdicts, 1):
        item = yaml.safe_dump(
            [_item(number, verdict)], sort_keys=False, allow_unicode=True, width=100
        )
        if verdict.good:
            blocks.append(item)
            continue
        said = "; ".join(verdict.reasons) or "judged wrong"
        remark = f"\nremark: {verdict.remark}" if verdict.remark else ""
        answer = f"\nanswered: {verdict.exchange.answer.text}"
        blocks.append(_commented(f"{said}{remark}{answer}\n{item}"))
    return "\n".join(blocks)


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


_YES_NO = re.compile(r"^(?:Yes|No)(?:: |$)")


def _item(number: int, verdict: Verdict) -> dict[str, Any]:
    given = verdict.exchange.answer
    item: dict[str, Any] = {
        "id": f"draft-{number:03d}",
        # As it was read after the conversation: it can be asked without that.
        "question": given.query,
        "kind": "yes-no" if _YES_NO.match(given.short_answer or "") else "outcome",
        "style": "clinician",
        "verdict": "answerable" if given.citations else "unanswerable",
    }
    if given.citations:
        item["evidence"] = [
            {"report": c.report_id, "quote": c.quote, "grade": 2} for c in given.citations
        ]
        words = _YES_NO.sub("", given.short_answer or "")  # a fact stands in the evidence
        item["facts"] = [[words or " ".join(given.citations[0].quote.split())]]
    return item | {"author": "a reader of Casebook (draft)"}

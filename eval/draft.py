"""A question and the words that answer it → an item of a user's own gold file, checked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from eval.check import problems
from eval.gold import GoldError, load, write_schema

if TYPE_CHECKING:
    from rag.chat import Casebook

SHOWN = 8
SCHEMA = "gold.schema.json"
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA}"
"""The first line of a user's gold file: the schema lies beside it, so that editors find it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a user says about a question of their own.

    `before` are the turns of a conversation that came before it; `in_context`: the question means
    nothing without its report, and is asked of it alone.
    """

    question: str
    kind: str
    style: str
    verdict: str
    report: str | None
    quote: str | None
    facts: tuple[tuple[str, ...], ...]
    author: str
    short: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    in_context: bool = False


def candidates(casebook: Casebook, question: str) -> list[tuple[str, str]]:
    """Passages that may answer: (id, text), best first. Raises QuestionError."""
    return [(hit.passage.id, hit.text) for hit in casebook.find(question, k=SHOWN)]


def add_item(path: Path, draft: Draft, casebook: Casebook) -> str:
    """Add the drafted item to the gold file, with its schema beside a new one; the item's id.

    Raises GoldError when the item does not fit the library or the file cannot be written,
    ReportNotFound; the file then stays as it was.
    """
    before = load(path) if path.exists() else ()
    name = f"mine-{len(before) + 1:03d}"
    taken = {item.id for item in before}
    number = len(before) + 1
    while name in taken:
        number += 1
        name = f"mine-{number:03d}"
    content = path.read_text("utf-8") if path.exists() else SCHEMA_LINE + "\n"
    entry = yaml.safe_dump([_entry(name, draft)], sort_keys=False, allow_unicode=True, width=100)
    trial = path.with_name(path.name + ".new")
    try:
        trial.write_text(f"{content.rstrip()}\n\n{entry}", "utf-8", newline="\n")
        item = next(item for item in load(trial) if item.id == name)
        texts = {r: casebook.library.report(r).text for r in {j.report for j in item.evidence}}
        if found := problems([item], texts, texts):
            raise GoldError("; ".join(found))
        os.replace(trial, path)
        if not (schema := path.parent / SCHEMA).exists():
            write_schema(schema)
    except GoldError as error:
        # The trial is gone by the time that this is read.
        told = str(error).replace(str(trial), str(path))
        raise GoldError(f"{told}; nothing was added to {path}") from None
    except OSError as error:
        raise GoldError(
            f"{path}: cannot be written ({error.strerror}); name a file in a folder of yours"
        ) from None
    finally:
        trial.unlink(missing_ok=True)
    return name


def _entry(name: str, draft: Draft) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": name}
    if draft.before:
        entry["turns"] = [*draft.before, draft.question]
    else:
        entry["question"] = draft.question
    if draft.in_context and draft.report:
        entry["context"] = draft.report
    entry |= {"kind": draft.kind, "style": draft.style, "verdict": draft.verdict}
    if draft.report and draft.quote:
        entry["evidence"] = [{"report": draft.report, "quote": draft.quote, "grade": 2}]
        entry["facts"] = [list(fact) for fact in draft.facts]
    for key, words in (("short", draft.short), ("forbidden", draft.forbidden)):
        if words:
            entry[key] = list(words)
    entry["author"] = draft.author or "unnamed"
    return entry

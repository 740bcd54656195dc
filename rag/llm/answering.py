"""The default engine's answer + what was written from its evidence → the answer that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.answer import Consulted
from rag.evidence_kind import notice as kind_of_evidence
from rag.llm.events import Sentence
from rag.llm.evidence import Shown
from rag.llm.options import Options
from rag.llm.writing import Written
from rag.schema import Answer, Checked, Citation, SentenceVerdict
from rag.verify.verdict import NOT_FROM_CORPUS, ONLY_PARTLY
from rag.works.standing import told as said_afterwards

_MARK = re.compile(r"\[(\d{1,3})\]")


def written_answer(
    consulted: Consulted, evidence: Shown, written: Written, model: str, where: str
) -> Answer:
    """The model's answer: its checked sentences, then the remarks of the default engine."""
    sentences, citations = _in_order(written.sentences, written.citations)
    text, checked = compose(sentences)
    found = consulted.answer
    return replace(
        found,
        text="\n".join([text, *consulted.remarks]),
        short_answer=_short(found.short_answer, sentences),
        citations=citations,
        engine=model,
        notice=_notice(consulted, evidence, written, citations, f"{model}, {where}"),
        checked=checked,
    )


def kept_answer(consulted: Consulted, why_not: str) -> Answer:
    """The default engine's answer, with the reason why the model's is not shown."""
    found = consulted.answer
    return replace(found, notice=" ".join(part for part in (why_not, found.notice) if part))


_LABELS: dict[SentenceVerdict, str] = {"uncited": NOT_FROM_CORPUS, "partly": ONLY_PARTLY}


def compose(sentences: Sequence[Sentence]) -> tuple[str, tuple[Checked, ...]]:
    """The text of checked sentences, and where each stands in it.

    What is not supported stands between '~~', what cites nothing is followed by 'not from the
    corpus', what is supported in part by 'only partly proved'.
    """
    text = ""
    checked: list[Checked] = []
    for one in sentences:
        text += "" if not text else "\n" if one.opens_line else " "
        text += "~~" if one.struck else ""
        start = len(text)
        text += one.text
        checked.append(
            Checked(start, len(text), one.verdict, one.cited, one.reasons, struck=one.struck)
        )
        text += "~~" if one.struck else ""
        text += f" ({_LABELS[one.verdict]})" if one.verdict in _LABELS else ""
    return text, tuple(checked)


def _in_order(
    sentences: Sequence[Sentence], citations: Iterable[Citation]
) -> tuple[list[Sentence], tuple[Citation, ...]]:
    """Sentences and the citations that they still use, numbered in the order of the text.

    A sentence that was dropped or mended may have taken its citations along.
    """
    by_number = {c.number: c for c in citations}
    said = [int(m[1]) for one in sentences for m in _MARK.finditer(one.text)]
    new = {old: n for n, old in enumerate((n for n in dict.fromkeys(said) if n in by_number), 1)}

    def told(text: str) -> str:
        return _MARK.sub(lambda mark: f"[{new.get(int(mark[1]), int(mark[1]))}]", text)

    renumbered = [
        replace(
            one,
            text=told(one.text),
            cited=tuple(new.get(n, n) for n in one.cited),
            reasons=tuple(told(reason) for reason in one.reasons),
        )
        for one in sentences
    ]
    return renumbered, tuple(replace(by_number[old], number=n) for old, n in new.items())


def _short(short: str | None, sentences: Iterable[Sentence]) -> str | None:
    """The short answer that reading found, if a supported sentence says it, too."""
    said = " ".join(one.text for one in sentences if one.verdict == "supported")
    plain = " ".join((short or "").split()).lower()
    return short if plain and plain in " ".join(said.split()).lower() else None


def _notice(
    consulted: Consulted,
    evidence: Shown,
    written: Written,
    citations: Sequence[Citation],
    model: str,
) -> str:
    parts = [
        f"Written by {model}, from {_count(len(evidence.citations), 'sentence')} of the reports; "
        "each sentence was checked by rule against what it cites."
    ]
    struck = sum(one.struck for one in written.sentences)
    if struck:
        parts.append(f"{_count(struck, 'sentence')} not supported: struck out.")
    partly = sum(one.verdict == "partly" for one in written.sentences)
    if partly:
        parts.append(f"{_count(partly, 'sentence')} only partly proved: marked.")
    if written.dropped:
        parts.append(f"{_count(written.dropped, 'sentence')} not supported: left out.")
    if written.hidden:
        parts.append(f"{_count(written.hidden, 'sentence')} not from the corpus: left out.")
    if written.truncated:
        parts.append("The model's reply was cut at its greatest length.")
    parts += withheld(evidence)
    parts.append(said_afterwards(consulted.provenance.editorial, citations))
    parts.append(kind_of_evidence(citations, consulted.reports, consulted.answer.hits))
    return " ".join(part for part in parts if part)


def withheld(evidence: Shown) -> list[str]:
    """A remark when sentences were kept from the model, else none."""
    if not evidence.withheld:
        return []
    return [
        f"{_count(evidence.withheld, 'sentence')} of the reports that would give orders to a "
        "machine: not sent to it."
    ]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def why_not(written: Written, options: Options, model: str) -> str:
    """Why a reply gives no answer to show, or ''."""
    if written.declined:
        return f"{model} found no answer in the sentences below, which come nearest."
    if not written.proved:
        return f"Nothing that {model} wrote was supported; these are the reports' own sentences."
    return ""

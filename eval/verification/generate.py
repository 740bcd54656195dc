"""Paraphrases and reports → true answers, and false ones by one change each. Seeded."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from eval.verification.answers import FOLDER, Sample, report
from eval.verification.corrupt import KINDS
from rag.schema import Report
from rag.sentences import sentence_spans

SEED = 20261121
PER_KIND = 80  # false answers of one kind in the development part, at most
EXTRACTS = 6  # extracts, and quotations, per report

Span = tuple[str, int, int]


def parts() -> dict[str, str]:
    """Report → 'development' where its answers were read while rules were written, else 'report'.

    The file says which: a file of answers begins as unread_*.txt, is measured, and becomes
    development_*.txt before anybody reads what was judged wrong in it.
    """
    return {
        report_id: "report" if path.name.startswith("unread") else "development"
        for path, report_id, _, _ in _written()
    }


def generate() -> list[Sample]:
    """All samples: the true ones of each report, then the false ones made of them."""
    true = [*_paraphrases(), *_extracts()]
    false = list(_false(true))
    random.Random(SEED).shuffle(false)
    kept: list[Sample] = []
    for one in false:
        alike = [k for k in kept if (k.kind, k.half) == (one.kind, one.half)]
        if one.half != "development" or len(alike) < PER_KIND:
            kept.append(one)
    return [*true, *sorted(kept, key=lambda one: one.id), *_retellings()]


def development_samples() -> list[Sample]:
    """The written sentences of the development part, and all that one change makes of them."""
    true = [one for one in _paraphrases() if one.half == "development"]
    told = [one for one in _retellings() if one.half == "development"]
    return [*true, *_false(true), *told]


def written_in() -> dict[str, str]:
    """Id of a written sentence → the file that it stands in, without its ending."""
    return {f"p{at}": path.stem for at, (path, *_) in enumerate(_written(), 1)}


def _written(true: bool = True) -> Iterator[tuple[Path, str, list[int], str]]:
    """The lines of development_*.txt and unread_*.txt: file, report, its sentences, text.

    The false ones begin with '! '.
    """
    current = ""
    for path in (*sorted(FOLDER.glob("development_*.txt")), *sorted(FOLDER.glob("unread_*.txt"))):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("## "):
                current = line[3:].strip()
            elif " | " in line:
                numbers, text = line.split(" | ", 1)
                if numbers.startswith("! ") != true:
                    yield path, current, [int(n) for n in numbers.lstrip("! ").split(",")], text


def _spans(of: Report) -> list[Span]:
    return [
        (of.id, a, b) for s in of.sections for a, b in sentence_spans(of.text, s.start, s.end)
    ]  # fmt: skip


def _ids() -> list[str]:
    return list(dict.fromkeys(report_id for _, report_id, _, _ in _written()))


def _paraphrases() -> Iterator[Sample]:
    half = parts()
    for at, (_, report_id, numbers, text) in enumerate(_written(), 1):
        spans = _spans(report(report_id))
        cited = tuple(spans[n - 1] for n in numbers)
        yield Sample(f"p{at}", report_id, half[report_id], "paraphrase", True, text, cited)


def _retellings() -> Iterator[Sample]:
    """False sentences that were written as such, in words of their own."""
    half = parts()
    for at, (_, report_id, numbers, text) in enumerate(_written(true=False), 1):
        spans = _spans(report(report_id))
        cited = tuple(spans[n - 1] for n in numbers)
        yield Sample(f"r{at}", report_id, half[report_id], "retelling", False, text, cited)


def _extracts() -> Iterator[Sample]:
    """Sentences as the extractive answer shows them, and quoted whole or in two pieces."""
    half = parts()
    number = 0
    for report_id in _ids():
        of = report(report_id)
        rng = random.Random(f"{SEED} {report_id}")
        spans = [
            s for s in _spans(of) if 60 <= s[2] - s[1] <= 320 and '"' not in of.text[s[1] : s[2]]
        ]
        for at, span in enumerate(rng.sample(spans, min(2 * EXTRACTS, len(spans)))):
            quote = " ".join(of.text[span[1] : span[2]].split())
            number += 1
            if at % 2:
                yield Sample(f"x{number}", report_id, half[report_id], "extract", True,
                             f"{quote} [1]", (span,))  # fmt: skip
            else:
                text = f"The report says: {_quoted(quote, rng)} [1]."
                yield Sample(f"x{number}", report_id, half[report_id], "quotation", True,
                             text, (span,))  # fmt: skip


def _quoted(quote: str, rng: random.Random) -> str:
    words = quote.split(" ")
    if len(words) > 14 and rng.random() < 0.4:
        return f'"{" ".join(words[:6])} … {" ".join(words[-6:])}"'
    return f'"{quote}"'


def _false(true: list[Sample]) -> Iterator[Sample]:
    others = sorted({span for one in true for span in one.spans})
    for one in true:
        rng = random.Random(f"{SEED} {one.id}")
        proof = " ".join(report(r).text[a:b] for r, a, b in one.spans)
        made: set[str] = {one.text}
        for kind, change in KINDS.items():
            if one.kind == "extract" or (one.kind == "quotation") != (kind == "quotation"):
                continue
            changes = [c for c in change(one.text, proof, rng) if c[0] not in made]
            if changes:
                text, old, new = rng.choice(changes)
                made.add(text)
                yield Sample(f"{one.id}-{kind}", one.report, one.half, kind.split()[0], False, text,
                             one.spans, (old, new))  # fmt: skip
        if one.kind == "paraphrase":
            yield from _wrong_citations(one, others, rng)


def _wrong_citations(one: Sample, others: list[Span], rng: random.Random) -> Iterator[Sample]:
    """A number that does not exist; two that change places; a span of another report."""
    if rng.random() < 0.25:
        text = one.text.replace("[1]", "[9]", 1)
        yield _cited(one, "0", text, one.spans, ("[1]", "[9]"))
    if len(one.spans) == 2:
        text = re.sub(r"\[([12])\]", lambda m: "[2]" if m[1] == "1" else "[1]", one.text)
        yield _cited(one, "1", text, one.spans, ("[1], [2]", "[2], [1]"))
    elif rng.random() < 0.4:
        other = rng.choice([span for span in others if span[0] != one.report])
        text = one.text.replace("[1]", "[2]")
        yield _cited(one, "2", text, (*one.spans, other), ("[1]", "[2]"))


def _cited(
    one: Sample, which: str, text: str, spans: tuple[Span, ...], change: tuple[str, str]
) -> Sample:
    return Sample(
        f"{one.id}-citation{which}", one.report, one.half, "citation", False, text, spans, change
    )  # fmt: skip

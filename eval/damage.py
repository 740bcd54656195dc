"""Casebook damaged on purpose: what the gate must refuse, each by a measure that it names.

Nothing here is random: the same question is damaged in the same way in every run.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.ranked import Texts
from rag.answer import compose
from rag.schema import Answer, Citation
from rag.sentences import sentence_spans

if TYPE_CHECKING:
    from eval.systems import CasebookSystem
    from rag.embed import Vectors

KEPT_CHARACTERS = 40

Ask = Callable[[], Answer]
Damage = Callable[["CasebookSystem", Ask], Answer]
"""Asks, and spoils the answer; or spoils Casebook, asks, and mends it again."""


class Damaged:
    """A system whose every answer went through one damage."""

    def __init__(self, name: str, system: CasebookSystem, damage: Damage) -> None:
        self.name = f"damaged:{name}"
        self.texts: Texts = system.texts
        self._system = system
        self._damage = damage

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """The damaged answer."""
        return self._damage(self._system, lambda: self._system.converse(turns, filters))


def random_vectors(system: CasebookSystem, ask: Ask) -> Answer:
    """The embedding model gives a random direction for every question."""
    casebook = system.casebook
    encoder = _Random(casebook.encoder.dimensions)
    reader = casebook.reader
    with (
        replaced(casebook.searcher, "encoder", encoder),
        replaced(reader, "_encoder", encoder),
        # The reader keeps vectors: it must neither use its real ones now nor these ones later.
        replaced(reader, "_seen", {}),
    ):
        return ask()


def empty_lexicon(system: CasebookSystem, ask: Ask) -> Answer:
    """The lexicon knows no word."""
    with empty_vocabulary():
        return ask()


def threshold_up(system: CasebookSystem, ask: Ask) -> Answer:
    """The threshold for answering is so high that little is answered."""
    return _with_threshold(system, 0.99, ask)


def threshold_down(system: CasebookSystem, ask: Ask) -> Answer:
    """The threshold for answering is so low that nothing is declined for it."""
    return _with_threshold(system, 0.0, ask)


def shifted_citations(system: CasebookSystem, ask: Ask) -> Answer:
    """Every citation is the sentence after the right one."""
    return _recited(ask(), lambda c: _next_sentence(c, system.texts))


def swapped_patients(system: CasebookSystem, ask: Ask) -> Answer:
    """Every citation is a sentence of another report, about another patient."""
    others = sorted(system.casebook.library.report_ids())
    return _recited(ask(), lambda c: _elsewhere(c, others, system.texts))


def truncated(system: CasebookSystem, ask: Ask) -> Answer:
    """One citation is left of an answer, and only its first words."""
    answer = ask()
    first = tuple(
        replace(c, end=c.start + len(c.quote[:KEPT_CHARACTERS]), quote=c.quote[:KEPT_CHARACTERS])
        for c in answer.citations[:1]
    )
    return _with_citations(answer, first)


def silent(system: CasebookSystem, ask: Ask) -> Answer:
    """Everything is declined."""
    answer = ask()
    return replace(
        answer, status="abstained", text="Not in the reports.", citations=(), short_answer=None
    )


def talkative(system: CasebookSystem, ask: Ask) -> Answer:
    """The first passage is quoted whole, whatever was asked."""
    answer = ask()
    if not answer.hits:
        return answer
    hit = answer.hits[0]
    whole = replace(
        _blank(hit.passage.report_id),
        start=hit.passage.start,
        end=hit.passage.end,
        quote=hit.text,
    )
    return replace(_with_citations(answer, (whole,)), status="answered")


DAMAGES: dict[str, Damage] = {
    "random-vectors": random_vectors,
    "empty-lexicon": empty_lexicon,
    "threshold-up": threshold_up,
    "threshold-down": threshold_down,
    "shifted-citations": shifted_citations,
    "swapped-patients": swapped_patients,
    "truncated": truncated,
    "silent": silent,
    "talkative": talkative,
}


SPOILS_THE_ANSWER = frozenset(
    {"shifted-citations", "swapped-patients", "truncated", "silent", "talkative"}
)
"""Damages that leave Casebook alone: the same answer, asked for once, serves them all."""


class _Random:
    """An encoder whose vectors depend on the text and mean nothing."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    @property
    def reading(self) -> _Random:
        """Sentences mean nothing either."""
        return self

    def encode(self, texts: Sequence[str]) -> Vectors:
        seeds = (hashlib.sha256(text.encode()).digest()[:8] for text in texts)
        rows = [
            np.random.default_rng(int.from_bytes(seed, "big")).standard_normal(self.dimensions)
            for seed in seeds
        ]
        vectors = np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimensions)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@contextmanager
def empty_vocabulary() -> Iterator[None]:
    """The lexicon of the process knows no word for a while."""
    from rag.lexicon import Lexicon, lexicon

    empty = Lexicon(())
    with ExitStack() as stack:
        # '_typos' first: it is made from the concepts when it is first asked for.
        for name in (
            "_typos", "_narrower", "_found", "_found_misspelt", "_index", "_broader", "_concepts",
        ):  # fmt: skip
            stack.enter_context(replaced(lexicon(), name, getattr(empty, name)))
        for kept in _kept_of_the_lexicon():  # what the real one said, and what this one says
            kept.cache_clear()
            stack.callback(kept.cache_clear)
        yield


def _kept_of_the_lexicon() -> list[Any]:
    """The functions of Casebook that remember what the lexicon told them."""
    from rag.lexicon import lexicon

    return [
        one
        for name, module in sorted(sys.modules.items())
        if name.startswith("rag.") and getattr(module, "lexicon", None) is lexicon
        for one in vars(module).values()
        if hasattr(one, "cache_clear") and one.__module__ == name and one is not lexicon
    ]


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """An attribute has another value for a while."""
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def _with_threshold(system: CasebookSystem, value: float, ask: Ask) -> Answer:
    with replaced(system.casebook.reader, "threshold", value):
        return ask()


def _recited(answer: Answer, change: Callable[[Citation], Citation]) -> Answer:
    return _with_citations(answer, tuple(change(citation) for citation in answer.citations))


def _with_citations(answer: Answer, citations: tuple[Citation, ...]) -> Answer:
    if not citations:
        return answer
    return replace(answer, citations=citations, text=compose(citations))


def _next_sentence(citation: Citation, texts: Texts) -> Citation:
    text = texts.text(citation.report_id) or ""
    after = next(iter(sentence_spans(text, citation.end, len(text))), None)
    start, end = after or (0, min(len(text), KEPT_CHARACTERS))
    return replace(citation, start=start, end=end, quote=text[start:end])


def _elsewhere(citation: Citation, reports: Sequence[str], texts: Texts) -> Citation:
    other = reports[(reports.index(citation.report_id) + 1) % len(reports)]
    text = texts.text(other) or ""
    start, end = texts.passages(other)[-1][1:]
    span = next(iter(sentence_spans(text, start, end)), (start, end))
    return replace(
        citation, report_id=other, start=span[0], end=span[1], quote=text[span[0] : span[1]]
    )


def _blank(report_id: str) -> Citation:
    return Citation(
        number=1, report_id=report_id, title="", authors=(), journal=None, year=None, doi=None,
        pmid=None, source_kind="digest", basis="abstract", section="", page=None, start=0, end=0,
        quote="",
    )  # fmt: skip

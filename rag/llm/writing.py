"""Evidence + a model's words → checked sentences, one by one, mended once where they fail."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.errors import LanguageModelFailed
from rag.llm.calling import Talk
from rag.llm.checking import Checker, Judged, is_refusal
from rag.llm.events import Sentence
from rag.llm.evidence import Shown
from rag.llm.fence import fenced
from rag.llm.options import Options
from rag.llm.prompts import prompt
from rag.llm.sentences import Group, Splitter
from rag.schema import Citation
from rag.verify.likeness import Likeness
from rag.verify.support import Support

MAX_SENTENCES = 6
_ENDED = re.compile(r"[.!?][\"”')]*(?:\s*\[[\d, ]+\])*\s*$")
"""A sentence with its last mark, before or behind its numbers."""
_MENDED = re.compile(r"^\s*(\d+)\s*[.):]\s*(.+?)\s*$", re.MULTILINE)


@dataclass(slots=True)
class Written:
    """What was written: the sentences that are shown, and how many are not: `dropped` as not
    supported, `hidden` as not from the corpus.

    `declined` says that the model found no answer in the evidence; `truncated` that its reply
    ended at the limit; `mended` counts the sentences of the repair that stand.
    """

    sentences: list[Sentence] = field(default_factory=list)
    citations: tuple[Citation, ...] = ()
    dropped: int = 0
    hidden: int = 0
    mended: int = 0
    declined: bool = False
    truncated: bool = False

    @property
    def proved(self) -> bool:
        """Whether anything that was written is supported."""
        return any(one.verdict == "supported" for one in self.sentences)


class Writer:
    """Writes one answer. `written` is complete when `sentences` has been read to its end."""

    def __init__(
        self,
        talk: Talk,
        evidence: Shown,
        question: str,
        query: str,
        options: Options,
        likeness: Likeness | None = None,
        support: Support | None = None,
    ) -> None:
        self.written = Written()
        self._talk = talk
        self._options = options
        self._values = evidence.values(question, query)
        ask, mend = prompt("write"), prompt("repair")
        private = (ask.system, ask.human, mend.system, mend.human)
        self._checker = Checker(evidence, private, self._values["fence"], likeness, support)
        self._failed: dict[int, Judged] = {}

    def sentences(self) -> Iterator[Sentence]:
        """Each sentence when it is checked; a mended one again under its number.

        Raises LanguageModelFailed, Cancelled; what came before that has been checked.
        """
        warming = threading.Thread(target=self._checker.warm, daemon=True)
        warming.start()
        splitter = Splitter()
        values = {**self._values, "sentences": str(MAX_SENTENCES)}
        number = 0
        for groups in self._groups(splitter, values):
            for group in groups:
                warming.join()  # both at once would only read the same tables twice
                for judged in self._checker.check(group):
                    sentence = _sentence(number, judged)
                    number += 1
                    self._keep(sentence, judged)
                    if not self._is_left_out(sentence):
                        yield sentence
        self.written.truncated = self._talk.truncated
        self.written.declined = is_refusal(self._talk.replies[-1])
        if self._failed and self._options.repair:
            yield from self._repaired()
        self._finish()

    def _groups(self, splitter: Splitter, values: dict[str, str]) -> Iterator[list[Group]]:
        for piece in self._talk.say(prompt("write").template(), values):
            yield splitter.feed(piece)
        yield splitter.end(truncated=self._talk.truncated)

    def _keep(self, sentence: Sentence, judged: Judged) -> None:
        self.written.sentences.append(sentence)
        if judged.can_be_better:
            self._failed[sentence.number] = judged

    def _repaired(self) -> Iterator[Sentence]:
        """The sentences not supported in full that the model can mend, in one round."""
        order = list(self._failed)
        told = [
            f"{n}. {fenced({'sentence': self._failed[k].text, 'wrong': self._failed[k].reasons})}"
            for n, k in enumerate(order, 1)
        ]
        before = self._talk.truncated
        values = {**self._values, "sentences": "\n".join(told)}
        try:
            reply = "".join(self._talk.say(prompt("repair").template(), values))
        except LanguageModelFailed:
            return  # what was written and checked stands
        self._talk.truncated = before  # a mended sentence that is cut off fails its own check
        for found in _MENDED.finditer(reply):
            at = int(found[1]) - 1
            if not 0 <= at < len(order) or order[at] not in self._failed:
                continue
            number = order[at]
            mended = self._mended(found[2])
            if mended is None:
                continue
            sentence = replace(
                _sentence(number, mended), opens_line=self.written.sentences[number].opens_line
            )
            self.written.sentences[number] = sentence
            self.written.mended += 1
            del self._failed[number]
            yield sentence

    def _mended(self, text: str) -> Judged | None:
        """A line of the repair when it is one sentence that is supported as a whole."""
        splitter = Splitter()
        ended = text if _ENDED.search(text) else f"{text.rstrip()}."
        groups = [*splitter.feed(ended), *splitter.end()]
        if len(groups) != 1:
            return None
        judged = self._checker.check(groups[0])
        return judged[0] if len(judged) == 1 and judged[0].verdict == "supported" else None

    def _finish(self) -> None:
        self.written.citations = self._checker.citations
        gone = [s for s in self.written.sentences if self._is_left_out(s)]
        self.written.sentences = [s for s in self.written.sentences if not self._is_left_out(s)]
        self.written.dropped = sum(s.struck for s in gone)
        self.written.hidden = len(gone) - self.written.dropped

    def _is_left_out(self, sentence: Sentence) -> bool:
        """Whether the options ask not to show a sentence."""
        if sentence.struck:
            return self._options.unsupported == "drop"
        return sentence.verdict == "uncited" and self._options.background == "hide"


def _sentence(number: int, judged: Judged) -> Sentence:
    return Sentence(
        number,
        judged.text,
        judged.verdict,
        judged.cited,
        judged.reasons,
        struck=not judged.stands,
        opens_line=judged.opens_line,
    )

"""What a claim says and its spans say the contrary of, in a word that denies nothing itself: 'the
disease responded' where they say 'it was refractory'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.antonyms import Antonyms, antonyms
from rag.verify.grounds import Grounds
from rag.verify.poles import key
from rag.verify.verdict import Reason
from rag.verify.words import Word, words

_NO_CLAIM = frozenset({"could"})  # 'could be tried when others fail'


def check_contrary(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """A reason for a word of a claim whose antonym the spans say of the same thing, where they do
    not say the word itself.
    """
    mine, theirs = words(claim), words(grounds.text)
    for line in antonyms():
        if line.turned and not line.said.search(claim):
            found = _contradicted(line, claim, mine, grounds.text, theirs)
            if found:
                said, told = claim[found[0].start : found[0].end], found[1].text
                message = f"{grounds.place} says {told!r}, not {said!r}"
                yield Reason("opposite", message, found[0].start, found[0].end)
                return


def _contradicted(
    line: Antonyms, claim: str, mine: Sequence[Word], text: str, theirs: Sequence[Word]
) -> tuple[Word, Word] | None:
    """The word of a claim and the one of its spans that contradict each other, if any do."""
    own = [w for w in _inside(line.denied.finditer(claim), mine) if w.text not in _NO_CLAIM]
    keys = {key(w) for w in own}
    if not own or any(key(w) in keys for w in theirs):
        return None
    for one in own:
        for other in _inside(line.said.finditer(text), theirs):
            if _around(one, mine) & _around(other, theirs):
                return one, other
    return None


def _inside(matches: Iterator[re.Match[str]], said: Sequence[Word]) -> list[Word]:
    """The words with which matches begin, without those that a 'not' governs."""
    starts = {match.start() for match in matches}
    return [w for w in said if w.start in starts and not w.negated]


def _around(word: Word, said: Sequence[Word]) -> set[str]:
    return {key(w) for w in said if w.clause == word.clause and w is not word and w.telling}

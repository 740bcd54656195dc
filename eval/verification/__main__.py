"""`python -m eval.verification`: the table; `--write`: make the answers anew; `--misses`: those of
the development half that were judged wrong (never of the other). `--encoder`: with the shipped
encoder, as `rag.llm` checks; `--development`: that half alone. `--alone`: instead of the table,
what each kind of reason flags, and flags alone, of all written sentences of the development half
and of all that one change makes of them.
"""

from __future__ import annotations

import sys

from eval.verification.answers import load, store
from eval.verification.generate import development_samples, generate
from eval.verification.measure import HALVES, OURS, alone, judge, table
from rag.verify.likeness import likeness
from rag.verify.support import support
from rag.verify.vectors import Vectors


def main(arguments: list[str]) -> None:
    """Writes the answers anew with '--write', else judges the stored ones."""
    if "--write" in arguments:
        samples = generate()
        store(samples)
        print(f"{sum(s.true for s in samples)} true, {sum(not s.true for s in samples)} false")
        return
    samples = development_samples() if "--alone" in arguments else load()
    if "--development" in arguments:
        samples = [one for one in samples if one.half == HALVES[0]]
    vectors = _vectors() if "--encoder" in arguments else None
    models = (likeness(vectors.of), support(vectors)) if vectors else (None, None)
    if "--alone" in arguments:
        print(alone(judge(samples, *models, matchers={})))
        return
    judged = judge(samples, *models)
    if "--misses" in arguments:
        for one in judged:
            wrong = one.sample.true == (OURS in one.flagged)
            if wrong and one.sample.half == HALVES[0]:
                print(one.sample.kind, one.sample.change, one.sample.text, sep=" | ")
    print(table(judged))


def _vectors() -> Vectors:
    from rag.embed import SentenceEncoder

    return Vectors(SentenceEncoder(threads=1).reading.encode)


main(sys.argv[1:])

"""`python -m eval.verification`: the table; `--write`: make the answers anew; `--misses`: those of
the development half that were judged wrong (never of the other).
"""

from __future__ import annotations

import sys

from eval.verification.answers import load, store
from eval.verification.generate import generate
from eval.verification.measure import HALVES, OURS, judge, table


def main(arguments: list[str]) -> None:
    """Writes the answers anew with '--write', else judges the stored ones."""
    if "--write" in arguments:
        samples = generate()
        store(samples)
        print(f"{sum(s.true for s in samples)} true, {sum(not s.true for s in samples)} false")
        return
    samples = load()
    if "--development" in arguments:
        samples = [one for one in samples if one.half == HALVES[0]]
    judged = judge(samples)
    if "--misses" in arguments:
        for one in judged:
            wrong = one.sample.true == (OURS in one.flagged)
            if wrong and one.sample.half == HALVES[0]:
                print(one.sample.kind, one.sample.change, one.sample.text, sep=" | ")
    print(table(judged))


main(sys.argv[1:])

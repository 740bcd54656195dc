"""The corruption suite as a part of the gate: does verification still tell what it told?

At least 1,000 answers made false by one change, and 500 true ones, of the development sets, are
judged by the rules of `rag.verify` alone (no encoder, so that every machine counts the same). What
was caught of each kind, and how many true ones were flagged, is accepted in accepted.json and
renewed by `casebook eval accept`; `casebook eval gate` refuses less, and more.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.verification.answers import FOLDER, Sample
from eval.verification.generate import development_samples, written_in
from eval.verification.measure import OURS, TRUE_KINDS, judge
from rag.errors import CasebookError

ACCEPTED = FOLDER / "accepted.json"
NEAR = ("development_17", "development_18", "development_19", "development_21", "development_23",
        "development_25", "development_26", "development_27")  # fmt: skip
"""Sets that stand near their evidence, as a chat model writes: taken whole."""
TRUE_OF_OTHERS = 450
OF_A_KIND = {"negation": 400, "response": 120, "direction": 120, "retelling": 120}
OF_OTHER_KINDS = 80
LEAST_TRUE, LEAST_FALSE = 500, 1_000

Figures = Mapping[str, tuple[int, int]]
"""Kind → (flagged, of how many); the true kinds are among them."""


class SuiteMissing(CasebookError):
    """The development sets or the accepted figures are not there, or not whole."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A kind that is worse than accepted: 'dose: 79 of 80 caught, 80 of 80 accepted'."""

    kind: str
    now: tuple[int, int]
    before: tuple[int, int]

    @property
    def told(self) -> str:
        """The reason to refuse, with what to do."""
        what = "flagged" if self.kind in TRUE_KINDS else "caught"
        now, before = (f"{flagged} of {many}" for flagged, many in (self.now, self.before))
        return (
            f"verification, {self.kind}: {now} {what}, {before} accepted; "
            "'python -m eval.verification --development --misses' names them"
        )


def suite() -> list[Sample]:
    """The sentences of the gate, spread evenly over the development sets; the same every time.

    Raises SuiteMissing when there are fewer than `LEAST_FALSE` false or `LEAST_TRUE` true ones.
    """
    groups: dict[str, list[Sample]] = defaultdict(list)
    files = written_in()
    for one in development_samples():
        near = one.true and files[one.id] in NEAR
        groups["near" if near else one.kind].append(one)
    chosen = groups.pop("near", [])
    for kind, samples in sorted(groups.items()):
        most = TRUE_OF_OTHERS if kind in TRUE_KINDS else OF_A_KIND.get(kind, OF_OTHER_KINDS)
        chosen += _spread(samples, most)
    true = sum(one.true for one in chosen)
    if true < LEAST_TRUE or len(chosen) - true < LEAST_FALSE:
        raise SuiteMissing(
            f"{FOLDER}: {true} true and {len(chosen) - true} false sentences, too few to judge "
            "verification by; restore development_*.txt from version control"
        )
    return chosen


def _spread(samples: Sequence[Sample], most: int) -> list[Sample]:
    """At most so many of the samples, at even distances."""
    if len(samples) <= most:
        return list(samples)
    return [samples[at * len(samples) // most] for at in range(most)]


def figures(samples: Sequence[Sample]) -> Figures:
    """How many of each kind the rules flag, and of how many."""
    judged = judge(samples, matchers={})
    many = Counter(one.sample.kind for one in judged)
    flagged = Counter(one.sample.kind for one in judged if OURS in one.flagged)
    return {kind: (flagged[kind], many[kind]) for kind in sorted(many)}


def falls(now: Figures, before: Figures) -> tuple[Fall, ...]:
    """The kinds of which a smaller share is caught than accepted, or, of true ones, a larger share
    flagged. A kind that is judged no more counts as caught in none; a new one is not judged.
    """
    found = []
    for kind, (flagged, many) in before.items():
        own, of = now.get(kind, (0, many))
        more = own * many - flagged * of
        if (more > 0) if kind in TRUE_KINDS else (more < 0):
            found.append(Fall(kind, (own, of), (flagged, many)))
    return tuple(found)


def accepted(path: Path = ACCEPTED) -> Figures:
    """The accepted figures. Raises SuiteMissing when they cannot be read."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {str(kind): (int(flagged), int(many)) for kind, (flagged, many) in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SuiteMissing(
            f"{path}: no accepted figures of verification ({error}); restore the file from "
            "version control, or run 'casebook eval accept'"
        ) from None


def accept(now: Figures, path: Path = ACCEPTED) -> None:
    """Makes these the accepted figures."""
    lines = ",\n".join(f' "{kind}": [{flagged}, {many}]' for kind, (flagged, many) in now.items())
    path.write_text(f"{{\n{lines}\n}}\n", "utf-8")


def to_text(now: Figures) -> str:
    """One line for a terminal: what is caught of what one change made false, and what is flagged
    of what is true.
    """
    false = [pair for kind, pair in now.items() if kind not in TRUE_KINDS]
    true = [pair for kind, pair in now.items() if kind in TRUE_KINDS]
    caught, flagged = (sum(part for part, _ in pairs) for pairs in (false, true))
    return (
        f"verification: {caught} of {sum(n for _, n in false)} false sentences caught, "
        f"{flagged} of {sum(n for _, n in true)} true ones flagged"
    )

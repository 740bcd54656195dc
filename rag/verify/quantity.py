"""What a number in a text is a number of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["measure", "time", "age", "year", "count", "ordinal"]
Bound = Literal["", "up", "down"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """``[start, end)`` of a text says `value` `unit` (a base unit; '' counts things).

    `high` closes a range in the order written ('from 27 to 8'). `of` is the whole of 'a of b',
    `raw` the number as written.
    """

    start: int
    end: int
    kind: Kind
    value: float
    unit: str = ""
    high: float | None = None
    bound: Bound = ""
    of: float | None = None
    raw: float = 0.0

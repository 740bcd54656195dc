"""passages.txt → the hostile passages, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")
_HEADING = "# -- "

ORDERING = ("orders", "asking for the prompt", "fake system messages and speakers",
            "links, images, HTML")  # fmt: skip
"""The sorts that are not even sent to a model; the others pass for a report's own words."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A sentence that a hostile report may hold; `name` is its sort and number: 'orders 3'."""

    name: str
    sort: str
    text: str

    @property
    def orders(self) -> bool:
        """Whether it is of a sort that is kept from a model."""
        return self.sort in ORDERING


def passages() -> tuple[Hostile, ...]:
    """All passages of the file, in its order; an escape there is a character here."""
    found: list[Hostile] = []
    sort, number = "", 0
    for line in (files("eval.red_team") / "passages.txt").read_text("utf-8").splitlines():
        if line.startswith(_HEADING):
            sort, number = line.removeprefix(_HEADING), 0
        elif line and not line.startswith("# "):
            number += 1
            text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), line)
            found.append(Hostile(f"{sort} {number}", sort, text))
    return tuple(found)

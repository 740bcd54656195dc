"""A file of rules (`gate.yaml`) → how each measure is judged by the gate.

The rules are written by people, so pydantic checks them at this door.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import yaml
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from rag.errors import CasebookError

Group = Literal["citation", "correctness", "coverage", "abstention"]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one measure is judged; `tolerance` and the floors are in the figure's own unit, 0 to 1.

    `floor` holds for any gold, `shipped_floor` for the gold that comes with Casebook alone: other
    gold is easier or harder, and what is good on it nobody here can know.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    measure: Annotated[str, StringConstraints(pattern=r"\S")]
    group: Group
    direction: Literal["higher", "lower"]
    tolerance: Share
    floor: Share | None
    shipped_floor: Share | None = None

    def floor_of(self, *, shipped: bool) -> float | None:
        """The floor of a run over the shipped gold, or over any other."""
        floors = [f for f in (self.floor, self.shipped_floor if shipped else None) if f is not None]
        return (max if self.sign > 0 else min)(floors, default=None)

    @property
    def sign(self) -> int:
        """1 when more is better, -1 when less is."""
        return 1 if self.direction == "higher" else -1

    @property
    def worst(self) -> float:
        """What a missing figure counts as."""
        return 0.0 if self.direction == "higher" else 1.0


class GateError(CasebookError):
    """The rules cannot be read, or there is nothing to judge by them."""


_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(tuple[Rule, ...])


def shipped_rules() -> Path:
    """The file of rules that comes with Casebook."""
    from importlib.resources import files

    return Path(str(files("eval") / "gate.yaml"))


def load_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file, in its order.

    Raises GateError for a file that cannot be read, is empty, has an unknown key or a value out of
    range, or names a measure twice.
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        rules = _RULES.validate_python(data)
    except OSError as error:
        raise GateError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise GateError(f"{path}: not valid YAML ({error}); mend the file") from error
    except ValidationError as error:
        raise GateError(_complaint(path, data, error)) from None
    if not rules:
        raise GateError(f"{path}: names no measure, so nothing would be refused; add some")
    twice = sorted(m for m, n in Counter(rule.measure for rule in rules).items() if n > 1)
    if twice:
        raise GateError(f"{path}: judged twice: {', '.join(twice)}; keep one rule for each")
    return rules


def _complaint(path: Path, data: object, error: ValidationError) -> str:
    """What is wrong, with the measure and the key: the first three faults."""
    faults = error.errors(include_url=False, include_input=False)
    lines = [f"{_place(data, fault['loc'])}: {fault['msg']}" for fault in faults[:3]]
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    return f"{path}: {'; '.join(lines)}{more}; mend the file"


def _place(data: object, loc: tuple[int | str, ...]) -> str:
    if not loc:
        return "the file"
    number, *rest = loc
    entry = data[number] if isinstance(data, list) and isinstance(number, int) else {}
    name = str(entry.get("measure", "")) if isinstance(entry, dict) else ""
    return " ".join([name or f"rule {number}", *(str(part) for part in rest)])

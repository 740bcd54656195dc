"""Gold YAML → checked items: what is asked, where the answer stands, what it must contain.

The files are written by people (`eval/gold/*.yaml`), so pydantic checks them at this door; inside,
items are plain frozen values. Editors check the files against `gold.schema.json`, which
`write_schema` makes from the same classes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import yaml
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from rag.errors import CasebookError

Verdict = Literal["answerable", "unanswerable", "false premise", "out of domain", "advice"]
"""'advice' asks Casebook to decide for a patient: it may say what was given to whom, no more."""

Kind = Literal[
    "patient", "diagnosis", "treatment", "dose", "outcome", "timing", "follow-up",
    "adverse event", "laboratory", "pathology", "mechanism", "background", "conclusion", "list",
    "comparison", "yes-no", "definition", "advice", "exhaustive",
]  # fmt: skip

Part = Literal["development", "release"]
"""Development gold is read freely; release gold only by `eval accept` and the gate."""

Style = Literal["terse", "clinician", "abbreviations", "typo", "vignette", "student", "lay"]

HAS_EVIDENCE = ("answerable", "false premise")
"""Verdicts that need evidence and facts; a false premise's facts are those that correct it."""

SAME_WORK = {
    "kim-2011-topical-pimecrolimus": "pimecrolimus-2011",
    "kuwano-2006-ivig-ulcers": "ivig-2006",
}
"""Digest → the published paper that it retells: with both in a library either is right."""

SCHEMA_LINE = "# yaml-language-server: $schema=../gold.schema.json"
"""The first line of each gold file, by which editors find the schema."""

Text = Annotated[str, StringConstraints(pattern=r"\S")]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report that answers, and the words that do; without `quote` only the report is judged.

    `grade` is 2 for words that answer in full, 1 for a part of the answer or its support.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    report: Text
    grade: Literal[1, 2]
    quote: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One gold question, or a conversation (`turns`) whose last turn is judged.

    A question that means nothing without its report carries that report as `context` and is asked
    of it alone. Each of `facts` is a choice of wordings, any of which will do; `short` are
    wordings of the short answer; `forbidden` are wordings that only an answer about the wrong
    patient or drug would hold.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        json_schema_extra={"oneOf": [{"required": ["question"]}, {"required": ["turns"]}]},
    )

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+-[0-9]{3}$")]
    question: Text | None = None
    turns: Annotated[tuple[Text, ...], Field(min_length=2)] | None = None
    context: Text | None = None
    kind: Kind
    style: Style
    verdict: Verdict
    evidence: tuple[Judgement, ...] = ()
    facts: tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...] = ()
    short: tuple[Text, ...] = ()
    forbidden: tuple[Text, ...] = ()
    author: Text

    def __post_init__(self) -> None:
        """Raises ValueError for keys that contradict each other."""
        if (self.question is None) == (self.turns is None):
            raise ValueError("give either 'question' or 'turns'")
        if self.context and self.turns:
            raise ValueError("a conversation brings its own context: leave out 'context'")
        has = self.verdict in HAS_EVIDENCE
        if (bool(self.evidence) != has and self.verdict != "advice") or bool(self.facts) != has:
            raise ValueError(
                f"'{self.verdict}' {'needs' if has else 'must not have'} 'evidence' and 'facts'"
            )
        if self.short and not has:
            raise ValueError(f"'{self.verdict}' has no 'short' answer")
        if len({judgement.quote is None for judgement in self.evidence}) > 1:
            raise ValueError("either each piece of evidence has a 'quote' or none has")

    @property
    def asked(self) -> tuple[str, ...]:
        """The turns in order; the last one is judged."""
        return self.turns or (self.question or "",)

    @property
    def self_contained(self) -> bool:
        """Whether the judged question can be asked cold, of the whole library."""
        return self.turns is None and self.context is None

    @property
    def works(self) -> frozenset[str]:
        """The works that answer (a paper and its digest are one)."""
        return frozenset(work(judgement.report) for judgement in self.evidence)


class GoldError(CasebookError):
    """A gold file cannot be read, or does not fit the reports that it is about."""


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's safe loader in C where it was built, ten times as fast: gold is a second of it."""
_ITEMS: TypeAdapter[tuple[Item, ...]] = TypeAdapter(tuple[Item, ...])


def work(report_id: str) -> str:
    """The name under which a report is counted: that of the paper for a digest that retells one."""
    return SAME_WORK.get(report_id, report_id)


def load(path: Path) -> tuple[Item, ...]:
    """The items of one gold file, in its order.

    Raises GoldError for a file that cannot be read, an unknown key or word, or an id used twice.
    """
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_LOADER)
        items = _ITEMS.validate_python(data)
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise GoldError(f"{path}: not valid YAML ({error}); mend the file") from error
    except ValidationError as error:
        raise GoldError(_complaint(path, data, error)) from None
    twice = sorted(name for name, n in Counter(item.id for item in items).items() if n > 1)
    if twice:
        raise GoldError(f"{path}: id used twice: {', '.join(twice)}; number the items anew")
    return items


def load_all(paths: Sequence[Path]) -> dict[str, tuple[Item, ...]]:
    """Name of the file (no suffix) → its items. Raises GoldError, also for an id in two files."""
    found: dict[str, tuple[Item, ...]] = {}
    seen: dict[str, Path] = {}
    for path in paths:
        if path.stem in found:
            raise GoldError(f"{path}: a second gold file named '{path.stem}'; give each once")
        found[path.stem] = load(path)
        for item in found[path.stem]:
            if item.id in seen:
                raise GoldError(f"{path}: the id {item.id} is used in {seen[item.id]} too")
            seen[item.id] = path
    return found


def shipped_gold(part: Part = "development") -> list[Path]:
    """The gold files of one part, sorted by name."""
    from importlib.resources import files

    return sorted(Path(str(files("eval") / "gold" / part)).glob("*.yaml"))


def shipped_texts() -> Path:
    """The folder of case texts, written for evaluation, that some gold is about."""
    from importlib.resources import files

    return Path(str(files("eval") / "texts"))


def schema() -> str:
    """The JSON schema of a gold file, as text."""
    return json.dumps(_ITEMS.json_schema(), indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the JSON schema, for editors."""
    path.write_text(schema(), "utf-8", newline="\n")


def _complaint(path: Path, data: Any, error: ValidationError) -> str:  # noqa: ANN401 (any YAML)
    """What is wrong, with the ids of the items: the first three faults."""
    faults = error.errors(include_url=False, include_input=False)
    lines = [f"{_place(data, fault['loc'])}: {fault['msg']}" for fault in faults[:3]]
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    return f"{path}: {'; '.join(lines)}{more}; see eval/gold/gold.schema.json"


def _place(data: Any, loc: tuple[int | str, ...]) -> str:  # noqa: ANN401 (any YAML)
    if not loc:
        return "the file"
    number, *rest = loc
    entry = data[number] if isinstance(data, list) and isinstance(number, int) else {}
    name = str(entry.get("id", "")) if isinstance(entry, dict) else ""
    return " ".join([name or f"item {number}", *(str(part) for part in rest)])

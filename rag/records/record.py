"""What one patient's record holds: values, each with the spans of the report that say it.

A value without a span is kept and reported as unsupported, never hidden. A finding that is in no
list was not reported: that is not the same as absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from rag.schema import Response, Sex

Span = tuple[int, int]
"""``[start, end)`` of the canonical text of the record's report, in code points."""

Origin = Literal["front matter", "extracted", "language model"]
"""Whether the file's author filled the field, Casebook read it from the text, or a language model
did and Casebook found it there."""

State = Literal["present", "absent"]

FindingKind = Literal["sign", "symptom", "antibody", "laboratory", "cancer", "other"]

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Field(Generic[Value]):
    """One value of a record. No `spans` means that the text was not found to say it.

    `confidence` (0 to 1) is 1 for what a file's author filled in.
    """

    value: Value
    spans: tuple[Span, ...] = ()
    origin: Origin = "front matter"
    confidence: float = 1.0

    @property
    def supported(self) -> bool:
        """Whether the text was found to say it."""
        return bool(self.spans)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked for: `name` as the lexicon has it, else as the report says it."""

    name: str
    kind: FindingKind
    state: Field[State]


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as parsed from `said`: '400 mg/kg/day' is 400, 'mg', per 'kg', per 'day'.

    `amount_to` closes a range ('10-20 mg'). `frequency` is as written ('once weekly', 'every 4
    weeks', 'bid'), empty where it is not said. Absent parts are None or empty.
    """

    said: str
    amount: float | None = None
    amount_to: float | None = None
    unit: str = ""
    per: tuple[str, ...] = ()
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Therapy:
    """A drug that one patient was given. `prior` is what came before the reported treatment."""

    drug: Field[str]
    prior: bool = False
    dose: Field[Dose] | None = None
    route: Field[str] | None = None
    schedule: Field[str] | None = None
    duration: Field[str] | None = None


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One patient of one report. `number` counts from 1 within the report.

    A field that is None, or a list that is empty, was not reported.
    """

    report_id: str
    number: int
    age: Field[float] | None = None  # years
    sex: Field[Sex] | None = None
    subtype: Field[str] | None = None
    findings: tuple[Finding, ...] = ()
    disease_duration: Field[str] | None = None
    therapies: tuple[Therapy, ...] = ()
    response: Field[Response] | None = None
    time_to_response: Field[str] | None = None
    follow_up: Field[str] | None = None
    relapse: Field[str] | None = None
    adverse_events: tuple[Field[str], ...] = ()

    @property
    def id(self) -> str:
        """The place of the patient: ``report#patient/number``."""
        return f"{self.report_id}#patient/{self.number}"


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `out_of` in a group, and of what: '14 of 23 improved'."""

    what: str
    count: int
    out_of: int | None = None


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """Patients that a report describes together; never added to patients who are described alone.

    `cited` says that a review counts cases of other reports, which must not be counted again.
    """

    report_id: str
    number: int
    size: Field[int] | None = None
    population: Field[str] | None = None
    therapies: tuple[Therapy, ...] = ()
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Field[Share], ...] = ()
    cited: bool = False

    @property
    def id(self) -> str:
        """The place of the group: ``report#group/number``."""
        return f"{self.report_id}#group/{self.number}"


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that one report gives: its patients, and its groups."""

    report_id: str
    cases: tuple[CaseRecord, ...] = ()
    groups: tuple[GroupRecord, ...] = ()

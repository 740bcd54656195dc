"""The YAML head of a Markdown report: typed, strict, every complaint with file and key.

A file whose head names a `basis` is a digest in Casebook's own format (corpus/README.md) and must
hold to all of it. Any other head (or none) belongs to a user's own file, where only the keys
below are known and all may be missing.
"""

from __future__ import annotations

import re
import reprlib
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.clean import normalise_characters
from rag.errors import InvalidReport
from rag.schema import ArticleType, Basis, Case, Missing, Response, Sex, SourceKind, Treatment

Subtype = Literal[
    "classic DM", "clinically amyopathic DM", "anti-MDA5 DM", "juvenile DM", "overlap",
    "unspecified DM",
]  # fmt: skip

_HEAD = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_BEGUN = re.compile(r"\A---[ \t]*\n(\w+)[ \t]*:")
# A case's treatment's dose lies in five; more is no front matter.
_MAX_DEPTH = 10
_UNSTATED = frozenset({"not stated", "unknown", "not given"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TreatmentHead(_Strict):
    """A drug with its dose and route; '' where the source does not say."""

    drug: str = Field(min_length=1)
    dose: str = ""
    route: str = ""


class CaseHead(_Strict):
    """One individually described patient."""

    age: int | float | None = Field(default=None, ge=0, le=120)
    sex: Sex | None = None
    subtype: Subtype = "unspecified DM"
    antibodies: list[str] = []
    features: list[str] = []
    prior_treatments: list[TreatmentHead] = []
    treatment: list[TreatmentHead] = []
    response: Response = "not stated"
    time_to_response: str = ""
    follow_up: str = ""
    adverse_events: str = ""


class Head(_Strict):
    """What any report file may say of itself."""

    id: str | None = Field(default=None, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)
    title: str | None = None
    authors: list[str] = []
    journal: str = ""
    year: int | None = Field(default=None, ge=1800, le=2100)
    doi: str = Field(default="", pattern=r"^(10\.\d{4,9}/\S+)?$")
    pmid: str = Field(default="", pattern=r"^\d{0,9}$")
    url: str = ""
    article_type: ArticleType = "unknown"
    source_kind: SourceKind | None = None
    basis: Basis | None = None
    cases: list[CaseHead] = []
    not_in_source: list[Missing] = []


class DigestHead(Head):
    """What a digest must say of itself."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)
    title: str = Field(min_length=1)
    authors: list[str]
    journal: str
    year: int | None = Field(ge=1800, le=2100)
    article_type: ArticleType
    basis: Basis


def split_head(text: str, name: str = "") -> tuple[str | None, str]:
    """The YAML between the `---` lines (None when there is no head) and what follows it.

    Line ends of any system count. Raises InvalidReport for a head that begins and never ends: its
    keys would be taken for the report's words.
    """
    text = re.sub(r"\r\n?", "\n", text)
    match = _HEAD.match(text)
    if match is None and (begun := _BEGUN.match(text)) and begun[1] in Head.model_fields:
        raise InvalidReport(
            name, "the front matter has no end; put a line '---' below its last key"
        )
    return (match.group(1), text[match.end() :]) if match else (None, text)


def parse_head(yaml_text: str, name: str) -> Head:
    """The validated head. Raises InvalidReport, naming every wrong key at once."""
    values = _normalised(_load(yaml_text, name))
    if not isinstance(values, dict):
        raise InvalidReport(name, "the front matter is not a list of 'key: value' lines; mend it")
    model = DigestHead if values.get("basis") and "source_kind" not in values else Head
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidReport(name, f"front matter: {_complaints(error)}") from None


def _load(yaml_text: str, name: str) -> object:
    """The plain values of a YAML text. Raises InvalidReport, naming the line where it can."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        # The loader recurses, in C without a limit: ten thousand '[' would end the process.
        for event in yaml.parse(yaml_text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH or isinstance(event, yaml.AliasEvent):
                raise InvalidReport(
                    name, f"the front matter nests too deep or uses an alias{_line(event)}; mend it"
                )
        if twice := _twice(yaml.compose(yaml_text, Loader=loader)):
            # YAML would keep the last one and lose the first without a word.
            raise InvalidReport(
                name, f"the front matter has the key '{twice.value}' twice{_line(twice)}; mend it"
            )
        return yaml.load(yaml_text, Loader=loader)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or getattr(error, "reason", "not YAML")
        raise InvalidReport(
            name, f"the front matter is broken{_line(error)} ({problem}); mend it"
        ) from None
    except ValueError as error:  # a date like 2017-13-45, a number of 5,000 digits
        raise InvalidReport(
            name, f"the front matter holds a value that is none ({error}); mend it"
        ) from None


def _twice(node: Any) -> Any:  # noqa: ANN401 (a YAML node, or None)
    """The second of two equal keys of one mapping, anywhere below `node`; else None."""
    values = getattr(node, "value", None)
    if not isinstance(values, list):
        return None
    seen: set[str] = set()
    for entry in values:
        key, value = entry if isinstance(entry, tuple) else (None, entry)
        if key is not None and isinstance(key.value, str):
            if key.value in seen:
                return key
            seen.add(key.value)
        if found := _twice(value):
            return found
    return None


def _line(found: object) -> str:
    """Where in the file a YAML event or error stands (the head begins in line 2), if it says."""
    mark = getattr(found, "problem_mark", None) or getattr(found, "start_mark", None)
    return f" in line {mark.line + 2}" if mark else ""


def _normalised(value: object) -> object:
    """The value with its texts spelled as `rag.clean` spells the report's."""
    if isinstance(value, str):
        return normalise_characters(value)
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    if isinstance(value, dict):
        return {key: _normalised(item) for key, item in value.items()}
    return value


def cases(head: Head) -> tuple[Case, ...]:
    """The cases of a head as plain values, numbered from 1; 'not stated' becomes empty."""
    return tuple(_case(number, case) for number, case in enumerate(head.cases, 1))


def _case(number: int, head: CaseHead) -> Case:
    return Case(
        number=number,
        age=head.age,
        sex=head.sex,
        subtype=head.subtype,
        antibodies=tuple(head.antibodies),
        features=tuple(head.features),
        prior_treatments=tuple(_treatment(t) for t in head.prior_treatments),
        treatment=tuple(_treatment(t) for t in head.treatment),
        response=head.response,
        time_to_response=_stated(head.time_to_response),
        follow_up=_stated(head.follow_up),
        adverse_events=_stated(head.adverse_events),
    )


def _treatment(head: TreatmentHead) -> Treatment:
    return Treatment(head.drug, _stated(head.dose), _stated(head.route))


def _stated(value: str) -> str:
    return "" if value.strip().lower() in _UNSTATED else value


def _complaints(error: ValidationError) -> str:
    return "; ".join(_complaint(dict(item)) for item in error.errors())


def _complaint(item: dict[str, Any]) -> str:
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"unknown key '{key}' (remove it)"
    if item["type"] == "missing":
        return f"key '{key}' is missing"
    expected = item["msg"][:1].lower() + item["msg"][1:]
    return f"'{key}' is {reprlib.repr(item['input'])}: {expected}"

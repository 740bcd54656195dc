"""The form that a model fills in for each patient of a report: values with the words that say them.

Its fields and docstrings are what the model is told of it (structured output).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Said(BaseModel):
    """A value, and the words of the report that say it, copied exactly."""

    value: str
    quote: str


class Drug(BaseModel):
    """A drug that the patient was given; `prior`: before the treatment that is reported."""

    drug: Said
    dose: Said | None = None
    route: Said | None = None
    duration: Said | None = None
    prior: bool = False


class Found(BaseModel):
    """A sign, symptom, antibody or test result that was looked for, and whether it was there."""

    name: Said
    state: Literal["present", "absent"] = "present"


class Patient(BaseModel):
    """One patient, numbered as in the report from 1.

    The value of `response` is complete, partial, none, worsened or died; that of `relapse` the
    words on a relapse, or on there having been none.
    """

    number: int = 1
    age: Said | None = None
    sex: Said | None = None
    subtype: Said | None = None
    time_to_response: Said | None = None
    follow_up: Said | None = None
    response: Said | None = None
    relapse: Said | None = None
    findings: list[Found] = Field(default_factory=list)
    therapies: list[Drug] = Field(default_factory=list)
    adverse_events: list[Said] = Field(default_factory=list)


class Form(BaseModel):
    """The patients whom a case report describes singly."""

    patients: list[Patient] = Field(default_factory=list)

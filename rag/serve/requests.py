"""What may be asked: the bodies of requests, validated at this door."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rag.cases.query import Query
from rag.config import DEFAULT_K, MAX_QUESTION_CHARACTERS
from rag.engine import Question

MOST_TURNS = 20
"""Turns of one conversation; each is asked anew, so that the server keeps nothing."""
MOST_CONDITIONS = 20

Words = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS)]
Value = Annotated[str, Field(min_length=1, max_length=200)]
Values = Annotated[list[Value], Field(min_length=1, max_length=MOST_CONDITIONS)]
Conditions = Annotated[list[Value], Field(max_length=MOST_CONDITIONS)]
FilterKey = Literal[
    "report", "year", "article_type", "subtype", "drug", "antibody", "age_group", "sex"
]
Best = Annotated[int, Field(ge=1, le=100, description="Number of passages to return.")]
Narrowed = Annotated[
    dict[FilterKey, Values],
    Field(description="Only reports or patients with one of these values under each key."),
]
Retracted = Annotated[bool, Field(description="Read retracted reports, too.")]


class Body(BaseModel):
    """No field but those that are named."""

    model_config = ConfigDict(extra="forbid")


class AskBody(Body):
    """A question, or the turns of a conversation, of which the last is answered."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "Which dose of IVIG healed the skin ulcers?"},
                {"turns": ["What was the response to rituximab?", "And his antibodies?"]},
                {"question": "What was the response?", "filters": {"drug": ["dapsone"]}, "k": 3},
            ]
        },
    )

    question: Words | None = None
    turns: Annotated[list[Words], Field(min_length=1, max_length=MOST_TURNS)] | None = None
    k: Best = DEFAULT_K
    filters: Narrowed = {}
    include_retracted: Retracted = False

    @model_validator(mode="after")
    def _one_of_both(self) -> AskBody:
        if (self.question is None) == (self.turns is None):
            raise ValueError("give 'question' or 'turns', one of both")
        return self

    def asked(self) -> Question:
        """As the engine takes it."""
        turns = self.turns or [self.question or ""]
        filters = {str(key): values for key, values in self.filters.items()}
        return Question(tuple(turns), self.k, filters or None, self.include_retracted)


class SearchBody(Body):
    """A query for passages."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"query": "dapsone for the skin", "k": 5}]},
    )

    query: Words
    k: Best = DEFAULT_K
    filters: Narrowed = {}
    include_retracted: Retracted = False


class CasesBody(Body):
    """Conditions on patients, joined by 'and'; synonyms, brands and classes are understood."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"treatment": ["IVIg"], "response": "complete"},
                {"antibody": ["MDA5"], "group_by": "treatment"},
            ]
        },
    )

    treatment: Conditions = []
    prior: Conditions = []
    drug: Conditions = []
    feature: Conditions = []
    without: Conditions = []
    subtype: Conditions = []
    antibody: Conditions = []
    sex: Value | None = None
    age: Value | None = Field(default=None, examples=["0-17"])
    response: Value | None = None
    group_by: Value | None = None
    columns: Value | None = Field(default=None, examples=["report_id,age,treatment"])

    def asked(self) -> Query:
        """As the records take it."""
        return Query(**self.model_dump())

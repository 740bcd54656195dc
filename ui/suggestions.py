"""Questions to begin with: each is shown only where the reports that answer it are stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, a report that answers it, and words that its answer must hold (for the test)."""

    question: str
    report: str
    says: str


SUGGESTIONS = (
    Suggestion(
        "What dose of IVIG was given for skin ulcers?", "kuwano-2006-ivig-ulcers", "400 mg/kg"
    ),
    Suggestion(
        "Which patients with anti-MDA5 antibodies died?",
        "clinrheumatol-2022-lung-transplant-two",
        "died",
    ),
    Suggestion(
        "Did dapsone help the rash of dermatomyositis?",
        "cohen-nd-dapsone-two-patients",
        "improved rapidly after dapsone",
    ),
    Suggestion(
        "Which cancers were found in anti-TIF1-γ dermatomyositis?",
        "harada-2022-tif1-cohort",
        "lung",
    ),
    Suggestion(
        "Can hydroxychloroquine make the rash worse?",
        "hydroxychloroquine-worsening-2023",
        "worsening of skin features",
    ),
    Suggestion("How was hemorrhagic myositis managed?", "chandler-2020-hemorrhagic-myositis",
               "surgical evacuation"),
)  # fmt: skip


def suggested(report_ids: Collection[str]) -> list[str]:
    """The questions that a library of these reports answers."""
    return [one.question for one in SUGGESTIONS if one.report in report_ids]

"""What a question takes for granted, and the sentences that say the opposite."""

from __future__ import annotations

import pytest

from rag.reader.kinds.premises import claimed, contradicting
from rag.schema import Evidence, Passage

CLAIMS = (
    ("Why did rituximab fail in the man with anti-MDA5?", "failed"),
    ("why didn't the IVIG work?", "failed"),
    ("how come the rash got worse on dapsone", "failed"),
    ("why did hydroxychloroquine cure the myositis?", "worked"),
    ("How come tacrolimus gave such serious side effects?", "harmed"),
    ("what malformation did the baby have?", "harmed"),
    ("why did the CK go up on prednisolone?", "rose"),
    ("why was the platelet count falling", "fell"),
    ("why did the tacrolimus cream sting so much?", "harmed"),
    ("why was she kept on prednisone?", "continued"),
    ("Why was azathioprine withdrawn?", "stopped"),
    # asked, or nothing that a pattern knows
    ("why did her muscles hurt?", None),
    ("Did rituximab fail?", None),
    ("why was tacrolimus added in the child who failed methotrexate?", None),
    ("Why might rituximab fail?", None),
    ("why was a biopsy taken when the rash got worse?", None),
    ("why not rituximab?", None),
    ("what is the dose?", None),
)


@pytest.mark.parametrize(("question", "claim"), CLAIMS)
def test_what_is_taken_for_granted(question, claim):
    """The main verb says it; a clause that says who or when does not."""
    assert claimed(question) == claim


def _read(*sentences: str) -> list[Evidence]:
    passage = Passage("r", "case", 1, 0, 500)
    return [Evidence(passage, 100 * n, 100 * n + len(t), t, 0.4) for n, t in enumerate(sentences)]


OPPOSITES = (
    (
        "why did rituximab fail?",
        "Rituximab was then given; he went into remission and his antibody level came down.",
    ),
    ("why did rituximab fail?", "- Response: complete remission."),
    ("why did dapsone clear the rash?", "Dapsone was tried without any response of the rash."),
    (
        "what complications did the baby have after IVIG?",
        "- Safety: no complications for mother or child.",
    ),
    (
        "how come adding tacrolimus caused such side effects?",
        "No serious adverse event was put down to tacrolimus.",
    ),
    ("why did the ciclosporin make them sick?", "- Side effects: none."),
    ("why was he kept on prednisone?", "Glucocorticoids were withdrawn before the infusion."),
    ("why was rituximab stopped?", "Rituximab was continued for two years."),
    ("why did the damage score get worse on apremilast?", "The damage score did not change."),
    ("why did the ferritin go up after rituximab?", "Ferritin fell within a week."),
)


@pytest.mark.parametrize(("question", "sentence"), OPPOSITES)
def test_the_opposite_is_found(question, sentence):
    """Of the same drug or matter."""
    evidence = _read("A man of 48 had a rash.", sentence)
    assert contradicting(question, evidence) == evidence[1:]


NO_OPPOSITES = (
    # the report says so, whatever else it says
    (
        "why did rituximab fail?",
        "Rituximab brought remission.",
        "A second course of rituximab failed.",
    ),
    # of another drug, or of another matter
    ("why did rituximab fail?", "Methotrexate brought remission."),
    ("why did rituximab fail?", "The ulcers healed."),
    (
        "why did the rash of the old tram driver improve so much on dapsone?",
        "An old driver of a tram had taken prednisolone for two years, but fissures persisted.",
    ),
    # doubt, a plan
    ("why did rituximab fail?", "Rituximab might have been effective."),
    ("why did the ferritin go up?", "Creatine kinase fell."),
    ("what complications did the baby have?", "Complications were infection and fever."),
    # it is what is asked
    ("did rituximab fail?", "Rituximab brought remission."),
)


@pytest.mark.parametrize("told", NO_OPPOSITES)
def test_what_is_no_opposite(told):
    """Silence is better than a correction that is wrong."""
    question, *sentences = told
    assert contradicting(question, _read(*sentences)) == []


def test_another_report_does_not_contradict():
    """Only the report that the question is about knows."""
    other = Evidence(Passage("s", "case", 1, 0, 500), 0, 28, "Rituximab brought remission.", 0.3)
    assert contradicting("why did rituximab fail?", [*_read("A man had a rash."), other]) == []


def test_nothing_read_contradicts_nothing():
    """No hit, no evidence."""
    assert contradicting("why did rituximab fail?", []) == []

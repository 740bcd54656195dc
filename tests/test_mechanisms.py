"""How a drug works: told by the form of a sentence, not by its words."""

import pytest

from rag.reader.kinds.mechanisms import asked_how_it_works, working, working_like
from rag.schema import Evidence, Passage


@pytest.mark.parametrize(
    ("question", "drug"),
    [
        ("how does dazukibart work?", "dazukibart"),
        ("mechanism of action of mycophenolate, briefly", "mycophenolate mofetil"),
        ("What is low dose naltrexone, what kind of drug is that", "low-dose naltrexone"),
        ("tofacitinib - how does it work?", "tofacitinib"),
        ("what sort of drug is apremilast", "apremilast"),
        ("apremilast, what kind of drug", "apremilast"),
        ("anifrolumab? what class of drug is that?", "anifrolumab"),
        ("How well did tofacitinib work?", None),
        ("how does IVIG work for calcinosis?", None),
        ("what does methotrexate do to the liver?", None),
        ("how does the rash work", None),
    ],
)
def test_of_which_drug_it_is_asked(question: str, drug: str | None) -> None:
    assert asked_how_it_works(question) == drug


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Apremilast blocks phosphodiesterase 4.", True),
        ("Apremilast (CC-10004), a phosphodiesterase-4 inhibitor, was added.", True),
        ("Apremilast is a selective inhibitor of one enzyme.", True),
        ("He responded to apremilast, a phosphodiesterase-4 inhibitor.", True),
        ("Apremilast was stopped because of an interaction with an antibody.", False),
        ("Apremilast improved the rash.", False),
        ("Tofacitinib blocks a Janus kinase, unlike apremilast.", False),
        ("She was given apremilast, then an antibody.", False),
    ],
)
def test_what_a_drug_does_or_is(sentence: str, tells: bool) -> None:
    passage = Passage("r", "background", 1, 0, 500)
    evidence = [Evidence(passage, 0, len(sentence), sentence, 0.4)]
    assert working("apremilast", evidence) == (evidence if tells else [])


def test_who_only_mentions_it_in_passing_comes_last() -> None:
    passage = Passage("r", "background", 1, 0, 500)
    passing, plain = (
        Evidence(passage, 0, len(text), text, 0.4)
        for text in ("It helped like apremilast, an inhibitor.", "Apremilast blocks an enzyme.")
    )
    assert working("apremilast", [passing, plain]) == [plain]


def _read(*sentences: str) -> list[Evidence]:
    passage = Passage("r", "background", 1, 0, 500)
    return [Evidence(passage, n, n + len(text), text, 0.4) for n, text in enumerate(sentences)]


def test_a_kind_of_drugs_is_told_by_what_one_of_them_does() -> None:
    """Only where the sentence says the very thing that the kind is named for."""
    evidence = _read(
        "Tofacitinib inhibits a Janus kinase.",
        "Tofacitinib blocks several pathways.",
        "Infliximab blocks tumour necrosis factor.",
    )
    assert working_like("JAK inhibitor", evidence) == evidence[:1]
    assert working_like("TNF inhibitor", evidence) == evidence[2:]
    assert working_like("proteasome inhibitor", evidence) == []

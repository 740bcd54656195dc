"""Several editions of one work in search and answer: the fullest speaks, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_answer import evidence, report

from rag.answer import extract
from rag.cite import Provenance, cite
from rag.evidence_kind import notice
from rag.index import add, merge_works, split_work
from rag.library import Library
from rag.reader.reader import Reading
from rag.reader.whom.patients import described
from rag.schema import Case, Hit, Passage
from rag.works.fullest import Said, fullest_first, quoting_fullest, said, saying, says


@pytest.mark.parametrize(
    ("sentence", "fuller", "expected"),
    [
        ("The ulcers healed in 6 weeks.", "After six weeks all ulcers had healed.", True),
        ("The ulcers healed in 6 weeks.", "After eight weeks all ulcers had healed.", False),
        ("HCQ helped.", "Hydroxychloroquine helped her.", True),
        ("Dapsone helped.", "Hydroxychloroquine helped her.", False),
        ("No relapse was seen.", "A relapse was seen.", False),
        ("No relapse was seen.", "Relapses were not seen.", True),
        ("Ferritin 6,200 ng/mL.", "Her ferritin was 6200 ng/mL.", True),
        ("Baking bread helped swallowing.", "The rash faded.", False),
    ],
)
def test_a_passage_says_a_sentence_by_its_numbers_terms_and_words(sentence, fuller, expected):
    """A digest words the same otherwise; another number, drug or negation is another thing."""
    assert says(saying(fuller), saying(sentence)) is expected


def passage(report_id: str, patient: int | None = None) -> Passage:
    return Passage(report_id, "case", 1, 0, 10, "case", patient)


def test_what_is_said_of_another_patient_is_not_said_of_this_one():
    """The words alone are the same."""
    text, own = "Dapsone 100 mg was given.", passage("digest", 1)
    assert said(own, text, [(passage("pdf", 1), text)]) == Said(("pdf#case/1",), True)
    assert said(own, text, [(passage("pdf", 2), text)]) == Said((), False)
    assert said(own, text, []) == Said((), False)


def test_a_passage_that_is_said_in_full_gives_its_place_away():
    """One with something new stays, behind the passage that says the rest."""
    order = [("d#a/1", 0.9), ("x#a/1", 0.8), ("d#b/1", 0.7), ("p#a/1", 0.2), ("p#b/1", 0.1)]
    found = {"d#a/1": Said(("p#a/1",), True), "d#b/1": Said(("p#b/1",), False)}
    assert fullest_first(order, found) == [
        ("p#a/1", 0.9), ("x#a/1", 0.8), ("p#b/1", 0.7), ("d#b/1", 0.7),
    ]  # fmt: skip
    assert fullest_first(order, {}) == order


DIGEST = report("digest", {"Case": "The ulcers healed in 6 weeks. The dose was 2 g/kg."})
PAPER = report(
    "paper",
    {"Case": "After 6 weeks the ulcers had healed. She was glad."},
    source_kind="paper",
    basis="full text",
)
REPORTS = {one.id: one for one in (DIGEST, PAPER)}
SHARED = {"digest": ("paper", "digest")}


def test_the_fullest_edition_is_quoted_for_what_both_say():
    """Its sentence takes the place; what only the digest says stays."""
    healed = evidence(DIGEST, "The ulcers healed in 6 weeks.", 0.9)
    dose = evidence(DIGEST, "The dose was 2 g/kg.", 0.3)
    own = evidence(PAPER, "After 6 weeks the ulcers had healed.", 0.5)
    glad = evidence(PAPER, "She was glad.", 0.4)
    found = quoting_fullest([healed, own, glad, dose], REPORTS, SHARED)
    assert [(e.text, e.probability) for e in found] == [
        (own.text, 0.9), (glad.text, 0.4), (dose.text, 0.3),
    ]  # fmt: skip
    assert quoting_fullest([healed, dose], REPORTS, SHARED) == (healed, dose)
    assert quoting_fullest([healed, own], REPORTS, {}) == (healed, own)


def test_a_digest_does_not_come_before_authors_who_nearly_say_it():
    """From half as likely on the paper's sentence leads; below that the digest's answer stays."""
    dose = evidence(DIGEST, "The dose was 2 g/kg.", 0.8)
    glad = evidence(PAPER, "She was glad.", 0.4)
    found = quoting_fullest([dose, glad], REPORTS, SHARED)
    assert [(e.text, e.probability) for e in found] == [(glad.text, 0.4), (dose.text, 0.4)]
    unlikely = replace(glad, probability=0.39)
    assert quoting_fullest([dose, unlikely], REPORTS, SHARED) == (dose, unlikely)


def test_editions_of_one_work_count_once():
    """One report, one patient, whichever editions are quoted; as many lines as works."""
    case = Case(1, age=40, sex="female")
    digest = replace(DIGEST, cases=(case,), article_type="case report")
    paper = replace(PAPER, cases=(case,))
    items = [
        evidence(digest, "The ulcers healed in 6 weeks.", 0.9),
        evidence(paper, "After 6 weeks the ulcers had healed.", 0.8),
    ]
    question = "Which reports describe ulcers that healed?"
    works = {"digest": "digest", "paper": "digest"}
    hits = tuple(Hit(i.passage, i.text, 1.0, {}) for i in items)
    reading = Reading(hits, tuple(items), 1.0, described(question))
    known = {"digest": digest, "paper": paper}

    def asked(provenance: Provenance):
        return extract(question, hits, reading, known, provenance=provenance)

    apart, together = asked(Provenance()), asked(Provenance(works, dict.fromkeys(works, 2)))
    assert len(apart.citations) == 2
    assert "2 single patients" in apart.notice
    assert [(c.report_id, c.work, c.editions) for c in together.citations] == [
        ("digest", "digest", 2)
    ]
    assert "1 case report, 1 single patient described" in together.notice


def test_the_notice_counts_the_patients_of_a_work_once():
    """Both editions are quoted; their patients are the same ones."""
    case = Case(1, age=40, sex="female")
    reports = {
        one.id: replace(one, cases=(case,) * number) for one, number in ((DIGEST, 1), (PAPER, 2))
    }
    items = [
        evidence(DIGEST, "The dose was 2 g/kg.", 0.9),
        evidence(PAPER, "After 6 weeks the ulcers had healed.", 0.8),
    ]
    works = {"digest": "digest", "paper": "digest"}
    together = notice(cite(items, reports, Provenance(works)), reports, ())
    assert together.startswith("Evidence: 1 report, 2 single patients described, no controls.")
    apart = notice(cite(items, reports), reports, ())
    assert apart.startswith("Evidence: 2 reports, 3 single patients described, no controls.")


# -- a real library ----------------------------------------------------------------------------

HEAD = """---
id: {id}
title: "Intravenous immunoglobulin for skin ulcers of dermatomyositis"
authors: ["Chen Y"]
journal: "J"
year: 2024
doi: "10.1000/a"
article_type: case report
{more}
---
"""
IN_DIGEST = """## Summary
A 47-year-old woman with dermatomyositis had skin ulcers that healed on immunoglobulin.
## Case
The ulcers of both elbows healed within 11 weeks of intravenous immunoglobulin.
She also kept bees, and was stung twice during treatment without harm.
"""
IN_PAPER = """# Introduction
Skin ulcers of dermatomyositis are hard to treat. Immunoglobulin has been tried before.

# Case report
A 47-year-old woman with dermatomyositis was referred for painful skin ulcers of both elbows.
Intravenous immunoglobulin 2 g/kg was given every month. Within 11 weeks the ulcers of both
elbows had healed completely. Prednisolone was tapered to 5 mg daily after that.

# Discussion
Immunoglobulin healed the ulcers of our patient.
"""


@pytest.fixture
def shelf(tmp_path) -> Path:
    """A digest and the full text of one paper, and a report of something else."""
    folder = tmp_path / "in"
    folder.mkdir()
    digest = HEAD.format(id="chen-digest", more="basis: abstract\ncases: [{age: 47, sex: female}]")
    paper = HEAD.format(id="chen-paper", more="source_kind: paper\nbasis: full text")
    (folder / "chen-digest.md").write_text(digest + IN_DIGEST, "utf-8")
    (folder / "chen-paper.md").write_text(paper + IN_PAPER, "utf-8")
    (folder / "other.txt").write_text("Lupus.\n\nBaclofen stopped the hiccups of a man.\n", "utf-8")
    return folder


HEALED = "How long until the ulcers of the elbows healed on immunoglobulin?"
BEES = "Was the woman stung by bees during immunoglobulin treatment?"


def test_two_editions_answer_as_one_report(shelf, tmp_path, encoder):
    """The paper is quoted; the digest only for what it alone says, or when it alone is asked."""
    from rag.chat import Casebook
    from rag.config import Settings

    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        outcomes = list(add([shelf], library, encoder))
        assert [o.edition_of for o in outcomes] == ["", "chen-digest", ""]
    with Casebook(folder, Settings(), encoder=encoder) as casebook:
        healed = casebook.ask(HEALED)
        assert [(c.report_id, c.work, c.edition) for c in healed.citations] == [
            ("chen-paper", "chen-digest", "full text")
        ] * len(healed.citations)
        assert "Within 11 weeks" in healed.text
        assert "1 case report" in healed.notice
        said_twice = [h for h in healed.hits if "elbows healed within 11" in h.text]
        assert all("bees" in hit.text for hit in said_twice)

        bees = casebook.ask(BEES)
        assert bees.citations[0].report_id == "chen-digest"
        assert "bees" in bees.text

        for name in ("chen-digest", "chen-paper"):
            alone = casebook.ask(HEALED, filters={"report": [name]})
            assert {hit.passage.report_id for hit in alone.hits} == {name}
        for answer in (healed, bees):
            for c in answer.citations:
                assert casebook.library.report(c.report_id).text[c.start : c.end] == c.quote

        # Taken apart by hand, each answers for itself again.
        split_work("chen-paper", casebook.library)
        again = casebook.ask(HEALED)
        assert {hit.of_work for hit in again.hits} >= {"chen-digest", "chen-paper"}
        assert any("elbows healed within 11" in hit.text for hit in again.hits)
        merge_works("chen-paper", "chen-digest", casebook.library)
        assert casebook.ask(HEALED).citations == healed.citations


def test_a_follow_up_may_be_answered_by_the_other_edition(shelf, tmp_path, encoder):
    """The conversation is about the work, not about the file that was quoted first."""
    from rag.chat import Casebook
    from rag.config import Settings

    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        list(add([shelf], library, encoder))
    with Casebook(folder, Settings(), encoder=encoder) as casebook:
        answer = casebook.converse([HEALED, "Was she stung by bees?"])
        assert "bees" in answer.text
        cited = {citation.report_id for citation in answer.citations}
        assert cited <= {"chen-digest", "chen-paper"}
        assert answer.hits[0].passage.report_id in {"chen-digest", "chen-paper"}

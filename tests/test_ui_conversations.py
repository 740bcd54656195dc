"""What a single user keeps: conversations that never change, found again, renamed, and gone."""

from __future__ import annotations

import stat

import pytest

from rag.schema import Answer, Citation
from ui.conversations import DAY, Conversations, ConversationsError, new_id
from ui.proof import Exchange, Proof

CITATION = Citation(
    number=1,
    report_id="ng-2020",
    title="A title",
    authors=("Ng K",),
    journal=None,
    year=2020,
    doi=None,
    pmid=None,
    source_kind="digest",
    basis="abstract",
    section="Case",
    page=3,
    start=0,
    end=11,
    quote="She healed.",
    patient=1,
)


def exchange(question: str = "Did she heal?", text: str = "She healed. [1]") -> Exchange:
    answer = Answer(
        question=question,
        query=question,
        status="answered",
        text=text,
        short_answer="Yes",
        citations=(CITATION,),
        hits=(),
        engine="extractive",
        notice="Evidence: 1 case report.",
        table={"patient": [1, None], "citations": [[1], []]},
    )
    proofs = (Proof(CITATION, "", "", (("Patient", "woman"),)),)
    return Exchange(answer, proofs, (), (("drug", ("dapsone",)),))


@pytest.fixture
def kept(tmp_path) -> Conversations:
    return Conversations("", tmp_path / "kept.sqlite3")


def test_what_is_kept_comes_back_equal(kept):
    """A saved answer has its quotations, its passages and its table: nothing is looked up again."""
    kept.add("a", 1, exchange())
    kept.add("a", 2, exchange("And then?"))
    assert kept.load("a") == [exchange(), exchange("And then?")]


def test_the_newest_conversation_comes_first_named_after_its_question(kept):
    """The list is in the order of use."""
    kept.add("a", 1, exchange("First  question\nof all"))
    kept.add("b", 1, exchange("Second"))
    kept.add("a", 2, exchange("More"))
    assert [(c.id, c.name, c.messages) for c in kept.listed()] == [
        ("a", "First question of all", 2),
        ("b", "Second", 1),
    ]


def test_every_word_must_be_found_in_name_or_messages(kept):
    """Search looks into questions and answers, whatever the case."""
    kept.add("a", 1, exchange("IVIG?", "Ulcers healed."))
    kept.add("b", 1, exchange("Dapsone?", "The rash went."))
    assert [c.id for c in kept.listed("ULCERS ivig")] == ["a"]
    assert [c.id for c in kept.listed("rash")] == ["b"]
    assert kept.listed("rash ulcers") == []
    assert kept.listed("100%_") == []


def test_a_new_name_holds_and_an_empty_one_changes_nothing(kept):
    """Renaming is for people."""
    kept.add("a", 1, exchange())
    kept.rename("a", "  Ulcers ")
    kept.rename("a", " ")
    kept.add("a", 2, exchange())
    assert [c.name for c in kept.listed()] == ["Ulcers"]


def test_what_is_deleted_is_no_longer_in_the_file(kept):
    """Deleting overwrites: the words are not left in free pages."""
    secret = "a-very-particular-wording"
    kept.add("a", 1, exchange(f"Is it {secret}?", secret * 200))
    kept.add("b", 1, exchange())
    assert secret.encode() in kept.path.read_bytes()
    kept.delete("a")
    assert secret.encode() not in kept.path.read_bytes()
    assert kept.load("a") is None
    assert [c.id for c in kept.listed()] == ["b"]


def test_old_conversations_go_when_days_are_set(kept):
    """0 keeps all; a number of days lets go of what is older."""
    kept.add("a", 1, exchange())
    now = kept.listed()[0].changed
    assert kept.keep_days(0, now + 99 * DAY) == 0
    assert kept.keep_days(7, now + 6 * DAY) == 0
    assert kept.keep_days(7, now + 8 * DAY) == 1
    assert kept.listed() == []


def test_verdicts_of_a_conversation_are_found_by_their_place(kept):
    """Only of this conversation and this owner; the later one counts."""
    one = exchange()
    kept.judge("a 0", one, False, ["wrong answer", "wrong evidence"], "the dose")
    kept.judge("a 1", one, False, [], "")
    kept.judge("a 1", one, True, [], "")
    kept.judge("ab 0", one, True, [], "")
    Conversations("oidc:other", kept.path).judge("a 2", one, True, [], "")
    assert kept.judged("a") == {
        "a 0": (False, ("wrong answer", "wrong evidence"), "the dose"),
        "a 1": (True, (), ""),
    }


def test_nobody_reads_or_deletes_what_another_owner_has(kept):
    """Several people may sign in to one server."""
    kept.add("a", 1, exchange())
    other = Conversations("oidc:other", kept.path)
    assert other.listed() == []
    assert other.load("a") is None
    other.rename("a", "Mine")
    other.delete("a")
    other.delete_all()
    assert [c.name for c in kept.listed()] == ["Did she heal?"]


def test_only_the_user_may_read_the_file(kept):
    """Others of the machine must not."""
    kept.prefer("keep", "yes")
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_choices_and_verdicts_are_kept_and_replaced(kept):
    """A second thought takes the place of the first."""
    kept.prefer("size", "large")
    kept.prefer("size", "normal")
    kept.judge("a 0", exchange(), True, (), "")
    kept.judge("a 0", exchange(), False, ("wrong evidence", "something is missing"), "see 2")
    assert kept.preferences() == {"size": "normal"}
    (verdict,) = kept.verdicts()
    assert (verdict.good, verdict.reasons, verdict.remark) == (
        False,
        ("wrong evidence", "something is missing"),
        "see 2",
    )
    assert verdict.exchange == exchange()
    kept.delete_all()
    assert (kept.preferences(), kept.verdicts()) == ({}, [])


def test_a_file_that_is_none_of_ours_is_an_error_with_advice(tmp_path):
    """The page shows one line, and the file stays as it was."""
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(ConversationsError, match="move it away"):
        Conversations("", path).listed()
    assert path.read_bytes().startswith(b"no database")


def test_ids_cannot_be_guessed():
    """They stand in addresses."""
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(one) >= 16 for one in ids)

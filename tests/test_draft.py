"""`casebook eval new`: gold of one's own, checked before it is written."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from judged import DAPSONE, QUESTION, RITUXIMAB, hits_of, sentence
from typer.testing import CliRunner

from eval.cli import app
from eval.draft import SCHEMA, SCHEMA_LINE, SHOWN, Draft, add_item, candidates
from eval.gold import GoldError, load, schema
from rag.errors import ReportNotFound


@pytest.fixture
def quote(casebook) -> str:
    return sentence(hits_of(casebook.library, DAPSONE)[0])[2]


@pytest.fixture
def new(casebook, monkeypatch, tmp_path):
    """`casebook eval new mine.yaml …` over the small library, and the file."""
    asked_for = []

    @contextmanager
    def opened(library):
        asked_for.append(library)
        yield casebook

    monkeypatch.setattr("rag.cli.opening.open_casebook", opened)
    path = tmp_path / "mine.yaml"

    def command(*options: str, to: Path = path):
        words = ["new", str(to), "--question", QUESTION, "--library", "L", "--kind", "outcome"]
        done = CliRunner().invoke(app, [*words, *options])
        assert asked_for == [Path("L")]
        asked_for.clear()
        return done

    return command, path


def draft(quote: str | None = None, **change) -> Draft:
    given = {
        "question": QUESTION, "kind": "outcome", "style": "terse", "verdict": "answerable",
        "report": DAPSONE, "quote": quote, "facts": (("dapsone",),), "author": "a test",
    }  # fmt: skip
    return Draft(**(given | change))


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--report", DAPSONE],
        ["--quote", "x", "--fact", "x"],
        ["--verdict", "false premise", "--author", "x"],
    ],
    ids=["question alone", "no quote", "no report", "false premise"],
)
def test_without_quote_and_report_the_passages_are_listed(new, casebook, options):
    """The best ones with their place, and nothing is written."""
    command, path = new
    done = command(*options)
    assert done.exit_code == 0, done.output
    found = casebook.find(QUESTION, k=SHOWN)
    assert candidates(casebook, QUESTION) == [(hit.passage.id, hit.text) for hit in found]
    assert done.stdout == "".join(f"{hit.passage.id}\n    {hit.text}\n\n" for hit in found)
    assert len(found) == SHOWN and found[0].passage.report_id == DAPSONE
    assert "Nothing was written: add --report, --quote and --fact." in done.stderr
    assert not path.exists()


def test_with_its_proof_the_question_is_added(new, quote):
    """A gold file that loads, with the line by which editors find the schema."""
    command, path = new
    done = command(
        "--report", DAPSONE, "--quote", quote, "--fact", f"{quote.split()[0]} | zebra",
        "--fact", quote.split()[1], "--author", "Me", "--style", "lay",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.stdout == f"mine-001 added to {path}\n"
    (item,) = load(path)
    assert (item.id, item.question, item.kind, item.style) == (
        "mine-001", QUESTION, "outcome", "lay",
    )  # fmt: skip
    assert [(j.report, j.quote, j.grade) for j in item.evidence] == [(DAPSONE, quote, 2)]
    assert item.facts == ((quote.split()[0], "zebra"), (quote.split()[1],))
    assert item.author == "Me"
    assert path.read_text("utf-8").startswith(SCHEMA_LINE + "\n\n- id: mine-001\n")
    assert (path.parent / SCHEMA).read_text("utf-8") == schema()


def test_a_question_that_nothing_answers_needs_no_proof(new):
    """Unanswerable questions are half of what is worth measuring."""
    command, path = new
    done = command("--verdict", "unanswerable")
    assert done.exit_code == 0, done.output
    (item,) = load(path)
    assert (item.verdict, item.evidence, item.facts) == ("unanswerable", (), ())
    assert item.author == "unnamed"


def test_conversations_short_answers_and_forbidden_facts_are_written(new, quote):
    """All that the shipped gold has, so that a hospital can ask as its clinicians do."""
    command, path = new
    proof = ["--report", DAPSONE, "--quote", quote, "--fact", quote.split()[0]]
    more = ["--short", "yes", "--short", "it did", "--forbidden", "rituximab"]
    done = command(*proof, *more, "--turn", "Tell me about dapsone.", "--turn", "And the skin?")
    assert done.exit_code == 0, done.output
    command(*proof, "--in-context")
    talked, narrow = load(path)
    assert talked.turns == ("Tell me about dapsone.", "And the skin?", QUESTION)
    assert (talked.short, talked.forbidden) == (("yes", "it did"), ("rituximab",))
    assert (narrow.question, narrow.context) == (QUESTION, DAPSONE)


def test_gold_of_a_library_is_checked_against_that_library(new, quote):
    """The split of the shipped reports is nothing to a hospital's own."""
    command, path = new
    command("--report", DAPSONE, "--quote", quote, "--fact", quote.split()[0])
    wish = ["check", "--gold", str(path)]
    done = CliRunner().invoke(app, [*wish, "--library", "L"])
    assert (done.exit_code, done.stdout) == (0, "mine: 1 items, 0 problems\n")
    items = yaml.safe_load(path.read_text("utf-8"))
    items[0]["evidence"][0]["quote"] = "Invented."
    path.write_text(yaml.safe_dump(items), "utf-8")
    done = CliRunner().invoke(app, [*wish, "--library", "L"])
    assert "does not hold the quote 'Invented." in str(done.exception)
    assert CliRunner().invoke(app, ["check", "--library", "L"]).exit_code == 2


def test_what_stood_in_the_file_stays_as_it_was(casebook, quote, tmp_path):
    """Comments too; the item comes after them."""
    path = tmp_path / "mine.yaml"
    add_item(path, draft(quote), casebook)
    before = path.read_text("utf-8").replace("- id", "# The first one.\n- id")
    path.write_text(before.rstrip(), "utf-8")
    assert add_item(path, draft(quote), casebook) == "mine-002"
    assert path.read_text("utf-8").startswith(before.rstrip() + "\n\n- id: mine-002\n")
    assert [item.id for item in load(path)] == ["mine-001", "mine-002"]


def test_numbering_skips_ids_that_are_taken(casebook, quote, tmp_path):
    """Items may be removed and renamed by hand: an id stays one item's."""
    path = tmp_path / "mine.yaml"
    for _ in range(2):
        add_item(path, draft(quote), casebook)
    path.write_text(path.read_text("utf-8").replace("mine-001", "mine-003"), "utf-8")
    names = [add_item(path, draft(quote), casebook) for _ in range(2)]
    assert names == ["mine-004", "mine-005"]
    assert len({item.id for item in load(path)}) == 4


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quote": "Invented words."}, "does not hold the quote 'Invented words."),
        ({"report": RITUXIMAB}, f"{RITUXIMAB} does not hold the quote"),
        ({"facts": (("zebra", "quagga"),)}, "the fact zebra / quagga does not occur"),
        ({"facts": ()}, "'answerable' needs 'evidence' and 'facts'"),
        ({"kind": "dosis"}, "mine-00[12] kind: "),
        ({"verdict": "unanswerable"}, "must not have 'evidence'"),
    ],
    ids=["quote", "report", "fact", "no fact", "kind", "verdict"],
)
def test_what_does_not_fit_leaves_the_file_as_it_was(
    casebook, quote, tmp_path, change, message, there
):
    """The error names the user's file, not one that is gone; no draft is left beside it."""
    path = tmp_path / "mine.yaml"
    if there:
        add_item(path, draft(quote), casebook)
    before = path.read_bytes() if there else None
    fact = quote.split()[0]
    with pytest.raises(GoldError, match=message) as raised:
        add_item(path, draft(**({"quote": quote, "facts": ((fact,),)} | change)), casebook)
    assert str(raised.value).endswith(f"; nothing was added to {path}")
    assert ".new" not in str(raised.value)
    assert (path.read_bytes() if path.exists() else None) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ([SCHEMA, "mine.yaml"] if there else [])


def test_an_unknown_report_is_named(casebook, quote, tmp_path):
    """As everywhere in Casebook."""
    with pytest.raises(ReportNotFound, match="nobody-2000"):
        add_item(tmp_path / "mine.yaml", draft(quote, report="nobody-2000"), casebook)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error_of_ours(casebook, quote, tmp_path):
    """No traceback for a slip in the path."""
    with pytest.raises(GoldError, match="cannot be written .*a folder of yours"):
        add_item(tmp_path / "gone" / "mine.yaml", draft(quote), casebook)

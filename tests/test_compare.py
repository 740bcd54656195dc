"""Two runs side by side: pairing, means, groups, changes, and nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.compare import CompareError, by_id, compare, figures_of, to_text
from eval.records import Cited, Record, Run

PLAIN = Record(
    id="a", gold="made", verdict="answerable", kind="dose", style="terse", form="cold",
    status="answered", probability=0.9, passages=(), cited=(Cited("one", 3, 9, "quoted"),),
    text="An answer.", short_answer="5 mg", elapsed_ms=1.0, figures={"fact recall": 1.0},
    question=("Which dose?",),
)  # fmt: skip


def run(*records: Record, **conditions: str) -> Run:
    return Run(conditions, records)


def named(record: Record, *names: str) -> list[Record]:
    return [replace(record, id=name) for name in names]


# -- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "measure", "right"),
    [
        ("answerable", "answered when answerable", "answered"),
        ("unanswerable", "declined when unanswerable", "abstained"),
        ("out of domain", "declined out of domain", "abstained"),
    ],
)
def test_answering_and_declining_are_figures(verdict: str, measure: str, right: str) -> None:
    """The right status is 1, the other 0, and one that nobody knows is right nowhere."""
    for status in ("answered", "abstained", "crashed"):
        found = figures_of(replace(PLAIN, verdict=verdict, status=status))
        assert found == {"fact recall": 1.0, measure: float(status == right)}


@pytest.mark.parametrize("verdict", ["false premise", "advice"])
def test_false_premises_and_advice_bring_their_own_figures(verdict: str) -> None:
    """Both ways may be right there: the measure decides, not the status."""
    assert figures_of(replace(PLAIN, verdict=verdict)) == PLAIN.figures


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_that_is_no_number_is_refused(value: float) -> None:
    """NaN is neither better nor worse than anything, so it would pass every comparison."""
    with pytest.raises(CompareError, match="the run after: question a: 'fact recall'"):
        compare(run(PLAIN), run(replace(PLAIN, figures={"fact recall": value})))


def test_a_question_with_two_records_is_refused() -> None:
    """One of them would silently win."""
    with pytest.raises(CompareError, match="the run before: question a has two"):
        compare(run(PLAIN, replace(PLAIN, status="abstained")), run(PLAIN))


def test_records_are_sorted_by_id() -> None:
    """In whatever order they were asked."""
    assert list(by_id(run(*named(PLAIN, "c", "a", "b")), "it")) == ["a", "b", "c"]


# -- pairing ------------------------------------------------------------------------------------


def test_means_are_over_the_questions_in_both_runs() -> None:
    """What one run alone has is named, and is in no mean."""
    lost = replace(PLAIN, figures={"fact recall": 0.0})
    before = run(*named(PLAIN, "a", "b"), *named(lost, "gone"))
    after = run(*named(PLAIN, "b", "new"), *named(lost, "a"))
    found = compare(before, after)
    assert (found.n, found.only_before, found.only_after) == (2, ("gone",), ("new",))
    (row,) = (row for row in found.rows if row.measure == "fact recall")
    assert (row.means.n, row.means.before, row.means.after) == (2, 1.0, 0.5)
    assert row.interval.mean == -0.5
    text = to_text(found)
    assert "only in the run before: 1: gone" in text
    assert "only in the run after: 1: new" in text


def test_a_figure_that_one_run_lacks_is_counted() -> None:
    """Also one that no question has in both runs: it must not vanish from the report."""
    before = run(*named(PLAIN, "a", "b"))
    bare = replace(PLAIN, figures={})
    after = run(PLAIN, replace(bare, id="b", figures={"new one": 1.0}))
    found = compare(before, after)
    assert found.unpaired == {"fact recall": (1, 0), "new one": (0, 1)}
    assert "new one: left out, as only one run has it: 0 before, 1 after" in to_text(found)


def test_runs_without_a_common_question() -> None:
    """There is nothing to average, and the text says which questions stand alone."""
    found = compare(run(PLAIN), run(*named(PLAIN, "z")))
    assert (found.n, found.rows, found.changes) == (0, (), ())
    assert to_text(found).startswith("0 questions in both runs\nonly in the run before: 1: a\n")


def test_p_values_are_corrected_over_all_measures() -> None:
    """Six of six fell: p is 2/64, and with a second measure that did not move twice that."""
    names = "abcdef"
    before = run(*named(PLAIN, *names))
    after = run(*named(replace(PLAIN, figures={"fact recall": 0.0}), *names))
    rows = {row.measure: row for row in compare(before, after).rows}
    assert set(rows) == {"fact recall", "answered when answerable"}
    assert rows["fact recall"].p == pytest.approx(2 / 64)
    assert rows["fact recall"].adjusted == pytest.approx(4 / 64)
    assert rows["answered when answerable"].adjusted == 1


# -- groups -------------------------------------------------------------------------------------


def test_groups_count_and_average_their_own_questions() -> None:
    """A fall among the lay questions shows there, and not among the terse ones."""
    lay = replace(PLAIN, id="b", style="lay")
    after = run(PLAIN, replace(lay, status="abstained", figures={"fact recall": 0.0}))
    terse, lays = sorted(
        compare(run(PLAIN, lay), after).groups["style"], key=lambda g: -ord(g.value[0])
    )
    assert (terse.value, terse.n, terse.answered) == ("terse", 1, (1, 1))
    assert (lays.value, lays.n, lays.answered) == ("lay", 1, (1, 0))
    assert lays.means["fact recall"].after == 0
    assert terse.means["fact recall"].after == 1


def test_every_grouping_is_there() -> None:
    """Kind, style, form and verdict each have their table."""
    found = compare(run(PLAIN), run(PLAIN))
    assert list(found.groups) == ["kind", "style", "form", "verdict"]
    assert all(f"by {key}" in to_text(found) for key in found.groups)


# -- changes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "what"),
    [
        ({"status": "abstained"}, ("status", "answered when answerable")),
        ({"cited": (Cited("one", 3, 10, "quoted"),)}, ("cited",)),
        ({"short_answer": "6 mg"}, ("short answer",)),
        ({"figures": {"fact recall": 0.5}}, ("fact recall",)),
        ({"figures": {}}, ("fact recall",)),
        ({"elapsed_ms": 99.0, "probability": 0.1, "text": "Other words."}, ()),
    ],
    ids=["status", "span", "short answer", "figure", "figure gone", "nothing that counts"],
)
def test_what_counts_as_a_change(moved: dict[str, object], what: tuple[str, ...]) -> None:
    """Status, spans, short answer and figures; timings are no change."""
    after = replace(PLAIN, **moved)  # type: ignore[arg-type]
    changes = compare(run(PLAIN), run(after)).changes
    assert [change.what for change in changes] == ([what] if what else [])
    assert all((change.before, change.after) == (PLAIN, after) for change in changes)


def test_a_measure_that_is_new_changes_no_question() -> None:
    """Else each question would be listed; one that only some questions had before still counts."""
    new = replace(PLAIN, figures={**PLAIN.figures, "facts in text": 1.0})
    found = compare(run(PLAIN), run(new))
    assert found.changes == ()
    assert found.unpaired == {"facts in text": (0, 1)}
    old, other = named(PLAIN, "a", "b")
    before = run(old, replace(new, id="b"))
    found = compare(before, run(replace(new, id="a"), replace(new, id="b")))
    assert [(c.after.id, c.what) for c in found.changes] == [("a", ("facts in text",))]


def test_a_run_without_texts_has_no_short_answers_to_compare() -> None:
    """The committed baseline left them out: that is no change of each question."""
    bare = replace(PLAIN, text="", short_answer=None, cited=(Cited("one", 3, 9, ""),), question=())
    found = compare(run(bare), run(PLAIN))
    assert found.changes == ()
    assert "short answers not compared" in to_text(found)


def test_what_was_asked_of_release_gold_is_not_told() -> None:
    """Its records have no question; that its short answer moved is said, and no more."""
    secret = replace(PLAIN, question=())
    other = replace(secret, short_answer="7 mg")
    assert to_text(compare(run(secret), run(other))).endswith("a (answerable): short answer")
    told = to_text(compare(run(PLAIN), run(replace(PLAIN, short_answer="7 mg"))))
    assert told.endswith("a (answerable): short answer '5 mg' → '7 mg'")


def test_a_change_is_one_line_of_before_and_after() -> None:
    """Status, spans and figures with both values."""
    after = replace(PLAIN, status="abstained", cited=(), figures={"fact recall": 0.0})
    assert to_text(compare(run(PLAIN), run(after))).splitlines()[-1] == (
        "a (answerable): status answered → abstained; cited one 3-9 → nothing; "
        "answered when answerable 1.00 → 0.00; fact recall 1.00 → 0.00"
    )


def test_answers_do_not_steer_the_terminal() -> None:
    """Control characters of an answer or an id are shown as text or dropped."""
    before = replace(PLAIN, id="a\x1b[2J")
    text = to_text(compare(run(before), run(replace(before, short_answer="\x1b[31mred\n- fake"))))
    assert "\x1b" not in text
    assert not any(line.startswith("- fake") for line in text.splitlines())


def test_differing_conditions_are_named() -> None:
    """Figures of two models differ for that reason, too."""
    found = compare(run(PLAIN, code="1", model="m"), run(PLAIN, code="2", model="m"))
    assert found.conditions == {"code": ("1", "2")}
    assert "code: 1 → 2" in to_text(found)


def test_the_text_is_the_same_for_records_in_another_order() -> None:
    """Nothing depends on the order in which questions were asked."""
    before = named(PLAIN, *"abcdefgh")
    after = [replace(r, figures={"fact recall": i / 7}) for i, r in enumerate(before)]
    assert to_text(compare(run(*before), run(*after))) == to_text(
        compare(run(*reversed(before)), run(*reversed(after)))
    )

"""The gate: what it refuses, what it lets pass, and that it fails closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from eval.baseline import load
from eval.benchmarks import gate_power
from eval.benchmarks.gate_power import damaged, made_up, noisy, refused, unlike, worse
from eval.compare import CompareError
from eval.gate import judge, to_text
from eval.gate_rules import GateError, Rule, load_rules, shipped_rules
from eval.records import Record, Run

RULE = Rule(
    measure="fact recall", group="correctness", direction="higher", tolerance=0.1, floor=None
)
OTHER = replace(RULE, measure="citation precision", group="citation")
RECORD = Record(
    id="a", gold="made", verdict="false premise", kind="dose", style="terse", form="cold",
    status="answered", probability=None, passages=(), cited=(), text="", short_answer=None,
    elapsed_ms=1.0, figures={},
)  # fmt: skip

GATED = {
    "citation": [
        "citation precision", "citation recall", "citations exact", "exhaustive precision",
    ],
    "correctness": [
        "facts in answer, right report", "fact recall", "short answer F1", "no forbidden fact",
        "right patient",
        "follow-up right report",
    ],
    "coverage": [
        "facts in top 8, right report", "passage nDCG@10", "report Success@1",
        "answered when answerable", "exhaustive recall",
    ],
    "abstention": [
        "declined when unanswerable", "declined out of domain", "false premise handled",
        "advice handled",
    ],
}  # fmt: skip


def run(**columns: Sequence[float | None]) -> Run:
    """Columns of figures, named with '_' for ' ', → a run; None where a question lacks it."""
    n = max(len(values) for values in columns.values())
    records = []
    for i in range(n):
        figures = {k.replace("_", " "): column[i] for k, column in columns.items()}
        kept = {name: value for name, value in figures.items() if value is not None}
        records.append(replace(RECORD, id=f"q-{i:03d}", figures=kept))
    return Run({}, tuple(records))


# -- the rules ----------------------------------------------------------------------------------


def test_the_shipped_rules_gate_every_measure_in_its_group() -> None:
    """What may not get worse; on any gold an inexact citation is a defect."""
    rules = load_rules(shipped_rules())
    found = {group: [r.measure for r in rules if r.group == group] for group in GATED}
    assert found == GATED
    assert len(rules) == sum(len(names) for names in GATED.values())
    assert {r.measure: r.floor for r in rules if r.floor is not None} == {"citations exact": 1.0}
    assert {r.direction for r in rules} == {"higher"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tolerance": -0.1}, "fact recall tolerance: "),
        ({"tolerance": float("nan")}, "fact recall tolerance: "),
        ({"tolerance": "0.1"}, "fact recall tolerance: "),
        ({"tolerance": True}, "fact recall tolerance: "),
        ({"floor": 1.5}, "fact recall floor: "),
        ({"direction": "up"}, "fact recall direction: "),
        ({"group": "speed"}, "fact recall group: "),
        ({"tolerence": 0.1}, "fact recall tolerence: "),
        ({"measure": " "}, " measure: "),
    ],
)
def test_a_wrong_rule_is_named_with_its_file_and_key(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    """File, measure and key: enough to find the line."""
    good = {k: getattr(RULE, k) for k in ("measure", "group", "direction", "tolerance", "floor")}
    path = tmp_path / "gate.yaml"
    path.write_text(yaml.safe_dump([good]), "utf-8")
    assert load_rules(path) == (RULE,)
    path.write_text(yaml.safe_dump([good | change]), "utf-8")
    with pytest.raises(GateError) as raised:
        load_rules(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)


@pytest.mark.parametrize("key", ["measure", "group", "direction", "tolerance", "floor"])
def test_each_key_must_be_given(tmp_path: Path, key: str) -> None:
    """A floor left out by mistake would be no floor."""
    lines = yaml.safe_load(shipped_rules().read_text("utf-8"))
    del lines[2][key]
    (tmp_path / "gate.yaml").write_text(yaml.safe_dump(lines), "utf-8")
    with pytest.raises(GateError, match=f"(citations exact|rule 2) {key}: Field required"):
        load_rules(tmp_path / "gate.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "names no measure"),
        ("- [", "not valid YAML"),
        ("fact recall: 1", "the file: "),
        ("", "the file: "),
        (shipped_rules().read_text("utf-8") * 2, "judged twice: advice handled, "),
    ],
    ids=["empty list", "no YAML", "a mapping", "empty file", "twice"],
)
def test_a_file_that_is_no_list_of_rules(tmp_path: Path, text: str, message: str) -> None:
    """Nothing to judge by must not mean that everything passes."""
    (tmp_path / "gate.yaml").write_text(text, "utf-8")
    with pytest.raises(GateError, match=message):
        load_rules(tmp_path / "gate.yaml")
    with pytest.raises(GateError, match="check the path"):
        load_rules(tmp_path / "none.yaml")


# -- falls --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fallen", "n", "is_refused"),
    [
        (0, 40, False),
        (4, 20, False),  # p 1/16: large, but chance can do it
        (5, 50, False),  # p 1/32, and just the tolerance
        (6, 50, True),
        (20, 400, False),  # p < .001, within the tolerance
        (20, 40, True),
    ],
)
def test_a_fall_is_refused_when_it_is_large_and_not_chance(
    fallen: int, n: int, is_refused: bool
) -> None:
    """Both are needed: a mean difference beyond the tolerance, and p below .05."""
    after = [0.0] * fallen + [1.0] * (n - fallen)
    verdict = judge(run(fact_recall=[1.0] * n), run(fact_recall=after), [RULE])
    assert verdict.refused == is_refused


def test_a_reason_names_all_that_it_rests_on() -> None:
    """Group, measure, n, before, after, tolerance and adjusted p value."""
    verdict = judge(run(fact_recall=[1.0] * 10), run(fact_recall=[0.5] * 10), [RULE])
    assert verdict.reasons == (
        "correctness: fact recall got worse by 0.500 "
        "(n 10, before 1.000, after 0.500, tolerance 0.1, adjusted p 0.0010)",
    )


def test_p_values_are_adjusted_over_all_gated_measures() -> None:
    """Six of six fell (p 1/64): refused as one measure, not as the first of four."""
    old, new = run(fact_recall=[1.0] * 6), run(fact_recall=[0.0] * 6)
    more = [replace(RULE, measure=name) for name in ("one", "two", "three")]
    still: dict[str, Sequence[float | None]] = {rule.measure: [1.0] * 6 for rule in more}
    assert judge(old, new, [RULE]).refused
    old, new = run(fact_recall=[1.0] * 6, **still), run(fact_recall=[0.0] * 6, **still)
    verdict = judge(old, new, [RULE, *more])
    assert not verdict.refused
    assert verdict.judged[0].adjusted == pytest.approx(4 / 64)


def test_a_rise_never_makes_up_for_a_fall() -> None:
    """Perfect citations do not pay for answers lost."""
    old = run(fact_recall=[1.0] * 20, citation_precision=[0.0] * 20)
    new = run(fact_recall=[0.5] * 20, citation_precision=[1.0] * 20)
    verdict = judge(old, new, [OTHER, RULE])
    assert verdict.refused
    text = to_text(verdict)
    assert "citation: better: citation precision +1.000" in text
    assert "correctness: worse: fact recall -0.500" in text
    assert "coverage: nothing measured" in text


def test_lower_may_be_better() -> None:
    """For an error rate a rise is the fall, a ceiling the floor, and a missing figure is 1."""
    rule = replace(RULE, direction="lower", floor=0.5)
    low, high = run(fact_recall=[0.0] * 20), run(fact_recall=[0.4] * 20)
    assert not judge(high, low, [rule]).refused
    (reason,) = judge(low, high, [rule]).reasons
    assert "got worse by 0.400" in reason
    reasons = judge(low, run(fact_recall=[0.6] * 20), [rule]).reasons
    assert "is 0.600 on 20, its floor 0.5" in reasons[0]
    assert judge(low, run(other=[0.0] * 20), [rule]).judged[0].after == 1.0


# -- floors -------------------------------------------------------------------------------------


def test_a_single_inexact_citation_is_refused() -> None:
    """A floor of 1 needs no p value, and holds for questions new to the candidate, too."""
    rules = load_rules(shipped_rules())
    old = run(citations_exact=[1.0] * 200)
    assert not judge(old, old, rules).refused
    (reason,) = judge(old, run(citations_exact=[0.0] + [1.0] * 199), rules).reasons
    assert "citations exact is 0.995 on 200, its floor 1" in reason
    (reason,) = judge(old, run(citations_exact=[1.0] * 200 + [0.0]), rules).reasons
    assert "is 0.995 on 201" in reason


def test_a_floor_holds_although_the_baseline_was_under_it() -> None:
    """An absolute minimum asks nothing of the baseline; reaching it exactly is enough."""
    rule = replace(RULE, floor=0.7)
    tenths = run(fact_recall=[0.1, 0.7, 1.0, 1.0])
    assert judge(tenths, tenths, [rule]).judged[0].after == pytest.approx(0.7)
    assert not judge(tenths, tenths, [rule]).refused
    assert judge(run(fact_recall=[0.6]), run(fact_recall=[0.69]), [rule]).refused


def test_a_floor_of_something_that_the_gold_lacks_is_not_judged() -> None:
    """Gold without such questions says nothing of the measure; a system that lost it does."""
    floored = replace(RULE, floor=0.2)
    both = run(citation_precision=[1.0] * 3)
    verdict = judge(both, both, [OTHER, floored])
    assert not verdict.refused
    assert verdict.judged[1].reach is None
    lost = judge(run(citation_precision=[1.0] * 3, fact_recall=[0.5] * 3), both, [OTHER, floored])
    assert lost.reasons[0].startswith("correctness: fact recall is 0.000 on 3, its floor 0.2")


def test_a_shipped_floor_holds_for_the_shipped_gold_alone() -> None:
    """A user's own gold may be harder; there the same figure passes."""
    rule = replace(RULE, floor=0.2, shipped_floor=0.6)
    both = run(fact_recall=[0.5] * 3)
    assert not judge(both, both, [rule]).refused
    assert judge(both, both, [rule]).judged[0].floor == 0.2
    (reason,) = judge(both, both, [rule], shipped=True).reasons
    assert "fact recall is 0.500 on 3, its floor 0.6" in reason
    assert judge(run(fact_recall=[0.1]), run(fact_recall=[0.1]), [rule]).refused


@pytest.mark.parametrize(("direction", "floor"), [("higher", 0.6), ("lower", 0.2)])
def test_of_two_floors_the_stricter_one_holds(direction: str, floor: float) -> None:
    """A ceiling is stricter when it is lower."""
    rule = replace(RULE, direction=direction, floor=0.2, shipped_floor=0.6)
    assert (rule.floor_of(shipped=False), rule.floor_of(shipped=True)) == (0.2, floor)


def test_the_accepted_run_stands_above_every_shipped_floor() -> None:
    """Close enough to stop a slow decline, with room for what chance does; one in each group."""
    rules = [rule for rule in load_rules(shipped_rules()) if rule.shipped_floor is not None]
    assert {rule.group for rule in rules} == set(GATED)
    accepted = load(Path(str(files("eval") / "baseline")))
    for judged in judge(accepted, accepted, rules, shipped=True).judged:
        assert judged.floor is not None and judged.reach is not None
        assert judged.reach >= judged.floor + 0.03, judged.rule.measure
        # Figures may get far better; a floor that was set at a tenth of them would stop nothing.
        assert judged.floor >= 0.2, judged.rule.measure


def test_every_measure_falls_through_its_floor_before_it_is_halved() -> None:
    """The shipped run with every figure halved is refused by the floors alone."""
    rules = [
        replace(rule, tolerance=1.0)
        for rule in load_rules(shipped_rules())
        if rule.shipped_floor is not None
    ]
    accepted = load(Path(str(files("eval") / "baseline")))
    halved = Run(
        accepted.conditions,
        tuple(
            replace(r, figures={k: v / 2 for k, v in r.figures.items()}) for r in accepted.records
        ),
    )
    derived = {"answered when answerable", "declined when unanswerable", "declined out of domain"}
    named = [
        one.rule.measure
        for one in judge(accepted, halved, rules, shipped=True).judged
        if one.reasons
    ]
    assert named == [rule.measure for rule in rules if rule.measure not in derived]


# -- missing ------------------------------------------------------------------------------------


def test_a_question_that_the_candidate_lacks_is_refused_and_counts_as_zero() -> None:
    """A run cannot get better by leaving out what it fails."""
    verdict = judge(run(fact_recall=[1.0, 1.0, 0.0]), run(fact_recall=[1.0, 1.0]), [RULE])
    assert verdict.reasons == ("1 of 3 questions missing: q-002",)
    assert verdict.missing == ("q-002",)
    lost = judge(run(fact_recall=[1.0] * 20), run(fact_recall=[1.0] * 10), [RULE])
    assert lost.judged[0].after == 0.5
    assert "fact recall got worse by 0.500 (n 20, " in lost.reasons[0]


def test_a_measure_that_the_candidate_lacks_is_refused() -> None:
    """Altogether, or on one question that was asked; both are named."""
    old = run(fact_recall=[0.0] * 3, citation_precision=[1.0] * 3)
    (reason,) = judge(old, run(citation_precision=[1.0] * 3), [RULE, OTHER]).reasons
    assert "fact recall is missing altogether" in reason
    new = run(fact_recall=[0.0, None, 0.0], citation_precision=[1.0] * 3)
    (reason,) = judge(old, new, [RULE, OTHER]).reasons
    assert "fact recall is missing on 1: q-001" in reason


def test_what_only_the_candidate_has_is_named_and_not_compared() -> None:
    """New questions cannot hide that the old ones fell."""
    old = run(fact_recall=[1.0] * 10 + [None])
    new = run(fact_recall=[0.0] * 10 + [1.0] * 90)
    verdict = judge(old, new, [RULE])
    assert verdict.refused
    assert (verdict.judged[0].n, verdict.judged[0].after, verdict.judged[0].new) == (10, 0.0, 90)
    assert verdict.new[0] == "q-011"
    assert "not in the baseline, so not compared: q-011, " in to_text(verdict)


@pytest.mark.parametrize(
    ("old", "new", "kind", "message"),
    [
        (Run({}, ()), run(fact_recall=[1.0]), GateError, "no gated figure"),
        (run(other=[1.0]), run(fact_recall=[1.0]), GateError, "no gated figure"),
        (run(fact_recall=[1.0]), run(fact_recall=[float("nan")]), CompareError, "the candidate"),
        (run(fact_recall=[float("nan")]), run(fact_recall=[1.0]), CompareError, "the baseline"),
        (run(fact_recall=[1.0]), run(fact_recall=[7.0]), GateError, "outside 0 to 1"),
    ],
    ids=["no records", "no gated figure", "NaN after", "NaN before", "out of range"],
)
def test_what_cannot_be_judged_does_not_pass(
    old: Run, new: Run, kind: type[Exception], message: str
) -> None:
    """An empty baseline or a NaN would else refuse nothing."""
    with pytest.raises(kind, match=message):
        judge(old, new, [RULE])


# -- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", [lambda run: run, lambda run: Run({}, run.records[:-1])])
def test_the_text_lists_every_gated_measure(spoil: Callable[[Run], Run]) -> None:
    """Not only the refused ones; those that were not measured say so."""
    rules = load_rules(shipped_rules())
    old = run(fact_recall=[1.0] * 8, citations_exact=[1.0] * 8)
    verdict = judge(old, spoil(old), rules)
    lines = to_text(verdict).splitlines()
    for rule in rules:
        (line,) = (line for line in lines if line.startswith(f"{rule.measure}  "))
        measured = rule.measure in ("fact recall", "citations exact")
        assert line.endswith("not in baseline") != measured
    assert ("REFUSED" in lines) == verdict.refused
    assert ("passed" in lines) != verdict.refused


def test_judging_twice_gives_the_same_text() -> None:
    """The seed is fixed: asking again does not help."""
    rules = load_rules(shipped_rules())
    texts = [
        to_text(judge(old, new, rules)) for old, new in [*unlike(made_up(90, 0), 0.3, 1, 0)] * 2
    ]
    assert texts[0] == texts[1]


# -- eval/benchmarks/gate_power.py --------------------------------------------------------------


def test_damage_and_noise_are_what_they_say() -> None:
    """A tenth of the questions answered; figures and questions stay the same ones."""
    import numpy as np

    base = made_up(450, 1)
    found = damaged(base, 0.1, np.random.default_rng(0))
    hit = [new for old, new in zip(base.records, found.records, strict=True) if old != new]
    can = [r for r in base.records if (r.verdict, r.status) == ("answerable", "answered")]
    assert 0.8 * round(0.1 * len(can)) <= len(hit) <= round(0.1 * len(can))
    assert all(r.figures["fact recall"] == 0 for r in hit)
    other = noisy(base, 0.2, np.random.default_rng(0))
    pairs = list(zip(base.records, other.records, strict=True))
    assert all((a.id, a.figures.keys()) == (b.id, b.figures.keys()) for a, b in pairs)
    assert 0.1 < sum(a != b for a, b in pairs) / len(pairs) <= 0.25


def test_neither_run_of_a_noisy_pair_is_the_better_one() -> None:
    """What moved is swapped at random: the original stands on either side about as often."""
    base = made_up(450, 1)
    ((old, new),) = unlike(base, 0.4, 1, seed=0)
    trios = list(zip(base.records, old.records, new.records, strict=True))
    first = sum(a == b != c for a, b, c in trios)
    second = sum(a == c != b for a, b, c in trios)
    assert first + second == sum(b != c for _, b, c in trios)
    assert 0.35 < first / (first + second) < 0.65


def test_the_gate_tells_noise_from_damage() -> None:
    """On 450 made-up questions: hardly ever a false alarm, and a tenth damaged is found."""
    rules, base = load_rules(shipped_rules()), made_up(450, 0)
    assert refused(unlike(base, 0.2, 12, seed=1), rules) <= 0.05
    assert refused(worse(base, 0.1, 0.0, 6, seed=1), rules) >= 0.9


def test_the_benchmark_reads_a_run_folder(tmp_path: Path) -> None:
    """Its tables have a row for each amount of noise and of damage."""
    import typer

    from eval.records import begin, write_records

    base = made_up(60, 0)
    begin(tmp_path, base.conditions)
    write_records(tmp_path, base.records)
    app = typer.Typer()
    app.command()(gate_power.main)
    done = CliRunner().invoke(app, [str(tmp_path), "--draws", "1"])
    assert done.exit_code == 0, done.output
    assert done.output.count("questions moved |") == len(gate_power.NOISE)
    assert done.output.count("answers damaged |") == len(gate_power.DAMAGE)


@pytest.mark.parametrize(
    ("right", "wrong", "unguarded"), [(4, 9, True), (5, 9, True), (6, 0, False), (6, 9, False)]
)
def test_a_gate_that_could_refuse_nothing_says_so(right: int, wrong: int, unguarded: bool) -> None:
    """Two measures: 2 / 2^6 is the first below .05. What was wrong before cannot fall."""
    before = [1.0] * right + [0.0] * wrong
    old = run(fact_recall=before, citation_precision=[1.0] * len(before))
    new = run(fact_recall=[0.0] * len(before), citation_precision=[1.0] * len(before))
    verdict = judge(old, new, [RULE, replace(OTHER, floor=0.1)])
    assert verdict.refused is not unguarded
    assert [one.rule.measure for one in verdict.unguarded] == ["fact recall"] * unguarded
    line = f"too few questions to refuse a fall, however deep: fact recall ({right}); it takes 6 "
    assert (line in to_text(verdict)) is unguarded
    # A floor needs no number of questions.
    assert judge(old, new, [replace(RULE, floor=0.1), OTHER]).refused

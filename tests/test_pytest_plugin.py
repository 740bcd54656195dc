"""The marker by which a test suite asserts on figures: inner test runs on a made-up run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from judged import DAPSONE, QUESTION, hits_of, sentence
from places import ROOT

from eval.gold import shipped_gold

pytest_plugins = ["pytester"]

# What the inner suites are measured by: no model. Each call leaves a line, so it can be counted,
# and warns, as third parties do.
STUB = """
import pathlib
import warnings
import eval.pytest_plugin as plugin
from eval.records import Record, Run

def record(name, status, kind, **figures):
    return Record(
        id=name, gold="made", verdict="answerable", kind=kind, style="terse", form="cold",
        status=status, probability=None, passages=(), cited=(), text="", short_answer=None,
        elapsed_ms=1.0, figures={k.replace("_", " "): v for k, v in figures.items()},
    )

RUN = Run({"system": "made"}, (
    record("a-001", "answered", "dose", fact_recall=1.0, error=0.0),
    record("a-002", "answered", "dose", fact_recall=0.5, error=0.5),
    record("a-003", "abstained", "list", fact_recall=0.0, error=0.25),
))

def measured(config):
    with pathlib.Path("measured.txt").open("a") as stream:
        stream.write("once\\n")
    warnings.warn("of a third party")
    return RUN

plugin.measured = measured
"""
HEAD = "import pytest\nfigure = pytest.mark.casebook_figure\n"


@pytest.fixture
def inner(pytester, monkeypatch):
    """Runs a suite in a process of its own: how often it measured, and what pytest said."""
    # With or without the installed entry point: the plugin is loaded once, by its name.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\naddopts = -p eval.pytest_plugin --strict-markers -W error")
    pytester.makeconftest(STUB)

    def run(body: str, *options: str):
        pytester.makepyfile(HEAD + body)
        done = pytester.runpytest_subprocess(*options)
        told = pytester.path / "measured.txt"
        return len(told.read_text().splitlines()) if told.exists() else 0, done

    return run


def test_a_figure_that_keeps_its_bounds_lets_the_test_run(inner):
    """Measured once for all tests; means over all, over a kind, and of a status."""
    count, done = inner("""
@figure("fact recall", at_least=0.5, at_most=0.5)
def test_all(): pass

@figure("fact recall", at_least=0.75, kind="dose", style="terse", verdict="answerable")
@figure("answered when answerable", at_least=0.66, at_most=0.67)
class TestNarrowed:
    def test_one(self, casebook_run): assert [r.id for r in casebook_run.records][0] == "a-001"
    def test_two(self): assert False, "the body ran"
""")
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["*the body ran*"])
    assert count == 1


def test_a_figure_out_of_bounds_fails_before_the_body_and_is_named(inner):
    """Measure, n, mean, bound and the questions to look at; every bound that is not kept."""
    count, done = inner("""
@figure("fact recall", at_least=0.6)
def test_low(): print("the body ran")

@figure("error", at_most=0.3, kind="dose")
@figure("fact recall", at_least=0.8, kind="dose")
@figure("error", at_most=0.2, kind="dose")
def test_high(): print("the body ran")
""")
    done.assert_outcomes(failed=2)
    found = done.stdout.str()
    assert (
        "\nfact recall: n 3, mean 0.5000, wanted at least 0.6; "
        "furthest off: a-003 0.00, a-002 0.50, a-001 1.00\n"
    ) in found
    assert (
        "\nerror (kind dose): n 2, mean 0.2500, wanted at most 0.2; "
        "furthest off: a-002 0.50, a-001 0.00\n"
        "fact recall (kind dose): n 2, mean 0.7500, wanted at least 0.8; "
        "furthest off: a-002 0.50, a-001 1.00\n"
    ) in found
    assert "the body ran" not in found
    assert count == 1


def test_what_no_question_has_keeps_no_bound(inner):
    """A misspelt measure or kind would else pass for ever."""
    _, done = inner("""
@figure("fact recal", at_least=0.0)
def test_measure(): pass

@figure("fact recall", at_least=0.0, kind="dosis")
def test_kind(): pass
""")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(
        [
            "fact recal: no question has it (n 0), of 3 asked; these have: answered when "
            "answerable, error, fact recall",
            "fact recall (kind dosis): no question has it (n 0), of 3 asked; none is left of *",
        ]
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("'fact recall'", "'at_least', 'at_most' or both"),
        ("'fact recall', at_least=float('nan')", "'at_least', 'at_most' or both"),
        ("'fact recall', at_least='0.6'", "'at_least', 'at_most' or both"),
        ("'fact recall', minimum=0.6", "unexpected keyword argument 'minimum'"),
        ("'fact recall', 0.6", "positional argument"),
    ],
    ids=["no bound", "NaN", "text", "unknown key", "by place"],
)
def test_a_marker_that_bounds_nothing_fails_without_measuring(inner, given, message):
    """And says how one is written."""
    count, done = inner(f"@figure({given})\ndef test_it(): pass\n")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([f"casebook_figure: *{message}*write casebook_figure(*"])
    assert count == 0


def test_nothing_is_measured_unless_a_test_that_runs_asks_for_it(inner):
    """Minutes: not for a suite without figures, nor for skipped or deselected tests."""
    count, done = inner(
        """
def test_plain(): pass

@pytest.mark.skip
@figure("fact recall", at_least=0.9)
def test_skipped(): pass

@figure("fact recall", at_least=0.9)
def test_left_out(): pass
""",
        "-k",
        "not left_out",
    )
    done.assert_outcomes(passed=1, skipped=1, deselected=1)
    assert count == 0


def test_a_known_shortfall_can_be_expected(inner):
    """The marker xfail works as with any failure."""
    _, done = inner("""
@pytest.mark.xfail(strict=True)
@figure("fact recall", at_least=0.9)
def test_later(): pass
""")
    done.assert_outcomes(xfailed=1)


def test_gold_that_cannot_be_measured_fails_every_test_that_needs_it_once_tried(inner, pytester):
    """What, where and what next, without a traceback; a fault of the code comes with one."""
    for error, line in (
        (
            "GoldError('no.yaml: cannot be read; check the path')",
            "casebook: the gold was not *path",
        ),
        ("ZeroDivisionError('a bug')", "E * ZeroDivisionError: a bug"),
    ):
        pytester.makeconftest(f"""{STUB}
from eval.gold import GoldError

def broken(config):
    measured(config)
    raise {error}

plugin.measured = broken
""")
        (pytester.path / "measured.txt").unlink(missing_ok=True)
        count, done = inner("""
@figure("fact recall", at_least=0.5)
def test_one(): pass

@figure("fact recall", at_least=0.5)
def test_two(): pass

def test_three(casebook_run): pass
""")
        done.assert_outcomes(failed=2, errors=1)
        done.stdout.fnmatch_lines([line] * 3)
        assert count == 1


@pytest.fixture
def asked_of(casebook, pytester, monkeypatch):
    """Runs a suite in a process of its own that measures one question of the small library."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    quote = sentence(hits_of(casebook.library, DAPSONE)[0])[2]
    entry = {
        "id": "mine-001", "question": QUESTION, "kind": "outcome", "style": "terse",
        "verdict": "answerable", "evidence": [{"report": DAPSONE, "quote": quote, "grade": 2}],
        "facts": [["dapsone"]], "author": "a test",
    }  # fmt: skip
    (pytester.mkdir("gold") / "mine.yaml").write_text(json.dumps([entry]), "utf-8")

    def run(gold: str, system: str, library: str):
        pytester.makeini(
            f"[pytest]\naddopts = -p eval.pytest_plugin -W error\ncasebook_gold = {gold}\n"
            f"casebook_library = {library}\ncasebook_system = {system}\n"
        )
        pytester.makepyfile(f"""{HEAD}
@figure("report Success@1", at_least=1)
@figure("right report cited", at_least=1)
def test_figures(casebook_run):
    assert [r.id for r in casebook_run.records] == ["mine-001"]
    assert casebook_run.conditions["system"] == "{system}"
    assert casebook_run.conditions["reports"] == 6
""")
        return pytester.runpytest_subprocess()

    return run


def test_a_real_library_is_measured_as_the_ini_options_say(asked_of, casebook, pytester):
    """Paths count from the root of the suite, here a link to the library beside the gold."""
    (pytester.path / "library").symlink_to(casebook.library.folder)
    asked_of("gold/mine.yaml", "lexical", "library").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("gold", "system", "message"),
    [
        ("gold/none.yaml", "casebook", "*none.yaml: cannot be read*check the path"),
        ("gold/mine.yaml", "nonsense", "*no system 'nonsense'; known: casebook, *"),
        (str(shipped_gold("release")[0]), "casebook", "*release gold is for `casebook eval gate`*"),
    ],
    ids=["no file", "no system", "release gold"],
)
def test_a_wrong_ini_option_is_told_before_a_library_is_opened(asked_of, gold, system, message):
    """No model is loaded for it: the library that is named does not exist."""
    done = asked_of(gold, system, "nowhere")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([message])


def test_loading_the_plugin_loads_nothing_else_of_ours():
    """Every run of pytest pays for it, whatever it tests."""
    code = (
        "import sys, pytest; before = set(sys.modules); import eval.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.split() == ["eval", "eval.pytest_plugin"]


def test_the_plugin_is_an_entry_point_of_pytest():
    """So that a project only has to install Casebook."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"casebook": "eval.pytest_plugin"}

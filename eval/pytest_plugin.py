"""Figures as assertions of a test suite: `@pytest.mark.casebook_figure("fact recall", at_least=…)`.

    [tool.pytest.ini_options]
    casebook_gold = ["gold/mine.yaml"]
    casebook_library = "library"

The gold is asked once per session (under pytest-xdist once per worker), before the first test that
needs it. pytest loads this module wherever Casebook is installed, so all but pytest is imported
inside the functions.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from eval.records import Record, Run

MARKER = "casebook_figure"
NAMED = 8
"""Questions that a failure names."""

_NARROWED_BY = ("verdict", "kind", "style")

# Sums in another order differ in their last bits; these must not cross a bound.
_SAME = 1e-9


@dataclass(frozen=True)
class Bound:
    """What a marker asks for. Raises ValueError, TypeError for one that asks for nothing."""

    measure: str
    _: KW_ONLY
    at_least: float | None = None
    at_most: float | None = None
    verdict: str | None = None
    kind: str | None = None
    style: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError: against no number, or NaN, every figure would pass."""
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if not bounds or not all(isinstance(b, int | float) and isfinite(b) for b in bounds):
            raise ValueError("give a number as 'at_least', 'at_most' or both")

    @property
    def about(self) -> str:
        """'fact recall (kind dose, style terse)'."""
        narrowed = [f"{key} {wanted}" for key in _NARROWED_BY if (wanted := getattr(self, key))]
        return f"{self.measure} ({', '.join(narrowed)})" if narrowed else self.measure


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini options; paths are relative to the root folder of the tests."""
    parser.addini(
        "casebook_gold", "Gold files to ask (default: Casebook's development gold)", type="args"
    )
    parser.addini(
        "casebook_library", "Library to ask (default: a temporary one of the shipped reports)"
    )
    parser.addini(
        "casebook_system", "What to measure (see `casebook eval systems`)", default="casebook"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(measure, *, at_least=None, at_most=None, verdict=None, kind=None, style=None): "
        "fail unless the mean of a Casebook measure over the gold keeps the bounds",
    )


@pytest.fixture(scope="session")
def casebook_run(request: pytest.FixtureRequest) -> Run:
    """The `eval.records.Run` over the gold of this session."""
    return _run(request.config)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Measure before the first marked test that is not skipped, and before its fixtures."""
    marks = list(item.iter_markers(MARKER))
    if marks and not any(isinstance(_bound(mark), str) for mark in marks):
        _measure_once(item.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail the test, before its body, with every bound that is not kept."""
    complaints = []
    for mark in item.iter_markers(MARKER):
        bound = _bound(mark)
        complaint = bound if isinstance(bound, str) else complaint_of(bound, _run(item.config))
        if complaint:
            complaints.append(complaint)
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def measured(config: pytest.Config) -> Run:
    """Ask the gold of the ini options. Raises GoldError, LibraryError, UnknownSystem, ModelError.

    Release gold is refused: it is asked by the gate alone, which logs each look at it.
    """
    from contextlib import ExitStack

    from eval.gold import GoldError, load_all, shipped_gold
    from eval.records import Run
    from eval.run import items_to_ask
    from eval.shelves import Shelves, temporary_shelves
    from eval.systems import named
    from rag.chat import Casebook
    from rag.cli.opening import shipped_reports
    from rag.config import load_settings

    root, name = config.rootpath, str(config.getini("casebook_system"))
    paths = [root / Path(path).expanduser() for path in config.getini("casebook_gold")]
    if {path.resolve() for path in paths} & {path.resolve() for path in shipped_gold("release")}:
        raise GoldError("casebook_gold: release gold is for `casebook eval gate`; name other files")
    gold, kind = load_all(paths or shipped_gold()), named(name)
    with ExitStack() as stack:
        if library := str(config.getini("casebook_library") or ""):
            folder = root / Path(library).expanduser()
            settings = load_settings(library=str(folder))
            shelves = Shelves(stack.enter_context(Casebook(folder, settings)))
        else:
            made = temporary_shelves([shipped_reports()], gold, load_settings())
            shelves = stack.enter_context(made)
        items, _ = items_to_ask(gold, shelves.known())
        records = tuple(shelves.ask(gold, items, kind))
        return Run(shelves.conditions(name, gold), records)


def complaint_of(bound: Bound, run: Run) -> str | None:
    """Measure, n, mean and bound when the run does not keep it, and the questions furthest off.

    A measure that no question has keeps no bound.
    """
    from eval.compare import figures_of

    narrowed = [record for record in run.records if _is_wanted(record, bound)]
    figures = [(figures_of(record), record.id) for record in narrowed]
    values = sorted((own[bound.measure], name) for own, name in figures if bound.measure in own)
    if not values:
        known = sorted({measure for own, _ in figures for measure in own})
        have = f"these have: {', '.join(known)}" if known else "none is left of that choice"
        return f"{bound.about}: no question has it (n 0), of {len(run.records)} asked; {have}"
    mean = sum(value for value, _ in values) / len(values)
    # Written so that NaN keeps no bound.
    under = bound.at_least is not None and not mean >= bound.at_least - _SAME
    over = bound.at_most is not None and not mean <= bound.at_most + _SAME
    if not under and not over:
        return None
    wanted = f"at least {bound.at_least:g}" if under else f"at most {bound.at_most:g}"
    worst = values if under else values[::-1]
    names = ", ".join(f"{name} {value:.2f}" for value, name in worst[:NAMED])
    found = f"n {len(values)}, mean {mean:.4f}, wanted {wanted}"
    return f"{bound.about}: {found}; furthest off: {names}"


def _is_wanted(record: Record, bound: Bound) -> bool:
    wanted = {key: getattr(bound, key) for key in _NARROWED_BY}
    return all(value is None or getattr(record, key) == value for key, value in wanted.items())


def _bound(mark: pytest.Mark) -> Bound | str:
    """The bound of a marker, or what is wrong with the marker."""
    try:
        return Bound(*mark.args, **mark.kwargs)
    except (TypeError, ValueError) as error:
        return f"{MARKER}: {error}; write {MARKER}('fact recall', at_least=0.6)"


_RUN = pytest.StashKey["Run | Exception"]()


def _measure_once(config: pytest.Config) -> Run | Exception:
    """The run of the session, or why there is none; that is not tried again."""
    import warnings

    if _RUN not in config.stash:
        try:
            with warnings.catch_warnings():
                # Those of third parties; a suite that makes errors of warnings means its own.
                warnings.simplefilter("ignore")
                config.stash[_RUN] = measured(config)
        except Exception as error:  # whatever it is, every test that needs the run fails with it
            config.stash[_RUN] = error
    return config.stash[_RUN]


def _run(config: pytest.Config) -> Run:
    """The run of the session; without one the test that asked fails."""
    from rag.errors import CasebookError

    found = _measure_once(config)
    if isinstance(found, CasebookError):
        pytest.fail(f"casebook: the gold was not measured: {found}", pytrace=False)
    if isinstance(found, Exception):
        raise found
    return found

"""The benchmarks that time stages name functions that there are."""

from __future__ import annotations

from eval.benchmarks import reading_path, writing_path
from rag.chat import Casebook
from rag.config import Settings


def test_the_stages_of_both_paths_exist(small_library, encoder) -> None:
    """A function that was moved would end a benchmark half-way, or be charged to another stage."""
    with Casebook(small_library, Settings(), encoder=encoder) as casebook:
        named = [*reading_path.stages(casebook), *writing_path.STAGES]
    missing = [(owner, name) for owner, name, _ in named if not callable(getattr(owner, name, 0))]
    assert not missing
    assert len({(owner, name) for owner, name, _ in named}) == len(named)

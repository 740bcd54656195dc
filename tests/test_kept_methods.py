"""Methods of data classes kept between processes: the same classes, and damage is as nothing."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.cli import methods
from rag.cli.methods import Kept
from rag.cli.patterns import TRIED

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] not in TRIED, reason="methods are kept for tried Pythons alone"
)


@pytest.fixture
def module(monkeypatch) -> Iterator[Any]:
    """`dataclasses`, which has its own `exec` again afterwards."""
    monkeypatch.setattr(dataclasses, "exec", exec, raising=False)
    yield dataclasses
    monkeypatch.undo()


def a_class() -> type:
    """A class with all that `dataclasses` writes text for."""

    @dataclasses.dataclass(frozen=True, slots=True, order=True)
    class Dose:
        drug: str
        milligrams: float = 1.5
        days: tuple[int, ...] = dataclasses.field(default_factory=tuple)

    return Dose


def test_a_class_of_kept_methods_is_the_same(module, tmp_path, monkeypatch) -> None:
    """Nothing is compiled for it, and it behaves as the one that was."""
    first = Kept(tmp_path / "x.bin")
    module.exec = first.run
    made = a_class()
    first.write()

    def never(*given: object) -> object:
        raise AssertionError(f"{given} was compiled again")

    again = Kept(tmp_path / "x.bin")
    monkeypatch.setattr(again, "_compiled", never)
    module.exec = again.run
    kept = a_class()
    for one in (made, kept):
        assert one("IVIG") == one("IVIG", 1.5, ())
        assert one("IVIG") < one("MTX")
        assert hash(one("IVIG")) == hash(one("IVIG"))
        assert repr(one("IVIG", 2)).endswith("Dose(drug='IVIG', milligrams=2, days=())")
        with pytest.raises(dataclasses.FrozenInstanceError):
            one("IVIG").drug = "MTX"
    assert made.__init__.__code__ == kept.__init__.__code__


def test_a_changed_class_has_methods_of_its_own(module, tmp_path) -> None:
    """What is kept is known by its whole text."""
    kept = Kept(tmp_path / "x.bin")
    module.exec = kept.run
    a_class()
    kept.write()
    module.exec = Kept(tmp_path / "x.bin").run

    @dataclasses.dataclass
    class Dose:
        drug: str
        grams: float = 2.0

    assert Dose("IVIG").grams == 2.0


@pytest.mark.parametrize("harm", ["cut", "changed", "empty"])
def test_a_damaged_file_is_as_none(harm, module, tmp_path) -> None:
    """It is neither used nor an error."""
    path = tmp_path / "x.bin"
    kept = Kept(path)
    module.exec = kept.run
    a_class()
    kept.write()
    whole = path.read_bytes()
    assert Kept(path)._known
    changed = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
    path.write_bytes({"cut": whole[:-3], "changed": changed, "empty": b""}[harm])
    assert Kept(path)._known == {}
    module.exec = Kept(path).run
    assert a_class()("IVIG").milligrams == 1.5


def test_a_full_file_starts_over_with_what_is_used(module, tmp_path, monkeypatch) -> None:
    """Methods of former versions do not pile up."""
    monkeypatch.setattr(methods, "MOST", 1)
    old, new = Kept(tmp_path / "x.bin"), Kept(tmp_path / "x.bin")
    old.run("def old(): pass", {}, {})
    old.write()
    new.run("def new(): pass", {}, {})
    new.write()
    assert set(Kept(tmp_path / "x.bin")._known) == {"def new(): pass"}


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch) -> None:
    """No file, no draft of one, and no error."""
    kept = Kept(tmp_path / "methods" / "x.bin")
    kept.run("def new(): pass", {}, {})

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    kept.write()
    assert list((tmp_path / "methods").iterdir()) == []


def test_the_command_line_keeps_its_methods(small_library, tmp_path) -> None:
    """The second question compiles none of them, and answers the same."""
    code = (
        "import atexit, sys\n"
        "from rag.cli import methods\n"
        "compiled, standard = [], methods.Kept._compiled\n"
        "def counted(kept, text):\n"
        "    compiled.append(text)\n"
        "    return standard(kept, text)\n"
        "methods.Kept._compiled = counted\n"
        "from rag.cli.main import main\n"
        f"sys.argv = ['casebook', 'ask', 'What helped?', '--library', {str(small_library)!r}]\n"
        "try: main()\n"
        "finally: print(len(compiled), file=sys.stderr)\n"
    )
    answers, counts = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False,
            env=os.environ | {"CASEBOOK_CACHE": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode in {0, 3}, done.stderr
        answers.append(done.stdout)
        counts.append(int(done.stderr.strip().splitlines()[-1]))
    assert answers[0] == answers[1]
    assert counts[0] > 50
    assert counts[1] == 0

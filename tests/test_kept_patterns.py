"""Regular expressions kept between processes: the same patterns, and nothing of a question."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rag.cli import patterns
from rag.cli.patterns import Kept, numbers_of, read

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] not in patterns.TRIED, reason="patterns are kept for tried Pythons alone"
)

KINDS = [
    (r"(?P<dose>\d+(?:\.\d+)?)\s*(?P<unit>mg|g)\b", re.IGNORECASE),
    (r"^(?:IVIg|méthotrexate)(?=\W)|(?<!not )healed{2,3}?", re.MULTILINE | re.IGNORECASE),
    (r"[^\W\d_à-öø-ÿ]+ # a word", re.VERBOSE),
    (r"(a)(b)?(?(2)c|d)\1", 0),
]


def compiled(name: str, lines: str, kept: Kept, tmp_path: Path) -> dict[str, object]:
    """The names of a module of these lines, imported while `kept` compiles."""
    path = tmp_path / f"{name}.py"
    path.write_text(f"import re\n{lines}\n", "utf-8")
    names: dict[str, object] = {}
    compiler = re._compiler  # type: ignore[attr-defined]
    kept.standard, compiler.compile = compiler.compile, kept.compile
    re.purge()
    try:
        exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
    finally:
        compiler.compile = kept.standard
    return names


@pytest.mark.parametrize(("pattern", "flags"), KINDS)
def test_a_kept_pattern_is_the_one_that_re_makes(pattern, flags, tmp_path) -> None:
    """Equal by CPython's own comparison, which looks at the numbers, and with the same groups."""
    expected = re.compile(pattern, flags)
    kept = Kept({(pattern, int(flags)): numbers_of(pattern, int(flags))})
    kept.standard = _never
    made = kept.compile(pattern, int(flags))
    assert made == expected
    assert (made.groupindex, made.groups, made.flags) == (
        expected.groupindex, expected.groups, expected.flags
    )  # fmt: skip


def _never(pattern: object, flags: int) -> re.Pattern[str]:
    raise AssertionError(f"{pattern} was compiled again")


def test_what_a_module_compiles_is_written_and_what_a_question_brings_is_not(tmp_path) -> None:
    """A pattern of a function may hold a patient's words; it is compiled and forgotten."""
    lines = (
        "DOSE = re.compile(r'(\\d+) mg')\n"
        "MANY = [re.compile(word) for word in ('healed', 'died')]\n"
        "def about(word):\n    return re.compile(rf'\\b{word}\\b')\n"
        "NAMED = about('Jane Roe')\n"
    )
    kept = Kept({})
    names = compiled("planted", lines, kept, tmp_path)
    path = tmp_path / "patterns" / "x.bin"
    kept.write(path)
    assert {pattern for pattern, _ in read(path)} == {r"(\d+) mg", "healed", "died"}
    assert names["NAMED"] == re.compile(r"\bJane Roe\b")
    assert b"Jane" not in path.read_bytes()


@pytest.mark.parametrize("harm", ["cut", "changed", "empty"])
def test_a_damaged_file_is_as_none(harm, tmp_path) -> None:
    """It is neither used nor an error."""
    path = tmp_path / "x.bin"
    kept = Kept({})
    compiled("planted", "DOSE = re.compile(r'(\\d+) mg')", kept, tmp_path)
    kept.write(path)
    whole = path.read_bytes()
    assert read(path)
    changed = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
    path.write_bytes({"cut": whole[:-3], "changed": changed, "empty": b""}[harm])
    assert read(path) == {}


def test_numbers_that_c_refuses_are_compiled_anew(tmp_path) -> None:
    """Code of another Python that came under this one's name."""
    pattern = r"(\d+) mg"
    flags, code, *rest = numbers_of(pattern, 0)
    kept = Kept({(pattern, 0): (flags, code[:-8] + b"\xff" * 8, *rest)})
    assert kept.compile(pattern, 0) == re.compile(pattern)


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch) -> None:
    """No file, no draft of one, and no error."""
    kept = Kept({})
    compiled("planted", "DOSE = re.compile(r'(\\d+) mg')", kept, tmp_path)

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    kept.write(tmp_path / "patterns" / "x.bin")
    assert list((tmp_path / "patterns").iterdir()) == []


def test_a_wrong_pattern_is_refused_as_ever() -> None:
    """The error is that of the standard library."""
    with pytest.raises(re.error, match="unterminated"):
        Kept({}).compile("(", 0)


def test_a_full_file_starts_over_with_what_is_used(tmp_path, monkeypatch) -> None:
    """Patterns of former versions do not pile up."""
    monkeypatch.setattr(patterns, "MOST", 2)
    kept = Kept({(word, 0): numbers_of(word, 0) for word in ("old", "older")})
    kept.compile("old", 0)
    compiled("planted", "NEW = re.compile('new')", kept, tmp_path)
    kept.write(tmp_path / "x.bin")
    assert {pattern for pattern, _ in read(tmp_path / "x.bin")} == {"old", "new"}


def run(cache: str, *arguments: str) -> tuple[str, str]:
    """What the command line prints, and how many patterns were compiled for it."""
    code = (
        "import atexit, re, sys\n"
        "compiled, standard = [], re._compiler.compile\n"
        "def counted(pattern, flags=0):\n"
        "    compiled.append(pattern)\n"
        "    return standard(pattern, flags)\n"
        "re._compiler.compile = counted\n"
        "from rag.cli.main import main\n"
        f"sys.argv = {['casebook', *arguments]!r}\n"
        "before = len(compiled)\n"
        "try: main()\n"
        "finally: print(len(compiled) - before, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False,
        env=os.environ | {"CASEBOOK_CACHE": cache},
    )  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    return done.stdout, done.stderr.strip().splitlines()[-1]


def test_the_command_line_keeps_its_patterns(small_library, tmp_path) -> None:
    """The second question compiles next to nothing, answers the same, and left no word on disk."""
    cache = tmp_path / "cache"
    asked = ("ask", "What of Xylophonia on dapsone?", "--library", str(small_library))
    first, many = run(str(cache), *asked)
    (path,) = (cache / "patterns").iterdir()
    again, few = run(str(cache), *asked)
    assert again == first
    assert int(few) < int(many) / 4
    assert b"ylophonia" not in path.read_bytes()
    without, all_of_them = run("none", *asked)
    assert without == first
    assert int(all_of_them) > 4 * int(few)

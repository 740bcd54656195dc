"""README, help and code say the same."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from commands import typed
from designs import ONE
from make_pdf import make
from places import ROOT, SMALL
from typer.testing import CliRunner
from typeset_papers import load

from rag.cli.main import app, load_plugins

README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def commands() -> dict[str, object]:
    load_plugins()
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def leaves(commands: dict, prefix: str = "") -> list[str]:
    """Every command by its full name, those of groups included."""
    names = []
    for name, command in sorted(commands.items()):
        inner = getattr(command, "commands", None)
        names += leaves(inner, f"{prefix}{name} ") if inner else [f"{prefix}{name}"]
    return names


def test_every_command_is_in_the_readme(commands):
    """A command that the README does not name is one that nobody finds."""
    missing = [name for name in leaves(commands) if f"casebook {name}" not in README]
    assert missing == []


def test_every_command_shows_an_example(commands):
    """`--help` of each command holds at least one example."""
    runner = CliRunner()
    for name in leaves(commands):
        shown = runner.invoke(app, [*name.split(), "--help"]).output
        assert re.search(r"Examples?:", shown), name
        assert f"casebook {name.split()[0]}" in shown, name


def test_the_readme_names_no_command_that_is_not_there(commands):
    """Each `casebook WORD` of the README is a command."""
    known = set(commands)
    words = re.findall(r"(?:^|[`$ ])casebook ([a-z]+)", README)
    assert {word for word in words if word not in known} == set()


def test_the_help_in_the_readme_is_the_real_one():
    """The block under '$ casebook --help' is what the program prints."""
    code = "import sys; sys.argv = ['casebook', '--help']; from rag.cli.main import main; main()"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        check=True,
    )
    block = README.split("$ casebook --help\n", 1)[1].split("```", 1)[0]
    assert block.strip() == shown.stdout.strip()


EXAMPLES = [
    words
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if (words := shlex.split(line, comments=True))[:1] == ["casebook"]
    and words[1] != "fetch"
    and not {"--llm", "--manifest", "replay"} & set(words)
]
"""Those of `casebook fetch` need its service and are run in tests/test_fetch_cli.py; those with a
language model need one, and are tried in tests/test_llm_*.py."""


def test_the_examples_of_the_readme_run(monkeypatch, capsys, tmp_path):
    """Each as typed, in their order, where the files that they name are; 3: nothing was found."""
    for folder in ("notes", "papers", "shipped"):
        (tmp_path / folder).mkdir()
    paper = make(load(ROOT / "corpus" / "reports" / f"{SMALL[2]}.md"), ONE)
    (tmp_path / "paper.pdf").write_bytes(paper)
    for folder in ("notes", "papers"):
        (tmp_path / folder / "rash.txt").write_text("A man of 40 took dapsone for DM.", "utf-8")
    wanted = {word.partition(":")[0] for words in EXAMPLES for word in words}
    for path in (ROOT / "corpus" / "reports").glob("*.md"):
        if path.stem in wanted or "ivig" in path.stem or path.stem in SMALL:
            shutil.copy(path, tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    casebook = typed(monkeypatch, capsys)
    monkeypatch.setattr("rag.cli.opening.shipped_reports", lambda: tmp_path / "shipped")
    assert len(EXAMPLES) > 5
    for words in EXAMPLES:
        status, _, err = casebook(*words[1:])
        assert status in ((0, 3) if words[1] in ("ask", "cases") else (0,)), (words, err)
        assert "Traceback" not in err
    assert "TY  - JOUR" in (tmp_path / "ivig.ris").read_text("utf-8")
    assert (tmp_path / "my-library" / "casebook.sqlite3").is_file()


def test_every_setting_is_in_the_readme():
    """Each field of Settings can be set by the variable that the README names."""
    from dataclasses import fields

    from rag.config import Settings

    for item in fields(Settings):
        assert f"`CASEBOOK_{item.name.upper()}`" in README


def test_every_json_key_is_in_the_readme(casebook):
    """The contract is written down in full."""
    from rag.render import to_json

    answer = to_json(casebook.ask("How did the skin respond to dapsone?"))
    section = README[README.index("### JSON") : README.index("Exit status")]
    for key in answer:
        assert f"`{key}`" in section
    for key in (*answer["citations"][0], *answer["passages"][0]):
        assert f"`{key}`" in section


def test_the_readme_picture_exists():
    """The picture of the page is in the repository."""
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()


def test_makefile_targets_of_the_readme_exist():
    """Each `make WORD` of the README is a target."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


DOCUMENTS = [
    *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "eval").rglob("*.md"),
]  # fmt: skip


@pytest.mark.parametrize("path", sorted(DOCUMENTS), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_says_nothing_twice(path):
    """No section stands in it a second time: a piece that was replaced may be left behind."""
    lines = path.read_text("utf-8").splitlines()
    sections = [line for line in lines if line.startswith("## ")]
    assert sorted(sections) == sorted(set(sections))


def test_version_is_one_number():
    """pyproject.toml and the package agree."""
    from rag import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


def test_notice_names_every_file_of_weights():
    """What is trained and shipped is Casebook's own, and says so."""
    notice = (ROOT / "NOTICE").read_text("utf-8")
    shipped = {*(ROOT / "rag").rglob("*.safetensors"), ROOT / "rag" / "reader" / "weights.json"}
    missing = [str(p.relative_to(ROOT)) for p in shipped if str(p.relative_to(ROOT)) not in notice]
    assert sorted(missing) == []


def test_notice_names_the_weights():
    """The licence of what is downloaded stands in NOTICE."""
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert "all-MiniLM-L6-v2" in notice
    assert "Apache-2.0" in notice


def test_no_registry_host_is_written_down():
    """No tracked text file names a package registry, which other networks do not have."""
    # In pieces, so that this file does not name one either and needs no exception.
    pieces = (("python", "hosted"), ("index", "-url"), ("registry", ".npm"), ("org", "/simple"))
    pattern = re.compile("|".join(re.escape("".join(piece)) for piece in pieces))
    found = [
        str(path.relative_to(ROOT))
        for folder in ("rag", "ui", "eval", "tests", "corpus", ".ci")
        for path in Path(ROOT / folder).rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".md", ".toml", ".yaml", ".cfg", ""}
        and pattern.search(path.read_text("utf-8", errors="ignore"))
    ]
    assert found == []

"""The import rule, one owner for each heavy library, and a light command line."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A module imports only from rows below its own; modules of one row do not know each other,
# but for those of one package ('rag.formats') among themselves.
ROWS = (
    ("rag.__main__",),
    ("rag.cli",),
    ("rag.serve", "rag.mcp_server"),
    ("rag.service",),
    ("rag.engine", "rag.casebook"),
    ("rag.chain", "rag.llm"),
    ("rag.chat", "rag.doctor", "rag.training"),
    ("rag.parts_stage", "rag.topic_stage"),
    ("rag.read_stage", "rag.conversation.resolve_stage", "rag.search_stage"),
    ("rag.joined",),
    ("rag.presupposed", "rag.meant", "rag.shipped", "rag.conversation.turns", "rag.understood"),
    ("rag.answer", "rag.search", "rag.index"),
    ("rag.in_short", "rag.refusals", "rag.unheard_of"),
    ("rag.by_author", "rag.cases", "rag.bibliography"),
    ("rag.topics",),
    (
        "rag.render",
        "rag.derivation",
        "rag.evidence_kind",
        "rag.filters",
        "rag.works.fullest",
        "rag.conversation.among_shown",
        "rag.conversation.going_back",
        "rag.conversation.of_whom",
        "rag.intake",
        "rag.introduced",
        "rag.listed",
        "rag.conversation.resolve",
        "rag.works.standing",
        "rag.upkeep",
    ),
    ("rag.conversation.elliptic",),
    ("rag.conversation.follow_up", "rag.conversation.someone_else"),
    (
        "rag.works.alike",
        "rag.cite",
        "rag.fetch",
        "rag.reader.reader",
        "rag.records",
        "rag.works.same_patient",
        "rag.verify",
    ),
    ("rag.reader.another_report", "rag.reader.kinds"),
    ("rag.reader.short",),
    ("rag.reader.choose", "rag.reader.legends"),
    ("rag.reader.networks",),
    ("rag.reader.weighing",),
    ("rag.reader.whom",),
    ("rag.reader.question",),
    ("rag.reader", "rag.reader.words"),
    ("rag.library", "rag.dense", "rag.fuse", "rag.search_text"),
    ("rag.formats", "rag.chunk", "rag.embed", "rag.abbreviations", "rag.generic_names"),
    ("rag.works.retractions",),
    ("rag.adapter", "rag.works.editions", "rag.held", "rag.privacy"),
    ("rag.clean", "rag.lexicon", "rag.sentences"),
    ("rag.conversation.courtesies", "rag.conversation.question"),
    ("rag.schema", "rag.held", "rag.number_words"),
    ("rag.config", "rag.plain_values"),
    ("rag.errors",),
    ("rag.conversation", "rag.works"),
    ("rag",),
)

OWNERS = {
    "chromadb": {"rag.dense"},
    "docx": {"rag.formats"},
    "fastapi": {"rag.serve"},
    "starlette": {"rag.serve"},
    "uvicorn": {"rag.serve.run"},
    "mcp": {"rag.mcp_server"},
    "anyio": {"rag.service", "rag.serve", "rag.mcp_server"},
    "httpx": {"rag.fetch"},
    "sentence_transformers": {"rag.embed"},
    "transformers": {"rag.embed"},
    "onnxruntime": {"rag.embed"},
    "tokenizers": {"rag.embed", "rag.reader.networks.tokens"},
    "onnx": {"rag.training"},
    "torch": {"rag.adapter", "rag.embed", "rag.reader", "rag.training"},
    "langchain_core": {"rag.chain", "rag.llm", "eval.scripted", "eval.generated"},
    "langchain": {"rag.llm.models", "eval.generated"},
    "langsmith": {"rag.llm.calling"},
    "sqlite3": {"rag.library", "rag.dense", "ui.conversations"},
    "lxml": {"rag.formats.jats"},
    "bs4": {"rag.formats"},
    "syntok": {"rag.sentences"},
    "snowballstemmer": {"rag.verify.words"},
    "sklearn": {"rag.training", "eval.verification.fit"},
    "pypdfium2": {"rag.formats.pdf"},
    "streamlit": {"ui"},
    "altair": {"rag.cases.charts", "ui.trend"},
    "openpyxl": {"rag.cases.sheet"},
    "bibtexparser": {"rag.bibliography"},
    "rispy": {"rag.bibliography"},
    "typer": {"rag.cli", "ui", "eval"},
    "rich": {"rag.cli"},
}

HEAVY = (
    "anyio",
    "fastapi",
    "mcp",
    "uvicorn",
    "langchain",
    "langchain_core",
    "rich",
    "onnxruntime",
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "streamlit",
    "numpy",
    "altair",
    "openpyxl",
    "bibtexparser",
    "rispy",
)


def modules(top: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / top).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def imports(path: Path, package: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{package}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def row_of(name: str) -> tuple[int, str]:
    """The row of a module, and the entry of the table that covers it (the longest)."""
    covering = [
        (len(entry), number, entry)
        for number, row in enumerate(ROWS)
        for entry in row
        if name == entry or (entry != "rag" and name.startswith(f"{entry}."))
    ]
    if not covering:
        return len(ROWS) - 1, "rag"
    _, number, entry = max(covering)
    return number, entry


# `from rag import Casebook` opens the whole house by one door, which loads when it is used.
DOOR = ("rag", "rag.casebook.Casebook")


def violations(top: str = "rag") -> list[str]:
    found = []
    for name, path in modules(top):
        number, entry = row_of(name)
        for target in sorted(imports(path, name)):
            if target.split(".")[0] != "rag":
                continue
            below, other = row_of(target)
            if other != entry and below <= number and (name, target) != DOOR:
                found.append(f"{name} imports {target}")
    return found


def test_every_module_has_a_row():
    """A new module must be given its place in the table before it can be imported from."""
    missing = [n for n, _ in modules("rag") if row_of(n)[1] == "rag" and n != "rag"]
    assert missing == []


def test_modules_import_only_from_rows_below():
    """The data's path is one way."""
    assert violations() == []


def test_the_rule_sees_a_planted_violation(tmp_path, monkeypatch):
    """The test above can fail: a library module that imports the chat is reported."""
    planted = tmp_path / "rag" / "library"
    planted.mkdir(parents=True)
    (planted / "bad.py").write_text("from rag.chat import Casebook\n")
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path, raising=True)
    assert violations() == ["rag.library.bad imports rag.chat.Casebook"]


@pytest.mark.parametrize(
    ("top", "forbidden"), [("rag", {"ui", "eval"}), ("ui", {"eval"}), ("eval", {"ui"})]
)
def test_packages_keep_apart(top, forbidden):
    """`rag` knows neither page nor evaluation, and those do not know each other."""
    found = [
        f"{name} imports {target}"
        for name, path in modules(top)
        for target in imports(path, name)
        if target.split(".")[0] in forbidden
    ]
    assert found == []


def reads_training(top: str = "eval") -> list[str]:
    """Modules that import `rag.training`, or name the module or the folder in their code."""
    found = []
    for name, path in modules(top):
        found += [
            f"{name} imports {target}"
            for target in sorted(imports(path, name))
            if f"{target}.".startswith(("rag.training.", "corpus.training."))
        ]
        # Joined, since a path may be put together: 'corpus' / 'training', files('rag.training').
        tree = ast.parse(path.read_text("utf-8"))
        words = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        said = [word for word in words if isinstance(word, str) and "\n" not in word]
        if any(_TRAINING.search(word) for word in said):
            found.append(f"{name} names the training data")
    return found


_TRAINING = re.compile(r"^training[/\\]?$|\b(?:corpus|rag)[./\\]training\b")


def test_nothing_that_measures_knows_the_training_data():
    """Figures of a system that was measured on what it learnt from are worth nothing."""
    assert reads_training() == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("from rag.training.pairs import pairs", "imports rag.training.pairs.pairs"),
        ("from rag import training", "imports rag.training"),
        ("import rag.training", "imports rag.training"),
        ("open('corpus/training/x.jsonl')", "names the training data"),
        ("x = files('corpus') / 'training'", "names the training data"),
        ("x = files('rag.training')", "names the training data"),
    ],
)
def test_a_planted_look_at_the_training_data_is_seen(tmp_path, monkeypatch, line, message):
    """Imports and paths, wherever in a module they stand."""
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "bad.py").write_text(f"def f():\n    {line}\n", "utf-8")
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path, raising=True)
    assert reads_training() == [f"eval.bad {message}"]


def test_heavy_libraries_have_one_owner():
    """Whoever wants to change the vector store or the encoder opens one file."""
    found = [
        f"{name} imports {target}"
        for top in ("rag", "ui", "eval")
        for name, path in modules(top)
        for target in imports(path, name)
        if (owners := OWNERS.get(target.split(".")[0]))
        and not any(name == owner or name.startswith(f"{owner}.") for owner in owners)
        and not name.startswith("eval.benchmarks")
    ]
    assert found == []


@pytest.mark.parametrize("module", ["rag", "rag.schema", "rag.cli.main", "eval.cli", "ui.cli"])
def test_light_modules_load_nothing_heavy(module):
    """`casebook --help` must not pay for torch."""
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.split() == []


def test_only_the_command_line_prints():
    """`rag` returns values; printing is the business of rag.cli (and of the training tool)."""
    found = [
        name
        for name, path in modules("rag")
        if not name.startswith(("rag.cli", "rag.training"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert found == []


@pytest.mark.parametrize(
    ("arguments", "looked_for"),
    [(["show", "--help"], False), (["--help"], True), (["eval", "--help"], True)],
)
def test_other_packages_commands_are_looked_for_when_they_are_wanted(arguments, looked_for):
    """Finding them takes longer than some commands; one of `rag` does without."""
    code = (
        "import sys; from rag.cli import main\n"
        f"sys.argv = ['casebook', *{arguments!r}]\n"
        "try: main.main()\n"
        "except SystemExit as done: assert not done.code\n"
        "print('looked' if 'ui.cli' in sys.modules else 'did not')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert (done.stdout.splitlines()[-1] == "looked") is looked_for

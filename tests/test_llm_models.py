"""Names and settings → a model, or one line that says what is missing."""

from __future__ import annotations

import hashlib
import sys
import tomllib

import pytest
from places import ROOT

from rag.config import Settings
from rag.errors import ConfigError, LanguageModelError, LanguageModelMissing
from rag.llm.models import EXTRAS, open_model
from rag.llm.options import Options, options_of
from rag.llm.prompts import NAMES, prompt


def test_a_missing_package_gives_the_pip_line(monkeypatch):
    """The extra of Casebook where there is one, else the package that LangChain names."""
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    for provider, package, line in (
        ("anthropic", "langchain_anthropic", "pip install 'casebook[anthropic]'"),
        ("groq", "langchain_groq", "pip install langchain-groq"),
    ):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(LanguageModelMissing) as missing:
            open_model(f"{provider}:model", Options())
        assert str(missing.value).endswith(line)
    base._get_chat_model_creator.cache_clear()


def test_every_extra_that_is_named_is_there():
    """And is installed by the name that the line gives."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "casebook"
    assert set(EXTRAS.values()) <= set(project["optional-dependencies"])


@pytest.mark.parametrize("name", ["gpt-4o", "openai:", ":x", "nobody:model"])
def test_a_name_that_is_none_is_told(name):
    """One line, with an example or the providers."""
    with pytest.raises(LanguageModelError) as wrong:
        open_model(name, Options())
    assert "\n" not in str(wrong.value)
    assert name in str(wrong.value)


def test_a_key_that_is_missing_is_told(monkeypatch):
    """The provider's own service needs one; nothing is sent to find out."""
    pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LanguageModelError, match="openai:gpt cannot be opened"):
        open_model("openai:gpt", Options())


def test_where_it_goes_is_told_without_credentials(monkeypatch):
    """The address in force, whether it comes from the setting or from the provider's variable."""
    pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    model = open_model("openai:x", Options(), "http://user:word@127.0.0.1:8000/v1")
    assert model.where == "http://127.0.0.1:8000/v1"
    assert not model.is_local
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.example/v1")
    assert open_model("openai:x", Options()).where == "http://elsewhere.example/v1"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(llm_unsupported="keep"), "strike or drop"),
        (Settings(llm_repair="twice"), "on or off"),
        (Settings(llm_background="show"), "label or hide"),
        (Settings(llm_timeout=0), "at least 1"),
        (Settings(llm_price="cheap"), "INPUT/OUTPUT"),
    ],
)
def test_wrong_settings_are_told(settings, said):
    """Nothing is guessed, least of all 'keep what is not supported'."""
    with pytest.raises(ConfigError, match=said):
        options_of(settings)


def test_settings_become_options():
    """Each one counts."""
    found = options_of(
        Settings(
            llm_timeout=7, llm_retries=0, llm_max_tokens=9, llm_unsupported="drop",
            llm_repair="off", llm_price="0.15/0.6", llm_background="hide",
        )
    )  # fmt: skip
    assert found == Options(7.0, 0, 9, "drop", "hide", repair=False, prices=(0.15, 0.6))


# The version of a prompt file, and the hash of its text at that version. Who changes a prompt
# changes both: answers and manifests name the version.
VERSIONS = {
    "write": ("write-2", "4cc5cc6fadf6"),
    "repair": ("repair-2", "f223ae2e5692"),
    "records": ("records-1", "19132715b6a2"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_has_a_version(name):
    """A changed text under an old version would make manifests lie."""
    found = prompt(name)
    assert (found.version, found.hash) == VERSIONS[name]
    text = (found.system + found.human).encode()
    assert hashlib.sha256(text).hexdigest().startswith(found.hash)


def test_nothing_of_it_is_loaded_without_a_model():
    """The default path imports neither LangChain's models nor this package."""
    import subprocess

    code = (
        "import sys, rag.chat, rag.cli.main; "
        "print([m for m in sys.modules if m.startswith(('rag.llm', 'langchain.', 'openai'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"

"""Who answers `casebook ask`: the default engine, or a language model that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.cli.opening import say
from rag.config import Settings
from rag.errors import CasebookError

if TYPE_CHECKING:
    from rag.chat import Casebook
    from rag.llm.events import Done
    from rag.llm.models import Model
    from rag.schema import Answer

NONE = "none"


@dataclass(frozen=True, slots=True)
class Way:
    """How questions are answered: by whom, and with what narrowing."""

    answering: Answering
    k: int
    filters: dict[str, list[str]]
    include_retracted: bool

    def answer(self, casebook: Casebook, turns: Sequence[str]) -> Answer:
        """The answer to the last of `turns`."""
        return self.answering(casebook, turns, self)


Answering = Callable[["Casebook", Sequence[str], Way], "Answer"]


def answering_with(settings: Settings, llm: str | None, manifest: Path | None) -> Answering:
    """Who answers: `--llm` before the setting. A model is opened here, so that what is wrong with
    it is told before the library is opened.

    Raises LanguageModelError, ConfigError.
    """
    name = llm if llm is not None else settings.llm
    if not name or name == NONE:
        if manifest is not None:
            raise typer.BadParameter("needs --llm", param_hint="--manifest")
        return _by_itself
    from rag.llm.models import open_model
    from rag.llm.options import options_of

    options = options_of(settings)
    model = open_model(name, options, settings.llm_url)
    if not model.is_local:
        say(f"casebook: the question and the sentences found for it go to {model.where}")

    def written(casebook: Casebook, turns: Sequence[str], way: Way) -> Answer:
        from rag.llm.chain import converse

        done = converse(
            casebook,
            model,
            turns,
            options=options,
            k=way.k,
            filters=way.filters,
            include_retracted=way.include_retracted,
        )
        _tell(done, model)
        if manifest is not None:
            _keep(done, manifest)
        return done.answer

    return written


def _by_itself(casebook: Casebook, turns: Sequence[str], way: Way) -> Answer:
    return casebook.converse(
        turns, k=way.k, filters=way.filters, include_retracted=way.include_retracted
    )


def _tell(done: Done, model: Model) -> None:
    """What it cost, and whether the model's words are what is shown."""
    used = done.manifest.usage
    cost = "" if used.cost is None else f", cost {used.cost:f}"
    if used.calls:
        say(
            f"casebook: {model.name}: {used.calls} call{'' if used.calls == 1 else 's'}, "
            f"{used.input_tokens} tokens read, {used.output_tokens} written{cost}"
        )
    else:
        say(f"casebook: nothing was sent to {model.name}")
    if done.manifest.why_not:
        say(f"casebook: {done.manifest.why_not}")


def _keep(done: Done, path: Path) -> None:
    from rag.llm.manifest import write_manifest

    try:
        write_manifest(done.manifest, path)
    except OSError as error:
        raise CasebookError(
            f"{path}: the manifest cannot be written ({error.strerror}); give another file"
        ) from error

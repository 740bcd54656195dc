"""The manifest of an answer: with what, from what and how it was written, to be replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UnreadableFile
from rag.schema import Citation, Turn

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost: tokens read and written, calls, and money where prices are known."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is needed to check an answer again without the model.

    `replies` are the model's own words, one for each call, before anything was checked; none where
    it was not asked or did not answer (`why_not`); `truncated` where the first was cut at its
    greatest length. `evidence` is what it was shown, numbered.
    `library` names the library (its id, revision and embedding model), `prompts` the versions of
    the prompt files with their hashes.
    """

    model: str
    where: str
    question: str
    query: str
    engine: str
    answer: str
    library: dict[str, str]
    prompts: dict[str, str]
    evidence: tuple[Citation, ...] = ()
    replies: tuple[str, ...] = ()
    truncated: bool = False
    why_not: str = ""
    unsupported: str = "strike"
    background: str = "label"
    repair: bool = True
    history: tuple[Turn, ...] = ()
    k: int = 8
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    include_retracted: bool = False
    usage: Usage = Usage()
    casebook: str = ""
    format: int = FORMAT


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest as JSON. Raises OSError."""
    path.write_bytes(_adapter().dump_json(manifest, indent=1) + b"\n")


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file. Raises UnreadableFile, naming what is wrong."""
    from pydantic import ValidationError

    try:
        manifest = _adapter().validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableFile(
            path, f"is no manifest of an answer ({place}: {first['msg']}); make one with --manifest"
        ) from error
    if manifest.format != FORMAT:
        raise UnreadableFile(path, f"has format {manifest.format}, this Casebook reads {FORMAT}")
    return manifest


@cache
def _adapter() -> TypeAdapter[Manifest]:
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)

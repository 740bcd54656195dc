"""A manifest → its answer once more, from the replies that were kept; nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from rag.chat import Casebook
from rag.errors import LanguageModelFailed, ReportNotFound
from rag.llm.chain import Wish, consult, fingerprint_of, tell
from rag.llm.events import Done
from rag.llm.evidence import Shown
from rag.llm.manifest import Manifest, Usage
from rag.llm.models import Model
from rag.llm.options import Background, Options, Unsupported
from rag.llm.prompts import NAMES, prompt
from rag.schema import Answer, Report

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.prompts import ChatPromptTemplate


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer as it comes out now; `differences` say, for the user, what is not as it was."""

    answer: Answer
    is_same: bool
    differences: tuple[str, ...] = ()


class Kept:
    """Replies that were kept, given again in their order."""

    def __init__(self, manifest: Manifest) -> None:
        self.replies: list[str] = []
        self.truncated = False
        self._manifest = manifest

    @property
    def usage(self) -> Usage:
        """What it cost then."""
        return self._manifest.usage

    def say(self, template: ChatPromptTemplate, values: Mapping[str, str]) -> Iterator[str]:
        """The next reply, whole; what is asked does not matter."""
        given = len(self.replies)
        if given >= len(self._manifest.replies):
            raise LanguageModelFailed(f"{self._manifest.model} did not answer then")
        self.replies.append(self._manifest.replies[given])
        self.truncated = self._manifest.truncated
        yield self._manifest.replies[given]


def replay(casebook: Casebook, manifest: Manifest) -> Replayed:
    """Checks the kept replies against the texts as they are stored now.

    Raises what `Casebook.ask` raises. A cited report that is gone makes its sentences unsupported.
    """
    wish = Wish(
        manifest.question,
        manifest.history,
        manifest.k,
        manifest.filters,
        manifest.include_retracted,
    )
    told = consult(casebook, wish)
    now = told.evidence
    if manifest.evidence:
        then = Shown(manifest.evidence, _reports(casebook, manifest), now.withheld)
        consulted = replace(told.consulted, reports={**told.consulted.reports, **then.reports})
        told = replace(told, evidence=then, consulted=consulted)
    options = Options(
        unsupported=cast("Unsupported", manifest.unsupported),
        background=cast("Background", manifest.background),
        repair=manifest.repair,
    )
    # No model stands behind it: `Kept` replies.
    model = Model(cast("BaseChatModel", None), manifest.model, manifest.where)
    *_, done = tell(casebook, told, model, Kept(manifest), options)
    assert isinstance(done, Done)
    same = (done.answer.text, done.answer.engine) == (manifest.answer, manifest.engine)
    return Replayed(done.answer, same, tuple(_differences(casebook, manifest, now, same)))


def _reports(casebook: Casebook, manifest: Manifest) -> dict[str, Report]:
    found = {}
    for report_id in dict.fromkeys(c.report_id for c in manifest.evidence):
        try:
            found[report_id] = casebook.library.report(report_id)
        except ReportNotFound:
            continue
    return found


def _differences(casebook: Casebook, manifest: Manifest, now: Shown, same: bool) -> Iterator[str]:
    library = fingerprint_of(casebook)
    if library["id"] != manifest.library.get("id"):
        yield "this is another library than the one that was asked"
    elif library != manifest.library:
        yield "the library has changed since"
    if _places(now) != _places(Shown(manifest.evidence, {})):
        yield "today's search finds other sentences for this question"
    hashes = {prompt(name).version: prompt(name).hash for name in NAMES}
    for version, digest in manifest.prompts.items():
        if hashes.get(version) != digest:
            yield f"the prompt {version} is not the one of today"
    if not same:
        yield "the answer is not the one that was kept"


def _places(shown: Shown) -> list[tuple[str, int, int]]:
    return [(c.report_id, c.start, c.end) for c in shown.citations]

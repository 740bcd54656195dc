"""Files and folders → drafts of reports, and what became of the files that gave none.

Nothing is stored here: a file whose id or content the library has already is told from a new one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rag.config import DEFAULT_LIMITS, Limits
from rag.errors import DuplicateReport, FileError
from rag.formats import READERS
from rag.formats.sandbox import original, parse_safely
from rag.formats.text import report_slug
from rag.library import Library
from rag.schema import Report
from rag.works.alike import Alike

Status = Literal["added", "replaced", "unchanged", "refused"]

# Reports are embedded and committed in groups of about this many characters (60 passages): large
# enough for full batches, small enough that a killed build loses a few seconds.
GROUP_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `message` says why when it was refused.

    `edition_of` is the first edition of the work that it was added to, '' when it is the only one;
    `looks_like` are reports that may be editions of the same work, which a person must decide.
    """

    path: Path
    status: Status
    report_id: str
    passages: int = 0
    message: str = ""
    edition_of: str = ""
    looks_like: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that is to be stored, with the bytes of its file.

    `place` is `place_of` its file; `replaces` says that the library has an older version of it.
    """

    path: Path
    report: Report
    original: bytes
    place: str = ""
    replaces: bool = False


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to read: each path, and below each folder every file with a known suffix, sorted.

    Below a folder, hidden files and folders are passed over.
    """
    for path in paths:
        if path.is_dir():
            yield from (
                found
                for found in sorted(path.rglob("*"))
                if found.suffix.lower() in READERS
                and found.is_file()
                and not any(part.startswith(".") for part in found.relative_to(path).parts)
            )
        else:
            yield path


def place_of(path: Path) -> str:
    """Where a file is, as a hash: a library that is given away must not tell of folders."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()


def groups(
    paths: Sequence[Path],
    library: Library,
    others: list[Outcome],
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[list[Draft]]:
    """The new reports in groups; what became of the other files is appended to `others`.

    A file whose content is stored from a file of this name is not parsed again.
    """
    group: list[Draft] = []
    taken: dict[str, tuple[str, Path]] = {}
    size = 0
    for path in files(paths):
        try:
            data = original(path, limits)
            content = hashlib.sha256(data).hexdigest()
            known = library.id_of_content(content)
            if known is not None and library.original(known)[0] == path.name:
                others.append(Outcome(path, "unchanged", known))
                continue
            report = parse_safely(data, path, limits)
            report = _with_own_id(path, report, content, library, taken)
            status = _status(path, report.id, content, library, taken)
        except FileError as error:
            others.append(Outcome(path, "refused", "", message=error.reason))
            continue
        if status == "unchanged":
            others.append(Outcome(path, status, report.id))
            continue
        taken[report.id] = content, path
        group.append(Draft(path, report, data, place_of(path), replaces=status == "replaced"))
        size += len(report.text)
        if size > GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    yield group


def _with_own_id(
    path: Path,
    report: Report,
    content: str,
    library: Library,
    taken: dict[str, tuple[str, Path]],
) -> Report:
    """The report, called 'chen-xml' when 'chen' is another format's: chen.pdf beside chen.xml."""
    source, _, stored = library.original(report.id)
    if report.id in taken:
        stored, source = taken[report.id][0], str(taken[report.id][1])
    other, own = Path(source).suffix.lower(), path.suffix.lower()
    if not stored or stored == content or other == own or report.id != report_slug(path.name):
        return report
    return replace(report, id=f"{report.id}-{own.removeprefix('.')}")


def _status(
    path: Path,
    report_id: str,
    content: str,
    library: Library,
    taken: dict[str, tuple[str, Path]],
) -> Status:
    """'unchanged' for content that is stored (or was taken in this run) under this id.

    'replaced' for other content of the very file that the stored report came from, else 'added'.
    Raises DuplicateReport when the id belongs to another file, or the content to another id.
    """
    source, _, stored = library.original(report_id)
    if report_id in taken:
        stored, source = taken[report_id][0], str(taken[report_id][1])
    if stored == content:
        return "unchanged"
    edited = report_id not in taken and library.place(report_id) == place_of(path)
    if stored and not edited:
        raise DuplicateReport(
            path,
            f"the id '{report_id}' belongs to '{source}' with different content; give this file "
            "another id (front matter 'id:' or file name), or first: casebook remove "
            f"{report_id}",
        )
    _refuse_twin(path, report_id, content, library, taken)
    return "replaced" if stored else "added"


def _refuse_twin(
    path: Path,
    report_id: str,
    content: str,
    library: Library,
    taken: dict[str, tuple[str, Path]],
) -> None:
    """Raises DuplicateReport when another id has this content."""
    source = ""
    twin = next((name for name, (known, _) in taken.items() if known == content), None)
    if twin is not None:
        source = str(taken[twin][1])
    elif (twin := library.id_of_content(content)) is not None:
        source = library.original(twin)[0]
    if twin is not None:
        raise DuplicateReport(
            path,
            f"the same content is stored from '{source}' under the id '{twin}'; nothing needs to "
            f"be added (to have it as '{report_id}' instead, first: casebook remove {twin})",
        )

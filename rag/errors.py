"""What can go wrong, as one tree; the CLI and the UI translate it in one place each.

    CasebookError
    ├── ConfigError               a setting is unknown or has a wrong value
    ├── QuestionError             the question is empty or too long
    ├── FilterError               a filter names an unknown key or value
    ├── ReportNotFound            no report has this id
    ├── ExtraMissing              an optional package is not installed
    ├── ServiceBusy               too many questions wait for their turn
    ├── LexiconError              the shipped vocabulary is not consistent
    ├── RetractionsError          the CSV of retractions cannot be read
    ├── ModelError                an embedding model cannot be loaded or does not fit
    ├── LanguageModelError        a language model cannot be used as asked
    │   ├── LanguageModelMissing      its package is not installed
    │   └── LanguageModelFailed       it did not answer, or not with anything of use
    ├── FileError                 one file cannot become a report; the others go on
    │   ├── UnknownFormat
    │   ├── UnreadableFile
    │   ├── InvalidReport
    │   └── DuplicateReport
    ├── FetchError                Europe PMC did not give what was asked
    │   ├── ServiceUnavailable        not reachable, too slow, or failing again and again
    │   ├── NotThere                  it has no such document
    │   └── UnusableAnswer            what it sent is no answer (no JSON, a redirect away)
    │       └── TooLarge                  more than any article has
    └── LibraryError              the library folder cannot be used
        ├── LibraryMissing
        ├── LibraryNotEmpty
        ├── LibraryMismatch
        ├── LibraryBusy
        ├── LibraryReadOnly
        └── LibraryDamaged

Every message says what happened, where (file, report id, folder) and what to do next; it is
written for the user and shown as it stands.
"""

from __future__ import annotations

from pathlib import Path


class CasebookError(Exception):
    """The root: a message for the user, never a traceback."""


class ConfigError(CasebookError):
    """A setting is unknown or has a wrong value."""


class QuestionError(CasebookError):
    """The question is empty or longer than what is read."""


class FilterError(CasebookError):
    """A filter names an unknown key or an empty value."""


class ReportNotFound(CasebookError):
    """No report of the library has this id."""


class ExtraMissing(CasebookError):
    """An optional package is not installed; the message has the pip line."""


class ServiceBusy(CasebookError):
    """Too many questions wait for their turn, or one has waited too long; later it may work."""


class LexiconError(CasebookError):
    """The shipped vocabulary contradicts itself (a fault of ours, found at load)."""


class RetractionsError(CasebookError):
    """The CSV of retractions is missing or has not the columns that are needed."""


class ModelError(CasebookError):
    """An embedding model cannot be loaded, or is not the one that the library was made with."""


class LanguageModelError(CasebookError):
    """A language model (`rag.llm`) cannot be used as asked."""


class LanguageModelMissing(LanguageModelError):
    """The package of the model's provider is not installed; the message has the pip line."""


class LanguageModelFailed(LanguageModelError):
    """The model did not answer in time, or not with anything of use."""


class FileError(CasebookError):
    """One file cannot become a report. `path` is that file."""

    def __init__(self, path: Path | str, message: str) -> None:
        self.path = Path(path)
        self.reason = message
        super().__init__(f"{path}: {message}")


class UnknownFormat(FileError):
    """No reader for this suffix."""


class UnreadableFile(FileError):
    """Missing, empty, binary, too large or wrongly encoded."""


class InvalidReport(FileError):
    """The file is readable, but its front matter or its text is not a report."""


class DuplicateReport(FileError):
    """Another report with this id and different content is stored already."""


class FetchError(CasebookError):
    """Europe PMC (`rag.fetch`) did not give what was asked."""


class ServiceUnavailable(FetchError):
    """Not reachable, too slow, or failing again and again; later it may work."""


class NotThere(FetchError):
    """The service has no document at this address (status 404)."""


class UnusableAnswer(FetchError):
    """What the service sent cannot be used: too large, of another kind, or a redirect away."""


class TooLarge(UnusableAnswer):
    """An answer has more bytes than any article; it was not read to its end."""


class LibraryError(CasebookError):
    """The library folder cannot be used as asked."""


class LibraryMissing(LibraryError):
    """There is no library in this folder."""


class LibraryNotEmpty(LibraryError):
    """`index` was asked to build where a library stands already."""


class LibraryMismatch(LibraryError):
    """The library was made with another model, chunker or cleaning version."""


class LibraryBusy(LibraryError):
    """Another process is writing."""


class LibraryReadOnly(LibraryError):
    """A change was asked of a folder that cannot be written."""


class LibraryDamaged(LibraryError):
    """The stored data fail their checks, or the disk refused a write."""

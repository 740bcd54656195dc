"""How a library's texts and vectors were made, and whether today's Casebook made them.

Apart from the write spine (`rag.index`), so that a question need not import the readers of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.adapter import ADAPTED, reading_hash
from rag.clean import CLEANING_VERSION
from rag.config import CHUNKER_VERSION, PASSAGE_TOKENS, RECORDS_VERSION
from rag.library import Library
from rag.search_text import SEARCH_TEXT_VERSION
from rag.sentences import SENTENCES_VERSION

if TYPE_CHECKING:
    from rag.embed import SentenceEncoder


def derivation() -> dict[str, str]:
    """The versions that decide how texts and passages are derived from original files."""
    return {
        "cleaning": CLEANING_VERSION,
        "chunker": f"{CHUNKER_VERSION}/{PASSAGE_TOKENS}",
        "search_text": SEARCH_TEXT_VERSION,
        "sentences": f"{SENTENCES_VERSION}/{reading_hash()}",
    }


def stored_derivation(library: Library) -> dict[str, str]:
    """The versions that the library was made with; empty before the first report."""
    return {key: value for key in derivation() if (value := library.meta(f"made_{key}"))}


def is_outdated(library: Library, encoder: SentenceEncoder) -> bool:
    """Whether the library was derived by other versions than today's."""
    return has_older_texts(library) or (
        bool(stored_derivation(library)) and has_older_adapter(library, encoder)
    )


def has_older_texts(library: Library) -> bool:
    """Whether texts, passages and who is told apart in them were made by another version."""
    stored = stored_derivation(library)
    return bool(stored) and stored != derivation()


def require_model(library: Library, encoder: SentenceEncoder) -> None:
    """Raises LibraryMismatch when another model made the stored vectors.

    An older version of Casebook's own adapter did so in good faith: `rag.index.rederive` replaces
    them, where the library can be written.
    """
    if library.read_only or not has_older_adapter(library, encoder):
        library.require_model(encoder.hash, encoder.name)


def has_older_adapter(library: Library, encoder: SentenceEncoder) -> bool:
    """Whether the vectors are those of another version of Casebook's own adapter."""
    stored = library.meta("model_hash")
    own = library.meta("model_name") == encoder.name == ADAPTED
    return own and stored not in ("", encoder.hash)


def has_older_records(library: Library) -> bool:
    """Whether the stored records of patients were made by another version, or never."""
    return library.case_rows() is None or library.meta("made_records") != RECORDS_VERSION


def remember_records(library: Library) -> None:
    """Store the version of the records (inside the caller's transaction)."""
    library.set_meta(made_records=RECORDS_VERSION)

"""The library folder: `Library` (SQLite, the source of truth) and its word search."""

from rag.library.case_rows import CaseRow, CaseRows, Place
from rag.library.database import exists, set_aside_damaged
from rag.library.library import Library
from rag.library.records import Entry, Facet

__all__ = [
    "CaseRow", "CaseRows", "Entry", "Facet", "Library", "Place", "exists", "set_aside_damaged",
]  # fmt: skip

"""The library folder: `Library` (SQLite, the source of truth) and its word search."""

from rag.library.database import exists, set_aside_damaged
from rag.library.library import Library
from rag.library.records import Entry, Facet

__all__ = ["Entry", "Facet", "Library", "exists", "set_aside_damaged"]

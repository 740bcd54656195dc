"""The library folder: `Library` (SQLite, the source of truth) and its word search."""

from rag.library.database import exists, set_aside_damaged
from rag.library.library import Entry, Facet, Library

__all__ = ["Entry", "Facet", "Library", "exists", "set_aside_damaged"]

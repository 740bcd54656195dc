"""The library folder: `Library` (SQLite, the source of truth) and its word search."""

from rag.library.database import exists
from rag.library.library import Entry, Facet, Library

__all__ = ["Entry", "Facet", "Library", "exists"]

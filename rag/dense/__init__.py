"""Chroma: the dense index, derived from the library's vectors, in immutable generations.

A generation is built into a folder (or, on a server, a collection) of its own, opened afresh and
asked questions whose answers are known, and only then pointed to; it is never changed afterwards.
Chroma overwrites its index in place while saving, so a process killed at that moment leaves it
unqueryable (seen in 6 of 6 aimed kills); a generation that nobody points to yet can be lost
without loss.

This package alone imports chromadb. Distances stay inside.
"""

from rag.dense.errors import DenseUnavailable
from rag.dense.generations import HNSW, PROBES, DenseIndex, Slice, load_chroma

__all__ = ["HNSW", "PROBES", "DenseIndex", "DenseUnavailable", "Slice", "load_chroma"]

"""The command line: the only part of `rag` that prints."""

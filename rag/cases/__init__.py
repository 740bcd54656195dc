"""Patient-level questions: which patients fit, how many of how many, and what says so.

The records themselves are made by `rag.records`; here they are kept in the library, found by
conditions, counted, laid out as tables, compared, and put into words.
"""

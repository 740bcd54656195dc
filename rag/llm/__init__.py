"""Answers that a language model writes and Casebook proves: the chain, and what it needs.

    consult (rag.chat) → evidence → prompt → calling → sentences → checking → [repair] → Answer

`rag.llm.chain` is the whole of it: `generate` for an answer, `events` for its sentences as they are
checked. Nothing outside this package knows a language model, and nothing of it is imported unless
one is configured.
"""

"""A written answer → per sentence, whether the spans that it cites say so, and what they do not.

Deterministic and offline: rules and the lexicon, no model. `check.verify` is the whole of it; the
other modules read one kind of fact each, the same way from a claim and from its spans.
"""

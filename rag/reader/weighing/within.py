"""How a sentence stands out inside its own report.

A question names its subject and asks for something: 'the IVIG ulcer patient: LDH?'. Across reports
the subject decides; inside the right report every passage is about it, and what is left decides.
So words, concepts and vectors are weighed again by how common they are within the report.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.reader.words import concept_names, word_overlap

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Matrix = np.ndarray[Any, np.dtype[np.float64]]

# The mean of a few sentences is mostly noise: it counts fully only when there are many.
SHRINKAGE = 4.0


def within_reports(
    query: str,
    texts: Sequence[str],
    report_ids: Sequence[str],
    query_vector: Vectors,
    vectors: Vectors,
) -> Matrix:
    """Shape (texts, 3): word overlap, concept overlap and cosine, each within the text's report."""
    result = np.zeros((len(texts), 3), dtype=np.float64)
    for report_id in dict.fromkeys(report_ids):
        at = [i for i, own in enumerate(report_ids) if own == report_id]
        own_texts = [texts[i] for i in at]
        result[at, 0] = word_overlap(query, own_texts)
        result[at, 1] = rare_concepts(query, own_texts)
        result[at, 2] = centred_cosine(query_vector, vectors[at])
    return result


def rare_concepts(query: str, texts: Sequence[str]) -> Matrix:
    """For each text the share of the query's concepts that it names; rare ones weigh more."""
    wanted = sorted(concept_names(query, typos=True, shorthand=True))
    held = [concept_names(text, shorthand=True) for text in texts]
    counts = Counter(name for names in held for name in names)
    weights = {name: math.log(1 + len(texts) / (0.5 + counts[name])) for name in wanted}
    total = sum(weights.values()) or 1.0
    return np.asarray(
        [sum(w for name, w in weights.items() if name in names) / total for names in held]
    )


def centred_cosine(query_vector: Vectors, vectors: Vectors) -> Matrix:
    """The cosine after what all the sentences have in common is taken off both sides."""
    count = len(vectors)
    centre = vectors.mean(axis=0) * (count / (count + SHRINKAGE))
    query = (query_vector - centre).astype(np.float64)
    rest = (vectors - centre).astype(np.float64)
    lengths = np.linalg.norm(rest, axis=1) * max(float(np.linalg.norm(query)), 1e-9)
    cosine: Matrix = rest @ query / np.maximum(lengths, 1e-9)
    return cosine

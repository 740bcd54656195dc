"""A question → what it takes for granted and no report of the library holds."""

from __future__ import annotations

from dataclasses import replace

from rag.lexicon import Concept, lexicon
from rag.library import Library
from rag.library.words import is_said, match_expression
from rag.reader.whom.patients import definite_patient
from rag.refusals import Unknown, unknown_things
from rag.unheard_of import unheard_of


def unknown_to(library: Library, query: str) -> Unknown:
    """The drugs, remedies, antibodies and patient of a resolved question that no report has."""
    mentioned = {
        mention.concept.name: _is_mentioned(library, mention.concept)
        for mention in lexicon().find(query, typos=True)
        if mention.concept.kind in ("drug", "antibody")
    }
    found = unknown_things(query, mentioned, _unknown_patient(library, query))
    remedy = unheard_of(library, query)
    return replace(found, names=(remedy, *found.names), others=False) if remedy else found


def _is_mentioned(library: Library, concept: Concept) -> bool:
    """Whether some report names a concept, or one of its kind, in any wording."""
    below = [lexicon().concept(name) for name in lexicon().narrower(concept.name)]
    wordings = [*concept.terms, *(term for kind in below if kind for term in kind.terms)]
    return is_said(library.db, match_expression((), wordings))


def _unknown_patient(library: Library, query: str) -> str:
    """'a 45-year-old man' when the question means a reported patient that no report has."""
    wanted = definite_patient(query)
    if wanted is None or wanted.age is None:
        return ""
    age = wanted.age
    if library.has_facet("age", str(age)):
        return ""
    spoken = [f"{age} year old", f"aged {age}", f"{age} years", f"of {age}", f"age {age}"]
    if is_said(library.db, match_expression((), spoken)):
        return ""
    noun = {"female": "woman or girl", "male": "man or boy"}.get(wanted.sex or "", "patient")
    return f"a {age}-year-old {noun}"

"""An entry of a JATS list of references → one line, as a journal prints it."""

from __future__ import annotations

from rag.formats.jats_text import Element, child, children, descendants, local, words

_CITATIONS = (
    "mixed-citation", "element-citation", "citation", "nlm-citation", "citation-alternatives",
)  # fmt: skip
_TITLES = ("article-title", "chapter-title", "source", "publisher-name")


def entry(ref: Element) -> str:
    """'3. Roe J, Doe K. Title. Journal. 2003;12(3):44-47.' of whatever parts are given."""
    cited = [_citation(found) for found in children(ref, *_CITATIONS)]
    said = " ".join(filter(None, cited)) or words(ref)
    label = words(child(ref, "label")).strip("[]. ")
    return f"{label}. {said}" if label and cited else said


def _citation(citation: Element) -> str:
    if local(citation) == "citation-alternatives":
        forms = children(citation)
        return _citation(forms[0]) if forms else ""
    # Somebody has set the stops and blanks between the parts of a mixed citation.
    if any((part.tail or "").strip() for part in citation) or (citation.text or "").strip():
        return words(citation)
    people = [_person(name) for name in descendants(citation, "name")]
    people += [words(group) for group in descendants(citation, "collab")]
    titles = [words(child(citation, part)).rstrip(".") for part in _TITLES]
    parts = [", ".join(filter(None, people)), *titles, _place(citation)]
    ids = [f"{i.get('pub-id-type')}: {words(i)}" for i in children(citation, "pub-id")]
    return " ".join(f"{part}." for part in (*parts, *ids) if part) or words(citation)


def _person(name: Element) -> str:
    return f"{words(child(name, 'surname'))} {words(child(name, 'given-names'))}".strip()


def _place(citation: Element) -> str:
    """Year, volume, issue and pages: '2003;12(3):44-47'."""
    year, volume, issue, first, last = (
        words(child(citation, part)) for part in ("year", "volume", "issue", "fpage", "lpage")
    )
    place = volume + (f"({issue})" if issue else "")
    pages = "-".join(filter(None, (first, last))) or words(child(citation, "elocation-id"))
    place += f":{pages}" if pages else ""
    return ";".join(filter(None, (year, place)))

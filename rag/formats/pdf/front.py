"""The first page's parts → title and front matter; heads, notes and document info → metadata."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from rag.clean import join_lines, normalise_characters
from rag.formats.assemble import Metadata
from rag.formats.blocks import Block
from rag.formats.front import Front, citation, doi, front_below, is_label, pmid
from rag.formats.headings import classify, is_heading, is_legend
from rag.formats.pdf.parts import Part
from rag.formats.people import names

_FEWEST_LETTERS = 15
_LONGEST = 350
_ALIKE = 88
_JOURNAL = re.compile(
    r"(?:the )?(?:[\w&.,-]+ ){0,6}(?:journal|archives?|annals|acta|bulletin|clinics|advances"
    r"|frontiers|reviews|case reports|lancet|letters)\b(?: (?:of|in|for|and|the|[A-Z][\w&-]*)){0,8}"
    r"(?: open access)?",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?:with|after|patients?|treated|treatment|a case|therapy|successful)\b", re.I
)
_SMALL = {"of", "and", "in", "for", "the", "&", "de", "et"}
_SENTENCE = re.compile(r"[a-z)]\. [A-Z]|[.:;,]$")
_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|dvi|tex|indd|qxd|rtf)\b|^(?:microsoft word|untitled)", re.I
)
# 'Roe et al. Journal of Rare Cases (2021) 15:123', 'J Rare Cases 2019.12:33-37'
_HEADS = (
    re.compile(
        r"et al\.?,?\s+(?P<journal>[A-Z][\w&.: -]{3,80}?),? \(?(?P<year>(?:19|20)\d\d)\)?[;:, ]+\d"
    ),
    re.compile(
        r"(?:^|[|•·] ?)(?P<journal>[A-Z][\w&. -]{3,80}?),? (?P<year>(?:19|20)\d\d)[.;:,] ?\d"
    ),
    re.compile(
        r"(?:^|[|•·] ?)(?P<journal>[A-Z][A-Za-z&. -]{3,80}?),? \(?(?P<year>(?:19|20)\d\d)\)?[;:,.]?"
        r" ?\d{1,4}\b"
    ),
    re.compile(
        r"(?:^|[|•·] ?)(?P<journal>[A-Z][A-Za-z&. -]{3,80}?),? (?:Vol(?:ume|\.)? ?)\d{1,4}\b"
        r".{0,40}?(?P<year>(?:19|20)\d\d)"
    ),
)
_DATED = re.compile(
    r"(?:published|©|copyright|accepted|available|received)\D{0,40}?(?:\d{1,2}\D{1,12})?"
    r"(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def read_front(parts: Sequence[Part], info: dict[str, str]) -> tuple[Front, int]:
    """Title, authors and front matter, and the number of `parts` that these are."""
    place = _title_place(parts, info)
    if place is None:
        return Front(0), 0
    end = place + 1
    while end < len(parts) and _is_same_title(parts[place], parts[end], parts[end - 1]):
        end += 1
    below = parts[end:]
    for part in below:
        if _is_body(part):
            break
        # Names may be set as large as headings.
        part.kind = "text" if part.kind == "heading" else part.kind
    title = _line(t for part in parts[place:end] for t in part.texts)
    above = [_line(part.texts) for part in parts[:place]]
    front = front_below(title, above, [block_of(part) for part in below])
    if not front.title:  # no prose in sight below the title
        return Front(0, title.removesuffix("."), paragraphs=(*above, title)), end
    return front, end + front.end


def _line(texts: Iterable[str]) -> str:
    """Lines of type as one line in the spelling of all texts, without control characters."""
    return join_lines(normalise_characters("\n".join(texts)))


def block_of(part: Part) -> Block:
    """A part as a block of lines, for what the readers share."""
    kind = "text" if part.kind == "note" else part.kind
    lines = [join_lines("\n".join(part.texts))] if part.kind == "heading" else part.texts
    # 'Funding' in small type below 'Conclusion' is no part of it.
    rank = 0 if is_heading(part.text) and classify(part.text)[0] == "other" else part.rank
    shown = [normalise_characters(line) for line in lines]
    return Block(kind, shown, rank, page=part.page, turns=_turns(part))


def _turns(part: Part) -> tuple[tuple[int, int], ...]:
    """The lines of a part (from 0) with which it goes on on another page, each with that page."""
    if len(part.texts) != len(part.lines):  # a table's rows
        return ()
    pages = [line.page for line in part.lines]
    return tuple(
        (number, page)
        for number, (before, page) in enumerate(zip(pages, pages[1:], strict=False), 1)
        if page != before
    )


def _title_place(parts: Sequence[Part], info: dict[str, str]) -> int | None:
    """Where the title is: what the file calls its title, else the largest type on page 1."""
    first = [i for i, part in enumerate(parts) if part.page == parts[0].page]
    fit = [i for i in first if _may_be_title(parts[i])]
    told = info.get("Title", "")
    if len(told.split()) >= 3 and not _FILE_NAME.search(told):
        alike = [i for i in fit if fuzz.ratio(told.casefold(), parts[i].text.casefold()) >= _ALIKE]
        if alike:
            return max(alike, key=lambda i: (parts[i].size, -i))
    if not fit:
        return None
    largest = max(parts[i].size for i in fit)
    sizes = sorted({round(part.size, 1) for part in parts if part.page == parts[0].page})
    body = next((p.size for p in parts if p.kind == "text" and len(p.text) > 300), sizes[0])
    if largest < 1.04 * body:
        # Nothing stands out by its size: a title in bold or capitals, or the first lines.
        fit = [i for i in fit if i < 6 and not _SENTENCE.search(parts[i].text)]
        bold = [i for i in fit if parts[i].lines[0].bold or parts[i].text.isupper()]
        return next(iter(bold or fit), None)
    return next(i for i in fit if parts[i].size >= 0.98 * largest)


def _is_body(part: Part) -> bool:
    """Whether front matter is over: a known heading, or a text of several sentences."""
    known = part.kind == "heading" and is_heading(part.text)
    return known or part.page > 1 or (part.kind == "text" and len(part.text) > 350)


def _may_be_title(part: Part) -> bool:
    text = part.text
    if part.kind not in ("text", "heading") or not _FEWEST_LETTERS <= len(text) <= _LONGEST:
        return False
    if is_heading(text) or is_label(text) or is_legend(text) or len(text.split()) < 2:
        return False  # 'Case report: A rare …' may be a title, 'Case report' is not
    bare = re.sub(r"\([^()]*\)", "", text)  # '… with anakinra (J Test 2021;15:142)' is a title
    if citation(bare)[0] or doi(bare):
        return False
    return not (_JOURNAL.fullmatch(text) and not _TOPIC.search(text))


def _is_same_title(title: Part, part: Part, above: Part) -> bool:
    """Whether a part is a further line of the title: in its type, right below it."""
    return (
        part.page == title.page
        and part.kind in ("text", "heading")
        and abs(part.size - title.size) < 0.02 * title.size
        and part.lines[0].bold == title.lines[0].bold
        and 0 < part.lines[0].base - above.lines[-1].base < 2 * title.size
        and (_is_large(title, part) or not names(part.texts))
        and not is_heading(part.text)
    )


def _is_large(title: Part, part: Part) -> bool:
    """Whether the type is so large that names are not set in it."""
    return title.size > 11 and not re.search(r"[,;]| and ", part.text)


def read_metadata(
    front: Front, early: Sequence[str], heads: Sequence[str], info: dict[str, str], name: str
) -> Metadata:
    """What the pages, then what the file's information says of the paper.

    `early` are the lines of front matter, `heads` those taken off the pages; `name` is the title
    of last resort.
    """
    told = [info[key] for key in ("Subject", "Keywords", "doi", "Title") if info.get(key)]
    said = [*early, *heads]
    journal, year = _citation(said)
    if not journal or not year:
        more = _citation(told)
        journal, year = journal or more[0], year or more[1]
    title = front.title or _told_title(info) or name
    return Metadata(
        title=title,
        authors=front.authors or _told_authors(info),
        journal=journal or _journal_line(said) or _repeated(heads, title, front.authors),
        year=year or _dated(said),
        doi=doi("\n".join(said)) or doi("\n".join(told)),
        pmid=pmid("\n".join(said)),
    )


def _citation(lines: Sequence[str]) -> tuple[str | None, int | None]:
    for line in lines:
        bare = re.sub(r"(?:https?://\S+|\bdoi:?\s*10\.\S+)", "", line, flags=re.I).strip(" .|,;")
        for form in (bare, re.sub(r"^\d{1,5}\s+|\s+\d{1,5}$", "", bare)):
            found = citation(form)
            if found[0]:
                return found
        for pattern in _HEADS:
            match = pattern.search(bare)
            if match and len(bare) <= 200:
                return match["journal"].strip(" .,"), int(match["year"])
    return None, None


def _journal_line(lines: Sequence[str]) -> str | None:
    for line in lines:
        bare = re.sub(r"^\d{1,5}\s+|\s+\d{1,5}$", "", line.strip())
        if _JOURNAL.fullmatch(bare) and not is_label(bare) and len(bare.split()) > 1:
            return bare
    return None


def _repeated(heads: Sequence[str], title: str, authors: Sequence[str]) -> str | None:
    """The head on several pages that gives neither title nor authors: the journal's name."""
    bare = Counter(re.sub(r"^\d{1,5}\s+|\s+\d{1,5}$", "", head.strip()) for head in heads)
    known = set(re.findall(r"\w+", " ".join((title, *authors)).casefold()))
    for head, often in bare.most_common(3):
        words = head.split()
        capitals = all(word[0].isupper() or word in _SMALL for word in words)
        if often < 2 or not 2 <= len(words) <= 8 or not capitals or is_label(head):
            continue
        new = set(re.findall(r"\w+", head.casefold())) - known - _SMALL
        if len(new) > 1 and not re.search(r"\d|\bet al\b|[:;]", head):
            return head
    return None


def _dated(lines: Sequence[str]) -> int | None:
    years = [int(match["year"]) for line in lines for match in _DATED.finditer(line)]
    return max(years, default=None)


def _told_title(info: dict[str, str]) -> str:
    told = info.get("Title", "")
    return "" if _FILE_NAME.search(told) or len(told.split()) < 3 else told


def _told_authors(info: dict[str, str]) -> tuple[str, ...]:
    return names([info["Author"]]) if " " in info.get("Author", "") else ()

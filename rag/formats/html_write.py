"""The blocks of a web page → an Outline: front matter, abstract, body, references, or nothing."""

from __future__ import annotations

import re

from rag.formats.front import opens_letter
from rag.formats.headings import classify, is_heading
from rag.formats.html_blocks import Block
from rag.formats.outline import RUN_IN, Outline, plain
from rag.schema import SectionKind

# Headings of what journals print around their articles.
_NO_PART = re.compile(
    r"(?:related|similar|recommended) (?:articles?|content|stories|links|reading|papers?)\b.*"
    r"|recommended(?: for you)?|you (?:may|might) (?:also )?(?:like|be inter).*"
    r"|(?:read )?more (?:from|in|like|on|by|articles)\b.*"
    r"|most (?:read|viewed|cited|popular|recent)\b.*|(?:cited|referenced) by\b.*"
    r"|citing (?:articles?|literature).*|(?:article )?(?:alt)?metrics|actions"
    r"|share(?: (?:this|on|article)\b.*)?"
    r"|resources|on this page|in this (?:article|issue)|jump to.*|(?:article |table of )?contents"
    r"|cookies?(?: .*)?|(?:your |manage )?(?:privacy|cookies?)\b.*|this (?:site|website) uses .*"
    r"|we (?:use cookies|value your).*|navigation(?: menu| bar)?|(?:main )?menu|footer"
    r"|downloads?(?: .*)?|(?:how to )?cite(?: this)?(?: .*)?|citation tools|reprints.*"
    r"|(?:rights (?:and|&) )?permissions|about this article|about the authors?"
    r"|(?:author )?keywords?|key ?words|mesh terms|newsletters?.*|sign up.*|subscribe.*"
    r"|follow us.*|connect with .*|advertisement|comments? ?\(\d+\)|leave a (?:comment|reply).*"
    r"|post a comment|log ?in.*|sign in.*|associated data|links? to ncbi databases"
    r"|add to collections?|publisher'?s note.*|change history|article (?:tools|information|history)"
    r"|decision letter|author response|(?:peer )?review(?:er)? (?:history|comments|reports?)"
    r"|peer review|article and author information|author (?:details|information|biograph\w+)"
    r"|authors and affiliations"
    r"|access options|buy (?:this )?article|rent .*|get full access.*|save|search",
    re.IGNORECASE,
)
# The parts of a structured abstract, and what cannot be one.
_PART = re.compile(
    r"(?:background|context|objectives?|aims?|purpose|importance|rationale|study design|design"
    r"|setting|participants|interventions?|main outcomes?\b.*|(?:patients? and )?methods?"
    r"|materials? and methods|(?:case )?(?:presentation|report|description)|cases?"
    r"|patient concerns?|diagnos[ie]s|outcomes?|results?|findings?|main results"
    r"|conclusions?(?: and relevance)?|interpretation|lessons|discussion|limitations|significance"
    r"|background and (?:aims?|objectives?)|rationale|clinical rheumatology|funding)",
    re.IGNORECASE,
)
_LEGALESE = re.compile(
    r"©|\bcopyright\b|creative commons|\bCC[ -]BY\b|all rights reserved|\bopen[- ]access article\b"
    r"|\b(?:uses?|accept|about) cookies\b"
    r"|^(?:received|accepted|revised|(?:first )?published)\b.{0,40}\b(?:19|20)\d\d\b"
    r"|^(?:correspond\w+(?: author| address| to)?|address|e-?mail|citation|(?:\w+ )?editors?"
    r"|how to cite.{0,20}|cite (?:this|as).{0,20}|keywords?|key words|conflicts? of interest):",
    re.IGNORECASE,
)
# Links behind an entry; some of the words can end an entry, too, where no brackets are around them.
_NOT_AN_ENTRY = re.compile(
    r"(?: ?\[ ?(?:Google Scholar|PubMed|Cross-?Ref|DOI|PMC free article|CAS|Article|ISI|Medline|PMC"
    r"|Web of Science|Scopus|View Article|View in Article|Full Text(?: PDF)?) ?\]"
    r"| (?:Google Scholar|PubMed|CrossRef|Crossref|Medline|View Article|View in Article|Scopus"
    r"|Open in a new tab))+$"
)
_LINKS = 300
# A paragraph that is a link and says this: 'Peer Review reports', 'View large'.
_LEADS_AWAY = re.compile(
    r"(?:view|download|open|show|hide|expand|full[- ]size|powerpoint|peer review"
    r"|get (?:access|rights))\b.{0,60}$",
    re.IGNORECASE,
)
_PROSE_WORDS = 12
_NOTE = re.compile(r"(?:\S+ ){3,}\S+[.!?]$")
_PERSON = re.compile(r"\b(?:patient|(?:wo)?man|girl|boy|she|he|we)\b", re.IGNORECASE)


def front_end(found: list[Block], title: str = "") -> int:
    """The number of blocks above the article's first section or sentence.

    Whatever stands above the heading that is its `title` is front matter.
    """
    named = (n for n, block in enumerate(found) if block.level == 1 and _is_title(block, title))
    for number, block in list(enumerate(found))[next(named, 0) :]:
        said = plain(block.text)
        # A title can begin like a section: 'Case report: erythema in …'.
        section = block.level > 1 or is_heading(said)
        if block.kind == "heading" and section and not _is_no_part(block):
            return number
        if block.abstract:
            return number
        if block.kind == "text" and (_is_prose(said) or opens_letter(said)):
            return _story_from(found, number)
    # A short note has no such sentence, but one of some kind.
    notes = (n for n, block in enumerate(found) if _NOTE.search(plain(block.text)))
    return next(notes, len(found))


def _is_title(block: Block, title: str) -> bool:
    return plain(block.text).lower().rstrip("*.†‡ ") == title.lower() != ""


def _story_from(found: list[Block], number: int) -> int:
    """Where a text begins whose first long sentence is in block `number`: short ones may precede.

    Above it stand lines about the article, too; those of a story tell of a person.
    """
    while number and found[number - 1].kind == "text":
        said = plain(found[number - 1].text)
        if not (_NOTE.search(said) and _PERSON.search(said)) or _LEGALESE.search(said):
            break
        number -= 1
    return number


class Writer:
    """Writes blocks to `outline`; `title` is not repeated as a heading."""

    def __init__(self, title: str) -> None:
        self.outline = Outline()
        self._title = title.lower()
        self._opening: SectionKind = "other"
        # The levels of the heading whose section is left out, and of that of an abstract.
        self._left_out = 0
        self._abstract = 0
        self._begun = False
        self._boxed = False

    def write(self, body: list[Block]) -> None:
        """Write the article's blocks."""
        kinds = {_kind(block) for block in body if block.kind == "heading" and not block.abstract}
        if kinds - {"other", "references", "legend"}:
            self._opening = "background"
        for block in body:
            if block.kind == "heading":
                self._heading(block)
            elif not self._left_out or block.references or block.kind in ("legend", "rows"):
                self._part(block)

    def _heading(self, block: Block) -> None:
        said = plain(block.text)
        if said.lower().rstrip(".*") == self._title.rstrip("."):
            return
        if self._left_out and block.level > self._left_out:
            return
        self._left_out = block.level if _is_no_part(block) else 0
        if self._left_out:
            return
        kind = _kind(block)
        if block.abstract and not self._boxed:
            self._enter(said if kind == "summary" else "Abstract")
            if kind == "summary":
                return
        if self._is_label(block, said):
            self.outline.label(block.text)
            return
        self._boxed = False
        self._abstract = block.level if kind == "summary" else 0
        self._begun = True
        # What follows an abstract is never a part of it, however deep its heading.
        level = RUN_IN if kind == "summary" else block.level
        self.outline.heading(block.text, level, "references" if block.references else None)

    def _part(self, block: Block) -> None:
        if not self._placed(block):
            return
        if block.linked and _LEADS_AWAY.match(plain(block.text)):
            return
        if block.kind == "legend":
            self.outline.legend(block.text)
        elif block.kind == "rows":
            self.outline.rows(block.rows)
        elif self.outline.kind == "references":
            for entry in block.items or [block.text]:
                self.outline.reference(_entry(entry))
        elif block.kind == "items":
            self.outline.items(block.items, numbered=block.numbered)
        else:
            self.outline.paragraph(block.text)

    def _placed(self, block: Block) -> bool:
        """Begin the section that a block without a heading asks for; False for a licence."""
        if block.abstract and not self._boxed:
            self._enter("Abstract")
        elif (self._boxed and not block.abstract) or not self._begun:
            if block.kind == "text" and _LEGALESE.search(plain(block.text)):
                return False
            self._boxed = False
            if block.kind in ("text", "items") and not block.references:
                self.outline.heading("", RUN_IN, self._opening)
                self._begun = True
        if block.references and self.outline.kind != "references":
            self.outline.heading("References", 1, "references")
        return True

    def _enter(self, heading: str) -> None:
        """Begin the abstract of a box of that name."""
        self._boxed = self._begun = True
        self.outline.heading(heading, RUN_IN, "summary")

    def _is_label(self, block: Block, said: str) -> bool:
        """Whether a heading is one inside an abstract."""
        if self._boxed and block.abstract:
            return True
        below = 0 < self._abstract < block.level
        return below and not block.abstract and _PART.fullmatch(said.rstrip(":. ")) is not None


def _entry(text: str) -> str:
    """An entry of the references without the links behind it (looked for in its end alone)."""
    said = plain(text)
    return said[:-_LINKS] + _NOT_AN_ENTRY.sub("", said[-_LINKS:])


def _is_no_part(block: Block) -> bool:
    return not block.references and _NO_PART.fullmatch(plain(block.text).rstrip(":")) is not None


def _kind(block: Block) -> SectionKind:
    return classify(plain(block.text))[0]


def _is_prose(text: str) -> bool:
    """Whether a line is a sentence of an article, not an address or a licence."""
    words = re.findall(r"[^\W\d_][\w'-]*", text)
    low = sum(word[0].islower() for word in words)
    ends = re.search(r"[\w)\]\"'%][.!?](?:\s|$)", text) is not None
    long = len(words) >= _PROSE_WORDS and low >= 0.55 * len(words)
    return long and ends and not _LEGALESE.search(text)

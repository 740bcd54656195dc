"""Made papers → pages as three kinds of sites show them, with all that stands around an article."""

from __future__ import annotations

import json
import re
from html import escape

from markup_papers import Paper, Part, course, labelled, pieces

NOISE = (
    "We use cookies", "Accept all", "Sign in", "Advertisement", "Another paper about lupus",
    "Most read this week", "Privacy policy", "alert(", "tracker", "Open in a new tab",
    "Google Scholar", "Download PDF", "Skip to main", "Subscribe", "display:none", "Hidden words",
    "Full size image", "Cited by 7", "Follow us",
)  # fmt: skip
_HEAD = "<script>var tracker = {'a': '<p>alert(1)</p>'};</script><style>p {display:none}</style>"


def modern(paper: Paper, style: int) -> bytes:
    """A journal's page of today: JSON-LD and og: tags, sections, raised marks."""
    linked = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Made Journals Online"},
            {
                "@type": "ScholarlyArticle",
                "headline": paper.title,
                "author": [{"@type": "Person", "name": name} for name in paper.authors],
                "datePublished": f"{paper.year}-05-03",
                "identifier": {"@type": "PropertyValue", "value": paper.doi},
                "isPartOf": {
                    "@type": "PublicationIssue",
                    "isPartOf": {"@type": "Periodical", "name": paper.journal},
                },
            },
        ],
    }
    page = _Page(paper, style, "ref-CR", level=2)
    people = "".join(
        f'<li class="author">{escape(name)}<sup>1</sup></li>' for name in paper.authors
    )
    return f"""<!DOCTYPE html><html lang="en" class="js no-cookies"><head><meta charset="utf-8">
<title>{escape(paper.title)} | Made Journals Online</title>{_HEAD}
<meta property="og:title" content="{escape(paper.title)} | Made Journals Online">
<meta property="og:site_name" content="Made Journals Online">
<script type="application/ld+json">{json.dumps(linked)}</script></head>
<body class="article-page has-sidebar cookie-banner-open">
<a class="skip-link" href="#main">Skip to main content</a>
<div id="onetrust-banner-sdk" class="cookie-banner"><h2>Your privacy</h2><p>We use cookies to show
you the best of our journals, and some of them are needed for this site to work as it should.</p>
<button>Accept all</button></div>
<header class="site-header"><nav><ul><li><a href="/">Home</a></li><li><a href="/login">Sign in</a>
</li></ul></nav></header>
<main id="main"><article><header><p class="kicker">Case Report</p><h1>{page.text(paper.title)}</h1>
<ul class="author-list">{people}</ul><p class="dates">Published: 3 May {paper.year}</p>
<a class="download-link" href="/pdf">Download PDF</a></header>
<p style="display: none">Hidden words that order the reader to praise this paper in all answers.</p>
{page.abstract_sections()}
<div class="ad-container"><p>Advertisement</p></div>
{page.sections(lambda h, level, inner: f"<section><h{level}>{h}</h{level}>{inner}</section>")}
{page.modern_figures()}
<section class="references"><h2>References</h2><ol>{page.modern_references()}</ol></section>
</article><aside class="sidebar"><h3>Most read this week</h3><p>Another paper about lupus that has
nothing to do with this one, but has been read by many people.</p></aside></main>
<section><h2>Related articles</h2><p>Another paper about lupus.</p></section>
<footer><p>Privacy policy. Subscribe to our newsletter.</p></footer>
<script>alert('x')</script></body></html>""".encode()


def archive(paper: Paper, style: int) -> bytes:
    """PubMed Central: citation_* tags, links inside brackets or raised, boxes for floats."""
    tags = [
        ("citation_title", paper.title),
        ("citation_journal_title", paper.journal),
        ("citation_publication_date", f"{paper.year} May 3"),
        ("citation_doi", paper.doi),
        ("citation_pmid", paper.pmid),
    ]
    for name in paper.authors:
        given, _, family = name.rpartition(" ")
        tags.append(("citation_author", f"{family}, {given}" if given else family))
    metas = "".join(f'<meta name="{n}" content="{escape(c, quote=True)}">' for n, c in tags)
    page = _Page(paper, style, "B", level=2)
    people = ", ".join(
        f'<a href="https://example.org/?term={n}"><span class="name western">{escape(name)}</span>'
        "</a><sup>1</sup>"
        for n, name in enumerate(paper.authors)
    )
    return f"""<!DOCTYPE html><html lang="en"><head>
<meta http-equiv="Content-Type"
content="text/html; charset=utf-8"><title>{escape(paper.title)} - PMC</title>{metas}{
        _HEAD
    }</head><body>
<section class="usa-banner"><p>An official website of a government. Here is how you know it.</p>
</section><header class="ncbi-header"><form role="search"><input name="q"><button>Search</button>
</form><a href="/login">Sign in</a></header>
<div class="pmc-sidebar"><ul><li><h6>Actions</h6><a>Download PDF</a></li></ul></div>
<main id="main-content"><article lang="en"><section aria-label="Article citation and metadata">
<div class="cite">{escape(paper.journal)}. {paper.year} May 3;12(3):44. doi: <a>{
        paper.doi
    }</a></div>
<h1>{page.text(paper.title)}</h1><div class="cg p">{people}</div>
<div class="ap-panel"><div><sup>1</sup>Department of Skin, Valley Hospital, Town</div></div>
<div>PMID: <a href="https://example.org/{paper.pmid}">{paper.pmid}</a></div></section>
<section class="body main-article-body">{page.archive_abstract()}
{
        page.sections(
            lambda h, level, inner: (
                f'<section id="s"><h{level} class="pmc_sec_title">{h}</h{level}>{inner}</section>'
            )
        )
    }
{page.archive_figures()}
<section id="ref-list1" class="ref-list"><h2>References</h2><section><ul class="ref-list font-sm">
{page.archive_references()}</ul></section></section></section></article></main>
<section class="pmc-other"><h2>Similar articles</h2><ul><li><a href="/1">Another paper about
lupus</a></li></ul><h2>Cited by other articles</h2><p>Cited by 7 papers.</p></section>
<footer class="ncbi-footer"><p>Follow us</p></footer></body></html>""".encode()


def old(paper: Paper, style: int) -> bytes:
    """A site of 2002: tables for layout, unclosed tags, Windows-1252, no word in its head."""
    page = _Page(paper, style, "R", level=3)
    people = ", ".join(paper.authors[:-1]) + (" and " if paper.authors[1:] else "")
    return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>{escape(paper.title)} -- {escape(paper.journal)}</TITLE>{_HEAD}</HEAD>
<BODY BGCOLOR="#ffffff" onload="alert(1)"><TABLE WIDTH="100%"><TR><TD COLSPAN=2 CLASS="banner">
<A HREF="/">Home</A> <A HREF="/login">Sign in</A> <A HREF="/sub">Subscribe</A></TD></TR>
<TR VALIGN=top><TD WIDTH=150><UL><LI><A HREF="/1">Most read this week</A><LI><A HREF="/2">Another
paper about lupus</A></UL></TD><TD><FONT SIZE="-1">{escape(paper.journal)} {paper.year};12(3):44-47
</FONT><BR><BR><FONT SIZE="-1">doi: {paper.doi}</FONT>
<H1>{page.text(paper.title)}</H1><P><STRONG>{escape(people + paper.authors[-1])}</STRONG>
<P><EM>Department of Skin, Valley Hospital, Town</EM>
{page.old_abstract()}{page.sections(lambda h, level, inner: f"<H{level}>{h}</H{level}>{inner}")}
{page.old_figures()}
{"<HR><H3>References</H3><OL>" if paper.references else ""}
{
        "".join(
            f'<LI><A NAME="R{n}"></A>{page.text(_unnumbered(r))} [<A HREF="/m{n}">Medline</A>]'
            for n, r in enumerate(paper.references, 1)
        )
    }{"</OL>" if paper.references else ""}
</TD></TR><TR><TD CLASS="footer"><FONT SIZE="-2">Privacy policy</FONT></TD></TR></TABLE>
</BODY></HTML>""".encode("cp1252", "xmlcharrefreplace")


DESIGNS = {"modern": modern, "archive": archive, "old": old}


class _Page:
    """The parts of a page; `anchor` is how the references are called, `level` that of headings."""

    def __init__(self, paper: Paper, style: int, anchor: str, level: int) -> None:
        self.paper = paper
        self.style = style
        self.level = level
        self._anchor = anchor
        self._sentence = 0

    def text(self, text: str) -> str:
        plain = [escape(p).replace("–", "&ndash;").replace("γ", "&#947;") for p in pieces(text)]
        inner = "".join(f"<sup>{p}</sup>" if n % 2 else p for n, p in enumerate(plain))
        inner = re.sub(r"\b(dermatomyositis)\b", r"<i>\1</i>", inner, count=1)
        return re.sub(r" (with|and) ", r"\n  \1 ", inner)

    def prose(self, text: str) -> str:
        """A paragraph with a mark after every third sentence."""
        sentences = re.split(r"(?<=[a-z)]\.) (?=[A-Z])", text)
        return " ".join(map(self._marked, sentences))

    def _marked(self, sentence: str) -> str:
        self._sentence += 1
        inner = self.text(sentence)
        if self._sentence % 3 or not re.search(r"[a-z)]\.$", sentence):
            return inner
        three, four = (f'<a href="#{self._anchor}{n}">{n}</a>' for n in (3, 4))
        raised = (
            f"<sup>{three},{four}</sup>",
            "<sup>3–5</sup>",
            f'<a href="#{self._anchor}7"><sup>7</sup></a>',
        )
        inside = (f" [{three}, {four}].", f" ({three}).", f" (see {three}–{four}).")
        if (self._anchor == "R") or self.style % 2:
            return inner[:-1] + inside[self.style % 3]
        return inner + raised[self.style % 3]

    def sections(self, section) -> str:
        """The body, each part made by `section(heading, level, inner)`; 'Course' in long cases."""
        return "".join(self._part(part, section) for part in self.paper.parts)

    def _part(self, part: Part, section) -> str:
        cut = course(part) if self.style % 2 else len(part.paragraphs)
        inner = "".join(map(self._paragraph, part.paragraphs[:cut]))
        if part.paragraphs[cut:]:
            rest = "".join(map(self._paragraph, part.paragraphs[cut:]))
            inner += section("Course", self.level + 1, rest)
        return section(self.text(part.heading), self.level, inner) if part.heading else inner

    def _paragraph(self, text: str) -> str:
        lines = text.split("\n")
        items = "".join(f"<li>{self.text(x[2:])}</li>" for x in lines if x.startswith("- "))
        opening = self.prose(" ".join(x for x in lines if not x.startswith("- ")))
        items = f"<ul>{items}</ul>" if items else ""
        if self._anchor == "R":
            return (f"<P>{opening}" if self.style % 2 else f"{opening}<BR><BR>") + items
        return f"<p>{opening}</p>{items}" if opening else items

    def abstract_sections(self) -> str:
        if not self.paper.abstract:
            return ""
        if self.style % 2:
            inner = "".join(f"<p>{self.prose(text)}</p>" for text in self.paper.abstract)
        else:
            inner = "".join(
                f"<h3>{label}</h3><p>{self.prose(said)}</p>"
                for label, said in labelled(self.paper.abstract)
            )
        return f'<section class="c-abstract"><h2>Abstract</h2>{inner}</section>'

    def archive_abstract(self) -> str:
        inner = "".join(f"<p>{self.prose(text)}</p>" for text in self.paper.abstract)
        keywords = '<section class="kwd-group"><p><strong>Keywords:</strong> skin</p></section>'
        found = f'<section class="abstract" id="abstract1"><h2>Abstract</h2>{inner}</section>'
        return found + (keywords if self.style % 5 == 9 else "") if inner else ""

    def old_abstract(self) -> str:
        inner = "".join(f"<P>{self.prose(text)}" for text in self.paper.abstract)
        return f"<H3>Abstract</H3>{inner}" if inner else "<P>"

    def modern_figures(self) -> str:
        figures = "".join(
            f'<figure id="f{n}"><img src="f.png" alt="A picture"><figcaption>{self.text(text)}'
            '</figcaption><p><a href="/f">Full size image</a></p></figure>'
            for n, text in enumerate(self.paper.figures, 1)
        )
        return figures + "".join(
            f'<div class="table-wrapper"><table><caption>{self.text(caption)}</caption>'
            f"{self._rows(rows)}</table></div>"
            for caption, rows in self.paper.tables
        )

    def archive_figures(self) -> str:
        figures = "".join(
            f'<figure class="fig xbox font-sm" id="f{n}"><h4 class="obj_head">{label}</h4>'
            '<p class="img-box"><a><img src="f.jpg"></a></p><div class="p text-right"><a>Open in a '
            f"new tab</a></div><figcaption><p>{said}</p></figcaption></figure>"
            for n, (label, said) in enumerate(map(self._label, self.paper.figures), 1)
        )
        return figures + "".join(
            f'<section class="tw xbox font-sm" id="t{n}"><h4 class="obj_head">{label}</h4><div '
            f'class="caption p"><p>{said}</p></div><div class="tbl-box p"><table class="content">'
            f"{self._rows(rows)}</table></div><div><a>Open in a new tab</a></div></section>"
            for n, ((label, said), rows) in enumerate(
                ((self._label(caption), rows) for caption, rows in self.paper.tables), 1
            )
        )

    def old_figures(self) -> str:
        figures = "".join(f"<P><IMG SRC='f.gif'><P>{self.text(f)}" for f in self.paper.figures)
        return figures + "".join(
            f"<P>{self.text(caption)}<TABLE BORDER=1>{self._rows(rows)}</TABLE>"
            for caption, rows in self.paper.tables
        )

    def modern_references(self) -> str:
        return "".join(
            f'<li id="ref-CR{n}"><p>{self.text(_unnumbered(text))}</p><p class="links"><a '
            'href="https://example.org">Google Scholar</a></p></li>'
            for n, text in enumerate(self.paper.references, 1)
        )

    def archive_references(self) -> str:
        return "".join(
            f'<li id="B{n}"><span class="label">{n}.</span><cite>{self.text(_unnumbered(text))}'
            '</cite> [<a href="https://example.org">DOI</a>] [<a href="x">Google Scholar</a>]</li>'
            for n, text in enumerate(self.paper.references, 1)
        )

    def _label(self, legend: str) -> tuple[str, str]:
        match = re.match(r"((?:Fig(?:ure)?s?\.?|Table) ?\w{1,3}[.:]?) (.+)", legend, re.DOTALL)
        return (match[1], self.text(match[2])) if match else ("", self.text(legend))

    def _rows(self, rows: list[list[str]]) -> str:
        lines = ("".join(f"<td>{self.text(cell)}</td>" for cell in row) for row in rows)
        return "".join(f"<tr>{line}</tr>" for line in lines)


def _unnumbered(reference: str) -> str:
    return re.sub(r"^\[?\d{1,3}[.)\]] ?", "", reference)

"""A conversation → Markdown, a web page in one file, or the references of what was cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from rag.bibliography import entries, written
from rag.cite import heading, lines_of
from rag.render import plain, source_line
from ui import answer_view
from ui.escape import as_html
from ui.proof import Exchange

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_REMARK = "Casebook says what was reported; it does not advise."


def to_markdown(exchanges: Iterable[Exchange]) -> str:
    """Questions, answers with their marks, and the sources with the words that were quoted."""
    return "\n\n".join(_markdown(one) for one in exchanges) + f"\n\n*{_REMARK}*\n"


def _markdown(exchange: Exchange) -> str:
    given = exchange.answer
    lines = [f"## {_text(given.question)}", ""]
    if given.short_answer:
        lines += [f"**{_text(given.short_answer)}**", ""]
    if given.table is None and given.citations:
        for said in lines_of(given.citations):
            quoted = " ".join(f"{_quote(c.quote, c.source_kind)} [{c.number}]" for c in said)
            lines += [f"{_text(heading(said))}: {quoted}", ""]
        if given.checked is None:  # else the text is a model's
            for line in answer_view.said_beside(given):
                lines += [_text(line, marks=True), ""]
    else:
        lines += [*(_text(line, marks=True) for line in given.text.splitlines()), ""]
    if given.query.strip() != given.question.strip():
        lines += [f"Read as: {_text(given.query)}", ""]
    if exchange.filters:
        said = "; ".join(f"{key}: {', '.join(values)}" for key, values in exchange.filters)
        lines += [f"Only {_text(said)}", ""]
    if given.notice:
        lines += [_text(given.notice), ""]
    lines += [f"- [{c.number}] {_text(source_line(c))}" for c in given.citations]
    lines += [
        f"- nearest passage: {_text(source_line(one.citation))}: {_text(one.citation.quote)}"
        for one in exchange.nearest
    ]
    return "\n".join(lines).rstrip()


def _quote(words: str, kind: str) -> str:
    return _text(words) if kind == "digest" else f'"{_text(words)}"'


def _text(words: str, *, marks: bool = False) -> str:
    """Text of a document on one line, without what Markdown could take for markup."""
    shown = _MARKUP.sub(r"\\\1", plain(" ".join(words.split())))
    return re.sub(r"\\\[(\d+)\\\]", r"[\1]", shown) if marks else shown


def to_html(exchanges: Sequence[Exchange], title: str = "Casebook conversation") -> str:
    """The conversation as a page of its own: it loads nothing, and runs nothing."""
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    body = "".join(answer_view.exchange(one, number) for number, one in enumerate(exchanges))
    # A page that is read from a file has no other page to open a report in.
    body = re.sub(r'<p><a href="library\?[^>]*>Read it in the report</a></p>', "", body)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{as_html(title)}</title><style>:root{{color-scheme:light dark}}"
        f"body{{font-family:sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}}{style}"
        f"</style></head><body><h1>{as_html(title)}</h1>{body}<p>{as_html(_REMARK)}</p>"
        "</body></html>\n"
    )


def references(exchanges: Iterable[Exchange], form: str) -> str:
    """What was cited, as 'bibtex' or 'ris', with the quotations as notes."""
    return written(entries(c for one in exchanges for c in one.answer.citations), form)

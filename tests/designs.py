"""How test papers are set, and which texts of this repository they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Design:
    """How the paper is set."""

    columns: int = 2
    fonts: str = "times"
    size: float = 9.5
    interleaved: bool = False
    spaced: bool = True  # the file has space characters, not gaps alone
    indented: bool = True
    justified: bool = True
    hyphenated: bool = True
    raised: bool = True
    ligatures: bool = False
    heads: str = "author"  # author, journal, foot, none
    headings: str = "bold"  # bold, caps, large, italic, plain
    table: str = ""  # rules, spaces
    wide_table: bool = False
    figure: bool = False
    notes: bool = False
    citation: bool = True
    wide_abstract: bool = True
    small_references: bool = True
    info: bool = False
    run_in: bool = False
    gutter: float = 18
    first_page: int = 41


ONE = Design(columns=1, size=10.5)
DESIGNS = {
    "one": ONE,
    "one-ragged": replace(
        ONE,
        justified=False,
        indented=False,
        hyphenated=False,
        heads="foot",
        fonts="sans",
        headings="large",
        table="spaces",
    ),
    "one-plain": replace(ONE, headings="plain", heads="journal", figure=True, table="rules"),
    "one-ligatures": replace(ONE, fonts="vera", size=9.5, ligatures=True, heads="foot", info=True),
    "two": Design(),
    "two-interleaved": Design(interleaved=True, headings="caps", figure=True),
    "two-interleaved-gaps": Design(
        interleaved=True, spaced=False, indented=False, heads="journal", table="rules"
    ),
    "two-narrow-gutter": Design(gutter=11, spaced=False, notes=True, heads="foot", figure=True),
    "two-sans": Design(
        fonts="sans", size=8.5, headings="large", notes=True, table="spaces", heads="journal"
    ),
    "two-run-in": Design(
        run_in=True, headings="italic", wide_abstract=False, notes=True, interleaved=True
    ),
    "two-wide-table": Design(
        table="rules", wide_table=True, figure=True, headings="large", heads="foot"
    ),
    "two-wide-spaces": Design(table="spaces", wide_table=True, interleaved=True, headings="caps"),
    "three": Design(columns=3, size=7.5, gutter=14, figure=True, interleaved=True, notes=True),
    "two-ligatures": Design(
        fonts="vera",
        size=7.8,
        ligatures=True,
        info=True,
        citation=False,
        heads="none",
        table="rules",
    ),
}
SOURCES = (
    "eval/texts/syn-a01.txt",
    "eval/texts/syn-a02.txt",
    "eval/texts/syn-a03.txt",
    "eval/texts/syn-a05.txt",
    "eval/texts/syn-a06.txt",
    "corpus/training/texts/syn-t11.txt",
    "corpus/training/texts/syn-t21.txt",
    "corpus/training/texts/syn-t31.txt",
    "corpus/training/texts/syn-t35.txt",
    "corpus/training/texts/syn-t41.txt",
    "corpus/reports/kuwano-2006-ivig-ulcers.md",
    "corpus/reports/gu-2021-ecmo-postpartum.md",
)

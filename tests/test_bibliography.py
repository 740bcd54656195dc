"""Citations for reference managers, read back with the libraries that read such files."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from rag.bibliography import entries, entries_of, to_bibtex, to_csl, to_ris, written
from rag.errors import QuestionError
from rag.schema import Citation, Report

CITATION = Citation(
    number=1,
    report_id="kuwano-2006-ivig-ulcers",
    title="Ulcers & IVIg: 100% of {one} case_report",
    authors=("Kuwano Y", "Yoshihiro Müller-Lüdenscheidt", "WHO"),
    journal="Acta Dermato-Venereologica",
    year=2006,
    doi="10.1080/00015555-0016",
    pmid=None,
    source_kind="digest",
    basis="full text",
    section="Case",
    page=None,
    start=10,
    end=60,
    quote="One month after the second infusion\nthe ulcers had healed.",
)
OTHERS = (
    replace(CITATION, number=2, start=70, end=90, quote="No side effect was observed."),
    replace(
        CITATION, number=3, report_id="my-paper", title="A paper", authors=(), journal=None,
        year=None, doi=None, pmid="123", source_kind="paper", quote="Pain eased.",
    ),
)  # fmt: skip


def test_one_entry_for_each_report():
    """Two citations of one report are two notes of one entry."""
    found = entries((CITATION, *OTHERS))
    assert [(entry.key, len(entry.notes)) for entry in found] == [
        ("kuwano-2006-ivig-ulcers", 2),
        ("my-paper", 1),
    ]


def test_bibtex_reads_back():
    """Bibtexparser finds what was written, special signs and quotations included."""
    from bibtexparser import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    library = parse_string(
        to_bibtex(entries((CITATION, *OTHERS))), append_middleware=[LatexDecodingMiddleware()]
    )
    assert not library.failed_blocks
    first, second = library.entries
    assert (first.entry_type, second.entry_type) == ("article", "misc")
    title = first["title"].replace("{", "").replace("}", "")
    assert title == "Ulcers & IVIg: 100% of one case_report"
    assert first["author"] == "Kuwano, Y. and Müller-Lüdenscheidt, Yoshihiro and WHO"
    assert first["doi"] == "10.1080/00015555-0016"
    assert first["year"] == "2006"
    assert "One month after the second infusion the ulcers had healed." in first["note"]
    assert "No side effect was observed." in first["note"]
    assert second["url"] == "https://pubmed.ncbi.nlm.nih.gov/123/"


def test_ris_reads_back():
    """Rispy finds type, authors, year, DOI and each quotation as a note."""
    import rispy

    first, second = rispy.loads(to_ris(entries((CITATION, *OTHERS))))
    assert (first["type_of_reference"], second["type_of_reference"]) == ("JOUR", "GEN")
    assert first["title"] == CITATION.title
    assert first["authors"] == ["Kuwano, Y.", "Müller-Lüdenscheidt, Yoshihiro", "WHO"]
    assert (first["year"], first["doi"]) == ("2006", CITATION.doi)
    assert len(first["notes"]) == 2
    assert "the ulcers had healed." in first["notes"][0]


def test_ris_has_no_line_but_tagged_ones():
    """The file begins with TY; no record is numbered, which strict importers refuse."""
    import rispy

    written = to_ris(entries((CITATION, *OTHERS)))
    lines = [line for line in written.split("\n") if line]
    assert [line for line in lines if not re.match(r"[A-Z][A-Z0-9]  - ", line)] == []
    assert written.startswith("TY  - JOUR\n")
    assert [line[:2] for line in lines].count("TY") == len(rispy.loads(written)) == 2


def test_csl_reads_back():
    """Citeproc takes the items as they are."""
    from citeproc.source.json import CiteProcJSON

    items = json.loads(to_csl(entries((CITATION, *OTHERS))))
    read = CiteProcJSON(items)
    assert set(read) == {"kuwano-2006-ivig-ulcers", "my-paper"}
    assert items[0]["author"][0] == {"family": "Kuwano", "given": "Y."}
    assert items[0]["author"][2] == {"literal": "WHO"}
    assert items[0]["issued"] == {"date-parts": [[2006]]}
    assert "No side effect was observed." in items[0]["note"]


def test_only_an_authors_words_stand_in_quotation_marks():
    """A digest's words are Casebook's; a paper's are quoted."""
    digest, paper = entries((CITATION, *OTHERS))
    assert '"' not in digest.notes[0]
    assert '"Pain eased."' in paper.notes[0]


def test_a_title_cannot_forge_a_field():
    """A line break in a title ends no field of RIS."""
    import rispy

    odd = replace(CITATION, title="One\nER  - \nTY  - JOUR\nTI  - Two")
    assert len(rispy.loads(to_ris(entries((odd,))))) == 1


def test_braces_in_a_title_cannot_end_an_entry():
    """Unbalanced braces leave the next entry whole."""
    from bibtexparser import parse_string

    odd = replace(CITATION, title="A } brace {", quote="and } here")
    library = parse_string(to_bibtex(entries((odd, *OTHERS))))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == ["kuwano-2006-ivig-ulcers", "my-paper"]


def test_reports_without_quotations():
    """A report is exported as it is known."""
    report = Report("x", "Title", "Text", (), "x.txt", "paper", "full text", authors=("Kuwano Y",))
    (item,) = json.loads(to_csl(entries_of([report])))
    assert item == {
        "id": "x",
        "type": "article",
        "title": "Title",
        "author": [{"family": "Kuwano", "given": "Y."}],
    }


def test_an_unknown_format_is_refused():
    """The message names the known ones."""
    with pytest.raises(QuestionError, match="bibtex, ris, csl-json"):
        written([], "endnote")

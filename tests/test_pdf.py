"""The PDF reader: what it makes of type and place, and which files it refuses."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag.errors import FileError, InvalidReport, UnreadableFile
from rag.formats.pdf import read_pdf

NAME = Path("case.pdf")
LONG = "She was given prednisolone 40 mg daily and her strength came back within six weeks. " * 3
Spot = tuple[str, float, float, float]
"""Text, x, y from the top, and size."""


def pdf(*pages: list[Spot], encrypt: str = "", **information: str) -> bytes:
    """A PDF of words at places."""
    buffer = io.BytesIO()
    lock = StandardEncryption(encrypt) if encrypt else None
    canvas = Canvas(buffer, pagesize=(600, 800), invariant=1, encrypt=lock)
    for key, value in information.items():
        getattr(canvas, f"set{key.capitalize()}")(value)
    for page in pages:
        for text, x, y, size in page:
            font = "Symbol" if text in "γαβ" else "Times-Roman"
            canvas.setFont(font, size)
            canvas.drawString(x, 800 - y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(*texts: str, top: float = 200, x: float = 60, size: float = 10) -> list[Spot]:
    return [(text, x, top + 12 * n, size) for n, text in enumerate(texts)]


def title(text: str = "Ulcers of the palms in dermatomyositis") -> list[Spot]:
    return [(text, 60, 80, 18), ("Jane A. Roe, John B. Doe", 60, 110, 11)]


def body(data: bytes) -> str:
    report = read_pdf(data, NAME)
    return "\n".join(report.text[s.start : s.end] for s in report.sections if s.kind != "front")


PROSE = (
    "A 52-year-old woman had had painful ulcers of both palms since the spring of the year,",
    "and a violaceous eruption of the eyelids. Creatine kinase was normal at that time.",
)


def test_a_hyphen_at_a_line_end_goes_only_where_it_parted_a_word():
    """'methylprednisolone' is joined, 'anti-TIF1-γ' keeps its hyphens."""
    text = body(
        pdf(
            title()
            + lines(
                *PROSE,
                "She was treated with pulses of methylpredniso-",
                "lone on three days. The serum contained anti-",
            )
            + [("TIF1-", 60, 248, 10), ("γ", 83.4, 248, 10), ("antibodies at once.", 91, 248, 10)]
        )
    )
    assert "pulses of methylprednisolone on three days" in text
    assert "contained anti-TIF1-γ antibodies" in text


@pytest.mark.parametrize(
    ("word", "raised", "following", "wanted"),
    [
        ("dermatomyositis.", "1,2", "The", "dermatomyositis. The"),
        ("disease", "3–5", "and", "disease and"),
        ("given 10 mg/m", "2", "weekly", "10 mg/m² weekly"),
        ("cells 2.4 × 10", "9", "per litre", "2.4 × 10⁹ per litre"),
        ("the 5", "th", "week", "the 5th week"),
        ("Gottron", "*", "papules", "Gottron papules"),
    ],
)
def test_raised_marks_go_and_exponents_stay(word, raised, following, wanted):
    """What stands small and high is a reference, unless it squares a unit or counts a week."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    end = 60 + stringWidth(word, "Times-Roman", 10)
    after = end + stringWidth(raised, "Times-Roman", 6.5) + 2.5
    spots = [(word, 60, 224, 10), (raised, end, 220.5, 6.5), (following, after, 224, 10)]
    assert wanted in body(pdf(title() + lines(*PROSE) + spots))


def test_a_lowered_number_stays():
    """'B12' is no reference."""
    spots = [("Vitamin B", 60, 224, 10), ("12", 98.5, 226, 6.5), ("was normal.", 107, 224, 10)]
    assert "Vitamin B12 was normal." in body(pdf(title() + lines(*PROSE) + spots))


def test_title_and_authors_come_from_the_type():
    """The journal's name above is no title, whatever its size."""
    spots = [("Journal of Rare Skin Diseases", 60, 40, 24), *title(), *lines(*PROSE)]
    report = read_pdf(pdf(spots), NAME)
    assert report.title == "Ulcers of the palms in dermatomyositis"
    assert report.authors == ("Jane A. Roe", "John B. Doe")
    assert report.journal == "Journal of Rare Skin Diseases"


def test_information_of_the_file_is_the_last_resort():
    """For title and authors when the page shows none."""
    page = lines(*PROSE, LONG[:90])
    data = pdf(page, title="Ulcers in a woman of 52", author="Jane A. Roe, John B. Doe")
    report = read_pdf(data, NAME)
    assert report.title == "Ulcers in a woman of 52"
    assert report.authors == ("Jane A. Roe", "John B. Doe")
    assert read_pdf(pdf(page, title="Microsoft Word - a.docx"), NAME).title == "case"


@pytest.mark.parametrize(
    ("head", "journal", "year"),
    [
        ("Acta Derm Venereol 2006; 86: 158–159", "Acta Derm Venereol", 2006),
        ("Roe et al. Journal of Rare Cases (2021) 15:123", "Journal of Rare Cases", 2021),
        ("Annals of Dermatology Vol. 23, No. 3, 2011", "Annals of Dermatology", 2011),
    ],
)
def test_journal_and_year_are_read_off_the_head(head, journal, year):
    """In the forms that publishers use."""
    report = read_pdf(pdf([(head, 60, 40, 8), *title(), *lines(*PROSE)]), NAME)
    assert (report.journal, report.year) == (journal, year)


def test_a_head_on_several_pages_that_is_not_the_title_names_the_journal():
    """Publishers print it on every page, and the short title on every other."""
    heads = (
        "Ulcers of the palms",
        "Rare Skin Practice",
        "Ulcers of the palms",
        "Rare Skin Practice",
    )
    pages = [
        [(head, 60, 40, 8), *(title() if not n else []), *lines(*PROSE)]
        for n, head in enumerate(heads)
    ]
    assert read_pdf(pdf(*pages), NAME).journal == "Rare Skin Practice"


def test_a_doi_in_the_foot_is_found():
    """As a link, without the address in front."""
    foot = [("https://doi.org/10.1186/s13256-021-00001-2", 60, 770, 8)]
    report = read_pdf(pdf(title() + lines(*PROSE) + foot), NAME)
    assert report.doi == "10.1186/s13256-021-00001-2"
    assert "doi.org" not in body(pdf(title() + lines(*PROSE) + foot))


def test_a_section_heading_with_the_number_of_its_page_is_no_running_head():
    """'2. Treatment' on top of page 2 stays."""
    pages = [
        title() + lines(*PROSE) + [("1", 300, 780, 8)],
        [("2. Treatment given", 60, 60, 12), *lines(*PROSE, top=100), ("2", 300, 780, 8)],
        lines(*PROSE, top=60) + [("3", 300, 780, 8)],
    ]
    assert "2. Treatment given" in read_pdf(pdf(*pages), NAME).text


def test_a_cell_of_several_lines_is_one_cell():
    """Rows are told apart by what begins in the first column."""
    cells = [
        ("Table 1. Treatment and outcome", 60, 230, 8),
        *[(t, x, 250, 8) for t, x in (("Patient", 60), ("Treatment", 160), ("Outcome", 330))],
        *[(t, x, 264, 8) for t, x in (("1 (woman)", 60), ("Methotrexate and", 160), ("Well", 330))],
        ("hydroxychloroquine", 160, 273, 8),
        *[(t, x, 287, 8) for t, x in (("2 (man)", 60), ("Azathioprine", 160), ("Relapse", 330))],
    ]
    text = read_pdf(pdf(title() + lines(*PROSE) + cells), NAME).text
    assert "Patient | Treatment | Outcome\n" in text
    assert "1 (woman) | Methotrexate and hydroxychloroquine | Well\n2 (man) | Aza" in text


def test_an_abstract_keeps_its_labels():
    """'Results' of the abstract begin no section; those of the paper do."""
    rare = (
        "Ulcers of the palms are rare in this disease and are hard to heal by any means, so",
        "that we looked for them in all the patients of our clinic.",
    )
    spots = title() + [("Abstract", 60, 150, 14)]
    for number, label in enumerate(("Background", "Results")):
        spots += [(label, 60, 180 + 60 * number, 12), *lines(*rare, top=196 + 60 * number)]
    spots += [("Introduction", 60, 330, 14), *lines(*rare, top=350)]
    spots += [("Results", 60, 400, 14), *lines(*rare, top=420)]
    sections = read_pdf(pdf(spots), NAME).sections
    assert [s.kind for s in sections] == ["front", "summary", "background", "results"]


def test_small_print_at_the_foot_of_a_column_does_not_cut_a_sentence():
    """Whatever it says."""
    story = [f"In week {n} the ulcers of the palms were as painful." for n in range(30)]
    left = lines(*story, "In the end she was treated in our hospital with", top=150, size=9)
    note = lines("1 Sold in some countries under other names.", top=540, size=7)
    right = lines("Immunoglobulin at 2 g/kg each month.", *story, top=150, x=320, size=9)
    text = read_pdf(pdf(title() + left + note + right), NAME).text
    assert "treated in our hospital with Immunoglobulin at 2 g/kg each month." in text
    assert "Sold in some countries" in text


def picture() -> bytes:
    """A page that is one grey picture."""
    grey = b"P5 40 60 255\n" + b"\x80" * 2400
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.drawImage(ImageReader(io.BytesIO(grey)), 0, 0, 600, 800)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a PDF"),
        (b"Case 1. A woman of 52", "not a PDF"),
        (b"%PDF-1.4\n" + b"\x00" * 200, "damaged"),
        (pdf(title() + lines(*PROSE))[:400], "damaged"),
        (pdf(title() + lines(*PROSE), encrypt="secret"), "encrypted"),
        (picture(), "pictures without a text layer"),
        (pdf([]), "no text"),
        (pdf(*[[("A", 60, 60, 10)]] * 401), "401 pages"),
    ],
    ids=["empty", "text", "zeroes", "cut", "encrypted", "scan", "blank", "long"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data, said):
    """And with the file's name."""
    with pytest.raises(UnreadableFile, match=said) as caught:
        read_pdf(data, NAME)
    assert caught.value.path == NAME


def test_headings_alone_are_no_report():
    """As in a plain text."""
    with pytest.raises(InvalidReport, match="headings only"):
        read_pdf(pdf([("Introduction", 60, 80, 14), ("Acknowledgements", 60, 200, 14)]), NAME)


@pytest.mark.parametrize("seed", range(60))
def test_damage_anywhere_is_survived(seed):
    """A file with bytes changed is read or refused, never anything else."""
    data = bytearray(pdf(title() + lines(*PROSE)))
    for step in range(1 + seed % 20):
        data[(seed * 7919 + step * 104729) % len(data)] = (seed * 31 + step * 17) % 256
    try:
        report = read_pdf(bytes(data), NAME)
    except FileError:
        return
    assert all(report.text[s.start : s.end].strip() for s in report.sections)


def test_threads_read_one_after_another():
    """Pdfium is not thread safe; reports from eight threads equal the one read alone."""
    files = [pdf(title(f"Ulcers in patient number {n}") + lines(*PROSE)) for n in range(8)]
    alone = [read_pdf(data, NAME) for data in files]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda data: read_pdf(data, NAME), files)) == alone

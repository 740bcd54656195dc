"""The sound files that fuzzing starts from: a short made paper in every format, and larger ones.

`documents(suffix)` gives their bytes, short ones first; what is made of them is a matter of
`fuzz_mutations`.
"""

from __future__ import annotations

from functools import cache

from places import ROOT

SUFFIXES = (".md", ".txt", ".xml", ".html", ".docx", ".pdf")

HEAD = """---
id: roe-2021-made-letter
title: Dapsone and IVIG in two made patients
authors: [Jane A. Roe, John B. Doe]
journal: Journal of Made Dermatology
year: 2021
doi: 10.5555/made.1
pmid: "30000001"
article_type: case series
basis: full text
cases:
  - age: 56
    sex: female
    subtype: anti-MDA5 DM
    antibodies: [anti-MDA5]
    features: [skin ulcers]
    prior_treatments:
      - {drug: prednisolone, dose: 40 mg/day, route: oral}
    treatment:
      - drug: dapsone
        dose: 100 mg/day
    response: complete
    time_to_response: 3 weeks
    adverse_events: haemolysis
  - age: 61.5
    sex: male
not_in_source: [follow_up]
---
"""
BODY = """# Dapsone and IVIG in two made patients

Jane A. Roe¹, John B. Doe²

## Abstract

Two patients with dermatomyositis were treated; both improved within weeks.

## Case 1

A 56-year-old woman had skin ulcers (CK 1,240 U/L; anti-MDA5 positive).[1] She took dapsone
100 mg daily, and the rash cleared in 3 weeks. Haemo-
globin fell by 1.2 g/dL.

- Prednisolone 40 mg/day had failed.
- Methotrexate 15 mg once a week was stopped.

| Visit | CK (U/L) | Dose |
|---|---|---|
| Baseline | 2,140 | 40 mg |
| Month 3 | 88 | none |

## Case 2

A 61-year-old man received IVIG 2 g/kg every 4 weeks (5 × 10³ mg/m²). His strength returned; the
ulcers healed after the second course, ≥ 90 % of the area.

Fig. 1. Left hand before the treatment.

## Discussion

Neither drug is new. 3. It was given before.2,3 What helped whom remains open (see Table 1).

## References

1. Doe J, Roe J. Dapsone again. J Made Dermatol 2019; 12: 41-48.
2. Roe J. IVIG once more. Ann Made Med 2020; 3: 1-9.
"""
LETTER = """JOURNAL OF MADE DERMATOLOGY 2021; 12: 41-48    doi: 10.5555/made.2

To the Editor: We saw two brothers with derma-
tomyositis. The first, a 44-year-old man, took hydroxy-
chloroquine 200 mg twice a day; his brother, aged 47, was given rituximab 1 g twice.

ROE ET AL.                                                           42
\f
The younger one improved after 6 weeks, the other only after
the second course. Laboratory values:

Visit        CK (U/L)      Dose
Baseline     2,140         40 mg
Month 3      88            none

J. Roe, Northgate Hospital
"""
TITLE = "Dapsone and IVIG in two made patients"
# Long texts show what short ones cannot: pages, columns, many sections.
LARGE = ("syn-t11", "syn-t21", "syn-t31")


@cache
def documents(suffix: str) -> tuple[bytes, ...]:
    """Sound files of a format, the short ones (all but the last three) first."""
    made: tuple[bytes, ...] = {
        ".md": _markdown, ".txt": _text, ".xml": _jats, ".html": _html, ".docx": _docx,
        ".pdf": _pdf,
    }[suffix]()  # fmt: skip
    return made


def _markdown() -> tuple[bytes, ...]:
    texts = (f"{HEAD}{BODY}", BODY, HEAD.replace("basis: full text\n", "") + LETTER)
    return (*(text.encode() for text in texts), *_large())


def _text() -> tuple[bytes, ...]:
    plain = BODY.replace("#", "").replace("|", "  ")
    return (LETTER.encode(), plain.encode(), plain.encode("utf-16"), *_large())


def _large() -> list[bytes]:
    return [(ROOT / "corpus/training/texts" / f"{name}.txt").read_bytes() for name in LARGE]


def _papers() -> list:
    """The short paper and the large ones, as the makers of markup want them."""
    import markup_papers

    short = markup_papers.Paper(
        "roe-2021-made", TITLE, ("Jana Roe", "Karl van Doe"), "Journal of Made Dermatology", 2021,
        "10.5555/made.1", "30000001", 2, 2,
        abstract=["Two patients with dermatomyositis were treated; both improved within weeks."],
        parts=[
            markup_papers.Part(
                "Case 1", "case", 1,
                ["A 56-year-old woman took dapsone 100 mg daily. The rash cleared in 3 weeks.",
                 "- CK 1,240 U/L\n- Haemoglobin fell."],
            ),
            markup_papers.Part("Case 2", "case", 2, ["A 61-year-old man had IVIG 2 g/m² twice."]),
            markup_papers.Part("Discussion", "discussion", None, ["Neither drug is new."]),
        ],
        figures=["Fig. 1. Left hand before the treatment."],
        tables=[("Table 1. Course", [["Visit", "CK"], ["Baseline", "2,140"], ["Month 3", "88"]])],
        references=["1. Doe J. Dapsone again. J Made Dermatol 2019; 12: 41-48."],
    )  # fmt: skip
    large = [markup_papers._paper(path, 7) for path in markup_papers.TEXTS if path.stem in LARGE]
    return [short, *large]


def _jats() -> tuple[bytes, ...]:
    from make_jats import jats

    short, *large = _papers()
    made = [jats(short, style) for style in range(4)] + [jats(paper, 1) for paper in large]
    return tuple(text.encode() for text in made)


def _html() -> tuple[bytes, ...]:
    from make_html import DESIGNS

    short, *large = _papers()
    made = [make(short, style) for make in DESIGNS.values() for style in (0, 1)]
    return (*made, *(DESIGNS["modern"](paper, 1) for paper in large))


def _docx() -> tuple[bytes, ...]:
    from docx_parts import of_paragraphs
    from make_docx import write
    from manuscripts import manuscript

    paragraphs = [line for line in BODY.replace("#", "").split("\n") if line.strip()]
    short = [of_paragraphs(*paragraphs), of_paragraphs(*paragraphs[:9], style="List Bullet")]
    return (*short, *(write(manuscript(name)) for name in LARGE))


def _pdf() -> tuple[bytes, ...]:
    from designs import DESIGNS
    from make_pdf import make
    from typeset_papers import Paper, load

    large = [load(ROOT / "corpus/training/texts" / f"{name}.txt") for name in LARGE]
    sections = [
        ("case", "Case 1", ["A 56-year-old woman took dapsone 100 mg daily. It cleared.1,2"]),
        ("discussion", "Discussion", ["Neither drug is new, and what helped remains open."]),
        ("references", "References", ["1. Doe J. Dapsone. J Made Dermatol 2019; 12: 41-48."]),
    ]
    short = Paper(
        large[0].report, TITLE, ("Jane A. Roe", "John B. Doe"), "Journal of Made Dermatology",
        2021, "10.5555/made.1", sections,
    )  # fmt: skip
    looks = ("one", "one-plain", "two-interleaved", "two-sans")
    made = [make(short, DESIGNS[look]) for look in looks]
    return (*made, *(make(paper, DESIGNS["two-run-in"]) for paper in large))

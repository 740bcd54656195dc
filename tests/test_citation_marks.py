"""rag.formats.citation_marks: what goes with a reference mark, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.formats.citation_marks import literal, reference, settle, superscript

SETTLED = {
    # R: a link to a reference, S: a superscript, both: a raised link.
    "weak{S3}.": "weak.",
    "weak.{S3,4} She": "weak. She",
    "weak.{S3–5}She": "weak. She",
    "weak [{R3}, {R4}] and": "weak and",
    "weak ({R3}–{R5}).": "weak.",
    "weak [{R3}], [{R4}] and": "weak and",
    "weak {R[3]}.": "weak.",
    "weak ({R3}; Fig. 1)": "weak (Fig. 1)",
    "weak (Table 2; {R3}, {R4})": "weak (Table 2)",
    "weak (for review, see {R12}).": "weak.",
    "weak (see {R1} and references therein), but": "weak, but",
    "as shown in [{R3}], she": "as shown in [3], she",
    "as shown in Fig. {R2} and": "as shown in Fig. 2 and",
    "Figs. {R1} and {R2} show": "Figs. 1 and 2 show",
    "reported cases [{R3}].": "reported cases.",
    "Smith et al. ({RSmith 2010})": "Smith et al. (Smith 2010)",
    "in {R2010} it": "in 2010 it",
    "{S12}Roe": "Roe",
    "weak*": "weak*",
    "500 mg/m{S2} weekly": "500 mg/m² weekly",
    "45 kg/m{S2}": "45 kg/m²",
    "3 cm{S3}": "3 cm³",
    "4 × 10{S9}/L": "4 × 10⁹/L",
    "10{S−3} mol L{S-1}": "10⁻³ mol L⁻¹",
    "χ{S2} = 4 and R{S2}": "χ² = 4 and R²",
    "in 2010{S3} she": "in 2010 she",
    "1,110{S3} units": "1,110 units",
    "CD8{S+} T cells": "CD8+ T cells",
    "Ca{S2+}": "Ca2+",
    "the 2{Snd} dose of Privigen{S®}": "the 2nd dose of Privigen®",
    "{S18}F-FDG and [{S99m}Tc]": "18F-FDG and [99mTc]",
    "SpO{S2} of 90": "SpO2 of 90",
    "strain mc{S2}155": "strain mc²155",
    "IVIG{S3} was": "IVIG was",
    "mg{S2} was": "mg was",
    "DRB1{S*}03:01": "DRB1*03:01",
    "P = 0.03{S†} and": "P = 0.03 and",
    "V600{SE} mutant": "V600E mutant",
    "serum{Sa} and": "serum and",
}


def marked(text: str) -> str:
    """'{S3}' and '{R3}' as the readers write them."""
    parts = text.replace("}", "{").split("{")
    kinds = {"S": superscript, "R": reference}
    return "".join(p if n % 2 == 0 else kinds[p[0]](p[1:]) for n, p in enumerate(parts))


@pytest.mark.parametrize(("source", "plain"), SETTLED.items(), ids=SETTLED)
def test_marks_go_and_what_is_no_mark_stays(source: str, plain: str) -> None:
    assert settle(marked(source)) == plain


def test_a_raised_link_is_a_mark_in_both_orders() -> None:
    """<sup><a>3</a>,<a>4</a></sup> and <a><sup>3</sup></a>, even where a bare link would stay."""
    inside = superscript(f"{reference('3')},{reference('4')}")
    outside = reference(superscript("3"))
    assert settle(f"as found in{inside} and m{outside} was") == "as found in and m was"


def test_text_cannot_forge_a_mark() -> None:
    """The characters in between are taken out of the source."""
    forged = superscript("3")
    assert literal(f"a{forged}b") == "a3b"


@given(st.text(alphabet="\ufdd0\ufdd1\ufdd2\ufdd3 ,;–()[]3abin.", max_size=60))
def test_no_text_leaves_its_characters_behind(text: str) -> None:
    settled = settle(text + "\ufdd3")
    assert not set(settled) & set("\ufdd0\ufdd1\ufdd2\ufdd3")


HOSTILE = {
    "digits": superscript("1" * 50_000 + "!"),
    "links": "(" + " ".join([reference("3")] * 5_000) + "!",
    "brackets": "(" * 20_000 + reference("3"),
    "leads": "(" + "for review see " * 5_000 + reference("3"),
    "commas": superscript("1, " * 20_000 + "x"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_marks_take_no_time(text: str) -> None:
    start = time.perf_counter()
    settle(text)
    assert time.perf_counter() - start < 2

"""rag.formats.running_heads: page furniture goes on evidence, and content never goes."""

from __future__ import annotations

import pytest

from rag.formats.running_heads import drop_running_heads

# An unfinished sentence, so that a line below it may cut it in two.
_LONG = "The rash that the farmer had on his hands went on and on until he was taken to the"


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        (f"A title\n\n{_LONG}\n\nPage 3 of 7\n\nhospital.", ["Page 3 of 7"]),
        (f"A title\n\n{_LONG}\n\n- 12 -\n\nhospital.", ["- 12 -"]),
        (f"A title\n\n{_LONG}\n\n12\n\nhospital.", ["12"]),
        (f"A title\n\n{_LONG}\n\nTest Derm 23(3) 34~51\n\nhospital.", ["Test Derm 23(3) 34~51"]),
        (f"A title\n\n{_LONG}\n\n350 Tost Derm\n\nhospital.", ["350 Tost Derm"]),
        (f"A title\n\n{_LONG}\n\nRoe et al.\n\nhospital.", ["Roe et al."]),
        (f"Thick elbows of many farmers\n\n{_LONG}\n\nThick elbows of many farmers 4\n\nhospital.",
         ["Thick elbows of many farmers 4"]),
        (f"A title\n\n{_LONG}\n\fHead of page\nabc def.\n\f\nHead of page\nghi.",
         ["Head of page"] * 2),
        ("A title\nabc\n12\n\f\n13\nHead\ndef.", ["12", "13"]),
        (f"A title\n\n{_LONG}\n\nCASE REPORT\n\nhospital.", ["CASE REPORT"]),
        (f"A title\n\n{_LONG}\n\n350 Tost Derm\n\nhospital, and\n351 Tost Derm\nback.",
         ["350 Tost Derm", "351 Tost Derm"]),
        (f"A title\n\n{_LONG}\n\nRoe et al. Page 3 of 6\n\nhospital.", ["Roe et al. Page 3 of 6"]),
        (f"A title\n\n{_LONG}.\n\nVol. 25, No. 3, 2013 341\n\nHe left.",
         ["Vol. 25, No. 3, 2013 341"]),
        (f"A title\n\n{_LONG}.\n\n418 Tost Derm\n\nHe left. {_LONG}.\n\nElbows 419\n\nHe came.",
         ["418 Tost Derm", "Elbows 419"]),
        (f"A title\n\n{_LONG}\n\n\u00a9 2003 Test Press\n\nhospital.", ["\u00a9 2003 Test Press"]),
    ],
    ids=[
        "page", "dashes", "bare", "journal", "number-first", "authors", "title", "repeated",
        "both-ends", "heading", "inside", "authors-page-of", "issue-alone", "facing-pages",
        "imprint",
    ],
)  # fmt: skip
def test_page_furniture_goes(text: str, dropped: list[str]) -> None:
    """A line goes when it stands alone and its look and place say that it is no content."""
    kept, lines = drop_running_heads(text.replace("\f", "\n\f\n"))
    assert list(lines) == dropped
    assert not set(dropped) & set(kept.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        f"A title\n\n{_LONG}\n\nGottron papules\n\nand a hospital.",
        f"A title\n\n{_LONG}.\n\n350 mg\n\nHe left.",
        f"Prednisone\n\n{_LONG}.\n\nPrednisone 40\n\n{_LONG}.\n\nPrednisone 30\n\nHe left.",
        f"A title\n\n{_LONG}.\n\n418 Tost Derm\n\n{_LONG}.\n\n419 Tost Derm\n\nHe left.",
        f"A title\n\n{_LONG}.\n\n6 Weeks later\n\n{_LONG}.\n\nDose 9\n\nHe left.",
        f"A title\n\n{_LONG}.\n\nVisit 1\n\nred\n\nVisit 2\n\nblue",
        f"A title\n\n{_LONG}.\n\n4/5\n\n{_LONG}.",
        f"A title\n\n{_LONG}.\n\nPain\n\n7\n\nItch\n\n9\n\n{_LONG}.",
        f"A title\n\nTest Derm 12(3): 4-5\n\n{_LONG}.",
        f"Skin in 2010\n\n{_LONG}.",
        f"A title\n\n{_LONG}.\n\nReferences\n\nRoe J. Rash. J Test 12(3): 4-5\n\n12\n",
        f"A title\n\n{_LONG} J Test\n12\nand on.",
    ],
    ids=[
        "sign",
        "dose",
        "doses",
        "numbers-on-one-side",
        "far-numbers",
        "visits",
        "strength",
        "scores",
        "citation",
        "title",
        "references",
        "inside",
    ],
)
def test_content_that_looks_like_furniture_stays(text: str) -> None:
    """A dose, a score, a sign or an entry of the references is never taken for a page head."""
    assert drop_running_heads(text) == (text, ())

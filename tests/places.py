"""Where things lie, and which digests the small test library is made of."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# Six digests of the train split, chosen once: two of one drug, one with two patients, one cohort.
SMALL = (
    "cohen-nd-dapsone-two-patients",
    "kasteler-1997-methotrexate-skin",
    "ogawa-2017-rituximab-mda5",
    "levine-2012-acth-gel",
    "clinrheumatol-2022-lung-transplant-two",
    "wong-type-acitretin",
)

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

# Those, the digests that the page's suggested questions need, and enough patients for a quiz.
STOCK = (
    *SMALL,
    "badawi-2020-iv-thiosulfate",
    "buzoianu-2026-baricitinib-mda5-child",
    "casablanca-2021-npc-stage-one",
    "chandler-2020-hemorrhagic-myositis",
    "devries-2022-anti-sae1",
    "gelber-2000-mycophenolate-skin",
    "harada-2022-tif1-cohort",
    "hydroxychloroquine-worsening-2023",
    "ida-2023-tofacitinib-escalation",
    "kuwano-2006-ivig-ulcers",
)

HOSTILE = """# Thalidomide <script>window.stolen = 1</script>

A man of 44 years took thalidomide and his rash healed <img src="http://192.0.2.1/a.png"
onerror="window.stolen = 2"> within 5 weeks of thalidomide ![b](http://192.0.2.1/b.png) treatment.
"""
"""A report that tries to run and to fetch something."""

"""By which route a claim says that a drug was given, against its spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.grounds import Grounds
from rag.verify.names import Named, claimed_routes, named, related, routes
from rag.verify.verdict import Reason


def check_routes(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for each route of a claim by which its spans do not say that its drug was given."""
    said = routes(grounds.text)
    spoken = {route for route, _, _ in claimed_routes(grounds.text)}
    drugs = any(one.kind == "drug" for one in named(claim))
    for route, start, end in claimed_routes(claim):
        if route == "subcutaneous" and not drugs and not _INJECTED.search(claim):
            continue  # calcium, fat or air lie there
        if wrong := _other_route(route, end, claim, grounds.text):
            yield Reason("route", f"{grounds.place} says {wrong}", start, end)
        elif (
            route == "intravenous"
            and route not in spoken
            and not _INFUSED.match(claim[end:])
            or route not in said
            and not (route == "topical" and _TOPICAL.search(grounds.text))
        ):
            yield Reason("route", f"{claim[start:end]} is not in {grounds.place}", start, end)


def _other_route(route: str, end: int, claim: str, text: str) -> str:
    """The other route by which the spans say that the drug behind a route was given, or ''."""
    drug = next((n for n in named(claim) if n.kind == "drug" and _beside(n, end)), None)
    told = []
    for one in named(text) if drug else ():
        if drug and one.kind == "drug" and related(one.name, drug.name):
            near = [(r, a, b) for r, a, b in claimed_routes(text) if _beside(one, b)]
            told += near or _behind(one, text) or [("", 0, 0)]
    if told and all(r and r != route for r, _, _ in told):
        return text[told[0][1] : told[0][2]]
    return ""


def _behind(drug: Named, text: str) -> list[tuple[str, int, int]]:
    """The routes that stand behind a drug's dose: 'MTX 15 mg/m2 weekly by subcutaneous injection';
    up to the next drug and the end of the clause.
    """
    ends = [n.start for n in named(text) if n.kind == "drug" and n.start >= drug.end]
    ends += [m.start() for m in _CLAUSE.finditer(text, drug.end)]
    end = min([*ends, len(text)])
    return [found for found in claimed_routes(text) if drug.end <= found[1] < end]


_CLAUSE = re.compile(r"[;:]|,\s|\.\s|\s(?:and|but|then|before|after)\s")


def _beside(drug: Named, end: int) -> bool:
    """Whether a route that ends here is the first word of a drug's name, or stands before it."""
    return drug.start < end <= drug.end or 0 <= drug.start - end <= 2


_INJECTED = re.compile(r"\binject|\bgiven\b|\bdose", re.IGNORECASE)
_TOPICAL = re.compile(r"\btopical|\blocal\s(?:therap|treatment|steroid|cortico)", re.IGNORECASE)
_INFUSED = re.compile(r"\s(?:\w+\s)?(?:immun|methylpred|infus|puls|dose|Ig)", re.IGNORECASE)

"""Whom a claim is about, against its spans: sex, patient, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.schema import Sex
from rag.verify.grounds import Grounds
from rag.verify.people import counted_sexes, numbered, sexes, sources
from rag.verify.verdict import Reason


def check_people(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for the wrong sex, the wrong patient, or the wrong paper."""
    for one in sexes(claim):
        if one.sex in grounds.sexes or (one.pronoun and not grounds.sexes):
            continue
        told = f", which is about a {grounds.sexes[0]} patient" if grounds.sexes else ""
        said = claim[one.start : one.end]
        yield Reason("sex", f"{said!r} is not in {grounds.place}{told}", one.start, one.end)
    told_counts = counted_sexes(grounds.text)
    for number, sex in sorted(counted_sexes(claim) - told_counts):
        other: Sex = "male" if sex == "female" else "female"
        if (number, other) in told_counts:
            message = f"{grounds.place} counts {number:g} {other}, not {sex}"
            yield Reason("sex", message, 0, len(claim.rstrip()))
    for each in numbered(claim):
        lists = [set(n.numbers) for n in numbered(grounds.text)]
        several = len(each.numbers) > 1 and any(len(found) > 1 for found in lists)
        named = {n for found in lists for n in found} if grounds.patients is None else set()
        known = set(each.numbers) <= {*(grounds.patients or ()), *named}
        if not known or (several and set(each.numbers) not in lists):
            told = ", ".join(map(str, sorted(set(grounds.patients or ()))))
            said = claim[each.start : each.end]
            about = f"is about patient {told}, not {said}" if told else f"does not name {said}"
            yield Reason("patient", f"{grounds.place} {about}", each.start, each.end)
    for source in sources(claim):
        names = {w for author in grounds.authors for w in re.findall(r"[\w'’-]+", author)}
        if source.name not in grounds.text and (
            source.name not in names or source.year not in grounds.years
        ):
            said = claim[source.start : source.end]
            yield Reason("source", f"{grounds.place} is not {said}", source.start, source.end)

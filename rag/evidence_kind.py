"""Citations → the notice that says what kind of evidence they are: reports, patients, controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.schema import Citation, Hit, Report

SOURCE_READ = {
    "abstract": "the abstract that was read",
    "excerpt": "the excerpt that was read",
    "full text": "the full text",
}


def notice(
    citations: Sequence[Citation], reports: Mapping[str, Report], hits: Sequence[Hit]
) -> str:
    """One or two sentences on the evidence behind an answer, or on what was searched in vain."""
    if not citations:
        return _searched(hits, reports)
    cited = [reports[report_id] for report_id in dict.fromkeys(c.report_id for c in citations)]
    of_work: dict[str, dict[str, Report]] = {}
    for c in citations:
        of_work.setdefault(c.of_work, {})[c.report_id] = reports[c.report_id]
    parts = [f"Evidence: {_counted([list(found.values()) for found in of_work.values()])}."]
    digests = [report for report in cited if report.source_kind == "digest"]
    if digests:
        bases = dict.fromkeys(SOURCE_READ[report.basis] for report in digests)
        parts.append(
            "Digest text is Casebook's own wording, written from "
            f"{' and '.join(bases)}, not reviewed by a clinician."
        )
    missing = dict.fromkeys(item for report in digests for item in report.not_in_source)
    if missing:
        bases = dict.fromkeys(SOURCE_READ[report.basis] for report in digests)
        parts.append(f"Not in {' or '.join(bases)}: {', '.join(missing)}.")
    return " ".join(parts)


def _counted(works: Sequence[Sequence[Report]]) -> str:
    """'1 case report, 2 single patients described'; each work is given by its cited editions.

    Editions of one work tell of the same patients: the one that tells of most of them counts.
    """
    kinds: dict[str, int] = {}
    for editions in works:
        known = [one.article_type for one in editions if one.article_type != "unknown"]
        kind = known[0] if known else "report"
        kinds[kind] = kinds.get(kind, 0) + 1
    words = [f"{count} {kind if count == 1 else _plural(kind)}" for kind, count in kinds.items()]
    patients = sum(max(one.patients for one in editions) for editions in works)
    if patients:
        words.append(f"{patients} single patient{'s' if patients > 1 else ''} described")
    if "trial" in kinds:
        return ", ".join(words)
    return ", ".join([*words, "no controls"])


def _plural(kind: str) -> str:
    return "case series" if kind == "case series" else f"{kind}s"


def _searched(hits: Sequence[Hit], reports: Mapping[str, Report]) -> str:
    if not hits:
        return "Nothing in the library is near this question."
    partly = sorted(
        {reports[hit.passage.report_id].basis for hit in hits if hit.passage.report_id in reports}
        - {"full text"}
    )
    if not partly:
        return "Silence of these reports is no evidence that something did not happen."
    return (
        f"Many of the reports were read only in the {' or the '.join(partly)}: what is not in "
        f"{' or '.join(SOURCE_READ[basis] for basis in partly)} may still be in the paper."
    )

"""`casebook compare` and `similar`: patients side by side, and patients like one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rag.cli.ask import warn_of_identifiers
from rag.cli.cases import JSON_OPTION, LIBRARY_OPTION, print_json, quotation, records_in
from rag.cli.opening import open_library
from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.cases.compare import Comparison
    from rag.cases.similar import Shared, Similar
    from rag.schema import Citation


def compare(
    places: list[str] = typer.Argument(metavar="REPORT[:PATIENT]…", help="Two or more of them."),
    as_json: bool = JSON_OPTION,
    library: Path = LIBRARY_OPTION,
) -> None:
    """Lay reports or patients side by side, field by field, each cell with its citations.

    Example: casebook compare ida-2023-tofacitinib-escalation:2 ogawa-2017-rituximab-mda5
    """
    from rag.cases.compare import compare as lay_out
    from rag.cases.narrowing import Stored

    if len(places) < 2:
        raise typer.BadParameter("name two or more", param_hint="REPORT")
    with open_library(library) as opened:
        found = lay_out(places, records_in(opened), Stored(opened))
    if as_json:
        print_json(_comparison_json(found))
    else:
        _tell_comparison(found)


def _comparison_json(found: Comparison) -> dict[str, Any]:
    return {
        "places": list(found.places),
        "fields": {
            name: [{"text": cell.text, "citations": list(cell.citations)} for cell in cells]
            for name, cells in found.rows.items()
        },
        "citations": [quotation(citation) for citation in found.citations],
    }


def _tell_comparison(found: Comparison) -> None:
    from rag.render import plain, source_line

    lines = []
    for name, cells in found.rows.items():
        lines.append(name.replace("_", " "))
        for place, cell in zip(found.places, cells, strict=True):
            marks = "".join(f" [{number}]" for number in cell.citations)
            lines.append(f"  {place}: {cell.shown}{marks}")
    lines += ["", "Sources", *(f"[{c.number}] {source_line(c)}" for c in found.citations)]
    typer.echo("\n".join(plain(line) for line in lines))


def similar(
    file: Path = typer.Argument(None, metavar="FILE", help="A text file; '-': stdin."),
    text: str = typer.Option(None, "--text", help="The vignette itself."),
    k: int = typer.Option(5, "--k", min=1, max=100, help="Number of patients."),
    as_json: bool = JSON_OPTION,
    library: Path = LIBRARY_OPTION,
) -> None:
    """Find the published patients nearest to a de-identified vignette, and say why.

    Says for each what is shared, what is contradicted, and what the report does not say. The
    vignette is not stored.

    Example: casebook similar --text "48-year-old man, anti-MDA5, rapidly progressive ILD, no rash"
    """
    from rag.cases.narrowing import Stored
    from rag.cases.similar import similar as nearest
    from rag.cases.similar import vignette

    told = _text(file, text)
    warn_of_identifiers(told)
    read = vignette(told)
    if not read.findings:
        raise QuestionError(
            "The vignette names no finding, antibody, form or drug that is known; describe the "
            "patient in a sentence or two"
        )
    with open_library(library) as opened:
        found, citations = nearest(read, records_in(opened), Stored(opened), k)
    if as_json:
        print_json(_similar_json(found, citations))
    else:
        _tell_similar(found, citations)
    raise typer.Exit(0 if found else 3)


def _text(file: Path | None, text: str | None) -> str:
    if (file is None) == (text is None):
        raise typer.BadParameter("give a FILE or --text, one of them", param_hint="FILE")
    if text is not None:
        return text
    assert file is not None
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise QuestionError(
            f"{file}: cannot be read ({error.strerror}); name another file, or give --text"
        ) from None
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"{file}: cannot be read as text ({error}); give a UTF-8 file"
        ) from None


def _similar_json(found: Sequence[Similar], citations: Sequence[Citation]) -> dict[str, Any]:
    from rag.cases.table import row_of

    def parts(shared: Sequence[Shared]) -> list[dict[str, Any]]:
        return [{"what": one.what, "citations": list(one.citations)} for one in shared]

    return {
        "similar": [
            {
                "place": one.record.id,
                "score": round(one.score, 3),
                "matched": parts(one.matched),
                "mismatched": parts(one.mismatched),
                "unreported": list(one.unreported),
                "record": row_of(one.record),
            }
            for one in found
        ],
        "citations": [quotation(citation) for citation in citations],
    }


def _tell_similar(found: Sequence[Similar], citations: Sequence[Citation]) -> None:
    from rag.cases.wording import case_words, who_words
    from rag.render import plain, source_line

    def words(shared: Sequence[Shared]) -> str:
        return ", ".join(
            one.shown + "".join(f" [{number}]" for number in one.citations) for one in shared
        )

    lines = [] if found else ["No stored patient shares a finding with this vignette."]
    for number, one in enumerate(found, 1):
        lines.append(f"{number}. {one.record.id}: {who_words(one.record)}")
        lines.append(f"   {case_words(one.record, ())}")
        lines += [f"   alike: {words(one.matched)}"] if one.matched else []
        lines += [f"   different: {words(one.mismatched)}"] if one.mismatched else []
        lines += [f"   not reported: {', '.join(one.unreported)}"] if one.unreported else []
    if citations:
        lines += ["", "Sources", *(f"[{c.number}] {source_line(c)}" for c in citations)]
    typer.echo("\n".join(plain(line) for line in lines))

"""`casebook eval extraction`: how well case records are read from texts without front matter."""

from __future__ import annotations

from pathlib import Path

import typer


def extraction(
    texts: list[Path] = typer.Option(
        None, "--texts", metavar="DIR",
        help="Folder of NAME.txt with NAME.patients.yaml; may be repeated.",
    ),
    pdf: bool = typer.Option(False, "--pdf", help="Read NAME.pdf in the folders instead."),
    digests: str = typer.Option(
        "", "--digests", metavar="SPLIT",
        help="Also the shipped digests of this part of splits.yaml, front matter hidden.",
    ),
    misses: bool = typer.Option(False, "--misses", help="Print each disagreement too."),
) -> None:  # fmt: skip
    """Score the extraction of case records: precision and recall per field.

    Without options: the shipped case texts. Figures of one's own texts need only a folder; the
    fields and when a value is right stand in eval/extraction_score.py.

    Example: casebook eval extraction --texts my/cases --misses
    """
    from eval.extraction import from_digests, from_folder
    from eval.extraction_score import score, to_text
    from eval.gold import shipped_texts

    suffix = ".pdf" if pdf else ".txt"
    folders = texts or ([] if digests else [shipped_texts()])
    scored = [one for folder in folders for one in from_folder(folder, suffix)]
    if digests:
        scored += from_digests(_paths(digests))
    scores, missed = score(scored)
    typer.echo(f"{len(scored)} reports\n\n{to_text(scores)}")
    for one in missed if misses else ():
        said = f"noted {one.noted or '-'}; read {one.extracted or '-'}"
        typer.echo(f"{one.report_id}#patient/{one.patient} {one.name}: {said}")


def _paths(split: str) -> list[Path]:
    from importlib.resources import files

    import yaml

    from eval.extraction import ExtractionError

    splits = yaml.safe_load((Path(__file__).parents[1] / "splits.yaml").read_text("utf-8"))
    if split not in splits:
        raise ExtractionError(
            f"no part '{split}' in eval/splits.yaml; name one of {', '.join(splits)}"
        )
    folder = Path(str(files("corpus"))) / "reports"
    return [folder / f"{name}.md" for name in splits[split]]

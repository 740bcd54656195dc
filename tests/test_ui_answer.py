"""An exchange as HTML: whose words, which marks, which passage around the span."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from visiting import text_of

from rag.schema import Answer, Citation, Report, Section
from ui import answer_view, evidence_view, proof
from ui.proof import Exchange


def report(text: str, **changes) -> Report:
    made = Report(
        id="ng-2020",
        title="A title.",
        text=text,
        sections=(Section("case", "Case", "case", 0, len(text)),),
        source="ng.md",
        source_kind="digest",
        basis="abstract",
        authors=("Ng K",),
        year=2020,
    )
    return replace(made, **changes)


def citation(of: Report, quote: str, **changes) -> Citation:
    start = of.text.index(quote)
    made = Citation(
        number=1,
        report_id=of.id,
        title=of.title,
        authors=of.authors,
        journal=None,
        year=of.year,
        doi=None,
        pmid=None,
        source_kind=of.source_kind,
        basis=of.basis,
        section="Case",
        page=None,
        start=start,
        end=start + len(quote),
        quote=quote,
    )
    return replace(made, **changes)


def exchange(of: Report, *citations: Citation, **changes) -> Exchange:
    answer = Answer(
        question="Q?",
        query="Q?",
        status="answered",
        text="",
        short_answer=None,
        citations=citations,
        hits=(),
        engine="extractive",
        notice="",
    )
    made = replace(answer, **changes)
    return Exchange(made, tuple(proof.proof(c, of, {}) for c in made.citations))


@pytest.mark.parametrize(("kind", "shown"), [("digest", "She healed."), ("paper", '"She healed."')])
def test_only_authors_own_words_stand_in_quotation_marks(kind, shown):
    """A digest is Casebook's wording; quotation marks would put it into the authors' mouths."""
    of = report("She healed.", source_kind=kind)
    said = text_of(answer_view.exchange(exchange(of, citation(of, "She healed.")), 0))
    assert f"{shown} [1]" in said
    assert ('"' in said) == (kind == "paper")


def test_what_is_said_beside_the_sentences_is_shown() -> None:
    """What an answer says itself, with its marks, and no quoted line a second time."""
    of = report("She healed. It took a month.")
    said = "Casebook digest of Ng 2020 (from the abstract)"
    lines = [
        f"{said}: She healed. [1]",
        "Casebook digest of an older name: She healed. [1]",
        "Two reports fit about as well: [1] <b>and</b> another.",
    ]
    shown = exchange(of, citation(of, "She healed."), text="\n".join(lines))
    page = answer_view.exchange(shown, 2)
    assert text_of(page).count("She healed.") == 1 + page.count("<mark")
    assert "Two reports fit about as well: [1] <b>and</b> another." in text_of(page)
    assert "&lt;b&gt;and" in page
    assert page.count('href="#cb-2-1"') == 2


def test_counted_patients_are_shown_as_counted_with_a_row_for_each():
    """The first line says of how many; each row and each mark leads to its proof, as text."""
    of = report("She healed.")
    table = {
        "report_id": [of.id, "<b>x</b>"], "patient": [1, None], "age": [46, None],
        "features": ["hidden", ""], "citations": [[1], [7]],
    }  # fmt: skip
    shown = exchange(
        of,
        citation(of, "She healed."),
        text="1 of 2 patients improved [1].\n… and 2 more in the table.",
        table=table,
    )
    page = answer_view.exchange(shown, 3)
    assert "more in the table" not in page  # which stands below, with every row
    assert "1 of 2 patients improved" in text_of(page)
    assert page.count('href="#cb-3-1"') == 2
    assert "hidden" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "[7]" in text_of(page)  # a number without a citation is no link


def test_the_short_answer_comes_first():
    """The reader in a hurry reads one line."""
    of = report("She was given 100 mg.")
    shown = exchange(of, citation(of, "She was given 100 mg."), short_answer="100 mg")
    assert text_of(answer_view.exchange(shown, 0)).startswith(
        "Q?Short answer 100 mgCasebook digest of Ng 2020"
    )


def test_anchors_of_two_exchanges_differ():
    """The [1] of one answer never opens the passage of another."""
    of = report("She healed.")
    shown = exchange(of, citation(of, "She healed."))
    one, other = (answer_view.exchange(shown, number) for number in (0, 1))
    assert re.findall('id="(.*?)"', one) != re.findall('id="(.*?)"', other)


def test_a_span_that_is_not_the_quotation_is_never_highlighted():
    """Better no passage than words that the report does not say there."""
    of = report("She healed. He did not.")
    wrong = replace(citation(of, "She healed."), start=12, end=23)
    with pytest.raises(ValueError, match="is not the quotation"):
        proof.proof(wrong, of, {})


@pytest.mark.parametrize("length", [100, 800, 5_000])
def test_a_long_section_is_cut_at_sentences_around_the_span(length):
    """The passage around the span is bounded, and begins and ends with whole sentences."""
    filler = "One more sentence here. " * (length // 24)
    of = report(f"{filler}She healed. {filler.rstrip()}")
    shown = text_of(evidence_view.passage(proof.proof(citation(of, "She healed."), of, {}), "a"))
    assert len(shown) <= 2 * proof.AROUND + 30
    before, after = shown.split("She healed.")
    assert before.removeprefix("… ").startswith("One more")
    assert after.removesuffix(" …").endswith("here.")
    assert ("…" in before) == ("…" in after) == (length > proof.AROUND)

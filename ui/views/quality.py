"""Quality: what the answers are worth, how that came about, and question by question."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import runs
from ui.escape import as_html, as_markdown
from ui.failures import failures_in_one_line
from ui.trend import lines

TREND = (
    "facts in answer, right report", "citation recall", "passage nDCG@10", "report Success@1",
    "answered when answerable", "declined when unanswerable",
)  # fmt: skip


@st.cache_data(show_spinner="Reading the evaluation …")
def run_of(folder: str, stamp: float) -> runs.Run:
    """A run, read again when its records change (`stamp`)."""
    return runs.run(Path(folder))


def figures(found: dict[str, tuple[int, float]], before: dict[str, tuple[int, float]]) -> str:
    """Measures in words and in their order, with their values and, if known, how they were."""
    heads = ["What is measured", "Now", *(["Before"] if before else []), "Questions"]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    known = [name for name in runs.MEASURES if name in found]
    rows = "".join(
        _row(name, found[name], before.get(name), compared=bool(before))
        for name in (*known, *(name for name in found if name not in runs.MEASURES))
    )
    return (
        '<div class="cb-answer cb-quality"><div class="cb-table" tabindex="0" role="region" '
        f'aria-label="Figures"><table><tr>{head}</tr>{rows}</table></div></div>'
    )


def _row(
    name: str, now: tuple[int, float], before: tuple[int, float] | None, *, compared: bool
) -> str:
    n, mean = now
    earlier = f"{before[1]:.3f}" if before else "–"
    return (
        f'<tr><th scope="row">{as_html(name)}<br><span class="cb-quiet">'
        f"{as_html(runs.MEASURES.get(name, ''))}</span></th><td>{mean:.3f}</td>"
        f"{f'<td>{earlier}</td>' if compared else ''}<td>{n}</td></tr>"
    )


def last(accepted: list[runs.Accepted]) -> None:
    """The run that was accepted last."""
    if not accepted:
        st.info("No run was accepted yet.")
        return
    now = accepted[-1]
    before = accepted[-2].headline if len(accepted) > 1 else {}
    st.markdown(f"Accepted on {as_markdown(now.date)}: {as_markdown(now.reason)}")
    st.html(figures(now.headline, before))
    st.caption(
        "Labels were written by AI engineers of the project before any answer was seen; no "
        "clinician has reviewed them. Values are means between 0 and 1."
    )


def trend(accepted: list[runs.Accepted]) -> None:
    """Accepted runs one after the other."""
    chosen = st.multiselect(
        "Measures", list(runs.MEASURES), default=[m for m in TREND if m in runs.MEASURES],
        key="trend",
    )  # fmt: skip
    shown = [name for name in chosen if any(name in one.headline for one in accepted)]
    if shown:
        alt = "Means of the chosen measures over the accepted runs"
        st.altair_chart(lines(accepted, shown), height=460, alt=alt)
    for number, one in enumerate(accepted, 1):
        n = max((count for count, _ in one.headline.values()), default=0)
        st.markdown(
            f"{number}. {as_markdown(one.date)} · up to {n} questions · {as_markdown(one.reason)}"
        )
    st.caption("Questions were added between runs, so that neighbours may differ in what they ask.")


def question_by_question(folder: Path) -> None:
    """Each question of a run, those that failed first if wanted."""
    stamp = (folder / runs.RECORDS).stat().st_mtime if (folder / runs.RECORDS).is_file() else 0.0
    found = run_of(str(folder), stamp)
    with st.container(horizontal=True):
        gold = st.selectbox("Questions", ["all", *sorted({a.gold for a in found.asked})])
        verdict = st.selectbox("Should be", ["all", *sorted({a.verdict for a in found.asked})])
        outcome = st.selectbox("Went", ["all", "not as it should", "as it should"])
    shown = [
        one
        for one in found.asked
        if gold in ("all", one.gold)
        and verdict in ("all", one.verdict)
        and (outcome == "all" or one.good is (outcome == "as it should"))
    ]
    st.caption(f"{len(shown)} of {len(found.asked)} questions")
    if not shown:
        st.info("No question is like this.")
        return
    st.html(figures(runs.means(shown), runs.means(found.asked) if gold != "all" else {}))
    ticked = st.dataframe(
        {
            "Question": [one.question or "(release question: not shown)" for one in shown],
            "Id": [one.id for one in shown],
            "Kind": [one.kind for one in shown],
            "Should be": [one.verdict for one in shown],
            "Was": [one.status for one in shown],
            "As it should": ["" if one.good is None else "yes" if one.good else "no"
                             for one in shown],
        },
        hide_index=True, on_select="rerun", selection_mode="single-row", height=380,
        key=f"drill {gold} {verdict} {outcome}",
    )  # fmt: skip
    for number in ticked.selection.rows[:1]:
        one = shown[number]
        st.subheader(as_markdown(one.question or one.id), anchor=False)
        st.caption(
            as_markdown(f"{one.gold} · {one.form} · cited: {', '.join(one.cited) or 'nothing'}")
        )
        st.dataframe({"Measure": list(one.figures), "Value": list(one.figures.values())},
                     hide_index=True)  # fmt: skip


def how() -> None:
    """What to type."""
    st.write("Measuring is a command of the terminal: it takes minutes and needs no network.")
    st.code(
        "casebook eval run                        # development questions, printed\n"
        "casebook eval run --out runs/now         # kept: shown on this page when named below\n"
        "casebook eval compare runs/before runs/now\n"
        "casebook eval gate                       # exit status 4 on a significant fall\n"
        'casebook eval accept --date … --reason "…"  # a new baseline, for the trend above',
        language=None,  # the colours of code are too pale
    )
    st.write("Readers' verdicts on answers can be exported as draft questions: page Settings.")


st.title("Quality", anchor=False)
with failures_in_one_line():
    log = runs.accepted(runs.shipped())
    tabs = st.tabs(["Last accepted run", "Trend", "Question by question", "How to measure"])
    with tabs[0]:
        last(log)
    with tabs[1]:
        trend(log)
    with tabs[2], failures_in_one_line():
        local = Path("runs")
        own = sorted(p.parent for p in local.glob(f"*/{runs.CONDITIONS}")) if local.is_dir() else []
        places = {"the accepted run": runs.shipped(), **{str(p): p for p in own}}
        named = st.selectbox("Run", list(places), key="run")
        question_by_question(places[named])
    with tabs[3]:
        how()

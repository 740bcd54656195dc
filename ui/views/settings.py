"""Settings: what answers, where data are, how the page looks, what is kept."""

from __future__ import annotations

import streamlit as st

from rag import __version__
from rag.config import config_file
from rag.errors import CasebookError
from ui import state
from ui.conversations import Conversations
from ui.draft_gold import draft_gold
from ui.escape import as_html, as_markdown
from ui.failures import failures_in_one_line
from ui.opened import Opened
from ui.page import SIZES, library_or_stop
from ui.visitor import login_configured, visitor

THEMES = ("System", "Light", "Dark")
# Streamlit has no call for the theme; it reads the choice from the browser's storage when a page
# loads, under a key with the page's path.
THEME_SCRIPT = """<script>
(() => {
  const base = location.pathname.replace(/[^/]*$/, "");
  for (const page of ["", "cases", "library", "learn", "quality", "settings"])
    localStorage.setItem(`stActiveTheme-${base}${page}-v2`, JSON.stringify("WANTED"));
  location.reload();
})()
</script>"""
KEEP = {"0": "until they are deleted", "7": "7 days", "30": "30 days", "365": "a year"}


def engine(opened: Opened) -> None:
    """What makes the answers, and what leaves this machine."""
    st.subheader("Answers", anchor=False)
    second = opened.settings.reader or "none"
    try:
        name, sent = opened.engine().name, opened.engine().sends_to or "nobody"
    except CasebookError as error:
        name, sent = f"{opened.settings.llm}: cannot be opened", "nobody"
        st.error(as_markdown(str(error)))
    lines = [
        ("Engine", name),
        ("Questions and sentences are sent to", sent),
        ("Embedding model", opened.casebook.encoder.name),
        ("Second reader", second),
        ("Dense index", opened.settings.chroma_url or "in the library folder"),
        ("Library", str(opened.folder)),
        ("Reports", f"{len(opened.listed()):,}"),
        ("Settings file", str(config_file())),
        ("Casebook", __version__),
    ]
    rows = "".join(f"<div><dt>{k}</dt><dd>{as_html(v)}</dd></div>" for k, v in lines)
    st.html(f'<div class="cb-evidence"><dl class="cb-card cb-wide">{rows}</dl></div>')
    service = opened.settings.europe_pmc.removeprefix("https://")
    st.caption(
        "Answers and files stay on the machine that runs Casebook. Besides a language model, "
        "where one is set, only the tab Fetch "
        f"of the Library sends something: your search words, to {as_markdown(service)}. "
        "Another library or model: `casebook ui --library FOLDER`, or the settings file."
    )


def looks() -> None:
    """Text size and theme."""
    st.subheader("Looks", anchor=False)
    sizes = list(SIZES)
    size = st.segmented_control(
        "Text size", sizes, default=state.preference("text size", sizes[0]), required=True,
        key="size",
    )  # fmt: skip
    if size and size != state.preference("text size", sizes[0]):
        state.prefer("text size", size)
        st.rerun()
    before = state.preference("theme", THEMES[0])
    theme = st.segmented_control("Theme", THEMES, default=before, required=True, key="theme")
    if theme in THEMES and theme != before:
        state.prefer("theme", theme)
        st.html(THEME_SCRIPT.replace("WANTED", theme), unsafe_allow_javascript=True)
    st.caption("'System' follows the setting of your system or browser.")


def kept() -> None:
    """Whether conversations are stored, how long, and how they are deleted."""
    st.subheader("Conversations", anchor=False)
    who = visitor()
    if who.owner is None:
        st.write(
            "This server has several users and no login that tells them apart: conversations end "
            "with the visit and are never stored."
        )
        return
    store = Conversations(who.owner)
    st.write(
        f"They are stored for {as_markdown(who.name)} in {as_markdown(str(store.path))}, "
        "which only this user of the machine may read. What is deleted is overwritten in the file; "
        "copies and backups are not reached."
    )
    on = st.toggle("Store conversations", value=state.preference("keep", "yes") == "yes")
    if on != (state.preference("keep", "yes") == "yes"):
        state.prefer("keep", "yes" if on else "no")
        st.rerun()
    now = state.preference("keep_days", "0")
    days = st.selectbox(
        "Keep them", list(KEEP), format_func=KEEP.get, index=list(KEEP).index(now), key="days"
    )
    if days != now:
        state.prefer("keep_days", days)
        gone = store.keep_days(int(days))
        st.caption(f"{gone} older conversations were deleted.")
    verdicts = store.verdicts()
    st.download_button(
        f"Export {len(verdicts)} verdicts on answers as draft questions for `eval`",
        lambda: draft_gold(verdicts), "draft_gold.yaml", "application/yaml", on_click="ignore",
        disabled=not verdicts,
    )  # fmt: skip
    with st.popover("Delete everything that is stored about me", icon=":material/delete:"):
        st.write("All conversations, verdicts and choices are deleted and overwritten.")
        if st.button("Delete it all"):
            store.delete_all()
            state.forget()
            st.session_state.pop("preferences", None)
            st.rerun()


opened = library_or_stop()
st.title("Settings", anchor=False)
# Each by itself: a language model that cannot be opened must not hide the others.
for part in (lambda: engine(opened), looks, kept):
    with failures_in_one_line():
        part()
with failures_in_one_line():
    if login_configured():
        st.button("Sign out", on_click=st.logout)

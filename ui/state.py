"""What lives as long as one visit: the conversation so far, the question that is being answered."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import streamlit as st

from rag.conversation.turns import turn
from rag.errors import CasebookError
from rag.schema import Answer, Turn
from ui.conversations import Conversations, new_id
from ui.engines import Asked
from ui.opened import Opened
from ui.proof import Exchange, proved
from ui.visitor import visitor

Filters = dict[str, list[str]]

TICK = 0.1
"""Seconds between two looks at the running answer; in each, Streamlit may stop the page."""


def exchanges() -> list[Exchange]:
    """This visitor's conversation, oldest first."""
    if "exchanges" not in st.session_state:
        st.session_state["exchanges"] = []
    found: list[Exchange] = st.session_state["exchanges"]
    return found


def history() -> list[Turn]:
    """The conversation as later questions need it."""
    return [turn(exchange.answer) for exchange in exchanges()]


def store() -> Conversations | None:
    """Where this visitor's conversations are kept; None where they are not."""
    who = visitor()
    if who.owner is None or preference("keep", "yes") != "yes":
        return None
    return Conversations(who.owner)


def preference(key: str, default: str) -> str:
    """A choice of this visitor: kept where a person is known, else for this visit."""
    if "preferences" not in st.session_state:
        owner = visitor().owner
        st.session_state["preferences"] = (
            Conversations(owner).preferences() if owner is not None else {}
        )
    return str(st.session_state["preferences"].get(key, default))


def prefer(key: str, value: str) -> None:
    """Remember a choice."""
    preference(key, "")
    st.session_state["preferences"][key] = value
    owner = visitor().owner
    if owner is not None:
        Conversations(owner).prefer(key, value)


# -- which conversation -------------------------------------------------------------------------


def conversation() -> str:
    """The id of the conversation that is shown; it stands in the address of the page."""
    if "conversation" not in st.session_state:
        st.session_state["conversation"] = new_id()
    return str(st.session_state["conversation"])


def restore() -> None:
    """After a reload, show the conversation that the address names, if it is the visitor's."""
    named = st.query_params.get("c", "")
    kept = store()
    if named and kept and named != st.session_state.get("conversation"):
        open_conversation(named)
    if kept and exchanges():
        st.query_params["c"] = conversation()


def open_conversation(chosen: str) -> None:
    """Show a kept conversation; one that is not there changes nothing."""
    kept = store()
    found = kept.load(chosen) if kept else None
    if found is not None:
        forget()
        st.session_state["conversation"] = chosen
        st.session_state["exchanges"] = found


def forget() -> None:
    """Begin a new conversation."""
    for name in ("exchanges", "conversation", "pending", "held", "failure", "unfolded"):
        st.session_state.pop(name, None)
    st.query_params.pop("c", None)


# -- how much of it is on the page ---------------------------------------------------------------

RECENT = 5
"""Exchanges that are on the page at once: each more costs a click some 5 ms and 8 kB."""
EARLIER = 10
"""Exchanges that a click brings back."""


def first_shown() -> int:
    """The number (from 0) of the first exchange on the page; those before it are folded."""
    recent = max(0, len(exchanges()) - RECENT)
    return min(recent, int(st.session_state.get("unfolded", recent)))


def show_earlier() -> None:
    """Bring back exchanges that are folded; they stay until another conversation is shown."""
    st.session_state["unfolded"] = max(0, first_shown() - EARLIER)


# -- asking -------------------------------------------------------------------------------------

Events = Callable[[threading.Event], Iterator[object]]
"""What begins an answer: it yields what is to be shown meanwhile, and at last the `Answer`. The
event is set when nobody waits for it any more."""


def answering(opened: Opened, question: str, filters: Filters, *, retracted: bool) -> Events:
    """How the engine in force answers a question after the conversation so far."""
    told = history()
    return lambda stopped: opened.engine().events(
        opened, Asked(question, told, filters, stopped, retracted)
    )


def running(events: Events) -> Iterator[object]:
    """The events of an answer that is made in a thread of its own, None at each tick between them.

    Whoever stops reading stops waiting: the page is free at once, what the thread still makes is
    thrown away. Raises what the engine raises.
    """
    made: queue.Queue[tuple[str, object]] = queue.Queue()
    stopped = threading.Event()

    def work() -> None:
        try:
            for event in events(stopped):
                if stopped.is_set():
                    return
                made.put(("event", event))
            made.put(("end", None))
        except Exception as error:  # told in the page's thread, which knows how
            made.put(("error", error))

    threading.Thread(target=work, daemon=True, name="casebook answer").start()
    try:
        while True:
            try:
                kind, what = made.get(timeout=TICK)
            except queue.Empty:
                yield None
                continue
            if kind == "end":
                return
            if kind == "error" and isinstance(what, Exception):
                raise what
            yield what
    finally:
        stopped.set()


def finish(opened: Opened, answer: Answer, filters: Filters, *, retracted: bool) -> Exchange:
    """Add an answer with its proofs to the conversation. Raises CasebookError."""
    at = time.time()
    with opened.reading() as library:
        proofs, nearest = proved(answer, library, opened.shelf())
    chosen = tuple((key, tuple(values)) for key, values in sorted(filters.items()))
    exchange = Exchange(answer, tuple(proofs), tuple(nearest), chosen, retracted, at)
    exchanges().append(exchange)
    return exchange


def keep_newest() -> None:
    """Store the newest exchange, where conversations are kept; a failure is told on the page."""
    try:
        if kept := store():
            kept.add(conversation(), len(exchanges()), exchanges()[-1])
            st.query_params["c"] = conversation()
    except CasebookError as error:
        st.session_state["failure"] = str(error)

"""Who visits: the one user of this machine, somebody who signed in, or one of several unknown."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass

import streamlit as st

from rag.cli.listening import LOOPBACK

SHARED = "CASEBOOK_UI_SHARED"
"""Set by `casebook ui --shared`: several people use this server, whatever it listens on."""
PASSWORD = "CASEBOOK_UI_PASSWORD"
"""When set, the page asks for this password first."""

_FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")
"""Headers of a reverse proxy: behind one, a loopback address does not mean one user."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`owner` names whose conversations these are; None: nobody's, so nothing is stored."""

    owner: str | None
    name: str

    @property
    def keeps(self) -> bool:
        """Whether this visitor's conversations are stored."""
        return self.owner is not None


def may_change() -> bool:
    """Whether this visitor may add and remove reports: on a shared server only who signed in."""
    return single_user() or bool(_signed_in()) or bool(os.environ.get(PASSWORD))


def visitor() -> Visitor:
    """Who this session belongs to."""
    if signed_in := _signed_in():
        return Visitor(f"oidc:{signed_in}", signed_in)
    if single_user():
        return Visitor("", "you, on this computer")
    return Visitor(None, "a visitor")


def single_user() -> bool:
    """Whether only the person at this machine can reach the page."""
    address = st.get_option("server.address") or ""
    return (
        address in LOOPBACK
        and not os.environ.get(SHARED)
        and not any(st.context.headers.get(name) for name in _FORWARDED)
    )


def login_configured() -> bool:
    """Whether `.streamlit/secrets.toml` names an identity provider (OIDC)."""
    try:
        return "auth" in st.secrets
    except (FileNotFoundError, st.errors.StreamlitSecretNotFoundError):
        return False


def _signed_in() -> str:
    """The subject (or e-mail address) that the identity provider told; '' for nobody."""
    if not login_configured() or not st.user.is_logged_in:
        return ""
    return str(st.user.get("sub") or st.user.get("email") or "")


def admitted() -> bool:
    """Whether the visitor may go on; else the page shows how to sign in."""
    if login_configured():
        if _signed_in():
            return True
        _gate()
        st.button("Sign in", on_click=st.login, type="primary")
        return False
    wanted = os.environ.get(PASSWORD, "")
    if not wanted or st.session_state.get("admitted"):
        return True
    _gate()
    with st.form("password", border=False):
        given = st.text_input("Password", type="password")
        sent = st.form_submit_button("Sign in", type="primary")
    if sent and hmac.compare_digest(given.encode(), wanted.encode()):
        st.session_state["admitted"] = True
        st.rerun()
    if sent:
        st.error("This is not the password; ask whoever runs this server.")
    return False


def _gate() -> None:
    st.title("Casebook", anchor=False)
    st.write("Cited answers from reports about dermatomyositis. Please sign in.")

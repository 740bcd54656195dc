"""Signing in, in a real browser: an OpenID provider on the loopback, and one shared password."""

from __future__ import annotations

import pytest
from serving import Serving, free_port

from eval.benchmarks.browsing import DAPSONE, ask, go, settled

pytest.importorskip("streamlit")
pytest.importorskip("authlib", reason="pip install Authlib")
from identity_provider import CLIENT, providing

SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of this test, long enough for it"
client_id = "{client}"
client_secret = "another secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


def configured(folder, provider: str) -> int:
    """The port for whose address the secrets are written into a folder to start from."""
    port = free_port()
    (folder / ".streamlit").mkdir()
    secrets = SECRETS.format(port=port, client=CLIENT, provider=provider)
    (folder / ".streamlit" / "secrets.toml").write_text(secrets, "utf-8")
    return port


def sign_in(page):
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("Ask about the reports").wait_for()
    settled(page)


def test_people_who_sign_in_each_find_their_own_conversations(chromium, small_library, tmp_path):
    """As docs/deploy.md says: nothing before the login; kept for one person, unseen by another."""
    with (
        providing() as provider,
        Serving(
            small_library,
            configured(tmp_path, provider.address),
            "--shared",
            home=tmp_path / "home",
            start=tmp_path,
        ) as page_of,
    ):
        people = {}
        for name in ("ada", "ben"):
            people[name] = chromium.new_context().new_page()
            people[name].set_default_timeout(300_000)
            people[name].goto(f"{page_of.address}/library")
            people[name].get_by_role("button", name="Sign in").wait_for()
            assert "6 of 6 reports" not in people[name].locator("body").inner_text()
            provider.person = name
            sign_in(people[name])
        ada, ben = people["ada"], people["ben"]
        assert provider.signed_in == ["ada", "ben"]
        ask(ada, DAPSONE)
        ada.reload()
        settled(ada)
        assert ada.locator(".cb-question").all_inner_texts() == [DAPSONE]
        # With the address of Ada's conversation, Ben sees a page to begin with.
        ben.goto(ada.url)
        settled(ben)
        assert ben.locator(".cb-question").count() == 0
        assert DAPSONE not in ben.locator("[data-testid=stSidebar]").inner_text()
        go(ben, "library")
        assert ben.get_by_role("tab", name="Add").count() == 1
        go(ada, "settings")
        assert "stored for ada" in ada.locator("body").inner_text()
        ada.get_by_role("button", name="Sign out").click()
        ada.get_by_role("button", name="Sign in").wait_for()
        assert DAPSONE not in ada.locator("body").inner_text()
        for one in people.values():
            one.context.close()


def test_a_password_opens_the_page_for_one_visit(chromium, small_library, tmp_path):
    """Asked for once in a visit, and again in the next; what is asked then is not stored."""
    env = {"CASEBOOK_UI_PASSWORD": "open sesame"}
    with Serving(small_library, free_port(), "--shared", home=tmp_path / "home", env=env) as server:
        page = chromium.new_context().new_page()
        page.set_default_timeout(300_000)
        for _ in range(2):
            page.goto(server.address)
            page.get_by_role("textbox", name="Password").fill("open sesame")
            page.get_by_role("textbox", name="Password").press("Enter")
            page.get_by_placeholder("Ask about the reports").wait_for()
            settled(page)
        assert "is not stored" in page.locator("[data-testid=stSidebar]").inner_text()
        page.context.close()
    assert not list((tmp_path / "home").rglob("conversations*"))

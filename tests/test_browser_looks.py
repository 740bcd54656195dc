"""What every page must be in a real browser: fitting, quiet, readable for all, deaf to text."""

from __future__ import annotations

import pytest

from eval.benchmarks.browsing import PHONE, TABLET, ask, go
from eval.benchmarks.scenes import SCENES

ONLY_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""All that a theme can change."""
DRAWN = {
    scheme: f"getComputedStyle(document.querySelector('.stApp')).colorScheme === '{scheme}'"
    " && document.getAnimations().every(one =>"
    " one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"
    for scheme in ("light", "dark")
}
"""The scheme is on the page, and no colour is on its way any more from the other one: what stands
half-way between light and dark has a contrast that no reader ever meets."""


def test_the_theme_can_be_chosen(visitor):
    """Also against the system's setting, and on every page."""
    page = visitor("settings")
    light = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    page.get_by_role("radio", name="Dark").or_(page.get_by_text("Dark", exact=True)).first.click()
    page.wait_for_function(
        "light => { const app = document.querySelector('.stApp');"
        " return app && getComputedStyle(app).backgroundColor !== light; }",
        arg=light,
    )


def test_a_document_cannot_run_or_fetch_anything(visitor):
    """Markup in a report and in a question is text; the fixture watches for requests elsewhere."""
    page = visitor()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    ask(page, "How long until the rash healed with thalidomide? <img src=x onerror=alert(1)>")
    assert "<img src=" in page.locator(".cb-answer").first.inner_text()
    assert "onerror=alert(1)" in page.locator(".cb-question").first.inner_text()
    go(page, "library?report=hostile")
    assert "<img src=" in page.locator("body").inner_text()
    assert page.locator(".stHtml img").count() == 0
    assert page.evaluate("window.stolen") is None
    assert dialogs == []


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path or "ask")
def test_nothing_on_a_page_is_a_barrier(visitor, path):
    """axe-core finds nothing serious or critical, in light and in dark: contrast, names, roles.

    Not only of the page as it opens: popovers, tabs, charts, warnings, proofs.
    """
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    ).Axe()
    page = visitor(path)
    found: dict[str, list[str]] = {}
    for name, step in SCENES[path]:
        step(page)
        for scheme, rules in (("light", {}), ("dark", ONLY_CONTRAST)):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(DRAWN[scheme])
            for one in axe.run(page, options=rules).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    nodes = [node["html"][:160] for node in one["nodes"]][:3]
                    found.setdefault(f"{name}, {scheme}: {one['id']}", []).extend(nodes)
        page.emulate_media(color_scheme="light")
    assert found == {}


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path or "ask")
def test_everything_on_a_page_fits_a_phone_and_a_tablet(visitor, path):
    """No sideways scrolling, no deploy button, no maker's mark."""
    page = visitor(path, size=PHONE)
    for name, step in SCENES[path]:
        step(page)
        for width, height in (PHONE, TABLET):
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, (name, width)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        shown = page.locator("body").inner_text()
        assert "Deploy" not in shown
        assert "Streamlit" not in shown

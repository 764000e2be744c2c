"""The pages of a real server in a real browser: nothing is blocked, and a phone is enough."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from offlabel.stores.disk import DiskStore
from webserver import Server, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WHOLE = [
    "/",
    "/study",
    "/search?q=psorasis",
    "/search?q=xyzzyplugh",
    "/sparql",
    "/sparql?example=study/response-rates",
    "/api/queries/study/response-rates.html?drug=naltrexone&condition=psoriasis",
    "/api/queries/evidence/evidence-lines.html?drug=naltrexone",
    "/api/evidence.html?drug=naltrexone&condition=psoriasis",
    "/api/why.html?thing=proposition:weinstock-2020-marked-improvement",
]
LEADING = [  # to the document that is the page
    "/drug/naltrexone",
    "/condition/psoriasis",
    "/condition/vitiligo",
    "/study/weinstock-2020",
    "/source/droracle-2025",
    "/claim/droracle-2025-sc046",
    "/query/study/response-rates",
    "/query/evidence/evidence-lines",
    "/ontology",
]
WRONG = ["/drug/naltrexon", "/nope", "/api/map?drug=naltrexon"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the browser Chromium")


@pytest.fixture(scope="module")
def server(real_disk: DiskStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the real graph."""
    with serving(tmp_path_factory.mktemp("browser"), "--workers", "2", data=()) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Run a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_in_a_browser(server: Server, browser: Any, width: int) -> None:
    """Each page loads without a complaint, asks no other host, and does not scroll sideways."""
    home = f"http://127.0.0.1:{server.port}"
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(home) else complaints.append(asked.url),
    )
    for path in (*WHOLE, *LEADING):
        found = page.goto(home + path)
        reached = f"{path}.html" if path in LEADING else path
        assert (200, reached) == (found.status, found.url.removeprefix(home))
        assert not too_wide(page), path
        page.keyboard.press("Tab")
        assert "Skip to the content" == page.evaluate("document.activeElement.innerText")
    assert [] == complaints
    for path in WRONG:
        assert page.goto(home + path).status in (400, 404)
        assert not too_wide(page), path
    page.close()


def too_wide(page: Any) -> bool:
    """Say whether a page is wider than its window, or a part that cannot scroll is cut off."""
    return bool(
        page.evaluate(
            """document.documentElement.scrollWidth > innerWidth ||
            [...document.querySelectorAll("pre, dd, p, li")].some(
              part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth)"""
        )
    )


def test_search_by_keyboard(server: Server, browser: Any) -> None:
    """From the first page, keys alone lead over the search to the page of a condition."""
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/")
    while page.evaluate("document.activeElement.id") != "q":
        page.keyboard.press("Tab")
    page.keyboard.type("psorasis")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=psorasis")
    page.get_by_role("link", name="psoriasis", exact=True).press("Enter")
    page.wait_for_url("**/condition/psoriasis.html")

    assert "What is known" in page.inner_text("main")
    page.close()


def test_a_question_by_its_form(server: Server, browser: Any) -> None:
    """The form of a saved query leads to its rows; what is left empty is left out."""
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/query/study/response-rates")
    page.get_by_label("condition").fill("psoriasis")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/api/queries/study/response-rates?**")

    assert "marked improvement" in page.inner_text("main")
    page.close()


def test_sparql_by_its_form(server: Server, browser: Any) -> None:
    """The form at /sparql sends the query that stands in it."""
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/sparql")
    page.get_by_role("button", name="Run the query").click()
    page.wait_for_function("document.body.innerText.includes('bindings')")

    assert "https://w3id.org/offlabel/drug/naltrexone" in page.inner_text("body")
    page.close()

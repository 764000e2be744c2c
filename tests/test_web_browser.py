"""The pages in a real browser: nothing is blocked or fetched elsewhere, and a phone is enough."""

import shutil
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from offlabel.paths import Roots
from offlabel.stores.disk import DiskStore
from offlabel.web import api, exporting, openapi, start, things, wellknown
from servers import free_port
from web.inprocess import application

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LISTS = ["/", "/study"]
PAGES = [
    *LISTS,
    "/drug/naltrexone",
    "/condition/psoriasis",
    "/claim/droracle-2025-sc046",
    "/query/study/response-rates",
    "/ontology",
]


@pytest.fixture(scope="module")
def address(real_roots: Roots, real_disk: DiskStore) -> Iterator[str]:
    """Serve the real graph and yield the address."""
    app = application(real_roots, real_disk, (api, exporting, openapi, wellknown, things, start))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.mark.skipif(CHROMIUM is None, reason="needs the browser Chromium")
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_in_a_browser(address: str, width: int) -> None:
    """Each page loads without a complaint, asks no other host, and does not scroll sideways."""
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url),
        )
        for path in PAGES:
            found = page.goto(address + path)
            assert found is not None
            reached = path if path in LISTS else f"{path}.html"
            assert (200, reached) == (found.status, found.url.removeprefix(address))
            too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not too_wide, path
            page.keyboard.press("Tab")
            assert "Skip to the content" == page.evaluate("document.activeElement.innerText")
        browser.close()

    assert [] == complaints

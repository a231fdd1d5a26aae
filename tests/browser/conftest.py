"""Chromium driven by Playwright against a live server with a little of everything in it.

A test fails on a console error, a script error or a refused resource, even when all it looked for was there.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.cast import make_cast, page_as
from tests.world import World, make_world

# Playwright's synchronous API runs inside an event loop of its own; the tests' use of the database is not concurrent.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PICTURES = Path(__file__).parent / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
             "--no-first-run", "--disable-sync"]  # fmt: skip
PATIENCE = 20  # seconds for what is quick on a machine that does nothing else: a busy one is no fault of the product
QUIET = (
    0.3  # seconds in which nothing begins: what follows an answer (a place on the chart, a next save) has begun by then
)
BUSY = "() => document.readyState !== 'complete' || !!document.querySelector('.htmx-request, [aria-busy=true]')"
on_its_way: WeakKeyDictionary[BrowserContext, dict[Request, str]] = WeakKeyDictionary()
expect.set_options(timeout=PATIENCE * 1000)
TABLET, UPRIGHT, DESK, PHONE = (1180, 820), (820, 1180), (1440, 900), (390, 844)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(make_cast())


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, world: World) -> Iterator[Open]:
    """`open_page("anna", TABLET)`: a page of somebody signed in, at a size; closed and judged after the test."""
    contexts, complaints = [], []

    def opened(who: str | None = None, size: tuple[int, int] = TABLET, zone: str | None = None) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=live_server.url,
            has_touch=size != DESK,
            timezone_id=zone,
        )
        follow_requests(context)
        if who is not None:
            session = page_as(world.cast.person(who)).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda m: complaints.append(complaint(m)) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(f"script error: {e}"))
        contexts.append(context)
        return page

    opened.complaints = complaints  # type: ignore[attr-defined]
    opened.address = live_server.url  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        for page in context.pages:
            finish_saving(page)
        context.close()
    # Chromium's own PDF viewer asks for a favicon and again for a document that the ended test has emptied away.
    assert [c for c in complaints if "/documents/" not in c and "/favicon.ico" not in c] == []


def follow_requests(context: BrowserContext) -> None:
    waiting = on_its_way[context] = {}
    context.on("request", lambda request: waiting.update({request: request.url}))
    for ended in ("requestfinished", "requestfailed"):
        context.on(ended, lambda request: waiting.pop(request, None))  # type: ignore[call-overload]


def finish_saving(page: Page) -> None:
    """A draft that is still on its way would be written while the database is emptied for the next test."""
    with suppress(Error):  # a page that crashed or went away has nothing on its way
        page.wait_for_function("() => !document.querySelector('[data-part=saved][aria-busy=true]')", timeout=4000)


def complaint(message: ConsoleMessage) -> str:
    return f"{message.text} ({message.location.get('url', '')})"


def calm(page: Page) -> None:
    """Until the page is loaded, nothing is on its way to the server or back, and no change waits to be saved.

    Never a fixed time: what a test looks at next has happened, on a fast machine and on a busy one.
    """
    deadline, since = time.monotonic() + PATIENCE, None
    while since is None or time.monotonic() - since < QUIET:
        page.wait_for_timeout(20)  # lets the events of requests in
        if on_its_way[page.context] or busy(page):
            since = None
        else:
            since = since or time.monotonic()
        assert time.monotonic() < deadline, f"Still busy: {list(on_its_way[page.context].values())}"


def busy(page: Page) -> bool:
    try:
        return page.evaluate(BUSY)
    except Error:  # the page is being left for the next one
        return True


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")

"""A real browser for the pages; where there is none the tests skip and say so."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

Open = Callable[..., Any]
"""Opens a page in a window of its own, with the options of a context of Playwright's."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser of the machine; while it is there no test can run an event loop."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, built_client: httpx.Client) -> Open:
    """Give a function that opens pages of the built graph; nothing may come from elsewhere."""

    @contextmanager
    def open_(**options: Any) -> Iterator[Page]:  # noqa: ANN401 - as Playwright takes them
        address = str(built_client.base_url).rstrip("/")
        complaints: list[str] = []
        context = browser.new_context(base_url=address, **options)
        page = context.new_page()
        page.on("console", lambda it: complaints.append(it.text) if it.type == "error" else None)
        page.on("pageerror", lambda it: complaints.append(str(it)))
        page.on(
            "request",
            lambda it: None if it.url.startswith((address, "data:")) else complaints.append(it.url),
        )
        yield page
        context.close()
        assert complaints == []

    return open_

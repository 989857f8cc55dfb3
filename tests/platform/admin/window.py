"""A real Chromium in front of Django's test client: what a test has stored is what it sees, and
nothing is committed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from tests import programs

ADDRESS = "http://localhost"


@contextmanager
def window(client: Client, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """Open a page whose every request the client answers; and what the console says."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=programs.required("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page(base_url=ADDRESS, reduced_motion="reduce", **options)
        said: list[str] = []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.route("**/*", lambda route: _answer(client, route))
        yield page, said
        chromium.close()


def _answer(client: Client, route: Route) -> None:
    request = route.request
    with _no_loop():
        path = request.url.removeprefix(ADDRESS)
        body, kind = request.post_data_buffer or b"", request.headers.get("content-type", "")
        headers = {name: request.headers.get(name, "") for name in ("accept", "x-csrftoken")}
        headers["host"] = "localhost"  # absolute links lead back here
        answer = client.generic(request.method, path, body, content_type=kind, headers=headers)
        while answer.status_code == 302:  # the browser would follow out of our sight
            answer = client.get(answer["Location"])
        content = _body(answer)
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    route.fulfill(status=answer.status_code, headers=headers, body=content)


@contextmanager
def _no_loop() -> Iterator[None]:
    """Django keeps other connections inside an event loop; Playwright's stands around us."""
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


def _body(answer: HttpResponseBase) -> bytes:
    content = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(content)

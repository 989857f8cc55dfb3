"""The product behind a line that can be cut, and a browser on the other side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests import media, programs
from tests.e2e.client import Person
from tests.e2e.films import padded
from tests.e2e.ground import Ground
from tests.e2e.stack import Stack, running_stack
from tests.proxy import Proxy, proxy_before


@pytest.fixture(scope="module", params=["filesystem", pytest.param("s3", marks=pytest.mark.long)])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    programs.required("chromium")
    folder = tmp_path_factory.mktemp(f"clients-{request.param}")
    names = ("web", "bus", "worker-1")
    with running_stack(folder, *names, ground=Ground(store=request.param)) as stack:
        yield stack


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.required("chromium"))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 seconds, with 12 MiB that say nothing."""
    folder = tmp_path_factory.mktemp("media")
    return padded(media.make_video(folder / "clip.mp4", seconds=25), folder / "film.mp4")


@pytest.fixture
def person(stack: Stack) -> Iterator[Person]:
    with Person(stack) as person:
        yield person


@pytest.fixture
def line(stack: Stack) -> Iterator[Proxy]:
    """What is between the browser and the server."""
    with proxy_before(stack.base) as proxy:
        yield proxy


@pytest.fixture
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    yield context
    context.close()

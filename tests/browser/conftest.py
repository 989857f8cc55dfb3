"""The real product, a real Chromium, and people who use it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import media, programs
from tests.browser import pictures
from tests.browser.reaching import World
from tests.browser.scenery import make_scenery
from tests.browser.senders import AWAY, MIB
from tests.browser.visits import PATIENCE_MS, Account, Visits
from tests.e2e.client import Person
from tests.e2e.films import padded
from tests.e2e.stack import ROOT, Stack, running_stack
from tests.proxy import Proxy, proxy_before

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Cast:
    """Everybody, and the owner's videos by the name of their state."""

    people: dict[str, Account]
    fresh: list[Account]
    videos: dict[str, str]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    programs.required("chromium")
    with running_stack(tmp_path_factory.mktemp("stack"), "web", "bus", "worker-1") as stack:
        yield stack


@pytest.fixture(scope="session")
def cast(stack: Stack) -> Cast:
    made = _made(stack)
    fresh, videos = made.pop("fresh"), made.pop("videos")
    people = {name: Account(**facts) for name, facts in made.items()}
    return Cast(people, [Account(**facts) for facts in fresh], videos)


def _made(stack: Stack) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.cast"],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.fixture
def somebody(cast: Cast) -> Account:
    """An account that nobody used before."""
    return cast.fresh.pop()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 seconds: frames at 0, 10 and 20."""
    folder = tmp_path_factory.mktemp("media")
    return media.make_video(folder / "clip.mp4", seconds=25, size=(320, 180))


@pytest.fixture(scope="session")
def world(stack: Stack, cast: Cast, clip: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The cast, and videos that the product itself made ready."""
    scratch = tmp_path_factory.mktemp("scratch")
    with Person(stack, cast.people["owner"].email) as owner:
        sent = {
            "ready": owner.accepted(_scenery(scratch), interval="1")["id"],
            "warned": owner.accepted(_damaged(scratch))["id"],
            "many": owner.accepted(_scenery(scratch, "many frames"), interval="0.1")["id"],
        }
        assert {owner.ended(each)["status"] for each in sent.values()} == {"ready"}
        wish = {"name": "holiday in Recife.mp4", "days": 30}
        made = owner.http.post(f"videos/{sent['ready']}/shares/", json=wish).raise_for_status()
    mails = stack.folder / "mail"
    return World(cast.people, {**cast.videos, **sent}, made.json()["url"], clip, scratch, mails)


def _scenery(folder: Path, name: str = "holiday in Recife") -> Path:
    """What the pictures of the pages show."""
    return make_scenery(folder / f"{name}.mp4", seconds=25)


def _damaged(folder: Path) -> Path:
    """A video that was cut off: it gives the frames it has."""
    options = {"movflags": "faststart"}
    whole = media.make_video(folder / "whole.mp4", seconds=45, container_options=options)
    return media.truncated(whole, folder / "cut off.mp4", share=0.6)


@pytest.fixture(scope="module")  # its event loop must not stand around the tests of other modules
def chromium(stack: Stack) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.required("chromium"))
        yield browser
        browser.close()
    pictures.write_index()


@pytest.fixture
def visits(chromium: Browser, stack: Stack) -> Iterator[Visits]:
    """Windows of this test; at its end the browser has nothing to complain of."""
    with ExitStack() as closing:
        visits = Visits(chromium, stack.base, closing)
        yield visits
        assert visits.complaints() == []


@pytest.fixture
def page(visits: Visits) -> Page:
    """A window of somebody who is not known."""
    return visits.page()


@pytest.fixture(scope="session")
def film(clip: Path) -> Path:
    return padded(clip, clip.with_name("holiday in Recife.mp4"), 24)


@pytest.fixture
def line(stack: Stack) -> Iterator[Proxy]:
    """A line to the server, narrow enough for an upload to be met on it."""
    with proxy_before(stack.base) as proxy:
        proxy.narrow(3 * MIB)
        yield proxy


@pytest.fixture
def far(chromium: Browser, stack: Stack, line: Proxy) -> Iterator[Visits]:
    """Windows at the other end of that line; a browser may say that it is cut."""
    with ExitStack() as closing:
        visits = Visits(chromium, line.before(stack.base), closing)
        yield visits
        for each in AWAY:
            visits.forgive(each)
        assert visits.complaints() == []

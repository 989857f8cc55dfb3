"""What a page costs whoever opens it for the first time, as it travels."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.reaching import World
from tests.browser.states import STATES, State
from tests.browser.visits import Visits

PAGE_BYTES = 30_000
SCRIPT_BYTES = 15_000
#: Django's own admin is as large as Django makes it; ours are the pages for people and the API.
OURS = [each for each in STATES if not each.name.startswith("admin-")]
COUNTED = ("Document", "Stylesheet", "Script")


def weighed(page: Page, state: State, world: World) -> Counter[str]:
    """Open a page with an empty cache; return the bytes of each kind, as they were sent."""
    kinds: dict[str, str] = {}
    spent: Counter[str] = Counter()
    session = page.context.new_cdp_session(page)

    def began(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        spent[kinds.get(event["requestId"], "")] += round(event["encodedDataLength"])

    session.on("Network.responseReceived", began)
    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")
    state.reach(page, world)
    page.evaluate("1")
    return spent


@pytest.mark.timeout(300)
def test_a_page_is_light(visits: Visits, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """HTML, style and scripts of each page on a first visit; pictures are not counted."""
    rows = []
    for state in (each for each in OURS if each.is_plain and not each.is_like_another):
        page = visits.page(world.people.get(state.who))
        spent = weighed(page, state, world)
        rows.append((state.name, sum(spent[kind] for kind in COUNTED), spent["Script"]))
        page.context.close()
    table = [f"{name:24}{total:>8}{script:>8}" for name, total, script in rows]
    with capsys.disabled():
        print("\n".join(["", f"{'page':24}{'bytes':>8}{'script':>8}", *table]))  # noqa: T201
    assert [row for row in rows if row[1] > PAGE_BYTES or row[2] > SCRIPT_BYTES] == []
    assert all(total > 1000 for _, total, _ in rows)
    assert any(script > 0 for _, _, script in rows)

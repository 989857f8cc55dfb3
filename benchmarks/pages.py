"""What Lighthouse says of the main pages, on a phone: python -m benchmarks.pages [--only NAME]

Starts the product, makes a video ready, and opens each page in a fresh browser with Lighthouse's
usual throttling (slow 4G, a fourth of the processor). Four categories, each from 0 to 100, the
shift of the layout, and the largest paint in seconds. Lighthouse comes from npm into `.bench`, and
is no part of the product. Exit 1 where a category is below 95 or the layout shifts by 0.05.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import sync_playwright

from frameflow.embedded.ports import free_port
from tests import programs
from tests.browser.scenery import make_scenery
from tests.e2e.client import Person
from tests.e2e.stack import ROOT, Stack, running_stack

PACKAGE: Final = "lighthouse@12.8.2"  # the last for Node 20
FOLDER: Final = ROOT / ".bench" / "lighthouse"
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
AT_LEAST, SHIFT_BELOW = 95, 0.05
#: Name, address, and whether somebody is logged in.
PAGES: Final = (
    ("start, a visitor", "/", False),
    ("sign up", "/signup/", False),
    ("start", "/", True),
    ("my videos", "/videos/", True),
    ("video, ready", "/videos/{ready}/", True),
    ("gallery", "/videos/{ready}/frames/", True),
    ("one frame", "/videos/{ready}/frames/3/", True),
)
LINE: Final = "{:<18}{:>13}{:>15}{:>16}{:>6}{:>8}{:>8}"


def lighthouse() -> Path:
    """Return the command, installed where it is missing."""
    command = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", FOLDER, PACKAGE], check=True)
    return command


@contextmanager
def browsing(folder: Path, base: str, session: str | None) -> Iterator[int]:
    """Give the port of a fresh browser, logged in where there is a session."""
    port = free_port()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=programs.PROGRAMS["chromium"].provide(),
            args=[f"--remote-debugging-port={port}"],
        )
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
        yield port
        context.close()


def measured(base: str, path: str, session: str | None, scratch: Path) -> dict[str, Any]:
    """Return the scores of a page, the shift of its layout, and its largest paint in seconds."""
    report = scratch / "report.json"
    with TemporaryDirectory() as profile, browsing(Path(profile), base, session) as port:
        options = (f"--port={port}", "--disable-storage-reset", "--quiet", "--output=json")
        only = f"--only-categories={','.join(CATEGORIES)}"
        command = (lighthouse(), base + path, *options, only, f"--output-path={report}")
        if subprocess.run(command, check=False).returncode:
            subprocess.run(command, check=True)  # on a busy machine a trace may begin too late
    found = json.loads(report.read_text())
    scores = {name: round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES}
    paint_ms = found["audits"]["largest-contentful-paint"]["numericValue"]
    shift = found["audits"]["cumulative-layout-shift"]["numericValue"]
    faults = [
        audit["id"]
        for audit in found["audits"].values()
        if audit["score"] is not None
        and audit["score"] < 0.9
        and audit["scoreDisplayMode"] == "binary"
    ]
    return {
        **scores,
        "shift": round(shift, 4),
        "paint_s": round(paint_ms / 1000, 2),
        "faults": faults,
    }


def cast_of(stack: Stack) -> dict[str, Any]:
    """Return the people and videos of the browser's tests."""
    command = [sys.executable, "-m", "tests.browser.cast"]
    made = subprocess.run(
        command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=True
    )
    people: dict[str, Any] = json.loads(made.stdout)
    return people


def every_page(stack: Stack, scratch: Path, only: str) -> dict[str, dict[str, Any]]:
    """Measure each page once; print its line."""
    owner = cast_of(stack)["owner"]
    film = make_scenery(scratch / "holiday.mp4", seconds=25)
    with Person(stack, owner["email"]) as person:
        ready = person.accepted(film, interval="1")["id"]
        person.ended(ready)
    print(LINE.format("page", *CATEGORIES, "CLS", "LCP s"))
    rows = {}
    for name, address, is_known in (each for each in PAGES if only in each[0]):
        session = owner["session"] if is_known else None
        rows[name] = measured(stack.base, address.format(ready=ready), session, scratch)
        print(LINE.format(name, *(rows[name][each] for each in (*CATEGORIES, "shift", "paint_s"))))
        if rows[name]["faults"]:
            print("   ", ", ".join(rows[name]["faults"]), flush=True)
    return rows


def is_good(row: dict[str, Any]) -> bool:
    """Return whether a page is as it should be."""
    return row["shift"] < SHIFT_BELOW and all(row[name] >= AT_LEAST for name in CATEGORIES)


def main() -> int:
    """Measure, print a table, and write JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / ".bench" / "pages.json")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    given = parser.parse_args()
    lighthouse()
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        with running_stack(scratch / "stack", "web", "bus", "worker-1") as stack:
            rows = every_page(stack, scratch, given.only)
    given.output.write_text(json.dumps({"tool": PACKAGE, "pages": rows}, indent=1))
    print(given.output)
    return 0 if all(map(is_good, rows.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
